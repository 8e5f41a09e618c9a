"""Transactions of the store: first use, writers beside each other, and crashes."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from tests.databases import Database
from tests.processes import Victim, together

from publisher.errors import StoreError
from publisher.store import settings
from publisher.store.engine import Store, open_store
from publisher.store.tables import events

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def note(subject: str) -> dict[str, object]:
    return {"at": NOW, "kind": "k", "subject": subject, "data": {}}


def count(store: Store) -> int:
    with store.read() as db:
        return db.scalar(select(func.count()).select_from(events)) or 0


def test_what_is_written_is_read_after_the_block(store: Store) -> None:
    with store.write() as db:
        db.execute(insert(events).values(at=NOW, kind="k", subject="s", data={"a": 1}))

    with store.read() as db:
        assert db.execute(select(events.c.at, events.c.data)).all() == [(NOW, {"a": 1})]


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    def half_done() -> None:
        with store.write(durable=True) as db:
            db.execute(insert(events).values(note("s")))
            raise LookupError

    with pytest.raises(LookupError):
        half_done()
    assert count(store) == 0


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="read-only"), store.read() as db:
        db.execute(insert(events).values(note("s")))


def test_a_read_keeps_its_picture_while_others_write(store: Store) -> None:
    with store.read() as db:
        before = db.scalar(select(func.count()).select_from(events))
        with store.write() as other:
            other.execute(insert(events).values(note("s")))
        assert db.scalar(select(func.count()).select_from(events)) == before == 0
    assert count(store) == 1


def test_a_write_inside_a_write_is_a_mistake_and_not_a_wait(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside"), store.write():
        pass
    with store.write() as db:
        db.execute(insert(events).values(note("s")))
    assert count(store) == 1


def test_an_error_of_the_database_names_no_value(store: Store) -> None:
    with store.write() as db:
        settings.save(db, "mine", "s3cret", NOW)

    with pytest.raises(StoreError) as caught, store.write() as db:
        db.execute(text("INSERT INTO settings (name, value, updated) VALUES ('mine', 'other-s3cret', 1)"))
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_six_first_uses_at_once_make_one_database(empty_database: Database) -> None:
    def first_use(n: int) -> None:
        store = empty_database.open()
        with store.write() as db:
            db.execute(insert(events).values(note(f"user {n}")))
        store.close()

    together(6, first_use)

    store = empty_database.open()
    assert count(store) == 6
    store.close()


def test_four_writers_at_once_lose_no_update(database: Database) -> None:
    rounds = 25
    store = database.open()
    with store.write() as db:
        settings.save(db, "count", "0", NOW)
    store.close()

    def add_one_often(n: int) -> None:
        mine = database.open()
        for _ in range(rounds):
            with mine.write() as db:
                settings.save(db, "count", str(int(settings.get(db, "count") or "") + 1), NOW)
        mine.close()

    together(4, add_one_often)

    with store.read() as db:
        found = settings.get(db, "count")
    store.close()
    assert found == str(4 * rounds)


def test_concurrent_writers_do_not_wait_for_each_other_on_postgresql(prepared_postgres: Database) -> None:
    one, other = prepared_postgres.open(), prepared_postgres.open()
    with one.write(concurrent=True) as db:
        db.execute(insert(events).values(note("one")))
        with other.write(concurrent=True) as beside:
            beside.execute(insert(events).values(note("other")))
    assert count(one) == 2
    one.close()
    other.close()


def test_a_killed_writer_leaves_what_it_committed_and_nothing_else(database: Database) -> None:
    def write(say: object) -> None:
        assert callable(say)
        store = database.open()
        for n in range(5):
            with store.write() as db:
                db.execute(insert(events).values(note(f"done {n}")))
        with store.write() as db:
            db.execute(insert(events).values(note("half")))
            say("in the middle")
            time.sleep(60)

    victim = Victim(write)
    assert victim.heard() == "in the middle"
    victim.kill()

    store = database.open()
    started = time.monotonic()
    with store.write() as db:
        db.execute(insert(events).values(note("after")))
    with store.read() as db:
        subjects = list(db.scalars(select(events.c.subject).order_by(events.c.id)))
    store.close()
    assert subjects == [*(f"done {n}" for n in range(5)), "after"]
    assert time.monotonic() - started < 10


def test_only_a_durable_write_syncs_and_only_for_itself(sqlite_store: Store) -> None:
    seen = []
    for durable in (False, True, False):
        with sqlite_store.write(durable=durable) as db:
            seen.append(db.scalar(text("PRAGMA synchronous")))
    assert seen == [1, 2, 1]  # NORMAL, FULL, NORMAL: https://www.sqlite.org/pragma.html#pragma_synchronous


def test_sqlite_is_used_as_it_must_be(sqlite_store: Store) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}
    with sqlite_store.write() as db:
        assert {name: db.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted


def test_a_relative_path_counts_from_the_root_and_an_absolute_one_does_not(tmp_path: Path) -> None:
    relative = open_store("sqlite:///var/a.db", root=tmp_path)
    absolute = open_store(f"sqlite:///{tmp_path}/b.db", root=tmp_path / "elsewhere")

    assert relative.path == tmp_path / "var" / "a.db"
    assert absolute.path == tmp_path / "b.db"
    assert (relative.dialect, absolute.dialect) == ("sqlite", "sqlite")


def test_opening_a_store_touches_nothing(tmp_path: Path) -> None:
    open_store("sqlite:///var/a.db", root=tmp_path).close()

    assert list(tmp_path.iterdir()) == []


def test_a_store_can_be_used_again_after_close(store: Store) -> None:
    with store.write() as db:
        db.execute(insert(events).values(note("s")))
    store.close()
    assert count(store) == 1


def test_a_broken_line_to_postgresql_is_mended_at_the_next_use(prepared_postgres: Database) -> None:
    store, other = prepared_postgres.open(), prepared_postgres.open()
    with store.write() as db:
        mine = db.scalar(text("SELECT pg_backend_pid()"))
    with other.write() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})

    with store.write() as db:
        db.execute(insert(events).values(note("s")))
    assert count(store) == 1
    store.close()
    other.close()


def test_a_line_that_breaks_midway_is_said_in_words(prepared_postgres: Database) -> None:
    store, other = prepared_postgres.open(), prepared_postgres.open()

    def broken_off() -> None:
        with store.write(concurrent=True) as db:
            mine = db.scalar(text("SELECT pg_backend_pid()"))
            with other.read() as beside:
                beside.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
            db.execute(insert(events).values(note("s")))

    with pytest.raises(StoreError, match="the database server is stopping or starting"):
        broken_off()
    assert count(other) == 0
    store.close()
    other.close()
