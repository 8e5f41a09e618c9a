"""Run what is due: send the editions of the slots that are ours, tell of missed ones, finish what was cut short."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from publisher.config import Newsletter
from publisher.editorial import schedule
from publisher.editorial.schedule import Schedule, Slot
from publisher.errors import Held, PublisherError
from publisher.model import EditionState
from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.counting import counts_in_words
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.editions import fitness
from publisher.newsroom.editions.coming import Coming, coming
from publisher.newsroom.editions.proof import send_proof
from publisher.newsroom.notify import tell
from publisher.newsroom.sending import answering as proofs
from publisher.newsroom.sending.claims import Timetable, notice_schedules, take, this_process, timetables_now
from publisher.newsroom.sending.send import Sent, send
from publisher.store import editions
from publisher.store import slots as table

log = structlog.get_logger()

UNFINISHED = (EditionState.SENDING, EditionState.PARTIAL)
ENDED = (EditionState.CANCELLED, EditionState.SKIPPED, EditionState.MISSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotResult:
    """What became of one slot or of an edition that waited; `words` say it in a line."""

    newsletter: str
    edition: str
    slot: datetime | None
    state: str
    words: str = ""


def run_due(
    app: App,
    now: datetime,
    *,
    stop: threading.Event,
    notes: Sequence[str] = (),
) -> tuple[SlotResult, ...]:
    """Do what is due at `now`, one newsletter after the other, and say what came of it.

    `notes` (a source that could not be read) go to the editor with the report of an edition. Stops between two
    editions, and inside one between two messages, once `stop` is set.
    """
    notice_schedules(app, now)
    results: list[SlotResult] = []
    for newsletter in app.config.newsletters.values():
        for timetable in timetables_now(app, newsletter, now):
            taken = take(app, timetable, now, owner=this_process())
            if timetable.name != newsletter.name:
                results += [_prove(app, newsletter, timetable, slot) for slot in taken.run if not stop.is_set()]
                continue
            if pausing.is_paused(app, newsletter.name):
                results += [_rest(app, newsletter, slot) for slot in (*taken.missed, *taken.run)]
                continue
            results += [_miss(app, newsletter, slot) for slot in taken.missed]
            results += [_run(app, newsletter, slot, notes, stop) for slot in taken.run if not stop.is_set()]
    _tell_missed(app, [result for result in results if result.state == EditionState.MISSED and result.words])
    done = {result.edition for result in results}
    waiting = [stored for stored in _waiting(app, now) if stored.key not in done]
    results += [take_up(app, stored, now, notes, stop) for stored in waiting if not stop.is_set()]
    return tuple(results)


def _run(app: App, newsletter: Newsletter, slot: Slot, notes: Sequence[str], stop: threading.Event) -> SlotResult:
    plan = _plan(newsletter)
    key = schedule.edition_key(newsletter.name, slot, plan)
    log.info("slot", edition=key, slot=slot.local)
    with app.store.read() as db:
        stored = editions.get(db, key)
    try:
        if stored is None:
            composing.compose_slot(app, newsletter, Coming(key=key, slot=slot.utc), purpose="send")
        sent = send(app, key, automatic=True, stop=stop)
    except Held as held:
        result = _held(app, newsletter, key, slot.utc, held)
    except PublisherError as error:
        # The claim stays: it is tried again when its lease has run out, until the slot is too late.
        return _failed(app, newsletter, key, slot.utc, error)
    else:
        result = _sent(app, newsletter, slot.utc, sent, notes)
    state: table.State = "skipped" if result.state in ENDED else "done"
    with app.store.write() as db:
        table.set_state(db, newsletter.name, slot.local, state, now=app.now(), edition=key)
    return result


def _prove(app: App, newsletter: Newsletter, timetable: Timetable, slot: Slot) -> SlotResult:
    """Mail the editor the draft of the coming edition, and how to approve it; a missed proof is no loss."""
    try:
        made = composing.compose_slot(app, newsletter, coming(app, newsletter, app.now()), purpose="proof")
    except PublisherError as error:
        return _failed(app, newsletter, newsletter.name, slot.utc, error)
    key = made.edition.key
    words = made.too_few or f"the draft of {key} is finished: {made.edition.subject}"
    said = [each.line for each in fitness.obstacles(app, newsletter, made)]
    sendable = made.email is not None and not any(fitness.unprepared(app, newsletter))
    try:
        if made.email and sendable and app.config.editor.email:
            email = proofs.with_links(made.email, proofs.links(app, key, made.email.content_hash), said)
            send_proof(app, newsletter, key=key, email=email, to=app.config.editor.email)
    except PublisherError as error:
        return _failed(app, newsletter, key, slot.utc, error)
    do = f"To approve it: publisher editions approve {key}" if newsletter.approve else "It goes out at its slot."
    tell(app, f"proof {key} {slot.local}", f"the draft of {key}", "\n\n".join((words, *said, do)))
    with app.store.write() as db:
        table.set_state(db, timetable.name, slot.local, "done", now=app.now(), edition=key)
    return SlotResult(newsletter=newsletter.name, edition=key, slot=slot.utc, state="proof", words=words)


def _rest(app: App, newsletter: Newsletter, slot: Slot) -> SlotResult:
    """A slot in a pause: nothing is made, and its reviews are in the next edition."""
    key = schedule.edition_key(newsletter.name, slot, _plan(newsletter))
    with app.store.write() as db:
        table.set_state(db, newsletter.name, slot.local, "skipped", now=app.now(), edition=key)
    state, words = EditionState.SKIPPED.value, f"{newsletter.name} is paused"
    return SlotResult(newsletter=newsletter.name, edition=key, slot=slot.utc, state=state, words=words)


def _miss(app: App, newsletter: Newsletter, slot: Slot) -> SlotResult:
    key = schedule.edition_key(newsletter.name, slot, _plan(newsletter))
    log.warning("missed", edition=key, slot=slot.local)
    late = schedule.in_words(slot.utc, now=app.now(), zone=app.config.site.zone)
    with app.store.write() as db:
        stored = editions.get(db, key)
        if stored is not None and (stored.frozen or stored.state in ENDED):
            table.set_state(db, newsletter.name, slot.local, "done", now=app.now(), edition=key)
            return SlotResult(newsletter=newsletter.name, edition=key, slot=slot.utc, state=stored.state.value)
        if stored is None:
            _empty(db, app, newsletter, key, slot.utc)
        editions.set_state(db, key, EditionState.MISSED, reason=f"the slot was {late}", now=app.now())
        table.set_state(db, newsletter.name, slot.local, "missed", now=app.now(), edition=key)
    words = f"{key} was missed: its slot was {late}. Its reviews wait for the next edition."
    return SlotResult(newsletter=newsletter.name, edition=key, slot=slot.utc, state=EditionState.MISSED, words=words)


def _tell_missed(app: App, missed: Sequence[SlotResult]) -> None:
    """Tell the editor of missed slots in one mail, however many there are."""
    if not missed:
        return
    names = dict.fromkeys(each.newsletter for each in missed)
    do = "\n".join(f"To send them now: publisher send {name}" for name in names)
    first, last = missed[0], missed[-1]
    subject, words = f"{first.edition} was missed", first.words
    if len(missed) > 1:
        subject = f"{len(missed)} editions were missed"
        words = f"{subject}, from {first.edition} to {last.edition}. Their reviews wait for the next edition."
    tell(app, f"missed {first.edition} {len(missed)} {last.edition}", subject, f"{words}\n\n{do}")


def _empty(db: Connection, app: App, newsletter: Newsletter, key: str, slot: datetime) -> None:
    content = {"subject": "", "preheader": "", "items": [], "links": []}
    draft = editions.Draft(key=key, newsletter=newsletter.name, kind="slot", slot_utc=slot, content=content)
    editions.save_draft(db, draft, app.now())


def _waiting(app: App, now: datetime) -> list[editions.StoredEdition]:
    """Editions cut short, and approved ones whose time has come: held at their slot, or letters with a time.

    In a newsletter's pause none begins.
    """
    paused = pausing.standing(app)
    with app.store.read() as db:
        known = editions.list_(db)
    begun = [e for e in known if e.state in UNFINISHED and not e.paused]
    approved = [
        e
        for e in known
        if e.state is EditionState.APPROVED
        and not (e.frozen or e.paused)
        and e.kind in ("slot", "letter")
        and e.slot_utc is not None
        and e.slot_utc <= now
        and e.newsletter not in paused
    ]
    return [e for e in (*begun, *approved) if e.newsletter in app.config.newsletters]


def take_up(
    app: App,
    stored: editions.StoredEdition,
    now: datetime,
    notes: Sequence[str],
    stop: threading.Event,
) -> SlotResult:
    """Go on with an edition that was begun or approved, and tell the editor what came of it."""
    newsletter = app.newsletter(stored.newsletter)
    if stored.frozen is None and _too_late(app, newsletter, stored, now):
        return _write_off(app, newsletter, stored)
    try:
        sent = send(app, stored.key, automatic=True, stop=stop)
    except Held as held:
        return _held(app, newsletter, stored.key, stored.slot_utc, held)
    except PublisherError as error:
        return _failed(app, newsletter, stored.key, stored.slot_utc, error)
    return _sent(app, newsletter, stored.slot_utc, sent, notes)


def _too_late(app: App, newsletter: Newsletter, stored: editions.StoredEdition, now: datetime) -> bool:
    """Whether an approved edition's time went by while nobody was here; one that was held at its slot is in time."""
    if stored.slot_utc is None or now - stored.slot_utc <= newsletter.max_late:
        return False
    with app.store.read() as db:
        known = table.known(db, newsletter.name).values()
    return not any(row.edition == stored.key and row.state != "skipped" for row in known)


def _write_off(app: App, newsletter: Newsletter, stored: editions.StoredEdition) -> SlotResult:
    words = f"{stored.key} was missed: its time went by while nothing ran. To send it now: publisher send {stored.key}"
    with app.store.write() as db:
        editions.set_state(db, stored.key, EditionState.MISSED, reason="its time went by", now=app.now())
    tell(app, f"missed {stored.key}", f"{stored.key} was missed", words)
    return SlotResult(
        newsletter=newsletter.name, edition=stored.key, slot=stored.slot_utc, state=EditionState.MISSED, words=words
    )


def _sent(app: App, newsletter: Newsletter, slot: datetime | None, sent: Sent, notes: Sequence[str]) -> SlotResult:
    """Tell the editor that an edition is out, or that part of it is, once each."""
    counts = counts_in_words(sent.counts)
    words = "; ".join((*counts, *sent.notes))
    log.info("edition", edition=sent.edition, state=sent.state.value, intended=sent.counts.intended)
    said = "\n".join((*counts, *sent.notes, *notes)) or sent.state.value
    if sent.state is EditionState.SENT:
        tell(app, f"sent {sent.edition}", f"{sent.edition} has gone out", said)
    elif sent.paused:
        do = f"To go on once that is mended: publisher editions resume {sent.edition}"
        tell(
            app,
            f"paused {sent.edition}: {sent.paused}",
            f"{sent.edition} has paused",
            f"{sent.paused}\n\n{said}\n\n{do}",
        )
    elif sent.counts.uncertain or sent.put_off:
        what = "has gone out to some" if sent.counts.accepted else "waits: nobody could be reached yet"
        tell(app, f"partly sent {sent.edition}", f"{sent.edition} {what}", said)
    return SlotResult(newsletter=newsletter.name, edition=sent.edition, slot=slot, state=sent.state, words=words)


def _held(app: App, newsletter: Newsletter, key: str, slot: datetime | None, held: Held) -> SlotResult:
    log.warning("held", edition=key, why=held.what)
    tell(app, f"held {key}: {held.what}", f"{key} waits for you", str(held))
    return SlotResult(newsletter=newsletter.name, edition=key, slot=slot, state=EditionState.HELD, words=str(held))


def _failed(app: App, newsletter: Newsletter, key: str, slot: datetime | None, error: PublisherError) -> SlotResult:
    log.error("failed", edition=key, why=error.what)
    tell(app, f"failed {key}: {error.what}", f"{key} could not be sent", f"{error}\n\nIt is tried again by itself.")
    return SlotResult(newsletter=newsletter.name, edition=key, slot=slot, state="failed", words=str(error))


def _plan(newsletter: Newsletter) -> Schedule:
    return schedule.parse(newsletter.schedule or "")
