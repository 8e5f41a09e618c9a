"""What a review thinks of its film: its rating where it has one, else what its text says, and how certain that is."""

from dataclasses import dataclass
from math import exp

from publisher.model import Review
from publisher.quotes.language import language_of
from publisher.quotes.pick import read
from publisher.quotes.scene import rating_share
from publisher.quotes.sentences import split_blocks
from publisher.quotes.weights import load


@dataclass(frozen=True, slots=True)
class Opinion:
    """From -1 (a pan) to 1 (a rave), and the chance that the side is right: 1 for a rating."""

    value: float
    certainty: float


def opinion_of(review: Review) -> Opinion | None:
    """The verdict of a review; None where neither a rating nor an English text tells it."""
    share = rating_share(review.rating)
    if share is not None:
        return Opinion(2 * share - 1, 1.0)
    title = review.film.title if review.film else ""
    sentences = split_blocks(review.blocks, title=title)
    if not sentences or language_of(review.language, review.plain) != "en":
        return None
    scene = read(sentences, title=title, rating=None)
    slope, offset = (load().by_reader if scene.told else load().by_words).certainty
    right = 1 / (1 + exp(-(slope * abs(scene.verdict) + offset)))
    return Opinion(scene.verdict, round(max(0.5, right), 2))
