"""Which slots are due and whose they are: the slots table gives each to one of any number of schedulers.

A slot that was claimed and never finished is taken over when its lease has run out. A schedule counts from the moment
that it was first seen as it reads now, so that a new or changed one never makes up for a past it did not have.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from publisher.config import Newsletter
from publisher.editorial import schedule
from publisher.editorial.schedule import Slot
from publisher.newsroom.app import App
from publisher.newsroom.sending import ahead
from publisher.store import schedules
from publisher.store import slots as table

STARTING = timedelta(seconds=30)
"""A slot that came this shortly before its schedule was first seen still counts: we were starting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """A schedule under the name that its slots are kept by, and what becomes of overdue ones."""

    name: str
    text: str
    max_late: timedelta
    catch_up: Literal["latest", "all", "skip"] = "latest"
    lead: timedelta = timedelta(0)
    """By how much work on a slot begins before it."""


def timetables(newsletter: Newsletter, *, lead: timedelta = timedelta(0)) -> tuple[Timetable, ...]:
    """The schedules of a newsletter: its editions, on which work begins `lead` early, and their proofs."""
    found = []
    if newsletter.schedule:
        found.append(
            Timetable(
                name=newsletter.name,
                text=newsletter.schedule,
                max_late=newsletter.max_late,
                catch_up=newsletter.catch_up,
                lead=lead,
            )
        )
    if newsletter.proof:
        found.append(Timetable(name=f"{newsletter.name} (proof)", text=newsletter.proof, max_late=newsletter.max_late))
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedSlots:
    """The slots that this call has claimed: to run, and to write off as missed."""

    run: tuple[Slot, ...] = ()
    missed: tuple[Slot, ...] = ()


def notice_schedules(app: App, now: datetime) -> None:
    """Note from when on each schedule counts, where it is new or reads otherwise than before."""
    zone = app.config.site.zone
    everything = [timetable for newsletter in app.config.newsletters.values() for timetable in timetables(newsletter)]
    with app.store.read() as db:
        new = [timetable for timetable in everything if _since(db, timetable, zone) is None]
    for timetable in new:
        with app.store.write() as db:
            schedules.notice(db, timetable.name, text=timetable.text, zone=zone.key, since=now - STARTING)


def is_due(app: App, now: datetime) -> bool:
    """Whether a slot has come that nobody has taken; takes nothing."""
    zone = app.config.site.zone
    everything = _all_now(app, now)
    with app.store.read() as db:
        return any(_look(db, each, zone, now) != ClaimedSlots() for each in everything)


def next_wake(app: App, now: datetime) -> datetime | None:
    """The first moment after `now` at which there is work on a slot, or an edition's readers follow the editor."""
    zone = app.config.site.zone
    moments = [
        schedule.next_slot(schedule.parse(each.text), after=now + each.lead, zone=zone).utc - each.lead
        for each in _all_now(app, now)
    ]
    return min((*moments, *ahead.openings(app, after=now)), default=None)


def _all_now(app: App, now: datetime) -> list[Timetable]:
    return [each for newsletter in app.config.newsletters.values() for each in timetables_now(app, newsletter, now)]


def timetables_now(app: App, newsletter: Newsletter, now: datetime) -> tuple[Timetable, ...]:
    """A newsletter's schedules, with the lead that the editor's copy and readers of other zones need."""
    return timetables(newsletter, lead=ahead.lead(app, newsletter, now))


def this_process() -> str:
    """A name for the owner column of claims, for people to read."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take(app: App, timetable: Timetable, now: datetime, *, owner: str) -> ClaimedSlots:
    """Claim the due slots of a schedule, all in one transaction; of many callers exactly one gets each slot.

    A schedule that was never noticed has none.
    """
    zone = app.config.site.zone
    with app.store.read() as db:
        if _look(db, timetable, zone, now) == ClaimedSlots():
            return ClaimedSlots()
    with app.store.write() as db:
        found = _look(db, timetable, zone, now)

        def mine(slot: Slot) -> bool:
            return table.claim(db, timetable.name, slot, now=now, owner=owner, lease=app.config.delivery.lease)

        missed = tuple(slot for slot in found.missed if mine(slot))
        for slot in missed:
            table.set_state(db, timetable.name, slot.local, "missed", now=now)
        return ClaimedSlots(run=tuple(slot for slot in found.run if mine(slot)), missed=missed)


def _look(db: Connection, timetable: Timetable, zone: ZoneInfo, now: datetime) -> ClaimedSlots:
    """What is due: new slots, and claimed ones whose owner let the lease run out."""
    since = _since(db, timetable, zone)
    if since is None:
        return ClaimedSlots()
    known = table.known(db, timetable.name)
    # A slot to come may be known already: left out, or taken by a clock that was ahead. Those before it still count.
    newest = max((row.slot_utc for row in known.values() if row.slot_utc <= now + timetable.lead), default=since)
    due = schedule.due(
        schedule.parse(timetable.text),
        since=max(since, newest),
        now=now + timetable.lead,
        zone=zone,
        known=known,
        max_late=timetable.max_late + timetable.lead,
        catch_up=timetable.catch_up,
    )
    left = [
        Slot(row.slot_utc, datetime.fromisoformat(row.slot_local))
        for row in known.values()
        if row.state == "claimed" and row.lease is not None and row.lease < now
    ]
    again = tuple(slot for slot in left if now - slot.utc <= timetable.max_late)
    return ClaimedSlots(run=(*again, *due.run), missed=(*(slot for slot in left if slot not in again), *due.missed))


def _since(db: Connection, timetable: Timetable, zone: ZoneInfo) -> datetime | None:
    """When the schedule, as it reads now, was first seen; earlier slots do not count."""
    return schedules.counts_from(db, timetable.name, text=timetable.text, zone=zone.key)
