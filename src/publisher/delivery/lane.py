"""One provider at work: its queue of claims, its server's health, its way of merging, and what its outcomes come to.

`threads.py` and `loop.py` drive the connections; whichever it is, several threads use a lane at once.
"""

import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from random import random

import structlog

from publisher.delivery import verdict
from publisher.delivery.breaker import Breaker
from publisher.delivery.claims import ClaimQueue, portions
from publisher.delivery.health import Health
from publisher.delivery.merged import MergedEdition
from publisher.delivery.mood import Mood
from publisher.delivery.outcomes import OutcomeWriter
from publisher.delivery.rates import Pace
from publisher.delivery.request import DeliveryRequest
from publisher.delivery.verdict import Rules
from publisher.errors import AccessDenied, Rejected, SendError, TryLater
from publisher.model import Filling, MailConnection, MailProvider, Merger, Message, Receipt
from publisher.store.ledger.connection import Begin, End
from publisher.store.ledger.deliveries import Claim, micros
from publisher.store.ledger.quotas import Left, Quota

log = structlog.get_logger()


class Lane:
    """A provider of a run, named by its `rules`."""

    def __init__(
        self,
        provider: MailProvider,
        *,
        rules: Rules,
        request: DeliveryRequest,
        writer: OutcomeWriter,
        breaker: Breaker,
        hungry: threading.Event,
    ) -> None:
        self.name = name = rules.provider
        self.provider = provider
        self.writer = writer
        self.hungry = hungry
        self.closing = threading.Event()
        self.broken: BaseException | None = None
        self.tripped = ""
        self.settled = 0
        self.mood = Mood()
        self.bounces: deque[tuple[int, bool, str]] = deque()
        self.recovered: deque[int] = deque()
        self._request = request
        self._breaker = breaker
        self._rules = rules
        self._lock = threading.Lock()
        daily, warm_up = getattr(provider, "daily_quota", None), getattr(provider, "warm_up", None)
        self.quota = None if daily is None and warm_up is None else Quota(daily=daily, warm_up=warm_up)
        self.spent: Left | None = None
        rate = getattr(provider, "rate", None)
        self.pace = None if rate is None else Pace(count=rate.count, per=rate.per)
        self.merging = merging = MergedEdition(name, provider, request)
        least, most = portions(batch=merging.batch, lines=merging.lines, rate=rate.per_second if rate else None)
        self.queue = ClaimQueue(hungry, least=least, most=most)
        several = getattr(provider, "stepped", False) and provider.connections > 1
        self.health = Health(hungry, spare=int(several))

    @property
    def wants(self) -> int:
        """How many claims to feed it now: none while it has enough for a while, or gets nothing more."""
        return 0 if self.health.denied or self.closing.is_set() else self.queue.wants

    def rest(self, now: float) -> None:
        """Leave it alone for a while and begin small after it."""
        self.health.rest(now)
        self.queue.appetite = max(1, self.merging.batch)

    def is_spent(self, now: datetime) -> bool:
        """Whether its quota is used up at this time."""
        if self.spent is not None and now >= self.spent.more_at:
            self.spent = None
        return self.spent is not None

    def build(self, claim: Claim) -> Message | None:
        """The claim's message; None when it cannot be made, which is then recorded."""
        try:
            return self._request.build(claim, dated=not self.provider.idempotent)
        except Rejected as error:
            self.record(claim, error, at_fault=False)
            return None

    def fill(self, claim: Claim, merger: Merger) -> Filling | None:
        """`build` for a service that fills in by itself; None also when the reader is set apart, to be built for."""
        try:
            filling = self._request.fill(claim, dated=not self.provider.idempotent)
        except Rejected as error:
            self.record(claim, error, at_fault=False)
            return None
        if merger.fits(filling):
            return filling
        self.queue.put_back(claim, apart=True)
        self.merging.set_one_apart()
        return None

    def delay(self, count: int, now: float) -> float:
        """Seconds until `count` messages may begin, whose place in the pace is then theirs."""
        wait = self.health.held(now)
        return wait if self.pace is None else max(wait, *(self.pace.wait(now) for _ in range(count)))

    def crowded(self, now: float, count: int = 1) -> bool:
        """Whether the rate does not allow so many further messages at this moment."""
        return self.pace is not None and self.pace.crowded(now, count)

    def connect(self) -> MailConnection | None:
        """A new line; None when there is none to be had, which its health then tells."""
        try:
            line = self.merging.connect()
        except AccessDenied as error:
            self.health.deny(error)
            return None
        except TryLater as error:
            self.health.cannot_reach(error)
            return None
        self.health.reached()
        return line

    def begins(self, claims: Sequence[Claim], messages: Sequence[Message | Filling]) -> list[Begin]:
        """The intents to send these, as of now."""
        at = micros(self._request.now()) or 0
        pairs = zip(claims, messages, strict=True)
        return [Begin(message.message_id, at, claim.id, claim.attempt) for claim, message in pairs]

    def give_back(self, claim: Claim) -> None:
        """Record that it was surely not sent: anybody may send it."""
        self.writer.end(verdict.unsent(claim, self.name, now=self._request.now()))
        self.queue.finish()

    def record(self, claim: Claim, outcome: Receipt | SendError, *, at_fault: bool = True) -> None:
        """Record how an attempt ended, and learn from it; `at_fault` says that the breaker is to hear of it."""
        outcome = self.mood.heard(claim.reader.id, outcome)
        end = verdict.judge(outcome, claim, rules=self._rules, now=self._request.now(), jitter=random())  # noqa: S311
        self.writer.end(end)
        failed = verdict.counts_as_failure(outcome, rules=self._rules)
        with self._lock:
            self.settled += end.state not in ("deferred", "todo")
            tripped = at_fault and self._breaker.saw(failed=failed)
        self.queue.finish()
        self.health.heard(outcome, at_fault=at_fault)
        if not isinstance(outcome, Receipt):
            self._note_failure(claim, outcome, end)
            if self.mood.refused:
                self.health.deny(AccessDenied(outcome.what, where=outcome.where))
            if tripped:
                self.tripped = self.tripped or f"{self._breaker.words}, the last one: {outcome.what}"
                self.hungry.set()
        elif claim.soft_bounces:
            self.recovered.append(claim.reader.id)

    def _note_failure(self, claim: Claim, outcome: SendError, end: End) -> None:
        log.info("not_accepted", edition=self._request.edition, delivery=claim.id, state=end.state, reason=end.error)
        dead = verdict.bounce(outcome)
        if dead is not None and end.state == "refused":
            self.bounces.append((claim.reader.id, dead, getattr(outcome, "code", "")))
