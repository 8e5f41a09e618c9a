"""The quote of each review in an edition: the editor's pick, the critic's own, else the best one that is sure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from publisher import quotes
from publisher.config import Config
from publisher.editorial.edition import Hand
from publisher.errors import QuoteError
from publisher.model import Quote, Review
from publisher.newsroom.pool import choosing

LEAD_GRAPHEMES = 240
ITEM_GRAPHEMES = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """Quotes by review id; what the editor should know; and why the edition must wait, if it must."""

    quotes: Mapping[str, Quote | None]
    notes: tuple[str, ...]
    gone: tuple[str, ...]


def quote_all(
    reviews: Collection[Review],
    *,
    hand: Hand,
    used: Mapping[str, Collection[str]],
    config: Config,
    picked: Collection[str] = (),
) -> Quoted:
    """A quote for each review; an editor's pick that no longer stands is listed in `gone`, never replaced.

    `picked` are the reviews whose pull quote an editor chose here, not one that came with the source.
    """
    chosen: dict[str, Quote | None] = {}
    notes: list[str] = []
    gone: list[str] = []
    for n, review in enumerate(reviews):
        budget = LEAD_GRAPHEMES if n == 0 else ITEM_GRAPHEMES
        pick = hand.picks.get(review.id)
        if pick is not None:
            try:
                chosen[review.id] = quotes.from_text(review, pick, by_editor=True)
            except QuoteError:
                chosen[review.id] = None
                gone.append(f"{review.headline}: your quote is no longer in the review")
            continue
        try:
            own = quotes.editors_pick(review)
        except QuoteError:
            own = None
            if review.id in picked:
                chosen[review.id] = None
                gone.append(f"{review.headline}: the quote you picked is no longer in the review")
                continue
            notes.append(f"{review.headline}: its pullquote is not in the text word for word; another line was picked")
        chosen[review.id] = own or choosing.sure(review, config, max_graphemes=budget, avoid=used.get(review.id, ()))
    return Quoted(quotes=chosen, notes=tuple(notes), gone=tuple(gone))
