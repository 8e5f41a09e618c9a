import threading
import time
from collections.abc import Sequence

import pytest

from publisher.delivery.outcomes import ClaimLost, OutcomeWriter
from publisher.errors import StoreError
from publisher.store.ledger.connection import Begin, End


class Memory:
    """A ledger in memory that can be slow, lose claims and fail."""

    def __init__(self) -> None:
        self.commits: list[tuple[list[int], list[int]]] = []
        self.lost: set[int] = set()
        self.failures = 0
        self.seconds = 0.0
        self.opened = 0

    def open(self) -> "Memory":
        self.opened += 1
        return self

    def write(self, begins: Sequence[Begin], ends: Sequence[End]) -> set[int]:
        time.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full", where="publisher.db", do="free some space")
        self.commits.append(([begin.id for begin in begins], [end.id for end in ends]))
        return {begin.id for begin in begins} - self.lost

    def close(self) -> None:
        pass


def begin(number: int) -> Begin:
    return Begin("<x@example.com>", 1, number, 1)


def end(number: int) -> End:
    return End("accepted", "mail", "", "", None, None, 0, False, 1, number, 1)


def writer(memory: Memory, *, tries: float = 5.0) -> OutcomeWriter:
    return OutcomeWriter(memory.open, guard=threading.Lock(), tries=tries)


def test_an_outcome_is_committed_with_the_next_intent_at_the_latest() -> None:
    memory = Memory()
    writing = writer(memory)
    writing.begin([begin(1)])
    writing.end(end(1))
    writing.begin([begin(2)])
    seen = list(memory.commits)
    writing.close()

    assert [commit[0] for commit in seen if commit[0]] == [[1], [2]]
    assert [number for _, ends in seen for number in ends] == [1]


def test_an_outcome_that_nobody_waits_for_is_committed_soon() -> None:
    memory = Memory()
    writing = writer(memory)
    writing.end(end(1))
    time.sleep(0.2)

    assert memory.commits == [([], [1])]
    writing.close()


def test_what_waits_goes_into_one_commit() -> None:
    memory = Memory()
    memory.seconds = 0.02
    writing = writer(memory)

    def work(first: int) -> None:
        for number in range(first, first + 10):
            writing.begin([begin(number)])
            writing.end(end(number))

    threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writing.close()

    assert sorted(number for _, ends in memory.commits for number in ends) == sorted(
        number for begins, _ in memory.commits for number in begins
    )
    assert sum(len(begins) for begins, _ in memory.commits) == 80
    assert len(memory.commits) < 40


def test_a_claim_that_no_longer_holds_stops_only_its_own_connection() -> None:
    memory = Memory()
    memory.lost = {2}
    writing = writer(memory)
    writing.begin([begin(1)])
    with pytest.raises(ClaimLost):
        writing.begin([begin(2)])
    with pytest.raises(ClaimLost):
        writing.begin([begin(1), begin(2)])
    writing.begin([begin(3)])
    writing.close()


def test_a_database_that_comes_back_has_lost_nothing() -> None:
    memory = Memory()
    memory.failures = 1
    writing = writer(memory)
    writing.end(end(1))
    writing.begin([begin(2)])
    writing.close()

    assert memory.opened == 2
    assert [number for _, ends in memory.commits for number in ends] == [1]


def test_a_database_that_stays_away_stops_every_connection_in_the_same_words() -> None:
    memory = Memory()
    memory.failures = 10_000
    writing = writer(memory, tries=0.0)
    for number in (1, 2):
        with pytest.raises(StoreError, match="the disk is full"):
            writing.begin([begin(number)])
    writing.end(end(3))
    with pytest.raises(StoreError, match="the disk is full"):
        writing.close()

    assert writing.failed is not None
    assert memory.commits == []
