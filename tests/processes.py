"""Other processes for tests: real ones, because what is tested is what happens between them."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

FORK = multiprocessing.get_context("fork")


def together(count: int, work: Callable[[int], None], *, timeout: float = 60) -> None:
    """Run `work(n)` in so many processes that begin at the same moment; all of them must succeed."""
    gate = FORK.Barrier(count)
    started = [FORK.Process(target=_begin, args=(gate, work, n), daemon=True) for n in range(count)]
    for process in started:
        process.start()
    for process in started:
        process.join(timeout)
    codes = [process.exitcode for process in started]
    for process in started:
        if process.is_alive():
            process.kill()
    assert codes == [0] * count


def _begin(gate: Any, work: Callable[[int], None], n: int) -> None:
    gate.wait(30)
    work(n)


class Victim:
    """A process that can be killed at any moment; `work(say)` tells the test where it is."""

    def __init__(self, work: Callable[[Callable[[object], None]], None]) -> None:
        self._here, there = FORK.Pipe(duplex=False)
        self._process: BaseProcess = FORK.Process(target=_work, args=(there, work), daemon=True)
        self._process.start()
        there.close()

    def heard(self, timeout: float = 30) -> object:
        """The next thing that it said."""
        assert self._here.poll(timeout), "the other process is silent"
        return self._here.recv()

    def kill(self) -> None:
        """As the kernel or an impatient operator would: nothing is tidied up."""
        pid = self._process.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        self._process.join(30)


def _work(there: Connection, work: Callable[[Callable[[object], None]], None]) -> None:
    work(there.send)
