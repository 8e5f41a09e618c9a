"""What the mail ledger keeps of a reader's row, whoever moves it, field by field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.mailing import EDITION, counts, prepare, readers, rows

from publisher.model import Counts, EditionState
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.ledger import deliveries
from publisher.store.ledger.connection import Begin, End, open_ledger
from publisher.store.ledger.law import Sender
from publisher.store.moment import EPOCH
from publisher.store.people import subscribers
from publisher.store.people.addresses import address_key
from publisher.store.tables import mail_deliveries
from publisher.store.tables import subscribers as people

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LEASE = timedelta(seconds=60)
ANN = Sender(owner="sender-0:ann", boot="monday", lease=LEASE)
BEN = Sender(owner="sender-1:ben", boot="monday", lease=LEASE)


def put(store: Store, number: int, **values: Any) -> None:
    """Bring the reader's row into a state as if a run had left it so; the first reader is 1."""
    with store.write() as db:
        db.execute(update(mail_deliveries).where(mail_deliveries.c.subscriber_id == number).values(**values))


def row(store: Store, number: int = 1) -> Any:
    with store.read() as db:
        return db.execute(select(mail_deliveries).where(mail_deliveries.c.subscriber_id == number)).one()


def claim(store: Store, sender: Sender = ANN, *, provider: str = "mail", limit: int = 9) -> deliveries.Claimed:
    with store.write(durable=True, concurrent=True) as db:
        return deliveries.claim(db, EDITION, provider=provider, sender=sender, now=NOW, limit=limit)


def test_a_claim_says_who_holds_it_for_whom_and_how_long(store: Store) -> None:
    prepare(store, readers(1), at=NOW)
    put(store, 1, first_try=NOW, failures=2, unsure=True, not_before=NOW)
    (mine,) = claim(store).claims
    kept = row(store)

    assert (mine.attempt, mine.failures, mine.first_try, mine.unsure, mine.soft_bounces) == (1, 2, NOW, True, 0)
    assert (mine.reader.id, mine.reader.email, mine.reader.name) == (1, readers(1)[0], "Ann")
    assert (kept.state, kept.attempt, kept.owner, kept.boot) == ("claimed", 1, ANN.owner, "monday")
    assert (kept.provider, kept.lease, kept.not_before, kept.updated) == ("mail", NOW + LEASE, None, NOW)


@pytest.mark.parametrize(
    ("state", "paused", "why"),
    [
        (None, False, "missing"),
        (None, True, "missing"),
        ("sending", True, "paused"),
        ("approved", False, ""),
        ("sending", False, ""),
        ("partial", False, ""),
        ("draft", False, "draft"),
        ("sent", False, "sent"),
        ("held", False, "held"),
    ],
)
def test_an_edition_that_may_not_go_out_says_why(state: str | None, paused: bool, why: str) -> None:
    assert deliveries.why_stopped(state, paused) == why


def test_an_edition_that_is_not_there_is_missing(store: Store) -> None:
    with store.write() as db:
        assert deliveries.stopped(db, EDITION) == "missing"
        none = deliveries.claim(db, EDITION, provider="mail", sender=ANN, now=NOW, limit=1)

    assert none == deliveries.Claimed(stopped="missing")


@pytest.mark.parametrize("state", ["accepted", "refused", "deferred", "uncertain", "todo"])
def test_an_outcome_is_written_as_it_was_judged(store: Store, state: str) -> None:
    prepare(store, readers(1), at=NOW)
    put(store, 1, state="sending", attempt=4, lease=NOW, first_try=None, failures=2, error="before", provider="mail")
    ledger = open_ledger(store)
    ledger.write([], [End(state, "next", "id-9", "", 5, 6, 1, state == "uncertain", 7, row(store).id, 4)])
    ledger.close()
    kept = row(store)

    assert (kept.state, kept.provider_id, kept.error, kept.lease) == (state, "id-9", "", None)
    assert kept.updated == EPOCH + timedelta(microseconds=7)
    if state != "accepted":
        assert (kept.provider, kept.failures, kept.unsure) == ("next", 3, state == "uncertain")
        assert (kept.not_before, kept.first_try) == (deliveries.moment(5), deliveries.moment(6))


def test_the_first_failure_is_remembered(store: Store) -> None:
    prepare(store, readers(1), at=NOW)
    put(store, 1, state="sending", attempt=1, first_try=NOW)
    ledger = open_ledger(store)
    ledger.write([], [End("deferred", "mail", "", "", 5, 6, 1, False, 7, row(store).id, 1)])
    ledger.close()

    assert row(store).first_try == NOW


def test_a_begin_notes_the_message(store: Store) -> None:
    prepare(store, readers(2), at=NOW)
    first, second = claim(store).claims
    ledger = open_ledger(store)
    assert ledger.write([], []) == set()
    held = ledger.write([Begin("<1@x>", 5, first.id, 1), Begin("<2@x>", 5, second.id, 2)], [])
    ledger.close()
    kept = row(store, 1)

    assert held == {first.id}
    assert (kept.state, kept.message_id, kept.updated) == ("sending", "<1@x>", deliveries.moment(5))
    assert (row(store, 2).state, row(store, 2).message_id) == ("claimed", "")


def test_readers_of_a_zone_wait_for_their_moment_if_it_is_to_come(store: Store) -> None:
    prepare(store, readers(3), at=NOW)
    with store.write() as db:
        db.execute(update(people).where(people.c.id == 1).values(zone="Asia/Tokyo"))
        db.execute(update(people).where(people.c.id == 2).values(zone="Europe/Paris"))
        moments = {"Asia/Tokyo": LATER, "Europe/Paris": NOW}
        assert deliveries.set_moments(db, EDITION, moments, now=NOW) == 1
        assert deliveries.set_moments(db, EDITION, moments, now=NOW) == 0
        assert deliveries.put_off(db, EDITION) == 0
        assert deliveries.next_due(db, EDITION) == LATER

    assert (row(store, 1).state, row(store, 1).not_before) == ("deferred", LATER)
    assert (row(store, 2).state, row(store, 3).state) == ("todo", "todo")


def test_who_failed_and_waits_is_put_off(store: Store) -> None:
    prepare(store, readers(3), at=NOW)
    put(store, 1, state="deferred", failures=1)
    put(store, 2, state="deferred", failures=0)
    put(store, 3, state="refused", failures=1)
    with store.read() as db:
        assert deliveries.put_off(db, EDITION) == 1


def test_a_retry_leaves_those_waiting_for_their_hour_and_begins_the_count_anew(store: Store) -> None:
    prepare(store, readers(3), at=NOW)
    put(store, 1, state="deferred", failures=1, first_try=NOW, not_before=LATER + LEASE, provider="mail", unsure=True)
    put(store, 2, state="deferred", failures=0, not_before=LATER + LEASE)
    put(store, 3, state="refused", failures=2, first_try=NOW, provider="mail", error="554")
    with store.write() as db:
        assert deliveries.retry(db, EDITION, now=LATER) == 2
    first, second, third = (row(store, number) for number in (1, 2, 3))

    assert (first.state, first.not_before, first.failures, first.first_try) == ("deferred", LATER, 0, None)
    assert (first.provider, first.unsure) == ("mail", True)
    assert (second.state, second.not_before) == ("deferred", LATER + LEASE)
    assert (third.state, third.provider, third.failures, third.first_try, third.error) == ("todo", "", 0, None, "")


def test_what_is_released_goes_to_anybody_unless_it_may_have_arrived(store: Store) -> None:
    prepare(store, readers(4), at=NOW)
    claim(store)
    put(store, 2, unsure=True)
    put(store, 3, state="sending")
    put(store, 4, owner=BEN.owner)
    with store.write() as db:
        assert deliveries.release(db, EDITION, sender=ANN, now=LATER) == 2

    assert [(row(store, n).state, row(store, n).provider) for n in (1, 2, 3, 4)] == [
        ("todo", ""),
        ("todo", "mail"),
        ("sending", "mail"),
        ("claimed", "mail"),
    ]
    assert row(store).lease is None


def test_of_a_provider_out_of_reach_the_deferred_are_free_too(store: Store) -> None:
    prepare(store, readers(5), at=NOW)
    claim(store, limit=2)
    put(store, 2, provider="other")
    put(store, 3, state="deferred", provider="mail")
    put(store, 4, state="deferred", provider="mail", unsure=True)
    put(store, 5, state="deferred", provider="other")
    with store.write() as db:
        assert deliveries.release(db, EDITION, sender=ANN, provider="mail", now=LATER) == 1

    assert [(row(store, n).state, row(store, n).provider) for n in (1, 2, 3, 4, 5)] == [
        ("todo", ""),
        ("claimed", "other"),
        ("deferred", ""),
        ("deferred", "mail"),
        ("deferred", "other"),
    ]


def test_a_provider_that_is_configured_keeps_its_readers(store: Store) -> None:
    prepare(store, readers(3), at=NOW)
    put(store, 1, state="deferred", provider="mail", not_before=LATER)
    put(store, 2, state="deferred", provider="gone", not_before=LATER)
    put(store, 3, state="deferred", provider="gone", not_before=LATER, unsure=True)
    with store.write() as db:
        deliveries.rehome(db, EDITION, providers=["mail"], now=NOW)

    assert [(row(store, n).state, row(store, n).provider, row(store, n).not_before) for n in (1, 2, 3)] == [
        ("deferred", "mail", LATER),
        ("deferred", "", LATER),
        ("uncertain", "gone", None),
    ]


def test_a_heartbeat_lengthens_only_ones_own_leases(store: Store) -> None:
    prepare(store, readers(3), at=NOW)
    claim(store, ANN, limit=2)
    claim(store, BEN, limit=1)
    put(store, 2, state="sending")
    with store.write() as db:
        deliveries.extend(db, EDITION, sender=ANN, now=LATER)

    assert [row(store, n).lease for n in (1, 2, 3)] == [LATER + LEASE, LATER + LEASE, NOW + LEASE]


def test_what_an_editor_says_ends_the_doubt(store: Store) -> None:
    prepare(store, readers(2), at=NOW)
    for number in (1, 2):
        put(store, number, state="uncertain", provider="mail", unsure=True, lease=NOW)
    with store.write() as db:
        assert deliveries.resolve(db, EDITION, sent=True, now=LATER, address_keys=[address_key(readers(2)[0])]) == 1
        assert deliveries.resolve(db, EDITION, sent=False, now=LATER) == 1
    first, second = row(store, 1), row(store, 2)

    assert (first.state, first.provider, first.unsure, first.lease) == ("accepted", "mail", False, None)
    assert (second.state, second.provider, second.unsure, second.lease) == ("todo", "", False, None)


def test_an_erased_reader_in_doubt_is_named_by_her_number(store: Store) -> None:
    prepare(store, readers(2), at=NOW)
    for number in (1, 2):
        put(store, number, state="uncertain")
    with store.write() as db:
        subscribers.erase(db, readers(2)[0], NOW)
        assert deliveries.uncertain(db, EDITION) == ("reader 1 (erased)", readers(2)[1])


@pytest.mark.parametrize(
    ("state", "newsletter", "stopped"),
    [
        (EditionState.SENDING, "weekly", 1),
        (EditionState.SENDING, "", 1),
        (EditionState.SENDING, "monthly", 0),
        (EditionState.PARTIAL, "weekly", 1),
        (EditionState.SENT, "weekly", 0),
        (EditionState.HELD, "weekly", 0),
    ],
)
def test_leaving_stops_what_is_on_its_way_of_that_newsletter(
    store: Store, state: EditionState, newsletter: str, stopped: int
) -> None:
    prepare(store, readers(2), at=NOW)
    with store.write() as db:
        editions.set_state(db, EDITION, state, now=NOW)
        assert deliveries.suppress_open(db, 1, newsletter=newsletter, now=LATER) == stopped

    assert row(store, 1).state == ("suppressed" if stopped else "todo")
    assert row(store, 2).state == "todo"


def test_a_pause_and_a_remark_are_notes_on_the_edition(store: Store) -> None:
    prepare(store, readers(1), at=NOW)
    with store.write() as db:
        deliveries.remark(db, EDITION, "the day's quota is used up")
        assert editions.get(db, EDITION).reason == "the day's quota is used up"  # type: ignore[union-attr]
        deliveries.pause(db, EDITION, reason="too many failures", now=NOW)
        paused = editions.get(db, EDITION)

    assert paused is not None
    assert (paused.paused, paused.reason) == (True, "too many failures")


def test_those_being_sent_are_still_to_do(store: Store) -> None:
    prepare(store, readers(5), at=NOW)
    for number, state in enumerate(["todo", "claimed", "sending", "deferred", "refused"], start=1):
        put(store, number, state=state)

    assert counts(store) == Counts(todo=3, deferred=1, refused=1)
    with store.read() as db:
        assert deliveries.has_todo(db, EDITION)
    put(store, 1, state="accepted")
    with store.read() as db:
        assert not deliveries.has_todo(db, EDITION)
    assert rows(store)[readers(5)[0]].state == "accepted"
