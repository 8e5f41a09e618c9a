"""Keys that nobody has filled in: what an example wrote still stands there, or nothing where something must. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from publisher.config.models import Settings
from publisher.config.secrets import SECRET
from publisher.config.tables import Config, RawTable

NEEDED = ("site.name", "site.url", "site.postal_address", "editor.email", "web.url")
"""The keys without which a newsletter goes out badly or not at all."""

# RFC 2606 keeps these names, and all below them, for examples; nobody has a site or a mailbox there.
_RESERVED = re.compile(r"(?i)(?:^|[@/.])example\.(?:com|org|net)\.?(?=$|[:/?#>\s\"',;)])")
_PLACEHOLDER = re.compile(
    r"(?is)[(\[<{]+\s*(?:(?:your|my|the|insert|enter|put|fill in|add)\b|company\b|street\b|postal\b).*[)\]>}]+|"
    r"your (?:own )?[a-z' -]{0,20}(?:address|name|site|newsletter|company)(?: here)?|"
    r"…+|\.{3,}|\?{3,}|x{3,}|change[ _-]?(?:me|this)!?|replace[ _-]?(?:me|this)!?|todo\b.{0,40}|tbd|placeholder"
)
_SHAM = re.compile(r"(?i)1 high street,? london")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfilled:
    """A key as it is written in the file, its line, and what stands there; empty where nothing does."""

    key: str
    where: str
    value: str = ""

    @property
    def line(self) -> int:
        """The line of the key, or of its table; 0 where neither is written."""
        return int(found) if (found := self.where.rpartition(":")[2]).isdigit() else 0


def placeholders(config: Config) -> Iterator[Unfilled]:
    """The keys whose value stands only for an example."""
    for key, where, value in _values(config):
        for text in _texts(value):
            if is_placeholder(text):
                shown = "" if SECRET.search(key.rpartition(".")[2]) else " ".join(text.split())[:80]
                yield Unfilled(key=key, where=where, value=shown)
                break


def to_fill(config: Config) -> tuple[Unfilled, ...]:
    """All keys that a person must fill in, in the order of the file: the empty ones and those of an example."""
    written = {key: value for key, _, value in _values(config)}
    empty = [Unfilled(key=key, where=config.where(key)) for key in NEEDED if not any(_texts(written.get(key)))]
    return tuple(sorted((*empty, *placeholders(config)), key=lambda each: each.line))


def is_placeholder(text: str) -> bool:
    """Whether a value is an example's or a form's, not somebody's own."""
    text = text.strip()
    name = text.partition("<")[0].strip(' "')
    return bool(_RESERVED.search(text) or _PLACEHOLDER.fullmatch(text or name) or _PLACEHOLDER.fullmatch(name)) or bool(
        _SHAM.fullmatch(text)
    )


def _values(config: Config) -> Iterator[tuple[str, str, Any]]:
    """Every key that says who we are and where we live, with its line and its value."""
    yield from _written(config, "site", config.site)
    yield from _written(config, "editor", config.editor)
    yield from _written(config, "web", config.web)
    for number, table in enumerate(config.sources, 1):
        yield from _raw(table, f"sources[{number}]")
    for group in (config.providers, config.social):
        for table in group.values():
            yield from _raw(table, table.title)
    for name, newsletter in config.newsletters.items():
        yield from _written(config, f"newsletters.{name}", newsletter, only_written=True)


def _written(
    config: Config, title: str, table: Settings, *, only_written: bool = False
) -> Iterator[tuple[str, str, Any]]:
    for name, field in type(table).model_fields.items():
        key = f"{title}.{field.validation_alias or name}"
        if key in config.lines or not only_written:
            yield key, config.where(key), getattr(table, name)


def _raw(table: RawTable, title: str) -> Iterator[tuple[str, str, Any]]:
    for key, value in table.values.items():
        yield f"{title}.{key}", table.where(key), value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
