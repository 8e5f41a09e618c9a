"""Where the editor is in the studio: every state of a window as an address, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

from publisher.errors import UsageError

SHOWS = ("email", "inbox", "text", "headers", "source", "parts", "posts")
SCHEMES = ("light", "dark", "forced")
WIDTHS = ("desktop", "tablet", "phone")
IMAGES = ("on", "off")
RAWS = ("html", "message")
LARGEST_LOOK = 100
LAST_DIGITS = 4
YEARS = range(1971, 2200)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a window shows: the edition by its target, and how it is looked at."""

    target: str
    last: int | None = None
    at: str = ""
    show: str = "email"
    scheme: str = "light"
    width: str = "desktop"
    images: str = "on"
    reader: str = ""
    item: str = ""
    find: str = ""
    raw: str = "html"

    @classmethod
    def read(cls, target: str, query: Mapping[str, str]) -> "View":
        """The view of an address; a way to look that is not known counts as not given.

        A number of reviews or a time that cannot be meant is a `UsageError`.
        """
        at = query.get("at", "")
        if at:
            _moment(at)
        return cls(
            target=target,
            last=_count(query.get("last", "")),
            at=at,
            show=_one_of(SHOWS, query.get("show")),
            scheme=_one_of(SCHEMES, query.get("scheme")),
            width=_one_of(WIDTHS, query.get("width")),
            images=_one_of(IMAGES, query.get("images")),
            reader=query.get("reader", "")[:200],
            item=query.get("item", "")[:64],
            find=query.get("find", "")[:300],
            raw=_one_of(RAWS, query.get("raw")),
        )

    def moment(self, zone: tzinfo) -> datetime | None:
        """The moment as of which the edition is looked at; a time that names no zone is taken to be in `zone`."""
        if not self.at:
            return None
        found = _moment(self.at)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

    def query(self, **changes: Any) -> str:
        """The address's query with these changes, leaving out what has its default value; empty or `?…`."""
        seen = replace(self, **changes)
        default = View(target="")
        said = {
            field.name: getattr(seen, field.name)
            for field in fields(self)
            if field.name != "target" and getattr(seen, field.name) != getattr(default, field.name)
        }
        return "?" + urlencode(said) if said else ""

    def path(self, kind: str = "e") -> str:
        """The path after the token, for a page (`e`) or something of the same edition."""
        return f"{kind}/{quote(self.target)}"


def _one_of(known: tuple[str, ...], said: str | None) -> str:
    return said if said in known else known[0]


def _count(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LAST_DIGITS and int(text) > 0):
        raise UsageError(
            f"“{text[:20]}” is not a number of reviews", where="last", do=f"a number from 1 to {LARGEST_LOOK}"
        )
    return min(int(text), LARGEST_LOOK)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        do = f"write it as 2031-11-20T09:00, within the years {YEARS[0]} to {YEARS[-1]}"
        raise UsageError(f"“{text[:40]}” is not a time that can be looked at", where="at", do=do)
    return found
