"""A feed as it stands, before anything is judged: the record that every format is read into."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from feedparser.sanitizer import _sanitize_html
from feedparser.urls import resolve_relative_uris

from publisher.text import clean, html

MOST_NAME = 500
"""Characters of a name that are read; no person's is so long."""
MOST_TITLE = 2_000
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Tags that stand in titles; others there are more likely words in angle brackets.
_TITLE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|br|cite|code|div|em|font|h[1-6]|i|img|ins|p|q|s|script|small|span|strong|style|sub|sup|u)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Markup:
    """A text construct: `value` as the feed has it, hostile; `type` is a media type, `base` resolves its links."""

    value: str
    type: str = "text/plain"
    base: str = ""
    language: str | None = None
    src: str = ""

    @property
    def is_html(self) -> bool:
        """Whether the value is markup rather than text."""
        return self.type in _HTML_TYPES

    @cached_property
    def safe(self) -> str:
        """The value with links made absolute and everything active taken out, as HTML; plain text stays as it is."""
        if not self.is_html:
            return self.value
        return str(_sanitize_html(resolve_relative_uris(self.value, self.base, "utf-8", self.type), "utf-8", self.type))

    @property
    def title(self) -> str:
        """The value as one line of text, for headlines: entities that were escaped twice are read."""
        text = self.value[: MOST_TITLE * 4]
        if self.is_html or _TITLE_TAG.search(text):
            text = html.to_text(text)
        return clean.line(
            html.to_text(text)[:MOST_TITLE] if _ENTITY.search(text) and "<" not in text else text[:MOST_TITLE]
        )


@dataclass(frozen=True, kw_only=True)
class Person:
    """An author as the feed names her."""

    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category or tag."""

    term: str
    scheme: str | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One item of a feed, before it is judged: dates raw, markup hostile, `id` and `url` as they stand.

    `author` is the display form, `authors` the people; `updated` is the last change; `extra` holds what other
    namespaces say (letterboxd_filmtitle, media_credit …) under feedparser's names.
    """

    title: Markup | None = None
    summary: Markup | None = None
    content: tuple[Markup, ...] = ()
    id: str | None = None
    id_is_url: bool = False
    url: str | None = None
    links: tuple[Mapping[str, Any], ...] = ()
    enclosures: tuple[Mapping[str, Any], ...] = ()
    author: str | None = None
    authors: tuple[Person, ...] = ()
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    tags: tuple[Category, ...] = ()
    image: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ParsedFeed:
    """A feed with its entries in their own order; `version` is rss20, atom10, json11 and so on.

    `flaw` says what was wrong with the document where something was; the entries are those that could be read.
    """

    version: str
    title: str = ""
    url: str | None = None
    language: str | None = None
    generator: str = ""
    entries: Sequence[FeedEntry] = ()
    flaw: str = ""
