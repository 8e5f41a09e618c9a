"""A consistent copy of the database while it is in use."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from publisher.errors import StoreError
from publisher.store.engine import Store

PAGES = 2_000


def copy(store: Store, target: Path, *, progress: Callable[[int, int], None] | None = None) -> None:
    """Copy the SQLite database into a new file through SQLite's own backup, which waits for nobody.

    A file copy would tear pages, and opening and closing the file beside live connections drops their locks. Raises
    `StoreError` for PostgreSQL, which brings its own tool, and when the target exists or cannot be written.
    """
    if store.path is None:
        raise StoreError("PostgreSQL is backed up by its own tool", where=store.where, do="use pg_dump")
    if target.exists():
        raise StoreError("there is a file of this name already", where=str(target), do="choose another name")
    store.prepare()
    part = target.with_name(target.name + ".part")

    def advance(status: int, remaining: int, total: int) -> None:
        del status
        if progress:
            progress(total - remaining, total)

    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        connection = store.connect()
        try:
            copied = sqlite3.connect(part)
            try:
                source = connection.connection.dbapi_connection
                assert isinstance(source, sqlite3.Connection)
                source.backup(copied, pages=PAGES, progress=advance)
                # The copy is one file: nothing of it waits in a log beside it.
                copied.execute("PRAGMA journal_mode = DELETE")
            finally:
                copied.close()
        finally:
            connection.close()
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"the copy cannot be made: {error}", where=str(target)) from error
