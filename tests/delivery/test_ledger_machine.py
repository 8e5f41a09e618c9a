"""The ledger as a state machine: two senders, a wire that loses answers, crashes, clocks that jump, an editor."""

import os
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
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete
from tests.mailing import EDITION, prepare, readers

from publisher.config import Delivery
from publisher.delivery.verdict import Rules, judge, unsent
from publisher.errors import Rejected, SendError, TryLater, Uncertain
from publisher.model import DeliveryState, Receipt
from publisher.store import editions, tables
from publisher.store.engine import Store
from publisher.store.ledger import deliveries, leftovers
from publisher.store.ledger.connection import Begin, Ledger, open_ledger
from publisher.store.ledger.deliveries import Claim
from publisher.store.ledger.law import Sender
from publisher.store.people import subscribers

READERS = 3
LEASE = timedelta(seconds=60)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OPEN = {"todo", "claimed", "sending", "deferred"}
WORKERS = st.sampled_from(["ann", "ben"])
ANSWERS = st.sampled_from(["250", "250", "451", "554", "silence"])


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

    @rule(name=WORKERS, how=ANSWERS, breaks=st.booleans())
    def go_on(self, name: str, how: str, breaks: bool) -> None:
        """The sender's next move: claim, begin, send the last byte, hear the answer."""
        worker = self.workers[name]
        if worker.begun and worker.sent:
            self.answer(worker, worker.begun, how)
        elif worker.begun and breaks:
            self.end(worker, TryLater("the server hung up", after=timedelta(seconds=1)))
        elif worker.begun:
            worker.sent = True
            self.copies[worker.begun.reader.id] += 1
        elif worker.claims and breaks:
            self.ledger.write([], [unsent(worker.claims.pop(), "mail", now=self.now)])
        elif worker.claims:
            self.begin(worker)
        else:
            self.claim(worker)

    @rule(name=WORKERS, moves=st.integers(1, 8))
    def hurry(self, name: str, moves: int) -> None:
        for _ in range(moves):
            self.go_on(name, "250", breaks=False)
            self.who_may_have_it_is_not_sent_it_again()

    @rule(name=WORKERS, moves=st.integers(1, 3), knows=st.booleans())
    def hurry_and_die(self, name: str, moves: int, knows: bool) -> None:
        self.hurry(name, moves)
        self.crash(name)
        self.settle("ann" if name == "ben" else "ben", knows)

    @rule(name=WORKERS, moves=st.integers(1, 3), others=st.integers(1, 8))
    def freeze_while_the_other_takes_over(self, name: str, moves: int, others: int) -> None:
        other = "ann" if name == "ben" else "ben"
        self.hurry(name, moves)
        self.now += 2 * LEASE
        self.settle(other, knows=False)
        self.hurry(other, others)

    def claim(self, worker: Worker) -> None:
        """Take what is fresh or due; where nothing is, time passes, and where all have an end, an edition begins."""
        found = [
            self.claim_from(worker, due=False),
            self.claim_from(worker, due=True),
        ]
        if not any(found) and any(row.state == "deferred" for row in self.rows().values()):
            self.now += timedelta(hours=5)
        with self.store.write() as db:
            editions.set_paused(db, EDITION, self.now, paused=False)
        busy = any(each.begun or each.claims for each in self.workers.values())
        if not busy and not any(row.state in OPEN for row in self.rows().values()):
            workers, lives, boot, now = self.workers, self.lives, self.boot, self.now
            self.begin_edition(self.policy)
            self.workers, self.lives, self.boot, self.now = workers, lives, boot, now

    def claim_from(self, worker: Worker, *, due: bool) -> int:
        with self.store.write(concurrent=True) as db:
            found = deliveries.claim(db, EDITION, provider="mail", sender=worker.sender, now=self.now, limit=2, due=due)
        assert not {claim.reader.id for claim in found.claims} & self.left
        worker.claims += found.claims
        return len(found.claims)

    def begin(self, worker: Worker) -> None:
        claim = worker.claims.pop(0)
        before = self.rows()[claim.reader.id].state
        if self.ledger.write([Begin(f"<{claim.id}@example.com>", 1, claim.id, claim.attempt)], []):
            worker.begun, worker.sent = claim, False
            assert before == "claimed"

    def answer(self, worker: Worker, claim: Claim, how: str) -> None:
        """The server's answer to a whole message; what is refused was not taken."""
        outcomes: dict[str, Receipt | SendError] = {
            "250": Receipt(provider_id="1"),
            "451": TryLater("451"),
            "554": Rejected("554"),
            "silence": Uncertain("timed out"),
        }
        self.copies[claim.reader.id] -= how in ("451", "554")
        self.doubts[claim.reader.id] += how == "silence"
        self.end(worker, outcomes[how])

    def end(self, worker: Worker, outcome: Receipt | SendError) -> None:
        assert worker.begun
        self.ledger.write([], [judge(outcome, worker.begun, rules=self.judging, now=self.now, jitter=0.5)])
        worker.begun = None

    @rule(name=WORKERS)
    def crash(self, name: str) -> None:
        worker = self.workers[name]
        if worker.begun:
            self.doubts[worker.begun.reader.id] += 1
        self.dead.add(worker.sender.owner)
        self.workers[name] = self.born(0 if name == "ann" else 1)

    @rule()
    def power_is_lost(self) -> None:
        """Both senders die, and with them the last commits that were not yet on the disk: those since the claim."""
        table = tables.mail_deliveries
        self.boot += 1
        for name, worker in list(self.workers.items()):
            self.doubts.update(claim.reader.id for claim in worker.claims)
            if worker.begun:
                mine = (table.c.id == worker.begun.id) & (table.c.attempt == worker.begun.attempt)
                with self.store.write() as db:
                    db.execute(table.update().where(mine, table.c.state == "sending").values(state="claimed"))
            self.crash(name)

    @rule(name=WORKERS, knows=st.booleans())
    def settle(self, name: str, knows: bool) -> None:
        """With `knows` the liveness locks have told who is dead; without, only leases count."""
        for other in self.workers.values():
            if other.begun and other is not self.workers[name]:
                self.doubts[other.begun.reader.id] += 1
        with self.store.write() as db:
            leftovers.settle(
                db,
                deliveries.of(EDITION),
                sender=self.workers[name].sender,
                dead=self.dead if knows else (),
                again=self.policy == "resend",
                now=self.now,
            )

    @rule(seconds=st.sampled_from([1, 61, 61, 600, 90_000, -3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(name=WORKERS)
    def heartbeat(self, name: str) -> None:
        with self.store.write(concurrent=True) as db:
            deliveries.extend(db, EDITION, sender=self.workers[name].sender, now=self.now)

    @rule(act=st.sampled_from(["leave", "pause", "retry", "cancel", "sent", "unsent"]))
    def editor_acts(self, act: str) -> None:
        unsure = {reader for reader, row in self.rows().items() if row.state == "uncertain"}
        busy = any(worker.begun for worker in self.workers.values())
        with self.store.write() as db:
            if act == "leave":
                self.left.add(1)
                subscribers.unsubscribe(db, 1, "weekly", self.now)
                deliveries.suppress_open(db, 1, newsletter="weekly", now=self.now)
            elif act == "pause":
                deliveries.pause(db, EDITION, reason="", now=self.now)
            elif act == "retry":
                deliveries.retry(db, EDITION, now=self.now)
            elif act == "cancel" and self.now > START + timedelta(days=2):
                deliveries.cancel_rest(db, EDITION, now=self.now)
            elif act in ("sent", "unsent") and not busy:
                assert deliveries.resolve(db, EDITION, sent=act == "sent", now=self.now) == len(unsure)
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
                claimed = row.state == "claimed" and row.boot == f"boot{self.boot}"
                if claimed or row.state in {"todo", "deferred", "refused"}:
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
    run(sqlite_store, examples=int(os.environ.get("LEDGER_EXAMPLES", "12")), steps=25)  # `make torture` runs 400


@pytest.mark.postgres
def test_the_same_on_postgresql(store: Store) -> None:
    run(store, examples=4, steps=15)


@pytest.mark.slow
def test_ten_thousand_steps(sqlite_store: Store) -> None:
    run(sqlite_store, examples=250, steps=40)
