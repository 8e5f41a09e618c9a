"""Both ledgers as one state machine: two senders, a wire that loses answers, crashes, jumping clocks, an editor."""

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
from sqlalchemy import Connection, delete
from tests.mailing import EDITION, prepare, readers

from publisher.config import Delivery
from publisher.delivery.verdict import Rules, judge, unsent
from publisher.errors import Rejected, SendError, TryLater, Uncertain
from publisher.model import DeliveryState, Post, Receipt, Review, Verdict
from publisher.store import editions, tables
from publisher.store.engine import Store
from publisher.store.ledger import deliveries, leftovers, posts
from publisher.store.ledger.connection import Begin, End, open_ledger
from publisher.store.ledger.deliveries import Claim
from publisher.store.ledger.law import Attempt, Sender
from publisher.store.ledger.posts import StoredPost
from publisher.store.people import subscribers
from publisher.store.pool import reviews

THREE = 3
LEASE = timedelta(seconds=60)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
POST = Post(network="bluesky", text="“A quiet marvel.”", length=17, limit=300)
OPEN = {"todo", "claimed", "sending", "deferred"}
WORKERS = st.sampled_from(["ann", "ben"])
ANSWERS = st.sampled_from(["250", "250", "451", "554", "silence"])


Held = Claim | StoredPost
Who = int | str


class Worker:
    """One sender: what it remembers is lost when it crashes."""

    def __init__(self, number: int, life: int, boot: str) -> None:
        self.sender = Sender(owner=f"sender-{number}:life{life}", boot=boot, lease=LEASE)
        self.claims: list[Held] = []
        self.begun: Held | None = None
        self.sent = False


class Mail:
    """The mail ledger: an edition for three readers."""

    table, which = tables.mail_deliveries, deliveries.of(EDITION)

    def __init__(self, store: Store) -> None:
        self.store, self.ledger = store, open_ledger(store)

    def close(self) -> None:
        self.ledger.close()

    def begin(self) -> None:
        assert prepare(self.store, readers(THREE), at=START) == THREE

    def who(self, held: Any) -> Who:
        """Whose row it is: of a claim, or of a row of the table."""
        return held.reader.id if isinstance(held, Claim) else held.subscriber_id

    def claim(self, sender: Sender, now: datetime) -> list[Held]:
        found: list[Held] = []
        for due in (False, True):
            with self.store.write(concurrent=True) as db:
                found += deliveries.claim(db, EDITION, provider="mail", sender=sender, now=now, limit=2, due=due).claims
        return found

    def may_leave(self, held: Any, sender: Sender, now: datetime) -> bool:
        return bool(self.ledger.write([Begin(f"<{held.id}@example.com>", 1, held.id, held.attempt)], []))

    def tried(self, held: Any) -> Claim | Attempt:
        claim: Claim = held
        return claim

    def end(self, end: End) -> None:
        self.ledger.write([], [end])

    def lose(self, held: Any) -> None:
        """A power loss takes the commit of `sending` with it."""
        mine = (self.table.c.id == held.id) & (self.table.c.attempt == held.attempt)
        with self.store.write() as db:
            db.execute(self.table.update().where(mine, self.table.c.state == "sending").values(state="claimed"))

    def act(self, db: Connection, act: str, now: datetime) -> None:
        if act == "leave":
            subscribers.unsubscribe(db, 1, "weekly", now)
            deliveries.suppress_open(db, 1, newsletter="weekly", now=now)
        elif act == "pause":
            deliveries.pause(db, EDITION, reason="", now=now)
        elif act == "go on":
            editions.set_paused(db, EDITION, now, paused=False)
        elif act == "retry":
            deliveries.retry(db, EDITION, now=now)
        elif act == "cancel":
            deliveries.cancel_rest(db, EDITION, now=now)
        else:
            deliveries.resolve(db, EDITION, sent=act == "sent", now=now)

    def extend(self, sender: Sender, now: datetime) -> None:
        with self.store.write(concurrent=True) as db:
            deliveries.extend(db, EDITION, sender=sender, now=now)

    def count(self, db: Connection) -> int:
        return deliveries.counts(db, EDITION).intended


class Posts:
    """The ledger of posts: three on one channel."""

    table, which = tables.post_deliveries, posts.of("sky")

    def __init__(self, store: Store) -> None:
        self.store = store

    def close(self) -> None:
        pass

    def begin(self) -> None:
        with self.store.write() as db:
            for number in range(THREE):
                review = Review(id=f"review{number}", source="site", headline="x")
                reviews.insert(db, review, verdict=Verdict.NEW, rule="first", now=START)
                posts.save_post(db, POST, review_id=review.id, channel="sky", now=START)

    def who(self, held: Any) -> Who:
        return str(held.id if isinstance(held, StoredPost) else held.post)

    def claim(self, sender: Sender, now: datetime) -> list[Held]:
        with self.store.write(durable=True) as db:
            due = posts.due(db, now=now, channel="sky")[:2]
            return [held for post in due if (held := posts.claim_post(db, post.id, sender=sender, now=now))]

    def may_leave(self, held: Any, sender: Sender, now: datetime) -> bool:
        with self.store.write(durable=True) as db:
            return posts.begin(db, held, sender=sender, now=now)

    def tried(self, held: Any) -> Claim | Attempt:
        tried: Attempt = held.tried
        return tried

    def end(self, end: End) -> None:
        with self.store.write(durable=True) as db:
            posts.record(db, end)

    def lose(self, held: Any) -> None:
        """Nothing: each commit of a post's way is on the disk before the next step."""

    def act(self, db: Connection, act: str, now: datetime) -> None:
        for post in posts.list_(db):
            if act == "retry" and post.state == "refused":
                assert posts.again(db, post.id, now=now)
            elif act == "cancel":
                posts.cancel(db, post.id, now=now)
            elif act in ("sent", "unsent"):
                assert posts.resolve(db, post.id, sent=act == "sent", now=now) == (post.state == "uncertain")

    def extend(self, sender: Sender, now: datetime) -> None:
        """A post's lease is renewed as it begins."""

    def count(self, db: Connection) -> int:
        return len(posts.list_(db))


class LedgerMachine(RuleBasedStateMachine):
    store: Store
    side: Mail | Posts

    @initialize(policy=st.sampled_from(["hold", "resend"]))
    def begin_edition(self, policy: str) -> None:
        with self.store.write() as db:
            for table in reversed(tables.metadata.sorted_tables):
                db.execute(delete(table))
        self.side.begin()
        self.policy, self.now, self.lives, self.boot = policy, START, 0, 0
        self.judging = Rules(provider="mail", resend=policy == "resend", settings=Delivery())
        self.workers = {"ann": self.born(0), "ben": self.born(1)}
        self.dead: set[str] = set()
        self.copies: Counter[Who] = Counter()  # what arrived, by reader or post
        self.doubts: Counter[Who] = Counter()  # how often nobody could know whether it had
        self.left: set[Who] = set()
        self.by_editor: set[Who] = set()

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
            self.copies[self.side.who(worker.begun)] += 1
        elif worker.claims and breaks:
            self.side.end(unsent(self.side.tried(worker.claims.pop()), "mail", now=self.now))
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
        found = self.side.claim(worker.sender, self.now)
        assert not {self.side.who(held) for held in found} & self.left
        worker.claims += found
        if not found and any(row.state == "deferred" for row in self.rows().values()):
            self.now += timedelta(hours=5)
        with self.store.write() as db:
            self.side.act(db, "go on", self.now)
        busy = any(each.begun or each.claims for each in self.workers.values())
        if not busy and not any(row.state in OPEN for row in self.rows().values()):
            workers, lives, boot, now = self.workers, self.lives, self.boot, self.now
            self.begin_edition(self.policy)
            self.workers, self.lives, self.boot, self.now = workers, lives, boot, now

    def begin(self, worker: Worker) -> None:
        held = worker.claims.pop(0)
        before = self.rows()[self.side.who(held)].state
        if self.side.may_leave(held, worker.sender, self.now):
            worker.begun, worker.sent = held, False
            assert before == "claimed"

    def answer(self, worker: Worker, held: Held, how: str) -> None:
        """The server's answer to a whole message; what is refused was not taken."""
        outcomes: dict[str, Receipt | SendError] = {
            "250": Receipt(provider_id="1"),
            "451": TryLater("451"),
            "554": Rejected("554"),
            "silence": Uncertain("timed out"),
        }
        self.copies[self.side.who(held)] -= how in ("451", "554")
        self.doubts[self.side.who(held)] += how == "silence"
        self.end(worker, outcomes[how])

    def end(self, worker: Worker, outcome: Receipt | SendError) -> None:
        assert worker.begun
        tried = self.side.tried(worker.begun)
        self.side.end(judge(outcome, tried, rules=self.judging, now=self.now, jitter=0.5))
        worker.begun = None

    @rule(name=WORKERS)
    def crash(self, name: str) -> None:
        worker = self.workers[name]
        if worker.begun:
            self.doubts[self.side.who(worker.begun)] += 1
        self.dead.add(worker.sender.owner)
        self.workers[name] = self.born(0 if name == "ann" else 1)

    @rule()
    def power_is_lost(self) -> None:
        """Both senders die, and with them the last commits that were not yet on the disk: those since the claim."""
        self.boot += 1
        for name, worker in list(self.workers.items()):
            self.doubts.update(map(self.side.who, worker.claims))
            if worker.begun:
                self.side.lose(worker.begun)
            self.crash(name)

    @rule(name=WORKERS, knows=st.booleans())
    def settle(self, name: str, knows: bool) -> None:
        """With `knows` the liveness locks have told who is dead; without, only leases count."""
        for other in self.workers.values():
            if other.begun and other is not self.workers[name]:
                self.doubts[self.side.who(other.begun)] += 1
        with self.store.write() as db:
            leftovers.settle(
                db,
                self.side.which,
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
        self.side.extend(self.workers[name].sender, self.now)

    @rule(act=st.sampled_from(["leave", "pause", "retry", "cancel", "sent", "unsent"]))
    def editor_acts(self, act: str) -> None:
        settles = act in ("sent", "unsent")
        if settles and any(worker.begun for worker in self.workers.values()):
            return
        if act == "cancel" and self.now <= START + timedelta(days=2):
            return
        unsure = {who for who, row in self.rows().items() if row.state == "uncertain"}
        with self.store.write() as db:
            self.side.act(db, act, self.now)
        if act == "leave" and isinstance(self.side, Mail):
            self.left.add(1)
        if settles:
            self.by_editor |= unsure
            assert not any(row.state == "uncertain" for row in self.rows().values())

    def rows(self) -> dict[Who, Any]:
        rows = self.side.which
        with self.store.read() as db:
            return {self.side.who(row): row for row in db.execute(rows.table.select().where(rows.which))}

    @invariant()
    def none_vanished_and_the_counts_add_up(self) -> None:
        if not hasattr(self, "workers"):
            return
        with self.store.read() as db:
            assert self.side.count(db) == THREE
        assert len(self.rows()) == THREE

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


def run(side: Mail | Posts, *, examples: int, steps: int) -> None:
    def machine() -> LedgerMachine:
        made = LedgerMachine()
        made.store, made.side = side.store, side
        return made

    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    limits = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet)
    try:
        run_state_machine_as_test(machine, settings=limits)  # type: ignore[arg-type]
    finally:
        side.close()


SIDES = pytest.mark.parametrize("side", [Mail, Posts])


@SIDES
def test_nobody_vanishes_and_nobody_is_sent_what_may_have_arrived(
    sqlite_store: Store, side: type[Mail] | type[Posts]
) -> None:
    run(side(sqlite_store), examples=int(os.environ.get("LEDGER_EXAMPLES", "12")), steps=25)  # `make torture` runs 400


@SIDES
@pytest.mark.postgres
def test_the_same_on_postgresql(store: Store, side: type[Mail] | type[Posts]) -> None:
    run(side(store), examples=4, steps=15)


@SIDES
@pytest.mark.slow
def test_ten_thousand_steps(sqlite_store: Store, side: type[Mail] | type[Posts]) -> None:
    run(side(sqlite_store), examples=250, steps=40)
