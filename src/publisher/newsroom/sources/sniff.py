"""What some bytes are: a feed, a page, Markdown with front matter, or a pasted text."""

import json
import re
from typing import Literal

Kind = Literal["feed", "page", "markdown", "paste"]

_LOOKED_AT = 8192
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<(?:html|head|body|article|main|section|div|p|h1|meta|script)\b", re.IGNORECASE)
_FENCE = re.compile(
    rb"(?:---|\+\+\+|;;;)[ \t]*(?:json|yaml|toml)?[ \t]*\r?\n.*?\n(?:---|\+\+\+|;;;)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mdx")


def kind_of(body: bytes, *, name: str = "", content_type: str = "") -> Kind:
    """The kind that the content shows; a file's name and a media type count where the content leaves it open."""
    start = body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf\xff\xfe\xfe\xff\0 \t\r\n").replace(b"\0", b"")
    name = name.casefold().removesuffix(".gz")
    feed, page = _FEED.search(start), _PAGE.search(start)
    if feed and (not page or feed.start() < page.start()) and start.startswith(b"<"):
        return "feed"
    if start.startswith(b"{") and not name.endswith(_MARKDOWN) and _is_json_feed(body):
        return "feed"
    if _FENCE.match(start) or name.endswith(_MARKDOWN):
        return "markdown"
    if page and (start.startswith(b"<") or name.endswith((".html", ".htm", ".xhtml")) or "html" in content_type):
        return "page"
    return "page" if "html" in content_type else "paste"


def _is_json_feed(body: bytes) -> bool:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return b'"items"' in body and b"jsonfeed.org" in body[:_LOOKED_AT]
    return isinstance(found, dict) and ("items" in found or "jsonfeed" in str(found.get("version", "")))
