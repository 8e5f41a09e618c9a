"""X's own reading of a text: its weighted length, links, mentions, lists, tags and cashtags.

Rules: twitter-text 3.1 (https://github.com/twitter/twitter-text), configuration v3. All offsets are code points.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal

import regex

from publisher.text.graphemes import EMOJI
from publisher.text.tlds import TLDS

LIMIT = 280
URL_WEIGHT = 23
_MAX_URL = 4096
_MAX_TCO_SLUG = 40
_MAX_LABEL = 63
_LONGEST_TLD = max(map(len, TLDS))

_INVALID = "\\uFFFE\\uFEFF\\uFFFF"
_DIRECTION = "\\u202A-\\u202E\\u061C\\u200E\\u200F\\u2066-\\u2069"
_SPACE = "\\x09-\\x0D\\x20\\x85\\xA0\\u1680\\u180E\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000"
_PUNCT = "!'#%&()*+,\\\\\\-./:;<=>?@\\[\\]^_{|}~$"
_LATIN = (
    "\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\xFF\\u0100-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F"
    "\\u0272\\u0289\\u028B\\u02BB\\u0300-\\u036F\\u1E00-\\u1EFF"
)
_HOST = f"[^{_PUNCT}{_SPACE}{_INVALID}{_DIRECTION}]"
_PATH = f"[a-zA-Z\\u0400-\\u04FF0-9!*';:=+,.$/%#\\[\\]\\-\\u2013_~@|&{_LATIN}]"
_PARENS = f"\\((?:{_PATH}++|{_PATH}*+\\({_PATH}++\\){_PATH}*+)\\)"

_HOST_RUN = regex.compile(f"(?:{_HOST}|[-_.])++")
_HOST_CHAR = regex.compile(_HOST)
_PROTOCOL = regex.compile(r"https?://\Z", regex.IGNORECASE)
_BEFORE_URL = regex.compile(f"[^A-Za-z0-9@＠$#＃{_INVALID}]|[{_DIRECTION}]")
_ASCII_LABEL = regex.compile(f"[-a-zA-Z0-9{_LATIN}]+\\Z")
_TLD_END = regex.compile(r"[^0-9a-zA-Z@+-]|\Z")
_PUNYCODE = regex.compile(r"xn--[-0-9a-z]+", regex.IGNORECASE)
_PORT = regex.compile(":[0-9]+")
_PATH_RUN = regex.compile(f"/(?:{_PATH}++|{_PARENS})*+")
_PATH_TAIL = regex.compile("[!*';:,.$%\\[\\]\\u2013~@|&]+\\Z")
_QUERY = regex.compile(r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/]")
_TCO = regex.compile(
    r"https?://t\.co/([a-z0-9]+)(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?", regex.IGNORECASE
)

_TAG_EXTRA = (
    "_\\u200C\\u200D\\uA67E\\u05BE\\u05F3\\u05F4\\uFF5E\\u301C\\u309B\\u309C\\u30A0\\u30FB\\u3003\\u0F0B\\u0F0C\\xB7"
)
_TAG_CHAR = f"[\\p{{L}}\\p{{M}}\\p{{Nd}}{_TAG_EXTRA}]"
_TAG = regex.compile(
    f"(?:(?<!{_TAG_CHAR}|&)|(?<=[\\uFE0E\\uFE0F]))[#＃](?!\\uFE0F|\\u20E3)({_TAG_CHAR}++)(?![#＃]|://)"
)
_TAG_LETTER = regex.compile(r"[\p{L}\p{M}]")
_MENTION = regex.compile(
    r"(?:(?<![a-zA-Z0-9_!#$%&*@＠])|(?<=(?<![a-zA-Z0-9_+~.-])[rR][tT]:?))[@＠]([a-zA-Z0-9_]{1,20}+)"
    rf"(/[a-zA-Z][a-zA-Z0-9_-]{{0,24}}+)?+(?![@＠{_LATIN}]|://)"
)
_CASHTAG = regex.compile(rf"(?<![^{_SPACE}])\$([a-zA-Z]{{1,6}}(?:[._][a-zA-Z]{{1,2}})?)(?=\Z|\s|[{_PUNCT}])")
_LIGHT = regex.compile("[\\u0000-\\u10FF\\u2000-\\u200D\\u2010-\\u201F\\u2032-\\u2037]")
# X counts a selector behind what is an emoji anyway as a character of its own.
_EXTRA_SELECTOR = regex.compile(
    r"(?<=(?=\p{Emoji_Presentation})[\U0001F200-\U0001F3FA\U0001F400-\U0001FAFF])\uFE0F(?!\u200D)"
)
_NOT_ALLOWED = regex.compile(f"[{_INVALID}]")


@dataclass(frozen=True, slots=True)
class Entity:
    """A live stretch of a text, in code points; `value` is the URL as written, the screen name, or the tag."""

    start: int
    end: int
    kind: Literal["link", "mention", "list", "tag", "cashtag"]
    value: str
    bare: bool = False


def length(s: str, *, emoji_as_one: bool = True) -> int:
    """The weighted length in the unit of X's 280: letters of most alphabets 1, others and emoji 2, every URL 23.

    `emoji_as_one=False` is the older configuration v2, where a joined emoji weighs as much as its parts.
    """
    s = unicodedata.normalize("NFC", s)
    total, position = 0, 0
    for url in urls(s):
        total += _weight(s[position : url.start], emoji_as_one=emoji_as_one) + URL_WEIGHT
        position = url.end
    return total + _weight(s[position:], emoji_as_one=emoji_as_one)


def _weight(s: str, *, emoji_as_one: bool) -> int:
    emoji = 0
    if emoji_as_one:
        emoji = len(_EXTRA_SELECTOR.findall(s))
        s, found = EMOJI.subn("", s)
        emoji += found
    return 2 * (emoji + len(s)) - len(_LIGHT.findall(s))


def invalid_characters(s: str) -> bool:
    """Whether a text holds a character that X refuses (noncharacters, byte order marks)."""
    return bool(_NOT_ALLOWED.search(s))


def entities(s: str) -> list[Entity]:
    """Links, mentions, lists, tags and cashtags in order, none overlapping: of two, the one that begins first stays."""
    found = sorted([*urls(s), *mentions(s), *tags(s), *cashtags(s)], key=lambda e: e.start)
    kept: list[Entity] = []
    for entity in found:
        if not kept or entity.start >= kept[-1].end:
            kept.append(entity)
    return kept


def mentions(s: str) -> list[Entity]:
    """@names and @owner/lists; a list's value is `owner/list`."""
    if "@" not in s and "＠" not in s:
        return []
    return [
        Entity(m.start(), m.end(), "list" if m[2] else "mention", m[1] + (m[2] or "")) for m in _MENTION.finditer(s)
    ]


def tags(s: str) -> list[Entity]:
    """#tags that hold at least one letter and do not lie in a URL."""
    if "#" not in s and "＃" not in s:
        return []
    links = urls(s)
    ends = [link.end for link in links]
    return [
        Entity(m.start(), m.end(), "tag", m[1])
        for m in _TAG.finditer(s)
        if _TAG_LETTER.search(m[1]) and not _within(m.start(), links, ends)
    ]


def _within(at: int, links: list[Entity], ends: list[int]) -> bool:
    index = bisect_right(ends, at)
    return index < len(links) and links[index].start <= at


def cashtags(s: str) -> list[Entity]:
    """$TICKERS of one to six letters."""
    return [Entity(m.start(), m.end(), "cashtag", m[1]) for m in _CASHTAG.finditer(s)] if "$" in s else []


def urls(s: str, *, bare: bool = True) -> list[Entity]:
    """Links as X finds them: with http or https, and, if `bare`, domains without (`example.com/path`)."""
    if "." not in s:
        return []
    found: list[Entity] = []
    free = 0  # a link's preceding character must not belong to the link before
    for run in _HOST_RUN.finditer(s):
        if "." in run[0] and run.end() > free:
            free = _urls_in_run(s, run.start(), run.end(), free, found, bare)
    return found


def _urls_in_run(s: str, start: int, end: int, free: int, found: list[Entity], bare: bool) -> int:
    """Adds the links whose host lies in s[start:end]; gives the first index that no match has used."""
    hosts = _Hosts(s, start, end)
    protocol = _PROTOCOL.search(s, max(0, start - 8), start)
    position = start
    if protocol and _may_start(s, protocol.start(), free) and (host_end := hosts.end_from(start)):
        url_end = _url_end(s, host_end)[0]
        _add_with_protocol(s, protocol.start(), start, host_end, url_end, found)
        free = position = url_end
    while bare and (at := _next_start(s, position, hosts, free)) is not None:
        if host_end := hosts.end_from(at):
            url_end, has_path = _url_end(s, host_end)
            if at == 0 or s[at - 1] not in "-_./":
                _add_bare(s, at, host_end, url_end, has_path, found)
            free = position = url_end
        else:
            position = hosts.next_chance(at)
    return free


def _may_start(s: str, at: int, free: int) -> bool:
    return at == 0 or (at - 1 >= free and _BEFORE_URL.match(s, at - 1) is not None)


def _next_start(s: str, position: int, hosts: "_Hosts", free: int) -> int | None:
    first = position
    if position == 0 and _BEFORE_URL.match(s) and hosts.end_from(1):
        first = 1  # at the very start, a character that may precede a link is taken to precede one
    for at in range(first, hosts.end):
        if _may_start(s, at, free) and _HOST_CHAR.match(s, at):
            return at
    return None


class _Hosts:
    """The domains in a run of host characters, each found in the time of one look at its labels."""

    def __init__(self, s: str, start: int, end: int) -> None:
        self.end = end
        self._s = s
        self._dots = [i for i in range(start, end) if s[i] == "."]
        self._tlds = [_tld_end(s, dot + 1, end) for dot in self._dots]
        # for each label from its first character: where the longest domain that starts there ends
        self._reach = [0] * (len(self._dots) + 1)
        for index in range(len(self._dots) - 1, -1, -1):
            first = self._dots[index - 1] + 1 if index else start
            self._reach[index] = self._domain(first, index)

    def end_from(self, at: int) -> int:
        """Where the longest domain that starts at `at` ends; 0 when there is none."""
        index = bisect_left(self._dots, at)
        return self._domain(at, index) if index < len(self._dots) else 0

    def next_chance(self, at: int) -> int:
        """Where another start could fare better than `at`: behind its label's last underscore, or behind its label."""
        index = bisect_left(self._dots, at)
        dot = self._dots[index] if index < len(self._dots) else self.end
        underscore = self._s.rfind("_", at, dot)
        return underscore + 1 if underscore >= at else dot + 1

    def _domain(self, at: int, index: int) -> int:
        dot = self._dots[index]
        if at >= dot or self._s[at] in "-_" or self._s[dot - 1] in "-_":
            return 0
        return self._reach[index + 1] or (0 if self._s.find("_", at, dot) >= 0 else self._tlds[index])


def _tld_end(s: str, at: int, end: int) -> int:
    """Where the top-level domain that begins at `at` ends; 0 when there is none."""
    for stop in range(min(end, at + _LONGEST_TLD), at, -1):
        if _TLD_END.match(s, stop) and s[at:stop].lower() in TLDS:
            return stop
    puny = _PUNYCODE.match(s, at, end)
    return puny.end() if puny else 0


def _url_end(s: str, host_end: int) -> tuple[int, bool]:
    """Where port, path and query behind a host end, and whether there is a path."""
    port = _PORT.match(s, host_end)
    end = port.end() if port else host_end
    path = _PATH_RUN.match(s, end)
    if path:
        tail = _PATH_TAIL.search(s, path.start() + 1, path.end())
        end = tail.start() if tail else path.end()
    query = _QUERY.match(s, end)
    return (query.end() if query else end), path is not None


def _add_with_protocol(s: str, at: int, host: int, host_end: int, end: int, found: list[Entity]) -> None:
    url = s[at:end]
    if not _encodable(s[host:host_end], len(url)):
        return
    if tco := _TCO.match(url):
        if len(tco[1]) > _MAX_TCO_SLUG:
            return
        url = tco[0]
    found.append(Entity(at, at + len(url), "link", url))


def _add_bare(s: str, at: int, host_end: int, end: int, has_path: bool, found: list[Entity]) -> None:
    """Adds the Latin domains of a host without protocol; a path belongs to the last one."""
    if not _encodable(s[at:host_end], end - at + len("https://")):
        return
    latin = list(_latin_domains(s, at, host_end))
    for index, (start, stop) in enumerate(latin):
        last = has_path and index == len(latin) - 1
        url = s[start:stop] + (s[host_end:end] if last else "")
        found.append(Entity(start, end if last else stop, "link", url, bare=True))


def _latin_domains(s: str, at: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a host that are domains in Latin letters, each as long as it can be."""
    domains: list[tuple[int, int]] = []
    position = at
    while found := _latin_domain(s, position, end):
        domains.append(found)
        position = found[1]
    return domains


def _latin_domain(s: str, position: int, end: int) -> tuple[int, int] | None:
    """The first domain in Latin letters in s[position:end]."""
    start, best = position, 0
    while (dot := s.find(".", position, end)) >= 0:
        label = _ASCII_LABEL.search(s, position, dot)
        if label is None or label.start() > position:
            if best:
                break
            start = label.start() if label else dot + 1
        if label is not None:
            best = _tld_end(s, dot + 1, end) or best
        position = dot + 1
    return (start, best) if best else None


def _encodable(host: str, url_length: int) -> bool:
    """Whether every label of a host fits in Punycode and the whole stays within the length that X links."""
    encoded = 0
    for label in host.split("."):
        if not 0 < len(label) <= _MAX_LABEL or (label.lower().startswith("xn--") and not label.isascii()):
            return False
        size = len(label) if label.isascii() else len(label.encode("punycode")) + len("xn--")
        if size > _MAX_LABEL:
            return False
        encoded += size + 1
    return url_length - len(host) + encoded - 1 <= _MAX_URL
