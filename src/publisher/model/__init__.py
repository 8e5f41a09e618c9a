"""The nouns of the house: frozen, keyword-only, aware times, tuples. No I/O."""

from collections.abc import Callable

from publisher.model.delivery import (
    Counts,
    DeliveryState,
    MailConnection,
    MailFacts,
    MailProvider,
    Merger,
    MergingConnection,
    MergingProvider,
    Receipt,
    SteppedConnection,
    Want,
)
from publisher.model.editions import (
    Blank,
    CompiledEdition,
    Edition,
    EditionItem,
    EditionState,
    Email,
    Filling,
    Message,
    Reader,
)
from publisher.model.reviews import (
    HOLE,
    Availability,
    Block,
    Decision,
    Film,
    Image,
    Published,
    Quote,
    Rating,
    Review,
    Verdict,
    review_id,
)
from publisher.model.social import ChannelRules, Facet, LinkCard, Part, Post, SocialProvider

Progress = Callable[[str, int, int | None], None]
"""Told (what, done, total or None) while long work goes on."""

__all__ = [
    "HOLE",
    "Availability",
    "Blank",
    "Block",
    "ChannelRules",
    "CompiledEdition",
    "Counts",
    "Decision",
    "DeliveryState",
    "Edition",
    "EditionItem",
    "EditionState",
    "Email",
    "Facet",
    "Filling",
    "Film",
    "Image",
    "LinkCard",
    "MailConnection",
    "MailFacts",
    "MailProvider",
    "Merger",
    "MergingConnection",
    "MergingProvider",
    "Message",
    "Part",
    "Post",
    "Progress",
    "Published",
    "Quote",
    "Rating",
    "Reader",
    "Receipt",
    "Review",
    "SocialProvider",
    "SteppedConnection",
    "Verdict",
    "Want",
    "review_id",
]
