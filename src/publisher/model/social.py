"""Posts, the networks' rules, and the providers that post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Protocol

from publisher.model.delivery import Receipt
from publisher.model.reviews import Quote


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelRules:
    """How a network counts and what it allows; data on its provider.

    `count` names a counter of `publisher.text` (graphemes, codepoints, utf16, weighted, mastodon, threads);
    `link_cost` is what one URL counts, None for its own length; `max_bytes` is a second limit in UTF-8 bytes.
    `entities` says by whose rules links, mentions and tags are found in it.
    `assumed` says that a server may have a limit of its own that was not asked for. `threads`: a post may go on in
    answers to itself. `price` is what a post costs in US dollars, without and with a link, `card` the size of a card.
    """

    network: str
    limit: int
    count: Literal["graphemes", "codepoints", "utf16", "weighted", "mastodon", "threads"]
    link_cost: int | None = None
    max_bytes: int | None = None
    link_in_card: bool = False
    entities: Literal["bluesky", "mastodon", "x"] = "x"
    images: int = 4
    alt_limit: int = 1500
    image_bytes: int = 8_000_000
    assumed: bool = False
    threads: bool = False
    price: tuple[str, str] | None = None
    card: tuple[int, int] = (1200, 630)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """A live stretch of a post: UTF-8 byte range, kind and value (URL with scheme, handle, tag)."""

    start: int
    end: int
    kind: Literal["link", "mention", "tag"]
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkCard:
    """The preview of a link that a post carries."""

    url: str
    title: str
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A post that continues the one before it in a thread."""

    text: str
    length: int
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One post for one network, exactly as it will be sent.

    `parts` are the rest of a thread. What is known only when it is sent: `at`, the time that it bears, the same at
    every try, and `answers`, the network's id of the post that it continues.
    """

    network: str
    text: str
    length: int
    limit: int
    facets: tuple[Facet, ...] = ()
    link: str | None = None
    card: LinkCard | None = None
    quote: Quote | None = None
    image_alt: str | None = None
    language: str | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    at: datetime | None = None
    answers: str = ""

    @property
    def whole(self) -> str:
        """All of a thread, a line of three dashes between its posts; of a single post its text."""
        return "\n\n---\n\n".join((self.text, *(part.text for part in self.parts)))


class SocialProvider(Protocol):
    """A destination for posts; an implementation's fields are its settings and `rules` its network's rules.

    A kind whose rules are known before it is opened has them as `counting`, and is a network that others may name.
    """

    kind: ClassVar[str]
    idempotent: ClassVar[bool]

    @property
    def rules(self) -> ChannelRules:
        """The rules of the network that it posts to."""

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Send it once; `begin` is called before the last byte may leave; raises `SendError`s."""
