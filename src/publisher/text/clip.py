"""Shortening a text at whole words, so that nothing a reader or a network takes as one is cut in two."""

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
_PAIRS = {"“": "”", "«": "»", "‹": "›", "「": "」", "『": "』", "《": "》", "(": ")", "[": "]", "（": "）", "‘": "’"}
_APOSTROPHE = regex.compile(r"(?<=[\p{L}\p{N}])’(?=[\p{L}\p{N}])|(?<![\p{L}\p{N}\p{Po}])’(?=[\p{L}\p{N}])")


def at_words(s: str, limit: int, *, ellipsis: str = "…") -> str:
    """The text within `limit` graphemes: itself, or its first whole words with the ellipsis.

    Never cut inside a grapheme, a URL, a tag, a handle or a row of stars; a quotation mark or bracket left open is
    closed behind the ellipsis. Languages without spaces are cut between characters; a single word that is too long,
    between graphemes. Where not even that fits, it is the ellipsis, or nothing when that is too long as well.
    """
    pieces = graphemes.split(s)
    if len(pieces) <= limit:
        return s
    cuts = _cuts(s, pieces)
    low, high = 0, len(cuts)
    while low < high:  # a longer start never makes a shorter text, but for a bracket that it closes
        middle = (low + high) // 2
        if graphemes.count(_ended(s[: cuts[middle]], ellipsis)) <= limit:
            low = middle + 1
        else:
            high = middle
    for cut in reversed(cuts[:low]):
        text = _ended(s[:cut], ellipsis)
        if text != ellipsis and graphemes.count(text) <= limit:
            return text
    return _inside_word(s, pieces, limit, ellipsis)


def _cuts(s: str, pieces: list[str]) -> list[int]:
    """The offsets at which a text may end, in order."""
    whole = [m.span() for m in _WHOLE.finditer(s)]
    cuts: list[int] = []
    position, span = 0, 0
    for index, piece in enumerate(pieces[:-1]):
        position += len(piece)
        while span < len(whole) and whole[span][1] <= position:
            span += 1
        if span < len(whole) and whole[span][0] < position:
            continue
        if may_end(piece, pieces[index + 1]):
            cuts.append(position)
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
    for size in range(room, 0, -1):
        text = _ended("".join(pieces[:size]), ellipsis)
        if graphemes.count(text) <= limit and not any(
            m.start() < sum(map(len, pieces[:size])) < m.end() for m in _WHOLE.finditer(s)
        ):
            return text
    return ellipsis
