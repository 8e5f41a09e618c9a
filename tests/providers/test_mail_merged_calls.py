"""One call for many readers: each outcome goes to the right one, and what holds for all holds for all."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.loopback import Asked, Page
from tests.providers.mail_editions import PLAIN, Made
from tests.providers.mail_hosted import HostedBench, hosted
from tests.providers.mail_merged import MERGED, NO_RIGHT
from tests.providers.mail_recorded import RECORDED, page

from publisher.errors import AccessDenied, CannotMerge, Rejected, SendError, TryLater, Uncertain
from publisher.model import Filling, MergingConnection, Receipt
from publisher.providers.email._hosted.merging import EditionMerger

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[HostedBench]:
    with hosted(request.param, merge=True) as bench:
        yield bench


def kinds(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", names or tuple(MERGED), indirect=True)


def people(count: int, made: Made = PLAIN) -> list[Filling]:
    return [made.fill(f"r{number}@example.net", "Ann Lee", number + 1) for number in range(count)]


def line_of(bench: HostedBench) -> MergingConnection:
    return PLAIN.merger(bench.made).connect()


def merged(bench: HostedBench, count: int, begin: Callable[[], None] = lambda: None) -> Sequence[Receipt | SendError]:
    return line_of(bench).merge(people(count), begin)


def answers(*pages: Page) -> list[Callable[[Asked], Page | None]]:
    return [lambda asked, answer=answer: answer for answer in pages]  # type: ignore[misc]


@kinds()
def test_readers_of_a_call_are_begun_together_and_once(bench: HostedBench) -> None:
    begun: list[int] = []
    outcomes = merged(bench, 30, lambda: begun.append(len(bench.delivered())))

    assert [type(outcome) for outcome in outcomes] == [Receipt] * 30
    assert bench.delivered() == [f"r{number}@example.net" for number in range(30)]
    assert begun == [0]
    assert len(bench.calls()) == 1


@kinds()
def test_a_call_that_is_put_off_is_put_off_for_all_as_long_as_it_asks(bench: HostedBench) -> None:
    bench.acts = answers(MERGED[bench.made.kind].recorded.throttled)
    first, *others = merged(bench, 5)

    assert isinstance(first, TryLater)
    assert first.after == timedelta(seconds=7)
    assert all(other is first for other in others)
    assert bench.delivered() == []


@kinds()
def test_only_the_reader_who_is_to_blame_is_refused(bench: HostedBench) -> None:
    bench.bad = {"r2@example.net", "r7@example.net"}
    outcomes = merged(bench, 9)

    assert [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Rejected)] == [2, 7]
    assert sorted(bench.delivered()) == [f"r{number}@example.net" for number in range(9) if number not in (2, 7)]


@kinds("sendgrid")
def test_who_is_named_as_to_blame_costs_one_call(bench: HostedBench) -> None:
    bench.bad = {f"r{number}@example.net" for number in range(0, 200, 7)}
    outcomes = merged(bench, 200)

    assert {number for number, outcome in enumerate(outcomes) if isinstance(outcome, Rejected)} == set(range(0, 200, 7))
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 200 - len(bench.bad) == len(bench.delivered())
    assert len(bench.calls()) == 2


@kinds()
@pytest.mark.parametrize("answer", [b"[]", b"{}", b"null", b"<html>", b'{"BulkEmailEntryResults": [1, {}]}'])
def test_an_answer_that_cannot_be_read_leaves_all_uncertain(bench: HostedBench, answer: bytes) -> None:
    bench.acts = answers(*[Page(body=answer)] * bench.tries)

    assert [type(outcome) for outcome in merged(bench, 2)] == [Uncertain] * 2


@kinds()
def test_what_the_service_does_not_fill_in_goes_out_finished_and_soon_all_does(bench: HostedBench) -> None:
    bench.unfilled = True
    line = line_of(bench)
    outcomes = line.merge(people(4), lambda: None)

    assert [type(outcome) for outcome in outcomes] == [Receipt] * 4
    assert bench.delivered() == [f"r{number}@example.net" for number in range(4)]
    with pytest.raises(CannotMerge):
        line.merge(people(4), lambda: None)
    assert len(bench.delivered()) == 4


@kinds()
def test_a_key_that_is_refused_denies_us_and_begins_nothing_twice(bench: HostedBench) -> None:
    bench.acts = answers(MERGED[bench.made.kind].recorded.wrong_key)

    with pytest.raises(AccessDenied):
        merged(bench, 3)
    assert bench.delivered() == []


@kinds()
def test_a_key_that_is_withdrawn_between_two_calls_loses_no_receipt(bench: HostedBench) -> None:
    merger = PLAIN.merger(bench.made)
    assert isinstance(merger, EditionMerger)
    merger.batch = 2
    wrong = MERGED[bench.made.kind].recorded.wrong_key
    bench.acts = [bench.take, *answers(wrong)]
    outcomes = merger.connect().merge(people(5), lambda: None)

    assert [type(outcome) for outcome in outcomes] == [Receipt, Receipt, TryLater, TryLater, TryLater]
    assert len(bench.calls()) == 2


@kinds()
def test_merging_can_be_switched_off(bench: HostedBench) -> None:
    off = bench.made.model_copy(update={"merge": False})

    with pytest.raises(CannotMerge, match="merge"):
        PLAIN.merger(off)


@kinds()
@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_that_knows_no_such_call_gets_finished_messages(bench: HostedBench, status: int) -> None:
    bench.acts = answers(page({"message": "no such page"}, status))
    line = line_of(bench)

    with pytest.raises(CannotMerge, match="no such call"):
        line.merge(people(3), lambda: None)
    assert [type(outcome) for outcome in line.deliver([people(1)[0].finished()], lambda: None)] == [Receipt]


@kinds("ses")
def test_each_entry_of_ses_has_its_own_outcome(bench: HostedBench) -> None:
    rows: list[dict[str, Any]] = [
        {"Status": "SUCCESS", "MessageId": "id-0"},
        {"Status": "ACCOUNT_THROTTLED", "Error": "Maximum sending rate exceeded."},
        {"Status": "SUCCESS"},
        {"Status": "MAIL_FROM_DOMAIN_NOT_VERIFIED", "Error": "Not verified for r3@example.net"},
        {"Status": "TRANSIENT_FAILURE"},
        {"Status": "ACCOUNT_THROTTLED", "Error": "Maximum sending rate exceeded."},
        {},
    ]
    bench.acts = answers(page({"BulkEmailEntryResults": rows}))
    outcomes = merged(bench, 7)

    assert [type(outcome) for outcome in outcomes] == [
        Receipt, TryLater, Uncertain, TryLater, TryLater, TryLater, Uncertain,
    ]  # fmt: skip
    assert outcomes[1] is outcomes[5]
    assert not any("r3@example.net" in str(outcome) for outcome in outcomes)


@kinds("ses")
def test_without_the_right_to_bulk_calls_ses_gets_finished_messages(bench: HostedBench) -> None:
    bench.acts = answers(NO_RIGHT)
    line = line_of(bench)

    with pytest.raises(CannotMerge, match="SendBulkEmail"):
        line.merge(people(3), lambda: None)
    assert [type(outcome) for outcome in line.deliver([people(1)[0].finished()], lambda: None)] == [Receipt]


def test_a_key_for_ses_is_not_shown() -> None:
    made = RECORDED["ses"].provider("http://127.0.0.1")

    assert "swordfish" not in repr(PLAIN.merger(made))
