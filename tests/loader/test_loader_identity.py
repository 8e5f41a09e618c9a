from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config import SourcePolicy
from publisher.loader.newness import identity, newness
from publisher.loader.newness.identity import Index, Ruling, Seen
from publisher.loader.newness.newness import Window
from publisher.loader.source import Entry
from publisher.model import Block, Published, Review, Verdict, review_id

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2031, 5, 10, 12, 0, tzinfo=UTC)
LAST = NOW - timedelta(hours=1)
SYLLABLES = ["lan", "tern", "har", "bour", "win", "ter", "sil", "ver", "thun", "der"]


def prose(seed: int, words: int = 80) -> str:
    return " ".join(
        SYLLABLES[(seed * 7 + n * n + n // 3 * seed) % 10] + SYLLABLES[(n * seed + n) % 10] for n in range(words)
    )


def entry(
    number: int = 1,
    *,
    guid: str | None = "",
    url: str | None = "",
    title: str | None = None,
    at: datetime | date | None = LAST,
    text: str | None = None,
    author: str = "Ada Quill",
) -> Entry:
    guid = f"guid-{number}" if guid == "" else guid
    url = f"https://reel.example/post/film-{number}" if url == "" else url
    title = f"Review: The Ferry {number}" if title is None else title
    published = None
    if at is not None:
        precision = "second" if isinstance(at, datetime) else "day"
        published = Published(value=at, precision=precision, raw=str(at))  # type: ignore[arg-type]
    text = prose(number) if text is None else text
    return Entry(
        Review(
            id=review_id("site", guid or url or title),
            source="site",
            native_id=guid,
            url=url,
            headline=title,
            authors=(author,) if author else (),
            published=published,
            blocks=(Block(kind="paragraph", text=text),) if text else (),
            full_text="feed" if text else "missing",
        )
    )


def pool(*entries: Entry, source: str = "site", verdict: Verdict = Verdict.BACKFILL) -> Index:
    """The store's answer after these entries were stored."""
    reviews: dict[str, Seen] = {}
    keys: dict[tuple[str, str], list[str]] = {}
    for each in entries:
        review = replace(each.review, source=source)
        hold = review.published.instant(ZONE) if verdict is Verdict.FUTURE and review.published else None
        reviews[review.id] = Seen(review=review, fingerprint=each.fingerprint, verdict=verdict, hold_until=hold)
        for key in identity.keys(each) + identity.text_keys(each):
            if source == "site" or key[0] in ("url", "text"):
                keys.setdefault(key, []).append(review.id)
    return Index(reviews=reviews, keys=keys)


def decide(
    *entries: Entry,
    index: Index | None = None,
    window: Window | None = None,
    policy: SourcePolicy | None = None,
    now: datetime = NOW,
) -> list[Ruling]:
    oldest = datetime(2031, 1, 1, tzinfo=UTC)
    return newness.decide(
        entries,
        index=index or Index(),
        window=window or Window(last_good=LAST, oldest=oldest),
        policy=policy or SourcePolicy(),
        now=now,
        zone=ZONE,
    )


def one(*entries: Entry, **more: object) -> Ruling:
    (ruling,) = decide(*entries, **more)  # type: ignore[arg-type]
    return ruling


OLD = LAST - timedelta(days=30)


def test_a_fresh_post_is_new() -> None:
    ruling = one(entry())
    assert (ruling.verdict, ruling.rule) == (Verdict.NEW, "dated after the last good fetch")
    assert ruling.evidence["last_good"] == LAST.isoformat()


def test_on_the_first_run_nothing_is_new() -> None:
    rulings = decide(entry(1), entry(2, at=OLD), entry(3, at=None), window=Window())
    assert {(r.verdict, r.rule) for r in rulings} == {(Verdict.BACKFILL, "first run")}


def test_an_unchanged_entry_is_known() -> None:
    ruling = one(entry(), index=pool(entry()))
    assert (ruling.verdict, ruling.rule, ruling.stored) == (Verdict.DUPLICATE, "same id", False)


def test_the_grace_takes_in_what_a_cache_showed_late() -> None:
    assert one(entry(at=LAST - timedelta(hours=47))).verdict is Verdict.NEW
    assert one(entry(at=LAST - timedelta(hours=49))).verdict is Verdict.HELD


def test_a_date_without_a_time_compares_by_date() -> None:
    edge = (LAST - timedelta(hours=48)).astimezone(ZONE).date()
    assert one(entry(at=edge)).verdict is Verdict.NEW
    assert one(entry(at=edge - timedelta(days=1))).verdict is Verdict.HELD


def test_an_old_or_undated_stranger_is_held_and_not_lost() -> None:
    old, undated = decide(entry(1, at=OLD), entry(2, at=None))
    assert (old.verdict, old.rule, old.stored) == (Verdict.HELD, "dated before the last good fetch", True)
    assert (undated.verdict, undated.rule, undated.stored) == (Verdict.HELD, "undated", True)


def test_what_is_older_than_the_whole_window_came_because_it_grew() -> None:
    ruling = one(entry(at=datetime(2030, 12, 1, tzinfo=UTC)))
    assert (ruling.verdict, ruling.rule) == (Verdict.BACKFILL, "the feed's window grew")


def test_after_a_move_old_strangers_are_backfill_and_fresh_ones_new() -> None:
    moved = Window(last_good=LAST, oldest=OLD, moved=True)
    rulings = decide(entry(1, at=OLD + timedelta(days=2)), entry(2, at=None), entry(3), window=moved)
    assert [r.verdict for r in rulings] == [Verdict.BACKFILL, Verdict.BACKFILL, Verdict.NEW]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"guid": "https://reel.example/post/film-1"}, "same address"),
        ({"guid": None}, "same content"),
        ({"guid": "x", "url": "https://reel.example/post/film-1?utm_source=rss"}, "same address"),
        ({"guid": "x", "url": "https://moved.example/blog/film-1/"}, "same slug and day"),
        ({"guid": "x", "url": "https://moved.example/p/9", "text": ""}, "same headline and author"),
        ({"guid": "x", "url": "https://moved.example/p/9", "title": "Another headline", "at": OLD}, "same text"),
        ({"title": "Another headline", "url": "https://moved.example/p/9"}, "same id"),
        ({"at": NOW - timedelta(minutes=5)}, "same id"),
        ({"text": ""}, "same id"),
    ],
)
def test_a_known_post_under_another_name_keeps_its_review(changed: dict[str, object], rule: str) -> None:
    ruling = one(entry(1, **changed), index=pool(entry(1), entry(2), entry(3)))  # type: ignore[arg-type]
    assert ruling.verdict in (Verdict.UPDATE, Verdict.DUPLICATE)
    assert ruling.rule in (rule, "same content")
    assert ruling.review.id == entry(1).review.id


def test_a_text_that_the_feed_drops_is_kept() -> None:
    ruling = one(entry(1, text="", title="Retitled"), index=pool(entry(1)))
    assert ruling.verdict is Verdict.UPDATE
    assert ruling.review.plain == prose(1)
    assert ruling.evidence["changed"] == ["headline"]


def test_two_posts_in_one_feed_are_never_one_review() -> None:
    again = entry(2, guid="other", url="https://reel.example/post/other", title="Review: The Ferry 1", text=prose(9))
    rulings = decide(entry(1), again, index=pool(entry(1)))
    assert [r.verdict for r in rulings] == [Verdict.DUPLICATE, Verdict.NEW]


def test_the_same_headline_on_another_day_is_for_a_person_to_tell() -> None:
    before = entry(1, at=OLD, title="The week in film", text=prose(1))
    ruling = one(entry(2, title="The week in film"), index=pool(before))
    assert (ruling.verdict, ruling.rule) == (Verdict.HELD, "same headline and author, another date")
    assert ruling.evidence["resembles"] == before.review.id


def test_a_column_that_has_its_headline_every_week_is_new_every_week() -> None:
    before = [entry(n, at=OLD - timedelta(days=n), title="The week in film") for n in (1, 2)]
    assert one(entry(3, title="The week in film"), index=pool(*before)).verdict is Verdict.NEW


def test_the_same_headline_by_somebody_else_is_another_review() -> None:
    before = entry(1, at=OLD, title="Night Ferry", author="Ben Roe")
    assert one(entry(2, title="Night Ferry"), index=pool(before)).verdict is Verdict.NEW


def test_posts_that_share_a_link_stay_apart() -> None:
    home = "https://reel.example/latest"
    rulings = decide(*(entry(n, url=home) for n in (1, 2, 3)), index=pool(entry(1, url=home)))
    assert [r.verdict for r in rulings] == [Verdict.DUPLICATE, Verdict.NEW, Verdict.NEW]
    assert len({r.review.id for r in rulings}) == 3


def test_posts_that_share_an_id_stay_apart_and_are_known_the_next_time() -> None:
    entries = [entry(n, guid="same") for n in (1, 2, 3)]
    first = decide(*entries, window=Window())
    assert len({r.review.id for r in first}) == 3
    stored = pool(*(Entry(r.review, r.entry.fingerprint) for r in first))
    assert {r.verdict for r in decide(*entries, index=stored)} == {Verdict.DUPLICATE}


def test_an_item_that_stands_twice_in_a_feed_is_one_review() -> None:
    first, second = decide(entry(1), entry(1))
    assert (first.verdict, second.verdict, second.rule) == (Verdict.NEW, Verdict.DUPLICATE, "twice in the feed")
    assert not second.stored


def test_a_home_page_is_no_posts_own_address() -> None:
    ruling = one(entry(2, url="https://reel.example/"), index=pool(entry(1, url="https://reel.example/")))
    assert ruling.verdict is Verdict.NEW


def test_an_old_id_with_another_text_much_later_is_held_as_a_republication() -> None:
    ruling = one(entry(1, text=prose(5)), index=pool(entry(1, at=OLD)))
    assert (ruling.verdict, ruling.rule) == (Verdict.HELD, "republished under an old id?")
    assert ruling.review.id != entry(1).review.id


def test_ids_counted_from_one_again_do_not_overwrite_old_reviews() -> None:
    stored = entry(1, guid="1", at=NOW - timedelta(days=2))
    ruling = one(entry(7, guid="1", at=NOW - timedelta(hours=20), text=prose(7)), index=pool(stored))
    assert ruling.verdict is Verdict.NEW
    assert ruling.review.id != stored.review.id


def test_a_future_post_waits_for_its_time() -> None:
    ruling = one(entry(at=NOW + timedelta(hours=3)))
    assert (ruling.verdict, ruling.rule) == (Verdict.FUTURE, "dated ahead")
    assert ruling.hold_until == NOW + timedelta(hours=3)


def test_a_date_far_ahead_is_reported_as_such() -> None:
    assert one(entry(at=NOW + timedelta(days=9))).rule == "dated far ahead"


def test_todays_date_without_a_time_is_not_the_future() -> None:
    assert one(entry(at=NOW.astimezone(ZONE).date())).verdict is Verdict.NEW
    assert one(entry(at=NOW.astimezone(ZONE).date() + timedelta(days=1))).verdict is Verdict.FUTURE


def test_a_postponed_future_post_waits_for_the_new_time() -> None:
    stored = pool(entry(at=NOW + timedelta(hours=3)), verdict=Verdict.FUTURE)
    ruling = one(entry(at=NOW + timedelta(hours=9)), index=stored)
    assert (ruling.verdict, ruling.hold_until) == (Verdict.UPDATE, NOW + timedelta(hours=9))


def test_a_second_sighting_never_makes_a_sent_review_future_or_new_again() -> None:
    stored = pool(entry(), verdict=Verdict.NEW)
    ruling = one(entry(at=NOW + timedelta(hours=3)), index=stored)
    assert (ruling.verdict, ruling.hold_until) == (Verdict.UPDATE, None)


def test_the_brake_holds_what_is_above_the_limit_and_not_the_rest() -> None:
    entries = [entry(n, at=NOW - timedelta(minutes=n)) for n in range(1, 8)]
    rulings = decide(*entries, policy=SourcePolicy(flood_limit=3))
    assert [r.verdict for r in rulings] == [Verdict.NEW] * 3 + [Verdict.HELD] * 4
    assert rulings[-1].rule == "flood brake"
    assert rulings[-1].evidence["new_in_this_fetch"] == 7


def test_what_came_out_while_we_were_away_does_not_count_as_a_flood() -> None:
    away = Window(last_good=NOW - timedelta(days=9), oldest=datetime(2031, 1, 1, tzinfo=UTC))
    entries = [entry(n, at=NOW - timedelta(hours=4 * n)) for n in range(1, 40)]
    rulings = decide(*entries, window=away, policy=SourcePolicy(flood_limit=3))
    assert {r.verdict for r in rulings} == {Verdict.NEW}


def test_a_post_settles_before_it_is_used_and_settles_anew_when_it_changes() -> None:
    policy = SourcePolicy(settle=timedelta(minutes=30))
    assert one(entry(), policy=policy).hold_until == NOW + timedelta(minutes=30)
    stored = pool(entry(), verdict=Verdict.NEW)
    resting = {key: replace(seen, hold_until=NOW + timedelta(minutes=1)) for key, seen in stored.reviews.items()}
    ruling = one(entry(title="Review: The Ferry, mended"), index=replace(stored, reviews=resting), policy=policy)
    assert ruling.hold_until == NOW + timedelta(minutes=30)


def test_the_same_article_of_another_source_is_a_duplicate() -> None:
    ruling = one(entry(1, guid="other"), index=pool(entry(1), source="blog"))
    assert (ruling.verdict, ruling.rule, ruling.stored) == (Verdict.DUPLICATE, "same address in source blog", False)


def test_another_sites_review_of_the_same_film_on_the_same_day_is_another_review() -> None:
    theirs = entry(1, guid="x", url="https://other.example/post/film-1", text=prose(4))
    assert one(entry(1), index=pool(theirs, source="blog")).verdict is Verdict.NEW


LISTS = st.lists(
    st.builds(
        entry,
        st.integers(1, 4),
        guid=st.sampled_from(["", None, "same", "a"]),
        url=st.sampled_from(["", None, "https://reel.example/", "https://reel.example/x?utm_source=y"]),
        title=st.sampled_from([None, "", "Night Ferry"]),
        at=st.sampled_from([None, LAST, OLD, NOW + timedelta(days=1), date(2031, 5, 10)]),
        text=st.sampled_from([None, "", "Short."]),
    ),
    max_size=6,
)


@given(LISTS)
def test_fetching_the_same_file_twice_never_gives_anything_new(entries: list[Entry]) -> None:
    first = decide(*entries)
    assert len({r.review.id for r in first if r.stored}) == sum(r.stored for r in first)
    keys: dict[tuple[str, str], list[str]] = {}
    for ruling in first:
        for key in ruling.keys:
            keys.setdefault(key, []).append(ruling.review.id)
    seen = [Seen(review=r.review, fingerprint=r.entry.fingerprint, verdict=r.verdict) for r in first if r.stored]
    index = Index(reviews={each.review.id: each for each in seen}, keys=keys)
    second = decide(*entries, index=index, window=Window(last_good=NOW), now=NOW + timedelta(minutes=1))
    assert {r.verdict for r in second} <= {Verdict.DUPLICATE, Verdict.UPDATE}
    assert not [r for r in second if r.stored and r.known is None]


@given(LISTS, LISTS)
def test_no_entry_is_dropped_in_silence(stored: list[Entry], entries: list[Entry]) -> None:
    rulings = decide(*entries, index=pool(*stored))
    assert len(rulings) == len(entries)
    for ruling in rulings:
        assert ruling.rule
        assert ruling.stored or ruling.verdict is Verdict.DUPLICATE
