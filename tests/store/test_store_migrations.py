"""Migrations: they end where the tables are, they run once, and an unknown database is left alone."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from tests.databases import Database

from publisher.errors import StoreError
from publisher.store.engine import open_store
from publisher.store.migrations import HEAD, REVISIONS, VERSION_TABLE
from publisher.store.prepare import migrate
from publisher.store.tables import metadata


def connect(database: Database) -> sa.Engine:
    """A connection past the store, as another program would make it."""
    if database.kind == "sqlite":
        (database.root / "var").mkdir(exist_ok=True)
        return sa.create_engine(f"sqlite:///{database.root}/var/publisher.db")
    return sa.create_engine(database.url)


def shape(db: sa.Connection) -> dict[str, Any]:
    """All that the database itself knows of its tables."""
    look = sa.inspect(db)
    tables: dict[str, Any] = {}
    for name in look.get_table_names():
        tables[name] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)],
            "primary": look.get_pk_constraint(name),
            "foreign": sorted((k["name"], k["constrained_columns"], k["options"]) for k in look.get_foreign_keys(name)),
            "unique": sorted((u["name"], u["column_names"]) for u in look.get_unique_constraints(name)),
            "indexes": sorted((i["name"], i["column_names"], *conditions(i)) for i in look.get_indexes(name)),
        }
    if db.dialect.name == "sqlite":
        numbered = sa.text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
        tables["autoincrement"] = sorted(db.scalars(numbered))
    return tables


def conditions(index: Any) -> list[str]:
    return sorted(f"{key}={value}" for key, value in index["dialect_options"].items())


def test_migrations_and_metadata_give_the_same_schema(empty_database: Database, tmp_path: Path) -> None:
    engine = connect(empty_database)
    with engine.begin() as db:
        migrate(db)
        migrated = shape(db)
        differences = compare_metadata(MigrationContext.configure(db, opts={"version_table": VERSION_TABLE}), metadata)
        metadata.drop_all(db)
        db.execute(sa.text(f"DROP TABLE {VERSION_TABLE}"))
    engine.dispose()
    store = empty_database.open()
    with store.read() as db:
        created = shape(db)
    store.close()

    assert differences == []
    assert created == migrated


def test_migrations_run_in_one_transaction_as_the_store_uses_it(empty_database: Database) -> None:
    engine = connect(empty_database)
    if empty_database.kind == "sqlite":
        sa.event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        sa.event.listen(engine, "begin", lambda db: db.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as db, db.begin() as transaction:
        migrate(db)
        assert "subscribers" in sa.inspect(db).get_table_names()
        transaction.rollback()
    with engine.connect() as db:
        assert sa.inspect(db).get_table_names() == []
    with engine.begin() as db:
        migrate(db)
    engine.dispose()

    store = empty_database.open()
    with store.write() as db:
        db.execute(sa.text("DELETE FROM subscribers"))
    store.close()


def test_the_known_revisions_are_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", "publisher.store:migrations")
    scripts = ScriptDirectory.from_config(config)

    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == REVISIONS
    assert scripts.get_current_head() == HEAD


def test_a_database_of_a_newer_publisher_is_refused_in_clear_words(database: Database) -> None:
    store = database.open()
    store.prepare()
    with store.write() as db:
        db.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    store.close()

    later = database.open()
    with pytest.raises(StoreError, match=rf"newer than this publisher \(revision 9999, known up to {HEAD}\); install"):
        later.prepare()
    later.close()


def test_a_database_of_another_program_is_left_alone(empty_database: Database) -> None:
    engine = connect(empty_database)
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE subscribers (mine INTEGER)"))
    store = empty_database.open()
    with pytest.raises(StoreError, match="a table subscribers that publisher did not make"):
        store.prepare()
    store.close()
    with engine.begin() as db:
        assert sa.inspect(db).get_table_names() == ["subscribers"]
    engine.dispose()


def test_other_tables_of_a_shared_database_do_no_harm(empty_database: Database) -> None:
    engine = connect(empty_database)
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE somebody_elses (id INTEGER)"))
    engine.dispose()
    store = empty_database.open()

    with store.read() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM subscribers")) == 0
    store.close()


def test_alembic_is_not_imported_when_the_database_is_ready_or_new(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom publisher.store.engine import open_store\n"
        "store = open_store('sqlite:///x.db', root=Path(sys.argv[1]))\n"
        "with store.read(): pass\nprint('alembic' in sys.modules)"
    )
    for _ in ("new", "ready"):
        said = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
        )
        assert said.stdout.splitlines()[-1] == "False"


def test_the_database_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = open_store("sqlite:///var/deep/publisher.db", root=tmp_path)
        with store.write() as db:
            db.execute(sa.text("DELETE FROM settings"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var" / "deep").iterdir()}
        store.close()
    finally:
        os.umask(before)

    assert modes["publisher.db"] == 0o600
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes
