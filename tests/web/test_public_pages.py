from pathlib import Path

import pytest
from tests.publicsite import ask, join, pages_of, public_site, state, token_of

from publisher.newsroom.app import App
from publisher.store.engine import Store
from publisher.store.people import subscribers

pytestmark = pytest.mark.slow
PAGE = "text/html,application/xhtml+xml"


@pytest.fixture
def token(app: App) -> str:
    return token_of(app, join(app, "weekly", "daily"))


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
@pytest.mark.parametrize("end", ["", "/"])
def test_one_click_leaves_at_once_without_cookie_or_redirect(
    app: App, port: int, token: str, body: bytes, kind: str, end: str
) -> None:
    status, _, headers = ask(port, "POST", f"/u/{token}{end}", body, Content_Type=kind, Host="elsewhere.example")

    assert status == 200
    assert "set-cookie" not in headers
    assert state(app, "weekly") == "unsubscribed"
    assert state(app, "daily") == "confirmed"


def test_leaving_twice_is_as_leaving_once(app: App, port: int, token: str) -> None:
    first = ask(port, "POST", f"/u/{token}", b"List-Unsubscribe=One-Click")
    second = ask(port, "POST", f"/u/{token}", b"List-Unsubscribe=One-Click")

    assert first[:2] == second[:2]
    assert state(app, "weekly") == "unsubscribed"


@pytest.mark.parametrize("end", ["", "/"])
def test_a_newsletter_that_is_named_is_left_in_place_of_the_links_own(
    app: App, port: int, token: str, end: str
) -> None:
    status, said, _ = ask(port, "POST", f"/u/{token}{end}?newsletter=daily")

    assert status == 200
    assert "You have left The Daily Lantern" in said
    assert (state(app, "weekly"), state(app, "daily")) == ("confirmed", "unsubscribed")


def test_a_newsletter_that_is_configured_no_more_can_still_be_left(app: App, port: int) -> None:
    token = token_of(app, join(app, "weekly", "matinee"))

    assert ask(port, "POST", f"/u/{token}?newsletter=matinee")[0] == 200
    assert state(app, "matinee") == "unsubscribed"


def test_an_erased_readers_link_is_answered_and_she_stays_out(app: App, port: int, token: str) -> None:
    with app.store.write() as db:
        subscribers.erase(db, "ann.quill@lantern.example", app.now())

    assert ask(port, "POST", f"/u/{token}")[0] == 200
    assert state(app, "weekly") == "unknown"


@pytest.mark.parametrize("path", ["u", "p", "d"])
def test_a_link_that_was_not_signed_here_leads_to_a_plain_word(app: App, port: int, token: str, path: str) -> None:
    for forged in (token[:-3] + "abc", "x", "a" * 4000, "%00", "%ff%fe"):
        for method in ("GET", "POST"):
            for accept in (PAGE, "*/*"):
                status, said, _ = ask(port, method, f"/{path}/{forged}", Accept=accept)
                assert status == 404
                assert "This link does not work" in said
    assert state(app, "weekly") == "confirmed"


def test_the_page_for_people_has_one_button_for_the_newsletter(port: int, token: str) -> None:
    status, said, headers = ask(port, "GET", f"/u/{token}")

    assert status == 200
    assert "Leave The Weekly Lantern?" in said
    assert said.count("Unsubscribe</button>") == 1
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["news.lantern.example", "203.0.113.7", "localhost:1"])
def test_the_front_page_says_whose_it_is_at_any_host(port: int, host: str) -> None:
    status, said, headers = ask(port, "GET", "/", Host=host)

    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert '<a href="https://lantern.example/">' in said.replace('lantern.example"', 'lantern.example/"')
    for words in ("Lantern Reviews", "The Weekly Lantern", "The Daily Lantern", "Unsubscribe"):
        assert words in said
    assert "<script" not in said


@pytest.mark.parametrize("path", ["/nothing", "/u", "/v/", "/index.php", "/.env", "/healthz/x"])
def test_a_page_that_is_not_there_is_told_in_words_and_never_as_json(port: int, path: str) -> None:
    status, page, headers = ask(port, "GET", path, Accept=PAGE)
    asked, line, plain = ask(port, "GET", path, Accept="*/*")

    assert (status, asked) == (404, 404)
    assert headers["content-type"].startswith("text/html")
    assert "There is no such page here" in page
    assert 'href="/"' in page
    assert plain["content-type"].startswith("text/plain")
    assert line == "There is no such page here.\n"


@pytest.mark.parametrize("path", ["/", "/healthz", "/v/x"])
def test_a_page_that_is_only_looked_at_refuses_other_methods(port: int, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        status, said, headers = ask(port, method, path)
        assert status == 405
        assert headers["content-type"].startswith("text/plain")
        assert "GET" in headers["allow"]
        assert "{" not in said


def test_health_and_readiness_are_told(port: int) -> None:
    assert ask(port, "GET", "/healthz")[:2] == (200, "ok")
    assert ask(port, "GET", "/readyz")[:2] == (200, "ok")


@pytest.mark.parametrize("taken", ["", "/letters"])
def test_pages_below_a_path_work_whether_the_proxy_takes_it_away_or_not(
    tmp_path: Path, sqlite_store: Store, taken: str
) -> None:
    app = public_site(tmp_path, sqlite_store, web="https://lantern.example/letters/")
    token = token_of(app, join(app, "weekly", "daily"))

    with pages_of(app) as port:
        for path in (f"/u/{token}", f"/p/{token}"):
            page = ask(port, "GET", f"{taken}{path}")[1]
            assert f'action="/letters{path}"' in page
            assert 'href="/letters/"' in page
        assert ask(port, "GET", taken or "/")[0] == 200
        assert ask(port, "GET", f"{taken}/metrics", Host="lantern.example")[0] == 404
        assert ask(port, "GET", "/letters-of-others")[0] == 404
        assert ask(port, "POST", f"{taken}/u/{token}/", b"List-Unsubscribe=One-Click")[0] == 200
    assert (state(app, "weekly"), state(app, "daily")) == ("unsubscribed", "confirmed")


OLD_TEMPLATE = """{% extends "pages/base.html.j2" %}{% block content %}
{% for name, title, gone in visit.newsletters if name != visit.ticket.newsletter and not gone %}
also {{ title }}
{% endfor %}{% endblock %}"""


def test_an_editors_copy_of_an_earlier_page_goes_on_to_work(app: App, port: int, token: str) -> None:
    own = app.config.root / "templates" / "pages"
    own.mkdir(parents=True)
    (own / "leave.html.j2").write_text(OLD_TEMPLATE, encoding="utf-8")

    status, page, _ = ask(port, "GET", f"/u/{token}")

    assert status == 200
    assert "also The Daily Lantern" in page
    assert "also Festival Dispatches" not in page
