from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.loader.test_loader_identity import LAST, NOW, ZONE, decide, entry, one, pool, prose

from publisher.config import SourcePolicy
from publisher.loader.newness import identity, newness
from publisher.loader.newness.identity import Index
from publisher.loader.newness.newness import Window
from publisher.loader.source import Entry
from publisher.model import Block, Film, Image, Rating, Review, Verdict, review_id

SECOND = timedelta(seconds=1)
POLICY = SourcePolicy(grace=timedelta(hours=6))
SINCE = LAST - timedelta(hours=6)


def test_the_first_second_of_the_grace_is_new_and_the_one_before_it_is_not() -> None:
    assert one(entry(at=SINCE), policy=POLICY).verdict is Verdict.NEW
    held = one(entry(at=SINCE - SECOND), policy=POLICY, window=Window(last_good=LAST))

    assert (held.verdict, held.rule) == (Verdict.HELD, "dated before the last good fetch")
    assert held.evidence == {
        "published": str(SINCE - SECOND),
        "last_good": "2031-05-10T11:00:00+00:00",
        "since": "2031-05-10T05:00:00+00:00",
    }


def test_the_day_on_which_the_grace_begins_is_new_as_a_whole() -> None:
    assert one(entry(at=date(2031, 5, 10)), policy=POLICY).verdict is Verdict.NEW
    assert one(entry(at=date(2031, 5, 9)), policy=POLICY, window=Window(last_good=LAST)).verdict is Verdict.HELD


def test_what_is_dated_this_very_second_is_not_ahead() -> None:
    assert one(entry(at=NOW)).verdict is Verdict.NEW
    assert one(entry(at=NOW + SECOND)).verdict is Verdict.FUTURE


def test_two_days_ahead_is_not_yet_far() -> None:
    due = NOW + timedelta(hours=48)
    near, far = one(entry(at=due)), one(entry(at=due + SECOND))

    assert (near.rule, near.hold_until) == ("dated ahead", due)
    assert near.evidence == {"published": str(due), "due": "2031-05-12T12:00:00+00:00"}
    assert (far.rule, far.hold_until) == ("dated far ahead", due + SECOND)


def test_the_first_run_knows_no_time_to_compare_with() -> None:
    ruling = one(entry(), window=Window())

    assert (ruling.verdict, ruling.rule, ruling.evidence) == (Verdict.BACKFILL, "first run", {"published": str(LAST)})
    assert Window().first_run
    assert not Window(last_good=LAST).first_run


def test_only_what_is_older_than_the_oldest_shows_that_the_window_grew() -> None:
    oldest = LAST - timedelta(days=30)
    window = Window(last_good=LAST, oldest=oldest)
    grown = one(entry(at=oldest - SECOND), window=window)

    assert (grown.verdict, grown.rule) == (Verdict.BACKFILL, "the feed's window grew")
    assert grown.evidence["oldest"] == oldest.isoformat()
    assert one(entry(at=oldest), window=window).verdict is Verdict.HELD


def test_a_moved_source_brings_undated_strangers_as_backfill() -> None:
    assert one(entry(at=None), window=Window(last_good=LAST, moved=True)).rule == "the source moved"
    assert one(entry(at=None)).rule == "undated"


def test_as_many_new_reviews_as_the_limit_are_no_flood() -> None:
    entries = [entry(n) for n in range(1, 5)]

    assert {ruling.verdict for ruling in decide(*entries, policy=SourcePolicy(flood_limit=4))} == {Verdict.NEW}
    rulings = decide(*entries, policy=SourcePolicy(flood_limit=3))
    assert [ruling.verdict for ruling in rulings] == [Verdict.NEW, Verdict.NEW, Verdict.NEW, Verdict.HELD]
    assert rulings[3].evidence["flood_limit"] == 3
    assert rulings[3].evidence["new_in_this_fetch"] == 4


def test_being_away_ends_where_the_fetch_before_this_one_was_due() -> None:
    policy = SourcePolicy(flood_limit=1, every=timedelta(hours=1), grace=timedelta(days=2))
    window = Window(last_good=NOW - timedelta(days=1))

    def verdicts(at: datetime) -> list[Verdict]:
        return [r.verdict for r in decide(entry(1, at=at), entry(2, at=at), window=window, policy=policy)]

    assert verdicts(NOW - timedelta(hours=1)) == [Verdict.NEW, Verdict.NEW]
    assert verdicts(NOW - timedelta(hours=1) + SECOND) == [Verdict.NEW, Verdict.HELD]
    assert verdicts(NOW - timedelta(days=1) + SECOND) == [Verdict.NEW, Verdict.NEW]
    assert verdicts(NOW - timedelta(days=1)) == [Verdict.NEW, Verdict.HELD]


def test_an_embargo_outlasts_a_shorter_rest() -> None:
    policy = SourcePolicy(settle=timedelta(minutes=30))
    embargoed = Entry(replace(entry().review, embargo_until=NOW + timedelta(hours=2)))

    assert one(embargoed, policy=policy).hold_until == NOW + timedelta(hours=2)
    assert one(embargoed).hold_until == NOW + timedelta(hours=2)
    assert one(entry()).hold_until is None


def test_a_change_after_the_rest_does_not_begin_another() -> None:
    stored = pool(entry(), verdict=Verdict.NEW)
    rested = {key: replace(seen, hold_until=NOW) for key, seen in stored.reviews.items()}
    policy = SourcePolicy(settle=timedelta(minutes=30))

    changed = one(entry(title="Review: The Ferry, mended"), index=replace(stored, reviews=rested), policy=policy)
    assert (changed.verdict, changed.hold_until) == (Verdict.UPDATE, NOW)


def test_what_stands_twice_is_named_by_the_first() -> None:
    first, second = decide(entry(), entry())

    assert (second.verdict, second.rule, second.stored) == (Verdict.DUPLICATE, "twice in the feed", False)
    assert second.evidence == {"matched": first.review.id}
    assert second.keys == ()


def test_a_known_entry_brings_only_the_keys_that_were_not_known() -> None:
    ruling = one(entry(1, url="https://reel.example/new-place"), index=pool(entry(1)))

    assert [key for key in ruling.new_keys if key[0] in ("id", "url", "title", "slug")] == [
        ("url", "https://reel.example/new-place"),
        ("slug", "new-place|2031-05-10"),
    ]


def test_the_oldest_date_is_that_of_the_earliest_dated_entry() -> None:
    assert newness.oldest([entry(1), entry(2, at=None), entry(3, at=LAST - SECOND)], ZONE) == LAST - SECOND
    assert newness.oldest([entry(at=None)], ZONE) is None
    assert newness.oldest([entry(at=date(2031, 5, 10))], ZONE) == datetime(2031, 5, 9, 23, 0, tzinfo=UTC)


def test_an_entry_is_looked_up_by_its_names_from_the_surest_to_its_content() -> None:
    found = Entry(entry(1).review, "f" * 32, (("diary", "ferry|2031"),))

    assert identity.keys(found) == (
        ("diary", "ferry|2031"),
        ("id", "guid-1"),
        ("url", "https://reel.example/post/film-1"),
        ("slug", "film-1|2031-05-10"),
        ("title", "review the ferry 1"),
        ("content", "f" * 32),
    )


def test_a_slug_is_looked_up_on_the_day_before_and_after_too() -> None:
    assert identity.neighbours([("slug", "film|2031-03-01"), ("id", "1"), ("id", "1")]) == (
        ("slug", "film|2031-03-01"),
        ("slug", "film|2031-02-28"),
        ("slug", "film|2031-03-02"),
        ("id", "1"),
    )


@pytest.mark.parametrize(("days", "rule"), [(7, "republished under an old id?"), (6, "same id")])
def test_a_republication_is_a_week_later_and_not_a_day_less(days: int, rule: str) -> None:
    stored = entry(1, at=LAST - timedelta(days=days))

    assert one(entry(1, text=prose(5)), index=pool(stored)).rule == rule


def test_a_headline_is_known_on_the_next_day_and_in_doubt_after_that() -> None:
    def rule(days: int) -> str:
        stored = entry(1, guid=None, url=None, at=LAST - timedelta(days=days), text=prose(3))
        return one(entry(1, guid=None, url=None, text=prose(4)), index=pool(stored)).rule

    assert rule(1) == "same headline and author"
    assert rule(2) == "same headline and author, another date"


def test_every_field_that_reads_differently_is_named() -> None:
    before = entry().review
    after = replace(
        before,
        headline="Other",
        film=Film(title="The Ferry", confidence=1.0),
        authors=("Bo Inkwell",),
        rating=Rating(value=3, best=5),
        url="https://reel.example/other",
        categories=("Drama",),
        excerpt="Short.",
        embargo_until=NOW,
        published=None,
        blocks=(Block(kind="paragraph", text="Other."),),
        image=Image(url="https://reel.example/a.jpg"),
    )

    assert identity.differences(before, before) == []
    assert identity.differences(before, after) == [
        *("headline", "film", "authors", "rating", "url", "categories", "excerpt", "embargo_until"),
        *("published", "text", "image"),
    ]
    assert identity.differences(after, replace(after, image=Image(url="https://reel.example/a.jpg", alt="A"))) == []


def test_what_a_source_no_longer_says_is_kept_and_what_it_says_anew_is_taken() -> None:
    before = replace(entry(1).review, excerpt="Before.", image=Image(url="https://reel.example/a.jpg"), pullquote="Ah.")
    bare = Review(id="x", source="site", headline="Now", authors=(), blocks=(), full_text="missing")

    kept = identity.merged(bare, before)
    assert kept == replace(before, headline="Now", categories=())
    now = replace(entry(2).review, excerpt="Now.", pullquote=None)
    assert identity.merged(now, before) == replace(now, id=before.id, image=before.image)


def test_an_id_that_another_review_has_is_not_given_again() -> None:
    stored = entry(1)
    same = identity.fresh(stored, pool(stored))

    key = "\0".join(
        ("guid-1", "https://reel.example/post/film-1", "Review: The Ferry 1", str(LAST), stored.fingerprint)
    )
    assert same.id == review_id("site", key)
    assert identity.fresh(stored, Index()).id == stored.review.id
    assert identity.fresh(stored, Index(), again=True).id == same.id
