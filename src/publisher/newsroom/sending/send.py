"""Send an edition: freeze it with its readers in one transaction, then deliver it; take up where a crash left it.

What composing needs is imported only when something is composed: taking up a send must start quickly.
"""

import threading
from dataclasses import dataclass, replace

import structlog

from publisher.config import Newsletter
from publisher.delivery import dispatch
from publisher.delivery.request import DeliveryRequest
from publisher.errors import Held, PublisherError
from publisher.formatters.message import envelope
from publisher.model import Counts, EditionState, Email, Progress
from publisher.newsroom import instance
from publisher.newsroom.app import App
from publisher.newsroom.editions import drafts, fitness
from publisher.newsroom.editions.coming import Coming, coming
from publisher.newsroom.editions.compiling import compile_for
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.fitness import Outlook
from publisher.newsroom.links import KEY_NAME, values_for
from publisher.newsroom.mailers import mailer
from publisher.newsroom.sending import ahead, returns
from publisher.store import editions, events
from publisher.store.editions import StoredEdition
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers
from publisher.store.signing import signing_key

log = structlog.get_logger()

UNFINISHED = (EditionState.SENDING, EditionState.PARTIAL)
WATCH = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What a send came to."""

    edition: str
    state: EditionState
    counts: Counts
    notes: tuple[str, ...] = ()
    put_off: int = 0
    """How many of the deferred wait because they could not be reached."""
    paused: str = ""
    """Why the edition was paused by itself."""

    @property
    def refused_us(self) -> bool:
        """Whether it was paused because the mail server refuses us."""
        return self.paused.startswith(deliveries.REFUSED_US)


@dataclass(frozen=True, kw_only=True, slots=True)
class SendRequest:
    """How an edition is to be sent: unasked by a schedule or by hand, telling whom, until when."""

    automatic: bool
    progress: Progress | None
    stop: threading.Event


def send(
    app: App,
    target: str,
    *,
    automatic: bool = False,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Sent:
    """Send a newsletter's coming edition, or the edition of that key; one that was cut short is finished first.

    A second call sends nothing more. Raises `Held` where a person must act first.
    """
    request = SendRequest(automatic=automatic, progress=progress, stop=stop or threading.Event())
    instance.check(app)
    stored = _resolve(app, target)
    if stored is None:
        return _send_coming(app, target, request)
    if stored.frozen:
        return _deliver(app, stored, request)
    if stored.state in (EditionState.CANCELLED, EditionState.MISSED, EditionState.SKIPPED) and automatic:
        return Sent(edition=stored.key, state=stored.state, counts=Counts())
    return _send_open(app, stored, request)


def rehearse(app: App, target: str) -> Outlook:
    """What `send` would find now and what it would say to it; stores nothing."""
    stored = _resolve(app, target)
    return fitness.outlook(app, app.newsletter(stored.newsletter if stored else target), stored)


def _resolve(app: App, target: str) -> StoredEdition | None:
    """The edition meant by a word: an unfinished one of the newsletter, the edition of that key, or none yet."""
    with app.store.read() as db:
        if target in app.config.newsletters:
            unfinished = [e for e in editions.list_(db, newsletter=target) if e.state in UNFINISHED]
            return unfinished[-1] if unfinished else None
        stored = editions.get(db, target)
    if stored is None:
        app.newsletter(target)
    return stored


def _send_coming(app: App, name: str, request: SendRequest) -> Sent:
    newsletter = app.newsletter(name)
    place = coming(app, newsletter, app.now())
    made = drafts.unchanged(app, newsletter, place)
    if made is None or made.unasked:
        from publisher.newsroom.editions import compose as composing

        made = composing.compose_slot(app, newsletter, place, purpose="send")
    sent = _send_made(app, newsletter, made, request)
    if place.slot and sent.counts.intended and not sent.refused_us and not request.automatic and newsletter.schedule:
        local = place.slot.astimezone(app.config.site.zone)
        note = f"the slot of {local:%A} {local.day} {local:%B, %H:%M} will send nothing: its edition has gone out now"
        return replace(sent, notes=(*sent.notes, note))
    return sent


def _send_open(app: App, stored: StoredEdition, request: SendRequest) -> Sent:
    newsletter = app.newsletter(stored.newsletter)
    made = None
    if stored.kind == "slot":
        made = drafts.unchanged(app, newsletter, Coming(key=stored.key, slot=stored.slot_utc, stored=stored))
    if made is None or made.unasked:
        from publisher.newsroom.editions import compose as composing

        made = composing.remake(app, newsletter, stored, purpose="send")
    return _send_made(app, newsletter, made, request)


def _send_made(app: App, newsletter: Newsletter, made: Composed, request: SendRequest) -> Sent:
    key = made.edition.key
    if made.too_few:
        if request.automatic:
            _set_state(app, key, EditionState.SKIPPED, made.too_few)
        return Sent(edition=key, state=EditionState.SKIPPED, counts=Counts(), notes=(made.too_few,))
    found = fitness.stops(app, newsletter, made, automatic=request.automatic)
    if found and found[0].noted:
        _set_state(app, key, EditionState.HELD, found[0].noted)
    fitness.require(found)
    for each in made.dropped:
        log.warning("left-out", edition=key, what=each)
    frozen = _freeze(app, newsletter, made, request)
    sent = _deliver(app, frozen, request)
    return replace(sent, notes=(*sent.notes, *made.dropped, *_redated(made, frozen)))


def _redated(made: Composed, frozen: StoredEdition) -> tuple[str, ...]:
    """What is said where an approved edition went out with another date than it was approved with."""
    if made.edition.state is not EditionState.APPROVED or made.email is None:
        return ()
    if frozen.content_hash == made.email.content_hash:
        return ()
    return ("it bears the date of the day it is sent; all else is as it was approved",)


def _freeze(app: App, newsletter: Newsletter, made: Composed, request: SendRequest) -> StoredEdition:
    """The edition as it is frozen, bytes and readers in one transaction; nothing of it changes from here on."""
    assert made.email is not None
    key, now, slot = made.edition.key, app.now(), made.edition.slot
    dated = drafts.redated(app, made, slot if request.automatic and slot else now)
    hours = ahead.moments(app, newsletter, slot) if request.automatic and newsletter.per_reader_time and slot else {}
    with app.store.write(durable=True) as db:
        if editions.freeze(db, key, made.email.content_hash, now, dated=dated) and dated:
            hashes = {"was": made.email.content_hash, "hash": dated.content_hash}
            events.record(db, "edition-redated", key, hashes, now)
        stored = editions.get(db, key)
        assert stored is not None
        readers = deliveries.freeze_audience(db, key, newsletter.name, now=now, recipients_of=stored.recipients_of)
        if not readers:
            raise PublisherError(
                f"“{newsletter.name}” has no confirmed readers", do="`publisher subscribers import FILE` brings them in"
            )
        if hours:
            deliveries.set_moments(db, key, hours, now=now)
    return stored


def _deliver(app: App, stored: StoredEdition, request: SendRequest) -> Sent:
    newsletter = app.newsletter(stored.newsletter)
    with app.store.read() as db:
        before = deliveries.counts(db, stored.key)
        email = editions.email(db, stored.key)
    stored = _asked_again(app, stored, request)
    if stored.paused or stored.state is EditionState.CANCELLED or not (before.todo or before.deferred):
        return _finish(app, stored.key, before)
    if email is None or email.content_hash != stored.content_hash:
        raise Held("the stored email is not the one that was frozen", where=stored.key, do="restore a backup")
    ahead.send_first(app, newsletter, stored, email)
    if not _opened(app, newsletter, stored, request):
        return Sent(edition=stored.key, state=stored.state, counts=before, notes=(_follow(app, newsletter, stored),))
    return _finish(app, stored.key, _dispatch(app, newsletter, stored.key, email, request))


def _asked_again(app: App, stored: StoredEdition, request: SendRequest) -> StoredEdition:
    """The edition going on where a person sends it again after the mail server refused us."""
    if request.automatic or not (stored.paused and stored.reason.startswith(deliveries.REFUSED_US)):
        return stored
    with app.store.write() as db:
        editions.set_paused(db, stored.key, app.now(), paused=False)
    return replace(stored, paused=False, reason="")


def _dispatch(app: App, newsletter: Newsletter, key: str, email: Email, request: SendRequest) -> Counts:
    secret = _secret(app)
    domain = envelope.domain_of(newsletter.sender)
    asked = DeliveryRequest(
        edition=key,
        providers=mailer(app, newsletter),
        compiled=compile_for(app, newsletter, email, key),
        values_for=values_for(app, newsletter=newsletter.name, edition=key),
        message_id_for=lambda reader: envelope.message_id(key, reader, secret, domain),
        settings=app.config.delivery,
        on_uncertain=newsletter.on_uncertain,
        now=app.now,
        return_path_for=returns.addresses(newsletter.return_path, secret),
    )
    return dispatch.deliver(app.store, asked, progress=request.progress, stop=request.stop)


def _opened(app: App, newsletter: Newsletter, stored: StoredEdition, request: SendRequest) -> bool:
    """Whether readers may get it now; a send by hand waits for their moment, as long as nobody stops the edition."""
    begins = ahead.opens(app, newsletter, stored)
    while begins is not None and app.now() < begins:
        if request.automatic or request.stop.wait(min(WATCH, (begins - app.now()).total_seconds())):
            return False
        with app.store.read() as db:
            if deliveries.stopped(db, stored.key):
                return False
    return True


def _follow(app: App, newsletter: Newsletter, stored: StoredEdition) -> str:
    begins = ahead.opens(app, newsletter, stored)
    local = f"{begins.astimezone(app.config.site.zone):%H:%M}" if begins else "later"
    return f"the editor's copy is out; readers follow at {local}"


def _secret(app: App) -> bytes:
    with app.store.write() as db:
        return signing_key(db, f"{KEY_NAME}-message-id", app.now())


def _finish(app: App, key: str, counts: Counts) -> Sent:
    """Write down what the edition came to; a paused or cancelled one keeps its state."""
    with app.store.write() as db:
        stored = editions.get(db, key)
        assert stored is not None
        state, failed = stored.state, deliveries.put_off(db, key)
        if state in UNFINISHED and not stored.paused:
            state = _state(counts, failed)
            if state is not stored.state:
                reason = stored.reason if state is EditionState.PARTIAL else ""
                editions.set_state(db, key, state, reason=reason, now=app.now())
    paused = stored.reason if stored.paused else ""
    notes = (stored.reason,) if stored.reason and (counts.todo or counts.deferred) else ()
    return Sent(edition=key, state=state, counts=counts, notes=notes, put_off=failed, paused=paused)


def _state(counts: Counts, put_off: int) -> EditionState:
    """Sent, sent in part, or still being sent where all others wait for their own hour."""
    if not (counts.todo or counts.deferred):
        return EditionState.SENT
    return EditionState.PARTIAL if counts.todo or put_off else EditionState.SENDING


def _set_state(app: App, key: str, state: EditionState, reason: str) -> None:
    with app.store.write() as db:
        if editions.get(db, key) is not None:
            editions.set_state(db, key, state, reason=reason, now=app.now())


def intended(app: App, target: str) -> int:
    """How many readers a send of this newsletter or edition would still be for."""
    with app.store.read() as db:
        if target in app.config.newsletters:
            return subscribers.counts(db, target).get("confirmed", 0)
        stored = editions.get(db, target)
        if stored is None:
            app.newsletter(target)
            return 0
        if stored.frozen:
            counts = deliveries.counts(db, target)
            return counts.todo + counts.deferred
        if stored.recipients_of:
            return deliveries.counts(db, stored.recipients_of).accepted
        return subscribers.counts(db, stored.newsletter).get("confirmed", 0)
