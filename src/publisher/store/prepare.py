"""Bringing a database to the shape of `tables.py`: once, under an exclusive lock, whoever comes first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, text

from publisher import private
from publisher.errors import StoreError
from publisher.store.failures import explained
from publisher.store.migrations import HEAD, REVISIONS, VERSION_TABLE
from publisher.store.tables import metadata

log = structlog.get_logger()

LOCK_WAIT = 120.0
BIRTH = (
    f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
    f"CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
)


def prepare_sqlite(engine: Engine, path: Path) -> None:
    """Create or migrate the file; cheap when there is nothing to do. Its folder is made, the file is for us only."""
    where = str(path)
    with explained(where):
        if _sqlite_ready(engine, path):
            return
        with _file_lock(path):
            _create_file(path)
            with engine.connect() as db:
                # Outside of any transaction: both are ignored or refused inside one. Only the switch to WAL needs the
                # file for itself, which is what fails when several processes meet at a new database.
                raw = db.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA journal_mode = WAL")
                raw.execute("PRAGMA foreign_keys = OFF")
                try:
                    with db.execution_options(publisher_mode="write").begin():
                        _upgrade(db, where)
                        broken = db.exec_driver_sql("PRAGMA foreign_key_check").first()
                        if broken:
                            raise StoreError(
                                f"the migration left table {broken[0]} without its parent rows", where=where
                            )
                finally:
                    raw.execute("PRAGMA foreign_keys = ON")


def prepare_postgres(engine: Engine, where: str) -> None:
    """Create or migrate the schema that the connection's search path names first."""
    with explained(where):
        with engine.connect() as db:
            if _revision(db, where) == HEAD:
                return
        with engine.begin() as db:
            db.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT:.0f}s'"))
            db.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':publisher:migrate', 0))")
            )
            _upgrade(db, where)


def _sqlite_ready(engine: Engine, path: Path) -> bool:
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with engine.connect() as db:
        if db.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
            return False
        return _revision(db, str(path)) == HEAD


def _create_file(path: Path) -> None:
    # Never open a database file that may be in use: closing any descriptor of it drops all locks that this process
    # has on it, and a writer that seems gone loses its WAL (https://www.sqlite.org/howtocorrupt.html, 2.2).
    if path.exists():
        return
    try:
        private.new(path)
    except OSError as error:
        raise StoreError(
            f"the database cannot be opened ({error.strerror})", where=str(path), do="see that it may be written"
        ) from error


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(path.name + ".lock"), mode=private.FILE)
    try:
        private.folder(path.parent)
        lock.acquire(timeout=LOCK_WAIT, poll_interval=0.02)
    except Timeout as error:
        raise StoreError(
            "another process has been preparing the database for two minutes", where=str(path), do="end that process"
        ) from error
    except OSError as error:
        raise StoreError(
            f"the folder of the database cannot be used ({error.strerror})",
            where=str(path.parent),
            do="see that it exists and may be written",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _tables(db: Connection) -> set[str]:
    if db.dialect.name == "sqlite":
        return set(db.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    return set(db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")))


def _revision(db: Connection, where: str) -> str:
    """The revision that the database is at, '' when it is new to us."""
    tables = _tables(db)
    revision = ""
    if VERSION_TABLE in tables:
        revision = db.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) or ""  # noqa: S608
    if revision and revision not in REVISIONS:
        raise StoreError(
            f"the database is newer than this publisher (revision {revision}, known up to {HEAD})",
            where=where,
            do="install the version that wrote it, or restore an older backup",
        )
    ours = sorted(tables & set(metadata.tables))
    if ours and not revision:
        raise StoreError(
            f"the database has a table {ours[0]} that publisher did not make", where=where, do="give it one of its own"
        )
    return revision


def _upgrade(db: Connection, where: str) -> None:
    revision = _revision(db, where)
    if revision == HEAD:
        return
    if revision:
        migrate(db)
        log.info("database migrated", before=revision, now=HEAD)
        return
    metadata.create_all(db, checkfirst=False)
    db.execute(text(BIRTH))
    db.execute(text(f"INSERT INTO {VERSION_TABLE} (version_num) VALUES (:head)"), {"head": HEAD})  # noqa: S608
    log.info("database created", revision=HEAD)


def migrate(db: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "publisher.store:migrations")
    config.attributes["connection"] = db
    command.upgrade(config, revision)
