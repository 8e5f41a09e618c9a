"""Runs the studio on 127.0.0.1 until Ctrl-C, and says where it is and how to reach it from afar."""

import getpass
import socket
from collections.abc import Callable

from publisher.web.listening import QuietServer, bound, settings
from publisher.web.studio.app import studio_app
from publisher.web.studio.session import Studio

HOST = "127.0.0.1"
GRACE = 2


def serve(studio: Studio, *, port: int | None, tell: Callable[[str], None]) -> None:
    """Serve until a signal comes; `tell` gets the lines for people. A port that is taken is a `PublisherError`."""
    listener = bound(HOST, port)
    number = listener.getsockname()[1]
    for line in words(studio, number):
        tell(line)
    config = settings(studio_app(studio), timeout_graceful_shutdown=GRACE)
    with listener:
        QuietServer(config, let_go=studio.bell.stop).run(sockets=[listener])


def words(studio: Studio, port: int) -> tuple[str, ...]:
    """Where the studio is, and the line that reaches it from another machine."""
    return (
        f"studio: http://{HOST}:{port}/{studio.token}/",
        f"from afar: ssh -L {port}:{HOST}:{port} {getpass.getuser()}@{socket.gethostname()}",
        "Ctrl-C ends it",
    )
