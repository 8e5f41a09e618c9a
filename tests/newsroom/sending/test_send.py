"""A send by hand: what goes out, once, and what it says where nothing does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started

from publisher.errors import PublisherError, UsageError
from publisher.model import Counts, EditionState
from publisher.newsroom.editions import editing
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.sending.send import intended, send
from publisher.store.people import subscribers

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    """With two readers, one new review, two hours before the slot."""
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=2))
    return room


def test_an_edition_sent_ahead_says_that_its_slot_will_send_nothing_and_goes_out_once(room: Room) -> None:
    first = send(room.app, "weekly")
    again = send(room.app, KEY)

    assert (first.edition, first.state, first.counts) == (KEY, EditionState.SENT, Counts(accepted=2))
    assert first.notes == ("the slot of Friday 20 November, 09:00 will send nothing: its edition has gone out now",)
    assert (again.state, again.counts) == (EditionState.SENT, Counts(accepted=2))
    assert len(room.to_readers()) == 2


def test_a_name_that_is_neither_newsletter_nor_edition_is_told(room: Room) -> None:
    for act in (send, intended):
        with pytest.raises(UsageError, match="there is no newsletter “daily”"):
            act(room.app, "daily")

    assert room.mails() == []


def test_without_readers_nothing_is_frozen(room: Room) -> None:
    with room.app.store.write() as db:
        for name in ("ada", "bruno"):
            person = subscribers.get(db, f"{name}@readers.test")
            assert person is not None
            subscribers.unsubscribe(db, person.id, "weekly", FRIDAY)
    with pytest.raises(PublisherError, match=r"weekly.* has no confirmed readers"):
        send(room.app, "weekly")

    assert room.edition(KEY).frozen is None


@pytest.mark.parametrize(("automatic", "state"), [(True, EditionState.SKIPPED), (False, EditionState.DRAFT)])
def test_too_small_an_edition_is_skipped_for_good_only_by_its_slot(
    room: Room, automatic: bool, state: EditionState
) -> None:
    weekly = room.app.newsletter("weekly").model_copy(update={"min_reviews": 5})
    room.app = replace(room.app, config=replace(room.app.config, newsletters={"weekly": weekly}))
    compose(room.app, "weekly")
    sent = send(room.app, "weekly", automatic=automatic)

    assert (sent.state, sent.counts, len(sent.notes)) == (EditionState.SKIPPED, Counts(), 1)
    assert room.edition(KEY).state is state
    assert room.mails() == []


def test_a_cancelled_edition_is_not_sent_by_itself(room: Room) -> None:
    compose(room.app, "weekly")
    editing.cancel(room.app, KEY)
    sent = send(room.app, KEY, automatic=True)

    assert (sent.state, sent.counts) == (EditionState.CANCELLED, Counts())
    assert room.mails() == []


def test_how_many_a_send_is_still_for(room: Room) -> None:
    assert intended(room.app, "weekly") == 2
    compose(room.app, "weekly")
    assert intended(room.app, KEY) == 2
    send(room.app, "weekly")

    assert intended(room.app, KEY) == 0
    assert intended(room.app, "weekly") == 2
