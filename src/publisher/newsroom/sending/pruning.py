"""Keep the ledger of `[store] keep` reader by reader and older editions as numbers; once a day, or when asked."""

import math
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from publisher.newsroom.app import App
from publisher.store import settings
from publisher.store.ledger import retention

log = structlog.get_logger()

STEP = 500
"""Rows of one transaction: some milliseconds of the write lock."""
PAUSE = 0.05
"""Seconds between two transactions, in which others write."""
SHARE = 5.0
"""Seconds of one look of the scheduler."""
EVERY = timedelta(days=1)
LAST = "last pruning"


def prunable(app: App) -> Mapping[str, int]:
    """The editions that are older than what is kept, and how many rows each would let go."""
    with app.store.read() as db:
        return retention.old(db, before=app.now() - app.config.store.keep)


def prune(app: App, stop: threading.Event, *, seconds: float = math.inf) -> Mapping[str, int]:
    """Count older editions off, in small steps until `stop` is set or the time is up; the rows that each let go."""
    gone: dict[str, int] = {}
    end = time.monotonic() + seconds
    for edition in prunable(app):
        while not stop.is_set() and time.monotonic() < end:
            with app.store.write() as db:
                counted = retention.count_off(db, edition, limit=STEP)
            if not counted:
                break
            gone[edition] = gone.get(edition, 0) + counted
            stop.wait(PAUSE)
    if gone:
        log.info("pruned", editions=len(gone), rows=sum(gone.values()))
    return gone


def prune_now(app: App, stop: threading.Event) -> tuple[Mapping[str, int], int]:
    """Prune, and give the disk back what is free then: the rows that each edition let go, and the bytes."""
    gone = prune(app, stop)
    return gone, 0 if stop.is_set() else app.store.compact()


def prune_daily(app: App, now: datetime, stop: threading.Event) -> None:
    """Prune once a day, a few seconds at each look until all is done, so that no slot waits for it."""
    with app.store.read() as db:
        last = settings.get(db, LAST)
    if last is not None and abs(now - datetime.fromisoformat(last)) < EVERY:
        return
    prune(app, stop, seconds=SHARE)
    if not prunable(app):
        with app.store.write() as db:
            settings.save(db, LAST, now.isoformat(), now)
