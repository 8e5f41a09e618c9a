"""The links of a reader's mail: looking changes nothing, leaving works at once, for good and again."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.audience import leaving
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.links import Ticket, link_key, sign
from publisher.store.engine import Store
from publisher.store.people import subscribers

pytestmark = pytest.mark.slow


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    fill(sqlite_store)
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def ann(app: App) -> int:
    with app.store.write() as db:
        return subscribers.add(
            db, "ann@one.example", name="Ann <b>", newsletters=["weekly", "monthly"], now=NOW, consent={"how": "test"}
        )


def token(app: App, reader: int, *, newsletter: str = "weekly", edition: str = "weekly/2031-05-16") -> str:
    return sign(link_key(app), Ticket(newsletter=newsletter, edition=edition, reader=reader))


def state(app: App, reader: int, newsletter: str) -> str:
    with app.store.read() as db:
        person = subscribers.by_id(db, reader)
    assert person is not None
    return person.state_for(newsletter)


def test_a_look_tells_the_newsletters_with_their_titles_and_changes_nothing(app: App, ann: int) -> None:
    seen = leaving.visit(app, token(app, ann))

    assert seen is not None
    assert (seen.title, seen.left) == ("The Weekly Lantern", False)
    assert seen.newsletters == (("weekly", "The Weekly Lantern", False), ("monthly", "Lantern Reviews", False))
    assert state(app, ann, "weekly") == "confirmed"


def test_one_click_leaves_the_newsletter_of_the_link_alone_and_twice_is_once(app: App, ann: int) -> None:
    for _ in range(2):
        left = leaving.leave(app, token(app, ann))
        assert left is not None
        assert left.left
    assert (state(app, ann, "weekly"), state(app, ann, "monthly")) == ("unsubscribed", "confirmed")


def test_another_newsletter_can_be_left_from_the_same_link(app: App, ann: int) -> None:
    left = leaving.leave(app, token(app, ann), newsletter="monthly")

    assert left is not None
    assert not left.left
    assert (state(app, ann, "weekly"), state(app, ann, "monthly")) == ("confirmed", "unsubscribed")


def test_a_reader_who_is_not_there_is_gone_already(app: App) -> None:
    left = leaving.leave(app, token(app, 4711))

    assert left is not None
    assert left.left
    assert left.newsletters == (("weekly", "The Weekly Lantern", True),)


def test_a_link_that_was_not_made_here_does_nothing(app: App, ann: int) -> None:
    forged = token(app, ann)[:-2] + "zz"

    assert leaving.visit(app, forged) is leaving.leave(app, forged) is leaving.view(app, forged) is None
    assert state(app, ann, "weekly") == "confirmed"


def test_the_edition_is_shown_with_the_reader_s_own_links(app: App, ann: int) -> None:
    key = compose(app, "weekly", at=NOW + timedelta(hours=1)).edition.key
    mine = token(app, ann, edition=key)
    page = leaving.view(app, mine)

    assert page is not None
    assert f"https://news.lantern.example/u/{mine}" in page
    assert "The Salt Road" in page
    assert leaving.view(app, token(app, ann, edition="weekly/1999-01-01")) is None
    assert token(app, 4711, edition=key) in (leaving.view(app, token(app, 4711, edition=key)) or "")
