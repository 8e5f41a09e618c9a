"""Which film a review is about: the headline's reading weighed against structured data, categories and the text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from publisher.loader import titles
from publisher.loader.headline import SURE, Reading
from publisher.model import Film
from publisher.text import clean


def decide(
    reading: Reading,
    *,
    headline: str,
    body: str,
    categories: Sequence[str],
    structured: Film | None,
    emphasis: Sequence[str],
    slug: str,
) -> Film | None:
    """The film, with evidence and confidence; None when nothing is sure enough."""
    if structured is not None:
        return structured
    if reading.confidence < SURE:
        return None
    return Film(title=reading.title, year=reading.year, confidence=round(reading.confidence, 2), evidence=(f"headline: {reading.form}",))
