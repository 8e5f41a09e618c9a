"""The numbers of a publisher: by newsletter, source and channel, and none of them names anybody."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.model import Counts
from publisher.newsroom.app import App
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.notify import tell
from publisher.newsroom.overview.figures import figures
from publisher.newsroom.sending.send import send
from publisher.store.engine import Store
from publisher.store.people import subscribers
from publisher.store.pool import sources


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    fill(sqlite_store)
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


def test_before_anything_has_happened_there_is_the_next_slot_alone(app: App) -> None:
    found = figures(app)

    assert found.next_slot == {"weekly": datetime(2031, 5, 16, 8, tzinfo=UTC).timestamp()}
    assert (found.last, found.editions, found.failing_since, found.posts) == ({"weekly": Counts()}, {}, {}, {})
    assert found.notices == 0


def test_a_source_that_works_fails_since_zero(app: App) -> None:
    since = NOW - timedelta(days=1)
    with app.store.write() as db:
        sources.save(db, sources.StoredSource(name="well", fetched_at=NOW))
        sources.save(db, sources.StoredSource(name="ill", fetched_at=NOW, failing_since=since))

    assert figures(app).failing_since == {"well": 0.0, "ill": since.timestamp()}


def test_notices_are_counted(app: App) -> None:
    tell(app, "a", "One", "thing")
    tell(app, "a", "One", "thing")

    assert figures(app).notices == 1


@pytest.mark.slow
def test_readers_and_editions_are_counted_by_their_state(app: App) -> None:
    with app.store.write() as db:
        for name in ("ann", "bob", "eve"):
            subscribers.add(db, f"{name}@one.example", newsletters=["weekly"], now=NOW, consent={"how": "test"})
        eve = subscribers.get(db, "eve@one.example")
        assert eve is not None
        subscribers.unsubscribe(db, eve.id, "weekly", NOW)
    compose(app, "weekly")
    assert figures(app).editions == {("weekly", "draft"): 1}
    send(app, "weekly")
    found = figures(app)

    assert found.last == {"weekly": Counts(accepted=2)}
    assert found.editions == {("weekly", "sent"): 1}
    assert found.audience == {("weekly", "confirmed"): 2, ("weekly", "pending"): 0, ("weekly", "unsubscribed"): 1}
