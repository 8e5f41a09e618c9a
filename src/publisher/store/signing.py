"""The keys that links and marks are signed with: made at first use, the same for ever."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, select

from publisher.store.tables import signing_keys
from publisher.store.upsert import insert

KEY_BYTES = 32


def known_key(db: Connection, name: str) -> bytes | None:
    """The key called `name`; None as long as nothing was signed with it. Changes nothing."""
    found = db.scalar(select(signing_keys.c.value).where(signing_keys.c.name == name))
    return None if found is None else bytes.fromhex(found)


def signing_key(db: Connection, name: str, now: datetime) -> bytes:
    """The 32 bytes of the key called `name`, the same for ever; made at first use, which needs a writing connection."""
    found = known_key(db, name)
    if found is None:
        new = secrets.token_bytes(KEY_BYTES).hex()
        db.execute(insert(db, signing_keys).values(name=name, value=new, made=now).on_conflict_do_nothing())
        found = known_key(db, name)
    assert found is not None
    return found
