"""One provider at work: its queue of claims, its pace, its connections, and what its server's mood means for all."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from random import random

import structlog

from publisher.config import Delivery
from publisher.delivery import verdict
from publisher.delivery.breaker import Breaker
from publisher.delivery.outcomes import ClaimLost, OutcomeWriter
from publisher.delivery.rates import Pace
from publisher.delivery.verdict import Rules
from publisher.errors import AccessDenied, Rejected, SendError, StoreError, TryLater, Uncertain
from publisher.formatters import envelope
from publisher.model import CompiledEdition, MailConnection, MailProvider, Message, Reader, Receipt
from publisher.store.deliveries import Claim, micros
from publisher.store.ledger import Begin, End

FIRST_HOLD = 0.25
LONGEST_HOLD = 30.0
POLL = 0.1
SMALLEST = 16
LARGEST = 1000
AHEAD = 2.0  # seconds of work that a lane claims ahead
SHUN = 5.0  # after so many seconds without a server, the next provider of the list takes over
PUT_OFF = 5  # or after so many messages in a row that it put off
REST = 30.0  # and for so long it is left alone

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Work:
    """What every connection needs to make messages of one edition."""

    edition: str
    compiled: CompiledEdition
    slots_for: Callable[[Reader], Mapping[str, str]]
    message_id_for: Callable[[int], str]
    settings: Delivery
    resend: bool
    now: Callable[[], datetime]

    def build(self, claim: Claim, *, dated: bool) -> Message:
        """The reader's message; raises `Rejected` when hers cannot be made. Without `dated` its Date stays the same."""
        return envelope.message(
            self.compiled,
            reader=claim.reader,
            slots=self.slots_for(claim.reader),
            message_id=self.message_id_for(claim.reader.id),
            delivery_id=claim.id,
            key=f"{self.edition}/{claim.reader.id}",
            date=self.now() if dated else None,
        )


class Lane:
    """A provider of a run: `feed` it claims, watch its fields, `close` it in the end."""

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
        self.denied: AccessDenied | None = None
        self.unreachable: TryLater | None = None
        self.unreachable_since = 0.0
        self.tripped = ""
        self.broken: BaseException | None = None
        self.fed = 0
        self.accepted = 0
        self.settled = 0
        self.bounces: deque[tuple[int, bool, str]] = deque()
        self.recovered: deque[int] = deque()
        self.appetite = SMALLEST
        self._work = work
        self._writer = writer
        self._breaker = breaker
        self._hungry = hungry
        self._rules = Rules(
            provider=name,
            following=following,
            later=later,
            resend=work.resend or provider.idempotent,
            settings=work.settings,
        )
        rate = getattr(provider, "rate", None)
        self._pace = None if rate is None else Pace(count=rate.count, per=rate.per)
        self._most = LARGEST if rate is None else max(SMALLEST, min(LARGEST, int(rate.per_second * AHEAD)))
        self._queue: SimpleQueue[Claim] = SimpleQueue()
        self._last_fed = 0.0
        self._closing = threading.Event()
        self._mood = threading.Lock()
        self._hold = 0.0
        self._hold_until = 0.0
        self._put_off = 0
        self._rest_until = 0.0
        self._finished = [0] * provider.connections
        self._lines: list[MailConnection | None] = [None] * provider.connections
        self._threads = [
            threading.Thread(target=self._serve, args=(n,), name=f"{name}-{n}", daemon=True)
            for n in range(provider.connections)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def finished(self) -> int:
        """How many of the claims fed to it have come to an end of their attempt."""
        return sum(self._finished)

    @property
    def idle(self) -> bool:
        """Whether all that it was fed is finished."""
        return self.finished >= self.fed

    @property
    def wants(self) -> int:
        """How many claims to feed it now: none while it has enough for a while."""
        if self.denied or self._closing.is_set() or self._queue.qsize() * 2 > self.appetite:
            return 0
        return self.appetite

    def unreachable_for(self, now: float) -> float:
        """For how many seconds its server could not be reached; 0 when it can."""
        return now - self.unreachable_since if self.unreachable else 0.0

    def ails(self, now: float) -> bool:
        """Whether another provider had better take over: it refuses us, is away, or puts off message after message."""
        return bool(self.denied) or self.unreachable_for(now) > SHUN or self._put_off >= PUT_OFF

    def rests(self, now: float) -> bool:
        """Whether it is left alone now, because another provider does its work."""
        return bool(self.denied) or now < self._rest_until

    def rest(self, now: float) -> int:
        """Leave it alone for a while and begin small after it; how many claims it gives back."""
        self._rest_until = now + REST
        self.appetite = max(1, self.provider.batch)
        return self.drain()

    def feed(self, claims: Sequence[Claim]) -> None:
        """Queue them, and learn how much it eats."""
        now = time.monotonic()
        if self._last_fed and claims:
            quick = now - self._last_fed < AHEAD / 2
            wanted = (
                self.appetite * 2
                if quick
                else self.appetite
                if now - self._last_fed < 2 * AHEAD
                else self.appetite // 2
            )
            self.appetite = max(min(SMALLEST, self._most), min(wanted, self._most))
        self._last_fed = now
        self.fed += len(claims)
        for claim in claims:
            self._queue.put(claim)

    def drain(self) -> int:
        """Take back what no connection has begun; the caller releases the rows."""
        drained = 0
        while True:
            try:
                self._queue.get_nowait()
            except Empty:
                self.fed -= drained
                return drained
            drained += 1

    def halt(self) -> None:
        """Begin no further message."""
        self._closing.set()

    def close(self, deadline: float) -> None:
        """Let each connection finish its message until `deadline` (monotonic), then cut its line."""
        self.halt()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            log.warning("lines_cut", provider=self.name, edition=self._work.edition)
        for thread, line in zip(self._threads, self._lines, strict=True):
            if thread.is_alive() and line is not None:
                getattr(line, "abort", line.close)()
        for thread in self._threads:
            thread.join(5.0)

    def _serve(self, place: int) -> None:
        try:
            while not self._closing.is_set() and not self.denied:
                claims = self._take()
                if claims:
                    self._finished[place] += self._attempt(place, claims)
        except StoreError as error:
            self.broken = error
        finally:
            self._hang_up(place)
            self._hungry.set()

    def _take(self) -> list[Claim]:
        try:
            claims = [self._queue.get_nowait()]
        except Empty:
            self._writer.flush()
            self._hungry.set()
            try:
                claims = [self._queue.get(timeout=POLL)]
            except Empty:
                return []
        while len(claims) < self.provider.batch:
            try:
                claims.append(self._queue.get_nowait())
            except Empty:
                break
        if self._queue.qsize() * 2 <= self.appetite:
            self._hungry.set()
        return claims

    def _attempt(self, place: int, claims: Sequence[Claim]) -> int:
        """Send these; how many came to an end (those that go back into the queue have not)."""
        built = [(claim, made) for claim in claims if (made := self._build(claim)) is not None]
        refused = len(claims) - len(built)
        if not built:
            return refused
        if not self._may_go(len(built)) or (line := self._line(place)) is None:
            for claim, _ in built:
                self._queue.put(claim)
            return refused
        self._deliver(place, line, [claim for claim, _ in built], [made for _, made in built])
        return len(claims)

    def _build(self, claim: Claim) -> Message | None:
        try:
            return self._work.build(claim, dated=not self.provider.idempotent)
        except Rejected as error:
            self._record(claim, error, at_fault=False)
            return None

    def _may_go(self, count: int) -> bool:
        """Wait for the server's mood and the pace; False when the run ends meanwhile."""
        wait = max(0.0, self._hold_until - time.monotonic())
        if self._pace is not None:
            wait = max(wait, *(self._pace.wait(time.monotonic()) for _ in range(count)))
        if wait <= 0:
            return True
        self._writer.flush()
        return not self._closing.wait(wait)

    def _line(self, place: int) -> MailConnection | None:
        line = self._lines[place]
        if line is not None:
            return line
        self._writer.flush()
        try:
            line = self.provider.connect()
        except AccessDenied as error:
            self._deny(error)
            return None
        except TryLater as error:
            self._cannot_reach(error)
            return None
        self.unreachable = None
        self._lines[place] = line
        return line

    def _deliver(self, place: int, line: MailConnection, claims: list[Claim], messages: list[Message]) -> None:
        begun = False

        def begin() -> None:
            nonlocal begun
            now = self._work.now()
            at = micros(now) or 0
            self._writer.begin(
                [
                    Begin(message.message_id, at, claim.id, claim.attempt)
                    for claim, message in zip(claims, messages, strict=True)
                ]
            )
            begun = True

        try:
            outcomes = line.deliver(messages, begin)
        except ClaimLost:
            self._hang_up(place)
            self._give_back(claims)
            return
        except AccessDenied as error:
            self._deny(error)
            self._hang_up(place)
            self._give_back(claims)
            return
        except StoreError:
            self._hang_up(place)
            raise
        except Exception as error:  # noqa: BLE001 - a provider of somebody else's may raise anything
            log.warning("provider_failed", provider=self.name, error=type(error).__name__)
            self._hang_up(place)
            kind = f"the provider failed ({type(error).__name__})"
            outcomes = [Uncertain(kind) if begun else TryLater(kind, wide=True)] * len(messages)
        for claim, outcome in zip(claims, outcomes, strict=True):
            self._record(claim, outcome)

    def _give_back(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self._writer.end(verdict.unsent(claim, self.name, now=self._work.now()))

    def _record(self, claim: Claim, outcome: Receipt | SendError, *, at_fault: bool = True) -> None:
        end = verdict.judge(outcome, claim, rules=self._rules, now=self._work.now(), jitter=random())  # noqa: S311
        self._writer.end(end)
        accepted = isinstance(outcome, Receipt)
        with self._mood:
            self.accepted += accepted
            self.settled += end.state not in ("deferred", "todo")
            tripped = at_fault and self._breaker.saw(failed=verdict.counts_as_failure(outcome, rules=self._rules))
        if accepted:
            self._hold = 0.0
            self._put_off = 0
            if claim.soft_bounces:
                self.recovered.append(claim.reader.id)
        elif isinstance(outcome, SendError):
            self._badly(claim, outcome, end)
        if tripped and isinstance(outcome, SendError):
            self.tripped = self.tripped or f"{self._breaker.words}, the last one: {outcome.what}"
            self._hungry.set()

    def _badly(self, claim: Claim, outcome: SendError, end: End) -> None:
        log.info("not_accepted", edition=self._work.edition, delivery=claim.id, state=end.state, reason=end.error)
        dead = verdict.bounce(outcome)
        if dead is not None and end.state == "refused":
            self.bounces.append((claim.reader.id, dead, getattr(outcome, "code", "")))
        if isinstance(outcome, TryLater) and outcome.wide:
            self._slow_down(outcome.after)

    def _slow_down(self, asked: timedelta | None) -> None:
        """Hold all connections for a while, longer each time until a message is accepted again."""
        with self._mood:
            now = time.monotonic()
            self._put_off += 1
            if now < self._hold_until:
                return
            self._hold = min(max(self._hold * 2, FIRST_HOLD), LONGEST_HOLD)
            wait = max(self._hold, min(asked.total_seconds() if asked else 0.0, LONGEST_HOLD))
            self._hold_until = now + wait

    def _cannot_reach(self, error: TryLater) -> None:
        with self._mood:
            if self.unreachable is None:
                self.unreachable_since = time.monotonic()
            self.unreachable = error
        self._slow_down(error.after)
        self._hungry.set()

    def _deny(self, error: AccessDenied) -> None:
        self.denied = self.denied or error
        self._hungry.set()

    def _hang_up(self, place: int) -> None:
        line, self._lines[place] = self._lines[place], None
        if line is not None:
            line.close()
