"""How mail leaves: providers, their connections, and where each delivery stands."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from publisher.errors import SendError
from publisher.model.editions import Blank, Filling, Message


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

    def follow(self, message: Message) -> None:
        """What comes next on this line, told before BEGIN is answered: its envelope may leave with the last byte.

        If another message, or none, comes after all, the line opens itself anew.
        """

    def steps(self, message: Message) -> Generator[Want, bool, Receipt | SendError]:
        """One delivery: yields what it waits for, returns the outcome.

        After BEGIN it is sent whether there was something to read before its time. It may be thrown a `TimeoutError`,
        or what `open` raised; closing it before its end drops the line. `AccessDenied` is raised.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class MailFacts:
    """What is true of a kind of provider whatever its settings.

    `spf` is the mechanism that its customers put into their SPF record, empty where that follows from `host`, and
    `selectors` are the names of the DKIM keys that it signs with by default. `own_server`: mail leaves from the server
    in `host`. `only_files`: it writes files, and reaches nobody.
    """

    spf: str = ""
    selectors: tuple[str, ...] = ()
    own_server: bool = False
    only_files: bool = False


class MailProvider(Protocol):
    """A destination for mail; an implementation's fields are its settings, `facts` (`MailFacts`) may stand beside."""

    kind: ClassVar[str]
    batch: ClassVar[int]
    idempotent: ClassVar[bool]
    connections: int

    def connect(self) -> MailConnection:
        """Open a line; raises `AccessDenied` or `TryLater`."""


@runtime_checkable
class MergingConnection(MailConnection, Protocol):
    """A line whose service can also fill an edition in by itself."""

    def merge(self, fillings: Sequence[Filling], begin: Callable[[], None]) -> Sequence[Receipt | SendError]:
        """`deliver` for readers who fit, in one call where their size allows it.

        Raises `CannotMerge` where the service refuses to fill in: nothing was taken, and finished messages may go.
        """


class Merger(Protocol):
    """One edition as a service fills it in; `batch` is how many readers a call takes."""

    batch: int

    def fits(self, filling: Filling) -> bool:
        """Whether the service shows this reader's values to the letter; else she gets a finished message."""

    def connect(self) -> MergingConnection:
        """Open a line; raises `AccessDenied` or `TryLater`."""


@runtime_checkable
class MergingProvider(Protocol):
    """A provider whose service fills in an edition by itself, for many readers a call."""

    def merger(self, blank: Blank) -> Merger:
        """Prepare the edition for it; raises `CannotMerge` where its own text stands against that."""


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
