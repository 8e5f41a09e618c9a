"""A consistent copy of the database while it is in use, of a database that is sound."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from publisher import private
from publisher.errors import StoreError
from publisher.store.engine import Store
from publisher.store.failures import explain

PAGES = 2_000
_DAMAGED = "restore the newest good backup; this one was not kept, and no older file was touched"


def copy(store: Store, target: Path, *, progress: Callable[[int, int], None] | None = None) -> None:
    """Copy the SQLite database into a new file through SQLite's own backup, which waits for nobody.

    A file copy would tear pages, and opening and closing the file beside live connections drops their locks. The copy
    has its name only when every table and index of it was read and agrees. Raises `StoreError` for a damaged database,
    for PostgreSQL, which brings its own tool, and when the target exists or cannot be written.
    """
    if store.path is None:
        raise StoreError("PostgreSQL is backed up by its own tool", where=store.where, do="use pg_dump")
    if target.exists():
        raise StoreError("there is a file of this name already", where=str(target), do="choose another name")
    store.prepare()
    try:
        private.folder(target.parent)
        part = private.part(target, b"")
    except OSError as error:
        raise StoreError(f"the copy cannot be made: {error.strerror}", where=str(target)) from error
    try:
        _copied(store, part, progress)
        part.replace(target)
    except sqlite3.Error as error:
        raise explain(error, store.where) from error
    except OSError as error:
        raise StoreError(f"the copy cannot be made: {error.strerror}", where=str(target)) from error
    finally:
        part.unlink(missing_ok=True)


def _copied(store: Store, part: Path, progress: Callable[[int, int], None] | None) -> None:
    """Fill the part with all pages, and look at every one of them; raises StoreError when one is damaged."""

    def advance(status: int, remaining: int, total: int) -> None:
        del status
        if progress:
            progress(total - remaining, total)

    connection, copied = store.connect(), sqlite3.connect(part)
    try:
        source = connection.connection.dbapi_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copied, pages=PAGES, progress=advance)
        # The copy is one file: nothing of it waits in a log beside it.
        copied.execute("PRAGMA journal_mode = DELETE")
        _must_be_sound(copied, store.where)
    finally:
        copied.close()
        connection.close()


def _must_be_sound(database: sqlite3.Connection, where: str) -> None:
    """Raise StoreError unless all pages, rows, indexes and references agree: what is copied is what was there.

    https://www.sqlite.org/pragma.html#pragma_integrity_check; it does not look at foreign keys.
    """
    said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(1)")]
    if said != ["ok"]:
        flaw = " ".join(said)[:120]
        raise StoreError(f"the database file is damaged ({flaw}), and was not copied", where=where, do=_DAMAGED)
    orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        raise StoreError(f"the database has lost rows that {orphan[0]} needs", where=where, do=_DAMAGED)
