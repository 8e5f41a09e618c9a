"""Old editions are kept as numbers: they add up, what is not finished stays, and the disk is given back."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started

from publisher.model import DeliveryState
from publisher.newsroom.sending.pruning import prunable, prune, prune_daily, prune_now
from publisher.newsroom.sending.send import send
from publisher.store.ledger import deliveries, retention
from publisher.store.people import subscribers
from publisher.store.tables import mail_deliveries

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"
LATER = FRIDAY + timedelta(days=401)


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    room = started(open_room())
    with room.app.store.write() as db:
        for number in range(30):
            subscribers.add(
                db, f"r{number}@readers.test", name="", newsletters=["weekly"], now=FRIDAY, consent={"how": "test"}
            )
    room.at(FRIDAY)
    return room


def counted(room: Room) -> tuple[int, int, int]:
    """What the edition's counts say was intended and accepted, and how many rows there are still."""
    with room.app.store.read() as db:
        counts = deliveries.counts(db, KEY)
        rows = db.execute(mail_deliveries.select()).all()
    return counts.intended, counts.accepted, len(rows)


def test_within_the_time_that_is_kept_every_row_stays(room: Room) -> None:
    room.clock[0] = FRIDAY + timedelta(days=399)

    assert prunable(room.app) == {}
    assert prune(room.app, threading.Event()) == {}
    assert counted(room) == (32, 32, 32)


def test_older_editions_are_counts_that_add_up_and_are_not_sent_again(room: Room) -> None:
    room.clock[0] = LATER

    assert prunable(room.app) == {KEY: 32}
    assert prune_now(room.app, threading.Event())[0] == {KEY: 32}

    assert counted(room) == (32, 32, 0)
    mails = len(room.mails())
    assert send(room.app, KEY).counts.accepted == 32
    assert len(room.mails()) == mails


def test_the_numbers_add_up_after_every_step(room: Room) -> None:
    for left in range(25, -1, -7):
        with room.app.store.write() as db:
            assert retention.count_off(db, KEY, limit=7) == 7
        assert counted(room) == (32, 32, left)


def test_who_is_in_doubt_keeps_her_row_and_can_be_settled(room: Room) -> None:
    with room.app.store.write() as db:
        db.execute(update(mail_deliveries).where(mail_deliveries.c.id == 3).values(state=DeliveryState.UNCERTAIN))
    room.clock[0] = LATER
    prune(room.app, threading.Event())

    assert counted(room) == (32, 31, 1)
    with room.app.store.write() as db:
        assert deliveries.resolve(db, KEY, sent=True, now=LATER) == 1
    assert counted(room) == (32, 32, 1)


def test_the_scheduler_prunes_once_a_day(room: Room) -> None:
    room.clock[0] = LATER
    stop = threading.Event()

    prune_daily(room.app, LATER, stop)

    assert counted(room) == (32, 32, 0)
