"""What every mail provider promises, whatever stands behind it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from tests.providers.mail_benches import BENCHES, KNOWN, Bench, mail
from tests.providers.mail_recorded import SECRET

from publisher.errors import AccessDenied, RefusedUs, Rejected, SendError, TryLater, Uncertain
from publisher.model import MailConnection, MailProvider, Receipt
from publisher.providers import mail_kinds

pytestmark = pytest.mark.slow

EXPECTED: dict[str, type[SendError]] = {
    "refused": Rejected,
    "content refused": Rejected,
    "throttled": TryLater,
    "broken before the end": TryLater,
    "silent before the end": TryLater,
    "silent after the end": Uncertain,
    "lost after the end": Uncertain,
    "unreadable answer": Uncertain,
    "server error": TryLater,
    "gateway time-out": Uncertain,
}
CASES = [(kind, trouble) for kind, known in KNOWN.items() for trouble in known if trouble in EXPECTED]


class Begun:
    """Counts calls of `begin` and sees what had arrived by then."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.seen: list[list[str]] = []

    def __call__(self) -> None:
        time.sleep(0.02)  # as long as a commit may take: what has broken by then is noticed
        self.seen.append(self.bench.delivered())


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with BENCHES[request.param](tmp_path) as bench:
        if "silent" in str(request.node.callspec.params.get("trouble")):
            bench.hurry()
        yield bench


def kinds(*wanted: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", wanted or tuple(BENCHES), indirect=True)


def sent(line: MailConnection, bench: Bench, number: int = 1) -> Receipt | SendError:
    """One message's outcome."""
    (outcome,) = line.deliver([mail(number=number, lines=bench.lines)], Begun(bench))
    return outcome


@kinds()
def test_it_says_what_it_is(bench: Bench) -> None:
    provider: MailProvider = bench.provider

    assert provider.kind
    assert provider.batch >= 1
    assert provider.connections >= 1
    assert isinstance(provider.idempotent, bool)


@kinds()
def test_an_accepted_message_arrives_once_and_begin_comes_before_it(bench: Bench) -> None:
    line, begun = bench.provider.connect(), Begun(bench)
    (outcome,) = line.deliver([mail()], begun)
    line.close()

    assert isinstance(outcome, Receipt)
    assert bench.delivered() == ["ann@example.net"]
    assert begun.seen == [[]]


@kinds()
def test_one_line_takes_many_messages_one_after_the_other(bench: Bench) -> None:
    line = bench.provider.connect()
    outcomes = [line.deliver([mail(f"r{n}@example.net", n)], lambda: None)[0] for n in range(5)]
    line.close()

    assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    assert bench.delivered() == [f"r{n}@example.net" for n in range(5)]


@kinds()
def test_a_claim_that_is_lost_at_the_last_moment_sends_nothing(bench: Bench) -> None:
    class Lost(Exception):
        pass

    def begin() -> None:
        raise Lost

    line = bench.provider.connect()
    with pytest.raises(Lost):
        line.deliver([mail()], begin)
    line.close()

    assert bench.delivered() == []


@pytest.mark.parametrize(("bench", "trouble"), CASES, indirect=["bench"])
def test_each_trouble_is_named_by_what_to_do_next(bench: Bench, trouble: str) -> None:
    line, begun = bench.provider.connect(), Begun(bench)
    bench.arrange(trouble)
    (outcome,) = line.deliver([mail(lines=bench.lines)], begun)
    line.close()

    ours = trouble == "content refused" and isinstance(outcome, RefusedUs)
    assert ours or type(outcome) is EXPECTED[trouble]
    assert len(begun.seen) <= 1
    if isinstance(outcome, TryLater | Rejected) and trouble != "content refused":
        assert bench.delivered() == []
    if isinstance(outcome, Uncertain):
        assert begun.seen == [[]]


@pytest.mark.parametrize(("bench", "trouble"), CASES, indirect=["bench"])
def test_after_trouble_the_same_connection_object_still_delivers(bench: Bench, trouble: str) -> None:
    line = bench.provider.connect()
    bench.arrange(trouble)
    sent(line, bench)
    before = len(bench.delivered())

    assert isinstance(sent(line, bench, 2), Receipt)
    assert len(bench.delivered()) == before + 1
    line.close()


@pytest.mark.parametrize(("bench", "trouble"), CASES, indirect=["bench"])
def test_no_error_and_no_log_line_holds_a_secret_or_an_address(
    bench: Bench, trouble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = bench.provider.connect()
    bench.arrange(trouble)
    outcome = sent(line, bench)
    structlog.get_logger().info("outcome", reason=str(outcome))
    logged = capsys.readouterr()

    for text in (str(outcome), repr(outcome), logged.out, logged.err):
        assert SECRET not in text
        assert "ann@example.net" not in text
        assert "Hello" not in text


@kinds(*(kind for kind, known in KNOWN.items() if "wrong key" in known))
def test_a_wrong_key_is_blamed_on_the_key_and_stops_at_once(bench: Bench) -> None:
    bench.arrange("wrong key")

    with pytest.raises(AccessDenied) as denied:
        bench.provider.connect().deliver([mail()], lambda: None)

    assert SECRET not in str(denied.value)
    assert SECRET not in repr(bench.provider)
    assert bench.delivered() == []


def test_every_kind_has_a_bench() -> None:
    assert {name.partition(" ")[0] for name in BENCHES} == set(mail_kinds())
    assert set(KNOWN) == set(BENCHES)


@kinds(*(kind for kind, known in KNOWN.items() if "sender refused" in known))
def test_a_sender_who_may_not_send_is_no_readers_fault(bench: Bench) -> None:
    bench.arrange("sender refused")

    with pytest.raises(AccessDenied):
        bench.provider.connect().deliver([mail()], lambda: None)

    assert bench.delivered() == []


@kinds()
def test_closing_twice_is_harmless(bench: Bench) -> None:
    line = bench.provider.connect()
    line.close()
    line.close()

    assert bench.delivered() == []
