"""Rules about the plain text part: the same content in the same order, and nothing of the page's machinery."""

import html
import itertools
import re
from collections.abc import Iterator
from urllib.parse import unquote

from publisher.preflight import addresses
from publisher.preflight.letter import LETTERS, Letter, flat, line, said
from publisher.preflight.registry import Spot, rule

WIDEST = 78
LEAST_SHARED = 0.6
MOST_FINDINGS = 10
MOST_HEADINGS = 300
_TAG = re.compile(
    r"</?(?:a|b|i|p|br|td|tr|th|div|img|span|html|head|body|table|style|script|strong|em|h[1-6]|ul|ol|li|center|font)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_CSS = re.compile(
    r"(?:^|\n)\s*[.#@]?[\w ,.#:-]{1,80}\{[^{}]{0,300}:[^{}]{0,300}[;}]|@media\b|<!--\[if|"
    r"(?:^|[\s;{])(?:font-family|font-size|line-height|background-color|margin|padding|text-decoration)\s*:\s*[^;\n]{1,60};",
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});")
_URL = re.compile(r"https?://[^\s<>\"]+")
_WORD = re.compile(r"[^\W_]{3,}")
_BARE = re.compile(r"[\W_]+")


@rule(
    "text-items",
    number=45,
    level="warning",
    source="RFC 2046 5.1.4: alternatives of the same; SpamAssassin MPART_ALT_DIFF",
)
def items(letter: Letter) -> Iterator[Spot]:
    """The text has every heading of the HTML, in the same order."""
    if not letter.text or not letter.html:
        return
    looks, plain, at = letter.looks("light"), _bare(letter.text), 0
    for node in itertools.islice(letter.elements("h1", "h2"), MOST_HEADINGS):
        words = _bare(said(node))
        if not words or (node in looks and looks[node].hidden):
            continue
        found = plain.find(words, at)
        if found < 0:
            if words in plain:
                yield line(node), f"“{said(node)[:60]}” stands in another place in the text part"
            else:
                yield line(node), f"“{said(node)[:60]}” does not stand in the text part"
        else:
            at = found + len(words)


@rule("text-links", number=45, level="warning", source="RFC 2046 5.1.4: alternatives of the same")
def links(letter: Letter) -> Iterator[Spot]:
    """The text has every address that the HTML links to."""
    if not letter.text or not letter.html:
        return
    found = _URL.findall(letter.text)
    written = {_same(each) for url in found for each in (url, url.rstrip(".,;:!?)]}"))}
    told: set[str] = set()
    for anchor, href, _ in letter.anchors:
        if addresses.host(href) and _same(href) not in written and href not in told and len(told) < MOST_FINDINGS:
            told.add(href)
            yield line(anchor), f"{href[:100]} does not stand in the text part"


@rule("text-quotes", number=45, level="warning", source="RFC 2046 5.1.4: alternatives of the same")
def quotes(letter: Letter) -> Iterator[Spot]:
    """The text has every quote and rating of the HTML."""
    if not letter.text or not letter.html:
        return
    plain, stars = _bare(letter.text), re.sub(r"\s", "", letter.text)
    for node in itertools.islice(letter.elements("blockquote", "q"), MOST_HEADINGS):
        if _bare(said(node)) not in plain:
            yield line(node), f"the quote {said(node)[:50]!r} does not stand in the text part"
    for each in re.findall(r"[★☆½⯨]{2,}", re.sub(r"\s", "", letter.visible))[:200]:
        if each not in stars:
            yield "text", f"the rating {each} does not stand in the text part"


@rule("text-same", number=5, level="warning", source="SpamAssassin MPART_ALT_DIFF, MPART_ALT_DIFF_COUNT")
def same(letter: Letter) -> Iterator[Spot]:
    """Text and HTML say the same words."""
    if not letter.text.strip() or not letter.html:
        return
    seen = set(_WORD.findall(letter.visible.casefold()))
    plain = set(_WORD.findall(letter.text.casefold()))
    shared = len(seen & plain) / len(seen) if seen else 1.0
    if shared < LEAST_SHARED and len(seen) > 10:
        yield "text", f"it has {shared:.0%} of the words of the HTML; filters take the difference for deceit"


@rule("text-wrap", number=45, level="warning", source="RFC 5322 2.1.1: 78 characters")
def wrap(letter: Letter) -> Iterator[Spot]:
    """Lines of the text have at most 78 characters, but for addresses."""
    long = [
        (number, text)
        for number, text in enumerate(letter.text.split("\n"), 1)
        if len(text) > WIDEST and " " in _URL.sub("", text).strip() and len(_URL.sub("", text)) > WIDEST
    ]
    for number, text in long[:3]:
        yield f"text line {number}", f"it has {len(text)} characters; 78 are read well everywhere"


@rule("text-clean", number=45, level="warning", source="listmonk#474: text mail with raw CSS")
def clean(letter: Letter) -> Iterator[Spot]:
    """The text holds no tags, no CSS and no entities."""
    for found, what in ((_TAG, "a tag"), (_CSS, "CSS"), (_ENTITY, "an entity")):
        spot = found.search(letter.text[:400_000])
        if spot and (found is not _ENTITY or html.unescape(spot[0]) != spot[0]):
            number = letter.text.count("\n", 0, spot.start() + 1) + 1
            yield f"text line {number}", f"{what} stands in it: {flat(spot[0])[:50]}"


@rule("text-end", number=45, level="warning", source="POSIX 3.206; mbox and pagers")
def end(letter: Letter) -> Iterator[Spot]:
    """The text has words and ends with a line's end."""
    if letter.text and not letter.text.endswith("\n"):
        yield "text", "its last line does not end"
    if letter.text.strip() and not LETTERS.search(letter.text):
        yield "text", "it has no words"


def _bare(text: str) -> str:
    return _BARE.sub("", text.casefold())


def _same(url: str) -> str:
    return unquote(url).rstrip("/").casefold()
