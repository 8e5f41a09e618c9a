"""A critic's rating in text and in words, in the site's own scale, and whether it recommends the film."""

import re

from publisher.model import Rating
from publisher.text import clean

_MOST_STARS = 5
_RECOMMENDED = 0.6
"""The share of its scale from which on a rating recommends: 3/5, 6/10, 60 %; of letters it is B-."""
_GRADE = re.compile(r"([A-Z])\s*([+\-−–])?", re.IGNORECASE)


def steps(rating: Rating | None) -> int | None:
    """The rating in half stars of five or fewer; None when it is none, or is not a scale of whole and half stars."""
    if rating is None or isinstance(rating.value, str) or isinstance(rating.best, str):
        return None
    halves = rating.value * 2
    if not (0 <= rating.value <= rating.best <= _MOST_STARS and rating.best >= 3 and float(rating.best).is_integer()):
        return None
    return int(halves) if float(halves).is_integer() else None


def as_text(rating: Rating | None) -> str:
    """★★★½☆ for stars, else the site's own scale: 84/100, 7.5/10, B+; empty without a rating."""
    halves = steps(rating)
    if rating is None or halves is None:
        return as_figures(rating)
    row = "★" * (halves // 2) + "½" * (halves % 2)
    return row + "☆" * (int(rating.best) - len(row))


def as_figures(rating: Rating | None) -> str:
    """4.5/5, 84/100, B+; empty without a rating."""
    if rating is None:
        return ""
    if isinstance(rating.value, str) or isinstance(rating.best, str):
        return clean.line(str(rating.value))
    return f"{rating.value:g}/{rating.best:g}"


def spoken(rating: Rating | None) -> str:
    """The rating for a screen reader: "4.5 out of 5 stars", "84 out of 100", "B+"; empty without a rating."""
    if rating is None:
        return ""
    if isinstance(rating.value, str) or isinstance(rating.best, str):
        return clean.line(str(rating.value))
    unit = " stars" if steps(rating) is not None else ""
    return f"{rating.value:g} out of {rating.best:g}{unit}"


def recommends(rating: Rating | None) -> bool | None:
    """Whether the critic recommends the film; None without a rating, or by one that is neither number nor letter."""
    if rating is None:
        return None
    try:
        value, best = float(rating.value), float(rating.best)
    except ValueError:
        grade = _GRADE.fullmatch(clean.line(str(rating.value)))
        return grade[1].upper() in "AB" if grade else None
    return value / best >= _RECOMMENDED - 1e-9 if 0 <= value <= best and best > 0 else None
