"""The door to the database: transactions used as SQLite and PostgreSQL must be used, the same for both."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from publisher.errors import StoreError
from publisher.store.failures import explained
from publisher.store.liveness import AdvisoryLiveness, FileLiveness, LivenessLock, boot_id, file_name
from publisher.store.prepare import prepare_postgres, prepare_sqlite

__all__ = ["LivenessLock", "Store", "boot_id", "open_store"]

BUSY_SECONDS = 30

# What a connection must be before its transaction begins; neither may be changed inside one.
PRAGMAS = {
    "read": ("PRAGMA query_only = ON", "PRAGMA synchronous = NORMAL"),
    "write": ("PRAGMA query_only = OFF", "PRAGMA synchronous = NORMAL"),
    "durable": ("PRAGMA query_only = OFF", "PRAGMA synchronous = FULL"),
}
WRITER = text("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':publisher:write', 0))")


class Store:
    """One database and its transactions; it is created or migrated at the first of them, and threads may share it."""

    def __init__(self, engine: Engine, *, path: Path | None, where: str) -> None:
        self.path = path
        self.where = where
        self.dialect: Literal["sqlite", "postgresql"] = "postgresql" if path is None else "sqlite"
        # Signing keys that were read: they never change, and links are checked without asking the database again.
        self.keys: dict[str, bytes] = {}
        self._engine = engine
        self._ready = False
        self._preparing = threading.Lock()
        self._local = threading.local()

    def prepare(self) -> None:
        """Create or migrate the database now, under its lock; raises `StoreError` when it is newer than we are."""
        with self._preparing:
            if self._ready:
                return
            if self.path is None:
                prepare_postgres(self._engine, self.where)
            else:
                prepare_sqlite(self._engine, self.path)
            self._ready = True

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One unchanging picture of the database; writing in it is an error."""
        if not self._ready:
            self.prepare()
        options: dict[str, Any] = {"publisher_mode": "read"}
        if self.dialect == "postgresql":
            options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        with explained(self.where), self._engine.connect() as db, db.execution_options(**options).begin():
            yield db

    @contextmanager
    def write(self, *, durable: bool = False, concurrent: bool = False) -> Iterator[Connection]:
        """A transaction that has all writing for itself from its first statement, committed at the end of the block.

        What it reads stays true until it commits, so that read-then-write loses nothing, on both databases. `durable`
        has SQLite sync to the disk before it returns (without it, a power loss may take back the last commits, never a
        kill); PostgreSQL always does, as its server is configured. `concurrent` lets PostgreSQL writers run beside
        this one: for statements that lock their own rows (SKIP LOCKED, attempt fences); SQLite has one writer anyway.
        """
        if getattr(self._local, "writing", False):
            raise RuntimeError("a write inside a write would wait for itself; hand the connection down instead")
        if not self._ready:
            self.prepare()
        options = {"publisher_mode": "durable" if durable else "write"}
        self._local.writing = True
        try:
            with explained(self.where), self._engine.connect() as db, db.execution_options(**options).begin():
                if self.dialect == "postgresql" and not concurrent:
                    db.execute(WRITER)
                yield db
        finally:
            self._local.writing = False

    def connect(self) -> Connection:
        """A connection of the caller's own, out of the pool: the caller drives its transactions and closes it."""
        self.prepare()
        with explained(self.where):
            db = self._engine.connect()
            db.detach()
        return db

    def sender_lock(self, name: str) -> LivenessLock:
        """The lock that a living sender called `name` holds; each call gives another holder's view of it."""
        if self.path is None:
            return AdvisoryLiveness(self._engine.url, name, where=self.where)
        self.prepare()
        return FileLiveness(self.path.with_name(f"{self.path.name}.{file_name(name)}.lock"))

    def compact(self) -> int:
        """Give the disk back what the database no longer needs; how many bytes. Others wait as long as that takes."""
        if self.path is None:
            return 0  # PostgreSQL's own autovacuum does that
        self.prepare()
        with explained(self.where), self._engine.connect() as db:
            raw: Any = db.connection.driver_connection
            size, free = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count"))
            if free:
                raw.execute("PRAGMA query_only = OFF")
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                db.info.pop("mode", None)
        return int(size * free)

    def close(self) -> None:
        """Close every idle connection; the store may be used again afterwards."""
        self._engine.dispose()


def open_store(url: str, *, root: Path) -> Store:
    """The store at `url` (`sqlite:///…` relative to `root`, or `postgresql+psycopg://…`); nothing is contacted yet."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the address of the database cannot be read",
            where="[store] url",
            do="write sqlite:///var/publisher.db or postgresql+psycopg://user@host/name",
        ) from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(parsed, root)
    if kind in {"postgresql", "postgres"}:
        return _open_postgres(parsed.set(drivername="postgresql+psycopg"))
    raise StoreError(f"{kind} is no database that publisher knows", where="[store] url", do="use sqlite or postgresql")


def _open_sqlite(url: URL, root: Path) -> Store:
    if url.database in {None, "", ":memory:"}:
        raise StoreError("the database needs a file", where="[store] url", do="write sqlite:///var/publisher.db")
    path = (root / Path(str(url.database)).expanduser()).absolute()
    # isolation_level None takes the driver's own BEGINs away: they come too late and are deferred, which loses updates.
    driver: dict[str, Any] = {"isolation_level": None}
    if "timeout" not in url.query:
        driver["timeout"] = BUSY_SECONDS
    engine = create_engine(url.set(database=str(path)), connect_args=driver, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine, path=path, where=str(path))


def _set_up_sqlite(raw: Any, record: Any) -> None:  # noqa: ARG001
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA journal_size_limit = 67108864")
    raw.execute("PRAGMA cache_size = -512")


def _begin_sqlite(db: Connection) -> None:
    mode = db.get_execution_options().get("publisher_mode", "read")
    raw: Any = db.connection.driver_connection
    if db.info.get("mode") != mode:
        for pragma in PRAGMAS[mode]:
            raw.execute(pragma)
        db.info["mode"] = mode
    raw.execute("BEGIN" if mode == "read" else "BEGIN IMMEDIATE")


def _open_postgres(url: URL) -> Store:
    where = f"postgresql://{url.host or url.query.get('host') or 'localhost'}/{url.database or ''}"
    try:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 10})
    except ModuleNotFoundError as error:
        raise StoreError(
            "the PostgreSQL driver is not installed", where="[store] url", do="pip install 'review-publisher[postgres]'"
        ) from error
    if "lock_timeout" not in str(url.query.get("options", "")):
        event.listen(engine, "connect", _set_up_postgres)
    return Store(engine, path=None, where=where)


def _set_up_postgres(raw: Any, record: Any) -> None:  # noqa: ARG001
    raw.autocommit = True
    raw.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    raw.autocommit = False
