"""Networks to post to: one file per kind, found by its name; others join by the entry point `publisher.providers`.

A kind is a frozen settings model with `kind`, `idempotent`, `rules` and `publish` (`publisher.model.SocialProvider`),
named `PROVIDER` in its file; `kit/network.py` has its other facts. A relative `path` among its settings counts from the
project's root.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from publisher.config import RawTable, Settings, settings
from publisher.errors import ConfigError, UsageError
from publisher.model import ChannelRules, SocialProvider
from publisher.providers.kinds import SOCIAL
from publisher.providers.social.kit.abilities import TakesConsent
from publisher.providers.social.kit.folder import PostFolder
from publisher.providers.social.kit.keys import filled
from publisher.providers.social.kit.rules import (
    display_name,
    known_rules,
    networks,
    public_networks,
    rules_for,
    without_link_card,
)

_NOWHERE = "https://nowhere.invalid/"

__all__ = [
    "asking_for_consent",
    "channel_rules",
    "display_name",
    "kinds",
    "known_rules",
    "networks",
    "open_channel",
    "public_networks",
    "rules_for",
    "without_link_card",
]


def open_channel(table: RawTable, *, env: Mapping[str, str] | None = None) -> SocialProvider:
    """The channel of a `[social.NAME]` table with its settings read; contacts nobody. Raises ConfigError."""
    kind = _kind(table)
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
    kind = _kind(table)
    asked: tuple[str, ...] = getattr(kind, "asked_for", ())
    for name in asked:
        if table.values.get(name) or name in table.unresolved:
            do = f"take `{name}` out of the table, and run it again"
            raise UsageError(f"`{table.title}` has its own `{name}`", where=table.where(name), do=do)
    opened: object = settings(replace(table, values={**dict.fromkeys(asked, _NOWHERE), **table.values}), kind)
    return opened if asked and isinstance(opened, TakesConsent) else None


def channel_rules(table: RawTable) -> ChannelRules:
    """The rules that posts to a `[social.NAME]` table are made by; needs no secret. Raises ConfigError."""
    kind = _kind(table)
    if not issubclass(kind, PostFolder):
        counting: ChannelRules | None = getattr(kind, "counting", None)
        return counting or open_channel(table).rules
    network = table.values.get("network")
    if network is None:
        return open_channel(table).rules
    rules = known_rules(str(network))
    if rules is None:
        raise ConfigError(
            f"`{table.title}.network`: there is no network `{network}`",
            where=table.where("network"),
            do=f"it can be {', '.join(networks())}",
        )
    return without_link_card(rules)


def kinds() -> tuple[str, ...]:
    """The kinds that can post, in alphabetical order."""
    return SOCIAL.names()


def _kind(table: RawTable) -> type[Settings]:
    kind = SOCIAL.find(table.kind)
    if kind is None:
        raise table.wrong_kind(kinds())
    return cast("type[Settings]", kind)
