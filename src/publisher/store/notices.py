"""What the editor is told: each thing once, kept until its mail has gone out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from publisher.store.tables import notice_recipients, notices
from publisher.store.upsert import insert


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing to tell, with the key under which it is told only once."""

    key: str
    at: datetime
    text: str
    sent: datetime | None


def once(db: Connection, key: str, text: str, now: datetime) -> bool:
    """Note it unless it was noted before; True when it is new."""
    done = db.execute(insert(db, notices).values(key=key, at=now, text=text).on_conflict_do_nothing())
    return done.rowcount == 1


def settle(db: Connection, key: str, recipient: str, now: datetime) -> None:
    """Note that one of the editors, by a hash, needs no mail of this notice any more."""
    new = insert(db, notice_recipients).values(notice=key, recipient=recipient, at=now)
    db.execute(new.on_conflict_do_nothing())


def settled(db: Connection, key: str) -> frozenset[str]:
    """The editors, by their hashes, who need no mail of this notice any more."""
    return frozenset(db.scalars(select(notice_recipients.c.recipient).where(notice_recipients.c.notice == key)))


def waiting(db: Connection) -> tuple[Notice, ...]:
    """What has been noted and not yet mailed, oldest first."""
    found = db.execute(select(notices).where(notices.c.sent.is_(None)).order_by(notices.c.at, notices.c.key))
    return tuple(Notice(**row._mapping) for row in found)


def take_back(db: Connection, key: str) -> None:
    """Note that its mail did not go out after all, so that it waits again."""
    db.execute(update(notices).where(notices.c.key == key).values(sent=None))


def total(db: Connection) -> int:
    """How many there ever were."""
    return db.scalar(select(func.count()).select_from(notices)) or 0


def mark_sent(db: Connection, key: str, now: datetime) -> bool:
    """Note that its mail is on its way; True for the one caller who may mail it."""
    unsent = (notices.c.key == key) & notices.c.sent.is_(None)
    return db.execute(update(notices).where(unsent).values(sent=now)).rowcount == 1
