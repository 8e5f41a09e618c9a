"""Old reviews that are worth a post today, and those that are not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.editorial.test_edition import review

from publisher.editorial.evergreen import ideas, services
from publisher.model import Availability, Published, Review

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 20)


def old(number: int, day: date | datetime, *platforms: str, title: str | None = "") -> Review:
    where = tuple(Availability(platform=platform) for platform in platforms)
    return review(number, title, published=Published(value=day, precision="day", raw=""), availability=where)


def told(*reviews: Review, today: date = TODAY, seen: dict[str, set[str]] | None = None) -> list[tuple[str, str]]:
    return [(idea.review.id, idea.why) for idea in ideas(reviews, today=today, zone=LONDON, seen=seen or {})]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 11, 20), "reviewed a year ago today"),
        (date(2024, 11, 20), "reviewed 2 years ago today"),
        (date(2016, 11, 20), "reviewed 10 years ago today"),
    ],
)
def test_an_anniversary_is_told_in_years(day: date, why: str) -> None:
    assert told(old(1, day)) == [("r1", why)]


@pytest.mark.parametrize("day", [date(2025, 11, 19), date(2025, 11, 21), date(2025, 10, 20), TODAY])
def test_another_day_is_no_anniversary(day: date) -> None:
    assert told(old(1, day)) == []


def test_the_day_is_that_of_the_sites_zone() -> None:
    late = datetime(2025, 7, 3, 23, 30, tzinfo=UTC)
    assert told(old(1, late), today=date(2026, 7, 4)) == [("r1", "reviewed a year ago today")]
    assert told(old(1, late), today=date(2026, 7, 3)) == []


def test_a_review_of_half_a_year_is_old_and_a_day_less_is_not() -> None:
    seen: dict[str, set[str]] = {"r1": set()}
    assert told(old(1, TODAY - timedelta(days=180), "Brightbox"), seen=seen) == [("r1", "now on Brightbox")]
    assert told(old(1, TODAY - timedelta(days=179), "Brightbox"), seen=seen) == []


def test_only_services_that_are_new_are_named_and_in_order() -> None:
    found = old(1, date(2024, 2, 1), "Zebra", "Brightbox", "Acorn")
    assert told(found, seen={"r1": {"Brightbox"}}) == [("r1", "now on Acorn, Zebra")]
    assert told(found, seen={"r1": {"Brightbox", "Zebra", "Acorn"}}) == []


def test_services_of_a_review_that_was_never_looked_at_are_no_news() -> None:
    assert told(old(1, date(2024, 2, 1), "Brightbox")) == []
    assert told(old(1, date(2024, 11, 20), "Brightbox")) == [("r1", "reviewed 2 years ago today")]


def test_an_arrival_is_told_rather_than_an_anniversary() -> None:
    assert told(old(1, date(2024, 11, 20), "Brightbox"), seen={"r1": set()}) == [("r1", "now on Brightbox")]


def test_arrivals_come_first_and_each_kind_in_the_order_of_its_ids() -> None:
    day = date(2024, 11, 20)
    reviews = [old(4, day), old(3, day, "B"), old(2, day), old(1, day, "A")]
    assert [name for name, _ in told(*reviews, seen={"r1": set(), "r3": set()})] == ["r1", "r3", "r2", "r4"]


def test_without_a_film_or_a_date_there_is_nothing_to_say() -> None:
    assert told(old(1, date(2024, 11, 20), title=None), review(2), review(3, None)) == []


def test_a_service_without_a_name_is_none() -> None:
    assert services(old(1, TODAY, "", "Brightbox", "Brightbox")) == {"Brightbox"}
