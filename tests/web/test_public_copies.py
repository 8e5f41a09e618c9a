import html
import re

import pytest
from tests.publicsite import ANN, ask, join, sent, state, token_of

from publisher.model import Email
from publisher.newsroom.app import App
from publisher.newsroom.editions.preview import public_html
from publisher.newsroom.links import Ticket, link_key, sign

pytestmark = pytest.mark.slow
KINDS = ["edition", "one-off", "letter"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_is_passed_on_holds_nothing_of_her_who_passed_it_on(app: App, port: int, kind: str) -> None:
    reader = join(app, "weekly")
    links = sent(app, kind)

    for end in ("", "/"):
        status, page, headers = ask(port, "GET", f"/v/{links['v']}{end}")
        assert status == 200
        assert headers["content-type"].startswith("text/html")
        assert "Lantern Reviews" in page
        said = html.unescape(page)
        for hers in (ANN, "Ann", "ann.quill", "/u/", "/p/", links["u"], links["p"], token_of(app, reader), "__merge"):
            assert hers not in said
    assert ask(port, "HEAD", f"/v/{links['v']}")[0] == 200


@pytest.mark.parametrize("kind", KINDS)
def test_what_opens_the_page_neither_unsubscribes_nor_opens_her_settings(app: App, port: int, kind: str) -> None:
    join(app, "weekly", "daily")
    view = sent(app, kind)["v"]

    for path in (f"/u/{view}", f"/u/{view}/", f"/u/{view}?newsletter=daily", f"/p/{view}", f"/d/{view}", f"/v/{view}"):
        assert 400 <= ask(port, "POST", path, b"List-Unsubscribe=One-Click")[0] < 500
    for path in (f"/u/{view}", f"/p/{view}"):
        assert ask(port, "GET", path)[0] == 404
    assert (state(app, "weekly"), state(app, "daily")) == ("confirmed", "confirmed")


@pytest.mark.parametrize("kind", KINDS)
def test_the_unsubscribe_link_of_the_same_mail_takes_her_off(app: App, port: int, kind: str) -> None:
    join(app, "weekly")
    links = sent(app, kind)

    assert ask(port, "POST", f"/u/{links['u']}", b"List-Unsubscribe=One-Click")[0] == 200
    assert state(app, "weekly") == "unsubscribed"


def test_a_mail_that_is_out_already_shows_the_page_without_her_and_leaves_by_its_old_link(app: App, port: int) -> None:
    reader = join(app, "weekly")
    sent(app, "letter")
    with app.store.read() as db:
        key = db.exec_driver_sql("select key from editions").scalar_one()
    # Mails of earlier versions carried one token in all three links.
    old = sign(link_key(app), Ticket(newsletter="weekly", edition=key, reader=reader))

    status, page, _ = ask(port, "GET", f"/v/{old}")
    assert status == 200
    assert ANN not in page
    assert old not in page
    assert ask(port, "POST", f"/v/{old}")[0] == 405
    assert state(app, "weekly") == "confirmed"
    assert ask(port, "POST", f"/u/{old}", b"List-Unsubscribe=One-Click")[0] == 200
    assert state(app, "weekly") == "unsubscribed"


def test_a_token_of_an_earlier_version_is_read_as_it_was_written() -> None:
    old = "QYxQHo0EWnxHPLWeRCFJw1sid2Vla2x5Iiwid2Vla2x5LzIwMzEtMDMtMDciLDE3XQ"

    assert sign(b"k" * 32, Ticket(newsletter="weekly", edition="weekly/2031-03-07", reader=17)) == old


def test_an_edition_that_is_not_there_is_a_plain_word(app: App, port: int) -> None:
    token = token_of(app, join(app, "weekly"))

    status, said, _ = ask(port, "GET", f"/v/{token}")

    assert status == 404
    assert "This link does not work" in said


FIELDS = {name: f"__merge_{name}_1__" for name in ("name", "email", "unsubscribe_url", "preferences_url", "view_url")}
TEMPLATE = """<p>Dear {name}, hello from {field_city}.</p><p>Sent to {email} as asked.</p>
<a class="x"
 href="{unsubscribe_url}"><b>Leave</b></a> &nbsp; <a href='{preferences_url}'>Choose</a><a href="{view_url}">View</a>
<img src="https://x.example/p.gif?who={email}"><a href="mailto:{email}">you</a>
<form action="{unsubscribe_url}"></form><link rel="canonical" href="{view_url}">"""


def test_an_editors_own_template_keeps_its_sense_without_the_reader() -> None:
    fields = {**FIELDS, "field_city": "__merge_field_city_1__"}
    email = Email(subject="", preheader="", html=TEMPLATE.format_map(fields), text="", merge_fields=fields)

    page = public_html(email, "/v/abc")

    assert "<p>Dear, hello from.</p><p></p>" in page
    assert not re.search(r"__merge|Leave|Choose|View", page)
    assert '<form action="/#leave">' in page
    assert '<link rel="canonical" href="/v/abc">' in page
    assert 'who="' in page
