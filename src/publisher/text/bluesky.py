"""Bluesky's own reading of a text: links, handles, tags and cashtags as its app marks them. Offsets are code points.

Rules: https://docs.bsky.app/docs/advanced-guides/post-richtext and the detection of `@atproto/api`.
"""

import regex

from publisher.text.tlds import TLDS
from publisher.text.twitter import Entity

LIMIT = 300
MAX_BYTES = 3000
_MAX_TAG = 64  # UTF-16 units

_MENTION = regex.compile(r"(?<![^\s(])@([a-zA-Z0-9.-]+)(?a:\b)")
_LINK = regex.compile(r"(?<![^\s(])(?:https?://\S+|([a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)", regex.IGNORECASE)
_NO_TAG = r"\s\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
_TAG = regex.compile(rf"(?<!\S)[#＃](?!\uFE0F)([^{_NO_TAG}]+)")
_TAG_LETTER = regex.compile(rf"[^\d\p{{P}}{_NO_TAG}]")
_TAG_TAIL = regex.compile(r"\p{P}+\Z")
_CASHTAG = regex.compile(r"(?<![^\s(])\$([A-Za-z][A-Za-z0-9]{0,4})(?=\s|\Z|[.,;:!?)\"'’])")


def entities(s: str) -> list[Entity]:
    """Handles, links, tags and cashtags in order; a cashtag's value is upper case."""
    found = [*mentions(s), *links(s), *tags(s), *cashtags(s)]
    return sorted(found, key=lambda e: (e.start, e.end))


def mentions(s: str) -> list[Entity]:
    """@handles: domains with a real top-level domain, or `.test`. Whether the account exists is not known here."""
    return [
        Entity(m.start(), m.end(), "mention", m[1])
        for m in _MENTION.finditer(s)
        if _is_domain(m[1]) or m[1].endswith(".test")
    ]


def links(s: str) -> list[Entity]:
    """Links with http(s), and bare domains with a real top-level domain, whose value gets `https://`."""
    found = []
    for match in _LINK.finditer(s):
        if not (match[0].startswith("http") if match[1] is None else _is_domain(match[1])):
            continue
        url = match[0]
        if url[-1] in ".,;:!?":
            url = url[:-1]
        if url.endswith(")") and "(" not in url:
            url = url[:-1]
        value = url if match[1] is None else f"https://{url}"
        found.append(Entity(match.start(), match.start() + len(url), "link", value, bare=match[1] is not None))
    return found


def tags(s: str) -> list[Entity]:
    """#tags up to 64 UTF-16 units that are more than digits and punctuation, without punctuation at the end."""
    found = []
    for match in _TAG.finditer(s):
        if not _TAG_LETTER.search(match[1]):
            continue
        tag = _TAG_TAIL.sub("", match[1])
        if 0 < len(tag.encode("utf-16-le")) // 2 <= _MAX_TAG:
            found.append(Entity(match.start(), match.start(1) + len(tag), "tag", tag))
    return found


def cashtags(s: str) -> list[Entity]:
    """$TICKERS of up to five letters and digits, in upper case with their $."""
    return [Entity(m.start(), m.end(), "cashtag", m[1].upper()) for m in _CASHTAG.finditer(s)]


def _is_domain(name: str) -> bool:
    return name.rpartition(".")[2] in TLDS and "." in name
