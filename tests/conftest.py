"""What all tests share: a store on each database, one PostgreSQL server for the whole run, the reference corpus."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.databases import Database, running_server

from publisher.store.engine import Store, open_store

SERVER = "PUBLISHER_TEST_PG"
ROOT = Path(__file__).parent.parent


def corpus_folder() -> Path:
    return Path(os.environ.get("PUBLISHER_CORPUS") or ROOT.parent / "shared")


def pytest_configure(config: pytest.Config) -> None:
    # Workers of pytest-xdist inherit the environment, and so the one server of this run.
    if not hasattr(config, "workerinput"):
        os.environ[SERVER] = tempfile.mkdtemp(prefix="publisher-pg-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or SERVER not in os.environ:
        return
    folder = Path(os.environ.pop(SERVER))
    if (folder / "data" / "postmaster.pid").exists():
        running_server(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Measurements against the corpus run when asked for (`-m corpus`, PUBLISHER_RUN_CORPUS=1) and only with it."""
    asked = "corpus" in str(config.getoption("markexpr")) or os.environ.get("PUBLISHER_RUN_CORPUS") == "1"
    if asked and corpus_folder().is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("corpus")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("corpus")]


@pytest.fixture(scope="session")
def corpus() -> Path:
    return corpus_folder()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a running server, with %s for the name of a database; a missing server fails, never skips."""
    from filelock import FileLock
    from sqlalchemy import create_engine, text

    folder = Path(os.environ[SERVER])
    with FileLock(folder / "start.lock"):
        host = running_server(folder).get_postmaster_info().socket_dir
        url = f"postgresql+psycopg://postgres@/%s?host={host}"
        if not (folder / "template").exists():
            engine = create_engine(url % "postgres", isolation_level="AUTOCOMMIT")
            with engine.connect() as db:
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                    db.execute(text(f"ALTER SYSTEM SET {setting} = off"))
                db.execute(text("SELECT pg_reload_conf()"))
                db.execute(text("CREATE DATABASE prepared"))
            engine.dispose()
            store = open_store(url % "prepared", root=folder)
            store.prepare()
            store.close()
            (folder / "template").touch()
    return url


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def empty_postgres(postgres_server: str, _numbers: Iterator[int], tmp_path: Path) -> Iterator[Database]:
    """A database without a table."""
    yield from _database(postgres_server, "template1", f"e{os.getpid()}_{next(_numbers)}", tmp_path)


@pytest.fixture
def prepared_postgres(postgres_server: str, _numbers: Iterator[int], tmp_path: Path) -> Iterator[Database]:
    """A database with our tables: copied, which takes 20 ms."""
    yield from _database(postgres_server, "prepared", f"t{os.getpid()}_{next(_numbers)}", tmp_path)


def _database(server: str, template: str, name: str, root: Path) -> Iterator[Database]:
    from sqlalchemy import create_engine, text

    engine = create_engine(server % "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    yield Database("postgresql", server % name, root)
    with engine.connect() as db:
        db.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Each database in turn, never used before."""
    if request.param == "sqlite":
        return Database("sqlite", "sqlite:///var/publisher.db", tmp_path)
    found: Database = request.getfixturevalue("empty_postgres")
    return found


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Each database in turn, ready for use."""
    if request.param == "sqlite":
        return Database("sqlite", "sqlite:///var/publisher.db", tmp_path)
    found: Database = request.getfixturevalue("prepared_postgres")
    return found


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """An empty store on each database in turn."""
    store = database.open()
    yield store
    store.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite, for tests of other rooms."""
    store = open_store("sqlite:///var/publisher.db", root=tmp_path)
    yield store
    store.close()
