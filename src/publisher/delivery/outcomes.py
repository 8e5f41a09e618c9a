"""The ledger while a send runs: one writer at a time, which takes what waits from all connections into one commit.

A connection hands in the outcome of its last message and goes on; before the next message's last byte it waits until
both that outcome and the new message's intent are committed. The first that waits commits for all who wait by then: a
thread of its own for it would cost two more switches of threads per message (docs/decisions/063).
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress

import structlog

from publisher.errors import PublisherError, StoreError
from publisher.store.ledger.connection import Begin, End, Ledger

IDLE = 0.01  # an outcome that nobody waits for is committed within twice as many seconds
TRIES = 30.0
AGAIN = 0.5


class ClaimLost(PublisherError):
    """Another sender has taken this message over, or the edition was cancelled."""


class _Waiter:
    """One connection's wait: `woken` is let go when its commit is done, or when it is its turn to commit."""

    __slots__ = ("begins", "done", "held", "woken")

    def __init__(self, begins: Sequence[Begin]) -> None:
        self.begins = begins
        self.done = False
        self.held: set[int] = set()
        self.woken = threading.Lock()
        self.woken.acquire()


class OutcomeWriter:
    """Writes begins and ends to the ledger in groups; any thread may call it."""

    def __init__(
        self, open_ledger: Callable[[], Ledger], *, guard: AbstractContextManager[object], tries: float = TRIES
    ) -> None:
        """`guard` is held while it commits, so that a claim of the same process never waits in the database.

        A database that is gone is tried again for `tries` seconds.
        """
        self._open = open_ledger
        self._guard = guard
        self._tries = tries
        self._ledger: Ledger | None = None
        self._mutex = threading.Lock()
        self._writing = False
        self._waiters: list[_Waiter] = []
        self._ends: list[End] = []
        self._failed: StoreError | None = None
        self._commits = 0
        self._over = threading.Event()
        self._late = threading.Thread(target=self._sweep, name="outcomes", daemon=True)
        self._late.start()

    @property
    def failed(self) -> StoreError | None:
        """Why it can no longer write, if so."""
        return self._failed

    def begin(self, begins: Sequence[Begin]) -> None:
        """Return when the intents are committed, and with them every outcome handed in before.

        Raises `ClaimLost` when one of them no longer holds, or the `StoreError` that kept them from being written.
        """
        if len(self.hold(begins)) < len(begins):
            raise ClaimLost

    def hold(self, begins: Sequence[Begin]) -> set[int]:
        """`begin` for messages of several connections: the ids of those whose intent holds."""
        waiter = _Waiter(begins)
        with self._mutex:
            self._waiters.append(waiter)
            first, self._writing = not self._writing, True
        if not first:
            waiter.woken.acquire()
        if not waiter.done:
            self._commit()
        if self._failed is not None:
            raise _again(self._failed)
        return waiter.held

    def end(self, end: End) -> None:
        """Have an outcome committed soon, and before any later `begin` returns."""
        with self._mutex:
            self._ends.append(end)

    def flush(self) -> None:
        """Commit what waits; an error is kept for whoever begins next, and for `close`."""
        if self._ends and self._failed is None:
            with suppress(StoreError):
                self.begin(())

    def close(self) -> None:
        """Write what is left and end; raises the error that kept it from being written."""
        self._over.set()
        self._late.join()
        try:
            self.begin(())
        finally:
            self._close_ledger()

    def _sweep(self) -> None:
        before = 0
        while not self._over.wait(IDLE):
            if self._commits == before:
                self.flush()
            before = self._commits

    def _commit(self) -> None:
        """Commit all that waits by now, wake those whose it was, and hand the turn to the next."""
        with self._mutex:
            waiters, self._waiters = self._waiters, []
            ends, self._ends = self._ends, []
            self._commits += 1
        held: set[int] = set()
        try:
            if self._failed is None and (ends or any(waiter.begins for waiter in waiters)):
                held = self._write([begin for waiter in waiters for begin in waiter.begins], ends)
        except StoreError as failure:
            self._failed = failure
        finally:
            for waiter in waiters:
                waiter.held = {begin.id for begin in waiter.begins} & held
                waiter.done = True
                waiter.woken.release()
            with self._mutex:
                if self._waiters:
                    self._waiters[0].woken.release()
                else:
                    self._writing = False

    def _write(self, begins: list[Begin], ends: list[End]) -> set[int]:
        """Write, and for `tries` seconds again on a fresh connection: a database that comes back has lost nothing."""
        until, told = time.monotonic() + self._tries, False
        while True:
            try:
                if self._ledger is None:
                    self._ledger = self._open()
                with self._guard:
                    return self._ledger.write(begins, ends)
            except StoreError as failure:
                self._close_ledger()
                if time.monotonic() >= until:
                    raise
                if not told:
                    structlog.get_logger().warning("ledger_waits", reason=failure.what)
                told = True
                time.sleep(AGAIN)

    def _close_ledger(self) -> None:
        ledger, self._ledger = self._ledger, None
        if ledger is not None:
            try:
                ledger.close()
            except StoreError as failure:
                structlog.get_logger().info("ledger_closed", reason=failure.what)


def _again(error: StoreError | None) -> StoreError:
    """The same error for another thread: an exception that is raised twice mixes up its traces."""
    if error is None:
        return StoreError("the ledger could not be written")
    return StoreError(error.what, where=error.where, do=error.do)
