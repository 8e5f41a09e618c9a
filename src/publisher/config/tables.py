"""The whole configuration as one frozen noun, and the tables that stay raw until their kind reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from publisher.config.mistakes import Mistake, Place, first_of, validate
from publisher.config.models import (
    ChannelPolicy,
    Delivery,
    Editor,
    Newsletter,
    QuoteChoice,
    Site,
    SourcePolicy,
    StoreTable,
    Web,
    field_names,
)
from publisher.config.secrets import SECRET, learn, resolve
from publisher.config.words import did_you_mean, one_of
from publisher.errors import ConfigError

M = TypeVar("M", bound=BaseModel)

COMMON: Mapping[str, type[BaseModel]] = {"sources": SourcePolicy, "social": ChannelPolicy}
"""What all tables of a group may say, whatever their kind."""


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """A source, provider or channel as written: its kind's own model reads `values` through `settings`.

    `values` has the secrets filled in and is kept out of `repr`; `referenced` are the keys that came from the
    environment or a file; `unresolved` says of the others why their secret is missing.
    """

    name: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    group: str = ""
    file: str = "publisher.toml"
    line: int = 1
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    referenced: frozenset[str] = frozenset()
    unresolved: Mapping[str, str] = field(default_factory=dict)
    root: Path = field(default=Path(), repr=False)

    @property
    def title(self) -> str:
        """The table as people write it, `providers.mail`."""
        return f"{self.group}.{self.name}" if self.group else self.name

    def where(self, key: str = "") -> str:
        """`config/publisher.toml:41`, the line of the key or of the table's head."""
        return f"{self.file}:{self.line_of((key,))}"

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """The line of a key's path, or of what is nearest around it."""
        for end in range(len(path), 0, -1):
            found = self.lines.get(".".join(str(part) for part in path[:end]))
            if found:
                return found
        return self.line

    @property
    def literal_secrets(self) -> tuple[str, ...]:
        """The keys whose secret stands in the file itself, where it does not belong."""
        return tuple(
            key
            for key, value in self.values.items()
            if SECRET.search(key) and isinstance(value, str) and value and key not in self.referenced
        )

    def wrong_kind(self, known: Iterable[str]) -> ConfigError:
        """The error for a kind that nobody implements."""
        kinds = sorted(known)
        hint = did_you_mean(self.kind, kinds) or f"it can be {one_of(kinds)}"
        return ConfigError(f"`{self.title}.kind`: there is no kind `{self.kind}`", where=self.where("kind"), do=hint)


def settings(table: RawTable, model: type[M], *, env: Mapping[str, str] | None = None) -> M:
    """A kind's own settings from its table; ConfigError names the key, its line and the nearest right word.

    Keys that all tables of the group share (`every`, `slots`) pass by unless the model wants them too.
    """
    values, referenced, unresolved = dict(table.values), set(table.referenced), dict(table.unresolved)
    if unresolved and env is not None:
        again = resolve({key: values[key] for key in unresolved}, env=env, root=table.root)
        learn(again.values, group=table.group)
        values = {key: value for key, value in values.items() if key not in unresolved} | again.values
        referenced, unresolved = referenced | again.referenced, again.unresolved
    if unresolved:
        raise first_of([_unresolved(table, key, why) for key, why in unresolved.items()], file=table.file)
    common = COMMON.get(table.group)
    place = Place(name=table.title, line_of=table.line_of, referenced=referenced)
    parsed = validate(model, values, place, also=tuple(field_names(common)) if common else ())
    if isinstance(parsed, list):
        raise first_of(parsed, file=table.file)
    return parsed


def policy(table: RawTable, model: type[M]) -> M:
    """What the table says of the things that its whole group shares: `SourcePolicy` or `ChannelPolicy`."""
    names = field_names(model)
    shared = {key: value for key, value in table.values.items() if key in names}
    place = Place(name=table.title, line_of=table.line_of, referenced=table.referenced)
    parsed = validate(model, shared, place)
    if isinstance(parsed, list):
        raise first_of(parsed, file=table.file)
    return parsed


def _unresolved(table: RawTable, key: str, why: str) -> Mistake:
    return Mistake(line=table.line_of((key,)), what=f"`{table.title}.{key}`: {why}", do=REMEDY)


REMEDY = "set it in the environment or in `.env` beside the project's root"


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that `publisher.toml` says, with defaults for what it does not say; `path` is None without a file."""

    path: Path | None
    root: Path
    site: Site
    editor: Editor
    critics: Mapping[str, str]
    store: StoreTable
    sources: tuple[RawTable, ...]
    providers: Mapping[str, RawTable]
    newsletters: Mapping[str, Newsletter]
    delivery: Delivery
    social: Mapping[str, RawTable]
    web: Web
    quotes: QuoteChoice
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    file: str = "publisher.toml"

    @classmethod
    def defaults(cls, root: Path) -> "Config":
        """The configuration of a folder in which nothing is configured."""
        return cls(
            path=None,
            root=root,
            site=Site(),
            editor=Editor(),
            critics={},
            store=StoreTable(),
            sources=(),
            providers={},
            newsletters={},
            delivery=Delivery(),
            social={},
            web=Web(),
            quotes=QuoteChoice(),
        )

    def where(self, key: str) -> str:
        """`config/publisher.toml:41` for a key such as `newsletters.weekly.from`, or its nearest table."""
        parts = key.split(".")
        for end in range(len(parts), 0, -1):
            if ".".join(parts[:end]) in self.lines:
                return f"{self.file}:{self.lines['.'.join(parts[:end])]}"
        return self.file
