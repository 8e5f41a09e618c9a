"""A critic's rating in text and in words, in the site's own scale."""

from publisher.model import Rating
from publisher.text import clean

_MOST_STARS = 5


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
