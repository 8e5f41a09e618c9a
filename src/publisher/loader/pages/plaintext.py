"""Pasted text to the pieces of an article: lines that are paragraphs, or paragraphs that were wrapped into lines."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from publisher.loader.pages import spoilers
from publisher.loader.pages.piece import MOST, Kind, Piece
from publisher.text import clean

_HEADING = re.compile(r"#{1,6}\s+(?P<words>.+?)\s*#*")
_ITEM = re.compile(r"(?:[-*•‣◦▪]|\d{1,2}[.)])\s+(?P<words>\S.*)")
_QUOTE = re.compile(r">\s*(?P<words>.+)")
_RULE = re.compile(r"[\s*_\-=~—–·•.]{3,}")
_SPAN = re.compile(r"(?<![\w*_])(\*\*|__|\*|_)(?=\S)([^*_\n]{1,120}?)(?<=\S)\1(?![\w*_])")
_ENDED = re.compile(r"[.!…;,:\"”»)\]]$")
_LONG = 120


def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of a plain text, in order: headings without marks are known by their shape and by what follows."""
    lines = list(_lines(spoilers.mark(clean.text(text[:MOST]))))
    found: list[Piece] = []
    depth = 0
    for line, following in pairwise([*lines, ""]):
        stretches, depth = spoilers.divide(line, depth)
        found += [replace(_piece(part, following), spoiler=mark) for part, mark in stretches if part.strip()]
    return tuple(found)


def _lines(text: str) -> Iterator[str]:
    """One line per paragraph; lines that were wrapped at some column are joined again."""
    for group in re.split(r"\n\s*\n", text):
        lines = [line for line in group.split("\n") if line and not _RULE.fullmatch(line)]
        if _is_wrapped(lines):
            yield " ".join(lines)
        else:
            yield from lines


def _is_wrapped(lines: list[str]) -> bool:
    """Whether the lines of a group break in the middle of sentences, all near the same column."""
    inner = lines[:-1]
    if len(lines) < 2 or any(_ITEM.fullmatch(line) or _HEADING.fullmatch(line) for line in lines):
        return False
    widest = max(len(line) for line in lines)
    broken = sum(not re.search(r"[.!?…\"”]$", line) and len(line) > 0.6 * widest for line in inner)
    return 40 <= widest <= 110 and broken >= 0.6 * len(inner) and any(re.match(r"[a-z]", line) for line in lines[1:])


def _piece(line: str, following: str) -> Piece:
    if found := _HEADING.fullmatch(line):
        return Piece(kind="heading", text=_plain(found["words"]), emphasis=_spans(line))
    if found := _QUOTE.fullmatch(line):
        return Piece(kind="quote", text=_plain(found["words"]), emphasis=_spans(line))
    if found := _ITEM.fullmatch(line):
        return Piece(kind="list", text=_plain(found["words"]), emphasis=_spans(line))
    kind: Kind = "heading" if is_heading(line, following) else "paragraph"
    return Piece(kind=kind, text=_plain(line), emphasis=_spans(line))


def is_heading(line: str, following: str) -> bool:
    """Whether a short line without an end stop opens the long paragraph that follows it."""
    if not 0 < len(line) <= 90 or _ENDED.search(line) or len(line.split()) > 14:
        return False
    return bool(re.match(r"[\"“‘'«]?[^\W_a-z]", line)) and len(following) >= _LONG


def _plain(line: str) -> str:
    return clean.line(_SPAN.sub(r"\2", line))


def _spans(line: str) -> tuple[str, ...]:
    return tuple(clean.line(found[2]) for found in _SPAN.finditer(line))
