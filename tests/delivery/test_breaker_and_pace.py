from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.breaker import Breaker
from publisher.delivery.rates import Pace


def test_the_breaker_trips_at_the_kth_failure_of_the_last_n() -> None:
    breaker = Breaker(window=10, limit=3)

    assert [breaker.saw(failed=failed) for failed in (True, False, True, False, True)] == [False] * 4 + [True]
    assert breaker.words == "3 of the last 5 messages failed"


def test_failures_that_are_long_past_do_not_count() -> None:
    breaker = Breaker(window=10, limit=3)
    tripped = [breaker.saw(failed=number % 5 == 0) for number in range(1000)]

    assert not any(tripped)


@given(st.lists(st.booleans(), max_size=200), st.integers(1, 20), st.integers(1, 20))
def test_the_breaker_counts_as_a_plain_count_does(outcomes: list[bool], window: int, limit: int) -> None:
    breaker = Breaker(window=window, limit=limit)
    for at, failed in enumerate(outcomes):
        last = outcomes[max(0, at + 1 - window) : at + 1]

        assert breaker.saw(failed=failed) == (failed and sum(last) >= limit)


def test_the_first_message_goes_at_once_and_the_next_waits_its_turn() -> None:
    pace = Pace(count=10, per=timedelta(seconds=1))

    assert pace.wait(100.0) == 0
    assert round(pace.wait(100.0), 4) == 0.102
    assert round(pace.wait(100.05), 4) == 0.154


def test_what_arrives_late_leaves_no_window_too_full() -> None:
    pace = Pace(count=3, per=timedelta(seconds=1))
    pace.begin(3)
    assert pace.crowded(10.0)
    pace.end(10.9, 3)
    assert pace.crowded(11.8), "the other end may have seen all three just before 10.9"
    assert not pace.crowded(11.9)


@given(
    count=st.integers(1, 600),
    per=st.sampled_from([1, 60, 3600]),
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=200),
)
def test_no_window_ever_holds_more_than_the_limit(count: int, per: int, gaps: list[float]) -> None:
    pace, now, sent = Pace(count=count, per=timedelta(seconds=per)), 0.0, []
    for gap in gaps:
        now += gap
        sent.append(now + pace.wait(now))

    assert all(late - early >= per for early, late in zip(sent, sent[count:], strict=False))


def test_by_itself_it_trips_at_50_failures_of_the_last_100() -> None:
    tripped = [Breaker() for _ in range(2)]
    assert [tripped[0].saw(failed=True) for _ in range(50)] == [False] * 49 + [True]
    for _ in range(49):
        tripped[1].saw(failed=True)
    for _ in range(51):
        assert not tripped[1].saw(failed=False)

    assert tripped[1].words == "49 of the last 100 messages failed"
    assert not tripped[1].saw(failed=True), "the oldest failure has left the window"


def test_a_call_that_is_larger_than_a_window_may_go_when_it_is_alone() -> None:
    pace = Pace(count=10, per=timedelta(seconds=1))

    assert not pace.crowded(0.0, 50)
    pace.begin()
    assert pace.crowded(0.0, 50)
    assert pace.crowded(0.0, 10)
    assert not pace.crowded(0.0, 9)
    pace.end(0.0)
    assert pace.crowded(0.99, 10)
    assert not pace.crowded(1.0, 10)
