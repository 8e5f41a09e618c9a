"""What goes wrong with disks, files and servers is one clear line, without a password."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.databases import Database
from tests.processes import FORK
from tests.store.test_store_engine import NOW

from publisher.errors import StoreError
from publisher.store import notices
from publisher.store.engine import Store, open_store

NOBODY = 65534


def failure(store: Store) -> str:
    """What the operator reads when the store is used."""
    with pytest.raises(StoreError) as caught, store.write() as db:
        notices.once(db, "key", "text", NOW)
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_a_full_disk_is_named_and_what_was_there_stays(sqlite_store: Store) -> None:
    with sqlite_store.write() as db:
        notices.once(db, "before", "text", NOW)

    def fill() -> None:
        with sqlite_store.write() as db:
            pages = db.scalar(text("PRAGMA page_count"))
            db.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
            for n in range(100):
                notices.once(db, f"after {n}", "x" * 10_000, NOW)

    with pytest.raises(StoreError, match="the disk is full; free some space"):
        fill()
    sqlite_store.close()
    with sqlite_store.read() as db:
        assert [notice.key for notice in notices.waiting(db)] == ["before"]


def test_a_database_that_somebody_keeps_locked_is_named(tmp_path: Path) -> None:
    store = open_store("sqlite:///a.db?timeout=0.1", root=tmp_path)
    store.prepare()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert "another program keeps the database busy" in failure(store)
    other.execute("ROLLBACK")
    other.close()
    with store.write() as db:
        assert notices.once(db, "key", "text", NOW)
    store.close()


def test_a_writer_that_never_ends_is_named_on_postgresql(prepared_postgres: Database) -> None:
    store = prepared_postgres.open()
    hasty = open_store(prepared_postgres.url + "&options=-c%20lock_timeout%3D100", root=prepared_postgres.root)
    with store.write():
        assert "another program keeps the database busy" in failure(hasty)
    store.close()
    hasty.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("Dear diary, " * 1000)

    assert "a.db: this file is no SQLite database; put the right file" in failure(
        open_store("sqlite:///a.db", root=tmp_path)
    )
    assert (tmp_path / "a.db").read_text().startswith("Dear diary")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.db").mkdir()

    assert "the database cannot be opened" in failure(open_store("sqlite:///a.db", root=tmp_path))


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder that the powerless user of `without_rights` may read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def without_rights(folder: Path, url: str) -> str:
    """What a user without the right to write reads."""
    here, there = FORK.Pipe(duplex=False)

    def use() -> None:
        os.chdir("/")
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        try:
            with open_store(url, root=folder).write() as db:
                notices.once(db, "key", "text", NOW)
            there.send("written")
        except StoreError as error:
            there.send(str(error))

    if os.geteuid() != 0:
        folder.chmod(0o555)
    process = FORK.Process(target=use)
    process.start()
    assert here.poll(30)
    said = here.recv()
    process.join(30)
    return str(said)


def test_a_folder_that_may_not_be_written_is_named(guarded: Path) -> None:
    said = without_rights(guarded, "sqlite:///var/a.db")

    assert f"{guarded}/var: the folder of the database cannot be used (Permission denied)" in said


def test_a_database_that_may_not_be_written_is_named(guarded: Path) -> None:
    store = open_store("sqlite:///a.db", root=guarded)
    store.prepare()
    store.close()
    for path in guarded.iterdir():
        path.chmod(0o444)

    said = without_rights(guarded, "sqlite:///a.db")
    assert "read-only" in said or "cannot be opened" in said
    assert "the right to write there" in said or "may be written" in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:s3cret@host/x", "mysql is no database that publisher knows; use sqlite or postgresql"),
        ("sqlite://", "the database needs a file; write sqlite:///var/publisher.db"),
        ("sqlite:///:memory:", "the database needs a file"),
        ("publisher.db", "the address of the database cannot be read; write sqlite:///var/publisher.db"),
        ("postgresql://me:s3cret@host:notaport/x", "the address of the database cannot be read"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(url: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(url, root=tmp_path)

    assert str(caught.value).startswith(f"[store] url: {said}")
    assert "s3cret" not in str(caught.value)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    said = failure(open_store("postgresql://me:s3cret@127.0.0.1:9/x", root=tmp_path))

    assert said.startswith("postgresql://127.0.0.1/x: the database server cannot be reached; see host and port")
    assert "s3cret" not in said


def test_a_database_that_does_not_exist_is_named(prepared_postgres: Database) -> None:
    url = prepared_postgres.url.replace("@/", "@/not_")

    assert "there is no such database; create it with createdb" in failure(open_store(url, root=Path()))


def test_a_wrong_password_is_named_and_not_shown(postgres_server: str) -> None:
    engine = create_engine(postgres_server % "prepared", isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        hba = Path(str(db.scalar(text("SHOW hba_file"))))
        db.execute(text("CREATE ROLE locked LOGIN PASSWORD 'right'"))
        before = hba.read_text()
        hba.write_text("local all locked scram-sha-256\n" + before)
        db.execute(text("SELECT pg_reload_conf()"))
        said = failure(open_store(postgres_server.replace("postgres@", "locked:s3cret@") % "prepared", root=Path()))
        hba.write_text(before)
        db.execute(text("SELECT pg_reload_conf()"))
        db.execute(text("DROP ROLE locked"))
    engine.dispose()

    assert "the database refused the user or the password" in said
    assert "s3cret" not in said


def test_postgresql_without_its_tables_rights_is_named(prepared_postgres: Database) -> None:
    store = prepared_postgres.open()
    with store.connect() as db, db.begin():
        db.execute(text("DROP ROLE IF EXISTS onlooker"))
        db.execute(text("CREATE ROLE onlooker LOGIN"))

    said = failure(open_store(prepared_postgres.url.replace("postgres@", "onlooker@"), root=Path()))
    with store.connect() as db, db.begin():
        db.execute(text("DROP ROLE onlooker"))
    store.close()
    assert "the database user lacks a right; make it the owner" in said
