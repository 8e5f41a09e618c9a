"""The links of a reader's mail: looking changes nothing, leaving works at once, for good and again."""

from pathlib import Path

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience import leaving
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.links import Ticket, link_key, sign, sign_view
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
    assert (seen.title, seen.left, seen.known) == ("The Weekly Lantern", False, True)
    assert [(each.name, each.on, each.closed) for each in seen.newsletters] == [
        ("weekly", True, ""),
        ("monthly", True, ""),
    ]
    assert state(app, ann, "weekly") == "confirmed"


def test_one_click_leaves_the_newsletter_of_the_link_alone_and_twice_is_once(app: App, ann: int) -> None:
    for _ in range(2):
        left = leaving.leave(app, token(app, ann))
        assert left is not None
        assert left.left
    assert (state(app, ann, "weekly"), state(app, ann, "monthly")) == ("unsubscribed", "confirmed")


def test_another_newsletter_can_be_left_from_the_same_link(app: App, ann: int) -> None:
    left = leaving.leave(app, token(app, ann), newsletters=["monthly"])

    assert left is not None
    assert not left.left
    assert (state(app, ann, "weekly"), state(app, ann, "monthly")) == ("confirmed", "unsubscribed")


def test_a_reader_who_is_not_there_is_gone_already(app: App) -> None:
    left = leaving.leave(app, token(app, 4711))

    assert left is not None
    assert left.left
    assert [(each.name, each.on) for each in left.newsletters] == [("weekly", False)]
    assert not left.known


def test_a_name_of_no_newsletter_changes_nothing(app: App, ann: int) -> None:
    with pytest.raises(UsageError, match="there is no such newsletter here, and nothing was changed"):
        leaving.leave(app, token(app, ann), newsletters=["monthly", "daily"])
    assert state(app, ann, "monthly") == "confirmed"


def test_what_the_editor_closed_is_told_with_its_reason_and_her_own_leaving_is_open(app: App, ann: int) -> None:
    with app.store.write() as db:
        subscribers.suppress(db, "ann@one.example", reason="manual", now=NOW)
    seen = leaving.visit(app, token(app, ann))

    assert seen is not None
    assert all(each.closed and not each.on for each in seen.newsletters)


def test_a_link_that_was_not_made_here_does_nothing(app: App, ann: int) -> None:
    forged = token(app, ann)[:-2] + "zz"

    assert [leaving.visit(app, forged), leaving.leave(app, forged)] == [None, None]
    assert leaving.view(app, forged) is None
    assert state(app, ann, "weekly") == "confirmed"


def test_the_edition_is_shown_to_anybody_by_its_own_link(app: App, ann: int) -> None:
    key = compose(app, "weekly").edition.key
    page = leaving.view(app, sign_view(link_key(app), key))

    assert page is not None
    assert "The Salt Road" in page
    assert token(app, ann, edition=key) not in page
    assert leaving.view(app, sign_view(link_key(app), "weekly/1999-01-01")) is None
