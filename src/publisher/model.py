"""The nouns of the house: frozen, keyword-only, aware times, tuples. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from publisher.errors import SendError

Progress = Callable[[str, int, int | None], None]
"""Told (what, done, total or None) while long work goes on."""


class Verdict(StrEnum):
    """What a fetch decided about one entry."""

    NEW = "new"
    UPDATE = "update"
    DUPLICATE = "duplicate"
    BACKFILL = "backfill"
    HELD = "held"
    FUTURE = "future"


@dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """The film a review is about, with how it was found: evidence is a tuple of short facts."""

    title: str
    year: int | None = None
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """When a review came out: a date where only the day is known, else an aware UTC time."""

    value: date | datetime
    precision: Literal["day", "minute", "second"]
    raw: str

    def instant(self, zone: ZoneInfo) -> datetime:
        """The moment in UTC; a bare date counts from midnight in `zone`."""
        if isinstance(self.value, datetime):
            return self.value.astimezone(UTC)
        return datetime(self.value.year, self.value.month, self.value.day, tzinfo=zone).astimezone(UTC)

    def day(self, zone: ZoneInfo) -> date:
        """The calendar day in `zone`."""
        return self.value.astimezone(zone).date() if isinstance(self.value, datetime) else self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """A critic's own score in the site's own scale: numbers, or letters such as B+ of A."""

    value: float | str
    best: float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture by address, with its text alternative where the site gives one."""

    url: str
    alt: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One piece of an article, as plain text."""

    kind: Literal["heading", "paragraph", "quote", "list"]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Availability:
    """Where a film can be seen, as the review says it."""

    platform: str
    region: str | None = None
    mode: str = "streaming"


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One review as its source states it; what the source does not say is None or empty."""

    id: str
    source: str
    native_id: str | None = None
    url: str | None = None
    headline: str
    film: Film | None = None
    authors: tuple[str, ...] = ()
    published: Published | None = None
    rating: Rating | None = None
    image: Image | None = None
    language: str | None = None
    reading_minutes: int | None = None
    categories: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    availability: tuple[Availability, ...] = ()
    excerpt: str | None = None
    full_text: Literal["feed", "page", "file", "paste", "missing"] = "missing"
    pullquote: str | None = None
    embargo_until: datetime | None = None

    @property
    def plain(self) -> str:
        """The review's text: blocks joined by a blank line; quote spans count in it."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def content_hash(self) -> str:
        """Changes when the words that readers see change: headline, film, rating, text."""
        seen: list[Any] = [self.headline, self.film.title if self.film else None, self.film.year if self.film else None]
        seen += [self.rating.value if self.rating else None, list(self.authors), self.plain]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:32]


def review_id(source: str, key: str) -> str:
    """A short id that stays the same for the same source and key (native id, else URL, else text)."""
    return hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One verdict about one entry, with the rule that gave it and what it compared."""

    review_id: str
    source: str
    verdict: Verdict
    rule: str
    evidence: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """A line from a review as it is shown, with the spans of `Review.plain` and the edits that made it.

    `edits` name each change: "cut-lead:In conclusion, ", "capital:T", "cut-tail", "elision", "mend:[sneak]".
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    edits: tuple[str, ...] = ()
    score: float = 0.0
    confidence: float = 0.0
    reasons: Mapping[str, float] = field(default_factory=dict)


class EditionState(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    PARTIAL = "partial"
    HELD = "held"
    MISSED = "missed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class EditionItem:
    """A review's place in an edition: its quote, or its standfirst where no quote is sure enough."""

    review: Review
    quote: Quote | None = None
    standfirst: str | None = None
    lead: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One issue of a newsletter: what it holds and what it says about itself."""

    key: str
    newsletter: str
    slot: datetime | None
    items: tuple[EditionItem, ...]
    links: tuple[Review, ...] = ()
    note: str | None = None
    subject: str = ""
    preheader: str = ""
    state: EditionState = EditionState.DRAFT


@dataclass(frozen=True, kw_only=True, slots=True)
class Email:
    """A rendered edition, the same for all readers but for its slots.

    `slots` maps a slot's name (name, email, unsubscribe_url, preferences_url, view_url) to the token that stands
    for it in `subject`, `html` and `text`; a token stands in no other place.
    """

    subject: str
    preheader: str
    html: str
    text: str
    slots: Mapping[str, str]

    @property
    def content_hash(self) -> str:
        """What an approval approves: subject, html and text to the byte."""
        return hashlib.sha256(f"{self.subject}\x00{self.preheader}\x00{self.html}\x00{self.text}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """One person on a list, as a message needs her."""

    id: int
    email: str
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledEdition:
    """A rendered edition as bytes: fixed pieces with the slots between them, ready to be joined per reader.

    `head` and `body` alternate bytes and slot names; `message` of `formatters.envelope` joins them. `sender` is the
    bare address, `date` what the Date header says, `subject` its text and slot names in turn.
    """

    head: tuple[bytes | str, ...]
    body: tuple[bytes | str, ...]
    sender: str
    hash: str
    date: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    subject: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One finished message to one reader: its delivery, envelope and bytes (CRLF, not dot-stuffed).

    `dotless` promises that no line begins with a dot and that the last one is whole, so that SMTP need not look.
    """

    delivery_id: int
    key: str
    sender: str
    recipient: str
    message_id: str
    data: bytes
    dotless: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What a provider answered when it accepted: its id, the public URL of a post, and when."""

    provider_id: str = ""
    url: str = ""
    at: datetime | None = None


class MailConnection(Protocol):
    """One open line to a mail provider."""

    def deliver(self, messages: Sequence[Message], begin: Callable[[], None]) -> Sequence[Receipt | SendError]:
        """One outcome per message, in order; `begin` is called once, before the last byte of any of them may leave.

        A failure of the line itself is an outcome of each message that it concerns, for all of a batch the same
        object, so that it counts once. `AccessDenied` is raised.
        """

    def close(self) -> None:
        """End the line; never raises."""


class Want(Enum):
    """What a connection that goes in steps waits for."""

    READ = "read"  # until there is something to read
    WRITE = "write"  # until something can be written
    BEGIN = "begin"  # until the ledger has noted that the last byte is about to leave
    OPEN = "open"  # until `open` has been called for it


class SteppedConnection(MailConnection, Protocol):
    """A line that one thread can drive together with others; `patience` is how long its present want may take."""

    patience: float

    def fileno(self) -> int:
        """Its socket, to be polled; -1 while it has none."""

    def open(self) -> None:
        """Connect anew; raises `AccessDenied` or `TryLater`."""

    def steps(self, message: Message) -> Generator[Want, bool, Receipt | SendError]:
        """One delivery: yields what it waits for, returns the outcome.

        After BEGIN it is sent whether there was something to read before its time. It may be thrown a `TimeoutError`,
        or what `open` raised; closing it before its end drops the line. `AccessDenied` is raised.
        """


class MailProvider(Protocol):
    """A destination for mail; an implementation's fields are its settings."""

    kind: ClassVar[str]
    batch: ClassVar[int]
    idempotent: ClassVar[bool]
    connections: int

    def connect(self) -> MailConnection:
        """Open a line; raises `AccessDenied` or `TryLater`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelRules:
    """How a network counts and what it allows; data on its provider.

    `count` names a counter of `publisher.text` (graphemes, codepoints, utf16, weighted, mastodon, threads);
    `link_cost` is what one URL counts, None for its own length; `max_bytes` is a second limit in UTF-8 bytes.
    `assumed` says that a server may have a limit of its own that was not asked for.
    """

    network: str
    limit: int
    count: Literal["graphemes", "codepoints", "utf16", "weighted", "mastodon", "threads"]
    link_cost: int | None = None
    max_bytes: int | None = None
    link_in_card: bool = False
    facets: bool = False
    images: int = 4
    alt_limit: int = 1500
    image_bytes: int = 8_000_000
    assumed: bool = False


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
class Post:
    """One post for one network, exactly as it will be sent."""

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


class SocialProvider(Protocol):
    """A destination for posts; an implementation's fields are its settings and `rules` its network's rules."""

    kind: ClassVar[str]
    idempotent: ClassVar[bool]

    @property
    def rules(self) -> ChannelRules:
        """The rules of the network that it posts to."""

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Send it once; `begin` is called before the last byte may leave; raises `SendError`s."""


class DeliveryState(StrEnum):
    """Where one message to one person stands; the last six are ends, `deferred` waits for its time."""

    TODO = "todo"
    CLAIMED = "claimed"
    SENDING = "sending"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many readers of an edition stand where; the parts add up to `intended`."""

    accepted: int = 0
    refused: int = 0
    suppressed: int = 0
    uncertain: int = 0
    deferred: int = 0
    todo: int = 0
    cancelled: int = 0

    @property
    def intended(self) -> int:
        """All readers the edition was meant for."""
        return (
            self.accepted + self.refused + self.suppressed + self.uncertain + self.deferred + self.todo + self.cancelled
        )
