"""Mastodon's own reading of a text: its status length, links, mentions and tags. All offsets are code points.

Rules: https://docs.joinmastodon.org/user/posting/#text and the behaviour of Mastodon 4.5's status length validator.
"""

import regex

from publisher.text import graphemes
from publisher.text.twitter import Entity

LIMIT = 500
URL_LENGTH = 23
_MAX_URL = 4096
_MAX_DOMAIN = 253

_NAME = r"[a-zA-Z0-9_]++(?:[.-]++[a-zA-Z0-9_]++)*+"
_MENTION = regex.compile(rf"(?<![=/\w])@({_NAME}(?:@[\w.-]*[\w])?)")
_TAG = regex.compile(r"(?<![=/)\p{L}\p{N}])[#＃]([\w·…]*\w)")
_TAG_LETTER = regex.compile(r"[\p{L}\p{M}_·]")
# Any host is linked, whatever its top-level domain; brackets only in pairs, closing punctuation never.
_URL = regex.compile(
    r"(?<![A-Za-z0-9@＠$#＃])https?://[^\s<>\"“”()/?#]+(?:[^\s<>\"“”()]|\([^\s<>\"“”()]*\))*+", regex.IGNORECASE
)
_TAIL = regex.compile(r"[!*'’;:,.?$%\[\]~@|&»›]+\Z")
_HOST = regex.compile(r"https?://(?:[^\s/?#@]*@)?([^\s/?#:]+)", regex.IGNORECASE)


def length(s: str, *, spoiler: str = "", url_length: int = URL_LENGTH) -> int:
    """The length in graphemes with the content warning added; links count `url_length`, @user@domain as @user."""
    out, position = [spoiler], 0
    for entity in entities(s):
        if entity.kind == "link":
            out += [s[position : entity.start], "x" * url_length]
        elif entity.kind == "mention":
            out += [s[position : entity.start], "@", entity.value.partition("@")[0]]
        else:
            continue
        position = entity.end
    return graphemes.count("".join([*out, s[position:]]))


def entities(s: str) -> list[Entity]:
    """Links, mentions and tags in order, none overlapping."""
    found = sorted([*urls(s), *mentions(s), *tags(s)], key=lambda e: e.start)
    kept: list[Entity] = []
    for entity in found:
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept


def urls(s: str) -> list[Entity]:
    """Http and https links; a bare domain, one glued to a word and one over 4,096 characters are none."""
    found = []
    for match in _URL.finditer(s) if "://" in s else ():
        url = _TAIL.sub("", match[0])
        host = _HOST.match(url)
        if host and "." in host[1] and len(url) <= _MAX_URL:
            found.append(Entity(match.start(), match.start() + len(url), "link", url))
    return found


def mentions(s: str) -> list[Entity]:
    """@user and @user@domain; one with a domain over 253 characters is none."""
    return [
        Entity(m.start(), m.end(), "mention", m[1])
        for m in (_MENTION.finditer(s) if "@" in s else ())
        if len(m[1].partition("@")[2]) <= _MAX_DOMAIN
    ]


def tags(s: str) -> list[Entity]:
    """#tags that hold something besides digits."""
    return [Entity(m.start(), m.end(), "tag", m[1]) for m in _TAG.finditer(s) if _TAG_LETTER.search(m[1])]
