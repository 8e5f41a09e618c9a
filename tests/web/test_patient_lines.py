"""Clients that say too little or take too little are let go, and others are answered meanwhile."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from publisher.web.listening import PatientLine, settings

PATIENCE = 1.0
LARGE = 40_000_000


class Hasty(PatientLine):
    patience = PATIENCE


async def said(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())}")


async def much(request: Request) -> Response:
    return Response(bytes(LARGE))


async def events(request: Request) -> Response:
    async def lines() -> AsyncIterator[str]:
        for n in range(5):
            yield f"data: {n}\n\n"
            await asyncio.sleep(PATIENCE / 2)

    return StreamingResponse(lines(), media_type="text/event-stream")


@pytest.fixture
def port() -> Iterator[int]:
    routes = [Route("/", said, methods=["GET", "POST"]), Route("/much", much), Route("/events", events)]
    config = settings(Starlette(routes=routes))
    config.http = Hasty
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)


def seconds_until_closed(line: socket.socket, *, trickle: bytes = b"") -> float:
    """How long the server keeps a line on which a byte comes now and then, at most four times its patience."""
    begun = time.monotonic()
    line.settimeout(PATIENCE / 10)
    while (waited := time.monotonic() - begun) < 4 * PATIENCE:
        try:
            line.sendall(trickle)
            if line.recv(100) == b"":
                return waited
        except TimeoutError:
            continue
        except OSError:
            return waited
    return waited


def answered(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return line.recv(12) == b"HTTP/1.1 200"


def taken(line: socket.socket) -> int:
    """How many bytes still come until the line ends."""
    total = 0
    with suppress(ConnectionResetError):
        while piece := line.recv(1 << 20):
            total += len(piece)
    return total


BEGINNINGS = {
    "nothing": (b"", b""),
    "half a line": (b"GET / HT", b""),
    "a header, letter by letter": (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", b"a"),
    "a body, letter by letter": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n", b"a"),
    "half a body": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nhalf", b""),
}


@pytest.mark.parametrize(("first", "then"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_who_does_not_finish_a_request_is_let_go(port: int, first: bytes, then: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(first)
        assert answered(port)
        assert PATIENCE / 2 < seconds_until_closed(line, trickle=then) < 3 * PATIENCE


def test_a_second_request_on_the_same_line_has_no_longer(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        line.settimeout(5)
        assert line.recv(4096).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET / HTTP/1.1\r\nX-Long: ")
        assert seconds_until_closed(line, trickle=b"a") < 3 * PATIENCE


def test_two_hundred_slow_clients_keep_nobody_else_waiting(port: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    for line in lines:
        line.sendall(b"GET / HTTP/1.1\r\nX: ")
    begun = time.monotonic()

    assert answered(port)
    assert time.monotonic() - begun < 2
    assert seconds_until_closed(lines[-1], trickle=b"a") < 3 * PATIENCE
    for line in lines:
        line.close()


def test_who_takes_nothing_of_an_answer_is_let_go(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(2.5 * PATIENCE)
        line.settimeout(5)

        assert taken(line) < LARGE


def test_a_stream_of_events_goes_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        seen = b""
        while piece := line.recv(4096):
            seen += piece

    assert b"data: 4" in seen
