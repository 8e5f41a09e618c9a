"""What refusals do to a reader: a dead address is suppressed at once, other refusals after a few in a row."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from publisher.store import events
from publisher.store.people.subscribers import Reason, suppress_reader
from publisher.store.tables import subscribers

MOST = 3


def count(db: Connection, subscriber_id: int, *, dead: bool, code: str, edition: str, now: datetime) -> bool:
    """Note one refusal of her address; True when she is suppressed for it."""
    events.record(db, "bounced", events.reader(subscriber_id), {"code": code, "edition": edition}, now)
    table = subscribers.c
    if not dead:
        db.execute(update(subscribers).where(table.id == subscriber_id).values(soft_bounces=table.soft_bounces + 1))
        seen = db.scalar(select(table.soft_bounces).where(table.id == subscriber_id))
        dead = seen is not None and seen >= MOST
    return dead and suppress_reader(db, subscriber_id, reason=Reason.BOUNCED, now=now)


def forget(db: Connection, subscriber_id: int) -> None:
    """Begin the count anew: she got a message."""
    db.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(soft_bounces=0))
