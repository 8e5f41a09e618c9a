from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.editorial.schedule import Slot, due, edition_key, in_words, next_slot, parse, slots

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = (LONDON, NEW_YORK, LORD_HOWE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def between(text: str, first: str, last: str, zone: ZoneInfo) -> list[str]:
    """The slots between two local dates as "wall = UTC"."""
    start, end = (datetime.fromisoformat(day).replace(tzinfo=zone) for day in (first, last))
    found = slots(parse(text), after=start, until=end, zone=zone)
    return [f"{slot.local[:16]} = {slot.utc:%dT%H:%M}Z" for slot in found]


@pytest.mark.parametrize(
    ("text", "first", "last", "zone", "expected"),
    [
        (
            "fri 09:00",
            "2026-03-23",
            "2026-04-05",
            LONDON,
            ["2026-03-27T09:00 = 27T09:00Z", "2026-04-03T09:00 = 03T08:00Z"],
        ),
        (
            "fri 09:00",
            "2026-10-19",
            "2026-11-01",
            LONDON,
            ["2026-10-23T09:00 = 23T08:00Z", "2026-10-30T09:00 = 30T09:00Z"],
        ),
        (
            "daily 01:30",
            "2026-03-28",
            "2026-03-31",
            LONDON,
            ["2026-03-28T01:30 = 28T01:30Z", "2026-03-29T01:30 = 29T01:30Z", "2026-03-30T01:30 = 30T00:30Z"],
        ),
        (
            "daily 01:30",
            "2026-10-24",
            "2026-10-27",
            LONDON,
            ["2026-10-24T01:30 = 24T00:30Z", "2026-10-25T01:30 = 25T00:30Z", "2026-10-26T01:30 = 26T01:30Z"],
        ),
        ("sun 02:30", "2026-03-08", "2026-03-09", NEW_YORK, ["2026-03-08T02:30 = 08T07:30Z"]),
        ("sun 01:30", "2026-11-01", "2026-11-02", NEW_YORK, ["2026-11-01T01:30 = 01T05:30Z"]),
        ("sun 02:15", "2026-10-04", "2026-10-05", LORD_HOWE, ["2026-10-04T02:15 = 03T15:45Z"]),
        ("sun 01:45", "2026-04-05", "2026-04-06", LORD_HOWE, ["2026-04-05T01:45 = 04T14:45Z"]),
        ("sun 01:30, 02:30", "2026-03-29", "2026-03-30", LONDON, ["2026-03-29T02:30 = 29T01:30Z"]),
    ],
)
def test_slots_keep_the_wall_clock_on_both_sides_of_a_change(
    text: str, first: str, last: str, zone: ZoneInfo, expected: list[str]
) -> None:
    assert between(text, first, last, zone) == expected


def test_a_slot_in_the_gap_is_shifted_forward() -> None:
    slot = next_slot(parse("sun 01:30"), after=at("2026-03-28T12:00+00:00"), zone=LONDON)

    assert f"{slot.utc.astimezone(LONDON):%H:%M %Z}" == "02:30 BST"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("text", "a_year"), [("fri 09:00", 52), ("daily 01:30", 365), ("sun 02:15", 52), ("tue,sat 23:59:59", 104)]
)
def test_two_years_hold_each_slot_once(text: str, a_year: int, zone: ZoneInfo) -> None:
    start = datetime(2026, 1, 1, tzinfo=zone)
    found = list(slots(parse(text), after=start, until=start + timedelta(days=730), zone=zone))

    assert abs(len(found) - 2 * a_year) <= 2
    assert len({slot.local for slot in found}) == len(found)
    assert all(first.utc < second.utc for first, second in pairwise(found))


DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily", "tue,fri"]
schedules = st.builds(
    lambda days, hour, minute: parse(f"{days} {hour:02}:{minute:02}"),
    st.sampled_from(DAYS),
    st.integers(0, 23),
    st.integers(0, 59),
)
moments = st.datetimes(
    datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2027-12-31"), timezones=st.just(UTC)
)


@given(schedules, moments, st.sampled_from(ZONES), st.integers(1, 40))
def test_slots_of_adjoining_spans_are_the_slots_of_the_whole(schedule, start, zone, days) -> None:  # type: ignore[no-untyped-def]
    middle, end = start + timedelta(days=days / 3), start + timedelta(days=days)
    first = list(slots(schedule, after=start, until=middle, zone=zone))
    second = list(slots(schedule, after=middle, until=end, zone=zone))

    assert first + second == list(slots(schedule, after=start, until=end, zone=zone))


@given(schedules, moments, st.sampled_from(ZONES))
def test_the_next_slot_is_the_first_that_follows(schedule, moment, zone) -> None:  # type: ignore[no-untyped-def]
    found = next_slot(schedule, after=moment, zone=zone)

    assert moment < found.utc <= moment + timedelta(days=8)
    assert not list(slots(schedule, after=moment, until=found.utc - timedelta(seconds=1), zone=zone))


@given(schedules, moments, st.sampled_from(ZONES))
def test_away_from_a_gap_a_slot_shows_its_wall_clock(schedule, moment, zone) -> None:  # type: ignore[no-untyped-def]
    slot = next_slot(schedule, after=moment, zone=zone)
    shown = slot.utc.astimezone(zone).replace(tzinfo=None)

    assert timedelta(0) <= shown - slot.wall <= timedelta(hours=1)


FRIDAYS = parse("fri 09:00")
SINCE = at("2026-11-01T00:00+00:00")


def decided(
    now: str, *, max_late: str = "6", catch_up: str = "latest", known: tuple[str, ...] = ()
) -> tuple[list[str], list[str]]:
    found = due(
        FRIDAYS,
        since=SINCE,
        now=at(now),
        zone=LONDON,
        known=known,
        max_late=timedelta(hours=int(max_late)),
        catch_up=catch_up,  # type: ignore[arg-type]
    )
    return [slot.local[5:10] for slot in found.run], [slot.local[5:10] for slot in found.missed]


def test_nothing_is_due_before_the_slot() -> None:
    assert decided("2026-11-06T08:59:59+00:00") == ([], [])


def test_a_slot_is_due_at_its_second() -> None:
    assert decided("2026-11-06T09:00:00+00:00") == (["11-06"], [])


def test_a_known_slot_is_not_due_again() -> None:
    assert decided("2026-11-06T09:00:20+00:00", known=("2026-11-06T09:00:00",)) == ([], [])


def test_a_slot_runs_late_up_to_its_limit() -> None:
    assert decided("2026-11-06T15:00:00+00:00") == (["11-06"], [])
    assert decided("2026-11-06T15:00:01+00:00") == ([], ["11-06"])


@pytest.mark.parametrize(
    ("catch_up", "run", "missed"),
    [
        ("latest", ["11-20"], ["11-06", "11-13"]),
        ("all", ["11-06", "11-13", "11-20"], []),
        ("skip", [], ["11-06", "11-13", "11-20"]),
    ],
)
def test_catch_up_says_which_of_several_overdue_slots_run(catch_up: str, run: list[str], missed: list[str]) -> None:
    assert decided("2026-11-20T09:10:00+00:00", max_late="999", catch_up=catch_up) == (run, missed)


def test_skip_still_runs_what_is_on_time() -> None:
    assert decided("2026-11-20T09:00:19+00:00", max_late="999", catch_up="skip") == (["11-20"], ["11-06", "11-13"])


@given(
    schedules,
    moments,
    st.sampled_from(ZONES),
    st.sampled_from(["latest", "all", "skip"]),
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 200_000)), min_size=1, max_size=40),
)
@settings(max_examples=60)
def test_three_schedulers_at_random_times_decide_each_slot_once(schedule, start, zone, catch_up, ticks) -> None:  # type: ignore[no-untyped-def]
    """The known slots stand for the table that all three share."""
    known: dict[str, str] = {}
    decisions: list[tuple[str, str]] = []
    now = start
    for scheduler, seconds in ticks:
        now += timedelta(seconds=seconds)
        found = due(
            schedule, since=start, now=now, zone=zone, known=known, max_late=timedelta(hours=6), catch_up=catch_up
        )
        for verdict, chosen in (("run", found.run), ("missed", found.missed)):
            for slot in chosen:
                assert slot.local not in known
                known[slot.local] = f"{verdict} by {scheduler}"
                decisions.append((slot.local, verdict))
                assert verdict == "missed" or now - slot.utc <= timedelta(hours=6)

    assert sorted(known) == sorted(slot.local for slot in slots(schedule, after=start, until=now, zone=zone))


def test_an_edition_is_named_by_its_day_and_by_the_time_where_a_day_has_several() -> None:
    slot = Slot(at("2026-11-20T09:00+00:00"), datetime.fromisoformat("2026-11-20T09:00"))

    assert edition_key("weekly", slot, FRIDAYS) == "weekly/2026-11-20"
    assert edition_key("weekly", slot, parse("fri 09:00, 17:00")) == "weekly/2026-11-20T090000"
    assert edition_key("weekly", slot, parse("mon,fri 09:00")) == "weekly/2026-11-20"


@pytest.mark.parametrize(
    ("moment", "now", "words"),
    [
        ("2026-11-20T09:00+00:00", "2026-11-17T08:00+00:00", "Friday 20 November, 09:00 (Europe/London), in 3 days"),
        ("2026-11-20T09:00+00:00", "2026-11-19T07:00+00:00", "Friday 20 November, 09:00 (Europe/London), in 1 day"),
        ("2026-11-20T09:00+00:00", "2026-11-19T22:00+00:00", "Friday 20 November, 09:00 (Europe/London), in 11 hours"),
        ("2026-07-03T09:00+01:00", "2026-07-03T08:40+01:00", "Friday 3 July, 09:00 (Europe/London), in 20 minutes"),
        (
            "2026-07-03T09:00:15+01:00",
            "2026-07-03T09:00+01:00",
            "Friday 3 July, 09:00:15 (Europe/London), in 15 seconds",
        ),
        ("2026-07-03T09:00+01:00", "2026-07-03T09:00:02+01:00", "Friday 3 July, 09:00 (Europe/London), now"),
        ("2026-07-03T09:00+01:00", "2026-07-05T09:00+01:00", "Friday 3 July, 09:00 (Europe/London), 2 days ago"),
        (
            "2027-11-19T09:00+00:00",
            "2026-11-20T09:00+00:00",
            "Friday 19 November 2027, 09:00 (Europe/London), in 364 days",
        ),
    ],
)
def test_a_moment_is_told_in_words(moment: str, now: str, words: str) -> None:
    assert in_words(at(moment), now=at(now), zone=LONDON) == words
