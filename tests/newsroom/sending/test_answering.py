"""The signed answers of a proof: what each does, once, and what is said where it cannot be done any more."""

from pathlib import Path

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.model import EditionState, Email
from publisher.newsroom.app import App
from publisher.newsroom.editions import editing
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.pool import reviewing
from publisher.newsroom.sending import answering
from publisher.store import editions
from publisher.store.engine import Store

KEY = "weekly/2031-05-16"


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    fill(sqlite_store)
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def tokens(app: App) -> dict[str, str]:
    """The tokens of approve, hold and stop for the draft as it is."""
    made = compose(app, "weekly")
    assert made.email is not None
    mark = made.email.content_hash
    found = {**answering.links(app, KEY, mark), "stop": answering.stop_link(app, KEY, mark)}
    return {name: url.rpartition("/")[2] for name, url in found.items()}


def test_links_lie_above_the_draft_in_both_its_bodies_and_are_escaped() -> None:
    email = Email(subject="", preheader="", html='<html><BODY class="a">Hi<body></html>', text="Hi", merge_fields={})
    made = answering.with_links(email, {"approve": "https://a.example/d/1?a&b", "hold": "https://a.example/d/2"})

    assert made.html.startswith('<html><BODY class="a"><p style=')
    assert 'href="https://a.example/d/1?a&amp;b"' in made.html
    assert made.html.count("Hold it back") == 1
    assert made.text == ("Approve this edition: https://a.example/d/1?a&b\nHold it back: https://a.example/d/2\n\nHi")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["approve", "hold", "stop"])
def test_looking_changes_nothing_and_answering_twice_is_once(app: App, tokens: dict[str, str], name: str) -> None:
    seen = answering.visit(app, tokens[name])
    assert seen is not None
    assert (seen.answer, seen.edition, seen.done, seen.wrong) == (name, KEY, False, "")
    assert seen.subject == editing.stored_edition(app, KEY).content["subject"]
    stored = editing.stored_edition(app, KEY)
    assert (stored.state, stored.paused) == (EditionState.DRAFT, False)

    for _ in range(2):
        done = answering.answer(app, tokens[name])
        assert done is not None
        assert (done.done, done.wrong) == (True, "")
    stored = editing.stored_edition(app, KEY)
    assert (stored.state is EditionState.APPROVED, stored.paused) == (name == "approve", name != "approve")


@pytest.mark.slow
def test_a_draft_that_changed_is_not_approved_and_may_still_be_held(app: App, tokens: dict[str, str]) -> None:
    reviewing.exclude(app, "review0")
    compose(app, "weekly")
    seen = answering.answer(app, tokens["approve"])

    assert seen is not None
    assert seen.wrong == "It has changed since this proof was sent. Ask for a new one, or open the studio."
    assert editing.stored_edition(app, KEY).state is EditionState.DRAFT
    held = answering.answer(app, tokens["hold"])
    assert held is not None
    assert held.done


@pytest.mark.slow
@pytest.mark.parametrize("name", ["approve", "hold", "stop"])
def test_what_is_cancelled_is_left_alone(app: App, tokens: dict[str, str], name: str) -> None:
    editing.cancel(app, KEY)
    seen = answering.answer(app, tokens[name])

    assert seen is not None
    assert (seen.done, seen.wrong) == (False, "It is cancelled already.")
    assert not editing.stored_edition(app, KEY).paused


@pytest.mark.slow
def test_an_edition_on_its_way_can_still_be_stopped(app: App, tokens: dict[str, str]) -> None:
    with app.store.write() as db:
        editions.freeze(db, KEY, editing.stored_edition(app, KEY).content_hash, NOW)
    late = answering.answer(app, tokens["hold"])
    assert late is not None
    assert late.wrong == "It is sending already."
    stopped = answering.answer(app, tokens["stop"])

    assert stopped is not None
    assert stopped.done
    assert editing.stored_edition(app, KEY).paused


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [lambda token: token[:-4] + "abcd", lambda token: "A" + token, lambda token: "x"])
def test_a_token_that_was_not_signed_here_is_nothing(app: App, tokens: dict[str, str], spoil) -> None:  # type: ignore[no-untyped-def]
    assert answering.visit(app, spoil(tokens["approve"])) is None
    assert answering.answer(app, spoil(tokens["approve"])) is None
