"""Titles set in capitals in a headline that otherwise is not: "In THE LONG TIDE, …"."""

import re

from publisher.loader.film import titles
from publisher.loader.film.headline_words import ABBREVIATIONS

_NUMBER = re.compile(r"\d\.\d|[\d&:–-]+[,:]?")
_ARTICLES = frozenset({"THE", "A", "I", "NEW", "LA"})


def runs(text: str) -> list[str]:
    """The stretches of capitals in a headline, without abbreviations and the word review, in order."""
    words = text.split()
    upper = [
        titles.is_upper(re.sub(r"['’]s\b", "", word)) or bool(re.fullmatch(r"\d\.\d|[\d&:–-]+[,:]?", word))
        for word in words
    ]
    found: list[list[str]] = []
    for number, word in enumerate(words):
        if not upper[number]:
            continue
        if number and upper[number - 1] and found and not _ends_before(number, words):
            found[-1].append(word)
        else:
            found.append([word])
    return [run for stretch in found if (run := _trimmed(stretch))]


def _ends_before(number: int, words: list[str]) -> bool:
    """Whether punctuation before a word ends a title: a comma does before "A Campy …", not before "MARGARET"."""
    before, word = words[number - 1], words[number]
    if not before.endswith(","):
        return before.endswith((".", ";")) and len(before) > 4
    following = words[number + 1] if number + 1 < len(words) else ""
    return len(word) == 1 and not titles.is_upper(following)


def _trimmed(words: list[str]) -> str:
    while words and (
        _bare(words[0]) in ABBREVIATIONS - _ARTICLES or not any(c.isalpha() or c.isdigit() for c in words[0])
    ):
        words = words[1:]
    while words and (words[-1] in ("A", "I", "–", "-", "&") or _bare(words[-1]) in ("REVIEW", "REVIEWS")):
        words = words[:-1]
    text = re.sub(r"['’][sS]$", "", titles.trim(" ".join(words)))
    alone = len(words) == 1
    if sum(c.isalpha() for c in text) < 2 or (alone and _bare(text) in ABBREVIATIONS):
        return ""
    return "" if re.fullmatch(r"[IVXLC]+", text) else text


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).upper()


def cased(title: str, *, marked: bool = False) -> str:
    """A title in capitals in the usual case; short ones (RRR, IF) stay unless capitals are how titles are `marked`."""
    letters = [word for word in title.split() if any(c.isalpha() for c in word)]
    if not letters or not all(titles.is_upper(word) for word in letters):
        return title
    if len(title) > 4 or (marked and len(letters) == 1 and len(title) > 3):
        return titles.title_case(title)
    return title
