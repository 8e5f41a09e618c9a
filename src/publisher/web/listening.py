"""A socket to listen on, or one clear line why there is none; and a server on it that ends in silence."""

import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

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
