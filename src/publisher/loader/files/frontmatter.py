"""Front matter split from a Markdown file: YAML, TOML or JSON, every value as the text that stands in the file.

YAML is read without its types, so that a film may be called "No" or "007" and a date keeps its form.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FENCED = re.compile(
    r"\A\ufeff?\s*(?P<fence>---|\+\+\+|;;;)[ \t]*(?P<kind>json|yaml|toml|js)?[ \t]*\r?\n(?P<matter>.*?)(?:^"
    r"|\n)(?P=fence)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PLAIN_LINE = re.compile(r"^(?P<key>[A-Za-z_][\w -]{0,60}?)\s*:\s+(?P<value>\S.*)$")
_ALIAS = re.compile(r"(?:^|[\s\[,:-])\*[\w-]+")
_MOST_ALIASES = 30
"""More of them can stand for millions of values; such a text is read line by line."""
_DEEPEST = 6
_MOST = 2000


def split(text: str) -> tuple[dict[str, Any], str]:
    """The front matter of a file and the body after it; an empty mapping where there is none.

    Broken YAML is read line by line: a title with a bare colon is the commonest mistake in it.
    """
    found = _FENCED.match(text)
    if found:
        matter = _parsed(found["matter"], found["kind"] or {"+++": "toml", ";;;": "json"}.get(found["fence"], "yaml"))
        if matter is not None:
            return matter, text[found.end() :]
        return {}, text
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith("{"):
        try:
            matter, end = json.JSONDecoder(strict=False).raw_decode(stripped)
        except (ValueError, RecursionError):
            return {}, text
        return (matter, stripped[end:]) if isinstance(matter, dict) and matter else ({}, text)
    return {}, text


def _parsed(matter: str, kind: str) -> dict[str, Any] | None:
    try:
        if kind == "toml":
            found: Any = tomllib.loads(matter.replace("\r\n", "\n"))
        elif kind in ("json", "js"):
            found = json.loads(matter, strict=False)
        elif len(_ALIAS.findall(matter)) > _MOST_ALIASES:
            found = _by_lines(matter)
        else:
            found = yaml.load(matter, Loader=_LOADER)  # noqa: S506 - the base loader makes only text, lists and mappings
    except (yaml.YAMLError, ValueError, RecursionError):
        found = _by_lines(matter)
    if found is None and not matter.strip():
        return {}
    return found if isinstance(found, dict) else None


def listed(text: str) -> list[Any]:
    """What a YAML file lists, where it holds a list; nothing where it does not or cannot be read."""
    if len(_ALIAS.findall(text)) > _MOST_ALIASES:
        return []
    try:
        found = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the base loader makes only text, lists and mappings
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _by_lines(matter: str) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    key = ""
    for line in matter.splitlines():
        if plain := _PLAIN_LINE.match(line):
            key = plain["key"].strip()
            found[key] = _unquoted(plain["value"].strip())
        elif re.match(r"[A-Za-z_][\w-]*\s*:\s*$", line):
            key = line.strip().rstrip(":").strip()
            found[key] = []
        elif (item := re.match(r"\s*-\s+(\S.*)$", line)) and isinstance(found.get(key), list):
            found[key].append(_unquoted(item[1].strip()))
    return found or None


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def flat(matter: Mapping[Any, Any]) -> dict[str, Any]:
    """Every value under its path of folded keys: `extra.movie.en_title` becomes "extra.movie.entitle"."""
    found: dict[str, Any] = {}
    for path, value in _walk(matter, "", 0):
        if len(found) >= _MOST:
            break
        found.setdefault(path, value)
    return found


def _walk(matter: Mapping[Any, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in list(matter.items())[:_MOST]:
        path = prefix + re.sub(r"[\s_-]+", "", str(key)).casefold()
        yield path, value
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _walk(value, f"{path}.", depth + 1)
