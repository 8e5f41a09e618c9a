"""Which edition of a newsletter comes next: its slot and its key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from publisher.config import Newsletter
from publisher.editorial import schedule
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.store import editions

HORIZON = timedelta(days=400)
OPEN = (EditionState.DRAFT, EditionState.APPROVED, EditionState.HELD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """An edition to make: its key, its slot or moment, and what is stored of it."""

    key: str
    slot: datetime | None
    stored: editions.StoredEdition | None = None


def coming(app: App, newsletter: Newsletter, at: datetime) -> Coming:
    """The first slot after `at` whose edition is still open; without a schedule, today's edition."""
    with app.store.read() as db:
        if not newsletter.schedule:
            return _today(app, newsletter, at, db)
        plan = schedule.parse(newsletter.schedule)
        for slot in schedule.slots(plan, after=at, until=at + HORIZON, zone=app.config.site.zone):
            key = schedule.edition_key(newsletter.name, slot, plan)
            stored = editions.get(db, key)
            if stored is None or (stored.state in OPEN and stored.frozen is None):
                return Coming(key=key, slot=slot.utc, stored=stored)
    raise AssertionError("a schedule has a slot within its horizon")


def _today(app: App, newsletter: Newsletter, at: datetime, db: Connection) -> Coming:
    local = at.astimezone(app.config.site.zone)
    for key in (f"{newsletter.name}/{local:%Y-%m-%d}", f"{newsletter.name}/{local:%Y-%m-%dT%H%M%S}"):
        stored = editions.get(db, key)
        if stored is None or (stored.state in OPEN and stored.frozen is None):
            return Coming(key=key, slot=at, stored=stored)
    return Coming(key=key, slot=at, stored=stored)
