"""Destinations: one file per mail provider and per network, whose name is its kind.

Others ship theirs by entry point `publisher.providers`: the entry's name is the kind, its object a class whose
fields are its settings (a frozen pydantic model).
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from publisher.config import RawTable, settings
from publisher.model import MailProvider
from publisher.providers import email

ENTRY_POINTS = "publisher.providers"


def mail_provider(table: RawTable, *, root: Path, env: Mapping[str, str] | None = None) -> MailProvider:
    """The provider of a `[providers.…]` table, its relative paths counted from `root`; nothing is contacted.

    Raises `ConfigError` for an unknown kind or a wrong setting.
    """
    made: Any = settings(table, _mail_class(table), env=env)
    paths = {name: root / value.expanduser() for name, value in made if isinstance(value, Path)}
    return cast("MailProvider", made.model_copy(update=paths) if paths else made)


def mail_kinds() -> tuple[str, ...]:
    """The kinds that can send mail, in alphabetical order."""
    own = {module.name for module in pkgutil.iter_modules(email.__path__) if not module.name.startswith("_")}
    return tuple(sorted(own | {entry.name for entry in entry_points(group=ENTRY_POINTS)}))


def _mail_class(table: RawTable) -> Any:
    if table.kind in {module.name for module in pkgutil.iter_modules(email.__path__)} and not table.kind.startswith(
        "_"
    ):
        return import_module(f"{email.__name__}.{table.kind}").PROVIDER
    for entry in entry_points(group=ENTRY_POINTS, name=table.kind):
        found = entry.load()
        if hasattr(found, "connect"):
            return found
    raise table.wrong_kind(mail_kinds())
