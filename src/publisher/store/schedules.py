"""From when on each schedule counts, as it reads now."""

from datetime import datetime

from sqlalchemy import Connection, select

from publisher.store.tables import schedules
from publisher.store.upsert import insert


def notice(db: Connection, name: str, *, text: str, zone: str, since: datetime) -> None:
    """Have a schedule count from `since` on where it is new or reads otherwise than before."""
    new = {"text": text, "zone": zone, "since": since}
    differs = (schedules.c.text != text) | (schedules.c.zone != zone)
    statement = insert(db, schedules).values(name=name, **new)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new, where=differs))


def counts_from(db: Connection, name: str, *, text: str, zone: str) -> datetime | None:
    """When a schedule was first seen as it reads now; None when it was not, or read otherwise the last time."""
    query = select(schedules.c.since).where(schedules.c.name == name)
    return db.scalar(query.where((schedules.c.text == text) & (schedules.c.zone == zone)))
