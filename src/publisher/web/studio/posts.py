"""The posts of one review as each network would show them: text with its live stretches, counter, card."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from publisher.config import Config
from publisher.model import Facet, Review
from publisher.newsroom.post import Channel, Prepared, channels, prepare

NETWORKS = ("bluesky", "mastodon", "threads", "x", "linkedin", "facebook", "instagram", "telegram")
NAMES = {"x": "X", "linkedin": "LinkedIn"}
KEPT = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a post; `kind` is link, mention or tag where it is live, else empty."""

    text: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """A post as its network shows it."""

    prepared: Prepared
    network: str
    pieces: tuple[Piece, ...]
    has_card: bool

    @property
    def left(self) -> int:
        """How much of the limit is left; negative when it is too long."""
        return self.prepared.post.limit - self.prepared.post.length


def sights(review: Review, *, config: Config, still: bytes | None) -> tuple[Sight, ...]:
    """The review's post on every configured channel; on the usual networks where none is configured."""
    return tuple(
        Sight(
            prepared=each,
            network=NAMES.get(each.post.network, each.post.network.capitalize()),
            pieces=tuple(_pieces(each.post.text, each.post.facets)),
            has_card=each.card is not None,
        )
        for each in made(review, config=config, still=still)
    )


def made(review: Review, *, config: Config, still: bytes | None) -> tuple[Prepared, ...]:
    """The posts with their cards; drawing takes a while, so that the last ones are kept."""
    return _made(_Asked(review, config, still))


@dataclass(frozen=True)
class _Asked:
    review: Review
    config: Config
    still: bytes | None

    def __hash__(self) -> int:
        return hash((self.review.id, self.review.content_hash))


@lru_cache(maxsize=KEPT)
def _made(asked: _Asked) -> tuple[Prepared, ...]:
    names = [] if asked.config.social else list(NETWORKS)
    return prepare(asked.review, _wanted(asked.config, names), config=asked.config, http=None, still=asked.still)


def _wanted(config: Config, names: list[str]) -> tuple[Channel, ...]:
    return channels(config, names, any_network=True)


def _pieces(text: str, facets: tuple[Facet, ...]) -> Iterator[Piece]:
    """The text cut at its live stretches; their offsets count UTF-8 bytes."""
    raw, at = text.encode(), 0
    for facet in sorted(facets, key=lambda facet: facet.start):
        if facet.start < at:
            continue
        if facet.start > at:
            yield Piece(text=raw[at : facet.start].decode(errors="replace"))
        yield Piece(text=raw[facet.start : facet.end].decode(errors="replace"), kind=facet.kind)
        at = facet.end
    if at < len(raw):
        yield Piece(text=raw[at:].decode(errors="replace"))
