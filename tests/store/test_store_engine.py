"""Transactions of the store: first use, writers beside each other, crashes, and what goes wrong on disks."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select

from publisher.errors import StoreError
from publisher.store.engine import Store
from publisher.store.tables import events

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_what_is_written_is_read_after_the_block(store: Store) -> None:
    with store.write() as db:
        db.execute(insert(events).values(at=NOW, kind="k", subject="s", data={"a": 1}))

    with store.read() as db:
        assert db.execute(select(events.c.at, events.c.data)).all() == [(NOW, {"a": 1})]


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    def half_done() -> None:
        with store.write(durable=True) as db:
            db.execute(insert(events).values(at=NOW, kind="k", subject="s", data={}))
            raise LookupError

    with pytest.raises(LookupError):
        half_done()

    with store.read() as db:
        assert db.scalar(select(func.count()).select_from(events)) == 0


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="read-only"), store.read() as db:
        db.execute(insert(events).values(at=NOW, kind="k", subject="s", data={}))


def test_a_write_inside_a_write_is_a_mistake_and_not_a_wait(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside"), store.write():
        pass
    with store.write():
        pass
