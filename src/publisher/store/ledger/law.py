"""One law for both ledgers, mail and posts: which states a row may leave for which, and how a sender moves it there.

A row waits (`todo`, `deferred`), is in a sender's hands (`claimed`, `sending`), or has an end. `attempt` is a fence: it
counts claims, and whoever writes an outcome names the attempt that it had.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, update

from publisher.model import DeliveryState

S = DeliveryState


class Move(NamedTuple):
    """What may happen to a row: the states that it may be in, and those that it may come to."""

    before: tuple[DeliveryState, ...]
    after: tuple[DeliveryState, ...]


WAITING = (S.TODO, S.DEFERRED)
HELD = (S.CLAIMED, S.SENDING)

CLAIM = Move(WAITING, (S.CLAIMED,))
# The attempt is the claim's own number: nobody but its claimer can have brought it to `sending`, so that a repeated
# write after a broken connection is harmless.
BEGIN = Move(HELD, (S.SENDING,))
# A late outcome is still the truth, as long as nobody has claimed the row again.
END = Move((*HELD, S.UNCERTAIN, S.TODO), (S.ACCEPTED, S.REFUSED, S.DEFERRED, S.UNCERTAIN, S.TODO))
GIVE_BACK = Move((S.CLAIMED,), (S.TODO,))
SETTLE = Move(HELD, (S.TODO, S.UNCERTAIN))
DOUBT = Move(WAITING, (S.UNCERTAIN,))
RESOLVE = Move((S.UNCERTAIN,), (S.ACCEPTED, S.TODO))
CANCEL = Move((S.CLAIMED, *WAITING), (S.CANCELLED, S.SUPPRESSED))
PUT_OFF = Move(WAITING, (S.DEFERRED,))
RETRY = Move((S.REFUSED, S.CANCELLED, *WAITING), (S.TODO,))
TAKE_BACK = Move((S.ACCEPTED,), (S.CANCELLED,))
MOVES = (CLAIM, BEGIN, END, GIVE_BACK, SETTLE, DOUBT, RESOLVE, CANCEL, PUT_OFF, RETRY, TAKE_BACK)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who claims: `owner` is a lock's name and this run's mark (`sender-0:9f3c…`), `boot` the running boot."""

    owner: str
    boot: str
    lease: timedelta

    @property
    def lock(self) -> str:
        """The name of the liveness lock that this sender holds."""
        return lock_of(self.owner)


def lock_of(owner: str) -> str:
    """The name of an owner's liveness lock."""
    return owner.partition(":")[0]


class Attempt(NamedTuple):
    """One try of one row: its number in the ledger and its fence, and what the tries before it came to."""

    id: int
    attempt: int
    failures: int
    first_try: datetime | None
    unsure: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of one of the ledgers: an edition's, a channel's, one post's.

    `free` is what a row becomes that any sender may have again, `doubted` what one becomes that may have gone out.
    """

    table: Table
    which: ColumnElement[bool]
    free: Mapping[str, Any] = field(default_factory=dict)
    doubted: Mapping[str, Any] = field(default_factory=dict)

    def only(self, which: ColumnElement[bool] | bool) -> "Rows":
        """Those of them."""
        return replace(self, which=self.which & which)


def may(before: DeliveryState, after: DeliveryState) -> bool:
    """Whether any move leads from one state to the other."""
    return any(before in move.before and after in move.after for move in MOVES)


def sql(states: tuple[DeliveryState, ...]) -> str:
    """States as a hand-written statement lists them."""
    return ", ".join(f"'{state.value}'" for state in states)


def turn(db: Connection, rows: Rows, move: Move, to: DeliveryState, *, now: datetime, **values: Any) -> int:
    """Bring those of the rows that the move is open to into a state of it, in nobody's hands; how many there were."""
    assert to in move.after
    changed = {"state": to, "lease": None, "updated": now} | values
    open_ = rows.table.c.state.in_(move.before)
    return db.execute(update(rows.table).where(rows.which, open_).values(**changed)).rowcount


def claim(db: Connection, rows: Rows, *, sender: Sender, now: datetime, **values: Any) -> int:
    """Take those of the rows that wait; how many there were.

    Call it in a durable transaction of its own: the claim must be on the disk before anything leaves.
    """
    taken = {"attempt": rows.table.c.attempt + 1, "owner": sender.owner, "boot": sender.boot}
    return turn(db, rows, CLAIM, S.CLAIMED, now=now, lease=now + sender.lease, **taken, **values)


def resolve(db: Connection, rows: Rows, *, sent: bool, now: datetime, **values: Any) -> int:
    """Settle those of the rows that may have gone out as an editor says: they did, or they wait again."""
    return turn(db, rows, RESOLVE, S.ACCEPTED if sent else S.TODO, now=now, **values)
