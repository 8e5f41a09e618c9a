import http.client
from pathlib import Path

import pytest

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.links import Ticket, link_key, sign
from publisher.store.engine import Store
from publisher.store.people import subscribers

pytestmark = pytest.mark.slow

CONFIG = """
[site]
name = "Lantern Reviews"
url = "https://lantern.example"
[providers.out]
kind = "outbox"
path = "outbox"
[newsletters.weekly]
title = "The Weekly Lantern"
from = "Lantern <digest@lantern.example>"
[newsletters.daily]
title = "The Daily Lantern"
from = "Lantern <digest@lantern.example>"
[web]
url = "https://news.lantern.example"
"""


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    file = tmp_path / "config" / "publisher.toml"
    file.parent.mkdir()
    file.write_text(CONFIG, encoding="utf-8")
    return App(config=load(file, env={}), store=sqlite_store)


@pytest.fixture
def token(app: App) -> str:
    with app.store.write() as db:
        reader = subscribers.add(
            db, "ann@lantern.example", name="Ann", newsletters=("weekly", "daily"), now=app.now(), consent={}
        )
    return sign(link_key(app), Ticket(newsletter="weekly", edition="weekly/2026-11-20", reader=reader))


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    said = answer.read().decode()
    line.close()
    return answer.status, said, {name.lower(): value for name, value in answer.getheaders()}


def state(app: App, newsletter: str) -> str:
    with app.store.read() as db:
        person = subscribers.get(db, "ann@lantern.example")
    assert person is not None
    return person.state_for(newsletter)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_a_link_changes_nothing(app: App, port: int, token: str, method: str) -> None:
    for path in ("u", "p", "v"):
        ask(port, method, f"/{path}/{token}")

    assert state(app, "weekly") == "confirmed"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_one_click_leaves_at_once_without_cookie_or_redirect(
    app: App, port: int, token: str, body: bytes, kind: str
) -> None:
    status, _, headers = ask(port, "POST", f"/u/{token}", body, **{"Content-Type": kind, "Host": "elsewhere.example"})

    assert status == 200
    assert "set-cookie" not in headers
    assert state(app, "weekly") == "unsubscribed"
    assert state(app, "daily") == "confirmed"


def test_leaving_twice_is_as_leaving_once(app: App, port: int, token: str) -> None:
    first = ask(port, "POST", f"/u/{token}", b"List-Unsubscribe=One-Click")
    second = ask(port, "POST", f"/u/{token}", b"List-Unsubscribe=One-Click")

    assert first[:2] == second[:2]
    assert state(app, "weekly") == "unsubscribed"


def test_a_link_that_was_not_signed_here_leads_to_a_plain_word(app: App, port: int, token: str) -> None:
    for forged in (token[:-3] + "abc", "x", "a" * 4000):
        status, said, _ = ask(port, "POST", f"/u/{forged}")
        assert status == 404
        assert "This link does not work" in said
    assert state(app, "weekly") == "confirmed"


def test_the_page_for_people_has_one_button_for_the_newsletter(port: int, token: str) -> None:
    status, said, headers = ask(port, "GET", f"/u/{token}")

    assert status == 200
    assert "Leave The Weekly Lantern?" in said
    assert said.count("Unsubscribe</button>") == 1
    assert "default-src 'none'" in headers["content-security-policy"]


def test_an_edition_that_is_not_there_is_a_plain_word(port: int, token: str) -> None:
    status, said, _ = ask(port, "GET", f"/v/{token}")

    assert status == 404
    assert "This link does not work" in said


def test_health_is_told(port: int) -> None:
    assert ask(port, "GET", "/healthz")[:2] == (200, "ok")


def test_figures_are_told_and_nobody_is_named(app: App, port: int, token: str) -> None:
    status, page, headers = ask(port, "GET", "/metrics")

    assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
    assert 'publisher_readers{newsletter="weekly",state="confirmed"} 1.0' in page
    assert 'publisher_last_edition_readers{newsletter="weekly",state="accepted"} 0.0' in page
    assert "ann@" not in page
    assert "lantern.example" not in page
