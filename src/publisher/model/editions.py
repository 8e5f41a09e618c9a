"""Editions, the email that an edition becomes, and the message to one reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from publisher.model.reviews import Quote, Review


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
    """A rendered edition, the same for all readers but for its merge fields.

    `merge_fields` maps a field's name (name, email, unsubscribe_url, preferences_url, view_url) to the token that
    stands for it in `subject`, `html` and `text`; a token stands in no other place.
    """

    subject: str
    preheader: str
    html: str
    text: str
    merge_fields: Mapping[str, str]

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
    """A rendered edition as bytes: fixed pieces with the merge fields between them, ready to be joined per reader.

    `head` and `body` alternate bytes and merge field names; `message` of `envelope.py` joins them. `sender` is the bare
    address, `date` what the Date header says, `subject` its text and merge field names in turn.
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
    Bounces go to `return_path`, to the sender where it is empty.
    """

    delivery_id: int
    key: str
    sender: str
    recipient: str
    message_id: str
    data: bytes
    dotless: bool = False
    return_path: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blank:
    """An edition's message with a mark in each place that is filled per reader, for services that do the filling.

    `marks` maps each mark to the merge field that it stands for; a mark is a web address that nothing else in the
    message contains. `leaves` says that readers get a List-Unsubscribe header of their own.
    """

    message: Message
    marks: Mapping[str, str]
    leaves: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """What one reader's message says in the places of a Blank, and the same message finished.

    `subject` is whole, and empty where it is the same for all; `leave` is the value of her List-Unsubscribe header;
    `values` are plain text by merge field.
    """

    delivery_id: int
    key: str
    recipient: str
    name: str
    message_id: str
    subject: str
    leave: str
    values: Mapping[str, str]
    finished: Callable[[], Message]
