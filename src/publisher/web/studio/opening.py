"""Runs the studio on 127.0.0.1 until Ctrl-C, and says where it is and how to reach it from afar."""

import getpass
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from publisher.web.listening import bound
from publisher.web.studio.app import studio_app
from publisher.web.studio.live import Bell
from publisher.web.studio.session import Studio

HOST = "127.0.0.1"
GRACE = 2


class _Server(uvicorn.Server):
    """A server that lets its live streams go first; else it would wait for them for ever."""

    def __init__(self, config: uvicorn.Config, bell: Bell) -> None:
        super().__init__(config)
        self._bell = bell

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at the first Ctrl-C."""
        self._bell.stop()
        super().handle_exit(sig, frame)
        # What uvicorn captured it raises again at the end; the studio ends in silence.
        self._captured_signals.clear()


def serve(studio: Studio, *, port: int | None, tell: Callable[[str], None]) -> None:
    """Serve until a signal comes; `tell` gets the lines for people. A port that is taken is a `PublisherError`."""
    listener = bound(HOST, port)
    number = listener.getsockname()[1]
    for line in words(studio, number):
        tell(line)
    config = uvicorn.Config(
        studio_app(studio), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
    )
    with listener:
        _Server(config, studio.bell).run(sockets=[listener])


def words(studio: Studio, port: int) -> tuple[str, ...]:
    """Where the studio is, and the line that reaches it from another machine."""
    return (
        f"studio: http://{HOST}:{port}/{studio.token}/",
        f"from afar: ssh -L {port}:{HOST}:{port} {getpass.getuser()}@{socket.gethostname()}",
        "Ctrl-C ends it",
    )
