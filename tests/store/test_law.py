"""The law of both ledgers, as data and on each database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.mailing import prepare, readers

from publisher.model import DeliveryState
from publisher.model.delivery import DeliveryState as S
from publisher.store.engine import Store
from publisher.store.ledger import deliveries, law, leftovers
from publisher.store.ledger.law import Rows, Sender
from publisher.store.ledger.leftovers import Leftovers
from publisher.store.tables import mail_deliveries

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=1)
LEASE = timedelta(seconds=60)
ANN = Sender(owner="sender-0:ann", boot="monday", lease=LEASE)
BEN = Sender(owner="sender-1:ben", boot="monday", lease=LEASE)
EDITION = "weekly/2026-11-20"

# Every step that a row may take, written out: what is not here is forbidden.
STEPS = {
    S.TODO: {S.CLAIMED, S.ACCEPTED, S.REFUSED, S.DEFERRED, S.UNCERTAIN, S.TODO, S.CANCELLED, S.SUPPRESSED},
    S.CLAIMED: {S.SENDING, S.ACCEPTED, S.REFUSED, S.DEFERRED, S.UNCERTAIN, S.TODO, S.CANCELLED, S.SUPPRESSED},
    S.SENDING: {S.SENDING, S.ACCEPTED, S.REFUSED, S.DEFERRED, S.UNCERTAIN, S.TODO},
    S.DEFERRED: {S.CLAIMED, S.DEFERRED, S.UNCERTAIN, S.TODO, S.CANCELLED, S.SUPPRESSED},
    S.UNCERTAIN: {S.ACCEPTED, S.REFUSED, S.DEFERRED, S.UNCERTAIN, S.TODO},
    S.REFUSED: {S.TODO},
    S.CANCELLED: {S.TODO},
    S.ACCEPTED: {S.CANCELLED},
    S.SUPPRESSED: set[DeliveryState](),
}


@pytest.mark.parametrize("before", list(S))
def test_a_row_may_take_these_steps_and_no_others(before: DeliveryState) -> None:
    assert {after for after in S if law.may(before, after)} == STEPS[before]


def test_states_stand_in_a_statement_as_words_in_quotes() -> None:
    assert law.sql((S.TODO, S.DEFERRED)) == "'todo', 'deferred'"


def test_the_name_of_a_lock_is_the_owners_first_part() -> None:
    assert law.lock_of("sender-3:9f3c:x") == "sender-3"
    assert ANN.lock == "sender-0"


def rows_in(store: Store, *states: DeliveryState, owner: str = ANN.owner, boot: str = "monday") -> Rows:
    """Rows of these states in an edition, held where they can be held."""
    prepare(store, [], at=NOW)
    held = [state in law.HELD for state in states]
    with store.write() as db:
        for number, state in enumerate(states):
            mine: dict[str, Any] = {"owner": owner, "boot": boot, "lease": NOW + LEASE} if held[number] else {}
            row = {"edition": EDITION, "subscriber_id": number, "state": state, "provider": "a", **mine}
            db.execute(insert(mail_deliveries).values(row))
    return deliveries.of(EDITION)


def found(store: Store) -> list[str]:
    with store.read() as db:
        return list(db.scalars(select(mail_deliveries.c.state).order_by(mail_deliveries.c.subscriber_id)))


@pytest.mark.parametrize("move", law.MOVES)
def test_a_move_takes_up_the_states_that_it_is_open_to_and_leaves_the_others(store: Store, move: law.Move) -> None:
    rows = rows_in(store, *S)
    with store.write() as db:
        count = law.turn(db, rows, move, move.after[0], now=LATER)

    assert count == len(move.before)
    assert found(store) == [move.after[0] if state in move.before else state for state in S]


def test_what_has_turned_is_in_nobodys_hands_and_tells_when(store: Store) -> None:
    rows = rows_in(store, S.SENDING)
    with store.write() as db:
        law.turn(db, rows, law.SETTLE, S.UNCERTAIN, now=LATER, error="lost")
        (row,) = db.execute(select(mail_deliveries)).all()

    assert (row.lease, row.updated, row.error) == (None, LATER, "lost")


def test_no_row_is_turned_to_what_its_move_does_not_lead_to(store: Store) -> None:
    rows = rows_in(store, S.TODO)
    with pytest.raises(AssertionError), store.write() as db:
        law.turn(db, rows, law.CLAIM, S.ACCEPTED, now=NOW)

    assert found(store) == ["todo"]


def test_a_claim_counts_itself_and_bears_its_owner_until_its_lease_ends(store: Store) -> None:
    rows = rows_in(store, S.TODO, S.DEFERRED, S.UNCERTAIN)
    with store.write() as db:
        assert law.claim(db, rows, sender=BEN, now=NOW) == 2
        first, _, last = db.execute(select(mail_deliveries).order_by(mail_deliveries.c.subscriber_id)).all()

    assert (first.attempt, first.owner, first.boot, first.lease) == (1, BEN.owner, "monday", NOW + LEASE)
    assert (last.attempt, last.owner) == (0, "")


@pytest.mark.parametrize(("sent", "state"), [(True, "accepted"), (False, "todo")])
def test_an_editors_word_settles_only_what_is_in_doubt(store: Store, sent: bool, state: str) -> None:
    rows = rows_in(store, S.UNCERTAIN, S.SENDING, S.REFUSED)
    with store.write() as db:
        assert law.resolve(db, rows, sent=sent, now=NOW) == 1

    assert found(store) == [state, "sending", "refused"]


@pytest.mark.parametrize(
    ("boot", "again", "states", "counts"),
    [
        ("monday", False, ["todo", "uncertain"], Leftovers(back=1, uncertain=1)),
        ("monday", True, ["todo", "todo"], Leftovers(back=1, again=1)),
        ("sunday", False, ["uncertain", "uncertain"], Leftovers(uncertain=2)),
        ("sunday", True, ["todo", "todo"], Leftovers(again=2)),
    ],
)
def test_what_the_dead_left_is_settled_by_the_boot_and_by_whether_a_copy_may_be_sent(
    store: Store, boot: str, again: bool, states: list[str], counts: Leftovers
) -> None:
    rows = rows_in(store, S.CLAIMED, S.SENDING, boot=boot)
    with store.write() as db:
        assert leftovers.settle(db, rows, sender=BEN, dead=(ANN.owner,), again=again, now=NOW) == counts

    assert found(store) == states
    assert counts.total == 2


@pytest.mark.parametrize(("late", "settled"), [(timedelta(0), 0), (timedelta(microseconds=1), 2)])
def test_a_lease_holds_to_its_last_moment(store: Store, late: timedelta, settled: int) -> None:
    rows = rows_in(store, S.CLAIMED, S.SENDING)
    with store.write() as db:
        assert leftovers.settle(db, rows, sender=BEN, dead=(), again=False, now=NOW + LEASE + late).total == settled


def test_the_owners_are_those_who_hold_something(store: Store) -> None:
    rows = rows_in(store, *S)
    with store.read() as db:
        assert leftovers.owners(db, rows) == (ANN.owner,)
        assert leftovers.owners(db, rows, besides=ANN) == ()
        assert leftovers.owners(db, deliveries.of("other")) == ()


def test_leftovers_of_one_edition_are_not_anothers(store: Store) -> None:
    rows_in(store, S.SENDING)
    prepare(store, readers(1), edition="weekly/2", at=NOW)
    with store.write() as db:
        settled = leftovers.settle(db, deliveries.of("weekly/2"), sender=BEN, dead=(ANN.owner,), again=False, now=NOW)

    assert settled == Leftovers()
    assert found(store).count("sending") == 1
