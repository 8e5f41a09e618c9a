"""What may stand in the way of an edition, each kind under its own name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from publisher.errors import PublisherError

KINDS: Mapping[str, str] = {
    "copy": "the database is a restored copy",
    "edition-paused": "the editor has paused the edition",
    "edition-ended": "the edition has gone out, or was cancelled",
    "unmade": "the edition cannot be made: a template or the configuration is broken",
    "lost-pick": "the editor's own quote is no longer in its review",
    "preflight": "preflight finds an error in the mail",
    "unproven": "a quote is not in its review word for word",
    "unapproved": "it waits for an approval",
    "postal-missing": "the site has no postal address",
    "web-missing": "there is no `[web] url`",
    "web-unreachable": "readers cannot reach `[web] url`",
    "sender": "the sender or the address for answers cannot stand on an envelope",
    "provider": "the mail provider is missing or cannot be opened as it is configured",
    "nobody": "there is nobody to send it to",
    "paused": "the newsletter is paused: its slots send nothing",
    "stranded": "an approved edition has no slot in the schedule any more",
    "past": "the slot has passed",
    "filmless": "no film was found in a chosen review",
    "withdrawn": "a chosen review is held or was withdrawn since",
    "gone": "a chosen review is no longer at its source",
    "placeholder": "a key stands only for an example",
    "free-mail": "it is sent from a mailbox provider whose rules have others refuse it",
    "token": "a token or key ends before the slot",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle:
    """One thing that stops or spoils a send: what it is, where, and what to do about it."""

    kind: str
    what: str
    where: str
    do: str
    raises: type[PublisherError] | None = None
    """The error that a send ends with; None where it goes out none the less."""
    noted: str = ""
    """The reason under which a send holds the edition; empty where its state stays as it is."""

    def __post_init__(self) -> None:
        """A kind without a name would be told by no door."""
        assert self.kind in KINDS, self.kind

    @property
    def level(self) -> Literal["stops", "spoils"]:
        """Whether a send would refuse, or would go out badly."""
        return "stops" if self.raises else "spoils"

    @property
    def error(self) -> PublisherError:
        """The error of this obstacle; as text it is the line that every door shows."""
        return (self.raises or PublisherError)(self.what, where=self.where, do=self.do)

    @property
    def line(self) -> str:
        """The level, then where, what and what to do, in one line."""
        return f"{self.level}: {self.error}"

    def as_json(self) -> dict[str, str]:
        """How documents list it."""
        return {"kind": self.kind, "level": self.level, "what": self.what, "where": self.where, "do": self.do}
