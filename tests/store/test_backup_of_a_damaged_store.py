"""A backup is a copy of a sound database, or none: the last good one is not pushed out by one that lost readers."""

import os
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.databases import Database

from publisher.errors import StoreError
from publisher.store.backup import copy
from publisher.store.engine import open_store
from publisher.store.people import subscribers
from publisher.store.tables import metadata

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEAF_OF_A_TABLE, LEAF_OF_AN_INDEX = 13, 10  # https://www.sqlite.org/fileformat2.html, 1.6
READERS = 300


@pytest.fixture
def file(prepared_sqlite: Database) -> Path:
    """A closed store with readers, and nothing of it in a log beside it."""
    store = prepared_sqlite.open()
    with store.write() as db:
        for n in range(READERS):
            subscribers.add(db, f"reader{n:03}@mail.example", newsletters=["weekly"], now=NOW, consent={})
    path = store.path
    assert path is not None
    store.close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    return path


def pages(data: bytes | bytearray, kind: int, needle: bytes = b"") -> list[tuple[int, int]]:
    """Where each leaf of this kind that holds `needle` begins, and where its content does."""
    size = int.from_bytes(data[16:18], "big")
    found = [at for at in range(size, len(data), size) if data[at] == kind and needle in data[at : at + size]]
    return [(at, at + (int.from_bytes(data[at + 5 : at + 7], "big") or 65536)) for at in found]


def damage(path: Path, how: str) -> None:
    """What bad disks and torn copies do."""
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    leaves = pages(data, LEAF_OF_A_TABLE, b"reader150@")
    at, content = leaves[0]
    if how == "zeros in a table":
        data[content : content + (at + size - content) // 2] = bytes((at + size - content) // 2)
    elif how == "zeros in an index":
        at, content = max(pages(data, LEAF_OF_AN_INDEX), key=lambda page: page[0] + size - page[1])
        data[content : content + (at + size - content) // 2] = bytes((at + size - content) // 2)
    elif how == "a sector of another file":
        data[at + 1024 : at + 1536] = b"\xff" * 512
    elif how == "a page twice":
        other = next(page for page, _ in pages(data, LEAF_OF_A_TABLE, b"@mail.example") if page != at)
        data[at : at + size] = data[other : other + size]
    else:
        del data[-size:]
    path.write_bytes(data)


HOW = ["zeros in a table", "zeros in an index", "a sector of another file", "a page twice", "an end cut off"]


@pytest.mark.parametrize("how", HOW)
def test_a_damaged_database_is_not_copied(file: Path, tmp_path: Path, how: str) -> None:
    damage(file, how)
    store = open_store(f"sqlite:///{file}", root=tmp_path)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(StoreError, match="damaged"):
        copy(store, tmp_path / "night.db")

    assert sorted(tmp_path.iterdir()) == before
    store.close()


def test_a_row_that_lost_its_parent_is_found_though_every_page_is_whole(file: Path, tmp_path: Path) -> None:
    parents = {key.column.table.name for key in metadata.tables["subscriptions"].foreign_keys}
    with sqlite3.connect(file) as db:
        db.execute(f"DELETE FROM {min(parents)} WHERE rowid = 7")
    db.close()
    store = open_store(f"sqlite:///{file}", root=tmp_path)

    with pytest.raises(StoreError, match="lost rows"):
        copy(store, tmp_path / "night.db")
    store.close()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_sound_copy_has_every_reader_and_is_for_its_owner_alone(file: Path, tmp_path: Path, umask: int) -> None:
    store = open_store(f"sqlite:///{file}", root=tmp_path)
    before = os.umask(umask)
    try:
        copy(store, tmp_path / "nights" / "night.db")
    finally:
        os.umask(before)
    store.close()

    made = tmp_path / "nights" / "night.db"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (made.parent, made)] == [0o700, 0o600]
    assert [path.name for path in made.parent.iterdir()] == ["night.db"]
    with sqlite3.connect(made) as db:
        assert db.execute("SELECT count(*) FROM subscribers").fetchone() == (READERS,)
    db.close()
