"""What a dead sender left behind: what was not sent goes back, and what may have gone out is settled by policy.

After a killed process every commit stands, so `claimed` was surely not sent. After a power loss the last commits
before it may be gone, so a row that says `claimed` may have been on its way: then both are uncertain.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from publisher.model import DeliveryState
from publisher.store.ledger import law
from publisher.store.ledger.law import Rows, Sender


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftovers:
    """How many went back unsent, are sent again, and may have arrived."""

    back: int = 0
    again: int = 0
    uncertain: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.back + self.again + self.uncertain


def owners(db: Connection, rows: Rows, *, besides: Sender | None = None) -> tuple[str, ...]:
    """All others who hold some of the rows."""
    return tuple(db.scalars(select(rows.table.c.owner).where(_held(rows, besides).which).distinct()))


def settle(
    db: Connection,
    rows: Rows,
    *,
    sender: Sender,
    dead: Collection[str],
    again: ColumnElement[bool] | bool,
    now: datetime,
) -> Leftovers:
    """Settle what other owners hold of the rows, where they are `dead` or their lease has run out.

    `again` says of which rows a second copy may be sent, by the newsletter's policy or because its provider knows a
    second copy by its key; others that may have gone out are uncertain.
    """
    held, table = _held(rows, sender), rows.table.c
    back = repeated = uncertain = 0
    for owner, boot in db.execute(select(table.owner, table.boot).where(held.which).distinct()).all():
        theirs = held.only((table.owner == owner) & (table.boot == boot))
        if owner not in dead:
            theirs = theirs.only(table.lease < now)
        if boot == sender.boot:
            back += law.turn(db, theirs, law.GIVE_BACK, DeliveryState.TODO, now=now, **rows.free)
        repeated += law.turn(db, theirs.only(again), law.SETTLE, DeliveryState.TODO, now=now, **rows.doubted)
        uncertain += law.turn(db, theirs, law.SETTLE, DeliveryState.UNCERTAIN, now=now, **rows.doubted)
    return Leftovers(back=back, again=repeated, uncertain=uncertain)


def _held(rows: Rows, besides: Sender | None) -> Rows:
    table = rows.table.c
    held = rows.only(table.lease.is_not(None) & table.state.in_(law.HELD))
    return held if besides is None else held.only(table.owner != besides.owner)
