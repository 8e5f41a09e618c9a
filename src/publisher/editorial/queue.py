"""When a post goes out: its channel's slots, its quiet hours, the space after the last one. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.editorial import schedule

HORIZON = timedelta(days=60)


def post_time(*, slots: Sequence[str], taken: Collection[datetime], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first free slot of a channel from `now` on, one post a slot; `now` where it has none, None past 60 days."""
    if not slots:
        return now
    plans = [schedule.parse(text) for text in slots]
    coming = sorted(
        slot.utc for plan in plans for slot in schedule.slots(plan, after=now, until=now + HORIZON, zone=zone)
    )
    return next((moment for moment in coming if moment not in taken), None)


def is_quiet(quiet: tuple[time, time] | None, *, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the channel sleeps now; its hours may pass midnight."""
    if quiet is None:
        return False
    start, end = quiet
    local = now.astimezone(zone).time()
    return start <= local < end if start <= end else local >= start or local < end


def is_spaced(spacing: timedelta, *, last: datetime | None, now: datetime) -> bool:
    """Whether enough time has passed since the channel's last post."""
    return last is None or now - last >= spacing
