"""The mail ledger on each database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests.mailing import EDITION, counts, prepare, readers, rows, states

from publisher.model import Counts, EditionState
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.ledger import deliveries, leftovers
from publisher.store.ledger.connection import Begin, End, open_ledger
from publisher.store.ledger.deliveries import Claimed
from publisher.store.ledger.law import Sender
from publisher.store.people import subscribers
from publisher.store.people.addresses import address_key
from publisher.store.people.intake import Incoming, take_in

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
ANN = Sender(owner="sender-0:ann", boot="monday", lease=LEASE)
BEN = Sender(owner="sender-1:ben", boot="monday", lease=LEASE)


def claim(store: Store, sender: Sender = ANN, *, limit: int = 10, at: datetime = NOW, due: bool = False) -> Claimed:
    with store.write(durable=True, concurrent=True) as db:
        return deliveries.claim(db, EDITION, provider="mail", sender=sender, now=at, limit=limit, due=due)


def begin(store: Store, *claims: deliveries.Claim) -> set[int]:
    ledger = open_ledger(store)
    held = ledger.write([Begin(f"<{c.id}@example.com>", 1, c.id, c.attempt) for c in claims], [])
    ledger.close()
    return held


def end(store: Store, claimed: deliveries.Claim, state: str, *, not_before: datetime | None = None) -> None:
    failed = int(state == "deferred")
    due = deliveries.micros(not_before)
    ledger = open_ledger(store)
    ledger.write(
        [], [End(state, "mail", "id-1", "", due, 1 if failed else None, failed, False, 1, claimed.id, claimed.attempt)]
    )
    ledger.close()


def settle(
    store: Store, sender: Sender, *, dead: tuple[str, ...] = (), at: datetime = NOW, resend: bool = False
) -> leftovers.Leftovers:
    with store.write(durable=True) as db:
        return leftovers.settle(db, deliveries.of(EDITION), sender=sender, dead=dead, again=resend, now=at)


def test_the_audience_is_frozen_once_and_later_readers_are_taken_in_by_a_second_call(store: Store) -> None:
    assert prepare(store, readers(3)) == 3
    with store.write() as db:
        subscribers.add(db, "late@example.net", newsletters=["weekly"], now=NOW, consent={})
        subscribers.add(db, "other@example.net", newsletters=["monthly"], now=NOW, consent={})
        subscribers.add(db, "gone@example.net", newsletters=["weekly"], now=NOW, consent={})
        subscribers.suppress(db, "gone@example.net", reason="bounced", now=NOW)
        assert deliveries.freeze_audience(db, EDITION, "weekly", now=NOW) == 1
        assert deliveries.freeze_audience(db, EDITION, "weekly", now=NOW) == 0

    assert counts(store) == Counts(todo=4)


def test_a_letter_to_the_recipients_of_an_edition_reaches_only_those_who_got_it(store: Store) -> None:
    prepare(store, readers(3))
    first, second, _ = claim(store).claims
    end(store, first, "accepted")
    end(store, second, "refused")
    with store.write() as db:
        draft = editions.Draft(key="letter", newsletter="weekly", kind="letter", slot_utc=None)
        editions.save_draft(db, draft, NOW)
        assert deliveries.freeze_audience(db, "letter", "weekly", now=NOW, recipients_of=EDITION) == 1

    assert list(states(store, "letter")) == [first.reader.email]


def test_a_claim_takes_each_reader_once_in_order(store: Store) -> None:
    prepare(store, readers(5))
    ann, ben = claim(store, ANN, limit=3), claim(store, BEN, limit=3)

    assert [c.reader.email for c in (*ann.claims, *ben.claims)] == readers(5)
    assert {c.attempt for c in ann.claims} == {1}
    assert claim(store).claims == ()
    assert counts(store) == Counts(todo=5)


def test_a_claim_leaves_out_who_has_left_by_then(store: Store) -> None:
    prepare(store, readers(5))
    with store.write() as db:
        for address in readers(5)[1:3]:
            subscribers.suppress(db, address, reason="complained", now=NOW)
        subscribers.erase(db, readers(5)[4], NOW)
    claimed = claim(store)

    assert [c.reader.email for c in claimed.claims] == [readers(5)[0], readers(5)[3]]
    assert claimed.suppressed == 3
    assert counts(store) == Counts(todo=2, suppressed=3)


@pytest.mark.parametrize("state", [EditionState.CANCELLED, EditionState.HELD, EditionState.SENT])
def test_an_edition_that_may_not_be_sent_gives_no_claim(store: Store, state: EditionState) -> None:
    prepare(store, readers(2))
    with store.write() as db:
        editions.set_state(db, EDITION, state, now=NOW)

    assert claim(store) == Claimed(stopped=state.value)
    assert counts(store) == Counts(todo=2)


def test_a_paused_edition_gives_no_claim_until_it_is_resumed(store: Store) -> None:
    prepare(store, readers(2))
    with store.write() as db:
        deliveries.pause(db, EDITION, reason="too many failures", now=NOW)
    assert claim(store).stopped == "paused"
    with store.write() as db:
        assert editions.set_paused(db, EDITION, NOW, paused=False)

    assert len(claim(store).claims) == 2


def test_a_begin_holds_only_for_the_attempt_that_claimed(store: Store) -> None:
    prepare(store, readers(2))
    mine, other = claim(store).claims
    stale = other._replace(attempt=0)

    assert begin(store, mine, stale) == {mine.id}
    assert states(store) == {mine.reader.email: "sending", other.reader.email: "claimed"}
    assert begin(store, mine) == {mine.id}


def test_an_outcome_of_an_older_attempt_changes_nothing(store: Store) -> None:
    prepare(store, readers(1))
    (first,) = claim(store).claims
    settle(store, BEN, dead=(ANN.owner,))
    (second,) = claim(store, BEN).claims
    end(store, first, "refused")

    assert second.attempt == 2
    assert states(store) == {readers(1)[0]: "claimed"}
    end(store, second, "accepted")
    end(store, second, "refused")
    assert states(store) == {readers(1)[0]: "accepted"}


def test_a_late_truth_settles_what_was_uncertain(store: Store) -> None:
    """Its process was frozen past its lease, others wrote it off, and then the server's 250 was read after all."""
    prepare(store, readers(1))
    (claimed,) = claim(store).claims
    begin(store, claimed)
    settle(store, BEN, at=NOW + LEASE * 2)
    assert states(store) == {readers(1)[0]: "uncertain"}
    end(store, claimed, "accepted")

    assert states(store) == {readers(1)[0]: "accepted"}


def test_begins_and_ends_of_one_write_are_committed_together(store: Store) -> None:
    prepare(store, readers(2))
    first, second = claim(store).claims
    begin(store, first)
    ledger = open_ledger(store)
    ended = End("accepted", "mail", "id-1", "", None, None, 0, False, 1, first.id, first.attempt)
    held = ledger.write([Begin("<2@example.com>", 1, second.id, second.attempt)], [ended])
    ledger.close()

    assert held == {second.id}
    assert states(store) == {first.reader.email: "accepted", second.reader.email: "sending"}


def test_a_deferred_reader_is_claimed_when_her_time_has_come_and_not_before(store: Store) -> None:
    prepare(store, readers(2))
    first, _ = claim(store).claims
    later = NOW + timedelta(minutes=5)
    end(store, first, "deferred", not_before=later)

    assert claim(store, due=True, at=later - timedelta(seconds=1)).claims == ()
    with store.read() as db:
        assert deliveries.next_due(db, EDITION) == later
    (again,) = claim(store, due=True, at=later).claims
    assert (again.id, again.attempt, again.failures, again.first_try) == (first.id, 2, 1, deliveries.moment(1))


def test_a_reader_who_waits_for_one_provider_is_not_claimed_for_another(store: Store) -> None:
    prepare(store, readers(1))
    (first,) = claim(store).claims
    end(store, first, "deferred", not_before=NOW)
    with store.write() as db:
        other = deliveries.claim(db, EDITION, provider="other", sender=ANN, now=NOW, limit=9, due=True)

    assert other.claims == ()
    assert len(claim(store, due=True).claims) == 1


def test_after_a_kill_what_was_claimed_is_free_and_what_was_begun_is_uncertain(store: Store) -> None:
    prepare(store, readers(4))
    claims = claim(store).claims
    begin(store, *claims[:2])
    end(store, claims[0], "accepted")

    assert settle(store, BEN, dead=(ANN.owner,)) == leftovers.Leftovers(back=2, uncertain=1)
    assert counts(store) == Counts(accepted=1, uncertain=1, todo=2)
    with store.read() as db:
        assert deliveries.uncertain(db, EDITION) == (claims[1].reader.email,)


def test_after_another_boot_what_was_claimed_is_uncertain_too(store: Store) -> None:
    prepare(store, readers(3))
    claims = claim(store).claims
    begin(store, claims[0])
    tuesday = Sender(owner="sender-0:new", boot="tuesday", lease=LEASE)

    assert settle(store, tuesday, dead=(ANN.owner,)) == leftovers.Leftovers(uncertain=3)


def test_with_resend_what_may_have_arrived_is_sent_again_by_the_same_provider(store: Store) -> None:
    prepare(store, readers(2))
    begun, _ = claim(store).claims
    begin(store, begun)

    assert settle(store, BEN, dead=(ANN.owner,), resend=True) == leftovers.Leftovers(back=1, again=1)
    row = rows(store)[begun.reader.email]
    assert (row.state, row.provider, row.unsure) == ("todo", "mail", True)
    with store.write() as db:
        other = deliveries.claim(db, EDITION, provider="other", sender=BEN, now=NOW, limit=9)
    assert [c.unsure for c in other.claims] == [False]
    assert [c.unsure for c in claim(store, BEN).claims] == [True]


def test_an_idempotent_provider_gets_it_again_whatever_the_policy(store: Store) -> None:
    prepare(store, readers(1))
    begin(store, *claim(store).claims)
    with store.write(durable=True) as db:
        again = deliveries.repeatable(False, ["mail"])
        rows = deliveries.of(EDITION)
        found = leftovers.settle(db, rows, sender=BEN, dead=(ANN.owner,), again=again, now=NOW)

    assert found == leftovers.Leftovers(again=1)


def test_a_living_sender_keeps_its_claims_until_its_lease_runs_out(store: Store) -> None:
    prepare(store, readers(2))
    claims = claim(store).claims
    begin(store, claims[0])

    assert settle(store, BEN, at=NOW + LEASE) == leftovers.Leftovers()
    with store.write() as db:
        deliveries.extend(db, EDITION, sender=ANN, now=NOW + LEASE)
    assert settle(store, BEN, at=NOW + LEASE * 2) == leftovers.Leftovers()
    assert settle(store, BEN, at=NOW + LEASE * 2 + timedelta(seconds=1)) == leftovers.Leftovers(back=1, uncertain=1)
    assert begin(store, claims[1]) == set()


def test_a_sender_never_settles_its_own(store: Store) -> None:
    prepare(store, readers(2))
    begin(store, claim(store).claims[0])

    assert settle(store, ANN, dead=(ANN.owner,), at=NOW + LEASE * 9) == leftovers.Leftovers()
    with store.read() as db:
        assert leftovers.owners(db, deliveries.of(EDITION), besides=ANN) == ()
        assert leftovers.owners(db, deliveries.of(EDITION), besides=BEN) == (ANN.owner,)


def test_what_is_released_is_free_for_any_provider(store: Store) -> None:
    prepare(store, readers(3))
    begun, *_ = claim(store).claims
    begin(store, begun)
    with store.write() as db:
        assert deliveries.release(db, EDITION, sender=ANN, now=NOW) == 2
        other = deliveries.claim(db, EDITION, provider="other", sender=BEN, now=NOW, limit=9)

    assert len(other.claims) == 2
    assert states(store)[begun.reader.email] == "sending"


def test_cancelling_ends_all_that_has_not_begun(store: Store) -> None:
    prepare(store, readers(4))
    begun, claimed, deferred = claim(store, limit=3).claims
    begin(store, begun)
    end(store, deferred, "deferred", not_before=NOW)
    with store.write() as db:
        assert deliveries.cancel_rest(db, EDITION, now=NOW) == 3

    assert begin(store, claimed) == set()
    end(store, begun, "accepted")
    assert counts(store) == Counts(accepted=1, cancelled=3)


def test_retry_leaves_alone_who_got_it_and_who_bounced(store: Store) -> None:
    prepare(store, readers(4))
    accepted, bounced, refused, deferred = claim(store).claims
    for claimed, state in ((accepted, "accepted"), (bounced, "refused"), (refused, "refused")):
        end(store, claimed, state)
    end(store, deferred, "deferred", not_before=NOW + timedelta(hours=3))
    with store.write() as db:
        subscribers.suppress_reader(db, bounced.reader.id, reason="bounced", now=NOW)
        assert deliveries.retry(db, EDITION, now=NOW) == 2

    assert [c.reader.email for c in (*claim(store).claims, *claim(store, due=True).claims)] == [
        refused.reader.email,
        deferred.reader.email,
    ]


def test_an_editor_settles_the_uncertain_all_or_by_address(store: Store) -> None:
    prepare(store, readers(3))
    begin(store, *claim(store).claims)
    settle(store, BEN, dead=(ANN.owner,))
    with store.write() as db:
        one = [address_key(readers(3)[1])]
        assert deliveries.resolve(db, EDITION, sent=False, now=NOW, address_keys=one) == 1
        assert deliveries.resolve(db, EDITION, sent=True, now=NOW) == 2
        assert deliveries.resolve(db, EDITION, sent=True, now=NOW) == 0

    assert counts(store) == Counts(accepted=2, todo=1)
    with store.write() as db:
        again = deliveries.claim(db, EDITION, provider="other", sender=BEN, now=NOW, limit=9)
    assert [c.reader.email for c in again.claims] == [readers(3)[1]]


def test_leaving_in_the_middle_of_a_send_takes_effect_at_once(store: Store) -> None:
    prepare(store, readers(2))
    leaving, _ = claim(store).claims
    with store.write() as db:
        assert deliveries.suppress_open(db, leaving.reader.id, newsletter="weekly", now=NOW) == 1
        assert deliveries.suppress_open(db, leaving.reader.id, newsletter="weekly", now=NOW) == 0

    assert begin(store, leaving) == set()
    assert counts(store) == Counts(suppressed=1, todo=1)


def test_readers_of_a_provider_that_is_gone_are_free_and_those_it_may_have_reached_uncertain(store: Store) -> None:
    prepare(store, readers(3))
    begun, deferred, _ = claim(store).claims
    begin(store, begun)
    end(store, deferred, "deferred", not_before=NOW)
    settle(store, BEN, dead=(ANN.owner,), resend=True)
    with store.write() as db:
        deliveries.rehome(db, EDITION, providers=["new"], now=NOW)

    assert counts(store) == Counts(todo=1, deferred=1, uncertain=1)
    with store.write() as db:
        fresh = deliveries.claim(db, EDITION, provider="new", sender=BEN, now=NOW, limit=9)
        due = deliveries.claim(db, EDITION, provider="new", sender=BEN, now=NOW, limit=9, due=True)
    assert [c.reader.id for c in (*fresh.claims, *due.claims)] == [3, 2]


def test_custom_fields_come_with_a_reader(store: Store) -> None:
    with store.write() as db:
        ann = Incoming(email="ann@example.net", fields={"city": "Łódź"})
        take_in(db, [ann], newsletters=["weekly"], now=NOW, how="list")
    prepare(store, [])

    assert claim(store).claims[0].reader.fields == {"city": "Łódź"}


def test_a_claim_of_a_giant_edition_reads_no_more_than_it_takes(sqlite_store: Store) -> None:
    prepare(sqlite_store, readers(3))
    with sqlite_store.read() as db:
        for which in (deliveries.FRESH, deliveries.DUE):
            statement = deliveries.CANDIDATES.format(which=which, lock="")
            values = {"edition": EDITION, "newsletter": "weekly", "provider": "mail", "limit": 9, "now": 0}
            plan = db.execute(text(f"EXPLAIN QUERY PLAN {statement}"), {**values, "subscribed": "confirmed"}).all()
            steps = [str(row[3]) for row in plan]

            assert any("USING INDEX ix_mail_deliveries_waiting (edition=? AND state=?" in step for step in steps)
            assert not any("TEMP B-TREE" in step for step in steps)
