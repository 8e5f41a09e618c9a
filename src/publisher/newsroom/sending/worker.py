"""Deliver what others have begun: a worker joins each edition that is on its way, on this machine or another.

It composes nothing and decides nothing. Claims, fences and leases of the ledger keep any number of them apart, so a
worker may come, go or be killed at any moment.
"""

import threading
from datetime import timedelta

import structlog

from publisher.errors import Held
from publisher.newsroom import instance
from publisher.newsroom.app import App
from publisher.newsroom.sending.send import UNFINISHED
from publisher.newsroom.sending.slots import SlotResult, take_up
from publisher.store import editions
from publisher.store.editions import StoredEdition
from publisher.store.ledger import deliveries

log = structlog.get_logger()

PAUSE = timedelta(seconds=2)
"""Between two looks for something to do."""


def work(app: App, *, stop: threading.Event, once: bool = False) -> tuple[SlotResult, ...]:
    """Join every edition that is on its way until `stop` is set, or with `once` until nothing more can be done now.

    The results are those of the last round. Raises `Held` on a machine that does not know this database.
    """
    try:
        instance.check(app)
    except Held as held:
        do = f"copy {instance.mark_file(app).name} from beside the machine that sends to here, or `publisher adopt`"
        raise Held(held.what, where=str(instance.mark_file(app)), do=do) from None
    log.info("working")
    results: tuple[SlotResult, ...] = ()
    while not stop.is_set():
        found = [stored for stored in begun(app) if stored.newsletter in app.config.newsletters]
        if found:
            results = tuple(take_up(app, stored, app.now(), (), stop) for stored in found)
        if once:
            break
        stop.wait(PAUSE.total_seconds())
    return results


def begun(app: App) -> list[StoredEdition]:
    """Editions on their way that have a reader whose turn it is."""
    with app.store.read() as db:
        moving = [e for e in editions.list_(db) if e.state in UNFINISHED and not e.paused]
        due = {e.key: deliveries.next_due(db, e.key) for e in moving}
        waiting = {e.key for e in moving if deliveries.has_todo(db, e.key)}
    now = app.now()
    return [e for e in moving if e.key in waiting or ((at := due[e.key]) is not None and at <= now)]
