"""Reviews and the quotes taken from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

from publisher import secrecy

HOLE = "\ufffc"
"""Stands in a text where a template's tag stood for words that nobody knows; a sentence with it is never quoted."""


class Verdict(StrEnum):
    """What a fetch decided about one entry."""

    NEW = "new"
    UPDATE = "update"
    DUPLICATE = "duplicate"
    BACKFILL = "backfill"
    HELD = "held"
    FUTURE = "future"


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """The film a review is about, with how it was found: evidence is a tuple of short facts."""

    title: str
    year: int | None = None
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """When a review came out: a date where only the day is known, else an aware UTC time."""

    value: date | datetime
    precision: Literal["day", "minute", "second"]
    raw: str

    def instant(self, zone: ZoneInfo) -> datetime:
        """The moment in UTC; a bare date counts from midnight in `zone`."""
        if isinstance(self.value, datetime):
            return self.value.astimezone(UTC)
        return datetime(self.value.year, self.value.month, self.value.day, tzinfo=zone).astimezone(UTC)

    def day(self, zone: ZoneInfo) -> date:
        """The calendar day in `zone`."""
        return self.value.astimezone(zone).date() if isinstance(self.value, datetime) else self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """A critic's own score in the site's own scale: numbers, or letters such as B+ of A."""

    value: float | str
    best: float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture by address, with its text alternative where the site gives one."""

    url: str
    alt: str | None = None

    def __post_init__(self) -> None:
        """As a review's own address, it is for everybody."""
        object.__setattr__(self, "url", secrecy.public(self.url))


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One piece of an article, as plain text; `spoiler` says that its writer marks it as one."""

    kind: Literal["heading", "paragraph", "quote", "list"]
    text: str
    spoiler: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Availability:
    """Where a film can be seen, as the review says it."""

    platform: str
    region: str | None = None
    mode: str = "streaming"


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One review as its source states it; what the source does not say is None or empty."""

    id: str
    source: str
    native_id: str | None = None
    url: str | None = None
    headline: str
    film: Film | None = None
    authors: tuple[str, ...] = ()
    published: Published | None = None
    rating: Rating | None = None
    image: Image | None = None
    language: str | None = None
    reading_minutes: int | None = None
    categories: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    availability: tuple[Availability, ...] = ()
    excerpt: str | None = None
    full_text: Literal["feed", "page", "file", "paste", "missing"] = "missing"
    pullquote: str | None = None
    embargo_until: datetime | None = None

    def __post_init__(self) -> None:
        """A review's address and its picture's are for everybody: a login with which they were read is not in them."""
        if self.url:
            object.__setattr__(self, "url", secrecy.public(self.url))

    @property
    def plain(self) -> str:
        """The review's text: blocks joined by a blank line; quote spans count in it."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def content_hash(self) -> str:
        """Changes when the words that readers see change: headline, film, rating, text."""
        seen: list[Any] = [self.headline, self.film.title if self.film else None, self.film.year if self.film else None]
        seen += [self.rating.value if self.rating else None, list(self.authors), self.plain]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:32]


def review_id(source: str, key: str) -> str:
    """A short id that stays the same for the same source and key (native id, else URL, else text)."""
    return hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One verdict about one entry, with the rule that gave it and what it compared."""

    review_id: str
    source: str
    verdict: Verdict
    rule: str
    evidence: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A line from a review as it is shown, with the spans of `Review.plain` and the edits that made it.

    `edits` name each change: "cut-lead:In conclusion, ", "capital:T", "cut-tail", "elision", "mend:[sneak]".
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    edits: tuple[str, ...] = ()
    score: float = 0.0
    confidence: float = 0.0
    reasons: Mapping[str, float] = field(default_factory=dict)
