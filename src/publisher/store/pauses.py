"""Newsletters and channels that send nothing by themselves, for a time or until they are resumed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from publisher.store.tables import pauses
from publisher.store.upsert import insert


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A pause that lasts: `until` is None where only a person ends it."""

    name: str
    since: datetime
    until: datetime | None


def put(db: Connection, name: str, *, until: datetime | None, now: datetime) -> None:
    """Pause it from now on, in place of a pause it had; without `until` that has no end."""
    new = {"since": now, "until": until}
    statement = insert(db, pauses).values(name=name, **new)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))


def end(db: Connection, name: str) -> None:
    """End its pause, if there is one."""
    db.execute(delete(pauses).where(pauses.c.name == name))


def standing(db: Connection, now: datetime) -> dict[str, Pause]:
    """The pauses that last at this moment, by the name of what is paused."""
    lasting = pauses.c.until.is_(None) | (pauses.c.until > now)
    return {row.name: Pause(**row._mapping) for row in db.execute(select(pauses).where(lasting))}


def holds(db: Connection, name: str, now: datetime) -> bool:
    """Whether it is paused at this moment."""
    return name in standing(db, now)
