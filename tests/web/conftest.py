"""The public pages of a test's `app`, served on a port of this machine."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from publisher.newsroom.app import App
from publisher.web.public import public_app


@pytest.fixture
def port(app: App) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(public_app(app), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
