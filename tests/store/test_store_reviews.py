from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import UsageError
from publisher.model import (
    Availability,
    Block,
    Decision,
    EditionItem,
    EditionState,
    Film,
    Image,
    Published,
    Quote,
    Rating,
    Review,
    Verdict,
)
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.pool import (
    decisions,
    overrides,
    reviews,
    sources,
)
from publisher.store.pool.reviews import Change
from publisher.store.pool.sources import StoredSource
from publisher.store.records import from_record, quote_from_record, quote_to_record, to_record

NOW = datetime(2031, 5, 10, 12, 0, tzinfo=UTC)


def review(number: int = 1, **more: Any) -> Review:
    return Review(
        id=f"{number:012x}",
        source="site",
        headline=f"The Harbour Ledger {number}",
        url=f"https://reel.example/post/harbour-{number}",
        **more,
    )


def published(days: int) -> Published:
    return Published(value=NOW - timedelta(days=days), precision="second", raw="x")


def put(store: Store, *found: Review, verdict: Verdict = Verdict.NEW, **more: Any) -> None:
    with store.write() as db:
        said = {"verdict": verdict, "rule": "", "fingerprint": "", **more}
        changes = [Change(review=each, **said) for each in found]
        reviews.insert_all(db, changes, now=NOW)


def ready(store: Store, now: datetime = NOW) -> list[str]:
    with store.read() as db:
        return [each.review.id for each in reviews.ready(db, newsletter="weekly", now=now)]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WHOLE = st.builds(
    Review,
    id=st.just("a" * 12),
    source=TEXTS,
    native_id=st.none() | TEXTS,
    url=st.none() | TEXTS,
    headline=TEXTS,
    film=st.none() | st.builds(Film, title=TEXTS, year=st.none() | st.integers(1890, 2100), evidence=st.tuples(TEXTS)),
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    published=st.none()
    | st.builds(Published, value=st.dates(), precision=st.just("day"), raw=TEXTS)
    | st.builds(Published, value=st.datetimes(timezones=st.just(UTC)), precision=st.just("second"), raw=TEXTS),
    rating=st.none() | st.just(Rating(value=3.5, best=5)) | st.just(Rating(value="B+", best="A")),
    image=st.none() | st.builds(Image, url=TEXTS, alt=st.none() | TEXTS),
    language=st.none() | st.just("en-GB"),
    reading_minutes=st.none() | st.integers(0, 90),
    categories=st.lists(TEXTS, max_size=2).map(tuple),
    blocks=st.lists(st.builds(Block, kind=st.sampled_from(["heading", "paragraph"]), text=TEXTS), max_size=3).map(
        tuple
    ),
    availability=st.lists(st.builds(Availability, platform=TEXTS, region=st.none() | TEXTS), max_size=2).map(tuple),
    excerpt=st.none() | TEXTS,
    full_text=st.sampled_from(["feed", "page", "file", "paste", "missing"]),
    pullquote=st.none() | TEXTS,
    embargo_until=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(WHOLE)
def test_a_review_survives_its_record(whole: Review) -> None:
    assert from_record(to_record(whole)) == whole


def test_a_quote_survives_its_record() -> None:
    quote = Quote(
        text="So it is.", spans=((3, 9), (12, 14)), edits=("elision",), score=0.5, confidence=0.9, reasons={"a": 1.0}
    )
    assert quote_from_record(quote_to_record(quote)) == quote


def test_a_review_is_found_by_id_beginning_and_any_spelling_of_its_address(store: Store) -> None:
    put(store, review(0xA1B2), review(0xA1B3), review(2))
    with store.read() as db:
        for text in ("00000000a1b2", " https://WWW.reel.example/post/harbour-41394/?utm_source=x#top"):
            found = reviews.find(db, text)
            assert found is not None
            assert found.review.id == "00000000a1b2"
        assert reviews.find(db, "00000000a1b3") is not None
        assert reviews.find(db, "f00") is None
        assert reviews.find(db, "https://reel.example/other") is None
        assert reviews.find(db, "%") is None
        with pytest.raises(UsageError, match="several reviews begin with"):
            reviews.find(db, "00000000a1")


def test_ready_is_what_is_new_and_free_the_newest_first(store: Store) -> None:
    put(store, review(1, published=published(3)), review(2, published=published(1)), review(3, published=published(2)))
    put(store, review(4), verdict=Verdict.BACKFILL)
    put(store, review(5), verdict=Verdict.HELD)
    put(store, review(6), verdict=Verdict.FUTURE)
    assert ready(store) == [review(n).id for n in (2, 3, 1)]


def test_a_held_review_waits_and_a_released_one_is_new(store: Store) -> None:
    put(store, review(1))
    put(store, review(2), verdict=Verdict.BACKFILL)
    with store.write() as db:
        reviews.hold(db, review(1).id)
    assert ready(store) == []
    with store.write() as db:
        reviews.release(db, review(1).id)
        reviews.release(db, review(2).id, now=NOW)
    assert sorted(ready(store)) == [review(1).id, review(2).id]
    with store.read() as db:
        (said,) = decisions.about(db, review(2).id)
    assert (said.verdict, said.rule, said.evidence["was"]) == (Verdict.NEW, "released", "backfill")


def test_an_embargo_ends_by_itself(store: Store) -> None:
    put(store, review(1))
    with store.write() as db:
        reviews.hold(db, review(1).id, until=NOW + timedelta(hours=2))
    assert ready(store) == []
    assert ready(store, NOW + timedelta(hours=2)) == [review(1).id]
    with store.read() as db:
        stored = reviews.get(db, review(1).id)
    assert stored is not None
    assert stored.waits(NOW)
    assert not stored.waits(NOW + timedelta(hours=3))


def test_an_excluded_review_stays_out_until_it_is_let_in(store: Store) -> None:
    put(store, review(1))
    with store.write() as db:
        reviews.exclude(db, review(1).id)
    assert ready(store) == []
    with store.write() as db:
        reviews.exclude(db, review(1).id, on=False)
    assert ready(store) == [review(1).id]


def test_what_an_edition_has_shown_is_not_ready_again(store: Store) -> None:
    put(store, review(1), review(2))
    with store.write() as db:
        items = [EditionItem(review=review(1))]
        draft = editions.Draft(key="weekly/2031-05-09", newsletter="weekly", kind="slot", slot_utc=NOW, items=items)
        editions.save_draft(db, draft, NOW)
        assert len(reviews.ready(db, newsletter="weekly", now=NOW)) == 2
        editions.set_state(db, "weekly/2031-05-09", EditionState.SENT, now=NOW)
    assert ready(store) == [review(2).id]


def test_an_update_changes_what_the_source_says_and_nothing_else(store: Store) -> None:
    put(store, review(1), rule="first", fingerprint="a")
    with store.write() as db:
        reviews.set_overrides(db, review(1).id, {"headline": "Ours"})
        reviews.pin(db, review(1).id)
        after = replace(review(1), headline="Theirs, edited", url="https://reel.example/moved")
        change = Change(review=after, verdict=Verdict.UPDATE, rule="same id", fingerprint="b", holds=False)
        reviews.update_all(db, [change], now=NOW + timedelta(hours=1))
    with store.read() as db:
        stored = reviews.find(db, "https://reel.example/moved")
        assert stored is not None
        assert reviews.find(db, "https://reel.example/post/harbour-1") == stored
    assert (stored.verdict, stored.rule, stored.pinned, stored.first_seen) == (Verdict.NEW, "first", True, NOW)
    assert (stored.review.headline, stored.original.headline) == ("Ours", "Theirs, edited")
    assert stored.fingerprint == "b"


def test_every_name_is_remembered_for_ever_and_once(store: Store) -> None:
    put(store, review(1), keys=[("id", "g1"), ("id", "g1"), ("url", "https://reel.example/post/harbour-1")])
    with store.write() as db:
        reviews.add_keys(db, [("id", "g1", "site", review(1).id), ("id", "g2", "site", review(1).id)])
        found = list(reviews.named(db, [("id", "g1"), ("id", "g2"), ("id", "g3"), ("url", "g1")]))
        assert sorted(found) == [("id", "g1", "site", review(1).id), ("id", "g2", "site", review(1).id)]


def test_more_names_than_one_query_takes_are_looked_up(store: Store) -> None:
    put(store, review(1), keys=[("id", f"g{n}") for n in range(1200)])
    with store.read() as db:
        names = [("id", f"g{n}") for n in range(2000)] + [("url", f"g{n}") for n in range(2000)]
        assert len(list(reviews.named(db, names))) == 1200
        assert len(reviews.heads(db, {review(1).id, *(f"x{n}" for n in range(1200))})) == 1


def test_the_list_is_newest_first_and_undated_ones_count_by_when_they_were_seen(store: Store) -> None:
    put(store, review(1, published=published(5)), review(2), review(3, published=published(1)))
    with store.read() as db:
        assert [each.review.id[-1] for each in reviews.list_(db)] == ["2", "3", "1"]
        assert [each.review.id[-1] for each in reviews.list_(db, limit=1)] == ["2"]
        assert reviews.list_(db, source="other") == ()
        assert reviews.list_(db, verdicts=[Verdict.HELD]) == ()


OVERRIDDEN = [
    ({"film": "The Quay"}, "film", Film(title="The Quay", year=2030, evidence=("set by the editor",))),
    ({"film": "The Quay", "year": "2031"}, "film", Film(title="The Quay", year=2031, evidence=("set by the editor",))),
    ({"film": "none"}, "film", None),
    ({"critic": "Ada Quill, Ben Roe"}, "authors", ("Ada Quill", "Ben Roe")),
    ({"rating": "4/5"}, "rating", Rating(value=4, best=5)),
    ({"rating": "3.5 out of 5"}, "rating", Rating(value=3.5, best=5)),
    ({"rating": "84%"}, "rating", Rating(value=84, best=100)),
    ({"rating": "b+"}, "rating", Rating(value="B+", best="A")),
    ({"rating": "★★★½☆"}, "rating", Rating(value=3.5, best=5)),
    ({"rating": "none"}, "rating", None),
    ({"image": "https://reel.example/x.jpg"}, "image", Image(url="https://reel.example/x.jpg")),
    (
        {"watch": "Netflix (US); MUBI"},
        "availability",
        (Availability(platform="Netflix", region="US"), Availability(platform="MUBI")),
    ),
    ({"headline": "Ours"}, "headline", "Ours"),
    ({"headline": ""}, "headline", "The Harbour Ledger 1"),
]


@pytest.mark.parametrize(("said", "name", "value"), OVERRIDDEN)
def test_an_editors_word_wins(said: dict[str, str], name: str, value: object) -> None:
    theirs = review(1, film=Film(title="The Key", year=2030), rating=Rating(value=1, best=5))
    assert getattr(overrides.apply(theirs, said), name) == value


@pytest.mark.parametrize("text", ["6/5", "very good", "104%", "G", "4/"])
def test_a_rating_that_is_none_is_refused_before_it_is_stored(store: Store, text: str) -> None:
    put(store, review(1))
    with pytest.raises(UsageError, match="is no rating"), store.write() as db:
        reviews.set_overrides(db, review(1).id, {"rating": text})
    with store.read() as db:
        stored = reviews.get(db, review(1).id)
    assert stored is not None
    assert stored.overrides == {}


def test_a_source_is_remembered_as_it_was_saved(store: Store) -> None:
    first = StoredSource(name="site", failures=2, failing_since=NOW, error="no answer", state={"etag": 'W/"é"'})
    second = StoredSource(name="site", url="https://reel.example/new", fetched_at=NOW, last_good=NOW, gone=True)
    with store.write() as db:
        assert sources.get(db, "site") is None
        sources.save(db, first)
        assert sources.get(db, "site") == first
        sources.save(db, second)
        assert sources.list_(db) == (second,)


def test_decisions_come_back_in_order_with_their_evidence(store: Store) -> None:
    verdicts = (Verdict.BACKFILL, Verdict.UPDATE, Verdict.DUPLICATE)
    made = [
        Decision(
            review_id="r1", source="site", verdict=verdict, rule=f"rule {n}", evidence={"n": n, "x": ["é"]}, at=NOW
        )
        for n, verdict in enumerate(verdicts)
    ]
    with store.write() as db:
        decisions.add(db, made)
        decisions.add(db, [])
    with store.read() as db:
        assert decisions.about(db, "r1") == tuple(made)
        assert decisions.about(db, "r2") == ()
        assert decisions.said(db, ["r1", "r2"]) == {("r1", "site", "rule 2")}
