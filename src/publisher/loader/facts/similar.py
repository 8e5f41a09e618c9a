"""How alike two texts are, and a few keys by which alike texts find each other among ten thousand."""

import re
import zlib
from difflib import SequenceMatcher
from heapq import nsmallest
from itertools import accumulate

from publisher.text import clean

LEAST_WORDS = 48
"""Shorter texts say too little to be told apart by their words."""
_SHORTEST, _MENDED = 6, 0.85
_RUN = 3
_HEAD_WORDS, _HEAD_LETTERS = 300, 2400
_KEYS = 8
_SHARED = 3
"""Two texts nine tenths alike share most of their eight keys; fewer than three are chance."""


def shingles(text: str) -> frozenset[int]:
    """The runs of three words of a text, as numbers; empty for a text of fewer than 48 words."""
    return _runs(clean.fold(text).split())


def _runs(words: list[str]) -> frozenset[int]:
    if len(words) < LEAST_WORDS:
        return frozenset()
    data = [word.encode() for word in words]
    ends = list(accumulate(len(word) + 1 for word in data))
    line = b" ".join(data)
    starts = [0, *ends]
    return frozenset(zlib.crc32(line[start:end]) for start, end in zip(starts, ends[_RUN - 1 :], strict=False))


def keys(text: str) -> tuple[str, ...]:
    """The lowest numbers among a text's first shingles, which alike texts mostly share (a bottom-k sketch)."""
    words = clean.fold(text[:_HEAD_LETTERS]).split()[:_HEAD_WORDS]
    return tuple(f"{number:08x}" for number in nsmallest(_KEYS, _runs(words)))


def may_be_alike(shared: int) -> bool:
    """Whether two texts that share so many keys are worth comparing."""
    return shared >= _SHARED


def similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Twice the shared shingles over all of both: 1 for the same text, 0 where nothing can be said."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def is_mended(now: str, before: str) -> bool:
    """Whether one headline is the other with a letter or a word put right; other figures are another headline."""
    one, other = clean.fold(now)[:200], clean.fold(before)[:200]
    if min(len(one), len(other)) < _SHORTEST or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _MENDED
