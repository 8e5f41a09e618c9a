"""What an editor does with an edition: note, approve, pause, cancel, retry, settle who is in doubt."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from publisher.editorial.edition import Hand
from publisher.errors import Held, PublisherError, UsageError
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.editions.drafts import Composed, load
from publisher.newsroom.editions.fitness import require, unproven
from publisher.store import editions, events
from publisher.store.ledger import deliveries
from publisher.store.people.subscribers import address_key


def stored_edition(app: App, key: str) -> editions.StoredEdition:
    """The edition of that key; a `UsageError` when there is none."""
    with app.store.read() as db:
        found = editions.get(db, key)
    if found is None:
        raise UsageError(f"there is no edition “{key}”", do="`publisher editions list` shows them")
    return found


def set_note(app: App, key: str, path: Path) -> Composed:
    """Put the Markdown of a file on a draft as the editor's note, and remake it."""
    try:
        note = path.read_text(encoding="utf-8-sig").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise PublisherError("the note cannot be read as UTF-8 text", where=str(path)) from error
    stored = stored_edition(app, key)
    if stored.kind == "letter":
        raise UsageError(f"{key} is a letter and has no note")
    hand = replace(Hand.from_record(stored.hand), note=note)
    with app.store.write(durable=True) as db:
        editions.set_hand(db, key, hand.to_record(), app.now())
    return composing.remake(app, app.newsletter(stored.newsletter), stored_edition(app, key))


def approve(app: App, key: str, *, content_hash: str | None = None) -> Composed:
    """Approve an edition as it stands; what is approved is what is sent, and with `content_hash` nothing else."""
    stored = stored_edition(app, key)
    made = load(app, stored)
    if made.email is None:
        raise Held("there is nothing to approve", where=key, do=f"`publisher compose {stored.newsletter}`")
    if content_hash is not None and content_hash != made.email.content_hash:
        raise Held("it has changed since you looked", where=key, do="look again, then approve")
    require(unproven(made))
    with app.store.write(durable=True) as db:
        editions.approve(db, key, made.email.content_hash, app.now())
        events.record(db, "edition-approved", key, {"hash": made.email.content_hash}, app.now())
    return load(app, stored_edition(app, key))


def pause(app: App, key: str, *, on: bool) -> None:
    """Stop an edition between two messages, or let it go on."""
    stored_edition(app, key)
    with app.store.write(durable=True) as db:
        editions.set_paused(db, key, app.now(), paused=on)
        events.record(db, "edition-paused" if on else "edition-resumed", key, {}, app.now())


def cancel(app: App, key: str) -> int:
    """Cancel an edition; how many readers will not get it."""
    stored = stored_edition(app, key)
    if stored.state is EditionState.SENT:
        raise UsageError(
            f"{key} has gone out", do="a letter can correct it: publisher letter FILE.md --recipients-of " + key
        )
    with app.store.write(durable=True) as db:
        stopped = deliveries.cancel_rest(db, key, now=app.now())
        editions.set_state(db, key, EditionState.CANCELLED, reason="cancelled by the editor", now=app.now())
        events.record(db, "edition-cancelled", key, {"readers": stopped}, app.now())
    return stopped


def retry(app: App, key: str) -> int:
    """Make refused and put-off readers due again; how many."""
    stored = stored_edition(app, key)
    if stored.state is EditionState.CANCELLED:
        raise UsageError(f"{key} is cancelled")
    with app.store.write(durable=True) as db:
        again = deliveries.retry(db, key, now=app.now())
        if stored.paused and stored.reason.startswith(deliveries.REFUSED_US):
            editions.set_paused(db, key, app.now(), paused=False)
        if again and stored.state is EditionState.SENT:
            editions.set_state(db, key, EditionState.PARTIAL, reason="trying again", now=app.now())
        events.record(db, "edition-retried", key, {"readers": again}, app.now())
    return again


def uncertain_readers(app: App, key: str) -> tuple[str, ...]:
    """The addresses of those who may have it already."""
    stored_edition(app, key)
    with app.store.read() as db:
        return deliveries.uncertain(db, key)


def resolve(app: App, key: str, *, sent: bool, addresses: Collection[str]) -> int:
    """Settle readers in doubt as having it, or as due again; how many."""
    stored = stored_edition(app, key)
    try:
        only = [address_key(text) for text in addresses] or None
    except ValueError as error:
        raise UsageError(str(error)) from error
    with app.store.write(durable=True) as db:
        settled = deliveries.resolve(db, key, sent=sent, address_keys=only, now=app.now())
        if settled and not sent and stored.state is EditionState.SENT:
            editions.set_state(db, key, EditionState.PARTIAL, reason="readers in doubt are tried again", now=app.now())
        events.record(db, "edition-resolved", key, {"readers": settled, "as": "sent" if sent else "unsent"}, app.now())
    return settled
