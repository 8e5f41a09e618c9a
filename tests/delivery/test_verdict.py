from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publisher.config import Delivery
from publisher.delivery.verdict import Rules, bounce, counts_as_failure, judge, unsent
from publisher.errors import Rejected, SendError, TryLater, Uncertain
from publisher.model import Reader, Receipt
from publisher.store.ledger.deliveries import Claim, micros

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALONE = Rules(provider="a", settings=Delivery())
FIRST = Rules(provider="a", following="b", later=True, settings=Delivery())
LAST = Rules(provider="b", following="a", settings=Delivery())
CLAIM = Claim(
    id=3,
    attempt=2,
    reader=Reader(id=7, email="ann@example.net"),
    failures=0,
    first_try=None,
    unsure=False,
    soft_bounces=0,
)


def state(outcome: Receipt | SendError, claim: Claim = CLAIM, rules: Rules = ALONE) -> str:
    return judge(outcome, claim, rules=rules, now=NOW, jitter=0.5).state


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Receipt(provider_id="1"), "accepted"),
        (Rejected("550 no", code="550"), "refused"),
        (TryLater("451 later"), "deferred"),
        (Uncertain("timed out"), "uncertain"),
    ],
)
def test_the_three_failures_become_three_states(outcome: Receipt | SendError, expected: str) -> None:
    assert state(outcome) == expected


def test_a_delay_counts_as_a_failure_and_says_when_to_try_again() -> None:
    end = judge(TryLater("451 later"), CLAIM, rules=ALONE, now=NOW, jitter=0.5)

    assert (end.failures, end.first_try, end.error) == (1, micros(NOW), "451 later")
    assert end.not_before == micros(NOW + timedelta(minutes=1))
    assert (end.id, end.attempt, end.provider) == (3, 2, "a")


def test_after_the_last_delay_it_is_refused_and_says_why() -> None:
    waited = CLAIM._replace(failures=30, first_try=NOW - timedelta(hours=73))
    end = judge(TryLater("451 later"), waited, rules=ALONE, now=NOW, jitter=0.5)

    assert (end.state, end.error) == ("refused", "gave up after 72 h: 451 later")


def test_after_a_delay_the_next_provider_may_try_at_once_and_the_first_again_after_the_wait() -> None:
    onwards = judge(TryLater("451"), CLAIM, rules=FIRST, now=NOW, jitter=0.5)
    around = judge(TryLater("451"), CLAIM, rules=LAST, now=NOW, jitter=0.5)

    assert (onwards.provider, onwards.not_before) == ("b", micros(NOW))
    assert (around.provider, around.not_before) == ("a", micros(NOW + timedelta(minutes=1)))


def test_a_message_that_may_have_arrived_never_changes_its_provider() -> None:
    resent = judge(Uncertain("timed out"), CLAIM, rules=replace(FIRST, resend=True), now=NOW, jitter=0.5)
    later = judge(TryLater("451"), CLAIM._replace(unsure=True), rules=FIRST, now=NOW, jitter=0.5)

    assert (resent.state, resent.provider, resent.unsure) == ("deferred", "a", True)
    assert (later.state, later.provider, later.unsure) == ("deferred", "a", True)
    assert unsent(CLAIM._replace(unsure=True), "a", now=NOW).provider == "a"
    assert unsent(CLAIM, "a", now=NOW).provider == ""


def test_the_breaker_does_not_count_greylisting_nor_what_the_next_provider_cures() -> None:
    assert not counts_as_failure(Receipt(), rules=ALONE)
    assert not counts_as_failure(TryLater("450 greylisted"), rules=ALONE)
    assert not counts_as_failure(TryLater("451", wide=True), rules=FIRST)
    for outcome in (TryLater("451", wide=True), Rejected("554"), Uncertain("lost")):
        assert counts_as_failure(outcome, rules=ALONE)


def test_an_address_is_held_to_account_only_for_what_is_its_own() -> None:
    assert bounce(Rejected("550", code="5.1.1", bounce=True)) is True
    assert bounce(Rejected("552", code="5.2.2")) is False
    assert bounce(Rejected("554", code="5.7.1")) is None
    assert bounce(TryLater("450")) is None
    assert bounce(Receipt()) is None
