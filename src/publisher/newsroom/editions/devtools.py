"""Chromium of this machine, driven through two pipes: no port is opened and no library is needed.

https://chromedevtools.github.io/devtools-protocol/ with --remote-debugging-pipe: messages are JSON, each ends in NUL;
the browser reads file descriptor 3 and writes 4.
"""

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from types import TracebackType
from typing import Any, Self

import structlog

from publisher.errors import PublisherError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60
GOODBYE = 3
CHUNK = 1 << 16
# The pipes' own ends are kept clear of 3 and 4, which they become in the browser.
CLEAR = 10
ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
NO_SANDBOX = "--no-sandbox"
log = structlog.get_logger()


def found() -> str | None:
    """The path of Chromium, where there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@cache
def arguments(user: int) -> tuple[str, ...]:
    """What this user starts Chromium with: in its sandbox, which root cannot have; that is said once."""
    if user != 0:
        return ARGUMENTS
    log.warning("chromium-without-its-sandbox", why="root cannot have one", do="run publisher as a user of its own")
    return (*ARGUMENTS, NO_SANDBOX)


class Chromium:
    """A browser without a window and without a network, for as long as the `with` lasts."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._number = 0
        self._heard = b""
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        program = found()
        if program is None:
            raise PublisherError("pictures of a page need Chromium", do="install the package chromium")
        self._profile = tempfile.mkdtemp(prefix="publisher-chromium-")
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
        pipes = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]
        try:
            self.process = os.posix_spawn(
                program,
                [program, *arguments(os.geteuid()), f"--user-data-dir={self._profile}"],
                os.environ,
                file_actions=[*quiet, *pipes],
                setpgroup=0,
            )
        except OSError as error:
            self._close()
            raise PublisherError(f"Chromium does not start: {error.strerror}", where=program) from error
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # A browser that may say goodbye takes its own temporary files along; one that hangs is killed.
        with suppress(PublisherError):
            self._seconds = GOODBYE
            self.ask("Browser.close")
        until = time.monotonic() + GOODBYE
        with suppress(ChildProcessError):
            while os.waitpid(self.process, os.WNOHANG) == (0, 0) and time.monotonic() < until:
                time.sleep(0.01)
        with suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)
        self._close()

    def _close(self) -> None:
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self._profile, ignore_errors=True)

    def ask(self, method: str, values: Mapping[str, Any] | None = None, *, session: str = "") -> dict[str, Any]:
        """Ask for one thing and give what it answers; `PublisherError` when it refuses or falls silent."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": dict(values or {})}
        asked |= {"sessionId": session} if session else {}
        self._write(json.dumps(asked).encode() + b"\0")
        until = time.monotonic() + self._seconds
        while True:
            said = self._read(until)
            if said.get("id") != self._number:
                self._events.append(said)
            elif "error" in said:
                raise PublisherError(f"Chromium refuses {method}: {said['error'].get('message', '')}")
            else:
                answer: dict[str, Any] = said["result"]
                return answer

    def wait(self, event: str, *, session: str) -> None:
        """Wait until the page says this."""
        until = time.monotonic() + self._seconds
        while True:
            said = self._events.pop(0) if self._events else self._read(until)
            if said.get("method") == event and said.get("sessionId") == session:
                return

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except OSError as error:
            raise PublisherError("Chromium ended before it drew the page") from error

    def _read(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._heard:
            ready, _, _ = select.select([self._in], [], [], max(until - time.monotonic(), 0))
            if not ready:
                raise PublisherError(f"Chromium did not draw the page within {self._seconds:.0f} s")
            chunk = os.read(self._in, CHUNK)
            if not chunk:
                do = "see that this user may have user namespaces, which its sandbox is made of"
                raise PublisherError("Chromium ended before it drew the page", do=do)
            self._heard += chunk
        line, _, self._heard = self._heard.partition(b"\0")
        said: dict[str, Any] = json.loads(line)
        return said


def _pipe() -> tuple[int, int]:
    ends = os.pipe()
    kept = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, CLEAR) for end in ends)
    for end in ends:
        os.close(end)
    return kept[0], kept[1]
