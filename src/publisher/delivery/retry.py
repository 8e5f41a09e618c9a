"""When a message that was not accepted is tried again: a value, from pure arithmetic."""

from datetime import datetime, timedelta

from publisher.config import Delivery

SPREAD = 0.25


def next_try(
    asked: timedelta | None, *, failures: int, first: datetime | None, now: datetime, settings: Delivery, jitter: float
) -> datetime | None:
    """When to try again after one more temporary failure, or None to give up.

    `asked` is the provider's own wish (Retry-After) and is kept to, and a little more; else the wait doubles from
    `retry_first` to `retry_max` with each of the earlier `failures`. `jitter` in [0, 1) spreads it, so that a crowd
    that failed together does not come back together. `first` is the first failure: `give_up_after` counts from there,
    and the last try is made at its end.
    """
    deadline = (first or now) + settings.give_up_after
    if now >= deadline:
        return None
    if asked is not None:
        wait = asked * (1 + SPREAD * jitter)
    else:
        doubled = settings.retry_first * 2 ** min(failures, 40)
        wait = min(doubled, settings.retry_max) * (1 - SPREAD + 2 * SPREAD * jitter)
    return min(now + wait, deadline)
