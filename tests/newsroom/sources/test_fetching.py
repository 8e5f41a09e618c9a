"""Which sources are asked now, and when the editor hears of one that has been failing."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.sources.fetching import fetch_due
from publisher.store.engine import Store
from publisher.store.pool import sources
from publisher.store.tables import notices

NOON = datetime(2031, 5, 14, 12, tzinfo=UTC)
TEXT = '[[sources]]\nname = "folder"\nkind = "folder"\npath = "reviews"\nevery = "1h"\n'


class Desk:
    """A publisher with one folder of reviews, whose clock the test moves."""

    def __init__(self, root: Path, store: Store) -> None:
        (root / "publisher.toml").write_text(TEXT, encoding="utf-8")
        (root / "reviews").mkdir()
        self.root, self.now = root, NOON
        self.app = App(config=load(root / "publisher.toml", env={}), store=store, now=lambda: self.now)

    def fetch(self, *, everything: bool = False, **later: float) -> tuple[str, ...]:
        self.now += timedelta(**later)
        return fetch_due(self.app, self.now, everything=everything, stop=threading.Event())

    def fetched(self) -> datetime | None:
        with self.app.store.read() as db:
            stored = sources.get(db, "folder")
        return stored.fetched_at if stored else None

    def told(self) -> list[str]:
        with self.app.store.read() as db:
            return [row.text for row in db.execute(notices.select())]


@pytest.fixture
def desk(tmp_path: Path, sqlite_store: Store) -> Desk:
    return Desk(tmp_path, sqlite_store)


def test_a_source_is_asked_at_once_and_then_when_its_time_has_come(desk: Desk) -> None:
    assert desk.fetch() == ()
    desk.fetch(minutes=59, seconds=59)
    assert desk.fetched() == NOON
    desk.fetch(seconds=1)
    assert desk.fetched() == NOON + timedelta(hours=1)


def test_for_a_slot_everything_is_asked_that_was_not_asked_ten_seconds_ago(desk: Desk) -> None:
    desk.fetch()
    desk.fetch(everything=True, seconds=9)
    assert desk.fetched() == NOON
    desk.fetch(everything=True, seconds=1)
    assert desk.fetched() == NOON + timedelta(seconds=10)


def test_a_look_that_lies_ahead_of_the_clock_is_no_reason_to_wait(desk: Desk) -> None:
    desk.fetch()
    desk.fetch(minutes=-30)

    assert desk.fetched() == NOON - timedelta(minutes=30)


def test_a_stop_asks_nobody(desk: Desk) -> None:
    stop = threading.Event()
    stop.set()

    assert fetch_due(desk.app, desk.now, stop=stop) == ()
    assert desk.fetched() is None


def test_a_failure_is_one_line_and_told_to_the_editor_after_a_day_and_once(desk: Desk) -> None:
    desk.fetch()
    (desk.root / "reviews").rmdir()
    (line,) = desk.fetch(hours=1)
    assert line.startswith("folder could not be read, so this holds what was known before: ")
    desk.fetch(hours=23)
    assert desk.told() == []
    for _ in range(2):
        desk.fetch(days=1, hours=1)
    (letter,) = desk.told()

    assert letter.startswith("source folder has been failing for a day\n")
    assert "The source folder has not been readable since 2031-05-14: " in letter
    assert "To try it now: publisher fetch --source folder" in letter


def test_a_source_that_rests_after_a_failure_or_is_gone_is_left_alone(desk: Desk) -> None:
    for stored in (
        sources.StoredSource(name="folder", fetched_at=NOON - timedelta(days=1), not_before=NOON + timedelta(hours=1)),
        sources.StoredSource(name="folder", fetched_at=NOON - timedelta(days=1), gone=True),
    ):
        with desk.app.store.write() as db:
            sources.save(db, stored)
        desk.fetch(everything=True)
        assert desk.fetched() == NOON - timedelta(days=1)
