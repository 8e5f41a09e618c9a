import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.config import Config, Newsletter, Site
from publisher.editorial import schedule
from publisher.newsroom.app import App
from publisher.newsroom.sending.claims import (
    ClaimedSlots,
    Timetable,
    is_due,
    next_wake,
    notice_schedules,
    take,
    timetables,
)
from publisher.store import slots as table
from publisher.store.engine import Store

pytestmark = pytest.mark.slow

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def newsletter(text: str | None = "fri 09:00", **more: object) -> Newsletter:
    return Newsletter.model_validate({"name": "weekly", "from": "a@b.example", "schedule": text, **more})


def edition_timetable(weekly: Newsletter) -> Timetable:
    return next(iter(timetables(weekly)))


def app(store: Store, weekly: Newsletter, zone: str = "Europe/London") -> App:
    config = replace(
        Config.defaults(Path()), site=Site.model_validate({"timezone": zone}), newsletters={"weekly": weekly}
    )
    return App(config=config, store=store, now=lambda: FRIDAY)


def walls(taken: ClaimedSlots) -> tuple[list[str], list[str]]:
    return [slot.local[:10] for slot in taken.run], [slot.local[:10] for slot in taken.missed]


def test_a_new_schedule_does_not_make_up_for_the_past(store: Store) -> None:
    weekly = newsletter()
    here = app(store, weekly)
    notice_schedules(here, FRIDAY + timedelta(minutes=5))

    assert take(here, edition_timetable(weekly), FRIDAY + timedelta(minutes=5), owner="a") == ClaimedSlots()
    assert walls(take(here, edition_timetable(weekly), FRIDAY + timedelta(days=7), owner="a")) == (["2026-11-27"], [])


def test_a_slot_that_came_while_we_were_starting_counts(store: Store) -> None:
    weekly = newsletter()
    here = app(store, weekly)
    notice_schedules(here, FRIDAY + timedelta(seconds=5))

    assert walls(take(here, edition_timetable(weekly), FRIDAY + timedelta(seconds=5), owner="a")) == (
        ["2026-11-20"],
        [],
    )


def test_a_changed_schedule_counts_from_the_change(store: Store) -> None:
    weekly, earlier = newsletter("fri 09:00"), newsletter("fri 08:00")
    notice_schedules(app(store, weekly), FRIDAY - timedelta(days=2))
    notice_schedules(app(store, earlier), FRIDAY - timedelta(minutes=30))

    assert take(app(store, earlier), edition_timetable(earlier), FRIDAY, owner="a") == ClaimedSlots()
    assert walls(take(app(store, earlier), edition_timetable(earlier), FRIDAY + timedelta(days=7), owner="a")) == (
        ["2026-11-27"],
        [],
    )


def test_a_schedule_that_is_changed_back_counts_from_then(store: Store) -> None:
    weekly, other = newsletter("fri 09:00"), newsletter("mon 09:00")
    notice_schedules(app(store, weekly), FRIDAY - timedelta(days=20))
    notice_schedules(app(store, other), FRIDAY - timedelta(days=10))
    notice_schedules(app(store, weekly), FRIDAY - timedelta(days=1))

    assert walls(take(app(store, weekly), edition_timetable(weekly), FRIDAY, owner="a")) == (["2026-11-20"], [])


def test_of_two_schedulers_one_gets_a_slot(store: Store) -> None:
    weekly = newsletter()
    here = app(store, weekly)
    notice_schedules(here, FRIDAY - timedelta(days=1))
    assert is_due(here, FRIDAY)

    assert walls(take(here, edition_timetable(weekly), FRIDAY, owner="a")) == (["2026-11-20"], [])
    assert take(here, edition_timetable(weekly), FRIDAY + timedelta(seconds=1), owner="b") == ClaimedSlots()
    assert not is_due(here, FRIDAY + timedelta(seconds=1))


def test_a_claim_that_nobody_finished_is_taken_over_when_its_lease_has_run_out(store: Store) -> None:
    weekly = newsletter()
    here = app(store, weekly)
    notice_schedules(here, FRIDAY - timedelta(days=1))
    take(here, edition_timetable(weekly), FRIDAY, owner="a")

    assert take(here, edition_timetable(weekly), FRIDAY + timedelta(seconds=59), owner="b") == ClaimedSlots()
    assert walls(take(here, edition_timetable(weekly), FRIDAY + timedelta(seconds=61), owner="b")) == (
        ["2026-11-20"],
        [],
    )


def test_a_claim_left_over_for_too_long_is_missed(store: Store) -> None:
    weekly = newsletter()
    here = app(store, weekly)
    notice_schedules(here, FRIDAY - timedelta(days=1))
    take(here, edition_timetable(weekly), FRIDAY, owner="a")

    assert walls(take(here, edition_timetable(weekly), FRIDAY + timedelta(hours=7), owner="b")) == ([], ["2026-11-20"])
    assert take(here, edition_timetable(weekly), FRIDAY + timedelta(hours=8), owner="b") == ClaimedSlots()


def test_a_finished_slot_stays_finished(store: Store) -> None:
    weekly = newsletter()
    here = app(store, weekly)
    notice_schedules(here, FRIDAY - timedelta(days=1))
    take(here, edition_timetable(weekly), FRIDAY, owner="a")
    with store.write() as db:
        table.set_state(db, "weekly", "2026-11-20T09:00:00", "done", now=FRIDAY)

    assert take(here, edition_timetable(weekly), FRIDAY + timedelta(hours=1), owner="b") == ClaimedSlots()


def test_without_a_schedule_nothing_is_due(store: Store) -> None:
    weekly = newsletter(None)
    here = app(store, weekly)

    assert timetables(weekly) == ()
    assert not is_due(here, FRIDAY)
    assert next_wake(here, FRIDAY) is None


def test_the_alarm_is_set_to_the_next_slot(sqlite_store: Store) -> None:
    assert next_wake(app(sqlite_store, newsletter()), FRIDAY) == FRIDAY + timedelta(days=7)


TWO_YEARS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def around(day: str) -> tuple[datetime, datetime]:
    middle = datetime.fromisoformat(f"{day}T12:00+00:00")
    return middle - timedelta(days=8), middle + timedelta(days=8)


@pytest.mark.parametrize(
    ("text", "zone", "span"),
    [
        ("fri 09:00", "Europe/London", TWO_YEARS),
        ("sun 01:45", "Australia/Lord_Howe", TWO_YEARS),
        ("sun 02:30", "America/New_York", TWO_YEARS),
        ("daily 01:30", "Europe/London", around("2026-03-29")),
        ("daily 01:30", "Europe/London", around("2026-10-25")),
        ("daily 02:30", "America/New_York", around("2026-03-08")),
        ("daily 01:30", "America/New_York", around("2026-11-01")),
        ("daily 02:15", "Australia/Lord_Howe", around("2026-10-04")),
        ("daily 01:45", "Australia/Lord_Howe", around("2026-04-05")),
    ],
)
def test_three_schedulers_with_outages_run_each_slot_once(
    sqlite_store: Store, text: str, zone: str, span: tuple[datetime, datetime]
) -> None:
    """Random ticks of three owners over one table; outages longer than `max_late` make missed ones."""
    weekly = newsletter(text, catch_up="all", max_late="6h")
    here = app(sqlite_store, weekly, zone)
    start, end = span
    dice = random.Random(f"{text} {zone} {start}")
    decided: Counter[str] = Counter()
    now = start
    notice_schedules(here, start)
    while now < end:
        now = min(end, now + _pause(dice))
        for owner in dice.sample(["a", "b", "c"], 2):
            taken = take(here, edition_timetable(weekly), now, owner=owner)
            _finish(sqlite_store, taken, now)
            assert all(now - slot.utc <= timedelta(hours=6) for slot in taken.run)
            assert all(now - slot.utc > timedelta(hours=6) for slot in taken.missed)
            for slot in taken.run:
                _assert_local_time(slot, ZoneInfo(zone))
            decided.update(slot.local for slot in (*taken.run, *taken.missed))

    found = schedule.slots(schedule.parse(text), after=start, until=end, zone=ZoneInfo(zone))
    assert decided == Counter(slot.local for slot in found)


def _pause(dice: random.Random) -> timedelta:
    return timedelta(days=dice.uniform(0.5, 9)) if dice.random() < 0.1 else timedelta(hours=dice.uniform(1, 60))


def _finish(store: Store, taken: ClaimedSlots, now: datetime) -> None:
    if taken.run:
        with store.write() as db:
            for slot in taken.run:
                table.set_state(db, "weekly", slot.local, "done", now=now)


def _assert_local_time(slot: schedule.Slot, zone: ZoneInfo) -> None:
    shift = slot.utc.astimezone(zone).replace(tzinfo=None) - slot.wall
    assert shift in (timedelta(0), timedelta(minutes=30), timedelta(hours=1))


@pytest.mark.slow
def test_schedulers_in_threads_share_the_slots_of_a_year(
    store: Store, in_threads: Callable[..., list[ClaimedSlots]]
) -> None:
    weekly = newsletter("daily 08:00", catch_up="all", max_late="999d")
    here = app(store, weekly)
    notice_schedules(here, FRIDAY)

    results = in_threads(3, lambda: take(here, edition_timetable(weekly), FRIDAY + timedelta(days=30), owner="x"))

    assert Counter(slot.local for taken in results for slot in taken.run) == Counter(
        slot.local
        for slot in schedule.slots(
            schedule.parse("daily 08:00"),
            after=FRIDAY,
            until=FRIDAY + timedelta(days=30),
            zone=ZoneInfo("Europe/London"),
        )
    )


@pytest.fixture
def in_threads() -> Callable[..., list[ClaimedSlots]]:
    """Runs a call in several threads at once."""
    from concurrent.futures import ThreadPoolExecutor

    def run(count: int, call: Callable[[], ClaimedSlots]) -> list[ClaimedSlots]:
        with ThreadPoolExecutor(count) as pool:
            return [future.result(timeout=30) for future in [pool.submit(call) for _ in range(count)]]

    return run
