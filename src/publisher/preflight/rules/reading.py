"""Rules about reading on a phone: size, lines, targets for thumbs, links that are seen, width."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from publisher.preflight import colours
from publisher.preflight.cascade import Look, length
from publisher.preflight.letter import LETTERS, Letter, flat, line
from publisher.preflight.registry import Spot, rule
from publisher.text.count import graphemes

SMALLEST, LEAST_LINE, LEAST_TARGET = 14.0, 1.4, 44.0
HEADLINE = 24.0
LONG_TEXT = 90
NARROWEST_SCREEN = 320
LONGEST_WORD = 34
LEAST_DIFFERENCE = 3.0
MOST_FINDINGS = 10
_INLINE = frozenset(
    {"a", "span", "b", "strong", "em", "i", "u", "font", "sup", "sub", "small", "abbr", "cite", "q", "br"}
)
_SENTENCE = frozenset({"p", "li", "blockquote", "dd"})


@rule("text-size", number=37, level="warning", source="Apple HIG; WCAG 2.2 1.4.4; iOS enlarges text under 13 px")
def size(letter: Letter) -> Iterator[Spot]:
    """Words are at least 14 px high on a phone."""
    looks, told = letter.looks("phone"), 0
    for each in letter.words:
        look = looks.get(each.node)
        if look is None or look.hidden or not LETTERS.search(each.text) or look.size >= SMALLEST - 0.01:
            continue
        if told < MOST_FINDINGS and each.node.tag not in ("sup", "sub"):
            told += 1
            yield line(each.node), f"“{flat(each.text)[:40]}” is {look.size:g} px high; 14 are read without glasses"


@rule("text-leading", number=37, level="warning", source="WCAG 2.2 1.4.12; emailguide.dev")
def leading(letter: Letter) -> Iterator[Spot]:
    """Lines of running text are at least 1.4 times as high as their letters."""
    looks, told = letter.looks("phone"), 0
    for each in letter.words:
        look = looks.get(each.node)
        if look is None or look.hidden or len(flat(each.text)) < LONG_TEXT or look.size >= HEADLINE:
            continue
        ratio = look.line / look.size if look.line and look.size else 1.2
        if ratio < LEAST_LINE - 0.01 and told < MOST_FINDINGS:
            told += 1
            yield line(each.node), f"“{flat(each.text)[:40]}” has lines of {ratio:.2f}; 1.4 are read well"


@rule(
    "tap-target", number=37, level="warning", source="Apple HIG 44 pt; WCAG 2.2 2.5.5, exception for links in sentences"
)
def target(letter: Letter) -> Iterator[Spot]:
    """A link that stands by itself is 44 px high on a phone."""
    looks, told, worded = letter.looks("phone"), 0, _worded(letter)
    for anchor, _, words in letter.anchors:
        look = looks.get(anchor)
        in_sentence = anchor in worded or _block(anchor).tag in _SENTENCE
        if look is None or not words or anchor.find(".//img") is not None or in_sentence:
            continue
        height = _height(anchor, look, looks.get(anchor.getparent()))
        if height < LEAST_TARGET - 0.5 and told < MOST_FINDINGS:
            told += 1
            yield line(anchor), f"“{words[:40]}” is {height:.0f} px high; a thumb needs 44"


def _height(anchor: HtmlElement, look: Look, parent: Look | None) -> float:
    height = look.line or look.size * 1.2
    height += sum(look.length(f"padding-{side}") + look.length(f"border-{side}-width") for side in ("top", "bottom"))
    said_height = look.length("height") + look.length("min-height") * (look.length("height") == 0)
    if look.own.get("display", "inline") != "inline":
        height = max(height, said_height)
    # Lines that are as high as a target keep two rows of links apart, whatever the link itself says.
    return max(height, parent.line or 0.0) if parent is not None and anchor.getparent().tag in ("td", "div") else height


@rule("link-seen", number=37, level="warning", source="WCAG 2.2 1.4.1, F73, G183")
def seen(letter: Letter) -> Iterator[Spot]:
    """A link within words is underlined, or differs 3:1 from them and not by colour alone."""
    looks, told, worded = letter.looks("light"), 0, _worded(letter)
    for anchor, _, words in letter.anchors:
        look = looks.get(anchor)
        if look is None or not words or look.underlined or anchor not in worded:
            continue
        inner = [looks[node] for node in anchor.iter() if node in looks]
        around = looks.get(anchor.getparent())
        if any(each.underlined or "border-bottom-width" in each.own for each in inner) or around is None:
            continue
        differs = colours.contrast(look.words, around.words) >= LEAST_DIFFERENCE
        if not (differs and look.bold and not around.bold) and told < MOST_FINDINGS:
            told += 1
            yield line(anchor), f"“{words[:40]}” is not underlined; without colours it is no link"


@rule("width-fixed", number=38, level="warning", source="WCAG 2.2 1.4.10: 320 px; measured with pictures blocked")
def fixed(letter: Letter) -> Iterator[Spot]:
    """Nothing is wider than a phone, with pictures shown or blocked."""
    looks, told = letter.looks("phone"), 0
    for node in letter.elements("table", "td", "th", "div", "img", "p", "a", "span", "center", "pre"):
        look = looks.get(node)
        if look is None or look.hidden or told >= MOST_FINDINGS:
            continue
        width = _fixed_width(node, look)
        if width > NARROWEST_SCREEN:
            told += 1
            # A picture that is not loaded takes the width of its attribute, whatever max-width says.
            what = f"a <{node.tag}>" if node.tag != "img" else "a picture"
            yield line(node), f"{what} is {width:.0f} px wide on every screen; use width:100% and max-width"


def _fixed_width(node: HtmlElement, look: Look) -> float:
    own = look.own
    least = length(own.get("min-width", ""), look.size) or 0.0
    width = length(own.get("width", ""), look.size) if "%" not in own.get("width", "") else None
    limit = own.get("max-width", "")
    if "%" in limit and node.tag != "img":
        width = None
    elif limit and "%" not in limit:
        width = min(width or 0.0, length(limit, look.size) or width or 0.0)
    if node.tag in ("p", "a", "span") and own.get("display", "inline") == "inline" and node.tag != "p":
        width = None
    return max(least, width or 0.0)


@rule("width-words", number=38, level="warning", source="WCAG 2.2 1.4.10; a title of 300 letters without a space")
def unbroken(letter: Letter) -> Iterator[Spot]:
    """No word and no line that may not break is wider than a phone."""
    looks, told = letter.looks("phone"), 0
    for each in letter.words:
        look = looks.get(each.node)
        if look is None or look.hidden or told >= MOST_FINDINGS:
            continue
        room = LONGEST_WORD * 16 / max(look.size, 1)
        words = (
            [flat(each.text)] if look.one_line else ([] if look.breaks else re.split(r"[\s\u200b\u00ad/-]+", each.text))
        )
        long = next((word for word in words if len(word) > room and graphemes(word[:2000]) > room), None)
        if long:
            told += 1
            yield (
                line(each.node),
                f"“{long[:30]}…” has {len(long)} characters that do not break; it is wider than a phone",
            )


def _block(anchor: HtmlElement) -> HtmlElement:
    node = anchor.getparent()
    while node is not None and node.tag in _INLINE and node.getparent() is not None:
        node = node.getparent()
    return anchor if node is None else node


def _worded(letter: Letter) -> frozenset[HtmlElement]:
    """The links whose block has words besides its links."""
    blocks: dict[HtmlElement, list[HtmlElement]] = {}
    for anchor, _, _ in letter.anchors:
        blocks.setdefault(_block(anchor), []).append(anchor)
    found = (anchors for block, anchors in blocks.items() if _has_words(block))
    return frozenset(anchor for anchors in found for anchor in anchors)


def _has_words(block: HtmlElement) -> bool:
    """Whether a block has words of its own or in elements within its lines, but for links."""
    waiting = [block]
    while waiting:
        node = waiting.pop()
        pieces = [node.text, *(child.tail for child in node)]
        if any(piece and LETTERS.search(piece) for piece in pieces):
            return True
        waiting += [child for child in node if isinstance(child.tag, str) and child.tag in _INLINE - {"a"}]
    return False
