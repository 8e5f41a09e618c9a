"""What a quota leaves, by the ledger's rows and to the second."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from tests.mailing import EDITION, prepare

from publisher.store.engine import Store
from publisher.store.ledger import quotas
from publisher.store.ledger.quotas import Left, Quota
from publisher.store.tables import mail_deliveries

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def given(store: Store, *moments: datetime, state: str = "accepted", provider: str = "mail", first: int = 0) -> None:
    with store.write() as db:
        for number, at in enumerate(moments):
            row = {"edition": EDITION, "subscriber_id": first + number, "state": state, "provider": provider}
            db.execute(insert(mail_deliveries).values(row | {"updated": at}))


def left(store: Store, at: datetime = NOW, **quota: int) -> Left:
    with store.read() as db:
        return quotas.left(db, "mail", Quota(**quota), now=at)


@pytest.fixture
def ready(sqlite_store: Store) -> Store:
    prepare(sqlite_store, [], at=NOW)
    return sqlite_store


def test_with_nothing_given_the_whole_day_is_left(ready: Store) -> None:
    assert left(ready, daily=20) == Left(count=20, more_at=NOW + DAY)


def test_what_was_given_within_24_hours_counts_and_is_free_again_a_day_after_it_went(ready: Store) -> None:
    given(ready, NOW - 23 * HOUR, NOW - HOUR)

    assert left(ready, daily=20) == Left(count=18, more_at=NOW + HOUR)


def test_what_is_a_day_old_no_longer_counts(ready: Store) -> None:
    given(ready, NOW - DAY, NOW - DAY + timedelta(seconds=1))

    assert left(ready, daily=20).count == 19


def test_more_than_the_limit_leaves_nothing_rather_than_less(ready: Store) -> None:
    given(ready, *[NOW] * 3)

    assert left(ready, daily=2).count == 0


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("claimed", True),
        ("sending", True),
        ("accepted", True),
        ("refused", True),
        ("uncertain", True),
        ("todo", False),
        ("deferred", False),
        ("suppressed", False),
        ("cancelled", False),
    ],
)
def test_what_may_have_reached_the_provider_counts(ready: Store, state: str, counts: bool) -> None:
    given(ready, NOW, state=state)

    assert left(ready, daily=9).count == 9 - counts


def test_another_providers_messages_do_not_count(ready: Store) -> None:
    given(ready, NOW, provider="other")

    assert left(ready, daily=9).count == 9


@pytest.mark.parametrize(
    ("days", "count"), [(0, 2), (0.99, 2), (1, 6), (2, 12), (5, 96), (29, 3 * 2**29), (30, 1 << 62), (90, 1 << 62)]
)
def test_a_warm_up_doubles_each_day_and_then_is_over(ready: Store, days: float, count: int) -> None:
    begun = NOW - 200 * DAY
    given(ready, begun)

    assert left(ready, begun + days * DAY, warm_up=3).count == count


def test_the_smaller_of_quota_and_warm_up_holds(ready: Store) -> None:
    given(ready, NOW - 3 * DAY)

    assert left(ready, daily=20, warm_up=2).count == 16
    assert left(ready, daily=10, warm_up=2).count == 10


def test_it_is_more_when_the_warm_ups_next_day_begins_or_the_first_message_is_a_day_old(ready: Store) -> None:
    given(ready, NOW - 30 * HOUR, NOW - HOUR)

    assert left(ready, warm_up=1) == Left(count=1, more_at=NOW + 18 * HOUR)
    assert left(ready, at=NOW + 18 * HOUR, warm_up=1).more_at == NOW + 23 * HOUR


def test_a_clock_that_went_back_makes_no_day_negative(ready: Store) -> None:
    given(ready, NOW + 2 * DAY)

    assert left(ready, warm_up=5).count == 4
