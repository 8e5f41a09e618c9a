"""A socket to listen on, or one clear line why there is none; and a server on it that ends in silence."""

import asyncio
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from publisher.errors import PublisherError

BACKLOG = 128


def bound(host: str, port: int | None) -> socket.socket:
    """A socket on this address at this port, else at a free one; a port that is taken is a `PublisherError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port or 0))
        # Its address is told before the server runs: who comes at once waits, and is not turned away.
        listener.listen(BACKLOG)
    except PermissionError as error:
        listener.close()
        raise PublisherError(
            f"port {port} may not be used by this user", do="choose a --port of 1024 or more, behind a proxy"
        ) from error
    except (OSError, OverflowError) as error:
        listener.close()
        taken = f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}"
        raise PublisherError(taken, do="choose another --port") from error
    return listener


class PatientLine(H11Protocol):
    """A line whose client has so long to say its whole request, and so long to take a piece of the answer.

    Who sends a byte now and then, or nothing, or takes nothing, would keep a line for ever, and there are not many
    (https://en.wikipedia.org/wiki/Slowloris). A stream of events may go on as long as its client listens.
    """

    patience: ClassVar[float] = 15
    """Seconds."""
    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request; the kernel notices a client that vanished."""
        super().connection_made(transport)
        line = transport.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._hurry()

    def data_received(self, data: bytes) -> None:
        """Wait until the request is whole, however many pieces it comes in."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            self._hurry()
        elif not self.flow.write_paused:
            self._rest()

    def pause_writing(self) -> None:
        """The client takes nothing at the moment."""
        super().pause_writing()
        self._hurry()

    def resume_writing(self) -> None:
        """It goes on."""
        super().resume_writing()
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._rest()
        super().connection_lost(exc)

    def _hurry(self) -> None:
        if self._end is None:
            self._end = self.loop.call_later(self.patience, self.transport.abort)

    def _rest(self) -> None:
        if self._end is not None:
            self._end.cancel()
        self._end = None


def settings(app: Any, **more: Any) -> uvicorn.Config:
    """How our pages are served: by patient lines, without a log of who asked for what, without naming the server."""
    return uvicorn.Config(app, http=PatientLine, log_level="warning", access_log=False, server_header=False, **more)


class QuietServer(uvicorn.Server):
    """A server that ends at the first signal and raises none of the signals again that uvicorn captured.

    `let_go` is called first: it ends the streams that the server would wait for for ever.
    """

    def __init__(self, config: uvicorn.Config, *, let_go: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._let_go = let_go

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at the first signal."""
        if self._let_go is not None:
            self._let_go()
        super().handle_exit(sig, frame)
        self._captured_signals.clear()
