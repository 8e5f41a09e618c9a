"""A provider's queue of claims, by a clock of the test's own."""

import threading

import pytest

from publisher.delivery.claims import ClaimQueue, portions
from publisher.model import Reader
from publisher.store.ledger.deliveries import Claim


def claims(count: int) -> list[Claim]:
    return [
        Claim(number, 1, Reader(id=number, email=f"reader{number}@example.net"), 0, None, False, 0)
        for number in range(count)
    ]


class Clock:
    """Stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hungry() -> threading.Event:
    return threading.Event()


@pytest.fixture
def queue(hungry: threading.Event, clock: Clock) -> ClaimQueue:
    return ClaimQueue(hungry, least=16, most=100, clock=clock)


@pytest.mark.parametrize(
    ("batch", "lines", "rate", "expected"),
    [
        (1, 4, None, (16, 500)),
        (16, 1, None, (16, 500)),
        (17, 1, None, (17, 500)),
        (50, 5, None, (50, 500)),
        (100, 3, None, (100, 600)),  # every line has one call and the next
        (1000, 2, None, (1000, 4000)),
        (1, 4, 1.0, (16, 16)),
        (1, 4, 10.0, (16, 20)),  # two seconds' worth
        (1, 4, 14.3, (16, 28)),
        (1, 4, 1000.0, (16, 500)),
        (50, 2, 10.0, (20, 20)),
    ],
)
def test_what_is_claimed_at_once_follows_the_call_and_the_rate(
    batch: int, lines: int, rate: float | None, expected: tuple[int, int]
) -> None:
    assert portions(batch=batch, lines=lines, rate=rate) == expected


def test_claims_come_in_order_and_then_there_is_none(queue: ClaimQueue) -> None:
    given = claims(3)
    queue.feed(given)

    assert [queue.take() for _ in range(4)] == [*given, None]
    assert queue.take(0.01) is None


def test_a_claim_is_waited_for_as_long_as_asked(queue: ClaimQueue) -> None:
    (given,) = claims(1)
    threading.Timer(0.05, queue.put_back, args=(given,)).start()

    assert queue.take(5.0) == given


def test_it_is_hungry_from_half_of_its_appetite_on(queue: ClaimQueue, hungry: threading.Event) -> None:
    queue.feed(claims(10))
    queue.take()
    assert not hungry.is_set()
    queue.take()

    assert hungry.is_set()
    assert queue.waiting == 8


def test_an_empty_queue_is_hungry(queue: ClaimQueue, hungry: threading.Event) -> None:
    queue.take()

    assert hungry.is_set()


@pytest.mark.parametrize(("waiting", "wants"), [(0, 16), (8, 16), (9, 0), (16, 0)])
def test_it_wants_its_appetite_while_no_more_than_half_of_it_waits(queue: ClaimQueue, waiting: int, wants: int) -> None:
    queue.feed(claims(waiting))

    assert queue.wants == wants


@pytest.mark.parametrize(
    ("seconds", "appetite"), [(0.0, 64), (0.99, 64), (1.0, 32), (3.99, 32), (4.0, 16), (1000.0, 16)]
)
def test_who_eats_in_less_than_a_second_is_given_twice_as_much_and_who_needs_four_half(
    queue: ClaimQueue, clock: Clock, seconds: float, appetite: int
) -> None:
    queue.feed(claims(1))
    queue.feed(claims(1))
    assert queue.appetite == 32
    clock.now = seconds
    queue.feed(claims(1))

    assert queue.appetite == appetite


def test_the_first_meal_teaches_nothing(queue: ClaimQueue) -> None:
    queue.feed(claims(1))

    assert queue.appetite == 16


def test_a_meal_of_nothing_teaches_nothing_but_the_time(queue: ClaimQueue, clock: Clock) -> None:
    queue.feed(claims(1))
    clock.now = 10.0
    queue.feed([])
    assert queue.appetite == 16
    clock.now = 10.5
    queue.feed(claims(1))

    assert queue.appetite == 32


def test_appetite_stays_between_the_least_and_the_most(queue: ClaimQueue, clock: Clock) -> None:
    seen = []
    for _ in range(6):
        queue.feed(claims(1))
        seen.append(queue.appetite)
    for _ in range(5):
        clock.now += 100
        queue.feed(claims(1))
        seen.append(queue.appetite)

    assert seen == [16, 32, 64, 100, 100, 100, 50, 25, 16, 16, 16]


def test_who_is_set_apart_waits_in_a_queue_of_her_own(queue: ClaimQueue) -> None:
    first, second = claims(2)
    queue.put_back(second, apart=True)
    queue.put_back(first)

    assert (queue.waiting, queue.waiting_apart) == (2, 1)
    assert queue.take() == first
    assert queue.take() is None
    assert queue.take_apart() == second
    assert queue.take_apart() is None
    assert queue.waiting == 0


def test_it_is_idle_when_all_that_it_was_fed_is_finished(queue: ClaimQueue) -> None:
    assert queue.idle
    queue.feed(claims(2))
    assert not queue.idle
    queue.finish()
    assert not queue.idle
    queue.finish()

    assert queue.idle


def test_what_is_drained_is_no_longer_owed(queue: ClaimQueue) -> None:
    queue.feed(claims(5))
    queue.take()
    taken = queue.take()
    assert taken is not None
    queue.put_back(taken, apart=True)

    assert queue.drain() == 4
    assert queue.waiting == 0
    assert not queue.idle
    queue.finish()
    assert queue.idle
    assert queue.drain() == 0
