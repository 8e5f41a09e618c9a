"""The ledger as a state machine: two senders, a wire that loses answers, crashes, clocks that jump, an editor."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete
from tests.mailing import EDITION, prepare, readers

from publisher.config import Delivery
from publisher.delivery.verdict import Rules, judge, unsent
from publisher.errors import Rejected, SendError, TryLater, Uncertain
from publisher.model import DeliveryState, Receipt
from publisher.store import deliveries, leftovers, subscribers, tables
from publisher.store.deliveries import Claim, Sender
from publisher.store.engine import Store
from publisher.store.ledger import Begin, Ledger, open_ledger

READERS = 6
LEASE = timedelta(seconds=60)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ENDED = {"accepted", "refused", "uncertain", "suppressed", "cancelled"}
WORKERS = st.sampled_from(["ann", "ben"])


class Worker:
    """One sender: what it remembers is lost when it crashes."""

    def __init__(self, number: int, life: int, boot: str) -> None:
        self.sender = Sender(owner=f"sender-{number}:life{life}", boot=boot, lease=LEASE)
        self.claims: list[Claim] = []
        self.begun: Claim | None = None
        self.sent = False


class LedgerMachine(RuleBasedStateMachine):
    store: Store
    ledger: Ledger

    @initialize(policy=st.sampled_from(["hold", "resend"]))
    def begin_edition(self, policy: str) -> None:
        with self.store.write() as db:
            for table in reversed(tables.metadata.sorted_tables):
                db.execute(delete(table))
        assert prepare(self.store, readers(READERS), at=START) == READERS
        self.policy, self.now, self.lives, self.boot = policy, START, 0, 0
        self.judging = Rules(provider="mail", resend=policy == "resend", settings=Delivery())
        self.workers = {"ann": self.born(0), "ben": self.born(1)}
        self.dead: set[str] = set()
        self.copies: Counter[int] = Counter()  # what arrived, by reader
        self.doubts: Counter[int] = Counter()  # how often nobody could know whether it had
        self.left: set[int] = set()
        self.by_editor: set[int] = set()

    def born(self, number: int) -> Worker:
        self.lives += 1
        return Worker(number, self.lives, f"boot{self.boot}")

    @rule(name=WORKERS, limit=st.integers(1, 3), due=st.booleans())
    def claim(self, name: str, limit: int, due: bool) -> None:
        worker = self.workers[name]
        with self.store.write(concurrent=True) as db:
            found = deliveries.claim(
                db, EDITION, provider="mail", sender=worker.sender, now=self.now, limit=limit, due=due
            )
        assert not {claim.reader.id for claim in found.claims} & self.left
        worker.claims += found.claims

    @rule(name=WORKERS)
    def begin(self, name: str) -> None:
        worker = self.workers[name]
        if worker.begun or not worker.claims:
            return
        claim = worker.claims.pop(0)
        held = self.ledger.write([Begin(f"<{claim.id}@example.com>", 1, claim.id, claim.attempt)], [])
        if held:
            worker.begun, worker.sent = claim, False

    @rule(name=WORKERS)
    def last_byte(self, name: str) -> None:
        worker = self.workers[name]
        if worker.begun and not worker.sent:
            worker.sent = True
            self.copies[worker.begun.reader.id] += 1

    @rule(name=WORKERS, how=st.sampled_from(["250", "451", "554", "silence"]))
    def answer(self, name: str, how: str) -> None:
        """The server's answer to a whole message; what is refused was not taken."""
        worker = self.workers[name]
        if not worker.begun or not worker.sent:
            return
        outcome: Receipt | SendError = {
            "250": Receipt(provider_id="1"),
            "451": TryLater("451"),
            "554": Rejected("554"),
            "silence": Uncertain("timed out"),
        }[how]
        if how in ("451", "554"):
            self.copies[worker.begun.reader.id] -= 1
        if how == "silence":
            self.doubts[worker.begun.reader.id] += 1
        self.end(worker, outcome)

    @rule(name=WORKERS)
    def broken_before_the_last_byte(self, name: str) -> None:
        worker = self.workers[name]
        if worker.begun and not worker.sent:
            self.end(worker, TryLater("the server hung up", after=timedelta(seconds=1)))

    @rule(name=WORKERS)
    def give_back(self, name: str) -> None:
        worker = self.workers[name]
        if worker.claims:
            claim = worker.claims.pop()
            self.ledger.write([], [unsent(claim, "mail", now=self.now)])

    def end(self, worker: Worker, outcome: Receipt | SendError) -> None:
        assert worker.begun
        self.ledger.write([], [judge(outcome, worker.begun, rules=self.judging, now=self.now, jitter=0.5)])
        worker.begun = None

    @rule(name=WORKERS, reboot=st.booleans())
    def crash(self, name: str, reboot: bool) -> None:
        self.boot += reboot
        for number, each in enumerate(("ann", "ben")):
            if each == name or reboot:
                worker = self.workers[each]
                if worker.begun:
                    self.doubts[worker.begun.reader.id] += 1
                if reboot:  # a commit that said `sending` may be lost with the power: then a claim is a doubt, too
                    self.doubts.update(claim.reader.id for claim in worker.claims)
                self.dead.add(worker.sender.owner)
                self.workers[each] = self.born(number)

    @rule(name=WORKERS, knows=st.booleans())
    def settle(self, name: str, knows: bool) -> None:
        """With `knows` the liveness locks have told who is dead; without, only leases count."""
        for other in self.workers.values():
            if other.begun and other is not self.workers[name]:
                self.doubts[other.begun.reader.id] += 1
        with self.store.write() as db:
            leftovers.settle(
                db,
                EDITION,
                sender=self.workers[name].sender,
                dead=self.dead if knows else (),
                on_uncertain=self.policy,  # type: ignore[arg-type]
                now=self.now,
            )

    @rule(seconds=st.sampled_from([1, 30, 61, 600, 90_000, -3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(name=WORKERS)
    def heartbeat(self, name: str) -> None:
        with self.store.write(concurrent=True) as db:
            deliveries.extend(db, EDITION, sender=self.workers[name].sender, now=self.now)

    @rule(reader=st.integers(1, READERS))
    def leave(self, reader: int) -> None:
        with self.store.write() as db:
            subscribers.unsubscribe(db, reader, "weekly", self.now)
            deliveries.suppress_open(db, reader, newsletter="weekly", now=self.now)
        self.left.add(reader)

    @rule(paused=st.booleans())
    def pause_or_resume(self, paused: bool) -> None:
        with self.store.write() as db:
            if paused:
                deliveries.pause(db, EDITION, reason="", now=self.now)
            else:
                deliveries.resume(db, EDITION, now=self.now)

    @rule()
    def retry(self) -> None:
        with self.store.write() as db:
            deliveries.retry(db, EDITION, now=self.now)

    @precondition(lambda self: self.now > START + timedelta(hours=1))
    @rule()
    def cancel(self) -> None:
        with self.store.write() as db:
            deliveries.cancel_rest(db, EDITION, now=self.now)

    @rule(sent=st.booleans())
    def resolve(self, sent: bool) -> None:
        unsure = {reader for reader, row in self.rows().items() if row.state == "uncertain"}
        if any(worker.begun for worker in self.workers.values()):
            return
        with self.store.write() as db:
            assert deliveries.resolve(db, EDITION, sent=sent, now=self.now) == len(unsure)
        self.by_editor |= unsure

    def rows(self) -> dict[int, Any]:
        table = tables.mail_deliveries
        with self.store.read() as db:
            return {row.subscriber_id: row for row in db.execute(table.select().where(table.c.edition == EDITION))}

    @invariant()
    def none_vanished_and_the_counts_add_up(self) -> None:
        if not hasattr(self, "workers"):
            return
        with self.store.read() as db:
            counts = deliveries.counts(db, EDITION)
        assert counts.intended == READERS
        assert len(self.rows()) == READERS

    @invariant()
    def who_may_have_it_is_not_sent_it_again(self) -> None:
        if not hasattr(self, "workers"):
            return
        for reader, row in self.rows().items():
            settled_by_editor = reader in self.by_editor
            if row.state == "accepted":
                assert self.copies[reader] or settled_by_editor
            if self.policy == "hold" and not settled_by_editor:
                assert self.copies[reader] <= 1
                if row.state in {"todo", "claimed", "deferred", "refused"}:
                    assert self.copies[reader] == 0
            if not settled_by_editor:
                assert self.copies[reader] <= 1 + self.doubts[reader]

    @invariant()
    def states_are_known(self) -> None:
        if hasattr(self, "workers"):
            assert {row.state for row in self.rows().values()} <= {state.value for state in DeliveryState}


def run(store: Store, *, examples: int, steps: int) -> None:
    store.prepare()
    ledger = open_ledger(store)

    def machine() -> LedgerMachine:
        made = LedgerMachine()
        made.store, made.ledger = store, ledger
        return made

    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    try:
        run_state_machine_as_test(
            machine,  # type: ignore[arg-type]
            settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet
            ),
        )
    finally:
        ledger.close()


def test_no_reader_vanishes_and_none_is_sent_what_she_may_have(sqlite_store: Store) -> None:
    run(sqlite_store, examples=12, steps=25)


@pytest.mark.postgres
def test_the_same_on_postgresql(store: Store) -> None:
    run(store, examples=4, steps=15)


@pytest.mark.slow
def test_ten_thousand_steps(sqlite_store: Store) -> None:
    run(sqlite_store, examples=250, steps=40)
