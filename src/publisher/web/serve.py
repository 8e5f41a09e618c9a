"""Runs the public pages: on their own until a signal comes, or beside the scheduler until it ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from publisher.newsroom.app import App
from publisher.web.listening import QuietServer, bound
from publisher.web.public import public_app


def serve(app: App, *, host: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    with bound(host, port) as listener:
        QuietServer(_config(app)).run(sockets=[listener])


@contextmanager
def serving(app: App, *, host: str, port: int) -> Iterator[None]:
    """Serve in a thread of its own while the block runs; what is being answered at its end is answered."""
    with bound(host, port) as listener:
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="pages", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def _config(app: App) -> uvicorn.Config:
    return uvicorn.Config(public_app(app), log_level="warning", access_log=False, server_header=False)
