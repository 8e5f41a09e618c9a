"""Many messages in one call: who is to blame, what counts once, and what a key is good for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.loopback import Page
from tests.providers.mail_benches import mail
from tests.providers.mail_hosted import HostedBench, hosted
from tests.providers.mail_recorded import RECORDED, page

from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.model import Message, Receipt
from publisher.providers.email._hosted import service as _hosted

pytestmark = pytest.mark.slow

BATCHED = [kind for kind in RECORDED if kind in {"resend", "postmark", "brevo", "mailjet"}]
KEYED = ["resend", "brevo"]


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[HostedBench]:
    with hosted(request.param) as bench:
        yield bench


def kinds(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", names, indirect=True)


def letters(count: int, lines: int = 5) -> list[Message]:
    return [mail(f"r{n}@example.net", n + 1, lines=lines) for n in range(count)]


def deliver(bench: HostedBench, messages: list[Message]) -> list[Receipt | SendError]:
    return list(bench.provider.connect().deliver(messages, lambda: None))


def test_a_kind_takes_as_many_at_once_as_its_page_says() -> None:
    batches = {kind: recorded.provider("http://127.0.0.1").batch for kind, recorded in RECORDED.items()}

    assert batches == {
        "resend": 100, "postmark": 500, "mailgun": 1, "ses": 1, "sendgrid": 1, "brevo": 1000, "mailjet": 50,
    }  # fmt: skip


@kinds(BATCHED)
def test_a_batch_is_one_call_and_each_message_has_its_own_receipt(bench: HostedBench) -> None:
    begun: list[int] = []
    outcomes = bench.provider.connect().deliver(letters(4), lambda: begun.append(len(bench.delivered())))

    assert [type(outcome) for outcome in outcomes] == [Receipt] * 4
    assert len({outcome.provider_id for outcome in outcomes if isinstance(outcome, Receipt)}) == 4
    assert bench.delivered() == [f"r{n}@example.net" for n in range(4)]
    assert begun == [0]
    assert len(bench.calls()) == 1


@kinds(BATCHED)
def test_the_reader_who_is_to_blame_is_refused_and_nobody_else(bench: HostedBench) -> None:
    bench.bad = {"r1@example.net", "r5@example.net"}
    outcomes = deliver(bench, letters(7))

    assert [type(outcome) for outcome in outcomes] == [
        Receipt, Rejected, Receipt, Receipt, Receipt, Rejected, Receipt,
    ]  # fmt: skip
    assert bench.delivered() == [f"r{n}@example.net" for n in (0, 2, 3, 4, 6)]


@kinds(["brevo"])
def test_a_service_that_refuses_everything_is_not_asked_for_ever(bench: HostedBench) -> None:
    bench.bad = {f"r{n}@example.net" for n in range(200)}
    outcomes = deliver(bench, letters(200))

    assert {type(outcome) for outcome in outcomes} == {Rejected, TryLater}
    assert len(bench.calls()) == 64
    assert bench.delivered() == []


@kinds(BATCHED)
def test_a_service_that_puts_us_off_does_so_once_for_the_whole_batch(bench: HostedBench) -> None:
    bench.arrange("throttled")
    outcomes = deliver(bench, letters(3))

    assert all(outcome is outcomes[0] for outcome in outcomes)
    assert isinstance(outcomes[0], TryLater)
    assert outcomes[0].wide
    assert outcomes[0].after == timedelta(seconds=7)


@kinds([kind for kind in RECORDED if kind not in BATCHED])
def test_the_wait_that_a_service_asks_for_is_kept_to(bench: HostedBench) -> None:
    bench.arrange("throttled")
    (outcome,) = deliver(bench, letters(1))

    assert isinstance(outcome, TryLater)
    assert outcome.after == timedelta(seconds=7)


@kinds(KEYED)
def test_an_answer_that_is_lost_once_is_asked_for_again_under_the_same_key(bench: HostedBench) -> None:
    bench.tries = 1
    bench.arrange("lost after the end")
    outcomes = deliver(bench, letters(3))
    first, second = bench.calls()

    assert [type(outcome) for outcome in outcomes] == [Receipt] * 3
    assert bench.delivered() == [f"r{n}@example.net" for n in range(3)]
    assert first.body == second.body
    assert bench.recorded.key_of is not None
    assert bench.recorded.key_of(first) == bench.recorded.key_of(second)


@kinds(KEYED)
def test_the_key_is_the_same_for_the_same_readers_and_another_for_others(bench: HostedBench) -> None:
    for batch in (letters(3), letters(3), letters(2)):
        deliver(bench, batch)
    assert bench.recorded.key_of is not None
    one, *again, other = map(bench.recorded.key_of, bench.calls())

    assert set(again) == {one} != {other}


@kinds(KEYED)
def test_trouble_on_the_second_try_does_not_make_the_first_one_certain(bench: HostedBench) -> None:
    bench.tries = 1
    bench.arrange("lost after the end")
    bench.acts += [lambda asked: bench.recorded.throttled, lambda asked: bench.recorded.wrong_key]
    outcomes = deliver(bench, letters(2))

    assert [type(outcome) for outcome in outcomes] == [Uncertain] * 2
    assert len(bench.calls()) == 3


@kinds(["brevo"])
def test_a_known_key_without_a_lost_answer_is_no_proof(bench: HostedBench) -> None:
    deliver(bench, letters(2))

    assert [type(outcome) for outcome in deliver(bench, letters(2))] == [Uncertain] * 2


@kinds(["resend"])
def test_a_batch_that_is_still_under_way_is_waited_for(bench: HostedBench) -> None:
    busy = page({"statusCode": 409, "name": "concurrent_idempotent_requests", "message": "wait"}, 409)
    bench.acts = [lambda asked: busy]

    assert [type(outcome) for outcome in deliver(bench, letters(2))] == [Receipt] * 2


@kinds(["postmark"])
def test_what_is_too_heavy_for_one_call_goes_in_several(bench: HostedBench) -> None:
    heavy = letters(3, lines=_hosted.WEIGHT // 14)
    begun: list[None] = []
    outcomes = bench.provider.connect().deliver(heavy, lambda: begun.append(None))

    assert [type(outcome) for outcome in outcomes] == [Receipt] * 3
    assert len(bench.calls()) == 3
    assert len(begun) == 1


@kinds(["postmark"])
def test_a_key_that_is_withdrawn_in_the_middle_loses_no_receipt(bench: HostedBench) -> None:
    bench.acts = [bench.take, lambda asked: bench.recorded.wrong_key]
    line = bench.provider.connect()
    outcomes = line.deliver(letters(3, lines=_hosted.WEIGHT // 14), lambda: None)
    bench.arrange("wrong key")

    assert [type(outcome) for outcome in outcomes] == [Receipt, TryLater, TryLater]
    with pytest.raises(AccessDenied):
        line.deliver(letters(1), lambda: None)


@kinds(BATCHED)
@pytest.mark.parametrize(
    "answer", [b"[]", b"{}", b"null", b'"x"', b'{"data": 1}', b'{"Messages": [1, 2]}', b"[1, [2]]"]
)
def test_an_answer_of_another_shape_leaves_all_uncertain(bench: HostedBench, answer: bytes) -> None:
    bench.acts = [lambda asked: Page(body=answer)] * bench.tries

    assert [type(outcome) for outcome in deliver(bench, letters(2))] == [Uncertain] * 2
