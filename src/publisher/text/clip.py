"""Shortening a text at whole words, so that nothing a reader or a network takes as one is cut in two."""

from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter

import regex

from publisher.text import graphemes

# What is never cut inside: addresses, handles, tags, and a row of stars with its half.
_WHOLE = regex.compile(
    r"https?://\S+|(?<!\S)[@#＃$]\S+|[★☆⭐✩✭✮✯⯨][★☆⭐✩✭✮✯⯨½\uFE0F ]*[★☆⭐✩✭✮✯⯨½\uFE0F]", regex.IGNORECASE
)
# Scripts that put no space between words may be cut between characters, but not before closing punctuation.
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\u3000-\u303F\uFF00-\uFFEF]"
)
_NO_START = regex.compile(r"[\p{Pe}\p{Pf}\p{Po}\p{M}ー々〻ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]")
_NO_END = regex.compile(r"[\p{Ps}\p{Pi}]")
_LOOSE_END = regex.compile(r"[\s,;:.…\p{Pd}\p{Ps}\p{Pi}\"&/|·•]+\Z")
_SPARE = 3  # graphemes of loose punctuation that an end may lose
_PAIRS = {"“": "”", "«": "»", "‹": "›", "「": "」", "『": "』", "《": "》", "(": ")", "[": "]", "（": "）", "‘": "’"}
_APOSTROPHE = regex.compile(r"(?<=[\p{L}\p{N}])’(?=[\p{L}\p{N}])|(?<![\p{L}\p{N}\p{Po}])’(?=[\p{L}\p{N}])")


def at_words(s: str, limit: int, *, ellipsis: str = "…") -> str:
    """The text within `limit` graphemes: itself, or its first whole words with the ellipsis.

    Never cut inside a grapheme, a URL, a tag, a handle or a row of stars; a quotation mark or bracket left open is
    closed behind the ellipsis. Languages without spaces are cut between characters; a single word that is too long,
    between graphemes. Where not even that fits, it is the ellipsis, or nothing when that is too long as well.
    """
    pieces, cuts = _prepared(s)
    if len(pieces) <= limit:
        return s
    for index in range(bisect_right(cuts, limit + _SPARE, key=itemgetter(0)) - 1, -1, -1):
        text = _ended(s[: cuts[index][1]], ellipsis)
        if text != ellipsis and graphemes.count(text) <= limit:
            return text
    return _inside_word(s, pieces, limit, ellipsis)


@lru_cache(maxsize=8)
def _prepared(s: str) -> tuple[list[str], list[tuple[int, int]]]:
    """A text's graphemes and where it may end; whoever looks for a length asks again and again."""
    pieces = graphemes.split(s)
    return pieces, _cuts(s, pieces)


def _cuts(s: str, pieces: list[str]) -> list[tuple[int, int]]:
    """Where a text may end, in order: behind how many graphemes, and at which offset."""
    whole = [m.span() for m in _WHOLE.finditer(s)]
    cuts: list[tuple[int, int]] = []
    position, span = 0, 0
    for index, piece in enumerate(pieces[:-1]):
        position += len(piece)
        while span < len(whole) and whole[span][1] <= position:
            span += 1
        inside = span < len(whole) and whole[span][0] < position
        if not inside and may_end(piece, pieces[index + 1]):
            cuts.append((index + 1, position))
    return cuts


def may_end(piece: str, following: str) -> bool:
    """Whether a line or a shortened text may end between two graphemes."""
    if following.isspace():
        return not piece.isspace()
    if _NO_START.match(following) or _NO_END.match(piece) or piece.isspace():
        return False
    return bool(_UNSPACED.match(piece) or _UNSPACED.match(following))


def _ended(start: str, ellipsis: str) -> str:
    start = _LOOSE_END.sub("", start)
    return start + ellipsis + _closers(start)


def _closers(start: str) -> str:
    """The closing marks that a cut text still needs, innermost first."""
    needed: list[str] = []
    for mark in _APOSTROPHE.sub("", start):
        if needed and mark == needed[-1]:
            needed.pop()
        elif mark == '"':
            needed.append(mark)
        elif mark == "„":
            needed.append("“")
        elif mark in _PAIRS:
            needed.append(_PAIRS[mark])
    return "".join(reversed(needed))


def _inside_word(s: str, pieces: list[str], limit: int, ellipsis: str) -> str:
    """The first graphemes of a word that alone is too long; the ellipsis alone when it is an address, tag or stars."""
    room = limit - graphemes.count(ellipsis)
    if room < 0:
        return ""
    if room == 0 or _WHOLE.match(s):
        return ellipsis
    whole = [m.span() for m in _WHOLE.finditer(s)]
    for size in range(room, 0, -1):
        start = "".join(pieces[:size])
        text = _ended(start, ellipsis)
        if graphemes.count(text) <= limit and not any(first < len(start) < last for first, last in whole):
            return text
    return ellipsis
