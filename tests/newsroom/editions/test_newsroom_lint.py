"""Preflight with the world's facts: which addresses are asked, how, and what their answers mean."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from tests.loopback import Loopback, Page, loopback
from tests.preflight.clean import parts, rendered, sent
from tests.studios import NOW

from publisher.errors import PublisherError, UsageError
from publisher.http.door import Http
from publisher.newsroom.app import App
from publisher.newsroom.editions import lint
from publisher.newsroom.editions.drafts import Composed
from publisher.preflight import Letter
from publisher.store import editions


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


def letter(body: str, leave: str = "https://news.lantern.example/u/1") -> Letter:
    head = f"From: a@lantern.example\r\nList-Unsubscribe: <{leave}>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return Letter(f"{head}<html><body>{body}</body></html>".encode())


def looked(site: Loopback, body: str, waits: list[float] | None = None) -> dict[str, object]:
    kept: list[float] = [] if waits is None else waits
    with Http(allow_private=True, timeout=2) as http:
        facts = lint.look_up(letter(body.replace("SITE", site.url)), http, pause=kept.append)
    return {name: {url.removeprefix(site.url): said for url, said in found.items()} for name, found in facts.items()}


def test_links_are_web_addresses_each_once_and_not_the_one_that_unsubscribes() -> None:
    body = "".join(
        f'<a href="{href}">x</a>'
        for href in ("https://a.example/1", "mailto:a@a.example", "https://a.example/1", "#top", "http://b.example",
                     "https://news.lantern.example/u/1", "ftp://c.example")
    )  # fmt: skip

    assert lint.links_of(letter(body)) == ("https://a.example/1", "http://b.example")


def test_pictures_are_web_addresses_each_once() -> None:
    body = '<img src=" https://a.example/1.jpg "><img src="https://a.example/1.jpg"><img src="cid:1"><img>'

    assert lint.pictures_of(letter(body)) == ("https://a.example/1.jpg",)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, ("ok", "")),
        (204, ("ok", "")),
        (401, ("unsure", "it answers with status 401")),
        (404, ("gone", "it answers with status 404")),
        (410, ("gone", "it answers with status 410")),
        (500, ("unsure", "it answers with status 500")),
    ],
)
def test_only_404_and_410_say_that_a_page_is_gone(site: Loopback, status: int, said: tuple[str, str]) -> None:
    site.pages["/page"] = Page(status=status)

    assert looked(site, '<a href="SITE/page">x</a>')["links"] == {"/page": said}


def test_a_server_without_head_is_asked_with_get(site: Loopback) -> None:
    site.pages["/page"] = lambda asked, _: Page(status=405 if asked.method == "HEAD" else 200)

    assert looked(site, '<a href="SITE/page">x</a>')["links"] == {"/page": ("ok", "")}
    assert [asked.method for asked in site.asked] == ["HEAD", "GET"]


def test_redirects_are_followed_five_times_and_to_web_addresses_alone(site: Loopback) -> None:
    for number in range(7):
        site.pages[f"/{number}"] = Page(status=302, headers={"Location": f"/{number + 1}"})
    site.put("/7", "here", "text/html")
    site.pages["/ftp"] = Page(status=301, headers={"Location": "ftp://a.example"})
    found = looked(site, '<a href="SITE/2">x</a><a href="SITE/1">x</a><a href="SITE/ftp">x</a>')["links"]

    assert found == {
        "/2": ("ok", ""),
        "/1": ("gone", "it redirects more than 5 times"),
        "/ftp": ("gone", "it redirects to what is no web address"),
    }


def test_a_picture_is_loaded_weighed_and_measured(site: Loopback) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 36)).save(out, "PNG")
    site.put("/a.png", out.getvalue(), "Image/PNG; x=1")
    site.put("/b.png", b"no picture", "text/html")
    facts = looked(site, '<img src="SITE/a.png"><img src="SITE/b.png">')

    assert facts["image_bytes"] == {"/a.png": len(out.getvalue()), "/b.png": 10}
    assert facts["image_type"] == {"/a.png": "image/png", "/b.png": "text/html"}
    assert facts["image_size"] == {"/a.png": (64, 36)}
    assert {asked.method for asked in site.asked} == {"GET"}


def test_one_host_is_asked_four_times_a_second_at_most(site: Loopback) -> None:
    waits: list[float] = []
    looked(site, '<a href="SITE/1">x</a><a href="SITE/2">x</a>', waits)

    assert len(waits) == 1
    assert 0 < waits[0] <= 0.25


def test_what_is_no_message_is_refused_by_its_place() -> None:
    with pytest.raises(UsageError, match=r"-: this is no mail message; give an \.eml file, headers first"):
        lint.lint_file(None, b"Buy milk\n")


def test_the_unsubscribe_address_is_said_not_to_be_asked(site: Loopback) -> None:
    raw = parts().header("List-Unsubscribe", f"<{site.url}/leave>").raw.replace(b"https://", b"x://")
    with Http(allow_private=True, timeout=2) as http:
        found = lint.lint_file(None, raw, http=http)

    assert found.notes == ("the unsubscribe address was not asked: that might unsubscribe somebody",)
    assert "/leave" not in site.paths()
    assert lint.lint_file(None, sent(rendered()).data).notes == ()


@pytest.mark.slow
def test_an_edition_is_judged_by_its_key_or_as_the_coming_one(app: App, made: Composed) -> None:
    by_name, by_key = lint.lint_edition(app, "weekly"), lint.lint_edition(app, made.edition.key)

    assert by_name.report == by_key.report
    with pytest.raises(UsageError, match="there is no file and no edition “nothing”"):
        lint.lint_edition(app, "nothing")
    with app.store.write() as db:
        editions.save_draft(db, editions.Draft(key="empty", newsletter="weekly", kind="oneoff", slot_utc=None), NOW)
    with pytest.raises(PublisherError, match="the edition empty is empty; `publisher compose weekly` remakes it"):
        lint.lint_edition(app, "empty")
