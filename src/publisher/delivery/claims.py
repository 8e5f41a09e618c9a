"""A provider's queue of claims: what is claimed for it and not yet begun, and how much it eats."""

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from publisher.store.ledger.deliveries import Claim

SMALLEST = 16
LARGEST = 500
AHEAD = 2.0  # seconds of work that are claimed ahead


def portions(*, batch: int, lines: int, rate: float | None = None) -> tuple[int, int]:
    """The least and the most to claim at once, for lines that take `batch` a call, at most `rate` messages a second."""
    most = max(LARGEST, 2 * batch * lines)
    if rate is not None:
        most = max(SMALLEST, min(most, int(rate * AHEAD)))
    return min(max(SMALLEST, batch), most), most


class ClaimQueue:
    """Fed by the main thread, eaten by the connections' threads; `hungry` is set when it runs low."""

    def __init__(
        self, hungry: threading.Event, *, least: int, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._hungry = hungry
        self._least, self._most = least, most
        self._clock = clock
        self._queue: SimpleQueue[Claim] = SimpleQueue()
        self._apart: SimpleQueue[Claim] = SimpleQueue()
        self._lock = threading.Lock()
        self._fed = self._finished = 0
        self._last_fed: float | None = None
        self.appetite = least

    @property
    def idle(self) -> bool:
        """Whether all that it was fed is finished."""
        return self._finished >= self._fed

    @property
    def wants(self) -> int:
        """How many claims to feed it now: none while it has enough for a while."""
        return 0 if self.waiting * 2 > self.appetite else self.appetite

    @property
    def waiting(self) -> int:
        """How many claims no connection has taken yet."""
        return self._queue.qsize() + self._apart.qsize()

    @property
    def waiting_apart(self) -> int:
        """How many of them are set apart for finished messages."""
        return self._apart.qsize()

    def feed(self, claims: Sequence[Claim]) -> None:
        """Queue them, and learn how much it eats."""
        now = self._clock()
        if self._last_fed is not None and claims:
            since = now - self._last_fed
            wanted = self.appetite * 2 if since < AHEAD / 2 else self.appetite
            wanted = wanted if since < 2 * AHEAD else self.appetite // 2
            self.appetite = max(self._least, min(wanted, self._most))
        self._last_fed = now
        self._fed += len(claims)
        for claim in claims:
            self._queue.put(claim)

    def take(self, seconds: float = 0.0) -> Claim | None:
        """The next claim; None when there is none within `seconds`."""
        try:
            claim = self._queue.get_nowait() if seconds <= 0 else self._queue.get(timeout=seconds)
        except Empty:
            self._hungry.set()
            return None
        if self._queue.qsize() * 2 <= self.appetite and not self._hungry.is_set():
            self._hungry.set()
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

    def finish(self) -> None:
        """Count one that has come to its outcome, or was given back."""
        with self._lock:
            self._finished += 1

    def drain(self) -> int:
        """Take back what no connection has begun; the caller releases the rows."""
        drained = 0
        while self.take() is not None or self.take_apart() is not None:
            drained += 1
        self._fed -= drained
        return drained
