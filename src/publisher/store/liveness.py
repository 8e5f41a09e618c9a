"""Telling whether a sender lives: a lock that its process holds for as long as it runs, and the boot it runs in."""

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from publisher import private
from publisher.errors import StoreError
from publisher.store.failures import explained

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
POLL = 0.02


class LivenessLock(Protocol):
    """Held by a living sender, and free the moment that its process is gone, however it went."""

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take it, waiting at most `timeout` seconds; True when it is ours now."""

    def release(self) -> None:
        """Give it back; nothing happens when it is not ours."""

    @property
    def held(self) -> bool:
        """Whether it is ours at this moment (on PostgreSQL the connection that holds it is asked)."""

    def held_by_another(self) -> bool:
        """Whether another sender holds it, in this process or elsewhere; takes nothing."""


class FileLiveness:
    """A lock on a file beside the SQLite file (flock: the kernel gives it back when the process dies)."""

    def __init__(self, path: Path) -> None:
        from filelock import FileLock

        # A soft lock would outlive its process, which is the one thing this lock may not do.
        self._lock = FileLock(path, thread_local=False, mode=private.FILE, fallback_to_soft=False)
        self._path = path

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take it; even without a timeout a tenth of a second is spent, so that another's glance does not count."""
        from filelock import Timeout

        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=max(timeout, 0.1), poll_interval=POLL)
        except Timeout:
            return False
        except OSError as error:
            raise StoreError(
                f"the lock file cannot be used ({error.strerror})",
                where=str(self._path),
                do="give this user the right to write there",
            ) from error
        return True

    def release(self) -> None:
        """Give it back."""
        self._lock.release(force=True)

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._lock.is_locked

    def held_by_another(self) -> bool:
        """Whether another open file holds it: it is tried and given back at once."""
        if self._lock.is_locked:
            return False
        if not self._path.exists() or self.acquire():
            self.release()
            return False
        return True


class AdvisoryLiveness:
    """A session-level advisory lock on a connection of its own; it needs a direct line, not a statement pooler.

    The server notices a machine that vanished after some 30 s of silence (keep-alives on TCP).
    """

    def __init__(self, url: URL, name: str, *, where: str) -> None:
        quick = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 10}
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=quick)
        self._name = f":publisher:alive:{name}"
        self._where = where
        self._line: Connection | None = None

    def acquire(self, timeout: float = 0.0) -> bool:
        """Take it on a new line, which stays open until `release`."""
        if self.held:
            return True
        with explained(self._where):
            line = self._engine.connect()
            try:
                line.exec_driver_sql("SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5")
                line.exec_driver_sql("SET tcp_keepalives_count = 3")
                taken = self._take(line, time.monotonic() + timeout)
            except BaseException:
                line.close()
                raise
        if taken:
            self._line = line
        else:
            line.close()
        return taken

    def _take(self, line: Connection, until: float) -> bool:
        lock = text("SELECT pg_try_advisory_lock(hashtextextended(current_schema() || :name, 0))")
        while not line.scalar(lock, {"name": self._name}):
            if time.monotonic() >= until:
                return False
            time.sleep(POLL)
        return True

    def release(self) -> None:
        """Give it back by closing its line."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(DBAPIError):
                line.close()

    @property
    def held(self) -> bool:
        """Whether its line still stands; a line that broke has lost the lock."""
        if self._line is None:
            return False
        try:
            self._line.exec_driver_sql("SELECT 1")
        except DBAPIError:
            self._line.invalidate()
            self.release()
            return False
        return True

    def held_by_another(self) -> bool:
        """Whether a session other than ours holds it, as `pg_locks` says; the lock itself is not touched."""
        # A 64-bit key stands in pg_locks as two halves: https://www.postgresql.org/docs/current/view-pg-locks.html
        holders = text(
            "WITH k AS (SELECT hashtextextended(current_schema() || :name, 0) AS key) "
            "SELECT l.pid FROM pg_locks l, k, pg_database d WHERE l.locktype = 'advisory' AND l.granted "
            "AND l.objsubid = 1 AND d.datname = current_database() AND l.database = d.oid "
            "AND l.classid::bigint = ((k.key >> 32) & 4294967295) AND l.objid::bigint = (k.key & 4294967295)"
        )
        with explained(self._where), self._engine.connect() as db:
            pids = set(db.scalars(holders, {"name": self._name}))
        if self.held and self._line is not None:
            pids.discard(self._line.connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]
        return bool(pids)


def file_name(name: str) -> str:
    """A lock's name as part of a file name, distinct for distinct names."""
    plain = "".join(c if c.isalnum() and c.isascii() else "-" for c in name)
    return plain if plain == name else f"{plain[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def boot_id() -> str:
    """Names the running boot of this machine: claims of another boot were made before a power loss or a reboot.

    Linux tells it (random(4)); elsewhere it is the minute of the boot, which a corrected clock may move: such a claim
    then counts as one from before, which is the careful side.
    """
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        started = time.time() - time.clock_gettime(time.CLOCK_MONOTONIC)
        return f"{os.uname().nodename}-{round(started / 60)}"
