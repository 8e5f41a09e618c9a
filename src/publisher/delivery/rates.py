"""How fast one provider may be fed: messages evenly spaced, so that no window ever holds more than the limit."""

import threading
from datetime import timedelta

SLACK = 1.02


class Pace:
    """Gives each message its moment; threads share it.

    `count` messages per `per` are spread evenly and 2 % apart from the limit, because a window that is measured at
    the other end may catch a message late and the next one early.
    """

    def __init__(self, *, count: int, per: timedelta) -> None:
        self._interval = per.total_seconds() / count * SLACK
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Reserve the next moment; the seconds until it, from `now` on a clock that only goes forward."""
        with self._lock:
            at = max(now, self._next)
            self._next = at + self._interval
            return at - now
