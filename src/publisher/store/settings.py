"""Single values that this database remembers of itself, by name."""

from datetime import datetime

from sqlalchemy import Connection, select

from publisher.store.tables import settings
from publisher.store.upsert import insert


def get(db: Connection, name: str) -> str | None:
    """The value of that name."""
    return db.scalar(select(settings.c.value).where(settings.c.name == name))


def save(db: Connection, name: str, value: str, now: datetime) -> bool:
    """Keep this value under the name, in place of what was there; True when that is something else."""
    new = {"value": value, "updated": now}
    done = insert(db, settings).values(name=name, **new)
    done = done.on_conflict_do_update(index_elements=["name"], set_=new, where=settings.c.value != value)
    return db.execute(done).rowcount == 1
