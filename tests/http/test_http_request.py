import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from tests.loopback import Asked, Loopback, Page, loopback

from publisher.errors import TryLater, Uncertain
from publisher.http.door import Http, Timeout


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def http() -> Iterator[Http]:
    with Http("t", Timeout(1, 0.5, 2), allow_private=True) as client:
        yield client


@pytest.mark.parametrize("status", [200, 201, 302, 400, 401, 404, 410, 422, 429, 500, 503])
def test_every_status_comes_back(site: Loopback, http: Http, status: int) -> None:
    site.pages["/send"] = Page(status=status, body=b'{"id": 7}')
    answer = http.request("POST", site.url + "/send", json={"to": "x"})
    assert (answer.status, answer.json()) == (status, {"id": 7})
    assert len(site.asked) == 1


def test_json_and_headers_arrive(site: Loopback, http: Http) -> None:
    site.pages["/send"] = Page()
    http.request("POST", site.url + "/send", json={"text": "ok"}, headers={"Idempotency-Key": "k1"}, auth=("u", "p"))
    asked = site.asked[0]
    assert (asked.method, asked.body, asked.headers["idempotency-key"]) == ("POST", b'{"text": "ok"}', "k1")
    assert asked.headers["authorization"].startswith("Basic ")


def test_nobody_there_is_try_later(http: Http) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began: list[bool] = []
    with pytest.raises(TryLater):
        http.request("POST", f"http://127.0.0.1:{port}/", data=b"x", begin=lambda: began.append(True))
    assert began == []


def test_begin_is_called_once_before_the_request_arrives(site: Loopback, http: Http) -> None:
    site.pages["/send"] = Page()
    seen: list[int] = []
    http.request("POST", site.url + "/send", data=b"x", begin=lambda: seen.append(len(site.asked)))
    http.request("POST", site.url + "/send", data=b"x", begin=lambda: seen.append(len(site.asked)))
    assert seen == [0, 1]


def test_what_begin_raises_comes_out_and_nothing_leaves(site: Loopback, http: Http) -> None:
    def fail() -> None:
        raise OSError("the ledger is full")

    with pytest.raises(OSError, match="the ledger is full"):
        http.request("POST", site.url + "/send", data=b"x", begin=fail)
    assert site.asked == []


def hang_up(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def fall_silent(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)


def break_off(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"{")


@pytest.mark.parametrize("answer", [hang_up, fall_silent, break_off])
def test_an_answer_lost_after_the_last_byte_is_uncertain(site: Loopback, http: Http, answer: object) -> None:
    site.pages["/send"] = answer  # type: ignore[assignment]
    with pytest.raises(Uncertain):
        http.request("POST", site.url + "/send", data=b"x")


@pytest.mark.parametrize("answer", [hang_up, fall_silent, break_off])
def test_a_lost_answer_to_a_question_is_try_later(site: Loopback, http: Http, answer: object) -> None:
    site.pages["/ask"] = answer  # type: ignore[assignment]
    with pytest.raises(TryLater):
        http.request("GET", site.url + "/ask")


def test_a_refusal_counts_even_when_its_explanation_is_lost(site: Loopback, http: Http) -> None:
    def refuse(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(422)
        handler.send_header("Content-Length", "100")
        handler.end_headers()

    site.pages["/send"] = refuse
    assert http.request("POST", site.url + "/send", data=b"x").status == 422


def test_a_line_that_breaks_before_the_last_byte_is_try_later(http: Http) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def close_early() -> None:
            line, _ = door.accept()
            line.recv(1000)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.close()

        thread = threading.Thread(target=close_early)
        thread.start()
        with pytest.raises(TryLater):
            http.request("POST", f"http://127.0.0.1:{door.getsockname()[1]}/", data=b"x" * 50_000_000)
        thread.join(5)


def test_no_error_names_the_address_or_the_body(site: Loopback, http: Http) -> None:
    site.pages["/bot123:secret/send"] = hang_up
    with pytest.raises(Uncertain) as caught:
        http.request("POST", site.url + "/bot123:secret/send", data=b"dear@reader.example")
    assert "secret" not in str(caught.value)
    assert "reader" not in str(caught.value)
