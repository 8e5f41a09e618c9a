"""What a lane makes of outcomes: the ledger's row, the reader's address, the breaker, the pace."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from tests.mailing import asked, values_for

from publisher.config import Delivery, Rate
from publisher.delivery.breaker import Breaker
from publisher.delivery.lane import Lane
from publisher.delivery.outcomes import OutcomeWriter
from publisher.delivery.verdict import Rules
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.model import Filling, MailConnection, Message, Reader, Receipt
from publisher.store.ledger.connection import Begin, End
from publisher.store.ledger.deliveries import Claim, micros
from publisher.store.ledger.quotas import Left

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Ledger:
    """A ledger in memory that holds every intent."""

    def __init__(self) -> None:
        self.ends: list[End] = []

    def write(self, begins: Sequence[Begin], ends: Sequence[End]) -> set[int]:
        self.ends += ends
        return {begin.id for begin in begins}

    def close(self) -> None:
        pass


class Line:
    """A line that is only looked at."""

    def close(self) -> None:
        pass


class Provider:
    """A destination that opens lines, or says why not."""

    kind: ClassVar[str] = "memory"
    batch: ClassVar[int] = 3
    idempotent: ClassVar[bool] = False

    def __init__(self, *, connections: int = 2, stepped: bool = False, **settings: object) -> None:
        self.connections = connections
        self.stepped = stepped
        self.daily_quota: int | None = None
        self.warm_up: int | None = None
        self.rate: Rate | None = None
        self.answer: Line | Exception = Line()
        vars(self).update(settings)

    def connect(self) -> MailConnection:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]


class Certain(Provider):
    """One that knows a second copy by its key."""

    idempotent: ClassVar[bool] = True


class Bench:
    """A lane with its ledger and its breaker."""

    def __init__(self, provider: Provider, *, limit: int = 2, **request: object) -> None:
        self.kept = Ledger()
        self.hungry = threading.Event()
        self.writer = OutcomeWriter(lambda: self.kept, guard=nullcontext())
        self.lane = Lane(
            provider,
            rules=Rules(provider="mail", settings=Delivery()),
            request=asked(("mail", provider), clock=lambda: NOW, **request),  # type: ignore[arg-type]
            writer=self.writer,
            breaker=Breaker(window=10, limit=limit),
            hungry=self.hungry,
        )

    def states(self) -> list[str]:
        self.writer.begin(())
        return [end.state for end in self.kept.ends]


@pytest.fixture
def make() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def bench(provider: Provider | None = None, **more: object) -> Bench:
        made.append(Bench(provider or Provider(), **more))  # type: ignore[arg-type]
        return made[-1]

    yield bench
    for each in made:
        each.writer.close()


def claim(number: int = 1, *, soft_bounces: int = 0, name: str = "Ann") -> Claim:
    reader = Reader(id=number, email=f"reader{number}@example.net", name=name)
    return Claim(number, 1, reader, 0, None, False, soft_bounces)


def test_an_outcome_is_written_and_counted_as_settled_unless_it_waits(make: Callable[..., Bench]) -> None:
    bench = make(limit=100)
    bench.lane.queue.feed([claim(number) for number in range(4)])
    outcomes: list[Receipt | SendError] = [Receipt(), Rejected("550"), TryLater("451"), Uncertain("lost")]
    for number, outcome in enumerate(outcomes):
        assert not bench.lane.queue.idle
        bench.lane.record(claim(number), outcome)

    assert bench.states() == ["accepted", "refused", "deferred", "uncertain"]
    assert bench.lane.settled == 3
    assert bench.lane.queue.idle


def test_what_is_given_back_is_finished_and_settles_nothing(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.lane.queue.feed([claim()])
    bench.lane.give_back(claim())

    assert bench.states() == ["todo"]
    assert bench.lane.queue.idle
    assert bench.lane.settled == 0


def test_a_dead_address_and_a_full_one_are_held_to_account_and_others_are_not(make: Callable[..., Bench]) -> None:
    bench = make(limit=100)
    bench.lane.record(claim(1), Rejected("550 no such user", code="5.1.1", bounce=True))
    bench.lane.record(claim(2), Rejected("552 full", code="5.2.2"))
    bench.lane.record(claim(3), Rejected("554 spam", code="5.7.1"))
    bench.lane.record(claim(4), TryLater("452 full"))

    assert list(bench.lane.bounces) == [(1, True, "5.1.1"), (2, False, "5.2.2")]


def test_a_reader_who_bounced_before_and_is_reached_is_forgiven(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.lane.record(claim(1, soft_bounces=2), Receipt())
    bench.lane.record(claim(2), Receipt())
    bench.lane.record(claim(3, soft_bounces=1), Rejected("552 full", code="5.2.2"))

    assert list(bench.lane.recovered) == [1]


def test_the_breaker_trips_with_its_words_and_the_first_reason_stays(make: Callable[..., Bench]) -> None:
    bench = make(limit=2)
    bench.lane.record(claim(1), Rejected("554 spam"))
    assert bench.lane.tripped == ""
    assert not bench.hungry.is_set()
    bench.lane.record(claim(2), Rejected("554 more spam"))
    bench.lane.record(claim(3), Rejected("554 and more"))

    assert bench.lane.tripped == "2 of the last 2 messages failed, the last one: 554 more spam"
    assert bench.hungry.is_set()


def test_a_batchs_trouble_is_one_failure(make: Callable[..., Bench]) -> None:
    bench = make(limit=2)
    bench.lane.record(claim(1), TryLater("503", wide=True))
    for number in range(2, 6):
        bench.lane.record(claim(number), TryLater("503", wide=True), at_fault=False)

    assert bench.lane.tripped == ""


def test_an_accepted_message_is_no_failure(make: Callable[..., Bench]) -> None:
    bench = make(limit=2)
    bench.lane.record(claim(1), Rejected("554 spam"))
    bench.lane.record(claim(2), Receipt())

    assert bench.lane.tripped == ""
    assert bench.lane.health.accepted


def test_it_wants_nothing_when_it_is_closing_or_refused(make: Callable[..., Bench]) -> None:
    closing, refused, well = make(), make(), make()
    closing.lane.closing.set()
    refused.lane.health.deny(AccessDenied("no"))

    assert (closing.lane.wants, refused.lane.wants, well.lane.wants) == (0, 0, 16)


def test_after_a_rest_it_begins_with_one_call(make: Callable[..., Bench]) -> None:
    lane = make().lane
    lane.rest(100.0)

    assert lane.wants == 3
    assert lane.health.rests(129.0)


def test_a_quota_is_spent_until_it_is_more_again(make: Callable[..., Bench]) -> None:
    lane = make().lane
    assert lane.quota is None
    assert not lane.is_spent(NOW)
    lane.spent = Left(count=0, more_at=NOW + timedelta(hours=1))

    assert lane.is_spent(NOW + timedelta(minutes=59))
    assert not lane.is_spent(NOW + timedelta(hours=1))
    assert lane.spent is None


@pytest.mark.parametrize(("daily", "warm_up"), [(5, None), (None, 7), (5, 7)])
def test_a_quota_is_what_the_provider_names(make: Callable[..., Bench], daily: int | None, warm_up: int | None) -> None:
    quota = make(Provider(daily_quota=daily, warm_up=warm_up)).lane.quota

    assert quota is not None
    assert (quota.daily, quota.warm_up) == (daily, warm_up)


def test_a_line_is_opened_or_the_lanes_health_says_why_not(make: Callable[..., Bench]) -> None:
    provider = Provider()
    lane = make(provider).lane
    line: Any = provider.answer
    provider.answer = TryLater("cannot be reached")
    assert lane.connect() is None
    assert lane.health.why_unreachable is provider.answer
    provider.answer = line
    assert lane.connect() == line
    assert lane.health.why_unreachable is None
    provider.answer = AccessDenied("wrong password")
    assert lane.connect() is None

    assert lane.health.denied is provider.answer


@pytest.mark.parametrize(("connections", "stepped", "spare"), [(1, True, False), (2, True, True), (2, False, False)])
def test_only_of_several_lines_in_one_thread_one_may_break_unnoticed(
    make: Callable[..., Bench], connections: int, stepped: bool, spare: bool
) -> None:
    lane = make(Provider(connections=connections, stepped=stepped)).lane
    lane.health.cannot_reach(TryLater("away"))

    assert (lane.health.held(0.0) == 0) == spare


def test_a_message_waits_for_the_pace_and_for_the_servers_mood(make: Callable[..., Bench]) -> None:
    lane = make(Provider(rate=Rate(10, timedelta(seconds=1)))).lane
    assert lane.delay(1, 1000.0) == 0
    assert round(lane.delay(3, 1000.0), 6) == 0.306
    free = make().lane
    assert free.delay(5, 1000.0) == 0
    free.health.heard(TryLater("busy", wide=True, after=timedelta(seconds=10)))
    free.health.heard(TryLater("busy", wide=True, after=timedelta(seconds=10)))

    assert free.delay(1, 0.0) > 10


def test_a_rate_that_is_full_crowds_and_none_never_does(make: Callable[..., Bench]) -> None:
    lane, free = make(Provider(rate=Rate(2, timedelta(seconds=1)))).lane, make().lane
    assert lane.pace is not None
    lane.pace.begin(2)

    assert lane.crowded(10.0)
    assert not free.crowded(10.0, 1000)


def test_an_intent_names_the_message_and_the_attempt(make: Callable[..., Bench]) -> None:
    lane = make().lane
    message = lane.build(claim(5))
    assert isinstance(message, Message)

    assert lane.begins([claim(5)], [message]) == [Begin(message.message_id, micros(NOW) or 0, 5, 1)]


def test_a_message_is_dated_anew_unless_its_copy_must_be_the_same(make: Callable[..., Bench]) -> None:
    dated, fixed = make().lane.build(claim()), make(Certain()).lane.build(claim())

    assert dated is not None
    assert fixed is not None
    assert dated.recipient == fixed.recipient == "reader1@example.net"
    assert dated.key == fixed.key == "weekly/2026-11-20/1"


def test_a_message_that_cannot_be_made_is_refused_and_no_failure_of_the_server(make: Callable[..., Bench]) -> None:
    bench = make(limit=1)

    assert bench.lane.build(claim(1, name="x" * 10_000)) is None
    assert bench.states() == ["refused"]
    assert bench.lane.tripped == ""


class Fits:
    """A service that shows only short names."""

    batch = 9

    def fits(self, filling: Filling) -> bool:
        return filling.name != "Zoë"

    def connect(self) -> MailConnection:
        raise TryLater("away")


def test_who_does_not_fit_is_set_apart_for_a_finished_message(make: Callable[..., Bench]) -> None:
    bench = make()
    odd = claim(2, name="Zoë")

    assert isinstance(bench.lane.fill(claim(1), Fits()), Filling)  # type: ignore[arg-type]
    assert bench.lane.fill(odd, Fits()) is None  # type: ignore[arg-type]
    assert bench.lane.queue.take_apart() == odd
    assert bench.lane.merging.set_apart == 1
    assert bench.states() == []


def test_a_filling_that_cannot_be_made_is_refused(make: Callable[..., Bench]) -> None:
    bench = make(limit=1)

    assert bench.lane.fill(claim(1, name="x" * 10_000), Fits()) is None  # type: ignore[arg-type]
    assert bench.states() == ["refused"]
    assert bench.lane.tripped == ""
    assert bench.lane.queue.waiting == 0


def test_a_reader_gets_her_own_values(make: Callable[..., Bench]) -> None:
    seen: list[int] = []

    def noted(reader: Reader) -> Mapping[str, str]:
        seen.append(reader.id)
        return values_for(reader)

    bench = make(values=noted)
    bench.lane.build(claim(3))

    assert seen[-1] == 3
