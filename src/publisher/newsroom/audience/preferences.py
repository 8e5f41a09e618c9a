"""Which newsletters a reader gets, chosen by herself with the link of her mail."""

from collections.abc import Collection

from sqlalchemy import Connection

from publisher.newsroom.app import App
from publisher.newsroom.audience.leaving import OpenedLink, offered, require_known, visit
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers
from publisher.store.people.subscribers import Subscriber

HOW = "preferences page"


def choose(app: App, token: str, *, wanted: Collection[str]) -> OpenedLink | None:
    """Give her the newsletters of these names and no other; None when the link was not made here.

    Her own click with her own link is a yes, and is kept as such with her consent. What is closed to her stays as it
    is, and so does a newsletter that she neither has nor wants. An unknown name is a `UsageError` and changes nothing.
    When this returns it is on the disk.
    """
    opened = visit(app, token)
    if opened is None or not opened.known:
        return opened
    require_known(opened, wanted)
    with app.store.write(durable=True) as db:
        person = subscribers.by_id(db, opened.ticket.reader)
        for each in offered(app, opened.ticket, person):
            if person is not None and not each.closed:
                _set(app, db, person, each.name, on=each.name in wanted)
    return visit(app, token)


def _set(app: App, db: Connection, person: Subscriber, newsletter: str, *, on: bool) -> None:
    now, state = app.now(), person.state_for(newsletter)
    if on and state != "confirmed":
        subscribers.rejoin(db, person.id, newsletter, now=now, consent={"how": HOW})
    elif not on and state in {"confirmed", "pending"}:
        subscribers.unsubscribe(db, person.id, newsletter, now, how=HOW)
        deliveries.suppress_open(db, person.id, newsletter=newsletter, now=now)
