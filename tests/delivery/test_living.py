"""Who lives and who is dead among the senders of a store."""

from datetime import timedelta

import pytest

from publisher.delivery.living import LOCKS, dead, living
from publisher.errors import StoreError
from publisher.store.engine import Store, boot_id

LEASE = timedelta(seconds=7)


def test_a_sender_bears_the_first_free_lock_a_mark_of_its_own_and_its_lease(sqlite_store: Store) -> None:
    with living(sqlite_store, LEASE) as ann, living(sqlite_store, LEASE) as ben:
        assert (ann.lock, ben.lock) == ("sender-0", "sender-1")
        assert ann.lease == LEASE
        assert len(ann.owner) == len("sender-0:") + 8
    with living(sqlite_store, LEASE) as again:
        assert again.lock == "sender-0"
        assert again.owner != ann.owner


def test_a_file_may_lose_its_last_commits_and_a_server_may_not(store: Store) -> None:
    with living(store, LEASE) as sender:
        assert sender.boot == (boot_id()[:13] if store.dialect == "sqlite" else "")


def test_an_owner_is_dead_when_nobody_else_holds_its_lock(sqlite_store: Store) -> None:
    with living(sqlite_store, LEASE) as ann, living(sqlite_store, LEASE) as ben:
        known = [ann.owner, ben.owner, "sender-0:before", "sender-1:before", "sender-5:gone"]

        assert dead(sqlite_store, known, ann) == {"sender-0:before", "sender-5:gone"}
        assert dead(sqlite_store, known, ben) == {"sender-1:before", "sender-5:gone"}


def test_with_64_senders_there_is_no_room_for_another(sqlite_store: Store) -> None:
    held = [sqlite_store.sender_lock(f"sender-{number}") for number in range(64)]
    assert all(lock.acquire() for lock in held)
    try:
        with pytest.raises(StoreError, match="64 senders run already"), living(sqlite_store, LEASE):
            pass
    finally:
        for lock in held:
            lock.release()
    assert LOCKS == 64
