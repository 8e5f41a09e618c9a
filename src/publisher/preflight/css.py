"""Style sheets and style attributes as data: rules with their media, declarations, and what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2 import serialize

LONGEST = 200_000
"""Characters of one sheet that are read; Gmail drops them all from 16,384 on."""
LONGEST_ATTRIBUTE = 4_000
MOST_RULES = 2_000
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property with its value as written, both in lower case but for strings."""

    name: str
    value: str
    important: bool = False


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A rule of a sheet: its selectors as written and the conditions that it stands under, outermost first."""

    selector: str
    declarations: tuple[Declaration, ...]
    media: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style block: its rules, the names of its at-rules, how deep they nest, and its mistakes as (line, what)."""

    text: str
    rules: tuple[StyleRule, ...] = ()
    at_rules: tuple[str, ...] = ()
    depth: int = 0
    mistakes: tuple[tuple[int, str], ...] = ()


@lru_cache(maxsize=64)
def sheet(text: str) -> Sheet:
    """A style block read as browsers read it (CSS Syntax 3); never raises."""
    reading = _SheetReader()
    try:
        reading.rules(tinycss2.parse_stylesheet(text[:LONGEST], skip_comments=True, skip_whitespace=True), ())
    except RecursionError:
        reading.mistakes.append((1, "it is nested too deeply"))
    return Sheet(
        text=text,
        rules=tuple(reading.found),
        at_rules=tuple(reading.at_rules),
        depth=reading.depth,
        mistakes=tuple(reading.mistakes),
    )


@lru_cache(maxsize=4096)
def declarations(attribute: str) -> tuple[Declaration, ...]:
    """What a `style` attribute declares, in order, without what cannot be read; never raises."""
    try:
        nodes = tinycss2.parse_blocks_contents(attribute[:LONGEST_ATTRIBUTE], skip_comments=True, skip_whitespace=True)
        return tuple(_block(nodes, []))
    except RecursionError:
        return ()


class _SheetReader:
    """The state of reading one sheet."""

    def __init__(self) -> None:
        self.found: list[StyleRule] = []
        self.at_rules: list[str] = []
        self.mistakes: list[tuple[int, str]] = []
        self.depth = 0

    def rules(self, nodes: list[Any], media: tuple[str, ...]) -> None:
        self.depth = max(self.depth, len(media))
        for node in nodes:
            if len(self.found) >= MOST_RULES:
                return
            if node.type == "error":
                self.mistakes.append((node.source_line, node.message))
            elif node.type == "at-rule":
                self._at_rule(node, media)
            elif node.type == "qualified-rule":
                self._rule(node, media)

    def _at_rule(self, node: Any, media: tuple[str, ...]) -> None:
        name = node.lower_at_keyword
        self.at_rules.append(name)
        if node.content is None:
            if name in ("media", "supports", "keyframes", "font-face"):
                self.mistakes.append((node.source_line, f"@{name} has no block"))
            return
        if name in ("media", "supports", "layer", "container") and len(media) < DEEPEST:
            said = " ".join(serialize(node.prelude).split()).lower()
            condition = said if name == "media" else f"@{name} {said}"
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            self.rules(inner, (*media, condition))

    def _rule(self, node: Any, media: tuple[str, ...]) -> None:
        selector = " ".join(serialize(node.prelude).split())
        if not selector:
            self.mistakes.append((node.source_line, "a block has no selector"))
        nodes = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        declared = tuple(_block(nodes, self.mistakes))
        self.found.append(StyleRule(selector, declared, media, node.source_line))


def _block(nodes: list[Any], mistakes: list[tuple[int, str]]) -> Iterator[Declaration]:
    for node in nodes:
        if node.type == "declaration":
            value = " ".join(serialize(node.value).split())
            if not value and not node.name.startswith("--"):
                mistakes.append((node.source_line, f"{node.name} has no value"))
            yield Declaration(node.name if node.name.startswith("--") else node.lower_name, value, node.important)
        elif node.type == "error":
            mistakes.append((node.source_line, node.message))
        else:
            mistakes.append((node.source_line, "a rule stands inside a rule"))
