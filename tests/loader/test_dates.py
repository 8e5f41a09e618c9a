from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.loader.facts import dates

LONDON = ZoneInfo("Europe/London")
KOLKATA = ZoneInfo("Asia/Kolkata")
FIRST, LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2099-12-30")
FETCHED = datetime(2025, 11, 16, 12, 0, tzinfo=UTC)


def read(raw: str, *, zone: ZoneInfo = LONDON, fetched: datetime | None = None) -> tuple[str, str] | None:
    found = dates.parse(raw, zone=zone, fetched=fetched)
    return (found.value.isoformat(), found.precision) if found else None


@pytest.mark.parametrize(
    ("raw", "value", "precision"),
    [
        ("Fri, 14 Nov 2025 10:30:00 GMT", "2025-11-14T10:30:00+00:00", "second"),
        ("Fri, 14 Nov 2025 10:30 +0100", "2025-11-14T09:30:00+00:00", "minute"),
        ("14 Nov 25 10:30 GMT", "2025-11-14T10:30:00+00:00", "minute"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37+00:00", "second"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37+00:00", "second"),
        ("Sun Nov 06 08:49:37 PST 1994", "1994-11-06T16:49:37+00:00", "second"),
        ("Fri Nov 14 2025 10:30:00 GMT+0100 (Central European Standard Time)", "2025-11-14T09:30:00+00:00", "second"),
        ("2025-11-14", "2025-11-14", "day"),
        ("2025-11-14T10:30:00.123Z", "2025-11-14T10:30:00+00:00", "second"),
        ("2025-11-14T10:30", "2025-11-14T10:30:00+00:00", "minute"),
        ("2025-11-14 10:30:00.000000", "2025-11-14T10:30:00+00:00", "second"),
        ("2025-11-14 10:30:00 +0530", "2025-11-14T05:00:00+00:00", "second"),
        ("20251114T103000Z", "2025-11-14T10:30:00+00:00", "second"),
        ("2025-11-14T24:00:00Z", "2025-11-15T00:00:00+00:00", "second"),
        ("2025-W46-5", "2025-11-14", "day"),
        ("2025-318", "2025-11-14", "day"),
        ("2016/6/29 15:07:41", "2016-06-29T14:07:41+00:00", "second"),
        ("2016-6-1", "2016-06-01", "day"),
        ("1763116200", "2025-11-14T10:30:00+00:00", "second"),
        ("1763116200000", "2025-11-14T10:30:00+00:00", "second"),
        ("November 14, 2025", "2025-11-14", "day"),
        ("Friday 14th November 2025", "2025-11-14", "day"),
        ("Nov. 14, 2025 at 3:04 p.m.", "2025-11-14T15:04:00+00:00", "minute"),
        ("14.11.2025 15:30", "2025-11-14T15:30:00+00:00", "minute"),
        ("14 de noviembre de 2025", "2025-11-14", "day"),
        ("14 novembre 2025", "2025-11-14", "day"),
        ("18 dic 2022", "2022-12-18", "day"),
        ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24T22:42:40+00:00", "second"),
        ("14 Kasım 2025", "2025-11-14", "day"),
        ("2025年11月14日", "2025-11-14", "day"),
    ],
)
def test_a_date_is_read_as_it_stands_with_its_precision(raw: str, value: str, precision: str) -> None:
    assert read(raw) == (value, precision)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Fri, 14 Jun 2024 10:00:00 BST", "2024-06-14T09:00:00+00:00"),
        ("Fri, 14 Nov 2025 10:00:00 CET", "2025-11-14T09:00:00+00:00"),
        ("Sat, 14 Jun 2025 10:00:00 CEST", "2025-06-14T08:00:00+00:00"),
        ("Tue, 01 Oct 2019 14:30:00 PST", "2019-10-01T22:30:00+00:00"),
        ("Tue, 01 Oct 2019 14:30:00 AEST", "2019-10-01T04:30:00+00:00"),
    ],
)
def test_named_zones_are_what_they_are(raw: str, value: str) -> None:
    assert read(raw) == (value, "second")


def test_a_zone_name_that_several_places_share_is_the_sources_own_or_keeps_only_the_day() -> None:
    assert read("Fri, 14 Nov 2025 10:00:00 IST", zone=KOLKATA) == ("2025-11-14T04:30:00+00:00", "second")
    assert read("Fri, 14 Nov 2025 10:00:00 IST") == ("2025-11-14", "day")


def test_a_time_without_a_zone_is_in_the_sources_zone() -> None:
    assert read("2025-07-14 10:30:00") == ("2025-07-14T09:30:00+00:00", "second")
    assert read("2025-07-14 10:30:00", zone=KOLKATA) == ("2025-07-14T05:00:00+00:00", "second")


@pytest.mark.parametrize(
    "raw",
    [
        *("", "   ", "garbage", "now", "today", "2 days ago", "Friday", "12:30", "3 min read", "\x00\x01"),
        *("2025", "2025-11", "May 2025", "Nov 14", "14 November", "10000000", "0", "-1"),
        *("0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "9999-12-31", "0/0/0000", "1970-01-01T00:00:00Z"),
        *("2025-02-30", "2025-13-01", "31 November 2025", "Thu, 14 Nov 2025 25:30:00 GMT", "14/11/25"),
        *("Nov 14-16", "14 15 November 2025", "2025-11-14 2025-11-15", "November 2025", "x" * 5000),
    ],
)
def test_what_is_no_date_for_certain_is_unknown(raw: str) -> None:
    assert read(raw) is None


def test_an_order_of_numbers_that_nothing_settles_is_unknown() -> None:
    assert read("03/04/2025") is None
    assert read("14/11/2025") == ("2025-11-14", "day")
    assert read("11/14/2025 3:04 PM") == ("2025-11-14T15:04:00+00:00", "minute")
    assert read("05/05/2025") == ("2025-05-05", "day")
    assert read("03.04.2025") == ("2025-04-03", "day")


def test_the_sources_own_order_or_language_settles_it() -> None:
    order = dates.order_of(["01/02/2025", "27/02/2025", "03/04/2025"])
    assert order == "dmy"
    found = dates.parse("03/04/2025", zone=LONDON, order=order)
    assert found is not None
    assert found.value == date(2025, 4, 3)
    german = dates.parse("03/04/2025", zone=LONDON, language="de")
    assert german is not None
    assert german.value == date(2025, 4, 3)
    assert dates.parse("03/04/2025", zone=LONDON, language="en-US") is None


def test_a_source_that_writes_both_orders_has_none() -> None:
    assert dates.order_of(["27/02/2025", "02/27/2025"]) is None
    assert dates.order_of(["01/02/2025"]) is None


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2 days ago", "2025-11-14"),
        ("yesterday", "2025-11-15"),
        ("3 hours ago", "2025-11-16"),
        ("hace 2 días", "2025-11-14"),
        ("vor 3 Tagen", "2025-11-13"),
        ("Nov 14", "2025-11-14"),
        ("30 Dec", "2024-12-30"),
    ],
)
def test_relative_dates_count_from_the_time_of_fetching_and_only_with_it(raw: str, day: str) -> None:
    assert read(raw, fetched=FETCHED) == (day, "day")
    assert read(raw) is None


@pytest.mark.parametrize("raw", ["2 weeks ago", "last month", "a year ago", "in 3 days", "next Friday"])
def test_relative_dates_that_name_no_day_stay_unknown(raw: str) -> None:
    assert read(raw, fetched=FETCHED) is None


def test_the_words_it_was_read_from_are_kept() -> None:
    found = dates.parse("  November 14, 2025 ", zone=LONDON)
    assert found is not None
    assert found.raw == "November 14, 2025"


@given(st.text(max_size=60))
def test_no_text_crashes_and_none_becomes_a_date_outside_the_age_of_film(raw: str) -> None:
    found = dates.parse(raw, zone=LONDON)
    assert found is None or dates.EARLIEST <= found.value.year <= dates.LATEST


@given(st.datetimes(FIRST, LAST), st.integers(-12 * 60, 14 * 60))
def test_what_a_machine_writes_comes_back(moment: datetime, offset: int) -> None:
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    raw = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{minutes // 60:02}:{minutes % 60:02}"
    found = dates.parse(raw, zone=LONDON)
    expected = datetime.fromisoformat(raw).astimezone(UTC)
    if expected != datetime(1970, 1, 1, tzinfo=UTC):
        assert found is not None
        assert found.value == expected


@given(st.sampled_from(["3 days ago", "Nov 14", "yesterday", "just now", "03/04/2025", "soon"]))
def test_a_date_is_never_guessed_without_the_time_of_fetching(raw: str) -> None:
    assert dates.parse(raw, zone=LONDON) is None
