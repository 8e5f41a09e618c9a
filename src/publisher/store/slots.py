"""Which slots of a schedule have been taken, by whom and with what result; one row per local slot, for ever."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, select, update

from publisher.editorial.schedule import Slot
from publisher.store.tables import slots
from publisher.store.upsert import insert

State = Literal["claimed", "done", "missed", "skipped"]
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenSlot:
    """A slot that was claimed: `slot_local` names it (the wall time, without a zone), `slot_utc` is its moment."""

    schedule: str
    slot_local: str
    slot_utc: datetime
    state: str
    edition: str
    owner: str
    lease: datetime | None
    updated: datetime


def claim(db: Connection, schedule: str, slot: Slot, *, now: datetime, owner: str, lease: timedelta = LEASE) -> bool:
    """Take a slot; True for exactly one caller, until its lease ran out without a result."""
    mine = {"owner": owner, "lease": now + lease, "updated": now}
    new = insert(db, slots).values(schedule=schedule, slot_local=slot.local, slot_utc=slot.utc, state="claimed", **mine)
    if db.execute(new.on_conflict_do_nothing()).rowcount == 1:
        return True
    left_over = _is(schedule, slot.local) & (slots.c.state == "claimed") & (slots.c.lease < now)
    return db.execute(update(slots).where(left_over).values(**mine)).rowcount == 1


def set_state(
    db: Connection, schedule: str, slot_local: str, state: State, *, now: datetime, edition: str = ""
) -> None:
    """Write a slot's result down; `edition` is what it made."""
    result = {"state": state, "updated": now, "lease": None, **({"edition": edition} if edition else {})}
    db.execute(update(slots).where(_is(schedule, slot_local)).values(**result))


def free(db: Connection, edition: str) -> None:
    """Forget that the slot of an edition was left out: it is due again at its time."""
    db.execute(delete(slots).where((slots.c.edition == edition) & (slots.c.state == "skipped")))


def free_to_come(db: Connection, now: datetime, *, but: Collection[str]) -> None:
    """Forget what became of slots that are still to come, but for those of the editions named."""
    unsent = (slots.c.slot_utc > now) & slots.c.state.in_(["missed", "skipped"])
    db.execute(delete(slots).where(unsent & slots.c.edition.not_in(list(but))))


def get(db: Connection, schedule: str, slot_local: str) -> TakenSlot | None:
    """The slot of that name."""
    row = db.execute(select(slots).where(_is(schedule, slot_local))).first()
    return TakenSlot(**row._mapping) if row else None


def known(db: Connection, schedule: str) -> dict[str, TakenSlot]:
    """The slots of a schedule that were ever taken, by local name, earliest first."""
    found = db.execute(select(slots).where(slots.c.schedule == schedule).order_by(slots.c.slot_utc))
    return {row.slot_local: TakenSlot(**row._mapping) for row in found}


def _is(schedule: str, slot_local: str) -> ColumnElement[bool]:
    return (slots.c.schedule == schedule) & (slots.c.slot_local == slot_local)
