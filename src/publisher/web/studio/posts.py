"""The posts of one review as each network would show them: text with its live stretches, counter, card."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from publisher.config import Config
from publisher.model import DeliveryState, Facet, Post, Review
from publisher.newsroom.app import App
from publisher.newsroom.posts import curating as postdesk
from publisher.newsroom.posts import outgoing
from publisher.newsroom.posts.prepare import Prepared, prepare, usual
from publisher.store.ledger import posts
from publisher.store.ledger.posts import CHANGEABLE, StoredPost

KEPT = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A stretch of a post; `kind` is link, mention or tag where it is live, else empty."""

    text: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """A post as its network shows it."""

    prepared: Prepared
    network: str
    pieces: tuple[Stretch, ...]
    has_card: bool
    stored: StoredPost | None = None
    standing: str = ""
    configured: bool = False

    @property
    def waits(self) -> bool:
        """Whether the post is in the queue and may still be changed."""
        return self.stored is not None and self.stored.state is DeliveryState.TODO and not self.stored.attempt

    @property
    def sendable(self) -> bool:
        """Whether the post can be sent from here."""
        return self.configured and (self.stored is None or self.stored.state in CHANGEABLE)

    @property
    def left(self) -> int:
        """How much of the limit is left; negative when the post is too long."""
        return self.prepared.post.limit - self.prepared.post.length


def sights(app: App, review: Review, *, still: bytes | None) -> tuple[Sight, ...]:
    """The review's post on every configured channel, as stored where it is; else on the usual networks."""
    known = standing(app, review.id)
    return tuple(_sight(app, each, known.get(each.channel)) for each in made(review, config=app.config, still=still))


def standing(app: App, review_id: str) -> dict[str, StoredPost]:
    """The stored first post of a review on each channel that has one."""
    with app.store.read() as db:
        found = posts.by_review(db, review_id)
    return {each.channel: each for each in found if each.kind == posts.FIRST}


def _sight(app: App, made: Prepared, stored: StoredPost | None) -> Sight:
    each = made if stored is None else replace(made, post=stored.post)
    return Sight(
        prepared=each,
        network=each.network,
        pieces=tuple(_all_pieces(each.post)),
        has_card=each.card is not None,
        stored=stored,
        standing="" if stored is None else _standing(app, stored),
        configured=each.channel in app.config.social,
    )


def _standing(app: App, stored: StoredPost) -> str:
    """Where a stored post stands, as a sentence begins."""
    words = postdesk.waits_for(app, stored) or outgoing.said(stored).words
    return f"{words[:1].upper()}{words[1:]}{', approved' if stored.approved and not stored.url else ''}"


def _all_pieces(post: Post) -> Iterator[Stretch]:
    """The pieces of a post and of its thread."""
    yield from _pieces(post.text, post.facets)
    for part in post.parts:
        yield Stretch(text="\n\n— — —\n\n")
        yield from _pieces(part.text, part.facets)


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
    return prepare(asked.review, usual(asked.config), config=asked.config, http=None, still=asked.still)


def _pieces(text: str, facets: tuple[Facet, ...]) -> Iterator[Stretch]:
    """The text cut at its live stretches; their offsets count UTF-8 bytes."""
    raw, at = text.encode(), 0
    for facet in sorted(facets, key=lambda facet: facet.start):
        if facet.start < at:
            continue
        if facet.start > at:
            yield Stretch(text=raw[at : facet.start].decode(errors="replace"))
        yield Stretch(text=raw[facet.start : facet.end].decode(errors="replace"), kind=facet.kind)
        at = facet.end
    if at < len(raw):
        yield Stretch(text=raw[at:].decode(errors="replace"))
