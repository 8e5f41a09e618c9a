import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from tests.mailing import EDITION, SETTINGS, counts, deliver, now, prepare, readers, rows, smtp, wait_until
from tests.smtp_server import SmtpServer, smtp_server

from publisher.config import Delivery, Rate
from publisher.errors import AccessDenied, TryLater
from publisher.model import Counts, EditionState
from publisher.providers.email.outbox import Outbox
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers
from publisher.store.tables import mail_deliveries
from publisher.store.tables import subscribers as people

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def test_each_reader_gets_one_message_of_her_own_and_a_second_call_sends_nothing(
    sqlite_store: Store, server: SmtpServer
) -> None:
    assert prepare(sqlite_store, readers(40)) == 40
    found = deliver(sqlite_store, ("mail", smtp(server.port)))

    assert found == Counts(accepted=40)
    assert sorted(server.recipients) == sorted(readers(40))
    parsed = [message_from_bytes(mail.data, policy=policy.SMTP.clone(raise_on_defect=True)) for mail in server.mails]
    assert len({mail["Message-ID"] for mail in parsed}) == 40
    assert len({mail["List-Unsubscribe"] for mail in parsed}) == 40
    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=40)
    assert len(server.mails) == 40


def test_the_ledger_keeps_what_the_server_answered(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(1))
    deliver(sqlite_store, ("mail", smtp(server.port)))
    (row,) = rows(sqlite_store).values()

    assert row.provider == "mail"
    assert row.provider_id == "2.0.0 queued as 1"
    assert row.message_id in server.mails[0].data.decode()
    assert row.attempt == 1
    assert row.lease is None


def test_every_outcome_is_counted_and_all_add_up(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "550 5.1.1 no such user", times=99, only=lambda r: r.startswith("reader1@"))
    server.fault("rcpt", "450 4.2.0 later", times=99, only=lambda r: r.startswith("reader2@"))
    server.fault("dot", "lose", times=1, only=lambda r: r.startswith("reader3@"))
    server.fault("rcpt", "550 5.7.129 members only", times=99, only=lambda r: r.startswith("reader4@"))
    prepare(sqlite_store, readers(10))
    settings = Delivery(retry_first=timedelta(hours=1))
    found = deliver(sqlite_store, ("mail", smtp(server.port)), settings=settings)

    assert found == Counts(accepted=6, refused=2, deferred=1, uncertain=1)
    assert found.intended == 10
    with sqlite_store.read() as db:
        assert deliveries.uncertain(db, EDITION) == ("reader3@list3.example",)


def test_greylisting_works_without_a_person(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "450 4.7.1 greylisted, come back later", times=20)
    prepare(sqlite_store, readers(20))

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=20)
    assert sorted(server.recipients) == sorted(readers(20))


def test_readers_whose_time_is_far_are_left_deferred(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "450 4.2.0 later", times=1)
    prepare(sqlite_store, readers(3))
    settings = Delivery(retry_first=timedelta(minutes=10))
    began = time.monotonic()

    assert deliver(sqlite_store, ("mail", smtp(server.port)), settings=settings) == Counts(accepted=2, deferred=1)
    assert time.monotonic() - began < 3


def test_a_dead_address_is_never_tried_again_and_other_refusals_count(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "550 5.1.1 no such user", only=lambda r: r.startswith("reader0@"))
    server.fault("rcpt", "552 5.2.2 full", times=3, only=lambda r: r.startswith("reader1@"))
    for number in range(4):
        prepare(sqlite_store, readers(3), edition=f"weekly/{number}")
        deliver(sqlite_store, ("mail", smtp(server.port)), edition=f"weekly/{number}")

    assert [counts(sqlite_store, f"weekly/{number}").intended for number in range(4)] == [3, 2, 2, 1]
    with sqlite_store.read() as db:
        told = subscribers.get(db, "reader0@list0.example")
        assert told is not None
        assert told.state == "bounced"


def test_a_reader_who_leaves_after_the_freeze_gets_nothing(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(5))
    with sqlite_store.write() as db:
        leaving = subscribers.get(db, "reader2@list2.example")
        assert leaving is not None
        subscribers.unsubscribe(db, leaving.id, "weekly", now())
        subscribers.erase(db, "reader3@list3.example", now())

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=3, suppressed=2)
    assert "reader2@list2.example" not in server.recipients


def test_wrong_password_blames_the_key_and_no_reader(sqlite_store: Store, server: SmtpServer) -> None:
    server.login = ("digest", "right")
    prepare(sqlite_store, readers(30))

    with pytest.raises(AccessDenied, match="user name or password"):
        deliver(sqlite_store, ("mail", smtp(server.port, username="digest", password=SecretStr("wrong"))))
    assert counts(sqlite_store) == Counts(todo=30)
    assert server.connections <= 2
    assert (
        deliver(sqlite_store, ("mail", smtp(server.port, username="digest", password=SecretStr("right")))).accepted
        == 30
    )


def test_an_unreachable_server_is_said_in_one_line_and_nobody_is_to_blame(
    sqlite_store: Store, server: SmtpServer
) -> None:
    prepare(sqlite_store, readers(5))

    with pytest.raises(TryLater, match="cannot be reached"):
        deliver(sqlite_store, ("mail", smtp(1, connections=1)), patience=timedelta(seconds=0.5))
    assert counts(sqlite_store) == Counts(todo=5)
    assert {row.failures for row in rows(sqlite_store).values()} == {0}


def test_a_provider_that_is_down_hands_its_readers_to_the_next(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("mail", "451 4.3.0 not today", times=1000)
    prepare(sqlite_store, readers(12))
    with smtp_server() as other:
        found = deliver(sqlite_store, ("a", smtp(server.port)), ("b", smtp(other.port)))

        assert found == Counts(accepted=12)
        assert sorted(other.recipients) == sorted(readers(12))
    assert server.mails == []


def test_no_reader_goes_through_two_providers_after_the_message_may_have_gone_out(
    sqlite_store: Store, server: SmtpServer
) -> None:
    server.fault("dot", "lose", times=4)
    server.fault("mail", "451 4.3.0 not today", times=1000, only=lambda _: len(server.mails) >= 6)
    prepare(sqlite_store, readers(12))
    with smtp_server() as other:
        deliver(sqlite_store, ("a", smtp(server.port)), ("b", smtp(other.port)), patience=timedelta(seconds=1))

        assert set(server.recipients).isdisjoint(other.recipients)
    assert counts(sqlite_store).uncertain == 4


def test_resend_repeats_what_may_have_arrived_with_the_same_message_id(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("dot", "lose", times=3)
    prepare(sqlite_store, readers(6))

    assert deliver(sqlite_store, ("mail", smtp(server.port)), on_uncertain="resend") == Counts(accepted=6)
    assert len(server.mails) == 9
    assert {server.recipients.count(reader) for reader in set(server.recipients)} == {1, 2}
    ids = {(mail.recipient, message_from_bytes(mail.data)["Message-ID"]) for mail in server.mails}
    assert len(ids) == 6


def test_stop_finishes_what_is_on_its_way_and_loses_nothing(sqlite_store: Store, server: SmtpServer) -> None:
    stop = threading.Event()
    server.fault("dot", "slow", times=1000, seconds=0.05)
    prepare(sqlite_store, readers(60))
    threading.Timer(0.4, stop.set).start()
    found = deliver(sqlite_store, ("mail", smtp(server.port)), stop=stop)

    assert 0 < found.accepted < 60
    assert found == Counts(accepted=len(server.mails), todo=60 - len(server.mails))
    server.faults.clear()
    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=60)
    assert len(server.mails) == 60


def test_a_line_that_hangs_at_the_end_is_cut_after_the_grace(sqlite_store: Store, server: SmtpServer) -> None:
    stop = threading.Event()
    server.fault("dot", "hang")
    prepare(sqlite_store, readers(1))
    threading.Timer(0.4, stop.set).start()
    began = time.monotonic()
    found = deliver(
        sqlite_store, ("mail", smtp(server.port, final_timeout=timedelta(minutes=10))), stop=stop, grace=0.3
    )

    assert found == Counts(uncertain=1)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("act", ["cancel", "pause"])
def test_cancel_and_pause_act_within_two_seconds(sqlite_store: Store, server: SmtpServer, act: str) -> None:
    server.fault("dot", "slow", times=1000, seconds=0.02)
    prepare(sqlite_store, readers(120))
    found: list[Counts] = []
    thread = threading.Thread(target=lambda: found.append(deliver(sqlite_store, ("mail", smtp(server.port)))))
    thread.start()
    wait_until(lambda: len(server.mails) > 10)
    with sqlite_store.write() as db:
        if act == "pause":
            deliveries.pause(db, EDITION, reason="the editor said so", now=now())
        else:
            editions.set_state(db, EDITION, EditionState.CANCELLED, now=now())
            deliveries.cancel_rest(db, EDITION, now=now())
    acted = time.monotonic()
    thread.join(5)

    assert time.monotonic() - acted < 2
    rest = 120 - len(server.mails)
    assert found == [Counts(accepted=len(server.mails), **{"todo" if act == "pause" else "cancelled": rest})]
    if act == "pause":
        with sqlite_store.write() as db:
            editions.set_paused(db, EDITION, now(), paused=False)
        server.faults.clear()
        assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=120)
        assert sorted(server.recipients) == sorted(readers(120))


def test_the_same_refusal_of_ours_for_three_readers_pauses_the_edition_and_no_reader_is_to_blame(
    sqlite_store: Store, server: SmtpServer
) -> None:
    server.fault("dot", "554 5.7.1 this looks like spam", times=10_000)
    prepare(sqlite_store, readers(300))
    found = deliver(sqlite_store, ("mail", smtp(server.port)))

    assert found.refused == found.accepted == 0
    assert found.deferred <= 10
    with sqlite_store.write() as db:
        edition = editions.get(db, EDITION)
        assert edition is not None
        assert edition.paused
        assert edition.reason == "the mail server refuses us: 554 5.7.1 this looks like spam"
        editions.set_paused(db, EDITION, now(), paused=False)
    server.faults.clear()
    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=300)
    assert sorted(server.recipients) == sorted(readers(300))


def test_five_unknown_readers_in_a_row_pause_nothing(sqlite_store: Store, server: SmtpServer) -> None:
    unknown = readers(5)
    server.fault("rcpt", "550 5.1.1 User unknown in relay recipient table", times=99, only=lambda r: r in unknown)
    prepare(sqlite_store, readers(12))

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=7, refused=5)


def test_one_readers_odd_refusal_holds_for_her_alone(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "550 5.7.1 not wanted here", times=99, only=lambda r: r.startswith("reader1@"))
    prepare(sqlite_store, readers(8))

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=7, refused=1)
    with sqlite_store.read() as db:
        assert all(row.soft_bounces == 0 for row in db.execute(people.select()))


def test_retry_touches_only_what_failed(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "451 4.3.0 no", times=15, only=lambda r: int(r[6:].partition("@")[0]) < 15)
    server.fault("rcpt", "552 5.2.2 full", times=5, only=lambda r: int(r[6:].partition("@")[0]) >= 95)
    prepare(sqlite_store, readers(100))
    first = deliver(sqlite_store, ("mail", smtp(server.port)), settings=Delivery(retry_first=timedelta(hours=1)))
    assert first == Counts(accepted=80, deferred=15, refused=5)
    with sqlite_store.write() as db:
        assert deliveries.retry(db, EDITION, now=now()) == 20

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=100)
    assert sorted(server.recipients) == sorted(readers(100))


def test_a_rate_is_never_exceeded(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(30))
    deliver(sqlite_store, ("mail", smtp(server.port, rate=Rate(20, timedelta(seconds=1)))))
    times = sorted(mail.at for mail in server.mails)

    assert all(late - early > 0.95 for early, late in zip(times, times[20:], strict=False))
    assert times[-1] - times[0] < 3


def test_two_senders_at_once_send_each_message_once(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(90))
    found: list[Counts] = []
    threads = [
        threading.Thread(target=lambda: found.append(deliver(sqlite_store, ("mail", smtp(server.port)))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert counts(sqlite_store) == Counts(accepted=90)
    assert sorted(server.recipients) == sorted(readers(90))


def test_a_sender_that_lost_its_claim_sends_nothing(sqlite_store: Store, server: SmtpServer) -> None:
    """Frozen past its lease, it wakes up after another has taken its messages over."""
    prepare(sqlite_store, readers(1))
    server.fault("rcpt", "slow", seconds=0.6)
    thread = threading.Thread(target=lambda: deliver(sqlite_store, ("mail", smtp(server.port))))
    thread.start()
    wait_until(lambda: any(command.startswith("RCPT") for command in server.commands))
    with sqlite_store.write() as db:
        db.execute(update(mail_deliveries).values(state="accepted", attempt=mail_deliveries.c.attempt + 1, lease=None))
    thread.join(5)

    assert server.mails == []
    assert counts(sqlite_store) == Counts(accepted=1)


def test_a_reader_whose_message_cannot_be_made_is_refused_and_the_others_get_theirs(
    sqlite_store: Store, server: SmtpServer
) -> None:
    prepare(sqlite_store, readers(3))
    with sqlite_store.write() as db:
        db.execute(update(people).where(people.c.id == 2).values(email="a\r\nb@example.net"))
        db.execute(update(people).where(people.c.id == 3).values(name="x" * 10_000_000))

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=1, refused=2)
    assert sorted(row.error for row in rows(sqlite_store).values()) == [
        "",
        "the reader's name is longer than 1,000 characters",
        "this is no mail address that can be sent to",
    ]


def test_a_provider_that_is_no_longer_configured_keeps_nobody_waiting(sqlite_store: Store, server: SmtpServer) -> None:
    server.fault("rcpt", "450 4.2.0 later", times=3)
    prepare(sqlite_store, readers(3))
    deliver(sqlite_store, ("old", smtp(server.port)), settings=Delivery(retry_first=timedelta(hours=1)))
    with sqlite_store.write() as db:
        deliveries.retry(db, EDITION, now=now())

    assert deliver(sqlite_store, ("new", smtp(server.port))) == Counts(accepted=3)


def test_progress_is_told_as_it_goes(sqlite_store: Store, server: SmtpServer) -> None:
    told: list[tuple[str, int, int | None]] = []
    prepare(sqlite_store, readers(20))
    deliver(sqlite_store, ("mail", smtp(server.port)), progress=lambda *seen: told.append(seen))

    assert told[-1] == ("sending", 20, 20)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_the_outbox_gets_one_file_per_reader(sqlite_store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    prepare(sqlite_store, readers(7))

    assert deliver(sqlite_store, ("files", Outbox(path=tmp_path / "out"))) == Counts(accepted=7)
    assert len(list((tmp_path / "out").glob("*.eml"))) == 7


def test_a_server_that_dies_in_the_middle_and_comes_back_costs_nobody(sqlite_store: Store) -> None:
    prepare(sqlite_store, readers(40))
    with smtp_server() as first:
        first.fault("body", "drop", times=4, only=lambda _: len(first.mails) > 20)
        found = deliver(sqlite_store, ("mail", smtp(first.port)), settings=SETTINGS)

    assert found.accepted + found.uncertain == 40
    assert len(set(first.recipients)) == found.accepted


def test_a_clock_that_goes_backwards_loses_and_doubles_nobody(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(60))
    server.fault("rcpt", "451 4.7.1 greylisted", times=5)
    server.fault("dot", "drop", times=1)
    hours = iter(range(10_000))
    falling = deliver(
        sqlite_store,
        ("mail", smtp(server.port)),
        clock=lambda: now() - timedelta(hours=next(hours)),
        patience=timedelta(seconds=0.2),
    )

    assert falling.intended == 60
    assert falling.uncertain <= 1
    late = deliver(
        sqlite_store, ("mail", smtp(server.port)), clock=lambda: now() + timedelta(days=1), on_uncertain="resend"
    )
    assert late.accepted + late.uncertain == 60
    assert sorted(set(server.recipients)) == sorted(server.recipients)
