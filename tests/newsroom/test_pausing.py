"""A pause is shown until when it lasts, in the site's zone; one that would be over already changes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started
from tests.studios import NOW, project

from publisher.config import load
from publisher.errors import UsageError
from publisher.model import EditionState
from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.editing import approve
from publisher.store.engine import Store

__all__ = ["open_room"]


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


def words(app: App) -> list[str]:
    return [pausing.in_words(app, each) for each in pausing.standing(app).values()]


def test_a_pause_without_an_end_says_so(app: App) -> None:
    pausing.pause(app, "weekly", until=None)

    assert words(app) == ["weekly is paused until you resume it"]


def test_a_pause_is_told_with_its_end_in_the_zone_of_the_site(app: App) -> None:
    pausing.pause(app, "weekly", until=datetime(2031, 6, 1, 23, tzinfo=UTC))

    assert words(app) == ["weekly is paused until 2031-06-02 00:00 (Monday 2 June, Europe/London)"]


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_an_end_that_is_past_is_refused_and_the_running_pause_goes_on(app: App, ago: timedelta) -> None:
    pausing.pause(app, "weekly", until=None)
    with pytest.raises(UsageError, match="is past, and nothing was changed"):
        pausing.pause(app, "weekly", until=NOW - ago)

    assert words(app) == ["weekly is paused until you resume it"]
    assert pausing.resume(app, "weekly") == ("weekly",)


def test_a_pause_that_is_over_is_not_shown(app: App) -> None:
    pausing.pause(app, "weekly", until=NOW + timedelta(hours=1))
    later = App(config=app.config, store=app.store, now=lambda: NOW + timedelta(hours=1))

    assert words(later) == []


@pytest.fixture
def approved(open_room: Callable[..., Room]) -> tuple[Room, str]:
    """A room whose edition of this Friday is approved, and which was paused then."""
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=2))
    key = compose(room.app, "weekly").edition.key
    approve(room.app, key)
    pausing.pause(room.app, "weekly", until=None)
    return room, key


def test_an_approved_edition_does_not_go_out_in_a_pause(approved: tuple[Room, str]) -> None:
    room, key = approved
    for minutes in (0, 1, 2):
        room.at(FRIDAY + timedelta(minutes=minutes))

    assert room.to_readers() == []
    assert room.edition(key).state is EditionState.APPROVED


def test_an_approved_edition_of_a_slot_in_a_pause_is_missed_when_the_pause_ends_weeks_later(
    approved: tuple[Room, str],
) -> None:
    room, key = approved
    room.at(FRIDAY)
    room.clock[0] = FRIDAY + timedelta(days=20)
    pausing.resume(room.app, "weekly")
    room.at(FRIDAY + timedelta(days=20))

    assert room.to_readers() == []
    assert room.edition(key).state is EditionState.MISSED
