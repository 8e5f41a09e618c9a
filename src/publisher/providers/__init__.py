"""Destinations: one file per mail provider and per network, whose name is its kind.

Others ship theirs by entry point `publisher.providers`: the entry's name is the kind, its object a class whose
fields are its settings (a frozen pydantic model).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from publisher.config import RawTable, settings
from publisher.model import MailFacts, MailProvider
from publisher.providers.kinds import MAIL


def mail_provider(table: RawTable, *, root: Path, env: Mapping[str, str] | None = None) -> MailProvider:
    """The provider of a `[providers.…]` table, its relative paths counted from `root`; nothing is contacted.

    Raises `ConfigError` for an unknown kind or a wrong setting.
    """
    kind = MAIL.find(table.kind)
    if kind is None:
        raise table.wrong_kind(mail_kinds())
    made: Any = settings(table, kind, env=env)
    paths = {name: root / value.expanduser() for name, value in made if isinstance(value, Path)}
    return cast("MailProvider", made.model_copy(update=paths) if paths else made)


def mail_kinds() -> tuple[str, ...]:
    """The kinds that can send mail, in alphabetical order."""
    return MAIL.names()


def mail_facts(kind: str) -> MailFacts:
    """What is true of a kind whatever its settings; the usual for one that does not say, and for one not known."""
    return cast("MailFacts", getattr(MAIL.find(kind), "facts", MailFacts()))
