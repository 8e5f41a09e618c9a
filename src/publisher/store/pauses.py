"""Newsletters and channels that send nothing by themselves, for a time or until they are resumed."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from publisher.store.tables import pauses
from publisher.store.upsert import insert


def put(db: Connection, name: str, *, until: datetime | None, now: datetime) -> None:
    """Pause it from now on, in place of a pause it had; without `until` that has no end."""
    new = {"since": now, "until": until}
    statement = insert(db, pauses).values(name=name, **new)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))


def end(db: Connection, name: str) -> None:
    """End its pause, if there is one."""
    db.execute(delete(pauses).where(pauses.c.name == name))


def holds(db: Connection, name: str, now: datetime) -> bool:
    """Whether it is paused at this moment."""
    lasting = pauses.c.until.is_(None) | (pauses.c.until > now)
    return db.scalar(select(pauses.c.name).where((pauses.c.name == name) & lasting)) is not None
