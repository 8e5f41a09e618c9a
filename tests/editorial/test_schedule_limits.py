"""Moments at the exact second where something changes: spans, lateness, words for a distance."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.editorial.test_schedule import FRIDAYS, LONDON, NEW_YORK, at, decided

from publisher.editorial.schedule import PUNCTUAL, Schedule, due, edition_key, in_words, next_slot, parse, slots

KIRITIMATI, MIDWAY = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Midway")
SECOND = timedelta(seconds=1)


def test_a_span_begins_after_its_first_moment_and_ends_with_its_last() -> None:
    slot = at("2026-11-20T09:00+00:00")
    for after, until, found in (
        (slot, slot + SECOND, 0),
        (slot - SECOND, slot, 1),
        (slot - 2 * SECOND, slot - SECOND, 0),
    ):
        assert len(list(slots(FRIDAYS, after=after, until=until, zone=LONDON))) == found


@pytest.mark.parametrize("zone", [KIRITIMATI, MIDWAY])
@pytest.mark.parametrize("clock", ["00:00", "23:59:59"])
def test_far_from_greenwich_the_day_is_that_of_the_zone(zone: ZoneInfo, clock: str) -> None:
    slot = next_slot(parse(f"fri {clock}"), after=at("2026-11-19T00:00+00:00"), zone=zone)
    shown = slot.utc.astimezone(zone)
    assert (shown.isoformat()[:10], shown.weekday(), slot.wall.isoformat()[:10]) == ("2026-11-20", 4, "2026-11-20")
    assert next_slot(parse(f"fri {clock}"), after=slot.utc, zone=zone).utc == slot.utc + timedelta(days=7)


def test_slots_of_a_day_come_in_the_order_of_the_clock_however_they_are_written() -> None:
    start = at("2026-11-20T00:00+00:00")
    found = slots(parse("fri 17:00, 09:00, 12:00"), after=start, until=start + timedelta(days=1), zone=LONDON)
    assert [slot.local[11:] for slot in found] == ["09:00:00", "12:00:00", "17:00:00"]


def test_an_hour_that_comes_twice_holds_a_slot_at_its_first_time_only() -> None:
    first = at("2026-11-01T01:30-04:00")
    found = list(slots(parse("sun 01:30"), after=first - SECOND, until=first + timedelta(hours=3), zone=NEW_YORK))
    assert [slot.utc for slot in found] == [first]


def test_a_week_across_a_change_of_the_clocks_is_an_hour_longer_or_shorter() -> None:
    spring = [
        slot.utc
        for slot in slots(FRIDAYS, after=at("2026-03-26T00:00+00:00"), until=at("2026-04-04T00:00+00:00"), zone=LONDON)
    ]
    autumn = [
        slot.utc
        for slot in slots(FRIDAYS, after=at("2026-10-22T00:00+00:00"), until=at("2026-10-31T00:00+00:00"), zone=LONDON)
    ]
    assert spring[1] - spring[0] == timedelta(days=7, hours=-1)
    assert autumn[1] - autumn[0] == timedelta(days=7, hours=1)


def test_a_text_is_kept_on_one_line_and_a_day_with_two_times_has_several() -> None:
    assert parse(" fri   09:00 ").text == "fri 09:00"
    assert [parse(text).several_a_day for text in ("fri 09:00", "mon,fri 09:00", "fri 09:00, 10:00")] == [
        False,
        False,
        True,
    ]
    assert not Schedule("", ()).several_a_day


def test_a_time_is_in_the_key_to_its_second() -> None:
    twice = parse("fri 09:00, 09:00:05")
    moments = list(slots(twice, after=at("2026-11-19T00:00+00:00"), until=at("2026-11-21T00:00+00:00"), zone=LONDON))
    assert [edition_key("w", slot, twice)[2:] for slot in moments] == ["2026-11-20T090000", "2026-11-20T090005"]


def test_five_minutes_late_is_on_time_and_a_second_more_is_not() -> None:
    assert timedelta(minutes=5) == PUNCTUAL
    assert decided("2026-11-06T09:05:00+00:00", catch_up="skip") == (["11-06"], [])
    assert decided("2026-11-06T09:05:01+00:00", catch_up="skip") == ([], ["11-06"])


def test_a_limit_below_five_minutes_holds_for_skip_too() -> None:
    slot = at("2026-11-06T09:00+00:00")
    for late, run in ((59, 1), (60, 1), (61, 0)):
        found = due(
            FRIDAYS,
            since=slot - SECOND,
            now=slot + timedelta(seconds=late),
            zone=LONDON,
            known=(),
            max_late=timedelta(minutes=1),
            catch_up="skip",
        )
        assert (len(found.run), len(found.missed)) == (run, 1 - run)


def test_the_latest_that_is_not_too_late_runs_though_older_ones_are_missed() -> None:
    assert decided("2026-11-13T16:00:00+00:00") == ([], ["11-06", "11-13"])
    assert decided("2026-11-13T15:00:00+00:00") == (["11-13"], ["11-06"])
    assert decided("2026-11-13T15:00:00+00:00", catch_up="all") == (["11-13"], ["11-06"])


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (4, "now"),
        (5, "in 5 seconds"),
        (-5, "5 seconds ago"),
        (-4, "now"),
        (89, "in 89 seconds"),
        (90, "in 2 minutes"),
        (150, "in 2 minutes"),
        (-90, "2 minutes ago"),
        (5399, "in 90 minutes"),
        (5400, "in 2 hours"),
        (-5400, "2 hours ago"),
    ],
)
def test_a_distance_is_told_in_the_unit_that_fits(seconds: int, said: str) -> None:
    now = at("2026-07-03T09:00+01:00")
    assert in_words(now + timedelta(seconds=seconds), now=now, zone=LONDON).endswith(f", {said}")


@pytest.mark.parametrize(
    ("moment", "now", "said"),
    [
        ("2026-07-04T08:59:59+01:00", "2026-07-03T09:00+01:00", "in 24 hours"),
        ("2026-07-04T09:00+01:00", "2026-07-03T09:00+01:00", "in 1 day"),
        ("2026-07-05T00:01+01:00", "2026-07-03T23:59+01:00", "in 2 days"),
        ("2026-07-03T23:59+01:00", "2026-07-05T00:01+01:00", "2 days ago"),
        ("2026-07-04T20:00+01:00", "2026-07-03T01:00+01:00", "in 1 day"),
        ("2026-07-03T23:00+01:00", "2026-07-03T00:30+01:00", "in 22 hours"),
    ],
)
def test_days_are_those_of_the_calendar(moment: str, now: str, said: str) -> None:
    assert in_words(at(moment), now=at(now), zone=LONDON).endswith(f", {said}")


@pytest.mark.parametrize(("days", "year"), [(299, False), (300, True), (-299, False), (-300, True)])
def test_the_year_is_told_from_three_hundred_days_on(days: int, year: bool) -> None:
    now = at("2026-11-20T09:00+00:00")
    moment = now + timedelta(days=days)
    assert (f" {moment.astimezone(LONDON).year}, " in in_words(moment, now=now, zone=LONDON)) is year


def test_every_month_and_weekday_has_its_name() -> None:
    told = [
        in_words(at(f"2026-{month:02}-15T12:00+00:00"), now=at("2026-06-01T12:00+00:00"), zone=LONDON)
        for month in range(1, 13)
    ]
    assert [words.split()[2].strip(",") for words in told] == [
        date(2026, month, 1).strftime("%B") for month in range(1, 13)
    ]
    assert told[0].startswith("Thursday 15 January")
