"""Claim, send, record: one edition through its providers, from the ledger's first open row to its last.

The main thread claims ahead and watches over the run; each connection has a thread that builds, sends and hands its
outcomes to the one writer. Whoever is killed at whatever moment leaves rows that the next run settles.
"""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

import structlog

from publisher.delivery.breaker import Breaker
from publisher.delivery.lane import Lane
from publisher.delivery.living import dead, living
from publisher.delivery.loop import Loop
from publisher.delivery.outcomes import OutcomeWriter
from publisher.delivery.request import DeliveryRequest
from publisher.delivery.threads import ThreadedLines
from publisher.delivery.verdict import Rules
from publisher.errors import StoreError
from publisher.model import Counts, Progress
from publisher.store.engine import Store
from publisher.store.ledger import deliveries, leftovers, quotas
from publisher.store.ledger.connection import open_ledger
from publisher.store.ledger.deliveries import Claimed
from publisher.store.ledger.law import Sender
from publisher.store.people import bounces

TICK = 0.1
WATCH = 0.5
REACH = 15.0  # seconds that an unreachable server is tried before anything was accepted
STORE_PATIENCE = 30.0

log = structlog.get_logger()


def deliver(
    store: Store, request: DeliveryRequest, *, progress: Progress | None = None, stop: threading.Event | None = None
) -> Counts:
    """Send what the edition's ledger holds open and give the counts in the end; a second call sends nothing twice.

    It takes up what a dead sender left, waits for deferred readers whose time comes within the request's patience, and
    returns with the others deferred. `stop` lets messages on their way finish, within its grace. Raises
    `AccessDenied` when no provider lets us in, `TryLater` when none can be reached, `StoreError` when the ledger is
    gone; in each case nothing is lost and the next call goes on.
    """
    with living(store, request.settings.lease) as sender, _few_collections():
        return _Run(store, request, sender=sender, progress=progress, stop=stop or threading.Event()).finish()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Messages make no cycles: looking for them takes a tenth of a send's time, most of it over imported modules."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


class _Run:
    """One call of `deliver`."""

    def __init__(
        self,
        store: Store,
        request: DeliveryRequest,
        *,
        sender: Sender,
        progress: Progress | None,
        stop: threading.Event,
    ) -> None:
        self._store = store
        self._request = request
        self._edition = request.edition
        self._providers = request.providers
        self._sender = sender
        self._progress = progress
        self._stop = stop
        # A claim and the writer of one process take turns here rather than in SQLite, which would sleep.
        self._guard: AbstractContextManager[object] = threading.Lock() if store.dialect == "sqlite" else nullcontext()
        self._hungry = threading.Event()
        self._lanes: list[Lane] = []
        self._crews: list[Loop | ThreadedLines] = []
        self._ended = self._intended = self._suppressed = 0
        self._due: datetime | None = None
        self._fresh = True
        self._watch_at = self._beat_at = 0.0
        self._store_failed = 0.0

    def finish(self) -> Counts:
        """Run to the end, whatever that is."""
        with self._store.write(durable=True) as db:
            names = [name for name, _ in self._providers]
            deliveries.rehome(db, self._edition, providers=names, now=self._request.now())
        self._settle()
        self._begin_counting()
        writer = OutcomeWriter(lambda: open_ledger(self._store), guard=self._guard)
        try:
            self._open_lanes(writer)
            while self._goes_on(writer):
                self._hungry.wait(TICK)
                self._hungry.clear()
        finally:
            self._wind_up(writer)
        return self._result()

    def _open_lanes(self, writer: OutcomeWriter) -> None:
        breaker = Breaker()
        for place, (name, provider) in enumerate(self._providers):
            rules = Rules(
                provider=name,
                following=self._providers[(place + 1) % len(self._providers)][0] if len(self._providers) > 1 else "",
                later=place + 1 < len(self._providers),
                resend=self._request.resend or provider.idempotent,
                settings=self._request.settings,
            )
            lane = Lane(
                provider, rules=rules, request=self._request, writer=writer, breaker=breaker, hungry=self._hungry
            )
            self._lanes.append(lane)
            self._crews.append(Loop(lane) if getattr(provider, "stepped", False) else ThreadedLines(lane))

    def _goes_on(self, writer: OutcomeWriter) -> bool:
        """One turn of the main loop; False when the run is over."""
        if self._stop.is_set() or writer.failed or any(lane.broken for lane in self._lanes):
            return False
        try:
            now = time.monotonic()
            if now >= self._watch_at:
                self._watch_at = now + WATCH
                if self._look():
                    return False
            if now >= self._beat_at:
                self._beat_at = now + self._sender.lease.total_seconds() / 4
                self._beat()
            if self._tripped() or not self._reachable(now):
                return False
            fed = self._feed(now)
            self._store_failed = 0.0
        except StoreError as error:
            return self._store_may_return(error)
        if fed or not all(lane.queue.idle for lane in self._lanes):
            return True
        writer.begin(())
        return self._waits()

    def _look(self) -> bool:
        """Read the edition's state and what is due; True when it may not be sent any longer."""
        with self._store.read() as db:
            why = deliveries.stopped(db, self._edition)
            self._due = deliveries.next_due(db, self._edition)
        self._fresh = True
        self._note_bounces()
        self._tell()
        if why:
            log.info("edition_stopped", edition=self._edition, state=why)
        return bool(why)

    def _beat(self) -> None:
        """Show that this sender lives, and take up what others left."""
        with self._guard, self._store.write(concurrent=True) as db:
            deliveries.extend(db, self._edition, sender=self._sender, now=self._request.now())
        self._settle()

    def _settle(self) -> None:
        with self._store.read() as db:
            owners = leftovers.owners(db, deliveries.of(self._edition), besides=self._sender)
        if not owners:
            return
        gone = dead(self._store, owners, self._sender)
        idempotent = [name for name, provider in self._providers if provider.idempotent]
        with self._guard, self._store.write(durable=True) as db:
            rows, again = deliveries.of(self._edition), deliveries.repeatable(self._request.resend, idempotent)
            found = leftovers.settle(db, rows, sender=self._sender, dead=gone, again=again, now=self._request.now())
        if found.total:
            log.info("leftovers", edition=self._edition, back=found.back, again=found.again, uncertain=found.uncertain)

    def _tripped(self) -> bool:
        why = next((lane.tripped for lane in self._lanes if lane.tripped), "")
        if not why:
            return False
        with self._guard, self._store.write(durable=True) as db:
            deliveries.pause(db, self._edition, reason=why, now=self._request.now())
        log.warning("edition_paused", edition=self._edition, reason=why)
        return True

    def _reachable(self, now: float) -> bool:
        """Whether some provider may still be had; one that ails hands its readers on to another."""
        for lane in self._lanes:
            ails = lane.health.ails(now) and not lane.health.rests(now)
            if ails and any(other is not lane and not other.health.ails(now) for other in self._lanes):
                lane.rest(now)
            if lane.health.rests(now) and lane.queue.drain():
                with self._guard, self._store.write(durable=True, concurrent=True) as db:
                    deliveries.release(
                        db, self._edition, sender=self._sender, provider=lane.name, now=self._request.now()
                    )
                self._fresh = True
        patience = self._request.patience.total_seconds()
        limit = max(REACH, patience) if any(lane.health.accepted for lane in self._lanes) else REACH
        lasts = min(limit, patience)
        return any(not lane.health.denied and lane.health.unreachable_for(now) <= lasts for lane in self._lanes)

    def _feed(self, now: float) -> int:
        fed = 0
        for place, lane in enumerate(self._lanes):
            if not lane.wants or lane.health.rests(now) or lane.is_spent(self._request.now()):
                continue
            if self._due is not None and self._due <= self._request.now():
                fed += self._claim(lane, due=True)
            leads = all(before.health.rests(now) or before.spent for before in self._lanes[:place])
            if self._fresh and leads and lane.wants:
                found = self._claim(lane, due=False)
                self._fresh = self._fresh and bool(found)
                fed += found
        return fed

    def _claim(self, lane: Lane, *, due: bool) -> int:
        now, limit = self._request.now(), lane.wants
        # What a quota leaves is counted and taken in one transaction, beside which no other claim runs.
        with self._guard, self._store.write(durable=True, concurrent=lane.quota is None) as db:
            if lane.quota is not None:
                left = quotas.left(db, lane.name, lane.quota, now=now)
                lane.spent = None if left.count else left
                limit = min(limit, left.count)
            claimed: Claimed = Claimed()
            if limit:
                claimed = deliveries.claim(
                    db, self._edition, provider=lane.name, sender=self._sender, now=now, limit=limit, due=due
                )
        self._suppressed += claimed.suppressed
        lane.queue.feed(claimed.claims)
        return len(claimed.claims) + claimed.suppressed

    def _waits(self) -> bool:
        """With nothing under way: whether somebody's time comes soon, or a row came back."""
        with self._store.read() as db:
            self._due = deliveries.next_due(db, self._edition)
            waiting = deliveries.has_todo(db, self._edition)
        self._fresh = waiting
        now, patience = self._request.now(), self._request.patience
        if (until := self._spent_until(now)) is not None:
            return until - now <= patience and (waiting or self._due is not None)
        return waiting or (self._due is not None and self._due - now <= patience)

    def _spent_until(self, now: datetime) -> datetime | None:
        """When the first quota is free again, where every provider that lets us in has used its own up."""
        able = [lane for lane in self._lanes if not lane.health.denied]
        if not able or not all(lane.is_spent(now) for lane in able):
            return None
        return min(lane.spent.more_at for lane in able if lane.spent)

    def _store_may_return(self, error: StoreError) -> bool:
        now = time.monotonic()
        if not self._store_failed:
            log.warning("store_waits", reason=error.what)
        self._store_failed = self._store_failed or now
        if now - self._store_failed > STORE_PATIENCE:
            raise error
        self._stop.wait(WATCH)
        return True

    def _note_bounces(self) -> None:
        for lane in self._lanes:
            if not lane.bounces and not lane.recovered:
                continue
            with self._guard, self._store.write() as db:
                while lane.bounces:
                    reader, dead, code = lane.bounces.popleft()
                    bounces.count(db, reader, dead=dead, code=code, edition=self._edition, now=self._request.now())
                while lane.recovered:
                    bounces.forget(db, lane.recovered.popleft())

    def _begin_counting(self) -> None:
        with self._store.read() as db:
            counts = deliveries.counts(db, self._edition)
        self._intended = counts.intended
        self._ended = counts.intended - counts.todo - counts.deferred

    def _tell(self) -> None:
        if self._progress is not None:
            done = self._ended + self._suppressed + sum(lane.settled for lane in self._lanes)
            self._progress("sending", min(done, self._intended), self._intended)

    def _wind_up(self, writer: OutcomeWriter) -> None:
        """Finish what is on its way, write it down, and give back the rest."""
        deadline = time.monotonic() + self._request.grace
        for lane in self._lanes:
            lane.closing.set()
        for crew in self._crews:
            crew.close(deadline)
        try:
            writer.close()
        finally:
            self._note_bounces()
            with self._guard, self._store.write(durable=True, concurrent=True) as db:
                deliveries.release(db, self._edition, sender=self._sender, now=self._request.now())

    def _refused(self, counts: Counts) -> bool:
        """Pause the edition where the servers refuse us, and not its readers; True when it is paused."""
        last = next((lane.mood.last for lane in self._lanes if lane.mood.last), None)
        if last is None:
            return False
        nobody_left = all(lane.health.denied or lane.health.why_unreachable for lane in self._lanes)
        paused = not counts.accepted or (nobody_left and any(lane.mood.refused for lane in self._lanes))
        with self._store.write(durable=True) as db:
            if paused:
                deliveries.refuse_us(db, self._edition, reason=last.what, now=self._request.now())
                log.warning("edition_paused", edition=self._edition, reason=last.what)
            else:
                deliveries.remark(db, self._edition, last.what)
        return paused

    def _result(self) -> Counts:
        """The counts; or the error that kept every provider from being used, while readers wait."""
        with self._store.read() as db:
            counts = deliveries.counts(db, self._edition)
        self._tell()
        until = self._spent_until(self._request.now())
        if until is not None and (counts.todo or counts.deferred):
            with self._store.write() as db:
                deliveries.remark(
                    db, self._edition, f"the day's quota is used up, more from {until:%Y-%m-%d %H:%M} UTC"
                )
        broken = next((lane.broken for lane in self._lanes if lane.broken), None)
        if broken is not None:
            raise broken
        if (counts.todo or counts.deferred) and not self._refused(counts):
            healths = [lane.health for lane in self._lanes]
            denied = [health.denied for health in healths if health.denied]
            unreachable = [why for health in healths if (why := health.why_unreachable) and not health.denied]
            if len(denied) + len(unreachable) == len(self._lanes) and not self._stop.is_set():
                raise (denied or unreachable)[0]
        return counts
