"""When a post may go out: free slots, quiet hours and the space after the last one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.editorial.queue import HORIZON, is_quiet, is_spaced, post_time

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


NOW = at("2026-11-20T08:00+00:00")  # a Friday


def test_without_slots_a_post_goes_out_now() -> None:
    assert post_time(slots=[], taken=[NOW], now=NOW, zone=LONDON) == NOW


def test_slots_of_several_lines_come_in_the_order_of_the_clock() -> None:
    slots = ["sat 09:00", "fri 17:00, 12:00"]
    free = [at("2026-11-20T12:00+00:00"), at("2026-11-20T17:00+00:00"), at("2026-11-21T09:00+00:00")]
    for taken, moment in enumerate(free):
        assert post_time(slots=slots, taken=free[:taken], now=NOW, zone=LONDON) == moment


def test_a_slot_that_begins_this_second_has_passed() -> None:
    assert post_time(slots=["fri 08:00"], taken=[], now=NOW, zone=LONDON) == at("2026-11-27T08:00+00:00")


def test_nothing_is_planned_beyond_sixty_days() -> None:
    slots = [f"fri 08:00:{second:02}" for second in (0, 1)]
    coming = [NOW + timedelta(weeks=week, seconds=second) for week in range(9) for second in (0, 1)]
    assert post_time(slots=slots, taken=coming[:-1], now=NOW, zone=LONDON) == coming[-1]
    assert post_time(slots=slots, taken=coming, now=NOW, zone=LONDON) is None
    assert timedelta(weeks=8, seconds=1) < HORIZON < timedelta(weeks=9)


@pytest.mark.parametrize(
    ("start", "end", "quiet", "loud"),
    [
        (time(22), time(7), ["22:00:00", "23:59:59", "00:00:00", "06:59:59"], ["07:00:00", "12:00:00", "21:59:59"]),
        (time(1), time(7), ["01:00:00", "06:59:59"], ["00:59:59", "07:00:00", "23:00:00"]),
        (time(7), time(7), [], ["06:59:59", "07:00:00", "07:00:01"]),
    ],
)
def test_quiet_hours_begin_at_their_first_second_and_end_before_their_last(
    start: time, end: time, quiet: list[str], loud: list[str]
) -> None:
    for clock in (*quiet, *loud):
        now = datetime.fromisoformat(f"2026-07-03T{clock}").replace(tzinfo=LONDON)
        assert is_quiet((start, end), now=now.astimezone(UTC), zone=LONDON) is (clock in quiet)


def test_a_channel_without_quiet_hours_never_sleeps() -> None:
    assert not is_quiet(None, now=NOW, zone=LONDON)


def test_the_next_post_waits_for_the_whole_space() -> None:
    hour = timedelta(hours=1)
    assert is_spaced(hour, last=None, now=NOW)
    assert is_spaced(hour, last=NOW - hour, now=NOW)
    assert not is_spaced(hour, last=NOW - hour + timedelta(seconds=1), now=NOW)
