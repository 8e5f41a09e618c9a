"""What an editor says of a review in place of what its source says. Pure.

Overrides are texts by field, as they were typed: film, year, critic, rating, image, watch, headline, url. The single
word `none` empties a field.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from publisher.errors import UsageError
from publisher.model import Availability, Film, Image, Rating, Review

FIELDS = ("film", "year", "critic", "rating", "image", "watch", "headline", "url")

_EMPTY = frozenset({"none", "-"})
_FRACTION = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:/|out of|of)\s*(\d{1,3})", re.IGNORECASE)
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%")
_LETTER = re.compile(r"[A-F][+-]?|[A-F][−–]", re.IGNORECASE)
_STARS = re.compile("(★*)(½?)(☆*)")
_WHERE = re.compile(r"(?P<platform>[^()]+?)\s*(?:\((?P<region>[^()]*)\))?")


def apply(review: Review, overrides: Mapping[str, Any]) -> Review:
    """The review as the editor wants it."""
    if not overrides:
        return review
    changes: dict[str, Any] = {}
    for name, read in _READERS.items():
        if name in overrides:
            text = str(overrides[name]).strip()
            changes |= read(review, "" if text.casefold() in _EMPTY else text)
    review = replace(review, **changes)
    year = str(overrides.get("year", "")).strip()
    if review.film and year:
        review = replace(review, film=replace(review.film, year=int(year) if year.isdigit() else None))
    return review


def parse_rating(text: str) -> Rating:
    """A rating as typed: 4/5, 3.5 out of 5, 84%, B+, ★★★½☆; UsageError for anything else."""
    if found := _FRACTION.fullmatch(text):
        value, best = _number(found[1]), _number(found[2])
        if 0 <= value <= best:
            return Rating(value=value, best=best)
    if (found := _PERCENT.fullmatch(text)) and _number(found[1]) <= 100:
        return Rating(value=_number(found[1]), best=100)
    if _LETTER.fullmatch(text):
        return Rating(value=text.upper().replace("−", "-").replace("–", "-"), best="A")
    if text and (found := _STARS.fullmatch(text)):
        full, half, empty = len(found[1]), len(found[2]), len(found[3])
        return Rating(value=full + half / 2 if half else full, best=max(5, full + half + empty))
    raise UsageError(f"“{text[:40]}” is no rating", do="write it as 4/5, 84%, B+ or ★★★½")


def parse_watch(text: str) -> tuple[Availability, ...]:
    """Where to see a film as typed: `Netflix (US); MUBI (UK)`."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        where = _WHERE.fullmatch(part)
        if where is None:
            raise UsageError(f"“{part[:40]}” is no place to watch", do="write it as Netflix (US); MUBI (UK)")
        found.append(Availability(platform=where["platform"], region=where["region"] or None))
    return tuple(found)


def _number(text: str) -> float:
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() else value


def _film(review: Review, text: str) -> dict[str, Any]:
    year = review.film.year if review.film else None
    return {"film": Film(title=text, year=year, evidence=("set by the editor",)) if text else None}


_READERS: Mapping[str, Callable[[Review, str], dict[str, Any]]] = {
    "pullquote": lambda _, text: {"pullquote": text or None},
    "film": _film,
    "critic": lambda _, text: {"authors": tuple(filter(None, (name.strip() for name in text.split(","))))},
    "rating": lambda _, text: {"rating": parse_rating(text) if text else None},
    "image": lambda _, text: {"image": Image(url=text) if text else None},
    "watch": lambda _, text: {"availability": parse_watch(text)},
    "headline": lambda review, text: {"headline": text or review.headline},
    "url": lambda _, text: {"url": text or None},
}
