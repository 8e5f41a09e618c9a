"""From what a source said to what is stored: what becomes new, what is known, and which pages are asked for again."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.invented import NOW, words

from publisher.config import RawTable
from publisher.loader.folder import SOURCE
from publisher.loader.source import Entry, Loaded
from publisher.model import Block, Decision, Published, Review, Verdict
from publisher.newsroom.sources import deciding
from publisher.newsroom.sources.memory import PAGE_TRIES, Memory
from publisher.store.engine import Store
from publisher.store.pool import sources
from publisher.store.tables import decisions

ZONE = ZoneInfo("UTC")


def review(number: int, *, hours: float = -1, whole: bool = True) -> Review:
    return Review(
        id=f"review{number}",
        source="s",
        native_id=f"guid-{number}",
        url=f"https://lantern.example/post/{number}",
        headline=f"The Harbour Ledger {number}",
        published=Published(value=NOW + timedelta(hours=hours), precision="second", raw=str(hours)),
        blocks=(Block(kind="paragraph", text=words(number)),) if whole else (),
        full_text="feed" if whole else "missing",
    )


def job(store: Store) -> deciding.Job:
    with store.read() as db:
        stored = sources.get(db, "s") or sources.StoredSource(name="s")
    values = {"path": "reviews"}
    source = SOURCE.model_validate(values)
    table = RawTable(name="s", kind="folder", group="sources", values=values)
    return deciding.Job(table=table, source=source, policy=source, stored=stored, memory=Memory.of(stored))


def settle(store: Store, *found: Review, hours: float = 0, unchanged: bool = False) -> list[Decision]:
    loaded = Loaded(entries=tuple(map(Entry, found)), not_modified=unchanged)
    return deciding.settle(store, job(store), loaded, now=NOW + timedelta(hours=hours), zone=ZONE)[1]


def verdicts(made: Sequence[Decision]) -> list[tuple[str, Verdict]]:
    return [(each.review_id, each.verdict) for each in made]


def written(store: Store) -> int:
    with store.read() as db:
        return len(db.execute(decisions.select()).all())


def test_a_first_look_makes_nothing_new_and_what_comes_after_is(sqlite_store: Store) -> None:
    first = settle(sqlite_store, review(1))
    second = settle(sqlite_store, review(2, hours=1), review(1), hours=2)

    assert verdicts(first) == [("review1", Verdict.BACKFILL)]
    assert ("review2", Verdict.NEW) in verdicts(second)
    assert ("review1", Verdict.DUPLICATE) in verdicts(second)


def test_an_unchanged_entry_is_reported_each_time_and_written_down_not_once(sqlite_store: Store) -> None:
    settle(sqlite_store, review(1))
    before = written(sqlite_store)
    again = settle(sqlite_store, review(1), hours=1)

    assert [each.rule for each in again] == ["same id"]
    assert written(sqlite_store) == before


def test_a_dated_review_becomes_new_in_its_time_and_once(sqlite_store: Store) -> None:
    settle(sqlite_store, review(1))
    assert ("review2", Verdict.FUTURE) in verdicts(settle(sqlite_store, review(2, hours=5), hours=1))
    assert settle(sqlite_store, unchanged=True, hours=4.9) == []
    (made,) = settle(sqlite_store, unchanged=True, hours=5)

    assert (made.review_id, made.verdict, made.rule) == ("review2", Verdict.NEW, "its time has come")
    assert settle(sqlite_store, unchanged=True, hours=6) == []


def test_two_who_asked_at_once_decide_one_after_the_other(sqlite_store: Store) -> None:
    settle(sqlite_store, review(1))
    late = job(sqlite_store)
    found = Loaded(entries=(Entry(review(2, hours=1)),))
    settle(sqlite_store, review(2, hours=1), hours=2)
    rulings, _ = deciding.settle(sqlite_store, late, found, now=NOW + timedelta(hours=3), zone=ZONE)

    assert [each.verdict for each in rulings] == [Verdict.DUPLICATE]


def test_a_missing_text_is_looked_for_five_times_and_for_three_days(sqlite_store: Store) -> None:
    for tries in range(PAGE_TRIES):
        settle(sqlite_store, review(1, whole=False), hours=tries)
        waiting = deciding.pending(sqlite_store, job(sqlite_store), NOW + timedelta(hours=tries))
        assert [each.review_id for each in waiting] == (["review1"] if tries < PAGE_TRIES - 1 else [])

    with sqlite_store.read() as db:
        assert Memory.of(sources.get(db, "s") or sources.StoredSource(name="s")).tries == {"review1": 5}


def test_a_missing_text_is_given_up_after_three_days(sqlite_store: Store) -> None:
    settle(sqlite_store, review(1, whole=False))
    days = timedelta(days=3)

    assert deciding.pending(sqlite_store, job(sqlite_store), NOW + days - timedelta(seconds=1))
    assert deciding.pending(sqlite_store, job(sqlite_store), NOW + days) == ()


def test_a_source_is_told_which_entries_are_stored_and_whether_their_text_is_whole(sqlite_store: Store) -> None:
    settle(sqlite_store, review(1), review(2, whole=False))
    look = deciding.known(sqlite_store, job(sqlite_store), NOW)
    one, two, three = look([review(1), review(2), review(3)])

    assert one is not None
    assert two is not None
    assert (one.review_id, one.complete) == ("review1", True)
    assert (two.review_id, two.complete) == ("review2", False)
    assert three is None
    late = deciding.known(sqlite_store, job(sqlite_store), NOW + timedelta(days=3, seconds=1))([review(2)])[0]
    assert late is not None
    assert late.complete


def test_a_job_knows_its_address_and_whether_it_has_moved(sqlite_store: Store) -> None:
    assert (job(sqlite_store).name, job(sqlite_store).configured, job(sqlite_store).moved) == ("s", "reviews", False)
    settle(sqlite_store, review(1))
    assert not job(sqlite_store).moved
    with sqlite_store.write() as db:
        stored = sources.get(db, "s")
        assert stored is not None
        memory = {**stored.state, "configured": "elsewhere"}
        sources.save(db, sources.StoredSource(name="s", last_good=NOW, fetched_at=NOW, state=memory))

    assert job(sqlite_store).moved
    assert job(sqlite_store).window.moved
