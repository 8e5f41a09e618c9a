"""One slot can be left out, and a cancel or a left-out slot can be taken back until the slot has come."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started

from publisher.errors import UsageError
from publisher.model import EditionState
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.editing import approve, cancel
from publisher.newsroom.editions.skipping import left_out, restore, skip
from publisher.newsroom.overview.report import status

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY, NEXT = "weekly/2026-11-20", "weekly/2026-11-27"


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=20))
    return room


def test_a_slot_that_is_left_out_sends_nothing_and_its_reviews_are_in_the_next(room: Room) -> None:
    skip(room.app, "weekly", "2026-11-20")

    assert room.at(FRIDAY) == ()
    assert room.to_readers() == []
    (result,) = room.at(FRIDAY + timedelta(days=7))
    assert (result.edition, result.state) == (NEXT, EditionState.SENT)
    assert "The Long Rain" in "".join(room.to_readers())


def test_leaving_out_a_later_slot_leaves_the_earlier_one_as_it_was(room: Room) -> None:
    skip(room.app, "weekly", "2026-11-27")

    (result,) = room.at(FRIDAY)
    assert (result.edition, result.state) == (KEY, EditionState.SENT)
    room.publish("Two Doors Down", "2026-11-21")
    assert room.at(FRIDAY + timedelta(days=7)) == ()
    (result,) = room.at(FRIDAY + timedelta(days=14))
    assert (result.edition, result.state) == ("weekly/2026-12-04", EditionState.SENT)


def test_status_names_what_is_left_out_and_what_comes_instead(room: Room) -> None:
    skip(room.app, "weekly", "2026-11-20")

    seen = status(room.app)

    assert left_out(room.app, "weekly") == (KEY,)
    assert seen.next["edition"] == NEXT
    assert f"left out: {KEY}; publisher editions restore {KEY} takes it back" in seen.words


def test_a_left_out_slot_is_taken_back_until_its_time(room: Room) -> None:
    skip(room.app, "weekly", "2026-11-20 09:00")
    restore(room.app, KEY)

    (result,) = room.at(FRIDAY)
    assert (result.edition, result.state) == (KEY, EditionState.SENT)


def test_a_cancelled_edition_is_taken_back_as_it_was_approved(room: Room) -> None:
    compose(room.app, "weekly")
    approve(room.app, KEY)
    cancel(room.app, KEY)

    assert restore(room.app, KEY).state is EditionState.APPROVED
    (result,) = room.at(FRIDAY)
    assert result.state == EditionState.SENT


def test_an_approval_is_not_taken_back_where_its_reviews_are_in_another_edition(room: Room) -> None:
    compose(room.app, "weekly")
    approve(room.app, KEY)
    cancel(room.app, KEY)
    approve(room.app, compose(room.app, "weekly").edition.key)

    assert restore(room.app, KEY).state is EditionState.DRAFT


def test_after_the_slot_nothing_is_taken_back_and_it_is_said_why(room: Room) -> None:
    skip(room.app, "weekly", "2026-11-20")
    room.clock[0] = FRIDAY + timedelta(minutes=1)

    with pytest.raises(UsageError, match=r"cannot be taken back: its slot was Friday 20 November"):
        restore(room.app, KEY)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-21", "has no slot on 2026-11-21"),
        ("2026-11-13", "that slot of “weekly” was Friday 13 November"),
        ("friday", "is not a day"),
    ],
)
def test_a_day_without_a_slot_to_come_is_refused(room: Room, day: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        skip(room.app, "weekly", day)


def test_an_edition_that_is_out_cannot_be_left_out(room: Room) -> None:
    room.at(FRIDAY)
    room.clock[0] = FRIDAY - timedelta(hours=1)

    with pytest.raises(UsageError, match="is sent and cannot be left out"):
        skip(room.app, "weekly", "2026-11-20")


def test_a_look_ahead_stores_nothing_and_shows_what_is_free_by_then(room: Room) -> None:
    from publisher.newsroom.pool import reviewing
    from publisher.store import editions
    from publisher.store.pool import reviews

    with room.app.store.read() as db:
        (stored,) = reviews.list_(db)
    reviewing.hold(room.app, stored.review.id, until=FRIDAY + timedelta(days=3))

    before = compose(room.app, "weekly", at=FRIDAY + timedelta(days=2))
    after = compose(room.app, "weekly", at=FRIDAY + timedelta(days=4))

    assert [item.review.id for item in before.edition.items] == []
    assert [item.review.id for item in after.edition.items] == [stored.review.id]
    assert after.edition.key == NEXT
    with room.app.store.read() as db:
        assert editions.list_(db) == ()
