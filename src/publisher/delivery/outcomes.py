"""The one thread that writes the ledger while a send runs: it groups what waits into one commit.

A connection hands in the outcome of its last message and goes on; before the next message's last byte it waits until
both that outcome and the new message's intent are committed.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import structlog

from publisher.errors import PublisherError, StoreError
from publisher.store.ledger import Begin, End, Ledger

IDLE = 0.005  # an outcome that nobody waits for is written within this many seconds
TRIES = 30.0
AGAIN = 0.5


class ClaimLost(PublisherError):
    """Another sender has taken this message over, or the edition was cancelled."""


class _Waiter:
    """One connection's wait for its commit."""

    __slots__ = ("begins", "done", "error", "held")

    def __init__(self, begins: Sequence[Begin]) -> None:
        self.begins = begins
        self.held = False
        self.error: StoreError | None = None
        self.done = threading.Lock()
        self.done.acquire()


class OutcomeWriter:
    """Writes begins and ends to the ledger in groups; any thread may call `begin`, `end` and `flush`."""

    def __init__(
        self, open_ledger: Callable[[], Ledger], *, guard: AbstractContextManager[object], tries: float = TRIES
    ) -> None:
        """`guard` is held while it commits, so that a claim of the same process never waits in the database."""
        self._open = open_ledger
        self._guard = guard
        self._tries = tries
        self._ledger: Ledger | None = None
        self._mutex = threading.Lock()
        self._waiters: list[_Waiter] = []
        self._ends: list[End] = []
        self._bell = threading.Lock()
        self._bell.acquire()
        self._stop = False
        self._failed: StoreError | None = None
        self._thread = threading.Thread(target=self._run, name="outcomes", daemon=True)
        self._thread.start()

    @property
    def failed(self) -> StoreError | None:
        """Why it can no longer write, if so."""
        return self._failed

    def begin(self, begins: Sequence[Begin]) -> None:
        """Return when the intents are committed; raises `ClaimLost` when one no longer holds, or a `StoreError`."""
        waiter = _Waiter(begins)
        with self._mutex:
            if self._failed is not None:
                raise _again(self._failed)
            self._waiters.append(waiter)
        self._ring()
        waiter.done.acquire()
        if waiter.error is not None:
            raise _again(waiter.error)
        if not waiter.held:
            raise ClaimLost

    def end(self, end: End) -> None:
        """Have an outcome committed soon, and before any later `begin` returns."""
        with self._mutex:
            self._ends.append(end)

    def nudge(self) -> None:
        """Have what waits committed at once."""
        if self._ends:
            self._ring()

    def close(self) -> None:
        """Write what is left and end; raises the error that kept it from being written."""
        self._stop = True
        self._ring()
        self._thread.join()
        if self._failed is not None:
            raise _again(self._failed)

    def _ring(self) -> None:
        try:
            self._bell.release()
        except RuntimeError:
            return  # it rings already

    def _run(self) -> None:
        try:
            while True:
                self._bell.acquire(timeout=IDLE)
                stopping = self._stop
                if self._waiters or self._ends:
                    self._commit()
                elif stopping:
                    return
        finally:
            self._close_ledger()

    def _commit(self) -> None:
        with self._mutex:
            waiters, self._waiters = self._waiters, []
            ends, self._ends = self._ends, []
        error: StoreError | None = StoreError("the ledger's writer ended early")
        held: set[int] = set()
        try:
            held = self._write([begin for waiter in waiters for begin in waiter.begins], ends)
            error = None
        except StoreError as failure:
            error = failure
        finally:
            if error is not None:
                with self._mutex:
                    self._failed = error
                    waiters += self._waiters
                    self._waiters = []
            for waiter in waiters:
                waiter.held = all(begin.id in held for begin in waiter.begins)
                waiter.error = error
                waiter.done.release()

    def _write(self, begins: list[Begin], ends: list[End]) -> set[int]:
        """Write, and for `tries` seconds again on a fresh connection: a database that comes back has lost nothing."""
        until = time.monotonic() + self._tries
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
                structlog.get_logger().warning("ledger_waits", reason=failure.what)
                time.sleep(AGAIN)

    def _close_ledger(self) -> None:
        ledger, self._ledger = self._ledger, None
        if ledger is not None:
            try:
                ledger.close()
            except StoreError as failure:
                structlog.get_logger().info("ledger_closed", reason=failure.what)


def _again(error: StoreError) -> StoreError:
    """The same error for another thread: an exception that is raised twice mixes up its traces."""
    return StoreError(error.what, where=error.where, do=error.do)
