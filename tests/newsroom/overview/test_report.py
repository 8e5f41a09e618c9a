"""What happens next and what became of an edition, in words and as a document."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.errors import UsageError
from publisher.model import Counts
from publisher.newsroom.app import App
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.editing import approve
from publisher.newsroom.overview.report import edition_rows, status
from publisher.newsroom.pool import reviewing
from publisher.newsroom.sending.send import send
from publisher.store.engine import Store
from publisher.store.people import subscribers
from publisher.store.pool import sources

pytestmark = pytest.mark.slow

KEY = "weekly/2031-05-16"


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    fill(sqlite_store)
    with sqlite_store.write() as db:
        subscribers.add(db, "ann@one.example", newsletters=["weekly"], now=NOW, consent={"how": "test"})
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


def test_before_the_first_edition_it_tells_what_comes(app: App) -> None:
    reviewing.hold(app, "review0")
    found = status(app)

    assert (found.edition, found.state, found.counts, found.troubled) == ("", "", Counts(), False)
    assert found.next["edition"] == KEY
    assert found.next["slot"] == "2031-05-16T09:00:00+01:00"
    assert (found.next["ready"], found.next["held"], found.next["readers"]) == (3, 1, 1)
    assert (found.next["state"], found.next["failing_sources"]) == (None, [])
    assert found.words[0].startswith("next: The Weekly Lantern, ")
    assert found.words[1] == "ready: 3, held: 1, readers: 1"
    assert (found.as_json()["edition"], found.as_json()["state"]) == (None, None)


def test_an_edition_that_moved_comes_before_a_draft(app: App) -> None:
    compose(app, "weekly")
    assert (status(app).edition, status(app).state) == (KEY, "draft")
    send(app, "weekly")
    compose(app, "weekly")
    for key in (None, "weekly", KEY):
        found = status(app, key)
        assert (found.edition, found.state, found.counts) == (KEY, "sent", Counts(accepted=1))
    assert found.next["edition"] == "weekly/2031-05-23"
    assert f"{KEY}: sent" in found.words


def test_an_approval_that_is_asked_for_is_said_until_it_is_given(app: App) -> None:
    weekly = app.config.newsletters["weekly"].model_copy(update={"approve": True})
    app.config.newsletters["weekly"] = weekly  # type: ignore[index]
    compose(app, "weekly")
    assert any("it waits for your approval" in line for line in status(app).words)
    approve(app, KEY)

    assert not any("it waits for your approval" in line for line in status(app).words)
    assert status(app).next["state"] == "approved"


@pytest.mark.parametrize(("ago", "failing"), [(timedelta(days=1), []), (timedelta(days=1, seconds=1), ["ill"])])
def test_a_source_is_said_to_fail_after_a_day(app: App, ago: timedelta, failing: list[str]) -> None:
    with app.store.write() as db:
        sources.save(db, sources.StoredSource(name="ill", fetched_at=NOW, failing_since=NOW - ago))

    assert status(app).next["failing_sources"] == failing
    assert [word for word in status(app).words if "source ill has been failing since 2031-05-13" in word] == [
        f"source {name} has been failing since 2031-05-13" for name in failing
    ]


def test_an_unknown_name_is_told(app: App) -> None:
    with pytest.raises(UsageError, match="there is no edition “nothing”; `publisher editions list` shows them"):
        status(app, "nothing")


def test_every_edition_is_a_row_with_its_counts(app: App) -> None:
    made = compose(app, "weekly")
    ((row, counts),) = edition_rows(app, "weekly")

    assert (row["edition"], row["newsletter"], row["kind"], row["state"]) == (KEY, "weekly", "slot", "draft")
    assert (row["subject"], row["reason"], counts) == (made.edition.subject, "", Counts())
    assert edition_rows(app, "monthly") == []
