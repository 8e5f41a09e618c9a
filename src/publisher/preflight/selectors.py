"""Which elements a CSS selector names, for the selectors that mail uses.

Types, classes, ids, attributes, `:root`, `:link`, `:first-child`, `:last-child`, and the four combinators. A selector
with anything else names nothing here: what a client may or may not apply is not counted on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

LONGEST = 500
MOST_COMPOUNDS = 8
_PIECE = re.compile(
    r"""(?P<type>^(?:\*|[a-zA-Z][\w-]*))|\.(?P<class>-?[\w-]+)|\#(?P<id>[\w-]+)|:(?P<pseudo>[a-z-]+)(?![\w(-])
    |\[\s*(?P<name>[\w-]+)\s*(?:(?P<how>[~|^$*]?=)\s*(?P<value>"[^"]*"|'[^']*'|[\w-]+)\s*)?\]""",
    re.VERBOSE,
)
_KNOWN_PSEUDO = frozenset({"root", "link", "first-child", "last-child"})


@dataclass(frozen=True, slots=True)
class Compound:
    """Everything that one element must be; `before` is how it stands to the compound left of it."""

    before: str
    type: str
    classes: frozenset[str]
    ids: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    pseudo: frozenset[str]


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector read: its compounds from left to right and its specificity (ids, classes, types)."""

    compounds: tuple[Compound, ...]
    weight: tuple[int, int, int]


class Budget:
    """How many more comparisons are worth it; a page that asks for more is not a mail."""

    def __init__(self, steps: int = 150_000) -> None:
        """Allow so many comparisons."""
        self.left = steps


@lru_cache(maxsize=2048)
def parse(text: str) -> Selector | None:
    """One selector (no comma); None when it holds something that is not judged here."""
    if len(text) > LONGEST:
        return None
    compounds: list[Compound] = []
    before = ""
    for word in _words(text):
        if word in (" ", ">", "+", "~"):
            before = word
            continue
        compound = _compound(word, before if compounds else "")
        if compound is None or len(compounds) >= MOST_COMPOUNDS:
            return None
        compounds.append(compound)
    if not compounds:
        return None
    ids = sum(len(each.ids) for each in compounds)
    classes = sum(len(each.classes) + len(each.attributes) + len(each.pseudo) for each in compounds)
    types = sum(each.type not in ("", "*") for each in compounds)
    return Selector(tuple(compounds), (ids, classes, types))


def alternatives(text: str) -> tuple[str, ...]:
    """The selectors of a list, split at commas that stand in no bracket."""
    parts, start, depth = [], 0, 0
    for at, character in enumerate(text):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth = max(0, depth - 1)
        elif character == "," and not depth:
            parts.append(text[start:at].strip())
            start = at + 1
    return tuple(part for part in (*parts, text[start:].strip()) if part)


def matches(node: HtmlElement, selector: Selector, budget: Budget) -> bool:
    """Whether the selector names this element."""
    return _fits(node, selector.compounds, len(selector.compounds) - 1, budget)


def classes(node: HtmlElement) -> Mapping[str, None]:
    """The element's classes."""
    return dict.fromkeys((node.get("class") or "").split())


def _words(text: str) -> list[str]:
    parts = re.split(r"(\s*[>+~]\s*(?![^\[]*\])|\s+(?![^\[]*\]))", text.strip())
    return [part.strip() or " " for part in parts if part]


def _compound(word: str, before: str) -> Compound | None:
    found: dict[str, list[str]] = {"type": [], "class": [], "id": [], "pseudo": []}
    attributes, at = [], 0
    while at < len(word):
        piece = _PIECE.match(word, at) if at else _PIECE.match(word)
        if piece is None or piece.end() == at:
            return None
        at = piece.end()
        if piece["name"]:
            attributes.append((piece["name"].lower(), piece["how"] or "", (piece["value"] or "").strip("\"'")))
        else:
            for kind, values in found.items():
                if piece[kind]:
                    values.append(piece[kind])
    if not set(found["pseudo"]) <= _KNOWN_PSEUDO:
        return None
    return Compound(
        before=before,
        type=found["type"][0].lower() if found["type"] else "",
        classes=frozenset(found["class"]),
        ids=frozenset(found["id"]),
        attributes=tuple(attributes),
        pseudo=frozenset(found["pseudo"]),
    )


def _fits(node: HtmlElement | None, compounds: tuple[Compound, ...], at: int, budget: Budget) -> bool:
    budget.left -= 1
    if node is None or budget.left < 0 or not _is(node, compounds[at]):
        return False
    if at == 0:
        return True
    how = compounds[at].before
    if how == ">":
        return _fits(node.getparent(), compounds, at - 1, budget)
    if how == "+":
        return _fits(_previous(node), compounds, at - 1, budget)
    other = node.getparent() if how == " " else _previous(node)
    while other is not None and budget.left > 0:
        if _fits(other, compounds, at - 1, budget):
            return True
        other = other.getparent() if how == " " else _previous(other)
    return False


def _previous(node: HtmlElement) -> HtmlElement | None:
    before = node.getprevious()
    while before is not None and not isinstance(before.tag, str):
        before = before.getprevious()
    return before


def _is(node: HtmlElement, wanted: Compound) -> bool:
    if wanted.type not in ("", "*") and node.tag != wanted.type:
        return False
    if wanted.classes and not wanted.classes <= set((node.get("class") or "").split()):
        return False
    if wanted.ids and node.get("id") not in wanted.ids:
        return False
    return all(_has(node, *each) for each in wanted.attributes) and all(_state(node, each) for each in wanted.pseudo)


def _has(node: HtmlElement, name: str, how: str, value: str) -> bool:
    actual: str | None = node.get(name)
    if actual is None:
        return False
    if how in ("", "="):
        return not how or actual == value
    if how == "~=":
        return value in actual.split()
    if how == "|=":
        return actual == value or actual.startswith(value + "-")
    tests = {"^=": actual.startswith(value), "$=": actual.endswith(value), "*=": value in actual}
    return bool(value) and tests[how]


def _state(node: HtmlElement, name: str) -> bool:
    if name == "root":
        return bool(node.tag == "html")
    if name == "link":
        return bool(node.tag == "a" and node.get("href") is not None)
    if name == "first-child":
        return bool(_previous(node) is None)
    after = node.getnext()
    while after is not None and not isinstance(after.tag, str):
        after = after.getnext()
    return bool(after is None)
