"""Words cut into the pieces that the reader knows (WordPiece, small letters, accents off), each with its place."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import regex

_WORD = regex.compile(r"[^\s\p{P}\p{Cc}$+<=>^`|~]+|[\p{P}$+<=>^`|~]")
_LONGEST = 40
"""Letters that a word may have; a longer one is unknown."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one text: their numbers, and how many letters and marks (no blanks) stand before each word."""

    ids: tuple[int, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces by number; those that go on within a word begin with `##`."""

    numbers: Mapping[str, int]
    unknown: int
    _seen: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def cut(self, text: str, most: int) -> Pieces:
        """The first `most` pieces of a text."""
        ids: list[int] = []
        places: list[int] = []
        blanks = cursor = 0
        for match in _WORD.finditer(text):
            blanks += sum(map(str.isspace, text[cursor : match.start()]))
            cursor = match.start()
            word = self._word(match.group())
            ids += word
            places += [match.start() - blanks] * len(word)
            if len(ids) >= most:
                break
        return Pieces(tuple(ids[:most]), tuple(places[:most]))

    def _word(self, raw: str) -> tuple[int, ...]:
        found = self._seen.get(raw)
        if found is None:
            found = self._seen[raw] = self._pieces(_plain(raw))
        return found

    def _pieces(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start = 0
        while start < len(word):
            head = "##" if start else ""
            end = len(word) if len(word) <= _LONGEST else start
            while end > start and head + word[start:end] not in self.numbers:
                end -= 1
            if end == start:
                return (self.unknown,)
            found.append(self.numbers[head + word[start:end]])
            start = end
        return tuple(found)


def _plain(raw: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFD", raw.lower())
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
