"""The lock that tells whether a sender lives."""

import time
from pathlib import Path

from tests.databases import Database
from tests.processes import Victim

from publisher.store.engine import Store, boot_id


def test_one_holds_it_and_the_other_sees_that(store: Store) -> None:
    mine, yours = store.sender_lock("sender"), store.sender_lock("sender")

    assert mine.acquire()
    assert mine.held
    assert not mine.held_by_another()
    assert yours.held_by_another()
    assert not yours.acquire()
    assert not yours.held
    mine.release()
    assert not mine.held
    assert not yours.held_by_another()
    assert yours.acquire()
    yours.release()


def test_locks_of_different_names_are_different(store: Store) -> None:
    names = ["sender", "sender-0", "sender/0", "sender 0", "sénder"]
    locks = [store.sender_lock(name) for name in names]

    assert [lock.acquire() for lock in locks] == [True] * len(names)
    for lock in locks:
        lock.release()


def test_acquiring_twice_is_once(store: Store) -> None:
    lock = store.sender_lock("sender")
    assert lock.acquire()
    assert lock.acquire()
    lock.release()
    lock.release()
    assert not store.sender_lock("sender").held_by_another()


def test_looking_takes_nothing(store: Store) -> None:
    watcher, sender = store.sender_lock("sender"), store.sender_lock("sender")

    for _ in range(5):
        assert not watcher.held_by_another()
    assert sender.acquire()
    sender.release()


def test_a_killed_sender_lets_go_at_once(database: Database) -> None:
    def live(say: object) -> None:
        assert callable(say)
        store = database.open()
        lock = store.sender_lock("sender")
        say(lock.acquire())
        time.sleep(60)

    store = database.open()
    watcher = store.sender_lock("sender")
    victim = Victim(live)
    assert victim.heard() is True
    assert watcher.held_by_another()
    victim.kill()
    deadline = time.monotonic() + 10
    while watcher.held_by_another() and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not watcher.held_by_another()
    assert watcher.acquire()
    watcher.release()
    store.close()


def test_waiting_gets_it_when_the_other_lets_go(store: Store) -> None:
    mine, yours = store.sender_lock("sender"), store.sender_lock("sender")
    mine.acquire()
    started = time.monotonic()
    assert not yours.acquire(timeout=0.3)
    assert 0.2 < time.monotonic() - started < 5
    mine.release()
    assert yours.acquire(timeout=5)
    yours.release()


def test_a_sender_notices_that_its_line_broke(prepared_postgres: Database) -> None:
    from sqlalchemy import text

    store = prepared_postgres.open()
    lock = store.sender_lock("sender")
    lock.acquire()
    with store.write() as db:
        held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        db.execute(text(held))

    assert not lock.held
    assert lock.acquire()
    lock.release()
    store.close()


def test_the_boot_id_is_the_kernels() -> None:
    kernel = Path("/proc/sys/kernel/random/boot_id")

    assert boot_id() == boot_id() != ""
    assert not kernel.exists() or boot_id() == kernel.read_text().strip()
