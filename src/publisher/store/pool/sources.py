"""What is remembered of each source between two fetches: validators, back-off, health."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, select

from publisher.store.tables import sources
from publisher.store.upsert import insert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

# Statements are built once: building costs more than running, and an unchanged source must cost next to nothing.
_GET = select(sources).where(sources.c.name == bindparam("wanted"))


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
    row = db.execute(_GET, {"wanted": name}).one_or_none()
    return None if row is None else _stored(row)


def list_(db: Connection) -> tuple[StoredSource, ...]:
    """All sources that were ever fetched, by name."""
    return tuple(_stored(row) for row in db.execute(select(sources).order_by(sources.c.name)))


def save(db: Connection, source: StoredSource) -> None:
    """Store the state of a source in place of what was there."""
    values = {name: getattr(source, name) for name in _NAMES}
    db.execute(_saving(db.dialect.name, db), values | {"state": dict(source.state)})


_NAMES = tuple(each.name for each in fields(StoredSource))
_STATEMENTS: dict[str, "sqlite.Insert | postgresql.Insert"] = {}


def _saving(dialect: str, db: Connection) -> "sqlite.Insert | postgresql.Insert":
    if dialect not in _STATEMENTS:
        statement = insert(db, sources)
        new = {name: statement.excluded[name] for name in _NAMES if name != "name"}
        _STATEMENTS[dialect] = statement.on_conflict_do_update(index_elements=[sources.c.name], set_=new)
    return _STATEMENTS[dialect]


def _stored(row: Row[Any]) -> StoredSource:
    return StoredSource(**row._mapping)
