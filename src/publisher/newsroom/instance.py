"""One database, one sender: a restored copy may not send until a person says that the old one has stopped.

A mark lies beside the database and again inside it. A backup carries only the inner one, so where it is restored the
two differ, on whatever host that is.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Connection

from publisher import private
from publisher.errors import Held, StoreError
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.store import events, settings

NAME = "instance"


def mark_file(app: App) -> Path:
    """Where the outer mark lies: beside the SQLite file, for PostgreSQL in the project's `var`."""
    if app.store.path is not None:
        return app.store.path.with_name(app.store.path.name + ".instance")
    return app.config.root / "var" / "postgresql.instance"


def check(app: App) -> None:
    """Raise `Held` when this database was sending from somewhere else; its first use here makes the marks."""
    mark(app)
    refuse_copy(app)


def refuse_copy(app: App) -> None:
    """Raise `Held` when the marks say that this database was sending from somewhere else; makes none."""
    with app.store.read() as db:
        inner = settings.get(db, NAME)
    if inner is not None and inner != _read(mark_file(app)):
        raise Held(
            "this database is a copy, and the one it was copied from may still be sending",
            where=app.store.where,
            do="stop the old machine first, then `publisher adopt`",
        )


def mark(app: App) -> None:
    """Make the marks where there are none yet: before there is anything that a copy could be made of."""
    with app.store.read() as db:
        if settings.get(db, NAME) is not None:
            return
    with _alone(app), app.store.write(durable=True) as db:
        if settings.get(db, NAME) is None:
            _set(db, app, _read(mark_file(app)) or secrets.token_hex(16))


def is_home(app: App) -> bool:
    """Whether this database may send from here; of a copy that may not, the editor is told once."""
    try:
        check(app)
    except Held as copy:
        with app.store.read() as db:
            inner = settings.get(db, NAME)
        text = f"{copy.what[0].upper()}{copy.what[1:]}. Until you decide, nothing goes out from here: {copy.do}."
        tell(app, f"copy {(inner or '')[:8]}", "a restored copy waits for you", text)
        return False
    return True


def adopt(app: App) -> None:
    """Take a restored copy over: from now on this database sends, and the one it was copied from would be the copy."""
    with _alone(app), app.store.write(durable=True) as db:
        _set(db, app, secrets.token_hex(16))
        events.record(db, "adopted", NAME, {}, app.now())


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """One process at a time makes marks: two first uses at once would leave an outer and an inner mark that differ."""
    file = mark_file(app)
    try:
        private.folder(file.parent)
        lock = FileLock(file.with_name(file.name + ".lock"), mode=private.FILE)
        lock.acquire()
    except OSError as error:
        raise StoreError(f"the instance's mark cannot be written: {error.strerror}", where=str(file)) from error
    try:
        yield
    finally:
        lock.release()


def _set(db: Connection, app: App, value: str) -> None:
    """Write both marks; the outer one first, so that a crash between them leaves a first use, not a copy."""
    file = mark_file(app)
    try:
        private.write(file, f"{value}\n".encode("ascii"), synced=True)
    except OSError as error:
        raise StoreError(f"the instance's mark cannot be written: {error.strerror}", where=str(file)) from error
    settings.save(db, NAME, value, app.now())


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
