"""What an editor does with one review of the pool."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import Config
from publisher.errors import UsageError
from publisher.model import Block, Review, Verdict
from publisher.newsroom.app import App
from publisher.newsroom.pool import reviewing
from publisher.store.engine import Store
from publisher.store.pool import reviews as pool

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def app(sqlite_store: Store) -> App:
    text = (Block(kind="paragraph", text="It rains."),)
    review = Review(id="abcdef12", source="s", url="https://one.example/a", headline="A", blocks=text)
    with sqlite_store.write() as db:
        pool.insert(db, review, verdict=Verdict.NEW, now=NOW)
    return App(config=Config.defaults(Path()), store=sqlite_store, now=lambda: NOW)


def test_nobody_knows_a_review_that_is_not_there(app: App) -> None:
    with pytest.raises(UsageError, match="there is no review “zzz”"):
        reviewing.found(app, "zzz")


def test_an_override_stays_until_an_empty_value_takes_it_back(app: App) -> None:
    assert dict(reviewing.correct(app, "abcdef12", {"film": " The Rain ", "year": "1999"}).overrides) == {
        "film": "The Rain",
        "year": "1999",
    }
    assert dict(reviewing.correct(app, "abcdef12", {"film": " "}).overrides) == {"year": "1999"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("colour", "red", "no field of a review"),
        ("year", "1870", "film's year"),
        ("year", "2200", "film's year"),
        ("year", "soon", "film's year"),
        ("image", "a.jpg", "web address"),
        ("url", "ftp://one.example", "web address"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_changes_nothing(app: App, name: str, value: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        reviewing.correct(app, "abcdef12", {name: value})

    assert dict(reviewing.found(app, "abcdef12").overrides) == {}


@pytest.mark.parametrize(("name", "value"), [("year", "1871"), ("year", "2199"), ("year", "None"), ("image", "none")])
def test_the_outermost_years_and_the_word_none_are_taken(app: App, name: str, value: str) -> None:
    assert dict(reviewing.correct(app, "abcdef12", {name: value}).overrides) == {name: value}


def test_an_embargo_ends_and_a_hold_does_not(app: App) -> None:
    until = NOW + timedelta(hours=1)

    embargoed = reviewing.hold(app, "abcdef12", until=until)
    assert reviewing.is_held(embargoed, NOW)
    assert not reviewing.is_held(embargoed, until)

    assert reviewing.is_held(reviewing.hold(app, "abcdef12"), NOW + timedelta(days=1000))
    assert not reviewing.is_held(reviewing.release(app, "abcdef12"), NOW)


def test_a_pin_and_an_exclusion_are_taken_back(app: App) -> None:
    assert reviewing.pin(app, "abcdef12").pinned
    assert not reviewing.pin(app, "abcdef12", on=False).pinned
    assert reviewing.exclude(app, "abcdef12").excluded
    assert not reviewing.exclude(app, "abcdef12", on=False).excluded
