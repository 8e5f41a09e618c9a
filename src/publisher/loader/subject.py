"""What a text is about: a film, or a series, a game, a book, music, a thing; by its words and its categories."""

import re
from collections.abc import Iterable

from publisher.text import clean

_FILM = re.compile(
    r"\b(?:films?|movies?|flicks?|rom-?coms?|cinema\w*|filmmak\w+|screenplay|box office|documentar(?:y|ies)"
    r"|pel[ií]culas?|filmes?|kino\w*)\b|电影|影片|電影|映画|영화|фильм",
    re.IGNORECASE,
)
_NEAR_FILM = re.compile(
    r"\b(?:sequel|screenwriters?|on[- ]screen|directors?|directorial|directed|actors?|actress(?:es)?|camera|scenes?"
    r"|audiences?|protagonist|performances?|cast|cine|regisseur\w*|r[ée]alisat\w+|regist[ai]|schauspieler\w*|acteurs?"
    r"|actriz|reparto|diretora?)\b",
    re.IGNORECASE,
)
"""Words that stand in reviews of films, and elsewhere too: several different ones are needed."""
_SERIES = re.compile(
    r"\b(?:episodes?|seasons?(?! of the)|showrunners?|mini-?series|limited series|tv (?:show|series)"
    r"|(?:this|the|netflix|hbo) series(?! of))\b",
    re.IGNORECASE,
)
_GAMES = (
    r"gam(?:es?|ing|eplay|ers?)|players?|consoles?|multiplayer|playstation|xbox|nintendo|steam|graphics|controllers?"
)
_BOOKS = r"novels?|books?|authors?|chapters?|prose|publishers?|memoirs?|pages|reader(?:s|ship)?"
_MUSIC = r"albums?|tracks?|songs?|vocals?|guitars?|riffs?|lp|ep|discography|singles?"
_THINGS = r"battery|laptops?|phones?|smartphones?|processors?|gpus?|cpus?|hardware|specs|headphones?|usb|wi-?fi"
_MEALS = r"restaurants?|menus?|dish(?:es)?|chefs?|wines?|hotels?|rooms?|recipes?"
_OTHERS = tuple(re.compile(rf"\b(?:{w})\b", re.IGNORECASE) for w in (_GAMES, _BOOKS, _MUSIC, _THINGS, _MEALS))
_FILED = frozenset(
    [
        *("tv", "television", "tv reviews", "tv review", "tv shows", "series", "series reviews", "streaming series"),
        *("tv series", "tv show", "television series", "miniseries", "mini series", "limited series", "docuseries"),
        *("interview", "interviews", "news", "movie news", "film news", "trailer", "trailers", "podcast", "podcasts"),
        *("list", "lists", "book reviews", "books", "music", "music reviews", "album reviews", "games", "game reviews"),
        *("theatre", "book", "album", "game", "giveaway", "giveaways", "competitions", "box office", "awards"),
    ]
)
_FILED_AS_FILM = re.compile(r"\b(?:film|movie|cinema|dvd|blu-?ray)\b|\breviews?\b", re.IGNORECASE)
_FILM_REVIEW = re.compile(
    r"\b(?:film|movie|cinema|kino)[\s-]?(?:review|kritik)|\breview of the (?:film|movie)\b", re.IGNORECASE
)


def is_film(label: str, text: str) -> bool:
    """Whether the words of films stand in a label (headline, categories, address) or in the text."""
    if _FILM.search(label) or re.search(r"\breview", label, re.IGNORECASE) or _FILM.search(text):
        return True
    return len({found.casefold() for found in _NEAR_FILM.findall(text)}) >= 3


def is_surely_film(headline: str, text: str) -> bool:
    """Whether headline and text speak of films, as a marked-up review of an unnamed kind of thing must."""
    return bool(_FILM_REVIEW.search(headline)) or _count(f"{headline} {text}") >= 2


def is_another(headline: str, text: str, *, strongly: bool = False) -> bool:
    """Whether the text is about something else than a film: it has that thing's words and hardly a film's.

    `strongly`: as it must be where the headline's form already says that it is about a film.
    """
    if _FILM_REVIEW.search(headline):
        return False
    film = _count(text)
    series = len(_SERIES.findall(text))
    if series >= 3 and series > 1.5 * film:
        return True
    least, times = (10, 4) if strongly else (5, 2)
    counts = [len(words.findall(text)) for words in _OTHERS]
    return any(count >= least and count > times * film for count in counts)


def _count(text: str) -> int:
    return len(_FILM.findall(text)) + len(_NEAR_FILM.findall(text))


def is_filed_elsewhere(categories: Iterable[str]) -> bool:
    """Whether a source files it under television, news and the like, and not under films or reviews as well."""
    names = {clean.fold(name) for name in categories}
    return bool(names & _FILED) and not any(_FILED_AS_FILM.search(name) for name in names - _FILED)
