"""What a dead sender left behind: unsent messages go back, and what may have gone out is settled by policy.

After a killed process every commit stands, so `claimed` was surely not sent. After a power loss the last commits
before it may be gone, so a row that says `claimed` may have been on its way: then both are uncertain.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from publisher.model import DeliveryState
from publisher.store.deliveries import Sender, lock_of
from publisher.store.tables import mail_deliveries

BEGUN = (DeliveryState.CLAIMED, DeliveryState.SENDING)


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


def locks(db: Connection, edition: str, *, owner: str) -> tuple[str, ...]:
    """The names of the liveness locks of all other owners who hold something in this edition."""
    table = mail_deliveries.c
    begun = (table.edition == edition) & table.state.in_(BEGUN) & (table.owner != owner)
    return tuple(sorted({lock_of(other) for other in db.scalars(select(table.owner).where(begun).distinct())}))


def settle(
    db: Connection,
    edition: str,
    *,
    sender: Sender,
    lives: Callable[[str], bool],
    on_uncertain: Literal["hold", "resend"],
    idempotent: Collection[str] = (),
    now: datetime,
) -> Leftovers:
    """Settle what other owners hold in this edition, where they are dead or their lease has run out.

    `lives` tells of a lock's name whether a sender other than this one holds it. A provider in `idempotent` gets its
    uncertain messages again whatever the policy, because it knows a second copy by its key.
    """
    table = mail_deliveries.c
    begun = (table.edition == edition, table.state.in_(BEGUN), table.owner != sender.owner)
    total = Leftovers()
    for owner, boot in db.execute(select(table.owner, table.boot).where(*begun).distinct()).all():
        theirs: list[Any] = [table.edition == edition, table.owner == owner, table.boot == boot]
        if lock_of(owner) != sender.lock and lives(lock_of(owner)):
            theirs.append(table.lease < now)
        found = _settle(
            db, theirs, same_boot=boot == sender.boot, resend=on_uncertain == "resend", sure=idempotent, now=now
        )
        total = Leftovers(
            back=total.back + found.back, again=total.again + found.again, uncertain=total.uncertain + found.uncertain
        )
    return total


def _settle(
    db: Connection, theirs: list[Any], *, same_boot: bool, resend: bool, sure: Collection[str], now: datetime
) -> Leftovers:
    table = mail_deliveries.c
    free = {"lease": None, "updated": now}
    back = 0
    if same_boot:
        unsent = update(mail_deliveries).where(*theirs, table.state == DeliveryState.CLAIMED)
        back = db.execute(unsent.values(state=DeliveryState.TODO, **free)).rowcount
    maybe = update(mail_deliveries).where(*theirs, table.state.in_(BEGUN))
    repeated = maybe if resend else maybe.where(table.provider.in_(list(sure)))
    again = db.execute(repeated.values(state=DeliveryState.TODO, unsure=True, **free)).rowcount
    held = db.execute(maybe.values(state=DeliveryState.UNCERTAIN, unsure=True, **free)).rowcount
    return Leftovers(back=back, again=again, uncertain=held)
