"""An edition through a mail service's API: the ledger and the service agree on who has it."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.databases import Database
from tests.loopback import Asked, Page
from tests.mailing import EDITION, deliver, prepare, readers, states, wait_until
from tests.processes import Victim
from tests.providers.mail_editions import PLAIN
from tests.providers.mail_hosted import HostedBench, hosted
from tests.providers.mail_merged import MERGED, NO_RIGHT
from tests.providers.mail_recorded import RECORDED, page, ses_error

from publisher.config import Delivery, Rate
from publisher.model import Counts
from publisher.providers.email.outbox import Outbox
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.ledger import deliveries

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[HostedBench]:
    kind, _, merging = request.param.partition(" ")
    with hosted(kind, merge=bool(merging)) as bench:
        yield bench


def kinds(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", names or tuple(RECORDED), indirect=True)


@kinds()
def test_each_reader_gets_it_once_and_a_second_call_sends_nothing(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(30))

    assert deliver(sqlite_store, (bench.recorded.path, bench.provider)) == Counts(accepted=30)
    assert sorted(bench.delivered()) == sorted(readers(30))
    assert deliver(sqlite_store, (bench.recorded.path, bench.provider)) == Counts(accepted=30)
    assert len(bench.delivered()) == 30


@kinds("resend", "postmark", "brevo", "mailjet")
def test_who_is_refused_costs_nobody_else_the_edition(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(60))
    bench.bad = {readers(60)[7], readers(60)[41]}

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=58, refused=2)
    assert sorted(bench.delivered()) == sorted(set(readers(60)) - bench.bad)


@kinds("resend", "postmark", "brevo", "mailjet")
def test_a_service_that_is_down_for_a_moment_does_not_trip_the_breaker(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(200))
    bench.acts = [lambda asked: page({"message": "down"}, 503)] * 2

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=200)
    assert sorted(bench.delivered()) == sorted(readers(200))
    with sqlite_store.read() as db:
        edition = editions.get(db, EDITION)
    assert edition is not None
    assert not edition.paused


@kinds("postmark")
def test_a_lost_answer_lists_its_readers_as_uncertain(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(20))
    bench.arrange("lost after the end")
    found = deliver(sqlite_store, ("mail", bench.provider))

    assert found.uncertain > 0
    assert found.accepted + found.uncertain == 20
    with sqlite_store.read() as db:
        assert len(deliveries.uncertain(db, EDITION)) == found.uncertain
    assert sorted(bench.delivered()) == sorted(readers(20))


@kinds("resend", "brevo")
def test_a_key_makes_a_lost_answer_certain_again(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(20))
    bench.tries = 1
    bench.arrange("lost after the end")

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=20)
    assert sorted(bench.delivered()) == sorted(readers(20))


@kinds("mailjet")
def test_a_lost_answer_is_sent_again_where_the_campaign_lets_nobody_have_it_twice(
    sqlite_store: Store, bench: HostedBench
) -> None:
    prepare(sqlite_store, readers(20))
    bench.arrange("lost after the end")
    settings = Delivery(retry_first=timedelta(seconds=0.1), retry_max=timedelta(seconds=0.2))

    assert deliver(sqlite_store, ("mail", bench.provider), settings=settings) == Counts(accepted=20)
    assert set(bench.delivered()) == set(readers(20))


MERGED_KINDS = [f"{kind} merging" for kind in sorted(MERGED)]


def batch(bench: HostedBench) -> int:
    return PLAIN.merger(bench.made).batch


@kinds(*MERGED_KINDS)
def test_a_call_carries_as_many_readers_as_the_service_takes(sqlite_store: Store, bench: HostedBench) -> None:
    most = batch(bench)
    prepare(sqlite_store, readers(most + 5))

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=most + 5)
    assert sorted(bench.delivered()) == sorted(readers(most + 5))
    assert all(map(bench.is_merged, bench.calls()))
    assert len(bench.calls()) <= 3
    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=most + 5)
    assert len(bench.delivered()) == most + 5


@kinds("mailgun")
def test_who_cannot_be_merged_gets_a_finished_message_beside_the_others(
    sqlite_store: Store, bench: HostedBench, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = [f"odd+{number}@list.example" for number in range(20)]
    prepare(sqlite_store, readers(40) + odd)

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=60)
    assert sorted(bench.delivered()) == sorted(readers(40) + odd)
    assert len(bench.calls()) <= 20 + 3
    assert re.search(r"set_apart .*finished_messages=20", capsys.readouterr().out)


@kinds(*MERGED_KINDS)
def test_in_a_merged_call_too_who_is_refused_costs_nobody_else_the_edition(
    sqlite_store: Store, bench: HostedBench
) -> None:
    prepare(sqlite_store, readers(40))
    bench.bad = {readers(40)[7], readers(40)[21]}

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=38, refused=2)
    assert sorted(bench.delivered()) == sorted(set(readers(40)) - bench.bad)


@kinds("mailgun", "sendgrid", "ses")
def test_a_lost_answer_leaves_a_whole_call_uncertain_and_nobody_else(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(3 * 50))
    bench.arrange("lost after the end")
    found = deliver(sqlite_store, ("mail", bench.provider))
    lost = bench.readers_of(bench.calls()[0])

    assert found.uncertain == len(lost) > 0
    assert found.accepted == 150 - len(lost)
    assert {reader for reader, state in states(sqlite_store).items() if state == "uncertain"} == set(lost)
    assert sorted(bench.delivered()) == sorted(readers(150))


@kinds(*MERGED_KINDS)
def test_a_merged_call_that_is_throttled_is_sent_later_to_all(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(30))
    bench.acts = [lambda asked: page({"message": "slow down"}, 429)]

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=30)
    assert sorted(bench.delivered()) == sorted(readers(30))


@kinds(*MERGED_KINDS)
def test_what_only_a_finished_message_gets_through_is_no_readers_loss(sqlite_store: Store, bench: HostedBench) -> None:
    """Where the service refuses whatever it is to fill in, the edition goes on in finished messages."""
    prepare(sqlite_store, readers(12))
    bench.unfilled = True

    assert deliver(sqlite_store, ("mail", bench.provider), patience=timedelta(seconds=20)) == Counts(accepted=12)
    assert sorted(bench.delivered()) == sorted(readers(12))


@kinds(*MERGED_KINDS)
def test_a_log_line_says_which_way_an_edition_went(
    sqlite_store: Store, bench: HostedBench, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(sqlite_store, readers(3))
    deliver(sqlite_store, ("mail", bench.provider))
    logged = capsys.readouterr().out

    assert re.search(rf"merged .*provider=mail readers_a_call={batch(bench)}", logged)
    assert "finished_messages" not in logged


@kinds("ses")
def test_a_key_that_may_not_merge_costs_one_call(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(40))
    bench.acts = [lambda asked: NO_RIGHT]

    assert deliver(sqlite_store, ("mail", bench.provider)) == Counts(accepted=40)
    assert sorted(bench.delivered()) == sorted(readers(40))
    assert sum(map(bench.is_merged, bench.calls())) <= 2


@kinds(*MERGED_KINDS)
def test_a_reader_goes_through_one_provider_only_when_the_first_puts_her_off(
    sqlite_store: Store, bench: HostedBench, tmp_path: Path
) -> None:
    prepare(sqlite_store, readers(30))
    bench.acts = [lambda asked: page({"message": "down"}, 503)] * 50
    spare = Outbox(path=tmp_path / "outbox")

    assert deliver(sqlite_store, ("mail", bench.provider), ("spare", spare)) == Counts(accepted=30)
    assert len(list((tmp_path / "outbox").glob("*.eml"))) + len(bench.delivered()) == 30


@kinds("ses")
@pytest.mark.parametrize("partly", [False, True])
def test_an_account_whose_rate_is_below_a_full_call_gets_smaller_ones(
    sqlite_store: Store, bench: HostedBench, partly: bool
) -> None:
    prepare(sqlite_store, readers(120))
    late = {"Status": "ACCOUNT_THROTTLED", "Error": "Maximum sending rate exceeded."}

    def limited(asked: Asked) -> Page:
        to = bench.readers_of(asked)
        if len(to) <= 14:
            return bench.take(asked)
        if not partly:
            return ses_error(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        bench.taken(to[:14])
        good = [{"Status": "SUCCESS", "MessageId": f"id-{one}"} for one in to[:14]]
        return page({"BulkEmailEntryResults": good + [late] * (len(to) - 14)})

    bench.acts = [limited] * 500
    settings = Delivery(retry_first=timedelta(seconds=0.1), retry_max=timedelta(seconds=0.2))

    assert deliver(sqlite_store, ("mail", bench.provider), settings=settings) == Counts(accepted=120)
    assert sorted(bench.delivered()) == sorted(readers(120))
    assert len(bench.calls()) < 60


@kinds("mailgun", "ses", "sendgrid")
def test_a_kill_in_the_middle_of_a_call_leaves_its_readers_uncertain_and_nobody_has_it_twice(
    prepared_sqlite: Database, bench: HostedBench
) -> None:
    store = prepared_sqlite.open()
    prepare(store, readers(150))
    over = threading.Event()
    bench.acts = [lambda asked: (bench.take(asked), over.wait(20), None)[2]] * 2

    def send(say: Callable[[object], None]) -> None:
        say("begun")
        deliver(prepared_sqlite.open(), ("mail", bench.provider))

    victim = Victim(send)
    victim.heard()
    wait_until(lambda: len(bench.delivered()) > 0, 20)
    victim.kill()
    taken = set(bench.delivered())
    bench.acts = []
    over.set()
    found = deliver(store, ("mail", bench.provider))
    unsure = {reader for reader, state in states(store).items() if state == "uncertain"}
    store.close()

    assert found == Counts(accepted=150 - len(unsure), uncertain=len(unsure))
    assert taken <= unsure
    assert len(unsure) <= 2 * batch(bench)
    assert sorted(bench.delivered()) == sorted(set(readers(150)) - (unsure - taken))


@kinds("ses merging", "mailgun merging", "postmark")
def test_no_call_carries_more_than_a_window_of_the_rate(sqlite_store: Store, bench: HostedBench) -> None:
    prepare(sqlite_store, readers(40))
    paced = bench.made.model_copy(update={"rate": Rate(14, timedelta(seconds=0.2))})

    assert deliver(sqlite_store, ("mail", paced)) == Counts(accepted=40)
    assert max(len(bench.readers_of(call)) for call in bench.calls()) <= 14
