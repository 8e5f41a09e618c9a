"""All kinds of sources by their names: ours by file, installed ones by entry point. No kind knows another."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from publisher import loader as room
from publisher.config import RawTable, settings
from publisher.loader.source import Source, SourceSettings

_GROUP = "publisher.sources"


def kinds() -> tuple[str, ...]:
    """The names of all kinds of sources, ours and installed ones."""
    ours = [
        m.name for m in iter_modules(room.__path__) if hasattr(import_module(f"{room.__name__}.{m.name}"), "SOURCE")
    ]
    return tuple(sorted({*ours, *entry_points(group=_GROUP).names}))


def model(table: RawTable) -> type[SourceSettings]:
    """The settings model of a table's kind; ConfigError when nobody implements it."""
    if table.kind.isidentifier() and find_spec(f"publisher.loader.{table.kind}") is not None:
        found = getattr(import_module(f"publisher.loader.{table.kind}"), "SOURCE", None)
        if found is not None:
            return _checked(found)
    for entry_point in entry_points(group=_GROUP, name=table.kind):
        return _checked(entry_point.load())
    raise table.wrong_kind(kinds())


def open_source(table: RawTable, *, env: Mapping[str, str] | None = None) -> Source:
    """The source that a table configures; ConfigError names the key and its line."""
    source = settings(table, model(table), env=env)
    if not isinstance(source, Source):
        raise TypeError(f"the kind {table.kind} has no load()")
    return source


def _checked(found: Any) -> type[SourceSettings]:
    if not (isinstance(found, type) and issubclass(found, SourceSettings)):
        raise TypeError(f"{found!r} is not a SourceSettings")
    return found
