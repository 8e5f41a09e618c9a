"""The alarm clock: wakes every 20 seconds and at each slot, and asks the newsroom what is due.

APScheduler keeps its jobs in memory and decides nothing. The slots table does, so that a suspended laptop, a clock that
jumps, a restart or a second scheduler change nothing but the moment at which a tick looks.
"""

import threading
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from publisher.errors import PublisherError
from publisher.newsroom import instance, notify
from publisher.newsroom.app import App
from publisher.newsroom.client import client
from publisher.newsroom.posts import offers
from publisher.newsroom.posts import queue as posting
from publisher.newsroom.sending import pruning, slots
from publisher.newsroom.sending.claims import is_due, next_wake, notice_schedules
from publisher.newsroom.sending.clockwatch import ClockWatch
from publisher.newsroom.sending.slots import SlotResult
from publisher.newsroom.sources.fetching import fetch_due

log = structlog.get_logger()

TICK = timedelta(seconds=20)
WAKE = "wake"


def tick(app: App, now: datetime, *, stop: threading.Event) -> tuple[SlotResult, ...]:
    """Fetch what is due, all of it where a slot has come, and run the due slots; a restored copy does nothing."""
    if not instance.is_home(app):
        notify.mail_waiting(app)
        return ()
    notice_schedules(app, now)
    failures = fetch_due(app, now, everything=is_due(app, now), stop=stop)
    results = slots.run_due(app, now, notes=failures, stop=stop)
    if app.config.social and not stop.is_set():
        offers.offer_corrections(app)
        offers.propose(app)
        posting.queue_posts(app)
        posting.run_posts(app, http=client(app.config), stop=stop)
    notify.mail_waiting(app)
    return results


def look(app: App, now: datetime, watch: ClockWatch, *, stop: threading.Event) -> tuple[SlotResult, ...]:
    """A tick, where the clock may be believed; else the editor is told and nothing is done."""
    if instance.is_home(app) and not watch.believes(now):
        notify.mail_waiting(app)
        return ()
    results = tick(app, now, stop=stop)
    if instance.is_home(app) and not stop.is_set():
        pruning.prune_daily(app, now, stop)
    return results


def run(app: App, stop: threading.Event) -> None:
    """Tick until `stop` is set; what is in flight then ends first."""
    # One worker: a tick that takes long is not joined by the next one.
    clock = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    # Without grace times and coalescing APScheduler drops a run that is a second late, or runs it many times over.
    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}

    watch = ClockWatch(app)

    def work() -> None:
        if stop.is_set():
            return
        try:
            look(app, app.now(), watch, stop=stop)
        except PublisherError as error:
            log.error("tick-failed", why=str(error))  # noqa: TRY400 - one line; the next tick tries again
        wake = next_wake(app, app.now())
        if wake is not None and not stop.is_set():
            clock.add_job(work, DateTrigger(wake), id=WAKE, replace_existing=True, **options)

    clock.add_job(work, IntervalTrigger(seconds=int(TICK.total_seconds())), next_run_time=app.now(), **options)
    clock.start()
    log.info("running", newsletters=len(app.config.newsletters), sources=len(app.config.sources))
    try:
        stop.wait()
    finally:
        clock.shutdown(wait=True)
        log.info("stopped")
