"""Tells every open window at once that something changed: server-sent events, and the watch on the files.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from watchfiles import awatch

HEARTBEAT = 15.0
STEP_MS = 50
GATHER_MS = 120
LOOK_AGAIN_MS = 2000


class Bell:
    """Rung from any thread, heard by every window; a window that is busy hears the last ring only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._stopped = False
        self.said = ""

    def ring(self, said: str) -> None:
        """Tell all windows."""
        self.said = said
        self._wake()

    def stop(self) -> None:
        """Let every window go, so that the server can end."""
        self._stopped = True
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            for heard, loop in self._listeners.items():
                loop.call_soon_threadsafe(heard.set)

    async def listen(self) -> AsyncIterator[bytes]:
        """The stream of one window: an event for each ring, a comment now and then so that a dead line is noticed."""
        heard = asyncio.Event()
        with self._lock:
            self._listeners[heard] = asyncio.get_running_loop()
        try:
            yield b"retry: 500\n\n" + self._event()
            while not self._stopped:
                try:
                    await asyncio.wait_for(heard.wait(), HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                heard.clear()
                if not self._stopped:
                    yield self._event()
        finally:
            with self._lock:
                self._listeners.pop(heard, None)

    def _event(self) -> bytes:
        return f"event: changed\ndata: {self.said}\n\n".encode()


async def watch(
    places: Callable[[], Iterable[Path]], changed: Callable[[set[Path]], None], stop: asyncio.Event, *, deep: bool
) -> None:
    """Call `changed` (in a thread) with what changed in these places, until `stop`.

    `deep` watches folders with all that is in them; else each place is a name in its folder, there already or not.
    The places are asked for again now and then, so that a folder that is made later is watched too.
    """
    while not stop.is_set():
        wanted = set(places())
        roots = _roots(wanted, deep=deep)
        if not roots:
            await _pause(stop)
            continue

        def counts(_: object, name: str, wanted: set[Path] = wanted) -> bool:
            return deep or Path(name) in wanted

        async for changes in awatch(
            *roots,
            watch_filter=counts,
            step=STEP_MS,
            debounce=GATHER_MS,
            stop_event=stop,
            recursive=deep,
            rust_timeout=LOOK_AGAIN_MS,
            yield_on_timeout=True,
        ):
            if changes:
                await asyncio.to_thread(changed, {Path(name) for _, name in changes})
            now = set(places())
            if now != wanted or _roots(now, deep=deep) != roots:
                break


def _roots(places: set[Path], *, deep: bool) -> set[Path]:
    return {path for path in (places if deep else {place.parent for place in places}) if path.is_dir()}


async def _pause(stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), LOOK_AGAIN_MS / 1000)
