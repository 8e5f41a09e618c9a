"""What each element looks like in a mode, computed from inlined styles, attributes and style blocks; no browser.

Modes: `light` and `dark` (the author's own, by `prefers-color-scheme`) on a wide screen, `forced` (a client turns the
light one round), `phone` (light, 375 px). As CSS has it: attributes, rules, inline styles, then what is !important.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lxml.html import HtmlElement

from publisher.preflight import colours, selectors
from publisher.preflight.colours import Colour
from publisher.preflight.css import Declaration, Sheet, StyleRule, declarations

Mode = Literal["light", "dark", "forced", "phone"]
MOST_ELEMENTS = 4_000
WIDTHS: Mapping[Mode, int] = {"light": 1300, "dark": 1300, "forced": 1300, "phone": 375}
LINK, LINK_DARK = Colour(0, 0, 238), Colour(158, 158, 255)

_SIDES = ("top", "right", "bottom", "left")
_NUMBER = re.compile(r"^([+-]?\d*\.?\d+)(px|pt|em|rem|%|)$")
_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83, "sub": 0.83, "sup": 0.83}
_NAMED_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32}
_BOLD = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th"})
_UNSHOWN = frozenset({"head", "title", "style", "script", "meta", "link", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Look:
    """One element in one mode: what it declares itself, and what it shows with what it inherits. Lengths in px.

    `ground` is None where a picture lies under the words; `line` is None where nobody says how high a line is.
    """

    own: Mapping[str, str]
    words: Colour
    ground: Colour | None
    size: float
    line: float | None
    bold: bool
    underlined: bool
    hidden: bool
    breaks: bool
    one_line: bool
    _ratio: float | None = None

    def length(self, name: str, whole: float = 0.0) -> float:
        """A property of this element in px; 0 when it is absent or cannot be told."""
        found = length(self.own.get(name, ""), self.size, whole)
        return found or 0.0


@dataclass(frozen=True, slots=True)
class _Matched:
    """A rule that names an element, with its rank."""

    rank: tuple[int, int, int, int]
    rule: StyleRule


class Cascade:
    """The looks of one page's elements, mode by mode."""

    def __init__(self, elements: Iterable[HtmlElement], sheets: Iterable[Sheet]) -> None:
        """Take the elements in the order of the page, parents first."""
        self._elements = tuple(elements)[:MOST_ELEMENTS]
        self._index = _indexed(sheets)
        self._budget = selectors.Budget()
        self._named = {node: self._rules_for(node) for node in self._elements}
        self._schemed = any(
            "dark" in each.value
            for _, rule, _ in self._index
            for each in rule.declarations
            if each.name == "color-scheme"
        ) or any(
            node.tag == "meta" and node.get("name") == "color-scheme" and "dark" in (node.get("content") or "")
            for node in self._elements
        )
        self._made: dict[Mode, dict[HtmlElement, Look]] = {}

    def looks(self, mode: Mode) -> Mapping[HtmlElement, Look]:
        """Each element's look in this mode."""
        if mode not in self._made:
            made: dict[HtmlElement, Look] = {}
            root = self._root(mode)
            for node in self._elements:
                made[node] = _look(node, self._own(node, mode), made.get(node.getparent(), root), mode)
            self._made[mode] = made
        return self._made[mode]

    def declared(self, node: HtmlElement) -> tuple[Declaration, ...]:
        """What an element declares by rules that stand under no condition, and inline."""
        ruled = (d for each in self._named.get(node, ()) if not each.rule.media for d in each.rule.declarations)
        return (*ruled, *declarations(node.get("style") or ""))

    def _root(self, mode: Mode) -> Look:
        ground, words = colours.WHITE, colours.BLACK
        if mode == "dark" and self._schemed:
            ground, words = colours.CANVAS_DARK, colours.WHITE
        if mode == "forced":
            ground, words = colours.turned_ground(ground), colours.turned_words(words)
        return Look({}, words, ground, 16.0, None, False, False, False, False, False)

    def _rules_for(self, node: HtmlElement) -> tuple[_Matched, ...]:
        keys = [node.tag, "*", *(f".{name}" for name in selectors.classes(node)), f"#{node.get('id')}"]
        found = []
        for key in keys:
            for order, rule, selector in self._index.by_key.get(key, ()):
                if selectors.matches(node, selector, self._budget):
                    self._budget.left -= len(rule.declarations)
                    found.append(_Matched((*selector.weight, order), rule))
        return tuple(sorted(found, key=lambda each: each.rank))

    def _own(self, node: HtmlElement, mode: Mode) -> dict[str, str]:
        own = dict(_hints(node))
        ruled = [each for each in self._named[node] if applies(each.rule.media, mode)]
        inline = declarations(node.get("style") or "")
        for important in (False, True):
            for each in ruled:
                _declare(own, each.rule.declarations, important=important)
            _declare(own, inline, important=important)
        return own


class _RuleIndex:
    """Rules by what their last compound asks for, so that an element meets few of them."""

    def __init__(self) -> None:
        self.by_key: defaultdict[str, list[tuple[int, StyleRule, selectors.Selector]]] = defaultdict(list)

    def __iter__(self) -> Iterator[tuple[int, StyleRule, selectors.Selector]]:
        return (each for found in self.by_key.values() for each in found)

    def add(self, order: int, rule: StyleRule, selector: selectors.Selector) -> None:
        last = selector.compounds[-1]
        if last.classes:
            key = f".{min(last.classes)}"
        elif last.ids:
            key = f"#{min(last.ids)}"
        else:
            key = "html" if "root" in last.pseudo else last.type or "*"
        self.by_key[key].append((order, rule, selector))


def _indexed(sheets: Iterable[Sheet]) -> _RuleIndex:
    index, order = _RuleIndex(), 0
    for sheet in sheets:
        for rule in sheet.rules:
            for text in selectors.alternatives(rule.selector[:20_000])[:500]:
                order += 1
                if selector := selectors.parse(text):
                    index.add(order, rule, selector)
    return index


@lru_cache(maxsize=1024)
def applies(media: tuple[str, ...], mode: Mode) -> bool:
    """Whether rules under these conditions count in this mode; a condition that is not known here does not hold."""
    return all(any(_holds(query, mode) for query in condition.split(",")) for condition in media)


def _holds(query: str, mode: Mode) -> bool:
    parts = [part.strip() for part in re.split(r"\band\b", query.replace("only ", ""))]
    return all(_feature(part, mode) for part in parts)


def _feature(part: str, mode: Mode) -> bool:
    if part in ("", "all", "screen") or part.startswith("@layer"):
        return True
    said = part.strip("()").replace(" ", "")
    name, _, value = said.partition(":")
    if name == "prefers-color-scheme":
        return value == ("dark" if mode == "dark" else "light")
    if name in ("max-width", "min-width", "max-device-width", "min-device-width"):
        limit = length(value, 16.0)
        if limit is None:
            return False
        return WIDTHS[mode] <= limit if name.startswith("max") else WIDTHS[mode] >= limit
    return False


@lru_cache(maxsize=4096)
def length(value: str, size: float, whole: float = 0.0) -> float | None:
    """A CSS or HTML length in px; None when it is none or cannot be told. `whole` is what 100 % is."""
    found = _NUMBER.match(value.strip().lower()[:30])
    if not found:
        return None
    number = float(found[1])
    return {
        "px": number,
        "": number,
        "pt": number * 4 / 3,
        "em": number * size,
        "rem": number * 16,
        "%": number * whole / 100,
    }[found[2]]


def _hints(node: HtmlElement) -> Iterator[tuple[str, str]]:
    if node.get("bgcolor"):
        yield "background-color", node.get("bgcolor")
    if node.get("background"):
        yield "background-image", node.get("background")
    for name in ("width", "height"):
        value = (node.get(name) or "").strip()
        if value and node.tag in ("table", "td", "th", "img", "col"):
            yield name, f"{value}px" if value.isdigit() else value
    if node.tag == "font" and node.get("color"):
        yield "color", node.get("color")
    if node.tag == "body" and node.get("text"):
        yield "color", node.get("text")
    if node.get("hidden") is not None:
        yield "display", "none"
    if node.get("nowrap") is not None:
        yield "white-space", "nowrap"


def _declare(own: dict[str, str], declared: Iterable[Declaration], *, important: bool) -> None:
    for each in declared:
        if each.important != important:
            continue
        value = each.value.lower()
        if each.name in ("padding", "margin"):
            own.update(zip((f"{each.name}-{side}" for side in _SIDES), _four(value), strict=True))
        elif each.name == "background":
            own.update(_background(value))
        elif each.name == "font":
            own.update(_font(value))
        elif each.name in ("border", "border-top", "border-bottom"):
            sides = ("top", "bottom") if each.name == "border" else (each.name.removeprefix("border-"),)
            own.update({f"border-{side}-width": _border(value) for side in sides})
        else:
            own[each.name] = value


def _four(value: str) -> tuple[str, str, str, str]:
    parts = value.split()[:4] or ["0"]
    top = parts[0]
    right = parts[1] if len(parts) > 1 else top
    return top, right, parts[2] if len(parts) > 2 else top, parts[3] if len(parts) > 3 else right


def _border(value: str) -> str:
    return next((part for part in value.split() if part[:1].isdigit()), "0")


def _background(value: str) -> dict[str, str]:
    picture = re.search(r"url\(|gradient\(", value)
    plain = re.sub(r"url\([^)]*\)", " ", value)
    colour = value if colours.parse(value) else next((p for p in plain.split() if colours.parse(p)), "transparent")
    return {"background-color": colour, "background-image": value if picture else "none"}


def _font(value: str) -> dict[str, str]:
    found = re.search(r"(\d*\.?\d+(?:px|pt|em|rem|%))(?:\s*/\s*(\d*\.?\d+(?:px|pt|em|rem|%)?))?", value)
    if not found:
        return {}
    bold = "bold" if re.search(r"\b(?:bold|[6-9]00)\b", value) else "normal"
    return {"font-size": found[1], "line-height": found[2] or "normal", "font-weight": bold}


def _look(node: HtmlElement, own: dict[str, str], parent: Look, mode: Mode) -> Look:
    size = _size(node, own.get("font-size"), parent.size)
    ratio, line = _line(own.get("line-height"), size, parent)
    decoration = own.get("text-decoration", own.get("text-decoration-line", ""))
    is_link = node.tag == "a" and node.get("href") is not None
    underlined = "underline" in decoration or (is_link and "none" not in decoration) or node.tag == "u"
    flows = own.get("display") in ("inline-block", "inline-table", "table", "table-cell")
    space = own.get("white-space")
    return Look(
        own=own,
        words=_words(own.get("color"), parent, mode, is_link=is_link),
        ground=_ground(own, parent, mode),
        size=size,
        line=line,
        bold=_bold(node, own.get("font-weight"), parent),
        underlined=underlined or (parent.underlined and not flows and not is_link),
        hidden=parent.hidden or node.tag in _UNSHOWN or _hides(own, size),
        breaks=_breaks(own, parent),
        one_line=space in ("nowrap", "pre") if space else parent.one_line,
        _ratio=ratio,
    )


def _size(node: HtmlElement, said: str | None, inherited: float) -> float:
    if said in _NAMED_SIZES:
        return float(_NAMED_SIZES[said])
    found = length(said, inherited, inherited) if said else None
    if found is not None:
        return found
    return inherited * _SIZES.get(node.tag, 1.0)


def _line(said: str | None, size: float, parent: Look) -> tuple[float | None, float | None]:
    if said is None or said == "inherit":
        return parent._ratio, parent._ratio * size if parent._ratio else parent.line
    if re.fullmatch(r"\d*\.?\d+", said):
        return float(said), float(said) * size
    return None, length(said, size, size)


def _words(said: str | None, parent: Look, mode: Mode, *, is_link: bool) -> Colour:
    found = colours.parse(said) if said else None
    if found is None:
        if not is_link or said is not None:
            return parent.words
        found = LINK_DARK if mode == "dark" and parent.ground and colours.is_dark(parent.ground) else LINK
    return colours.turned_words(found) if mode == "forced" else found


def _ground(own: Mapping[str, str], parent: Look, mode: Mode) -> Colour | None:
    found = colours.parse(own.get("background-color", ""))
    image = own.get("background-image", "none")
    if found is None or found.alpha == 0:
        return None if image != "none" else parent.ground
    if mode == "forced":
        found = colours.turned_ground(found)
    if found.alpha == 1:
        return found
    return found.over(parent.ground) if parent.ground else None


def _bold(node: HtmlElement, said: str | None, parent: Look) -> bool:
    if said is None or said == "inherit":
        return parent.bold or node.tag in _BOLD
    return said in ("bold", "bolder") or (said.isdigit() and int(said) >= 600)


def _hides(own: Mapping[str, str], size: float) -> bool:
    flat = any(length(own.get(name, ""), size) == 0 for name in ("max-height", "height", "max-width"))
    return (
        own.get("display") == "none"
        or own.get("visibility") in ("hidden", "collapse")
        or length(own.get("opacity", ""), size) == 0
        or (flat and own.get("overflow") == "hidden")
        or size == 0
    )


def _breaks(own: Mapping[str, str], parent: Look) -> bool:
    said = [own[name] for name in ("word-break", "overflow-wrap", "word-wrap") if name in own]
    if not said:
        return parent.breaks
    return any(value in ("break-word", "break-all", "anywhere") for value in said)
