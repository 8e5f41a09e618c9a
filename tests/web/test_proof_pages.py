"""Approving and holding from afar: a signed link, a page with one button, and nothing by looking alone."""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.errors import Held
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.sending import answering as proofs
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.pool import reviews

pytestmark = pytest.mark.slow

KEY = "weekly/2031-05-16"


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    fill(sqlite_store)
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def link(app: App) -> dict[proofs.Answer, str]:
    made = composing.compose(app, "weekly")
    assert made.email is not None
    return {
        name: urlsplit(url).path for name, url in proofs.links(app, made.edition.key, made.email.content_hash).items()
    }


def ask(port: int, method: str, path: str) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path)
    answer = line.getresponse()
    said = answer.read().decode()
    line.close()
    return answer.status, said


def stored(app: App) -> editions.StoredEdition:
    with app.store.read() as db:
        found = editions.get(db, KEY)
    assert found is not None
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_scanner_s_look_approves_nothing(app: App, port: int, link: dict[proofs.Answer, str], method: str) -> None:
    for path in link.values():
        assert ask(port, method, path)[0] == 200

    assert stored(app).state is EditionState.DRAFT
    assert not stored(app).paused


def test_the_page_has_one_button(port: int, link: dict[proofs.Answer, str]) -> None:
    said = ask(port, "GET", link["approve"])[1]

    assert said.count("<button") == 1
    assert "Approve “" in said


def test_the_button_approves_what_the_proof_showed(app: App, port: int, link: dict[proofs.Answer, str]) -> None:
    said = ask(port, "POST", link["approve"])[1]
    again = ask(port, "POST", link["approve"])[1]

    assert "Approved" in said
    assert "Approved" in again
    assert stored(app).state is EditionState.APPROVED
    assert stored(app).approved_hash == stored(app).content_hash


def test_a_draft_that_changed_since_is_not_approved(app: App, port: int, link: dict[proofs.Answer, str]) -> None:
    with app.store.write() as db:
        reviews.exclude(db, "review1")
    composing.compose(app, "weekly")

    said = ask(port, "POST", link["approve"])[1]

    assert "It has changed since" in said
    assert stored(app).state is EditionState.DRAFT


def test_holding_keeps_it_back_at_its_time(app: App, port: int, link: dict[proofs.Answer, str]) -> None:
    said = ask(port, "POST", link["hold"])[1]

    assert "Held back" in said
    assert stored(app).paused
    with app.store.write() as db, pytest.raises(Held):
        editions.freeze(db, KEY, stored(app).content_hash, NOW)


@pytest.mark.parametrize("token", ["x", "a" * 4000, "AAAA", "%00"])
def test_a_link_that_was_not_signed_here_leads_to_a_plain_word(
    app: App, port: int, link: dict[proofs.Answer, str], token: str
) -> None:
    forged = link["approve"][:-4] + "abcd"

    assert ask(port, "POST", f"/d/{token}")[0] == 404
    assert ask(port, "POST", forged)[0] == 404
    assert stored(app).state is EditionState.DRAFT


def test_the_proof_carries_the_draft_and_both_links(app: App) -> None:
    made = composing.compose(app, "weekly")
    assert made.email is not None

    found = proofs.links(app, made.edition.key, made.email.content_hash)
    email = proofs.with_links(made.email, found)

    for url in found.values():
        assert url in email.text
        assert url in email.html
    assert "The Salt Road" in email.html
    assert made.email.text in email.text
