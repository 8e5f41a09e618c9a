"""Networks to post to: one file per kind, found by its name; others join by the entry point `publisher.providers`.

A kind is a frozen settings model with `kind`, `idempotent`, `rules` and `publish` (`publisher.model.SocialProvider`),
named `PROVIDER` in its file. A relative `path` among its settings counts from the project's root.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from publisher.config import RawTable, Settings, settings
from publisher.errors import ConfigError, UsageError
from publisher.model import ChannelRules, SocialProvider
from publisher.providers.social.kit.abilities import TakesConsent
from publisher.providers.social.kit.keys import filled
from publisher.providers.social.kit.rules import (
    NETWORKS,
    RULES,
    rules_for,
    without_link_card,
)

ENTRY_POINTS = "publisher.providers"
_NOT_KINDS = frozenset(
    {
        "abilities",
        "answers",
        "consent",
        "dagcbor",
        "graph",
        "hosted",
        "keys",
        "live",
        "metalogin",
        "oauth1",
        "renewal",
        "rules",
    }
)
_NOWHERE = "https://nowhere.invalid/"

__all__ = [
    "NETWORKS",
    "RULES",
    "asking_for_consent",
    "channel_rules",
    "kinds",
    "open_channel",
    "rules_for",
    "without_link_card",
]


def open_channel(table: RawTable, *, env: Mapping[str, str] | None = None) -> SocialProvider:
    """The channel of a `[social.NAME]` table with its settings read; contacts nobody. Raises ConfigError."""
    kind = _provider(table.kind)
    if kind is None:
        raise table.wrong_kind(kinds())
    known = filled(table)
    for name in getattr(kind, "asked_for", ()):
        if not known.values.get(name) and name not in known.unresolved:
            do = f"`publisher auth {table.name}` gets it, or add `{name} = …` to this table"
            raise ConfigError(f"`{table.title}.{name}` is missing", where=table.where(), do=do)
    opened = settings(known, kind, env=env)
    path = getattr(opened, "path", None)
    if isinstance(path, Path):
        opened = opened.model_copy(update={"path": table.root / path.expanduser()})
    return cast("SocialProvider", opened)


def asking_for_consent(table: RawTable) -> TakesConsent | None:
    """The channel before it has any keys, to ask for them; None where its kind needs none. Raises ConfigError.

    Raises UsageError where the configuration gives the keys itself, which would win over those asked for.
    """
    kind = _provider(table.kind)
    if kind is None:
        raise table.wrong_kind(kinds())
    asked: tuple[str, ...] = getattr(kind, "asked_for", ())
    for name in asked:
        if table.values.get(name) or name in table.unresolved:
            do = f"take `{name}` out of the table, and run it again"
            raise UsageError(f"`{table.title}` has its own `{name}`", where=table.where(name), do=do)
    opened: object = settings(replace(table, values={**dict.fromkeys(asked, _NOWHERE), **table.values}), kind)
    return opened if asked and isinstance(opened, TakesConsent) else None


def channel_rules(table: RawTable) -> ChannelRules:
    """The rules that posts to a `[social.NAME]` table are made by; needs no secret. Raises ConfigError."""
    network = table.values.get("network", table.kind)
    rules = RULES.get(str(network))
    if rules is not None:
        return without_link_card(rules) if table.kind in ("outbox", "manual") else rules
    if network != table.kind:
        raise ConfigError(
            f"`{table.title}.network`: there is no network `{network}`",
            where=table.where("network"),
            do=f"it can be {', '.join(NETWORKS)}",
        )
    return open_channel(table).rules


@cache
def kinds() -> tuple[str, ...]:
    """The kinds that can post, in alphabetical order."""
    here = {path.stem for path in Path(__file__).parent.glob("*.py")} - _NOT_KINDS - {"__init__"}
    return tuple(sorted(here | {point.name for point in entry_points(group=ENTRY_POINTS)}))


def _provider(kind: str) -> type[Settings] | None:
    if kind not in kinds():
        return None
    if kind not in _NOT_KINDS and find_spec(f"{__name__}.{kind}"):
        return cast("type[Settings]", import_module(f"{__name__}.{kind}").PROVIDER)
    loaded: Any = next(point.load() for point in entry_points(group=ENTRY_POINTS) if point.name == kind)
    return cast("type[Settings]", loaded) if hasattr(loaded, "publish") else None
