"""How a provider's server is: refused, away, in trouble or well, and what that means for all of its connections."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from publisher.errors import AccessDenied, SendError, TryLater
from publisher.model import Receipt

FIRST_HOLD = 0.25
LONGEST_HOLD = 30.0
SHUN = 5.0  # after so many seconds without a server, the next provider of the list takes over
PUT_OFF = 5  # or after so many messages in a row that it put off
REST = 30.0  # and for so long it is left alone


class Health:
    """Told by every connection, asked by all; `hungry` is set when the main thread should look.

    `spare` connections in trouble say nothing of the others yet: one line that breaks, or that the server has no room
    for, does not hold up the rest.
    """

    def __init__(self, hungry: threading.Event, *, spare: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._hungry = hungry
        self._spare = spare
        self._clock = clock
        self._lock = threading.Lock()
        self.denied: AccessDenied | None = None
        self.accepted = False
        self._away: TryLater | None = None
        self._away_since = 0.0
        self._trouble: TryLater | None = None
        self._trouble_since = 0.0
        self._put_off = 0
        self._hold = self._hold_until = self._rest_until = 0.0

    def unreachable_for(self, now: float) -> float:
        """For how many seconds its server could not be reached, or took nothing from anybody; 0 when it does."""
        away = now - self._away_since if self._away else 0.0
        return max(away, now - self._trouble_since if self._trouble else 0.0)

    @property
    def why_unreachable(self) -> TryLater | None:
        """What kept it from being used, if it was used last without any success."""
        return self._away or (None if self.accepted else self._trouble)

    def ails(self, now: float) -> bool:
        """Whether another provider had better take over: it refuses us, is away, or puts off message after message."""
        return bool(self.denied) or self.unreachable_for(now) > SHUN or self._put_off >= PUT_OFF

    def rests(self, now: float) -> bool:
        """Whether it is left alone now, because another provider does its work."""
        return bool(self.denied) or now < self._rest_until

    def rest(self, now: float) -> None:
        """Leave it alone for a while."""
        self._rest_until = now + REST

    def held(self, now: float) -> float:
        """Seconds for which the server's mood holds everything up."""
        return max(0.0, self._hold_until - now)

    def reached(self) -> None:
        """Note that a connection was opened."""
        self._away = None

    def cannot_reach(self, error: TryLater) -> None:
        """Note that the server is away, and try less often."""
        with self._lock:
            if self._away is None:
                self._away_since = self._clock()
            self._away = error
        self._slow_down(error.after)
        self._hungry.set()

    def deny(self, error: AccessDenied) -> None:
        """Note that the provider refuses us: it gets nothing more."""
        self.denied = self.denied or error
        self._hungry.set()

    def heard(self, outcome: Receipt | SendError, *, at_fault: bool = True) -> None:
        """Learn from an outcome: a server that fails message after message, whoever it is for, is as good as away.

        Of a whole batch's trouble only one is `at_fault`.
        """
        if isinstance(outcome, Receipt):
            self.accepted, self._trouble = True, None
            self._hold, self._put_off = 0.0, 0
        elif not (isinstance(outcome, TryLater) and outcome.wide):
            self._trouble = None
        else:
            if self._trouble is None:
                self._trouble, self._trouble_since = outcome, self._clock()
            if at_fault:
                self._slow_down(outcome.after)

    def _slow_down(self, asked: timedelta | None) -> None:
        """Hold all connections for a while, longer each time until a message is accepted again."""
        with self._lock:
            now = self._clock()
            self._put_off += 1
            if now < self._hold_until or self._put_off <= self._spare:
                return
            self._hold = min(max(self._hold * 2, FIRST_HOLD), LONGEST_HOLD)
            wait = max(self._hold, min(asked.total_seconds() if asked else 0.0, LONGEST_HOLD))
            self._hold_until = now + wait
