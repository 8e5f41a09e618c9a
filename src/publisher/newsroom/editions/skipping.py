"""Leave one slot of a newsletter out, and take that back, or a cancel, as long as the slot has not come."""

from datetime import date, datetime

from sqlalchemy import Connection

from publisher.config import Newsletter
from publisher.editorial import schedule
from publisher.editorial.schedule import Slot
from publisher.errors import UsageError
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.coming import HORIZON, OPEN
from publisher.store import editions, events
from publisher.store import slots as table
from publisher.store.editions import StoredEdition

LEFT_OUT = "left out by the editor"
TAKEN_OUT = (EditionState.CANCELLED, EditionState.SKIPPED)


def skip(app: App, name: str, day: str) -> StoredEdition:
    """Leave out the slot of that day ("2026-12-04", with its time where a day has several); its reviews wait."""
    newsletter, now = app.newsletter(name), app.now()
    plan, slot = _slot(app, newsletter, day)
    key = schedule.edition_key(name, slot, plan)
    with app.store.write(durable=True) as db:
        stored = editions.get(db, key)
        taken = table.get(db, name, slot.local)
        if stored is not None and stored.state is EditionState.SKIPPED and taken is not None:
            return stored
        if taken is not None or (stored is not None and (stored.frozen is not None or stored.state not in OPEN)):
            state = stored.state.value if stored else "being made"
            raise UsageError(f"{key} is {state} and cannot be left out", do=f"publisher editions show {key}")
        if stored is None:
            empty = {"subject": "", "preheader": "", "items": [], "links": []}
            draft = editions.Draft(key=key, newsletter=name, kind="slot", slot_utc=slot.utc, content=empty)
            editions.save_draft(db, draft, now)
        editions.set_state(db, key, EditionState.SKIPPED, reason=LEFT_OUT, now=now)
        table.claim(db, name, slot, now=now, owner=LEFT_OUT)
        table.set_state(db, name, slot.local, "skipped", now=now, edition=key)
        events.record(db, "slot-skipped", key, {}, now)
        return _known(db, key)


def restore(app: App, key: str) -> StoredEdition:
    """Take a cancel or a left-out slot back until its time has come; what was approved is approved again."""
    now = app.now()
    with app.store.write(durable=True) as db:
        stored = _known(db, key)
        if stored.state not in TAKEN_OUT:
            what = f"{key} is {stored.state.value}: there is nothing to take back"
            raise UsageError(what, do="restore is for a cancelled edition or a slot that was left out")
        if stored.frozen is not None:
            what = f"{key} was cancelled while it went out, and some readers may have it"
            raise UsageError(what, do=f"its reviews are free for the next: publisher compose {stored.newsletter}")
        if stored.slot_utc is not None and stored.slot_utc <= now:
            when = schedule.in_words(stored.slot_utc, now=now, zone=app.config.site.zone)
            what = f"{key} cannot be taken back: its slot was {when}"
            raise UsageError(what, do=f"its reviews wait for the next; publisher send {stored.newsletter} sends now")
        table.free(db, key)
        editions.revive(db, key, now)
        events.record(db, "edition-restored", key, {"was": stored.state.value}, now)
        return _known(db, key)


def left_out(app: App, name: str) -> tuple[str, ...]:
    """The editions of the slots to come of a newsletter that are left out, earliest first."""
    with app.store.read() as db:
        known = editions.list_(db, newsletter=name)
    waiting = (e for e in reversed(known) if e.state is EditionState.SKIPPED and e.frozen is None)
    return tuple(e.key for e in waiting if e.slot_utc is not None and e.slot_utc > app.now())


def _slot(app: App, newsletter: Newsletter, text: str) -> tuple[schedule.Schedule, Slot]:
    """The slot to come that a day names, or a day and a time."""
    if not newsletter.schedule:
        raise UsageError(f"“{newsletter.name}” has no schedule, so it has no slot to leave out")
    day, at = _typed(text)
    plan, zone, now = schedule.parse(newsletter.schedule), app.config.site.zone, app.now()
    all_ = list(schedule.slots(plan, after=now - HORIZON, until=now + HORIZON, zone=zone))
    found = [slot for slot in all_ if slot.wall.date() == day and (at is None or slot.wall == at)]
    if not found:
        coming = ", ".join([f"{slot.wall:%Y-%m-%d %H:%M}" for slot in all_ if slot.utc > now][:3])
        raise UsageError(f"“{newsletter.name}” has no slot on {text}", do=f"its next slots: {coming}")
    if len(found) > 1:
        times = " or ".join(f"“{slot.wall:%Y-%m-%d %H:%M}”" for slot in found)
        raise UsageError(f"“{newsletter.name}” has several slots on {text}", do=f"name one: {times}")
    if found[0].utc <= now:
        when = schedule.in_words(found[0].utc, now=now, zone=zone)
        raise UsageError(f"that slot of “{newsletter.name}” was {when}", do="name a slot to come")
    return plan, found[0]


def _typed(text: str) -> tuple[date, datetime | None]:
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day", do="write it as 2026-12-04, or “2026-12-04 09:00”") from error
    bare = len(text.strip()) <= len("2026-12-04")
    return value.date(), None if bare else value.replace(tzinfo=None)


def _known(db: Connection, key: str) -> StoredEdition:
    found = editions.get(db, key)
    if found is None:
        raise UsageError(f"there is no edition “{key}”", do="`publisher editions list` shows them")
    return found
