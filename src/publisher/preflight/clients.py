"""How many mail clients show a page as it is meant, scored like Mailpit's HTML check, from the data of caniemail.com.

Each feature that is found costs (its share of unsupported results) x (times found) / (elements of the page); the
dearest counts, for unsupported and for partly supported apart, and what remains of 100 is the score
(https://github.com/axllent/mailpit, internal/htmlcheck). It measures frequency: a declaration on each element weighs
most. The table is made by tools/make_clients.py.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lxml.html import HtmlElement

from publisher.preflight import addresses
from publisher.preflight.letter import Letter
from publisher.preflight.vocabulary import listed

WIDELY_UNKNOWN = 20.0
_UNCOUNTED = frozenset({"html", "head", "meta"})
_PROPERTIES = listed(
    "accent-color align-items aspect-ratio background-blend-mode background-clip background-color "
    "background-image background-origin background-position background-repeat background-size background "
    "border-image border-radius border box-shadow box-sizing caption-side clip-path column-count "
    "direction display filter flex-direction flex-wrap float font-kerning font-weight font gap "
    "grid-template height hyphens inline-size justify-content letter-spacing line-height list-style-image "
    "list-style-position list-style margin-inline margin max-block-size max-height max-width min-height "
    "min-inline-size min-width mix-blend-mode object-fit object-position opacity outline-offset outline "
    "overflow-wrap overflow padding position tab-size table-layout text-align-last text-align "
    "text-decoration-color text-decoration-thickness text-decoration text-emphasis-position text-emphasis "
    "text-indent text-overflow text-shadow text-transform text-underline-offset transform visibility "
    "white-space width word-break writing-mode z-index"
)
_OTHER_NAMES = {
    "block-size": "css-block-inline-size",
    "border-inline": "css-border-inline-block-individual",
    "margin-block-start": "css-margin-block-start-end",
    "margin-block-end": "css-margin-block-start-end",
    "margin-inline-start": "css-margin-inline-start-end",
    "margin-inline-end": "css-margin-inline-start-end",
    "padding-block-start": "css-padding-block-start-end",
    "padding-block-end": "css-padding-block-start-end",
    "padding-inline-start": "css-padding-inline-start-end",
    "padding-inline-end": "css-padding-inline-start-end",
    "scroll-snap-type": "css-scroll-snap",
}
_ATTRIBUTES = {
    "bgcolor": "css-background-color",
    "background": "css-background",
    "border": "css-border",
    "height": "css-height",
    "padding": "css-padding",
    "width": "css-width",
    "srcset": "html-srcset",
    "required": "html-required",
}
_TAGS = {
    **dict.fromkeys(("object", "embed"), "html-object"),
    **dict.fromkeys(
        listed("article aside details figcaption figure footer header main mark nav section summary time"),
        "html-semantics",
    ),
    **{
        tag: f"html-{tag}"
        for tag in listed("link hr dialog picture svg progress meter audio form base video select textarea style body")
    },
    "map": "html-image-maps",
}
_VALUES = {
    "css-conic-gradient": re.compile(r"conic-gradient"),
    "css-radial-gradient": re.compile(r"radial-gradient"),
    "css-rgb": re.compile(r"\brgb\("),
    "css-rgba": re.compile(r"\brgba\("),
    "css-unit-calc": re.compile(r"\bcalc\("),
    "css-variables": re.compile(r"\bvar\("),
    "css-unit-ch": re.compile(r"\b\d+ch\b"),
    "css-unit-initial": re.compile(r"^initial$"),
    "css-unit-rem": re.compile(r"\b\d+rem\b"),
    "css-unit-vh": re.compile(r"\b\d+vh\b"),
    "css-unit-vmax": re.compile(r"\b\d+vmax\b"),
    "css-unit-vmin": re.compile(r"\b\d+vmin\b"),
    "css-unit-vw": re.compile(r"\b\d+vw\b"),
}
_IN_SHEETS = {
    "css-at-font-face": re.compile(r"@font-face\s*\{", re.IGNORECASE),
    "css-at-import": re.compile(r"@import\s", re.IGNORECASE),
    "css-at-keyframes": re.compile(r"@keyframes\s", re.IGNORECASE),
    "css-at-media": re.compile(r"@media\s?\(", re.IGNORECASE),
    "css-at-supports": re.compile(r"@supports\s?\(", re.IGNORECASE),
    **{
        f"css-pseudo-class-{name}": re.compile(rf":{name}(?![\w-])")
        for name in listed(
            "active checked first-child first-of-type focus has hover lang last-child last-of-type link not "
            "nth-child nth-last-child nth-last-of-type nth-of-type only-child only-of-type target visited"
        )
    },
    **{f"css-pseudo-element-{name}": re.compile(rf"::?{name}(?![\w-])") for name in ("after", "before")},
    **{
        f"css-pseudo-element-{name}": re.compile(rf"::{name}(?![\w-])")
        for name in ("first-letter", "first-line", "marker", "placeholder")
    },
}
_IMAGES = {kind: kind for kind in listed("apng avif bmp gif hdr heif ico mp4 svg tiff webp")} | {"tif": "tiff"}
_NEEDED = listed(
    "css-display-flex css-display-grid css-grid-template css-position css-variables css-float "
    "css-background-image html-video html-audio html-form html-svg html-picture image-avif image-heif "
    "image-svg image-mp4 css-at-import css-clip-path css-transform css-unit-calc"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """Something that the page uses and not all clients know: shares in per cent of all results, and how often."""

    slug: str
    title: str
    unsupported: float
    partial: float
    found: int

    @property
    def matters(self) -> bool:
        """Whether the page falls apart without it."""
        return self.slug in _NEEDED


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """The score of 100 with what it lost, and what was found, the dearest first."""

    score: float
    partial: float
    unsupported: float
    features: tuple[Feature, ...]


@lru_cache(maxsize=2)
def support(letter: Letter) -> Support:
    """How well clients support a message's HTML; 100 where there is none."""
    nodes = [node for node in letter.nodes if node.tag not in _UNCOUNTED]
    if not letter.html or not nodes:
        return Support(score=100.0, partial=0.0, unsupported=0.0, features=())
    features = [_feature(slug, count) for slug, count in _found(letter).items() if slug in table()["features"]]
    features = sorted(
        (each for each in features if each.unsupported or each.partial),
        key=lambda each: (-(each.unsupported + each.partial) * each.found, each.slug),
    )
    partial = max((each.partial * each.found / len(nodes) for each in features), default=0.0)
    unsupported = max((each.unsupported * each.found / len(nodes) for each in features), default=0.0)
    return Support(
        score=round(max(0.0, 100 - partial - unsupported), 1),
        partial=round(partial, 1),
        unsupported=round(unsupported, 1),
        features=tuple(features),
    )


@lru_cache(maxsize=512)
def failing(slug: str) -> tuple[str, ...]:
    """The clients whose newest version does not know a feature, by name."""
    known = table()
    row = known["features"].get(slug)
    return tuple(n for n, letter in zip(known["clients"].values(), row[2], strict=True) if letter == "n") if row else ()


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The whole table: its date and notice, the clients by key, and per feature title, counts and newest results."""
    found: dict[str, Any] = json.loads((files("publisher.preflight") / "clients.json").read_text(encoding="utf-8"))
    return found


def _feature(slug: str, found: int) -> Feature:
    title, (yes, partly, no), _ = table()["features"][slug]
    whole = (yes + partly + no) or 1
    return Feature(slug=slug, title=title, unsupported=100 * no / whole, partial=100 * partly / whole, found=found)


def _found(letter: Letter) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in letter.nodes:
        found.update(_of_element(node))
        found.update(_of_styles(letter, node))
    sheets = "".join(letter.styles)
    found.update({slug: len(sign.findall(sheets)) for slug, sign in _IN_SHEETS.items()})
    return +found


def _of_element(node: HtmlElement) -> Iterator[str]:
    if node.tag in _TAGS:
        yield _TAGS[node.tag]
    if node.tag == "a" and (node.get("href") or "").startswith("#"):
        yield "html-anchor-links"
    if node.tag == "img":
        yield from _of_image(node)
    kind = (node.get("type") or "").lower()
    if kind in ("hidden", "text", "checkbox", "radio", "submit") and node.tag == "input":
        yield f"html-input-{kind}"
    if kind in ("reset", "submit") and node.tag == "button":
        yield f"html-button-{kind}"


def _of_image(node: HtmlElement) -> Iterator[str]:
    source = node.get("src") or ""
    yield "html-object"
    if source.lower().startswith("data:image/"):
        yield "image-base64"
    elif kind := _IMAGES.get(addresses.split(source).path.lower().rpartition(".")[2]):
        yield f"image-{kind}"
    if node.get("usemap"):
        yield "html-image-maps"


def _of_styles(letter: Letter, node: HtmlElement) -> Iterator[str]:
    """A feature once for an element, however often it is declared, but for units."""
    declared = letter.declared(node)
    slugs = {_ATTRIBUTES[name] for name in node.attrib if name in _ATTRIBUTES}
    for each in declared:
        name, value = each.name, each.value.lower()
        if name in _PROPERTIES:
            slugs.add(f"css-{name}")
        if name in _OTHER_NAMES:
            slugs.add(_OTHER_NAMES[name])
        if name == "display":
            slugs |= {f"css-display-{kind}" for kind in ("flex", "grid", "none") if value == kind}
        if each.important:
            slugs.add("css-important")
        slugs |= {slug for slug, sign in _VALUES.items() if sign.search(value)}
    yield from slugs
