"""Thousands of values in one statement, as each database takes them fastest."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ColumnElement, Connection, Integer, Table, any_, func, literal, select


def among(db: Connection, column: ColumnElement[Any], values: Collection[str | int]) -> ColumnElement[bool]:
    """Whether a column is one of many values, handed over as one parameter: no limit, nothing compiled anew."""
    if db.dialect.name == "sqlite":
        given = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(given.c.value))
    from sqlalchemy.dialects.postgresql import ARRAY

    return column == any_(literal(list(values), ARRAY(column.type)))


def insert_many(
    db: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    replace: Sequence[str] = (),
) -> None:
    """Insert rows of plain values as the driver takes them: times as microseconds, JSON as text.

    A row whose primary key is there already replaces the columns named in `replace`. This is five times as fast as
    Core, which looks at every value on its way.
    """
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    conflict = ""
    if replace:
        key = ", ".join(column.name for column in table.primary_key)
        conflict = f" ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f'"{c}" = excluded."{c}"' for c in replace)
    if db.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        db.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks}){conflict}", list(rows))  # noqa: S608
        return
    # One array per column and one statement: a round trip for thousands of rows.
    arrays = ", ".join(f"%s::{_array_of(table, name)}[]" for name in columns)
    picked = ", ".join(f'"{c}"::json' if isinstance(table.c[c].type, JSON) else f'"{c}"' for c in columns)
    source = f"SELECT {picked} FROM unnest({arrays}) AS given ({names})"  # noqa: S608
    values = tuple(list(column) for column in zip(*rows, strict=True))
    db.exec_driver_sql(f"INSERT INTO {table.name} ({names}) {source}{conflict}", values)


def _array_of(table: Table, column: str) -> str:
    type_ = table.c[column].type
    kind = getattr(type_, "impl", type_)
    if isinstance(kind, Boolean):
        return "boolean"
    return "bigint" if isinstance(kind, BigInteger | Integer) else "text"
