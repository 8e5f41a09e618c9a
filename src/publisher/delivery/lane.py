"""One provider at work: its queue of claims, its pace, and what its server's mood means for all of its connections.

`threads.py` and `loop.py` drive the connections; whichever it is, several threads use a lane at once.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from random import random

import structlog

from publisher.delivery import verdict
from publisher.delivery.breaker import Breaker
from publisher.delivery.outcomes import OutcomeWriter
from publisher.delivery.rates import Pace
from publisher.delivery.verdict import Rules
from publisher.delivery.work import Work
from publisher.errors import AccessDenied, CannotMerge, Rejected, SendError, TryLater
from publisher.model import Filling, MailConnection, MailProvider, Merger, MergingProvider, Message, Receipt
from publisher.store.ledger.connection import Begin, End
from publisher.store.ledger.deliveries import Claim, micros
from publisher.store.ledger.quotas import Left, Quota

FIRST_HOLD = 0.25
LONGEST_HOLD = 30.0
SMALLEST = 16
LARGEST = 500
MERGING = 2  # connections that merge: what a kill leaves uncertain is their calls
AHEAD = 2.0  # seconds of work that a lane claims ahead
SHUN = 5.0  # after so many seconds without a server, the next provider of the list takes over
PUT_OFF = 5  # or after so many messages in a row that it put off
REST = 30.0  # and for so long it is left alone

log = structlog.get_logger()


class Lane:
    """A provider of a run."""

    def __init__(
        self,
        name: str,
        provider: MailProvider,
        *,
        work: Work,
        writer: OutcomeWriter,
        breaker: Breaker,
        hungry: threading.Event,
        following: str,
        later: bool,
    ) -> None:
        self.name = name
        self.provider = provider
        self.writer = writer
        self.hungry = hungry
        self.closing = threading.Event()
        self.denied: AccessDenied | None = None
        self.unreachable: TryLater | None = None
        self.unreachable_since = 0.0
        self._trouble: TryLater | None = None
        self._trouble_since = 0.0
        self.tripped = ""
        self.broken: BaseException | None = None
        self.fed = self.finished = self.accepted = self.settled = 0
        self.bounces: deque[tuple[int, bool, str]] = deque()
        self.recovered: deque[int] = deque()
        self._work = work
        self._breaker = breaker
        self._rules = Rules(
            provider=name,
            following=following,
            later=later,
            resend=work.resend or provider.idempotent,
            settings=work.settings,
        )
        rate = getattr(provider, "rate", None)
        daily, warm_up = getattr(provider, "daily_quota", None), getattr(provider, "warm_up", None)
        self.quota = None if daily is None and warm_up is None else Quota(daily=daily, warm_up=warm_up)
        self.spent: Left | None = None
        self.pace = None if rate is None else Pace(count=rate.count, per=rate.per)
        self._apart: SimpleQueue[Claim] = SimpleQueue()
        self.set_apart = 0
        self.merger = self._merger()
        self.whole, self.batch = provider.batch, self.merger.batch if self.merger else provider.batch
        if rate is not None:  # a call may carry no more than a whole window of it
            self.whole, self.batch = min(self.whole, rate.count), min(self.batch, rate.count)
        most = max(LARGEST, 2 * self.batch * (MERGING if self.merger else provider.connections))
        self._most = most if rate is None else max(SMALLEST, min(most, int(rate.per_second * AHEAD)))
        self._least = min(max(SMALLEST, self.batch), self._most)
        self.appetite = self._least
        self._queue: SimpleQueue[Claim] = SimpleQueue()
        self._last_fed = 0.0
        self._mood = threading.Lock()
        self._hold = self._hold_until = self._rest_until = 0.0
        self._put_off = 0
        self._spare = int(getattr(provider, "stepped", False) and provider.connections > 1)

    @property
    def idle(self) -> bool:
        """Whether all that it was fed is finished."""
        return self.finished >= self.fed

    @property
    def wants(self) -> int:
        """How many claims to feed it now: none while it has enough for a while."""
        if self.denied or self.closing.is_set() or self.waiting * 2 > self.appetite:
            return 0
        return self.appetite

    @property
    def waiting(self) -> int:
        """How many claims no connection has taken yet."""
        return self._queue.qsize() + self._apart.qsize()

    @property
    def waiting_apart(self) -> int:
        """How many of them are set apart for finished messages."""
        return self._apart.qsize()

    def unreachable_for(self, now: float) -> float:
        """For how many seconds its server could not be reached, or took nothing from anybody; 0 when it does."""
        away = now - self.unreachable_since if self.unreachable else 0.0
        return max(away, now - self._trouble_since if self._trouble else 0.0)

    @property
    def why_unreachable(self) -> TryLater | None:
        """What kept it from being used, if it was used last without any success."""
        return self.unreachable or (None if self.accepted else self._trouble)

    def ails(self, now: float) -> bool:
        """Whether another provider had better take over: it refuses us, is away, or puts off message after message."""
        return bool(self.denied) or self.unreachable_for(now) > SHUN or self._put_off >= PUT_OFF

    def rests(self, now: float) -> bool:
        """Whether it is left alone now, because another provider does its work."""
        return bool(self.denied) or now < self._rest_until

    def rest(self, now: float) -> None:
        """Leave it alone for a while and begin small after it."""
        self._rest_until = now + REST
        self.appetite = max(1, self.batch)

    def is_spent(self, now: datetime) -> bool:
        """Whether its quota is used up at this time."""
        if self.spent is not None and now >= self.spent.more_at:
            self.spent = None
        return self.spent is not None

    def feed(self, claims: Sequence[Claim]) -> None:
        """Queue them, and learn how much it eats."""
        now = time.monotonic()
        if self._last_fed and claims:
            since = now - self._last_fed
            wanted = self.appetite * 2 if since < AHEAD / 2 else self.appetite
            wanted = wanted if since < 2 * AHEAD else self.appetite // 2
            self.appetite = max(self._least, min(wanted, self._most))
        self._last_fed = now
        self.fed += len(claims)
        for claim in claims:
            self._queue.put(claim)

    def drain(self) -> int:
        """Take back what no connection has begun; the caller releases the rows."""
        drained = 0
        while self.take() is not None or self.take_apart() is not None:
            drained += 1
        self.fed -= drained
        return drained

    def take(self, seconds: float = 0.0) -> Claim | None:
        """The next claim; None when there is none within `seconds`."""
        try:
            claim = self._queue.get_nowait() if seconds <= 0 else self._queue.get(timeout=seconds)
        except Empty:
            self.hungry.set()
            return None
        if self._queue.qsize() * 2 <= self.appetite and not self.hungry.is_set():
            self.hungry.set()
        return claim

    def take_apart(self) -> Claim | None:
        """The next claim whose reader gets a finished message although the others are merged; None without one."""
        try:
            return self._apart.get_nowait()
        except Empty:
            return None

    def put_back(self, claim: Claim, *, apart: bool = False) -> None:
        """Queue a claim again that was not begun."""
        (self._apart if apart else self._queue).put(claim)

    def build(self, claim: Claim) -> Message | None:
        """The claim's message; None when it cannot be made, which is then recorded."""
        try:
            return self._work.build(claim, dated=not self.provider.idempotent)
        except Rejected as error:
            self.record(claim, error, at_fault=False)
            return None

    def fill(self, claim: Claim, merger: Merger) -> Filling | None:
        """`build` for a service that fills in by itself; None also when the reader is set apart, to be built for."""
        try:
            filling = self._work.fill(claim, dated=not self.provider.idempotent)
        except Rejected as error:
            self.record(claim, error, at_fault=False)
            return None
        if merger.fits(filling):
            return filling
        self._apart.put(claim)
        with self._mood:
            self.set_apart += 1
        return None

    def stop_merging(self, error: CannotMerge) -> None:
        """Send finished messages from now on."""
        if self.merger is not None:
            log.warning("finished_messages", edition=self._work.edition, provider=self.name, reason=error.what)
        self.merger = None
        self.batch = self.whole

    def _merger(self) -> Merger | None:
        """The edition as the provider's service fills it in, if both are able to; a log line says which it is."""
        if not isinstance(self.provider, MergingProvider):
            return None
        try:
            merger = self.provider.merger(self._work.composer.blank())
        except (CannotMerge, Rejected) as error:
            log.info("finished_messages", edition=self._work.edition, provider=self.name, reason=error.what)
            return None
        log.info("merged", edition=self._work.edition, provider=self.name, readers_a_call=merger.batch)
        return merger

    def delay(self, count: int, now: float) -> float:
        """Seconds until `count` messages may begin, whose place in the pace is then theirs."""
        wait = max(0.0, self._hold_until - now)
        return wait if self.pace is None else max(wait, *(self.pace.wait(now) for _ in range(count)))

    def crowded(self, now: float, count: int = 1) -> bool:
        """Whether the rate does not allow so many further messages at this moment."""
        return self.pace is not None and self.pace.crowded(now, count)

    def held(self, now: float) -> float:
        """Seconds for which the server's mood holds everything up."""
        return max(0.0, self._hold_until - now)

    def connect(self) -> MailConnection | None:
        """A new line; None when there is none to be had, which the lane then knows."""
        try:
            line = self.merger.connect() if self.merger else self.provider.connect()
        except AccessDenied as error:
            self.deny(error)
            return None
        except TryLater as error:
            self.cannot_reach(error)
            return None
        self.unreachable = None
        return line

    def begins(self, claims: Sequence[Claim], messages: Sequence[Message | Filling]) -> list[Begin]:
        """The intents to send these, as of now."""
        at = micros(self._work.now()) or 0
        pairs = zip(claims, messages, strict=True)
        return [Begin(message.message_id, at, claim.id, claim.attempt) for claim, message in pairs]

    def give_back(self, claim: Claim) -> None:
        """Record that it was surely not sent: anybody may send it."""
        self.writer.end(verdict.unsent(claim, self.name, now=self._work.now()))
        with self._mood:
            self.finished += 1

    def record(self, claim: Claim, outcome: Receipt | SendError, *, at_fault: bool = True) -> None:
        """Record how an attempt ended, and learn from it; `at_fault` says that the breaker is to hear of it."""
        end = verdict.judge(outcome, claim, rules=self._rules, now=self._work.now(), jitter=random())  # noqa: S311
        self.writer.end(end)
        accepted = isinstance(outcome, Receipt)
        with self._mood:
            self.finished += 1
            self.accepted += accepted
            self.settled += end.state not in ("deferred", "todo")
            tripped = at_fault and self._breaker.saw(
                failed=not accepted and verdict.counts_as_failure(outcome, rules=self._rules)
            )
        self._notice_trouble(outcome)
        if accepted:
            self._hold = 0.0
            self._put_off = 0
            if claim.soft_bounces:
                self.recovered.append(claim.reader.id)
        elif isinstance(outcome, SendError):
            self._badly(claim, outcome, end, at_fault=at_fault)
        if tripped and isinstance(outcome, SendError):
            self.tripped = self.tripped or f"{self._breaker.words}, the last one: {outcome.what}"
            self.hungry.set()

    def _notice_trouble(self, outcome: Receipt | SendError) -> None:
        """A server that fails message after message, whoever it is for, is as good as away."""
        if not (isinstance(outcome, TryLater) and outcome.wide):
            self._trouble = None
        elif self._trouble is None:
            self._trouble, self._trouble_since = outcome, time.monotonic()

    def cannot_reach(self, error: TryLater) -> None:
        """Note that the server is away, and try less often."""
        with self._mood:
            if self.unreachable is None:
                self.unreachable_since = time.monotonic()
            self.unreachable = error
        self._slow_down(error.after)
        self.hungry.set()

    def deny(self, error: AccessDenied) -> None:
        """Note that the provider refuses us: it gets nothing more."""
        self.denied = self.denied or error
        self.hungry.set()

    def _badly(self, claim: Claim, outcome: SendError, end: End, *, at_fault: bool) -> None:
        log.info("not_accepted", edition=self._work.edition, delivery=claim.id, state=end.state, reason=end.error)
        dead = verdict.bounce(outcome)
        if dead is not None and end.state == "refused":
            self.bounces.append((claim.reader.id, dead, getattr(outcome, "code", "")))
        if at_fault and isinstance(outcome, TryLater) and outcome.wide:
            self._slow_down(outcome.after)

    def _slow_down(self, asked: timedelta | None) -> None:
        """Hold all connections for a while, longer each time until a message is accepted again.

        Of several lines one that breaks, or that the server has no room for, says nothing of the others yet.
        """
        with self._mood:
            now = time.monotonic()
            self._put_off += 1
            if now < self._hold_until or self._put_off <= self._spare:
                return
            self._hold = min(max(self._hold * 2, FIRST_HOLD), LONGEST_HOLD)
            wait = max(self._hold, min(asked.total_seconds() if asked else 0.0, LONGEST_HOLD))
            self._hold_until = now + wait
