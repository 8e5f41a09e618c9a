"""A server's health, by a clock of the test's own."""

import threading
from datetime import timedelta

import pytest

from publisher.delivery.health import Health
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.model import Receipt

DOWN = TryLater("451 down", wide=True)
AWAY = TryLater("cannot be reached")


class Clock:
    """Stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hungry() -> threading.Event:
    return threading.Event()


@pytest.fixture
def health(hungry: threading.Event, clock: Clock) -> Health:
    return Health(hungry, clock=clock)


def test_a_server_of_which_nothing_is_known_is_well(health: Health) -> None:
    assert not health.ails(100.0)
    assert not health.rests(100.0)
    assert health.held(100.0) == 0
    assert health.unreachable_for(100.0) == 0
    assert health.why_unreachable is None
    assert health.denied is None
    assert not health.accepted


def test_who_refuses_us_gets_nothing_more_and_the_first_reason_stays(health: Health, hungry: threading.Event) -> None:
    first = AccessDenied("wrong password")
    health.deny(first)
    health.deny(AccessDenied("blocked"))

    assert health.denied is first
    assert health.ails(100.0)
    assert health.rests(100.0)
    assert hungry.is_set()


def test_a_server_that_is_away_counts_from_its_first_failure_until_it_is_reached(
    health: Health, clock: Clock, hungry: threading.Event
) -> None:
    health.cannot_reach(AWAY)
    assert hungry.is_set()
    clock.now = 103.0
    last = TryLater("still away")
    health.cannot_reach(last)

    assert health.unreachable_for(104.0) == 4.0
    assert health.why_unreachable is last
    health.reached()
    assert health.unreachable_for(105.0) == 0
    assert health.why_unreachable is None


@pytest.mark.parametrize(("seconds", "ails"), [(5.0, False), (5.01, True)])
def test_after_five_seconds_without_a_server_another_takes_over(health: Health, seconds: float, ails: bool) -> None:
    health.cannot_reach(AWAY)

    assert health.ails(100.0 + seconds) == ails


def test_a_server_that_fails_message_after_message_is_as_good_as_away(health: Health, clock: Clock) -> None:
    health.heard(DOWN)
    clock.now = 102.0
    health.heard(TryLater("again", wide=True))

    assert health.unreachable_for(104.0) == 4.0
    assert health.why_unreachable is DOWN


@pytest.mark.parametrize("outcome", [Receipt(), Rejected("550"), Uncertain("lost"), TryLater("greylisted")])
def test_any_answer_about_one_reader_alone_ends_the_trouble(health: Health, outcome: Receipt | SendError) -> None:
    health.heard(DOWN)
    health.heard(outcome)

    assert health.unreachable_for(200.0) == 0
    assert health.why_unreachable is None


def test_a_server_that_has_taken_something_is_not_to_blame_for_its_last_trouble(health: Health) -> None:
    health.heard(Receipt())
    health.heard(DOWN)

    assert health.accepted
    assert health.why_unreachable is None
    assert health.unreachable_for(101.0) == 1.0


def test_the_longer_of_two_troubles_counts(health: Health, clock: Clock) -> None:
    health.heard(DOWN)
    clock.now = 103.0
    health.cannot_reach(AWAY)

    assert health.unreachable_for(104.0) == 4.0


def test_a_rest_is_half_a_minute(health: Health) -> None:
    health.rest(100.0)

    assert health.rests(129.9)
    assert not health.rests(130.0)


def test_each_hold_is_twice_as_long_up_to_half_a_minute(health: Health, clock: Clock) -> None:
    holds = []
    for _ in range(9):
        health.heard(DOWN)
        holds.append(health.held(clock.now))
        clock.now += holds[-1]

    assert holds == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_trouble_within_a_hold_does_not_lengthen_it(health: Health, clock: Clock) -> None:
    health.heard(DOWN)
    clock.now = 100.1
    health.heard(DOWN)

    assert round(health.held(100.1), 6) == 0.15


@pytest.mark.parametrize(("asked", "held"), [(0.1, 0.25), (7.0, 7.0), (30.0, 30.0), (3600.0, 30.0)])
def test_the_wait_that_a_server_asks_for_is_kept_up_to_half_a_minute(health: Health, asked: float, held: float) -> None:
    health.heard(TryLater("busy", wide=True, after=timedelta(seconds=asked)))

    assert health.held(100.0) == held


def test_an_accepted_message_makes_the_next_hold_short_again(health: Health, clock: Clock) -> None:
    for _ in range(4):
        health.heard(DOWN)
        clock.now += 100
    health.heard(Receipt())
    health.heard(DOWN)

    assert health.held(clock.now) == 0.25


@pytest.mark.parametrize(
    ("outcome", "at_fault"), [(DOWN, False), (TryLater("greylisted"), True), (Rejected("550"), True)]
)
def test_what_is_one_readers_or_was_counted_already_holds_nobody_up(
    health: Health, outcome: SendError, at_fault: bool
) -> None:
    health.heard(outcome, at_fault=at_fault)

    assert health.held(100.0) == 0


def test_five_put_off_in_a_row_are_a_sign_and_four_are_none(health: Health) -> None:
    for _ in range(4):
        health.heard(DOWN)
    assert not health.ails(100.0)
    health.heard(DOWN)

    assert health.ails(100.0)
    health.heard(Receipt())
    assert not health.ails(100.0)
    for _ in range(4):
        health.heard(DOWN)
    assert not health.ails(100.0)


def test_one_of_several_lines_that_breaks_says_nothing_of_the_others_yet(hungry: threading.Event, clock: Clock) -> None:
    health = Health(hungry, spare=1, clock=clock)
    health.heard(DOWN)
    assert health.held(100.0) == 0
    health.heard(DOWN)

    assert health.held(100.0) == 0.25


def test_a_line_that_cannot_be_opened_holds_the_others_up_too(health: Health) -> None:
    health.cannot_reach(TryLater("busy", after=timedelta(seconds=3)))

    assert health.held(101.0) == 2.0
    assert health.held(200.0) == 0
