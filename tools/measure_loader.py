"""Prints how well the loader reads the reference data; see docs/measuring.md.

    python tools/measure_loader.py [FOLDER]        FOLDER defaults to $PUBLISHER_CORPUS, else ../shared
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.errors import SourceError
from publisher.loader import entries
from publisher.loader.record import FeedEntry, Markup


@dataclass(frozen=True)
class Score:
    """How many of how many, and which were missed."""

    name: str
    right: int
    of: int
    missed: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The right ones as a share of all."""
        return self.right / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.name:48} {self.right:6,} of {self.of:6,}  {self.share:7.2%}"


def core_cases(corpus: Path) -> Score:
    """feedparser's own cases on entry fields, through our record."""
    folder = corpus / "data" / "loader" / "peer_suites" / "feedparser"
    lines = (folder / "core_cases.jsonl").read_text(encoding="utf-8").splitlines()
    failed: dict[str, str] = {}
    files = set()
    for check in map(json.loads, lines):
        files.add(check["file"])
        found = _core_value(folder / check["file"], check)
        if not _holds(check, found):
            failed[check["file"]] = f"{check['file']} {check['field']}: {found!r}, not {check.get('expected')!r}"
    return Score("feedparser core cases", len(files) - len(failed), len(files), tuple(failed.values()))


def _core_value(file: Path, check: Mapping[str, Any]) -> Any:
    headers = {name.lower(): value for name, value in (check.get("http_headers") or {}).items()}
    said = {"content_type": headers.get("content-type", ""), "base": headers.get("content-location", "")}
    said |= {"url": check.get("fetched_from") or said["base"], "language": headers.get("content-language")}
    try:
        feed = entries.parse(file.read_bytes(), **said)
    except SourceError as error:
        return error
    if len(feed.entries) <= check["entry"]:
        return None
    return _field(feed.entries[check["entry"]], check["field"])


def _holds(check: Mapping[str, Any], found: Any) -> bool:
    operator, expected = check["op"], check.get("expected")
    if operator == "len":
        return isinstance(found, list | tuple | str) and len(found) == expected
    if operator in ("truthy", "falsy"):
        return bool(found) is (operator == "truthy")
    return bool(found == expected)


def _field(entry: FeedEntry, path: str) -> Any:
    """What our record says where feedparser's own result has `path`."""
    value: Any = _Names(entry)
    for step in path.replace("enclosures[0].url", "enclosures[0].href").replace("[", ".[").split("."):
        try:
            value = value[int(step[1:-1])] if step.startswith("[") else value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class _Names:
    """feedparser's names for the fields of our record."""

    def __init__(self, entry: FeedEntry) -> None:
        self._entry = entry

    def __getitem__(self, name: str) -> Any:
        entry = self._entry
        if name in ("title", "summary", "description"):
            markup = entry.title if name == "title" else entry.summary
            return markup.safe if markup else None
        if name in ("title_detail", "summary_detail"):
            return _detail(entry.title if name == "title_detail" else entry.summary)
        if name == "content":
            return [_detail(each) for each in entry.content]
        if name in ("id", "guid"):
            return entry.id
        if name == "guidislink":
            return entry.id_is_url
        if name == "link":
            return entry.url
        if name == "links":
            return list(entry.links)
        if name == "enclosures":
            return [{key: value for key, value in each.items() if key != "rel"} for each in entry.enclosures]
        if name in ("author", "language"):
            return getattr(entry, name)
        if name in ("authors", "author_detail"):
            people = [{"name": who.name, "email": who.email, "url": who.url, "href": who.url} for who in entry.authors]
            return people if name == "authors" else people[-1]
        if name in ("published", "updated"):
            return getattr(entry, name)
        if name in ("published_parsed", "updated_parsed"):
            return _date(getattr(entry, name.removesuffix("_parsed")))
        if name == "tags":
            return [{"term": tag.term, "scheme": tag.scheme, "label": tag.label} for tag in entry.tags]
        return entry.extra[name]


def _detail(markup: Markup | None) -> dict[str, Any]:
    if markup is None:
        return {}
    return {
        "value": markup.safe,
        "type": markup.type,
        "base": markup.base,
        "language": markup.language,
        "src": markup.src,
    }


def _date(raw: str | None) -> list[int] | None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from publisher.loader import dates

    found = dates.parse(raw, zone=ZoneInfo("UTC")) if raw else None
    if found is None:
        return None
    at = found.instant(ZoneInfo("UTC")) if not isinstance(found.value, datetime) else found.value.astimezone(UTC)
    return list(at.utctimetuple())
