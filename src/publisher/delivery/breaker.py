"""A circuit breaker over the last outcomes: a server or a list that is broken is not tried 20,000 times."""

from collections import deque

WINDOW = 100
LIMIT = 50


class Breaker:
    """Counts failures among the last `window` outcomes; not for use by several threads at once without a lock."""

    def __init__(self, *, window: int = WINDOW, limit: int = LIMIT) -> None:
        self._last: deque[bool] = deque(maxlen=window)
        self._limit = limit
        self._failed = 0

    def saw(self, *, failed: bool) -> bool:
        """Count one outcome; True when the limit is reached with it."""
        if len(self._last) == self._last.maxlen and self._last[0]:
            self._failed -= 1
        self._last.append(failed)
        self._failed += failed
        return failed and self._failed >= self._limit

    @property
    def words(self) -> str:
        """What it has seen, for people."""
        return f"{self._failed} of the last {len(self._last)} messages failed"
