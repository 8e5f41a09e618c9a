"""How many messages a provider may still be given today: counted in the ledger, which knows all senders' messages.

A day is the last 24 hours, so that no calendar's day, whatever its zone, ever holds more than the limit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from publisher.model import DeliveryState
from publisher.store.tables import mail_deliveries

DAY = timedelta(days=1)
DOUBLINGS = 30
GIVEN = (
    DeliveryState.CLAIMED,
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.REFUSED,
    DeliveryState.UNCERTAIN,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """At most `daily` messages in 24 hours; with `warm_up` so many on the first day, twice as many each day after."""

    daily: int | None = None
    warm_up: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """How many more may go, and when it is more again."""

    count: int
    more_at: datetime


def left(db: Connection, provider: str, quota: Quota, *, now: datetime) -> Left:
    """What a provider may be given now; call it in the transaction that claims, which no other claim may run beside."""
    table = mail_deliveries.c
    given = (table.provider == provider) & table.state.in_(GIVEN)
    lately = given & (table.updated > now - DAY)
    count, oldest = db.execute(select(func.count(), func.min(table.updated)).where(lately)).one()
    limit, grows = _limit(db.scalar(select(func.min(table.updated)).where(given)), quota, now)
    freed = oldest + DAY if oldest else grows
    return Left(count=max(0, limit - count), more_at=min(freed, grows))


def _limit(first: datetime | None, quota: Quota, now: datetime) -> tuple[int, datetime]:
    """The day's limit, and when the next day of the warm-up begins."""
    days = max(0, (now - first) // DAY) if first else 0
    limits = [] if quota.daily is None else [quota.daily]
    if quota.warm_up is not None and days < DOUBLINGS:
        limits.append(quota.warm_up * 2**days)
    return min(limits, default=1 << 62), (first or now) + (days + 1) * DAY
