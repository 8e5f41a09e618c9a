"""Secrets that the store keeps: signing keys made on first use, and the networks' access tokens."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, select

from publisher.store.tables import tokens
from publisher.store.upsert import insert

KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A named secret; it does not show itself when printed."""

    name: str
    value: str = field(repr=False)
    expires: datetime | None
    updated: datetime


def signing_key(db: Connection, name: str, now: datetime) -> bytes:
    """The 32 bytes of the key called `name`, the same for ever; made at first use, which needs a writing connection."""
    stored = f"key/{name}"
    found = get(db, stored)
    if found is None:
        new = secrets.token_bytes(KEY_BYTES).hex()
        db.execute(insert(db, tokens).values(name=stored, value=new, updated=now).on_conflict_do_nothing())
        found = get(db, stored)
    assert found is not None
    return bytes.fromhex(found.value)


def get(db: Connection, name: str) -> Token | None:
    """The token of that name."""
    row = db.execute(select(tokens).where(tokens.c.name == name)).first()
    return Token(**row._mapping) if row else None


def save(db: Connection, name: str, value: str, *, now: datetime, expires: datetime | None = None) -> None:
    """Keep this value under the name, in place of what was there."""
    new = {"value": value, "expires": expires, "updated": now}
    statement = insert(db, tokens).values(name=name, **new)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))


def forget(db: Connection, name: str) -> None:
    """Remove the token of that name, if there is one."""
    db.execute(delete(tokens).where(tokens.c.name == name))


def ending(db: Connection, before: datetime) -> tuple[Token, ...]:
    """The tokens that end before a moment, first to end first."""
    found = db.execute(select(tokens).where(tokens.c.expires < before).order_by(tokens.c.expires, tokens.c.name))
    return tuple(Token(**row._mapping) for row in found)
