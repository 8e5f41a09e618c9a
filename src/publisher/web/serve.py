"""Runs the public pages: on their own until a signal comes, or beside the scheduler until it ends."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import uvicorn
from starlette.types import ASGIApp

from publisher.newsroom.app import App
from publisher.web.listening import QuietServer, bound, settings
from publisher.web.public import figures_app, public_app


def serve(app: App, *, host: str, port: int, metrics_port: int | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM, the figures at a port of their own where one is named."""
    app.store.prepare()
    with ExitStack() as open_:
        listener = open_.enter_context(bound(host, port))
        if metrics_port is not None:
            open_.enter_context(_beside(figures_app(app), host, metrics_port))
        QuietServer(_config(public_app(app, figures=metrics_port is None))).run(sockets=[listener])


@contextmanager
def serving(app: App, *, host: str, port: int, metrics_port: int | None = None) -> Iterator[None]:
    """Serve in threads of their own while the block runs; what is being answered at its end is answered."""
    app.store.prepare()
    with ExitStack() as open_:
        open_.enter_context(_beside(public_app(app, figures=metrics_port is None), host, port))
        if metrics_port is not None:
            open_.enter_context(_beside(figures_app(app), host, metrics_port))
        yield


@contextmanager
def _beside(pages: ASGIApp, host: str, port: int) -> Iterator[None]:
    with bound(host, port) as listener:
        server = uvicorn.Server(_config(pages))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="pages", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def _config(pages: ASGIApp) -> uvicorn.Config:
    # Who asks is who holds the other end of the line: no header is believed about it.
    return settings(pages, proxy_headers=False, ws="none")
