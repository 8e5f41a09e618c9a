import gzip
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import brotli
import pytest
from tests.loopback import Asked, Loopback, Page, loopback

from publisher.errors import SourceBusy, SourceError, SourceGone, UnsafeAddress
from publisher.http.door import Http, Timeout, agent

FEED = b"<rss version='2.0'><channel><title>Night Ferry Reviews</title></channel></rss>" * 50


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def http() -> Iterator[Http]:
    with Http(agent("https://reel.example"), Timeout(2, 1, 3), 100_000, allow_private=True) as client:
        yield client


def test_a_body_comes_back_with_its_headers(site: Loopback, http: Http) -> None:
    url = site.put("/feed", FEED, "application/rss+xml; charset=ISO-8859-1", ETag='"a"')
    answer = http.get(url)
    assert (answer.status, answer.body, answer.encoding, answer.etag) == (200, FEED, "ISO-8859-1", '"a"')
    assert answer.url == url
    assert answer.permanent_url is None


def test_the_user_agent_names_us_and_the_site_we_work_for(site: Loopback, http: Http) -> None:
    http.get(site.put("/feed", FEED))
    assert site.asked[0].headers["user-agent"].startswith("publisher/")
    assert "(+https://reel.example)" in site.asked[0].headers["user-agent"]


def test_validators_go_back_byte_for_byte(site: Loopback, http: Http) -> None:
    site.pages["/feed"] = Page(status=304)
    answer = http.get(site.url + "/feed", etag='W/"\xe9 odd-etag', last_modified="Tuesday, yesterday at noon")
    assert answer.not_modified
    assert site.asked[0].headers["if-none-match"] == 'W/"\xe9 odd-etag'
    assert site.asked[0].headers["if-modified-since"] == "Tuesday, yesterday at noon"


def test_no_validators_means_no_conditional_headers(site: Loopback, http: Http) -> None:
    http.get(site.put("/feed", FEED))
    assert not {"if-none-match", "if-modified-since"} & site.asked[0].headers.keys()


def test_cookies_are_not_kept(site: Loopback, http: Http) -> None:
    url = site.put("/feed", FEED, Set_Cookie="id=7; Path=/")
    http.get(url)
    http.get(url)
    assert "cookie" not in site.asked[1].headers


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("br", brotli.compress),
        ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
        ("", gzip.compress),
        ("identity", bytes),
    ],
    ids=["gzip", "deflate", "bare deflate", "brotli", "both", "gzip unannounced", "identity"],
)
def test_packed_bodies_are_unpacked(site: Loopback, http: Http, coding: str, pack: Callable[[bytes], bytes]) -> None:
    headers = {"Content_Encoding": coding} if coding else {}
    assert http.get(site.put("/feed", pack(FEED), **headers)).body == FEED


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("", gzip.compress),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
        ("", bytes),
    ],
)
def test_a_bomb_is_cut_off(site: Loopback, http: Http, coding: str, pack: Callable[[bytes], bytes]) -> None:
    headers = {"Content_Encoding": coding} if coding else {}
    url = site.put("/bomb", pack(b"\0" * 20_000_000), **headers)
    with pytest.raises(SourceError, match="larger than 100,000 bytes"):
        http.get(url)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_broken_coding_is_an_error_not_a_crash(site: Loopback, http: Http, coding: str) -> None:
    with pytest.raises(SourceError, match=r"broken|too early"):
        http.get(site.put("/x", b"this is not packed at all", Content_Encoding=coding))


def test_a_packed_body_that_ends_too_early_is_an_error(site: Loopback, http: Http) -> None:
    with pytest.raises(SourceError, match="too early"):
        http.get(site.put("/x", gzip.compress(FEED)[:-12], Content_Encoding="gzip"))


def test_a_coding_nobody_asked_for_is_an_error(site: Loopback, http: Http) -> None:
    with pytest.raises(SourceError, match="packed as 'zstd'"):
        http.get(site.put("/x", b"x", Content_Encoding="zstd"))


def drip_in_chunks(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"1\r\nx\r\n")
        handler.wfile.flush()
        time.sleep(0.05)


def drip(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def drip_headers(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [drip, drip_headers, drip_in_chunks])
def test_a_server_that_drips_is_cut_off_after_the_total_time(
    site: Loopback, answer: Callable[[Asked, BaseHTTPRequestHandler], None]
) -> None:
    site.pages["/slow"] = answer
    begin = time.monotonic()
    with (
        Http(timeout=Timeout(1, 1, 0.4), allow_private=True) as http,
        pytest.raises(SourceError, match=r"no whole answer within 0\.4 s"),
    ):
        http.get(site.url + "/slow")
    assert time.monotonic() - begin < 1.5


def test_a_silent_server_is_left_after_the_read_time(site: Loopback) -> None:
    site.pages["/silent"] = lambda asked, handler: time.sleep(1.5)
    with (
        Http(timeout=Timeout(1, 0.2, 5), allow_private=True) as http,
        pytest.raises(SourceError, match=r"within 0\.2 s"),
    ):
        http.get(site.url + "/silent")


def test_a_body_shorter_than_announced_is_an_error(site: Loopback, http: Http) -> None:
    def short(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"<rss>")

    site.pages["/short"] = short
    with pytest.raises(SourceError, match="too early"):
        http.get(site.url + "/short")


def test_a_closed_port_is_named_without_a_traceback(http: Http) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceError) as caught:
        http.get(f"http://127.0.0.1:{port}/feed")
    assert str(caught.value) == f"the server refuses connections (http://127.0.0.1:{port}/feed)"


def test_an_unknown_host_is_named(http: Http) -> None:
    with pytest.raises(SourceError, match="host name is not known"):
        http.get("http://no-such-host.invalid/feed")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/x", "feed", "http://", "http://a b/"])
def test_what_is_no_web_address_is_not_asked(http: Http, url: str) -> None:
    with pytest.raises(SourceError, match="is not a web address"):
        http.get(url)


def redirect(status: int, to: str) -> Page:
    return Page(status=status, headers={"Location": to})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Loopback, http: Http, status: int) -> None:
    site.put("/new", FEED)
    site.pages["/old"] = redirect(status, "/new")
    answer = http.get(site.url + "/old")
    assert (answer.body, answer.url) == (FEED, site.url + "/new")
    assert answer.permanent_url == (site.url + "/new" if status in (301, 308) else None)


def test_only_the_permanent_part_of_a_chain_is_a_new_home(site: Loopback, http: Http) -> None:
    site.pages["/1"] = redirect(301, "/2")
    site.pages["/2"] = redirect(308, "/3")
    site.pages["/3"] = redirect(302, "/4")
    site.pages["/4"] = redirect(301, "/5")
    site.put("/5", FEED)
    assert http.get(site.url + "/1").permanent_url == site.url + "/3"


def test_an_endless_chain_ends(site: Loopback, http: Http) -> None:
    site.pages["/loop"] = redirect(302, "/loop")
    with pytest.raises(SourceError, match="more than 10 redirects"):
        http.get(site.url + "/loop")
    assert len(site.asked) == 11


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "gopher://127.0.0.1/x"])
def test_a_redirect_out_of_the_web_is_not_followed(site: Loopback, http: Http, target: str) -> None:
    site.pages["/x"] = redirect(302, target)
    with pytest.raises(SourceError, match="is not a web address"):
        http.get(site.url + "/x")


def test_a_redirect_to_nowhere_is_an_error(site: Loopback, http: Http) -> None:
    site.pages["/x"] = Page(status=302)
    with pytest.raises(SourceError, match="without saying where"):
        http.get(site.url + "/x")


def test_gone_is_told_apart(site: Loopback, http: Http) -> None:
    site.pages["/x"] = Page(status=410)
    with pytest.raises(SourceGone):
        http.get(site.url + "/x")


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "login"), (403, "refuses us"), (404, "nothing is there"), (500, "fault"), (418, "refuses")],
)
def test_a_refusal_says_its_status(site: Loopback, http: Http, status: int, said: str) -> None:
    site.pages["/x"] = Page(status=status)
    with pytest.raises(SourceError, match=rf"{said}.*status {status}"):
        http.get(site.url + "/x")


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("120", timedelta(seconds=120)),
        ("99999999999999999999", timedelta(days=7)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_says_when_to_come_back(
    site: Loopback, http: Http, status: int, value: str, after: timedelta | None
) -> None:
    site.pages["/x"] = Page(status=status, headers={"Retry-After": value})
    with pytest.raises(SourceBusy) as caught:
        http.get(site.url + "/x")
    assert caught.value.after == after


def test_a_date_to_come_back_counts_from_the_servers_clock(site: Loopback, http: Http) -> None:
    then = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)

    def busy(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(503)
        handler.send_header("Date", format_datetime(then, usegmt=True))
        handler.send_header("Retry-After", format_datetime(then + timedelta(minutes=7), usegmt=True))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.pages["/x"] = busy
    with pytest.raises(SourceBusy) as caught:
        http.get(site.url + "/x")
    assert caught.value.after == timedelta(minutes=7)


def test_the_loopback_is_refused_unless_allowed(site: Loopback) -> None:
    url = site.put("/feed", FEED)
    with Http() as http, pytest.raises(UnsafeAddress, match=r"127\.0\.0\.1, which is not public") as caught:
        http.get(url)
    assert caught.value.where == url
    assert site.asked == []


def test_a_name_that_answers_with_a_private_address_is_refused(site: Loopback) -> None:
    with Http() as http, pytest.raises(UnsafeAddress):
        http.get(site.url.replace("127.0.0.1", "localhost"))
    assert site.asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"])
def test_odd_spellings_of_the_loopback_are_refused(site: Loopback, host: str) -> None:
    port = site.url.rpartition(":")[2]
    with Http() as http, pytest.raises(UnsafeAddress):
        http.get(f"http://{host}:{port}/feed")
    assert site.asked == []


def test_a_host_that_was_typed_may_be_private_but_leads_no_further(site: Loopback) -> None:
    port = site.url.rpartition(":")[2]
    site.put("/feed", FEED)
    site.pages["/away"] = redirect(302, f"http://127.0.0.1:{port}/feed")
    with Http(private_hosts=["localhost"]) as http:
        assert http.get(f"http://localhost:{port}/feed").body == FEED
        with pytest.raises(UnsafeAddress):
            http.get(f"http://localhost:{port}/away")
