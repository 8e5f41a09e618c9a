"""What is wrong with channels whose network refuses us; of a channel that works nothing is kept."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from publisher.store.tables import channel_health
from publisher.store.upsert import insert


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why a channel rests, since when, and when it was last tried; `keys` tell whether it has others by now."""

    why: str
    since: datetime
    tried: datetime
    keys: str


def trouble(db: Connection, channel: str) -> Trouble | None:
    """What was noted of that channel."""
    columns = [column for column in channel_health.c if column.name != "channel"]
    row = db.execute(select(*columns).where(channel_health.c.channel == channel)).first()
    return Trouble(**row._mapping) if row else None


def note(db: Connection, channel: str, trouble: Trouble) -> None:
    """Keep what is wrong with a channel, in place of what was noted before."""
    new = asdict(trouble)
    statement = insert(db, channel_health).values(channel=channel, **new)
    db.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=new))


def clear(db: Connection, channel: str) -> bool:
    """Forget what was wrong with a channel; True when anything was."""
    return db.execute(delete(channel_health).where(channel_health.c.channel == channel)).rowcount == 1
