"""A thread per connection: for providers whose connections wait by themselves, such as those behind an HTTP API."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from publisher.delivery.lane import Lane
from publisher.delivery.merged import MERGING
from publisher.delivery.outcomes import ClaimLost
from publisher.errors import AccessDenied, CannotMerge, SendError, StoreError, TryLater, Uncertain
from publisher.model import Filling, MailConnection, MergingConnection, Message, Receipt
from publisher.store.ledger.deliveries import Claim

POLL = 0.1
CROWDED = 0.02

Letter = Message | Filling

log = structlog.get_logger()


class ThreadedLines:
    """Drives a lane's connections until it is closed."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        count = lane.provider.connections
        self._lines: list[MailConnection | None] = [None] * count
        self._threads = [
            threading.Thread(target=self._serve, args=(place,), name=f"{lane.name}-{place}", daemon=True)
            for place in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def close(self, deadline: float) -> None:
        """Let each connection finish its call until `deadline` (monotonic), then cut its line."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for thread, line in zip(self._threads, self._lines, strict=True):
            if thread.is_alive() and line is not None:
                log.warning("line_cut", provider=self._lane.name)
                getattr(line, "abort", line.close)()
        for thread in self._threads:
            thread.join(5.0)
        if self._lane.merging.set_apart:
            log.info("set_apart", provider=self._lane.name, finished_messages=self._lane.merging.set_apart)

    def _serve(self, place: int) -> None:
        lane = self._lane
        try:
            while not lane.closing.is_set() and not lane.health.denied:
                if claims := self._take(place):
                    self._attempt(place, claims)
                elif claims := self._take_apart():
                    self._attempt(place, claims, apart=True)
        except StoreError as error:
            lane.broken = error
        finally:
            self._hang_up(place)
            lane.hungry.set()

    def _take(self, place: int) -> list[Claim]:
        lane = self._lane
        if place >= lane.mood.room:
            lane.closing.wait(POLL)
            return []
        if lane.merging.merger is not None and place >= MERGING:
            if not lane.queue.waiting_apart:
                lane.closing.wait(POLL)
            return []
        first = lane.queue.take()
        if first is None:
            lane.writer.flush()
            first = lane.queue.take(0.0 if lane.queue.waiting_apart else POLL)
        claims = [] if first is None else [first]
        while claims and len(claims) < lane.merging.batch and (claim := lane.queue.take()) is not None:
            claims.append(claim)
        return claims

    def _take_apart(self) -> list[Claim]:
        claims: list[Claim] = []
        while len(claims) < self._lane.merging.whole and (claim := self._lane.queue.take_apart()) is not None:
            claims.append(claim)
        return claims

    def _attempt(self, place: int, claims: Sequence[Claim], *, apart: bool = False) -> None:
        lane = self._lane
        merger = None if apart else lane.merging.merger
        built: list[tuple[Claim, Letter]] = []
        for claim in claims:
            made = lane.build(claim) if merger is None else lane.fill(claim, merger)
            if made is not None:
                built.append((claim, made))
        if not built:
            return
        if not self._may_go(len(built)) or (line := self._line(place)) is None:
            for claim, _ in built:
                lane.queue.put_back(claim, apart=apart)
            return
        pace = self._lane.pace
        if pace is not None:
            pace.begin(len(built))
        try:
            self._deliver(place, line, [claim for claim, _ in built], [made for _, made in built])
        finally:
            if pace is not None:
                pace.end(time.monotonic(), len(built))

    def _may_go(self, count: int) -> bool:
        """Wait for the server's mood and the pace; False when the run ends meanwhile."""
        wait = self._lane.delay(count, time.monotonic())
        if wait > 0:
            self._lane.writer.flush()
            if self._lane.closing.wait(wait):
                return False
        while self._lane.crowded(time.monotonic(), count):
            if self._lane.closing.wait(CROWDED):
                return False
        return True

    def _line(self, place: int) -> MailConnection | None:
        if self._lines[place] is None:
            self._lane.writer.flush()
            self._lines[place] = self._lane.connect()
        return self._lines[place]

    def _deliver(self, place: int, line: MailConnection, claims: list[Claim], letters: list[Letter]) -> None:
        lane, begun = self._lane, False

        def begin() -> None:
            nonlocal begun
            lane.writer.begin(lane.begins(claims, letters))
            begun = True

        try:
            outcomes = _given(line, letters, begin)
        except (ClaimLost, AccessDenied, CannotMerge) as error:
            self._hang_up(place)
            if isinstance(error, AccessDenied):
                lane.health.deny(error)
            elif isinstance(error, CannotMerge):
                lane.merging.stop(error)
            for claim in claims:
                lane.give_back(claim)
            return
        except StoreError:
            self._hang_up(place)
            raise
        except Exception as error:  # noqa: BLE001 - a provider of somebody else's may raise anything
            log.warning("provider_failed", provider=lane.name, error=type(error).__name__)
            self._hang_up(place)
            kind = f"the provider failed ({type(error).__name__})"
            outcomes = [Uncertain(kind) if begun else TryLater(kind, wide=True)] * len(letters)
        before: Receipt | SendError | None = None
        for claim, outcome in zip(claims, outcomes, strict=True):
            lane.record(claim, outcome, at_fault=outcome is not before)  # a whole batch's trouble is one failure
            before = outcome

    def _hang_up(self, place: int) -> None:
        line, self._lines[place] = self._lines[place], None
        if line is not None:
            line.close()


def _given(line: MailConnection, letters: list[Letter], begin: Callable[[], None]) -> Sequence[Receipt | SendError]:
    """Deliver what are all messages or all fillings."""
    fillings = [letter for letter in letters if isinstance(letter, Filling)]
    if fillings and isinstance(line, MergingConnection):
        return line.merge(fillings, begin)
    return line.deliver([letter for letter in letters if isinstance(letter, Message)], begin)
