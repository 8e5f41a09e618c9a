"""How fast one provider may be fed: messages evenly spaced, and no window at the other end ever above the limit."""

import threading
from collections import deque
from datetime import timedelta

SLACK = 1.02


class Pace:
    """Gives each message its moment; threads share it.

    `count` messages per `per` are spread evenly and 2 % apart from the limit. A slow line may still bunch them on
    their way, so whoever starts one also asks whether it is `crowded`: what is under way and what was answered within
    the last `per` together never exceed `count`, and the other end saw each before its answer.
    """

    def __init__(self, *, count: int, per: timedelta) -> None:
        self._count = count
        self._per = per.total_seconds()
        self._interval = self._per / count * SLACK
        self._lock = threading.Lock()
        self._next = 0.0
        self._under_way = 0
        self._answered: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Reserve the next moment; the seconds until it, from `now` on a clock that only goes forward."""
        with self._lock:
            at = max(now, self._next)
            self._next = at + self._interval
            return at - now

    def crowded(self, now: float, count: int = 1) -> bool:
        """Whether so many more messages now could make a window of the other end too full; one may always be alone."""
        with self._lock:
            while self._answered and self._answered[0] <= now - self._per:
                self._answered.popleft()
            return self._under_way + len(self._answered) > max(0, self._count - count)

    def begin(self, count: int = 1) -> None:
        """So many messages are on their way."""
        with self._lock:
            self._under_way += count

    def end(self, now: float, count: int = 1) -> None:
        """So many were answered, or given up."""
        with self._lock:
            self._under_way -= count
            self._answered.extend([now] * count)
