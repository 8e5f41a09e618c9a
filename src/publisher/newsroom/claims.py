"""Which slots are due and whose they are: the slots table gives each to one of any number of schedulers.

A slot that was claimed and never finished is taken over when its lease has run out. A schedule counts from the moment
that it was first seen as it reads now, so that a new or changed one never makes up for a past it did not have.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from publisher.config import Newsletter
from publisher.editorial import schedule
from publisher.editorial.schedule import Slot
from publisher.newsroom.app import App
from publisher.store import slots as table


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The slots that this call has claimed: to run, and to write off as missed."""

    run: tuple[Slot, ...] = ()
    missed: tuple[Slot, ...] = ()


def notice_schedules(app: App, now: datetime) -> None:
    """Note from when on each schedule counts, where it is new or reads otherwise than before."""
    zone = app.config.site.zone
    scheduled = [newsletter for newsletter in app.config.newsletters.values() if newsletter.schedule]
    with app.store.read() as db:
        new = [newsletter for newsletter in scheduled if _since(db, newsletter, zone) is None]
    for newsletter in new:
        name = f"{_rule(newsletter, zone)} from {now.isoformat()}"
        with app.store.write() as db:
            table.claim(db, _anchor(newsletter), name, now, now, this_process())
            table.set_state(db, _anchor(newsletter), name, "done", now=now)


def is_due(app: App, now: datetime) -> bool:
    """Whether a slot has come that nobody has taken; takes nothing."""
    with app.store.read() as db:
        return any(
            _look(db, newsletter, app.config.site.zone, now) != Taken()
            for newsletter in app.config.newsletters.values()
        )


def next_wake(app: App, now: datetime) -> datetime | None:
    """The first moment after `now` at which a newsletter has a slot."""
    zone = app.config.site.zone
    texts = [newsletter.schedule for newsletter in app.config.newsletters.values() if newsletter.schedule]
    return min((schedule.next_slot(schedule.parse(text), after=now, zone=zone).utc for text in texts), default=None)


def this_process() -> str:
    """A name for the owner column of claims, for people to read."""
    return f"{socket.gethostname()}:{os.getpid()}"


def take(app: App, newsletter: Newsletter, now: datetime, *, owner: str) -> Taken:
    """Claim the due slots of a newsletter, all in one transaction; of many callers each slot is one's own."""
    zone = app.config.site.zone
    if not newsletter.schedule:
        return Taken()
    notice_schedules(app, now)
    with app.store.read() as db:
        if _look(db, newsletter, zone, now) == Taken():
            return Taken()
    with app.store.write() as db:
        found = _look(db, newsletter, zone, now)

        def mine(slot: Slot) -> bool:
            return table.claim(db, newsletter.name, slot.local, slot.utc, now, owner, lease=app.config.delivery.lease)

        missed = tuple(slot for slot in found.missed if mine(slot))
        plan = schedule.parse(newsletter.schedule)
        for slot in missed:
            key = schedule.edition_key(newsletter.name, slot, plan)
            table.set_state(db, newsletter.name, slot.local, "missed", now=now, edition=key)
        return Taken(run=tuple(slot for slot in found.run if mine(slot)), missed=missed)


def _look(db: Connection, newsletter: Newsletter, zone: ZoneInfo, now: datetime) -> Taken:
    """What is due: new slots, and claimed ones whose owner let the lease run out."""
    since = _since(db, newsletter, zone)
    if since is None or not newsletter.schedule:
        return Taken()
    known = table.known(db, newsletter.name)
    newest = max((row.slot_utc for row in known.values()), default=since)
    due = schedule.due(
        schedule.parse(newsletter.schedule),
        since=max(since, newest),
        now=now,
        zone=zone,
        known=known,
        max_late=newsletter.max_late,
        catch_up=newsletter.catch_up,
    )
    left = [
        Slot(row.slot_utc, datetime.fromisoformat(row.slot_local))
        for row in known.values()
        if row.state == "claimed" and row.lease is not None and row.lease < now
    ]
    again = tuple(slot for slot in left if now - slot.utc <= newsletter.max_late)
    return Taken(run=(*again, *due.run), missed=(*(slot for slot in left if slot not in again), *due.missed))


def _since(db: Connection, newsletter: Newsletter, zone: ZoneInfo) -> datetime | None:
    """When the schedule, as it reads now, was first seen; slots before that are none."""
    rows = list(table.known(db, _anchor(newsletter)).values())
    since = None
    for row in reversed(rows):
        if row.slot_local.rpartition(" from ")[0] != _rule(newsletter, zone):
            break
        since = row.slot_utc
    return since


def _anchor(newsletter: Newsletter) -> str:
    return f"{newsletter.name} (schedule)"


def _rule(newsletter: Newsletter, zone: ZoneInfo) -> str:
    return f"{newsletter.schedule} {zone.key}"
