"""A rating as the digest draws it: lit and dim stars, a fraction, a percentage or a letter, and its spoken words."""

import math
from dataclasses import dataclass

from babel import Locale

from publisher.formatters.email.language import number, percent
from publisher.formatters.email.rating import steps
from publisher.formatters.email.words import Words
from publisher.model import Rating
from publisher.text.clean import line

_PERCENT = 100
_LONGEST_GRADE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A rating to show: what is lit and what is dim (★★★½ and ☆), and how it is read aloud."""

    lit: str
    dim: str = ""
    spoken: str
    stars: bool = False

    @property
    def text(self) -> str:
        """The rating as it stands in plain text."""
        return self.lit + self.dim


def score(rating: Rating | None, *, words: Words, locale: Locale) -> Score | None:
    """The rating in its own scale and the site's language; None where there is none, or no number on its scale."""
    if rating is None:
        return None
    if isinstance(rating.value, str) or isinstance(rating.best, str):
        grade = line(str(rating.value))[:_LONGEST_GRADE]
        return Score(lit=grade, spoken=words.say("graded", value=grade)) if grade else None
    value, best = float(rating.value), float(rating.best)
    if not (math.isfinite(value) and math.isfinite(best) and 0 <= value <= best and best > 0):
        return None
    if best == _PERCENT:
        share = percent(value / best, locale)
        return Score(lit=share, spoken=share)
    shown, top = number(value, locale), number(best, locale)
    halves = steps(rating)
    if halves is None:
        return Score(lit=f"{shown}/{top}", spoken=words.say("out_of", value=shown, best=top))
    return Score(
        lit="★" * (halves // 2) + "½" * (halves % 2),
        dim="☆" * (int(best) - math.ceil(value)),
        spoken=words.say("stars", value=shown, best=top),
        stars=True,
    )
