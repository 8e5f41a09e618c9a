"""Where the editor is in the studio: every state of a window as an address, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

SHOWS = ("email", "inbox", "text", "headers", "source", "parts", "posts")
SCHEMES = ("light", "dark", "forced")
WIDTHS = ("desktop", "tablet", "phone")
IMAGES = ("on", "off")
RAWS = ("html", "message")
LARGEST_LOOK = 100


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
        """The view of an address; a value that is not known counts as not given."""
        last = query.get("last", "")
        return cls(
            target=target,
            last=min(int(last), LARGEST_LOOK) if last.isascii() and last.isdigit() and int(last) > 0 else None,
            at=query.get("at", "") if _read_moment(query.get("at", "")) else "",
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
        found = _read_moment(self.at)
        return found and (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

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


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
