"""INSERT … ON CONFLICT, which SQLAlchemy spells once per database."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert(db: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` in this connection's dialect.

    `rowcount` of its result counts the rows that were written, which Core alone does not keep for an INSERT.
    """
    if db.dialect.name == "sqlite":
        return sqlite.insert(table).execution_options(preserve_rowcount=True)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table).execution_options(preserve_rowcount=True)
