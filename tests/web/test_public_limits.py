"""What a stranger may send and do, and what still answers meanwhile."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import create_connection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.publicsite import ask, join, pages_of, public_site, sent, state, token_of

from publisher.newsroom.app import App
from publisher.store.engine import Store, open_store
from publisher.store.people import subscribers
from publisher.web.hardening import LARGEST_BODY

pytestmark = pytest.mark.slow


@pytest.fixture
def token(app: App) -> str:
    return token_of(app, join(app, "weekly", "daily"))


@contextmanager
def held(store: Store) -> Iterator[None]:
    """The write lock in somebody else's hand, as long as the block runs."""
    assert store.path is not None
    db = sqlite3.connect(store.path, isolation_level=None, timeout=5, check_same_thread=False)
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


def dump(store: Store) -> list[str]:
    assert store.path is not None
    with sqlite3.connect(store.path) as db:
        return list(db.iterdump())


def weigh(store: Store) -> int:
    assert store.path is not None
    files = [Path(f"{store.path}{end}") for end in ("", "-wal", "-journal")]
    return sum(file.stat().st_size for file in files if file.exists())


def looks(*tokens: str) -> list[str]:
    return ["/", "/healthz", "/readyz", "/metrics", "/x", *(f"/{path}/{token}" for path in "upvd" for token in tokens)]


def in_time(port: int, method: str, path: str, seconds: float = 2) -> int:
    began = time.monotonic()
    status = ask(port, method, path)[0]
    assert time.monotonic() - began < seconds
    return status


# Looking changes nothing and waits for nobody


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(app: App, port: int, token: str, method: str) -> None:
    view = sent(app, "edition")["v"]
    before = dump(app.store)

    for path in looks(token, view, "x"):
        ask(port, method, path)

    assert dump(app.store) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_a_store_without_a_key_makes_none(app: App, port: int, method: str) -> None:
    app.store.prepare()
    before = dump(app.store)

    with held(app.store):
        for path in looks("x", "a" * 80):
            assert in_time(port, method, path) < 500

    assert dump(app.store) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_pages_that_only_read_answer_while_somebody_else_writes(app: App, method: str) -> None:
    reader = join(app, "weekly")
    links = sent(app, "edition")
    token = token_of(app, reader)
    app.store.close()
    with held(app.store), pages_of(app) as port:
        for path in (
            f"/v/{links['v']}",
            f"/u/{token}",
            f"/p/{token}",
            f"/v/{token[:-2]}xx",
            "/",
            "/readyz",
            "/metrics",
        ):
            assert in_time(port, method, path) in {200, 404}


def test_pages_are_read_on_both_databases_while_somebody_else_writes(tmp_path: Path, store: Store) -> None:
    app = public_site(tmp_path, store)
    token = token_of(app, join(app, "weekly"))
    with store.write() as db, pages_of(app) as port:
        subscribers.unsubscribe(db, 1, "weekly", app.now())
        for path in (f"/u/{token}", f"/p/{token}", f"/u/{token[:-2]}xx", "/readyz", "/metrics"):
            assert in_time(port, "GET", path) in {200, 404}


def test_a_crowd_with_bad_links_keeps_nobody_waiting(app: App, port: int, token: str) -> None:
    bad = [("GET", "/u/no-such-token"), ("POST", "/u/no-such-token"), ("POST", f"/u/{token}?newsletter=nobodys")]
    with held(app.store), ThreadPoolExecutor(60) as crowd:
        asked = [crowd.submit(ask, port, *bad[n % 3]) for n in range(60)]
        assert in_time(port, "GET", "/healthz") == 200
        assert in_time(port, "GET", f"/u/{token}", 5) == 200
        assert {done.result()[0] for done in asked} == {404}


def test_a_crowd_that_waits_for_the_lock_keeps_no_reader_of_pages_waiting(app: App, port: int, token: str) -> None:
    with ThreadPoolExecutor(60) as crowd:
        with held(app.store):
            asked = [crowd.submit(ask, port, "POST", f"/u/{token}") for _ in range(60)]
            time.sleep(0.5)
            for path in ("/healthz", f"/u/{token}", "/"):
                assert in_time(port, "GET", path) == 200
            assert not any(done.done() for done in asked)
        assert {done.result()[0] for done in asked} == {200}
    assert state(app, "weekly") == "unsubscribed"


def test_who_cannot_be_answered_in_time_is_told_so_at_once(app: App, port: int, token: str) -> None:
    done: list[int] = []
    with held(app.store):
        crowd = [threading.Thread(target=lambda: done.append(ask(port, "POST", f"/u/{token}")[0])) for _ in range(300)]
        for one in crowd:
            one.start()
        deadline = time.monotonic() + 9
        while 503 not in done and time.monotonic() < deadline:
            time.sleep(0.05)
        assert in_time(port, "GET", "/healthz") == 200
    for one in crowd:
        one.join()
    assert set(done) == {200, 503}


# What comes in is small and known


@pytest.mark.parametrize("size", [3, 500, 7_000, 60_000])
def test_names_that_nobody_has_leave_nothing_behind(app: App, port: int, token: str, size: int) -> None:
    app.store.prepare()
    before, events = weigh(app.store), dump(app.store)

    statuses = {ask(port, "POST", f"/u/{token}?newsletter={n:07}{'x' * size}")[0] for n in range(200)}

    assert statuses <= {404, 414, 431}
    assert weigh(app.store) - before < 1_000_000
    assert dump(app.store) == events
    assert state(app, "weekly") == "confirmed"


@pytest.mark.parametrize(
    "query",
    [
        "a@b",
        "%00",
        "%0d%0aSet-Cookie:x",
        "weekly&newsletter=nobodys",
        "%ff%fe",
        "..%2fdaily",
        "daily%00",
        "Weekly",
        " ",
    ],
)
def test_an_odd_name_is_refused_and_nothing_is_left(app: App, port: int, token: str, query: str) -> None:
    status, _, headers = ask(port, "POST", f"/u/{token}?newsletter={query.replace(' ', '%20')}")

    assert status == 404
    assert "set-cookie" not in headers
    assert (state(app, "weekly"), state(app, "daily")) == ("confirmed", "confirmed")


def test_both_newsletters_that_are_named_are_left(app: App, port: int, token: str) -> None:
    assert ask(port, "POST", f"/u/{token}?newsletter=weekly&newsletter=daily&other=1")[0] == 200
    assert (state(app, "weekly"), state(app, "daily")) == ("unsubscribed", "unsubscribed")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_has_a_limit_also_where_its_length_is_not_told(app: App, port: int, token: str, chunked: bool) -> None:
    statuses: dict[int, int] = {}
    for size in (LARGEST_BODY, LARGEST_BODY * 4):
        line = HTTPConnection("127.0.0.1", port, timeout=10)
        data = b"x" * size
        body = (data[at : at + 1000] for at in range(0, size, 1000)) if chunked else data
        with suppress(OSError):  # refused while we were still talking
            line.request("POST", f"/u/{token}", body=body, encode_chunked=chunked, headers=_chunked(chunked))
        try:
            statuses[size] = line.getresponse().status
        except (OSError, HTTPException):
            statuses[size] = 413
        line.close()

    assert list(statuses.values()) == [200, 413]


def _chunked(chunked: bool) -> dict[str, str]:
    return {"Transfer-Encoding": "chunked"} if chunked else {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_and_headers_have_a_limit(app: App, port: int, token: str, method: str) -> None:
    assert ask(port, method, f"/u/{token}?x={'y' * 9000}")[0] == 414
    assert ask(port, method, f"/u/{token}", X_Filler="y" * 40_000)[0] == 431
    assert state(app, "weekly") == "confirmed"


def test_a_form_that_is_cut_on_its_way_is_no_choice(app: App, port: int, token: str) -> None:
    with create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"POST /p/{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nnewsletter=daily".encode())
    assert ask(port, "GET", "/healthz")[0] == 200
    assert (state(app, "weekly"), state(app, "daily")) == ("confirmed", "confirmed")


# Nothing that is sent is a fault of ours

SIGNS = st.characters(min_codepoint=0, max_codepoint=0x2FF)
BYTES = st.one_of(
    st.binary(max_size=40),
    st.text(SIGNS, max_size=20).map(lambda text: text.encode(errors="surrogatepass")),
    st.sampled_from(
        [b"%00", b"%ff", b"%0d%0a", b"@", b"%40", b"%", b"%u0041", b"%2e%2e%2f", b"{}", b"'--", b"x" * 9000]
    ),
)
BREAKS = bytes.maketrans(b"\r\n \t\x00#", b"------")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    root = tmp_path_factory.mktemp("hostile")
    store = open_store("sqlite:///pages.db", root=root)
    app = public_site(root, store)
    reader = join(app, "weekly")
    with pages_of(app) as port:
        yield port, token_of(app, reader)
    store.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"]),
    path=st.tuples(st.sampled_from(["", "u/", "p/", "v/", "d/", "metrics", "healthz"]), st.booleans(), BYTES),
    query=st.lists(st.tuples(st.sampled_from([b"newsletter", b"newsletter", b"x", b""]), BYTES), max_size=4),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["Content-Type", "Host", "Accept", "Content-Length", "Cookie", "X-Forwarded-For", "Range"]),
            BYTES,
        ),
        max_size=3,
    ),
    body=BYTES,
)
def test_no_value_is_answered_with_a_fault(
    hostile: tuple[int, str],
    method: str,
    path: tuple[str, bool, bytes],
    query: list[tuple[bytes, bytes]],
    headers: list[tuple[str, bytes]],
    body: bytes,
) -> None:
    port, token = hostile
    place, signed, odd = path
    target = place.encode() + (token.encode() + b"/" if signed else b"") + odd
    if query:
        target += b"?" + b"&".join(name + b"=" + value for name, value in query)
    lines = [method.encode() + b" /" + target.translate(BREAKS) + b" HTTP/1.1"]
    lines += [name.encode() + b": " + value.translate(BREAKS) for name, value in headers]
    lines += [b"Content-Length: %d" % len(body), b"Connection: close"]
    if all(name != "Host" for name, _ in headers):
        lines.append(b"Host: localhost")
    with create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        said = b""
        try:
            while b"\r\n" not in said and (more := line.recv(65536)):
                said += more
        except ConnectionResetError:
            pass  # refused at its head, with the rest unread

    assert not said or 200 <= int(said.split()[1]) < 500
    assert ask(port, "GET", "/healthz")[0] == 200
