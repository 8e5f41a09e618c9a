"""The row that each outcome makes, field by field, for mail and for posts."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.config import Delivery
from publisher.delivery.verdict import Rules, accepted, bounce, counts_as_failure, judge, unsent
from publisher.errors import Rejected, SendError, TryLater, Uncertain
from publisher.model import Receipt
from publisher.store.ledger.connection import End
from publisher.store.ledger.deliveries import micros
from publisher.store.ledger.law import Attempt

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AT = micros(NOW) or 0
MINUTE = timedelta(minutes=1)
LONG_AGO = NOW - timedelta(hours=72)
MAIL = Rules(provider="a", settings=Delivery())
POST = Rules(resend=True, settings=Delivery(), gave_up="gave up")
TRIED = Attempt(3, 2, 1, NOW - MINUTE)
DOUBTED = Attempt(3, 2, 1, NOW - MINUTE, unsure=True)


def row(outcome: Receipt | SendError, tried: Attempt = TRIED, rules: Rules = MAIL) -> End:
    return judge(outcome, tried, rules=rules, now=NOW, jitter=0.5)


@pytest.mark.parametrize("tried", [TRIED, DOUBTED])
def test_what_is_accepted_keeps_the_answer_and_owes_nothing(tried: Attempt) -> None:
    end = End("accepted", "a", "id-1", "", None, None, 0, tried.unsure, AT, 3, 2)

    assert row(Receipt(provider_id="id-1"), tried) == end
    assert accepted(tried, Receipt(provider_id="id-1"), "a", now=NOW) == end


@pytest.mark.parametrize("tried", [TRIED, DOUBTED])
def test_what_is_refused_keeps_the_reason(tried: Attempt) -> None:
    assert row(Rejected("554 no"), tried) == End("refused", "a", "", "554 no", None, None, 0, tried.unsure, AT, 3, 2)


def test_what_is_put_off_waits_twice_as_long_as_before_and_counts_one_more_failure() -> None:
    due = micros(NOW + 2 * MINUTE)

    assert row(TryLater("451")) == End("deferred", "a", "", "451", due, AT, 1, False, AT, 3, 2)
    assert row(TryLater("451"), DOUBTED).unsure


def test_what_may_have_arrived_is_in_doubt() -> None:
    assert row(Uncertain("lost")) == End("uncertain", "a", "", "lost", None, None, 0, True, AT, 3, 2)


def test_what_may_be_sent_twice_is_put_off_in_doubt() -> None:
    due = micros(NOW + 2 * MINUTE)

    assert row(Uncertain("lost"), rules=POST) == End("deferred", "", "", "lost", due, AT, 1, True, AT, 3, 2)


def test_what_may_have_arrived_is_never_called_refused_when_its_time_is_over() -> None:
    end = row(Uncertain("lost"), TRIED._replace(first_try=LONG_AGO), POST)

    assert (end.state, end.error, end.unsure) == ("uncertain", "lost", True)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (MAIL, "gave up after 72 h: 451"),
        (POST, "gave up: 451"),
        (Rules(settings=Delivery(give_up_after=timedelta(hours=1))), "gave up after 1 h: 451"),
        (Rules(settings=Delivery(give_up_after=timedelta(minutes=59))), "gave up after 3540 s: 451"),
    ],
)
def test_what_is_given_up_says_after_how_long(rules: Rules, words: str) -> None:
    end = row(TryLater("451"), TRIED._replace(first_try=LONG_AGO), rules)

    assert end == End("refused", rules.provider, "", words, None, None, 0, False, AT, 3, 2)


def test_what_was_surely_not_sent_is_as_it_was() -> None:
    assert unsent(TRIED, "a", now=NOW) == End("todo", "", "", "", None, None, 0, False, AT, 3, 2)
    assert unsent(DOUBTED, "a", now=NOW) == End("todo", "a", "", "", None, None, 0, True, AT, 3, 2)
    told = unsent(TRIED, "a", now=NOW, why="no right", not_before=NOW + MINUTE)
    assert told == End("todo", "", "", "no right", micros(NOW + MINUTE), None, 0, False, AT, 3, 2)


@pytest.mark.parametrize("outcome", [Rejected("x" * 301), TryLater("x" * 301), Uncertain("x" * 301)])
def test_a_reason_is_kept_to_300_characters(outcome: SendError) -> None:
    assert row(outcome).error == "x" * 300


def test_in_a_fail_over_list_the_next_is_asked_at_once_and_the_first_again_after_the_wait() -> None:
    onwards = Rules(provider="a", following="b", later=True, settings=Delivery())
    around = Rules(provider="b", following="a", settings=Delivery())

    first, last = row(TryLater("451"), rules=onwards), row(TryLater("451"), rules=around)
    assert (first.provider, first.not_before, first.failures, first.unsure) == ("b", AT, 1, False)
    assert (last.provider, last.not_before) == ("a", micros(NOW + 2 * MINUTE))


@pytest.mark.parametrize(
    ("code", "expected"),
    [("5.1.2", False), ("5.2.1", False), ("5.4.4", None), ("5.3.0", None), ("5.7.1", None), ("", None)],
)
def test_the_class_of_a_refusal_says_whether_the_address_counts(code: str, expected: bool | None) -> None:
    assert bounce(Rejected("no", code=code)) is expected


def test_only_a_servers_own_delay_is_a_failure_and_only_where_no_other_is_asked() -> None:
    others = Rules(provider="a", following="b", settings=Delivery())

    assert counts_as_failure(TryLater("451", wide=True), rules=MAIL) is True
    assert counts_as_failure(TryLater("451", wide=True), rules=others) is False
    assert counts_as_failure(TryLater("451"), rules=MAIL) is False
    assert counts_as_failure(Rejected("554"), rules=others) is True
    assert counts_as_failure(Receipt(), rules=MAIL) is False
