"""A sender that others can tell to be alive: it holds one of a few named locks for as long as it runs."""

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from publisher.errors import StoreError
from publisher.store.engine import Store, boot_id
from publisher.store.ledger.law import Sender, lock_of

LOCKS = 64


@contextmanager
def living(store: Store, lease: timedelta) -> Iterator[Sender]:
    """Inside it this process is a living sender, under the first lock that no other holds.

    The owner's name carries a mark of its own besides the lock's, so that what a dead predecessor of the same lock
    left is not mistaken for its own. PostgreSQL needs no boot id: its commits are on the disk.
    """
    for number in range(LOCKS):
        name = f"sender-{number}"
        lock = store.sender_lock(name)
        if lock.acquire():
            break
    else:
        raise StoreError(f"{LOCKS} senders run already", do="end some of them")
    try:
        boot = boot_id()[:13] if store.dialect == "sqlite" else ""
        yield Sender(owner=f"{name}:{uuid.uuid4().hex[:8]}", boot=boot, lease=lease)
    finally:
        lock.release()


def dead(store: Store, owners: Collection[str], sender: Sender) -> frozenset[str]:
    """Those of these owners who are gone: nobody else holds their lock, or this sender does by now.

    The owners must have been read before: one who appears in the ledger only afterwards is never counted as dead.
    """
    gone = {name: not store.sender_lock(name).held_by_another() for name in {*map(lock_of, owners)} - {sender.lock}}
    return frozenset(owner for owner in owners if gone.get(lock_of(owner), True) and owner != sender.owner)
