"""Who goes first: the editor's copy before all readers, and each reader at the slot's hour in her own zone.

Both need the edition earlier than its slot, so work on a slot begins by a lead before it.
"""

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from publisher.config import Newsletter
from publisher.errors import PublisherError
from publisher.model import EditionState, Email
from publisher.newsroom.app import App
from publisher.store import editions, notices
from publisher.store.editions import StoredEdition
from publisher.store.ledger import deliveries
from publisher.store.people import audience

log = structlog.get_logger()

NONE = timedelta(0)
DST = timedelta(days=2)
"""How far ahead a change of a zone's clocks is looked for."""


def lead(app: App, newsletter: Newsletter, now: datetime) -> timedelta:
    """How long before its slot an edition must be finished."""
    return max(_first(app, newsletter), _easternmost(app, newsletter, now) if newsletter.per_reader_time else NONE)


def opens(app: App, newsletter: Newsletter, stored: StoredEdition) -> datetime | None:
    """When readers follow the editor's copy; None for an edition that is not being sent."""
    return None if stored.frozen is None else stored.frozen + _first(app, newsletter)


def openings(app: App, *, after: datetime) -> tuple[datetime, ...]:
    """The moments to come at which editions that wait open to readers, or a reader's own hour comes."""
    with app.store.read() as db:
        running = [e for e in editions.list_(db) if e.state is EditionState.SENDING and not e.paused]
        due = [deliveries.next_due(db, stored.key) for stored in running]
    known = [(app.config.newsletters.get(stored.newsletter), stored) for stored in running]
    begins = [opens(app, newsletter, stored) for newsletter, stored in known if newsletter]
    return tuple(moment for moment in (*begins, *due) if moment is not None and moment > after)


def moments(app: App, newsletter: Newsletter, slot: datetime) -> Mapping[str, datetime]:
    """For each zone that a reader is known to live in, the slot's wall clock time there; "" for the site's own."""
    wall = slot.astimezone(app.config.site.zone).replace(tzinfo=None)
    with app.store.read() as db:
        names = audience.zones(db, newsletter.name)
    return {name: wall.replace(tzinfo=_zone(app, name)).astimezone(UTC) for name in names}


def send_first(app: App, newsletter: Newsletter, stored: StoredEdition, email: Email) -> None:
    """Mail the editor her copy, once, with a link that stops the edition; a failure of that mail stops nothing."""
    begins = opens(app, newsletter, stored)
    if not _first(app, newsletter) or begins is None:
        return
    from publisher.newsroom.editions import proof
    from publisher.newsroom.sending import (
        answering as proofs,  # what these need is too much for a send without such a copy
    )

    with app.store.write() as db:
        if not notices.once(db, f"first {stored.key}", f"the editor's copy of {stored.key}", app.now()):
            return
        notices.mark_sent(db, f"first {stored.key}", app.now())
        readers = deliveries.counts(db, stored.key).intended
    hour = f"{begins.astimezone(app.config.site.zone):%H:%M:%S}".removesuffix(":00")
    said = f"This goes to {readers:,} reader{'s' * (readers != 1)} from {hour} on."
    stop = proofs.stop_link(app, stored.key, stored.content_hash)
    page = f'{html.escape(said)} &nbsp; <a href="{html.escape(stop)}" style="color:#ffffff">Stop it</a>'
    copy = proofs.with_line(email, page=page, text=f"{said}\nStop it: {stop}")
    try:
        proof.send_proof(app, newsletter, key=stored.key, email=copy, to=app.config.editor.email, mark="[First copy]")
    except PublisherError as error:
        log.warning("editors-copy-not-sent", edition=stored.key, error=str(error))


def _first(app: App, newsletter: Newsletter) -> timedelta:
    return newsletter.editor_first if app.config.editor.email else NONE


def _easternmost(app: App, newsletter: Newsletter, now: datetime) -> timedelta:
    """By how much the earliest reader's clock is ahead of the site's, around now."""
    with app.store.read() as db:
        names = audience.zones(db, newsletter.name)
    ahead = [NONE]
    for moment in (now, now + DST):
        ours = moment.astimezone(app.config.site.zone).utcoffset() or NONE
        ahead += [(moment.astimezone(_zone(app, name)).utcoffset() or NONE) - ours for name in names]
    return max(ahead)


def _zone(app: App, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else app.config.site.zone
    except (ZoneInfoNotFoundError, ValueError):
        return app.config.site.zone
