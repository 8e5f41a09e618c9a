"""What is remembered of a source from one fetch to the next, and how long the next one waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.config import SourcePolicy
from publisher.errors import SourceBusy, SourceError, SourceGone
from publisher.loader.source import Loaded
from publisher.newsroom.sources.memory import PAGE_TRIES, Memory, after_failure, after_success, filters
from publisher.store.pool.sources import StoredSource

NOW = datetime(2031, 5, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, NEW = "https://a.example/feed", "https://b.example/feed"


def succeeded(stored: StoredSource, **said: Any) -> StoredSource:
    return after_success(stored, Memory.of(stored), Loaded(**said), now=NOW, configured=OLD)


def failed(stored: StoredSource, error: SourceError | None = None, every: timedelta = HOUR) -> StoredSource:
    return after_failure(stored, error or SourceError("it is down"), now=NOW, every=every)


def test_what_is_remembered_comes_back_and_nothing_empty_is_kept() -> None:
    memory = Memory(etag='"1"', last_modified="Sat", oldest=NOW, configured=OLD, chosen="Drama", moving_to=NEW,
                    moving_seen=2, asked_to_wait=NOW, tries={"a": 1}, kind={"page": 3})  # fmt: skip

    assert Memory.of(StoredSource(name="s", state=memory.as_state())) == memory
    assert Memory().as_state() == {}
    assert Memory.of(StoredSource(name="s")) == Memory()


def test_a_good_fetch_ends_all_trouble() -> None:
    ill = failed(failed(StoredSource(name="s")), SourceBusy(after=HOUR))
    well = succeeded(ill, etag='"1"')

    assert (well.fetched_at, well.last_good) == (NOW, NOW)
    assert (well.not_before, well.failures, well.failing_since, well.error, well.gone) == (None, 0, None, "", False)
    assert well.state == {"etag": '"1"', "configured": OLD, "whole_at": NOW.isoformat()}


def test_validators_stay_in_force_after_an_unchanged_answer_and_no_longer() -> None:
    first = succeeded(StoredSource(name="s"), etag='"1"', last_modified="Sat")

    assert (succeeded(first, not_modified=True).state["etag"]) == '"1"'
    assert (succeeded(first, not_modified=True).state["last_modified"]) == "Sat"
    assert "etag" not in succeeded(first).state
    assert succeeded(first, etag='"2"').state["etag"] == '"2"'


def test_a_move_is_believed_at_the_third_good_fetch_in_a_row() -> None:
    stored = StoredSource(name="s", state={"configured": OLD})
    urls = []
    for _ in range(3):
        stored = succeeded(stored, permanent_url=NEW)
        urls.append(stored.url)

    assert urls == ["", "", NEW]
    assert "moving_to" not in stored.state


def test_a_row_that_breaks_begins_again() -> None:
    stored = StoredSource(name="s", state={"configured": OLD})
    for said in (NEW, NEW, None, NEW, NEW, "https://c.example/feed", NEW):
        stored = succeeded(stored, permanent_url=said)

    assert (stored.url, stored.state["moving_to"], stored.state["moving_seen"]) == ("", NEW, 1)


def test_another_address_in_the_configuration_ends_a_move() -> None:
    moved = StoredSource(name="s", url=NEW, state={"configured": OLD})

    assert succeeded(moved).url == NEW
    assert after_success(moved, Memory.of(moved), Loaded(), now=NOW, configured="https://c.example").url == ""


def test_each_failure_doubles_the_wait_up_to_a_day() -> None:
    stored, waits = StoredSource(name="s"), []
    for _ in range(7):
        stored = failed(stored)
        assert stored.not_before is not None
        waits.append((stored.not_before - NOW) / HOUR)

    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert (stored.failures, stored.failing_since, stored.error, stored.gone) == (7, NOW, "it is down", False)


def test_a_server_s_own_wait_counts_and_is_kept_as_its_word() -> None:
    for asked, kept in ((HOUR * 5, HOUR * 5), (HOUR * 99, HOUR * 24)):
        stored = failed(StoredSource(name="s"), SourceBusy("busy", after=asked))
        assert stored.not_before == Memory.of(stored).asked_to_wait == NOW + kept
    assert Memory.of(failed(stored)).asked_to_wait is None
    assert failed(StoredSource(name="s"), SourceBusy("busy")).not_before == NOW + HOUR


def test_a_failure_forgets_nothing_and_410_says_that_it_is_gone() -> None:
    good = succeeded(StoredSource(name="s"), etag='"1"')
    ill = failed(good, SourceGone())

    assert ill.gone
    assert (ill.state["etag"], ill.last_good) == ('"1"', NOW)
    assert len(failed(good, SourceError("x" * 900)).error) == 500


@pytest.mark.parametrize(
    ("last_good", "configured", "chosen", "moved"),
    [(NOW, OLD, "", False), (NOW, NEW, "", True), (NOW, OLD, "Drama", True), (None, NEW, "", False)],
)
def test_what_a_source_shows_is_another_stretch_at_another_address_or_with_other_filters(
    last_good: datetime | None, configured: str, chosen: str, moved: bool
) -> None:
    memory = Memory(configured=OLD, oldest=NOW)
    window = memory.window(StoredSource(name="s", last_good=last_good), configured=configured, chosen=chosen)

    assert (window.moved, window.last_good, window.oldest) == (moved, last_good, NOW)


def test_filters_are_one_text_whatever_their_order() -> None:
    one = SourcePolicy(only_categories=("Drama", "Comedy"), skip_categories=("News",))
    other = SourcePolicy(only_categories=("Comedy", "Drama"), skip_categories=("News",))

    assert filters(SourcePolicy()) == ""
    assert filters(one) == filters(other) == "Comedy|Drama|not|News"
    assert filters(SourcePolicy(only_categories=("News",))) != filters(SourcePolicy(skip_categories=("News",)))
    assert PAGE_TRIES == 5
