"""What refusals do to a reader: a dead address is suppressed at once, other refusals after a few in a row."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from publisher.store import events
from publisher.store.people.suppressions import EVERYTHING, Reason, lift, of_key, suppress_reader
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


def thrown_out(db: Connection, subscriber_id: int, *, edition: str) -> bool | None:
    """Whether a refusal in that edition suppressed her; None when none counted against her, or it was taken back.

    A suppression begins at the moment of the refusal that made it; one that another edition's refusal made stays.
    """
    known = events.about(db, events.reader(subscriber_id))
    hers = [each for each in known if each.data.get("edition") == edition]
    counted = {each.at for each in hers if each.kind == "bounced"}
    key = _key(db, subscriber_id)
    if not counted or key is None or any(each.kind == "restored" for each in hers):
        return None
    return any(
        each.scope == EVERYTHING and each.reason is Reason.BOUNCED and each.since in counted for each in of_key(db, key)
    )


def take_back(db: Connection, subscriber_id: int, *, edition: str, now: datetime) -> None:
    """Undo what that edition's refusal did to her, as `thrown_out` tells it."""
    key = _key(db, subscriber_id)
    if key is not None and thrown_out(db, subscriber_id, edition=edition):
        lift(db, key, EVERYTHING)
    table = subscribers.c
    fewer = update(subscribers).where(table.id == subscriber_id, table.soft_bounces > 0)
    db.execute(fewer.values(soft_bounces=table.soft_bounces - 1))
    events.record(db, "restored", events.reader(subscriber_id), {"edition": edition}, now)


def forget(db: Connection, subscriber_id: int) -> None:
    """Begin the count anew: she got a message."""
    db.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(soft_bounces=0))


def _key(db: Connection, subscriber_id: int) -> str | None:
    return db.scalar(select(subscribers.c.address_key).where(subscribers.c.id == subscriber_id))
