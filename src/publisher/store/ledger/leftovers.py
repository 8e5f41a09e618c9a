"""What a dead sender left behind: unsent messages go back, and what may have gone out is settled by policy.

After a killed process every commit stands, so `claimed` was surely not sent. After a power loss the last commits
before it may be gone, so a row that says `claimed` may have been on its way: then both are uncertain.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, case, select, update

from publisher.model import DeliveryState
from publisher.store.ledger.deliveries import Sender
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


def owners(db: Connection, edition: str, *, besides: Sender) -> tuple[str, ...]:
    """All others who hold something in this edition."""
    return tuple(db.scalars(select(mail_deliveries.c.owner).where(*_held(edition, besides)).distinct()))


def settle(
    db: Connection,
    edition: str,
    *,
    sender: Sender,
    dead: Collection[str],
    on_uncertain: Literal["hold", "resend"],
    idempotent: Collection[str] = (),
    now: datetime,
) -> Leftovers:
    """Settle what other owners hold in this edition, where they are `dead` or their lease has run out.

    A provider in `idempotent` gets its uncertain messages again whatever the policy, because it knows a second copy
    by its key.
    """
    table = mail_deliveries.c
    total = Leftovers()
    for owner, boot in db.execute(select(table.owner, table.boot).where(*_held(edition, sender)).distinct()).all():
        theirs: list[Any] = [table.edition == edition, table.lease.is_not(None), table.owner == owner]
        theirs.append(table.boot == boot)
        if owner not in dead:
            theirs.append(table.lease < now)
        found = _settle(
            db, theirs, same_boot=boot == sender.boot, resend=on_uncertain == "resend", sure=idempotent, now=now
        )
        total = Leftovers(
            back=total.back + found.back, again=total.again + found.again, uncertain=total.uncertain + found.uncertain
        )
    return total


def _held(edition: str, besides: Sender) -> tuple[Any, ...]:
    table = mail_deliveries.c
    return table.edition == edition, table.lease.is_not(None), table.state.in_(BEGUN), table.owner != besides.owner


def _settle(
    db: Connection, theirs: list[Any], *, same_boot: bool, resend: bool, sure: Collection[str], now: datetime
) -> Leftovers:
    table = mail_deliveries.c
    free = {"lease": None, "updated": now}
    back = 0
    if same_boot:
        unsent = update(mail_deliveries).where(*theirs, table.state == DeliveryState.CLAIMED)
        anybody = case((table.unsure, table.provider), else_="")
        back = db.execute(unsent.values(state=DeliveryState.TODO, provider=anybody, **free)).rowcount
    maybe = update(mail_deliveries).where(*theirs, table.state.in_(BEGUN))
    repeated = maybe if resend else maybe.where(table.provider.in_(list(sure)))
    again = db.execute(repeated.values(state=DeliveryState.TODO, unsure=True, **free)).rowcount
    held = db.execute(maybe.values(state=DeliveryState.UNCERTAIN, unsure=True, **free)).rowcount
    return Leftovers(back=back, again=again, uncertain=held)
