"""Copies of the tree, and processes that are forked with all libraries loaded to work in them."""

import contextlib
import faulthandler
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WANTED = "not postgres and not browser and not wheel and not corpus and not pds and not pds_limits"
SURVIVED, KILLED, BROKEN = 0, 1, 3


@dataclass
class Place:
    """A copy of the tree in which one process at a time works."""

    root: Path

    @classmethod
    def made(cls, root: Path) -> "Place":
        """A copy of what git knows, with what is not committed yet."""
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        for name in names:
            if name and (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        (root / "build").mkdir(exist_ok=True)  # pytest makes its own folder in it, but not this one
        return cls(root)

    def enter(self) -> None:
        """Make this process, and all that it starts, use the copy; what is printed goes to a file."""
        os.setsid()
        os.chdir(self.root)
        os.environ["PYTHONPATH"] = os.pathsep.join((str(self.root / "src"), str(self.root)))
        sys.path[0:0] = [str(self.root / "src"), str(self.root)]
        with (self.root / "output.txt").open("w") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        faulthandler.enable(open(2, "w", closefd=False))  # noqa: SIM115 - it lives as long as the process

    def pytest(self, files: Iterable[str], plugin: object, *more: str) -> int:
        """Run tests of the copy in this process and give pytest's status."""
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "--no-header", "--tb=line", *more]
        options += ["-m", WANTED, f"--basetemp={self.root / 'build' / 'tmp'}"]
        return int(pytest.main([*options, *files], plugins=[plugin]))


Job = Callable[[Place], int]


def in_parallel(
    jobs: Iterable[Job], places: Sequence[Place], limit: float, done: Callable[[int, int, Place], None]
) -> None:
    """Fork a process for each job, one in each place at a time; `done(number, status, place)` hears how each ended."""
    free, running = list(places), dict[int, tuple[int, Place, float]]()
    waiting = enumerate(jobs)
    more = True
    while more or running:
        while more and free:
            number, job = next(waiting, (-1, None))
            if job is None:
                more = False
                break
            place = free.pop()
            sys.stdout.flush()
            if (pid := os.fork()) == 0:
                _work(job, place)
            running[pid] = (number, place, time.monotonic() + limit)
        for pid, (number, place, end) in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended or time.monotonic() > end:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)  # with it all that a test has started
                if not ended:
                    os.waitpid(pid, 0)
                del running[pid]
                free.append(place)
                done(number, os.waitstatus_to_exitcode(status) if ended else KILLED, place)
        time.sleep(0.02)


def _work(job: Job, place: Place) -> None:
    """The life of a forked process."""
    status = BROKEN
    try:
        place.enter()
        status = job(place)
    except BaseException:  # noqa: BLE001 - whatever it is, the process that forked must not run on here
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        os._exit(status)


def load_libraries() -> None:
    """Import what the product and its tests import of others, so that a fork has it already."""
    asked = (
        "import sys, pkgutil, importlib, publisher\n"
        "for m in pkgutil.walk_packages(publisher.__path__, 'publisher.'):\n"
        "    '__main__' in m.name or '.migrations' in m.name or importlib.import_module(m.name)\n"
        "print(*[n for n in sys.modules if not n.startswith(('publisher', '__'))])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    for name in [*done.stdout.split(), "hypothesis", "hypothesis.strategies", "xdist", "requests", "trustme"]:
        with contextlib.suppress(Exception):  # a name that only its own library may import
            import_module(name)
