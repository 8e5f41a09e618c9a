"""One quote card of a review."""

from pathlib import Path
from typing import cast, get_args

from publisher.config import Config
from publisher.errors import PublisherError, UsageError
from publisher.formatters.cards import card as cards
from publisher.http.door import Http
from publisher.model import Review
from publisher.newsroom.files import write_file
from publisher.newsroom.pool import choosing
from publisher.newsroom.pool.pictures import picture_of

BUDGET = 140


def draw(review: Review, *, config: Config, http: Http | None, size: str, design: str, number: int) -> cards.Card:
    """The card of the `number`-th ranked quote, `size` as WIDTHxHEIGHT."""
    if design not in get_args(cards.Design):
        raise UsageError(f"there is no design “{design}”", do="known: " + ", ".join(get_args(cards.Design)))
    ranking = choosing.ranked(review, config, limit=number, max_graphemes=BUDGET)
    if not ranking.quotes:
        raise PublisherError(f"no quote: {ranking.why_none}")
    if number > len(ranking.quotes):
        raise UsageError(f"there is no quote {number}", do=f"1 to {len(ranking.quotes)} fit a card")
    return cards.draw(
        review,
        ranking.quotes[number - 1],
        site=config.site,
        size=_size(size),
        design=cast("cards.Design", design),
        still=picture_of(review, config=config, http=http),
    )


def save(made: cards.Card, path: Path) -> Path:
    """Write the card's JPEG whole or not at all."""
    return write_file(path, made.data)


def _size(text: str) -> tuple[int, int]:
    known = {f"{width}x{height}": (width, height) for width, height in cards.SIZES}
    if text.lower() not in known:
        raise UsageError(f"there is no size “{text}”", do="known: " + ", ".join(known))
    return known[text.lower()]
