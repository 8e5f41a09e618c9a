"""Plain text as it is written for people: wrapped at 78 columns, addresses left whole."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WIDTH = 78
# An address or a slot's token is never cut: half a link is no link.
_WHOLE = re.compile(r"(?:https?://|mailto:|\(https?://|<https?://|__merge_)\S+", re.IGNORECASE)


def wrap(text: str, width: int = WIDTH, indent: str = "", hanging: str | None = None) -> str:
    """The text in lines of at most `width` columns, the first after `indent`, the others after `hanging`.

    Blank lines stay. An unbroken word longer than a line is cut, but for an address.
    """
    rest = indent if hanging is None else hanging
    paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    wrapped = []
    for place, paragraph in enumerate(paragraphs):
        first = indent if place == 0 else rest
        wrapped.append("\n".join(_lines(paragraph.split(), width, first, rest)))
    return "\n\n".join(wrapped)


def _lines(words: list[str], width: int, first: str, rest: str) -> Iterator[str]:
    current, used, lead = "", 0, first
    for word in _pieces(words, width - max(columns(first), columns(rest))):
        wide = columns(word)
        if current and columns(lead) + used + 1 + wide > width:
            yield lead + current
            current, used, lead = word, wide, rest
        else:
            current, used = (f"{current} {word}", used + 1 + wide) if current else (word, wide)
    if current:
        yield lead + current


def _pieces(words: list[str], width: int) -> Iterator[str]:
    for word in words:
        if columns(word) <= width or _WHOLE.match(word):
            yield word
            continue
        piece, used = "", 0
        for char in word:
            size = _columns(char)
            if used + size > width and size:
                yield piece
                piece, used = "", 0
            piece, used = piece + char, used + size
        yield piece


def columns(text: str) -> int:
    """How wide the text stands in a fixed-width font: East Asian wide characters count two, accents none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
