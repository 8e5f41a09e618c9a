"""What a server thinks of us: the same refusal for several readers in a row is no reader's fault.

A reader whose refusal could be ours is asked once more, a moment later. Where others were accepted between, hers was an
odd reply and holds for her alone; where nobody was, it stands for us.
"""

import threading
from datetime import timedelta

from publisher.errors import RefusedUs, Rejected, SendError, TryLater
from publisher.model import Receipt
from publisher.providers.blame import without_address

ALIKE = 3
AGAIN = timedelta(seconds=1)
FEW = 7  # messages on their way at once until a server has shown that it takes them


class Mood:
    """Of one provider in one run; several threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words = ""
        self._alike: set[int] = set()
        self._first: dict[int, int] = {}
        self.accepted = 0
        self.last: RefusedUs | None = None

    @property
    def room(self) -> int:
        """How many messages may be on their way at once: in doubt only as many as are needed to be sure."""
        return max(1, ALIKE - len(self._alike)) if self._alike else FEW + self.accepted // 64

    @property
    def refused(self) -> bool:
        """Whether the server refuses us: the same words for so many readers, and nobody accepted between."""
        return len(self._alike) >= ALIKE

    def heard(self, reader: int, outcome: Receipt | SendError) -> Receipt | SendError:
        """Learn from a reader's outcome, and give back what it means for her."""
        if not isinstance(outcome, Receipt | RefusedUs):
            return outcome
        with self._lock:
            if isinstance(outcome, Receipt):
                self.accepted += 1
                self._alike.clear()
                self._words, self.last = "", None
                return outcome
            return self._refused(reader, outcome)

    def _refused(self, reader: int, outcome: RefusedUs) -> SendError:
        words = without_address(outcome.what)
        if words != self._words:
            self._words = words
            self._alike.clear()
        self._alike.add(reader)
        self.last = outcome
        if reader not in self._first:
            self._first[reader] = self.accepted
            return TryLater(outcome.what, after=AGAIN, where=outcome.where)
        others = self.accepted > self._first[reader]
        if others or (self.accepted and not outcome.sure and len(self._alike) == 1):
            self._alike.discard(reader)
            self.last = None
            return Rejected(outcome.what, where=outcome.where)
        return TryLater(outcome.what, where=outcome.where)
