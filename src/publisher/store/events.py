"""The append-only log of what happened to readers, editions and channels; it never holds an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from publisher.store.tables import events


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that happened: `kind` says what, `subject` to whom or what."""

    id: int
    at: datetime
    kind: str
    subject: str
    data: Mapping[str, Any]


def reader(subscriber_id: int) -> str:
    """The subject of what happened to one reader; her number outlives her address."""
    return f"reader/{subscriber_id}"


def address(address_key: str) -> str:
    """The subject of what happened to an address that has no reader."""
    return f"address/{address_key}"


def record(db: Connection, kind: str, subject: str, data: Mapping[str, Any], now: datetime) -> None:
    """Append one event; an address in it is a mistake and is refused."""
    if "@" in subject or any("@" in value for value in data.values() if isinstance(value, str)):
        raise ValueError(f"the event {kind} holds an address")
    db.execute(insert(events).values(at=now, kind=kind, subject=subject, data=dict(data)))


def about(db: Connection, *subjects: str) -> tuple[Event, ...]:
    """What happened to these subjects, oldest first."""
    found = db.execute(select(events).where(events.c.subject.in_(subjects)).order_by(events.c.at, events.c.id))
    return tuple(Event(**row._mapping) for row in found)
