"""How many requests may be at the store at once, so that no crowd keeps all others waiting."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

Result = TypeVar("Result")

# Together fewer than the connections of the store's pool, which the scheduler beside the pages draws from too.
READERS = 6
WRITERS = 2
WAITING = 200


class Crowded(Exception):
    """So many wait already that one more would not be answered in time."""


class Turns:
    """Work in threads, so many pieces at once; who comes when too many wait is turned away at once."""

    def __init__(self, at_once: int, *, waiting: int = WAITING) -> None:
        self._limiter = CapacityLimiter(at_once)
        self._waiting = waiting

    async def run(self, work: Callable[..., Result], *args: object, **named: object) -> Result:
        """What `work` gives, done in a thread; `Crowded` when too many wait for theirs."""
        if self._limiter.statistics().tasks_waiting >= self._waiting:
            raise Crowded
        return await to_thread.run_sync(partial(work, *args, **named), limiter=self._limiter)
