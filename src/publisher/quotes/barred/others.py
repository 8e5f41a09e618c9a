"""Other films that a review speaks of by name: a line about one of them is never a quote about this one."""

from collections.abc import Iterable
from functools import cache

import regex

from publisher.quotes.words import WHOLE_FILM, word_set

_NAME = (
    r"\p{Lu}[\p{L}\p{N}'’:-]*"
    r"(?: (?:(?:of|the|and|in|to|for|on|a|an|with|from|&) )*[\p{Lu}\p{N}][\p{L}\p{N}'’:-]*){0,6}"
)
_KIND = rf"(?:{WHOLE_FILM}|masterpiece|film noir|blockbuster)"
_NO_NAMES = word_set("It This That He She What Here There Everything Nothing All Another One Each")
_DIFFERENT = "(?:another matter|a different (?:matter|story|beast))"


@cache
def _says() -> regex.Pattern[str]:
    """`Zounds (1999) is a masterpiece`: a name that is itself called a film, and not somebody who makes one."""
    return regex.compile(
        rf"(?:^|(?<=[.!?;] ))(?P<name>{_NAME})(?: \(\d{{4}}\))?,? (?:is|was|remains|stands as|became) (?:still |also )?"
        rf"(?:(?:an?|the|one of the|his|her|their|my) (?:[\w'’-]+,? ){{0,4}}{_KIND}"
        r"(?=[,.;:!—]| (?:that|which|about|with))"
        rf"|{_DIFFERENT})",
        regex.V1,
    )


def other_films(sentences: Iterable[str], title: str) -> frozenset[str]:
    """The names of films other than the review's own; none where it never names its own by its title."""
    lines = list(sentences)
    if not title or not any(title in line for line in lines):
        return frozenset()
    own = {word.casefold() for word in title.split()}
    found = (match["name"] for line in lines for match in _says().finditer(line))
    return frozenset(name for name in found if own.isdisjoint(name.casefold().split()) and name not in _NO_NAMES)


def speaks_of(text: str, names: Iterable[str], title: str) -> bool:
    """Whether a line is about one of these films: it names one, and neither the review's own nor `the film`."""
    own = (title, *(part.strip() for part in title.split(":") if len(part.split()) > 1))
    if any(part in text for part in own) or regex.search(r"\b(?:the|this) (?:film|movie|picture)\b", text, regex.I):
        return False
    return any(regex.search(rf"\b{regex.escape(name)}\b", text) for name in names)
