"""What all tests share: a store on each database, one PostgreSQL server for the whole run, the reference corpus."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest
from hypothesis import settings
from tests.databases import Database, Databases, running_server, stop_when_gone
from tests.planted import pytest_runtest_makereport

from publisher import quotes
from publisher.store.engine import Store, open_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["pytest_runtest_makereport"]

SERVER = "PUBLISHER_TEST_PG"
OWNER = "PUBLISHER_TEST_PG_OWNER"
ROOT = Path(__file__).parent.parent


def corpus_folder() -> Path:
    return Path(os.environ.get("PUBLISHER_CORPUS") or ROOT.parent / "shared")


# Laws are tried on fewer examples in every run and on many in `make fuzz`; a loaded machine is no failure.
settings.register_profile("quick", max_examples=40, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("quick")
    # The network takes seconds to load and to read with: tests of the reader switch it on, all others rank by words.
    os.environ["PUBLISHER_READER"] = "off"
    quotes.switch_off()
    # Workers of pytest-xdist inherit the environment, and so the one server of this run.
    if not hasattr(config, "workerinput"):
        os.environ[SERVER] = tempfile.mkdtemp(prefix="publisher-pg-")
        os.environ[OWNER] = str(os.getpid())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker writes down which branches it took while it is still waited for; at its exit it may be ended."""
    if hasattr(session.config, "workerinput") and (watch := coverage.Coverage.current()):
        watch.save()


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
def browser() -> Iterator["Browser"]:
    """One Chromium for all browser tests of a run; the pages are offline."""
    from playwright.sync_api import sync_playwright
    from tools import chromium

    with sync_playwright() as play:
        launched = chromium.launch(play)
        yield launched
        launched.close()


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
            stop_when_gone(int(os.environ[OWNER]), folder)
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
def postgres_databases(postgres_server: str) -> Iterator[Databases]:
    """Databases of this process, made as they are needed and used again."""
    databases = Databases(postgres_server)
    yield databases
    databases.close()


@pytest.fixture
def empty_postgres(postgres_databases: Databases, tmp_path: Path) -> Database:
    """A database without a table."""
    return Database("postgresql", postgres_databases.new("template1"), tmp_path)


@pytest.fixture
def prepared_postgres(postgres_databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """A database with our tables and nothing in them."""
    url = postgres_databases.take()
    yield Database("postgresql", url, tmp_path)
    postgres_databases.give_back(url)


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Each database in turn, never used before."""
    if request.param == "sqlite":
        return Database("sqlite", "sqlite:///var/publisher.db", tmp_path)
    found: Database = request.getfixturevalue("empty_postgres")
    return found


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables and nothing in them; copying it is much quicker than making it."""
    folder = tmp_path_factory.mktemp("template")
    store = open_store("sqlite:///template.db", root=folder)
    store.prepare()
    store.close()
    return folder / "template.db"


@pytest.fixture
def prepared_sqlite(sqlite_template: Path, tmp_path: Path) -> Database:
    """A SQLite file with our tables and nothing in them."""
    (tmp_path / "var").mkdir(exist_ok=True)
    shutil.copy(sqlite_template, tmp_path / "var" / "publisher.db")
    return Database("sqlite", "sqlite:///var/publisher.db", tmp_path)


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Database:
    """Each database in turn, ready for use."""
    fixture = {"sqlite": "prepared_sqlite", "postgresql": "prepared_postgres"}[request.param]
    found: Database = request.getfixturevalue(fixture)
    return found


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """An empty store on each database in turn."""
    store = database.open()
    yield store
    store.close()


@pytest.fixture
def sqlite_store(prepared_sqlite: Database) -> Iterator[Store]:
    """An empty store on SQLite, for tests of other rooms."""
    store = prepared_sqlite.open()
    yield store
    store.close()
