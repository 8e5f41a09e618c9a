import socket

import pytest
from tests.publicsite import ask, join, on_a_port

from publisher.newsroom.app import App
from publisher.web.public import figures_app, public_app

pytestmark = pytest.mark.slow
PATHS = ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/metrics?x=1", "/./metrics", "/metrics//", "/METRICS"]


def test_this_machine_is_told_the_figures_and_nobody_is_named(app: App, port: int) -> None:
    join(app, "weekly")

    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", "[::1]:9", "127.9.9.9"):
        status, page, headers = ask(port, "GET", "/metrics", Host=host, X_Prometheus_Scrape_Timeout_Seconds="10")
        assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
        assert 'publisher_readers{newsletter="weekly",state="confirmed"} 1.0' in page
        assert 'publisher_last_edition_readers{newsletter="weekly",state="accepted"} 0.0' in page
        assert "ann.quill@" not in page
        assert "lantern.example" not in page


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        *(
            "news.lantern.example",
            "NEWS.Lantern.Example:443",
            "news.lantern.example.",
            "203.0.113.9",
            "localhost.example",
        ),
        *(
            "127.0.0.1.nip.example",
            "localhost.",
            "[2001:db8::1]:80",
            "0.0.0.0",
            ":80",
            "127.0.0.1@news.lantern.example",
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_public_name_is_told_nothing_in_any_spelling(port: int, path: str, host: str, method: str) -> None:
    status, said, _ = ask(port, method, path, Host=host)

    assert status == 404
    assert "publisher_" not in said


@pytest.mark.parametrize(
    "name",
    [
        *("X-Forwarded-For", "x-forwarded-host", "X-Real-IP", "Forwarded", "Via", "CF-Connecting-IP", "True-Client-IP"),
        *("X-Original-URL", "Client-IP", "Fastly-Client-IP", "CDN-Loop", "X-Cluster-Client-IP", "X-Request-Id"),
    ],
)
def test_what_a_proxy_hands_on_is_told_nothing(port: int, name: str) -> None:
    for value in ("203.0.113.9", "127.0.0.1", ""):
        assert ask(port, "GET", "/metrics", b"", **{name: value})[0] == 404


@pytest.mark.parametrize(
    "head",
    [
        "GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:8080\r\n",  # as nginx hands on what it was asked at its public name
        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: news.lantern.example\r\n",
        "GET http://news.lantern.example/metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    ],
)
def test_an_odd_request_is_told_nothing(port: int, head: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"{head}Connection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: line.recv(65536), b""))

    assert said.split()[1] in {b"400", b"404"}
    assert b"publisher_" not in said


def test_a_port_of_their_own_tells_the_figures_and_the_pages_port_no_more(app: App) -> None:
    with on_a_port(figures_app(app)) as own, on_a_port(public_app(app, figures=False)) as pages:
        assert "publisher_readers" in ask(own, "GET", "/metrics", Host="monitor.lantern.example")[1]
        assert ask(own, "GET", "/")[0] == 404
        assert ask(pages, "GET", "/metrics")[0] == 404
