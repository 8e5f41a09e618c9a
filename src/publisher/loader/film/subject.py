"""What a text is about: a film, or a series, a game, a book, music, a thing; by its words and its categories."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from publisher.loader.film import lexicon
from publisher.text import clean

_FILM = lexicon.words("film")
_FILM_BEGINNINGS = ("cinema", "filmmak", "kino")
_FILM_SIGNS = ("电影", "影片", "電影", "映画", "영화", "box office")
_NEAR_FILM = lexicon.words("near_film")
"""Words that stand in reviews of films, and elsewhere too: several different ones are needed."""
_SERIES = lexicon.words("series")
_SERIES_SIGNS = ("limited series", "tv show", "tv series", "this series", "netflix series", "hbo series")
_GAMES = lexicon.words("games")
_BOOKS = lexicon.words("books")
_MUSIC = lexicon.words("music")
_THINGS = lexicon.words("things")
_MEALS = lexicon.words("meals")
_PLAINLY_OTHER = lexicon.words("plainly_other")
"""One of these is enough in a text without any word of films."""
_OTHERS = (_GAMES, _BOOKS, _MUSIC, _THINGS, _MEALS)
_FILED = lexicon.words("filed")
_TOPICS = lexicon.words("topics")
"""What a site files other things than films under; beside a film's genre it is one itself."""
_GENRE = lexicon.pattern("genre")
_FILED_AS_FILM = re.compile(r"\b(?:film|movie|cinema|dvd|blu-?ray)\b|\breviews?\b", re.IGNORECASE)
_FILM_REVIEW = lexicon.pattern("film_review")
_LETTER = "[a-z\xaa\xb5\xba\xc0-\u1fff\u2070-\u2fff\u3040-\uffff]"
"""What is no digit and no punctuation; ranges are matched faster than categories."""
_ENOUGH = 5000
"""Characters of a text that show what it is about."""
_TOKEN = re.compile(f"{_LETTER}+(?:-{_LETTER}+)*")


def is_film(label: str, text: str) -> bool:
    """Whether the words of films stand in a label (headline, categories, address) or in the text."""
    if re.search(r"\breview", label, re.IGNORECASE) or _film(label) or _film(text):
        return True
    return len(_counted(text).keys() & _NEAR_FILM) >= 3


def is_surely_film(headline: str, text: str) -> bool:
    """Whether headline and text speak of films, as a marked-up review of an unnamed kind of thing must."""
    return bool(_FILM_REVIEW.search(headline)) or _film(headline) + _film(text) + _near(headline) + _near(text) >= 2


def is_another(headline: str, text: str, *, strongly: bool = False) -> bool:
    """Whether the text is about something else than a film: it has that thing's words and hardly a film's.

    `strongly`: as it must be where the headline's form already says that it is about a film.
    """
    if _FILM_REVIEW.search(headline):
        return False
    counts, film = _counted(text), _film(text) + _near(text)
    series = _of(counts, _SERIES) + _of_signs(text, _SERIES_SIGNS)
    if series >= 3 and series > 1.5 * film:
        return True
    if not film and counts.keys() & _PLAINLY_OTHER:
        return True
    least, times = (10, 4) if strongly else (5, 2)
    others = [_of(counts, words) for words in _OTHERS]
    return any((count >= least and count > times * film) or (count >= 3 and not film) for count in others)


def is_filed_elsewhere(categories: Iterable[str]) -> bool:
    """Whether a source files it under television, news and the like, and not under films or reviews as well."""
    names = {clean.fold(name) for name in categories}
    if any(_FILED_AS_FILM.search(name) for name in names - _FILED):
        return False
    return bool(names & _FILED) or (bool(names & _TOPICS) and not any(_GENRE.search(name) for name in names))


@lru_cache(maxsize=4)
def _counted(text: str) -> Counter[str]:
    return Counter(_TOKEN.findall(text[:_ENOUGH].casefold()))


@lru_cache(maxsize=8)
def _film(text: str) -> int:
    counts = _counted(text)
    found = _of(counts, _FILM) + _of_signs(text, _FILM_SIGNS)
    lower = text.casefold()
    if any(beginning in lower for beginning in _FILM_BEGINNINGS):
        found += sum(counts[word] for word in counts if word.startswith(_FILM_BEGINNINGS))
    return found


def _near(text: str) -> int:
    return _of(_counted(text), _NEAR_FILM)


def _of(counts: Counter[str], words: frozenset[str]) -> int:
    return sum(counts[word] for word in counts.keys() & words)


def _of_signs(text: str, signs: tuple[str, ...]) -> int:
    lower = text.casefold()
    return sum(lower.count(sign) for sign in signs)
