"""What is remembered of each source between two fetches: validators, back-off, health."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from publisher.store.tables import sources
from publisher.store.upsert import insert


@dataclass(frozen=True, kw_only=True)
class StoredSource:
    """The state of one source; `url` is where a permanent redirect led, empty while the configured address holds.

    `fetched_at` is the last look, `last_good` the last one that worked; `not_before` keeps a back-off across restarts;
    `failing_since` is the first failure of an unbroken row; `gone` after a 410. `state` belongs to the loader.
    """

    name: str
    url: str = ""
    fetched_at: datetime | None = None
    last_good: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    gone: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)


def get(db: Connection, name: str) -> StoredSource | None:
    """The state of a source; None before its first fetch."""
    row = db.execute(select(sources).where(sources.c.name == name)).one_or_none()
    return None if row is None else _stored(row)


def list_(db: Connection) -> tuple[StoredSource, ...]:
    """All sources that were ever fetched, by name."""
    return tuple(_stored(row) for row in db.execute(select(sources).order_by(sources.c.name)))


def save(db: Connection, source: StoredSource) -> None:
    """Store the state of a source in place of what was there."""
    values = asdict(source) | {"state": dict(source.state)}
    statement = insert(db, sources).values(values)
    db.execute(statement.on_conflict_do_update(index_elements=[sources.c.name], set_=values))


def _stored(row: Row[Any]) -> StoredSource:
    return StoredSource(**row._mapping)
