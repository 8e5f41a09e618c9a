"""What a source no longer shows waits, is said once, and is in again when it comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.config import SourcePolicy
from publisher.loader.newness.identity import Index, Ruling, Seen
from publisher.loader.newness.newness import Window, decide
from publisher.loader.source import Entry, Loaded
from publisher.model import Block, Published, Review, Verdict
from publisher.newsroom.pool.reviewing import WITHDRAWN
from publisher.newsroom.sources.withdrawing import BACK, listed, withdraw
from publisher.store.engine import Store
from publisher.store.pool import decisions, reviews

NOW = datetime(2031, 5, 10, 12, tzinfo=UTC)
ZONE = ZoneInfo("UTC")


def review(number: int, *, title: str = "") -> Review:
    """The review that came out so many hours ago."""
    at = NOW - timedelta(hours=number)
    return Review(
        id=f"r{number}",
        source="site",
        native_id=f"n{number}",
        headline=title or f"Film {number} Review",
        published=Published(value=at, precision="second", raw=at.isoformat()),
        blocks=(Block(kind="paragraph", text=f"Text {number}."),),
        full_text="feed",
    )


def ruling(number: int) -> Ruling:
    """A ruling that an entry is the known review of that number."""
    found = review(number)
    return Ruling(entry=Entry(found), verdict=Verdict.DUPLICATE, rule="same id", review=found, stored=False)


@pytest.fixture
def pool(store: Store) -> Store:
    """A store with six new reviews, the youngest r1."""
    with store.write() as db:
        for number in range(1, 7):
            reviews.insert(db, review(number), verdict=Verdict.NEW, rule="dated", now=NOW)
    return store


def look(store: Store, numbers: list[int], *, before: list[int], complete: bool = False) -> dict[str, str]:
    """What a look that shows these reviews decides, by review."""
    with store.write() as db:
        made = withdraw(
            db,
            "site",
            [f"r{number}" for number in before],
            [ruling(number) for number in numbers],
            loaded=Loaded(complete=complete),
            now=NOW,
        )
    return {each.review_id: each.rule for each in made}


def test_what_left_the_middle_or_the_top_of_a_window_waits_and_what_scrolled_off_does_not(pool: Store) -> None:
    assert look(pool, [1, 3, 4, 5], before=[1, 2, 3, 4, 5, 6]) == {"r2": WITHDRAWN}
    assert look(pool, [3, 4, 5], before=[1, 3, 4, 5]) == {"r1": WITHDRAWN}
    with pool.read() as db:
        assert {key: each.verdict for key, each in reviews.get_all(db, ["r2", "r6"]).items()} == {
            "r2": Verdict.HELD,
            "r6": Verdict.NEW,
        }
        assert decisions.about(db, "r2")[-1].rule == WITHDRAWN


def test_a_feed_that_lists_the_oldest_first_is_read_the_other_way_round(pool: Store) -> None:
    assert look(pool, [5, 4, 3, 2], before=[6, 5, 4, 3, 2, 1]) == {"r1": WITHDRAWN}
    assert look(pool, [5, 3, 2], before=[5, 4, 3, 2]) == {"r4": WITHDRAWN}


def test_what_comes_back_is_in_again_and_each_is_said_once(pool: Store) -> None:
    assert look(pool, [1, 3], before=[1, 2, 3]) == {"r2": WITHDRAWN}
    assert look(pool, [1, 3], before=[1, 3]) == {}
    assert look(pool, [1, 2, 3], before=[1, 3]) == {"r2": BACK}
    with pool.read() as db:
        found = reviews.get(db, "r2")
    assert found is not None
    assert (found.verdict, found.held) == (Verdict.NEW, False)


def test_when_most_is_gone_at_once_the_source_shows_something_else(pool: Store) -> None:
    assert look(pool, [6], before=[1, 2, 3, 4, 5, 6]) == {}
    assert look(pool, [], before=[1, 2, 3, 4, 5, 6], complete=True) == {}


def test_a_source_that_lists_everything_misses_what_is_not_there(pool: Store) -> None:
    assert look(pool, [1, 2, 3, 4, 5], before=[], complete=True) == {"r6": WITHDRAWN}
    with pool.write() as db:
        reviews.release(db, "r6", now=NOW)
    assert look(pool, [1, 2, 3, 4, 5], before=[], complete=True) == {}


def test_the_looks_order_is_remembered_once_each() -> None:
    assert listed([ruling(2), ruling(1), ruling(2)], "site") == ("r2", "r1")
    assert listed([ruling(2)], "other") == ()


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ("The Tall Fery Review", "The Tall Ferry Review", True),
        ("A Quite Night, Reviewed", "A Quiet Night, Reviewed", True),
        ("Gull 2 Review", "Gull 3 Review", False),
        ("The Tall Ferry Review", "The Iron Bridge Review", False),
    ],
)
def test_a_corrected_headline_under_a_new_id_and_address_is_the_same_review(before: str, now: str, same: bool) -> None:
    old = replace(review(1, title=before), blocks=(), full_text="missing")
    new = replace(old, id="other", native_id="other", headline=now, url="https://films.example/b")
    index = Index(reviews={old.id: Seen(review=old, fingerprint="f", verdict=Verdict.NEW)}, listed=(old.id,))
    (found,) = decide(
        [Entry(new, "g")],
        index=index,
        window=Window(last_good=NOW),
        policy=SourcePolicy(),
        now=NOW,
        zone=ZONE,
    )
    assert (found.review.id == old.id) is same
    assert found.rule == ("headline corrected" if same else "dated after the last good fetch")
