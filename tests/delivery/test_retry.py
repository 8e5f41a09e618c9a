from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config import Delivery
from publisher.delivery.retry import next_try

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SETTINGS = Delivery()  # 1 min, doubling to 4 h, for 72 h


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 1), (1, 2), (2, 4), (5, 32), (7, 128), (8, 240), (20, 240), (10_000, 240)],  # 2**n, at most 4 h
)
def test_the_wait_doubles_up_to_a_limit(failures: int, minutes: int) -> None:
    assert next_try(None, failures=failures, first=NOW, now=NOW, settings=SETTINGS, jitter=0.5) == NOW + timedelta(
        minutes=minutes
    )


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 45), (0.5, 60), (1.0, 75)])
def test_jitter_spreads_a_wait_by_a_quarter_either_way(jitter: float, seconds: int) -> None:
    found = next_try(None, failures=0, first=None, now=NOW, settings=SETTINGS, jitter=jitter)

    assert found == NOW + timedelta(seconds=seconds)


def test_what_the_provider_asks_for_is_kept_to_and_never_undercut() -> None:
    asked = timedelta(minutes=17)

    assert next_try(asked, failures=9, first=None, now=NOW, settings=SETTINGS, jitter=0.0) == NOW + asked
    assert next_try(asked, failures=9, first=None, now=NOW, settings=SETTINGS, jitter=0.8) == NOW + asked * 1.2


def test_the_last_try_is_at_the_end_of_the_time_and_then_it_is_over() -> None:
    first = NOW - timedelta(hours=71)

    assert next_try(None, failures=30, first=first, now=NOW, settings=SETTINGS, jitter=0.5) == NOW + timedelta(hours=1)
    over = first + timedelta(hours=72)
    assert next_try(None, failures=31, first=first, now=over, settings=SETTINGS, jitter=0.5) is None


@given(
    failures=st.integers(0, 200),
    waited=st.timedeltas(timedelta(0), timedelta(days=5)),
    jitter=st.floats(0, 1, exclude_max=True),
    asked=st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_it_is_never_in_the_past_nor_after_the_end(
    failures: int, waited: timedelta, jitter: float, asked: timedelta | None
) -> None:
    found = next_try(asked, failures=failures, first=NOW - waited, now=NOW, settings=SETTINGS, jitter=jitter)

    if waited >= SETTINGS.give_up_after:
        assert found is None
    else:
        assert found is not None
        assert NOW <= found <= NOW - waited + SETTINGS.give_up_after
