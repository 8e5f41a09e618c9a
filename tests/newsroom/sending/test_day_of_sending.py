"""A mail bears the day it goes out: the slot's where the slot sends it, the present one where a person does."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, WEDNESDAY, Room, open_room, started

from publisher.errors import Held
from publisher.model import EditionState
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.editing import approve
from publisher.newsroom.sending.send import send
from publisher.store import editions

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"


def days(room: Room) -> set[tuple[str, ...]]:
    """For each mail to a reader: the day of its Date, and of its masthead as text and in HTML."""
    found = set()
    for path in (room.root / "outbox").glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if "ed@secondrow.example" in str(mail["To"]):
            continue
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        heads = [re.findall(r"\w+day,? (\d+) \w+ 2026|(\d+) novembre 2026", text) for text in texts]
        found.add((mail["Date"].split()[1], *("/".join(filter(None, sum(each, ()))) for each in heads)))
    return found


def at(room: Room, moment: object) -> None:
    room.clock[0] = moment  # type: ignore[call-overload]


def test_an_edition_sent_by_hand_bears_the_present_day_in_date_text_and_html(open_room: Callable[..., Room]) -> None:
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=20))
    compose(room.app, "weekly")

    send(room.app, "weekly")

    assert days(room) == {("19", "19", "19")}


def test_the_day_is_the_sites_own(open_room: Callable[..., Room]) -> None:
    room = started(open_room(("Europe/London", "Pacific/Auckland")))
    room.at(WEDNESDAY + timedelta(hours=4))

    send(room.app, "weekly")

    assert days(room) == {("19", "19", "19")}


def test_the_slot_sends_the_slots_day(open_room: Callable[..., Room]) -> None:
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=20))
    compose(room.app, "weekly")

    (result,) = room.at(FRIDAY)

    assert result.state == EditionState.SENT
    assert days(room) == {("20", "20", "20")}


def test_what_was_approved_is_what_is_sent_but_for_the_day(open_room: Callable[..., Room]) -> None:
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=20))
    compose(room.app, "weekly")
    approved = approve(room.app, KEY).email

    sent = send(room.app, KEY)

    stored = room.edition(KEY)
    with room.app.store.read() as db:
        email = editions.email(db, KEY)
    assert approved is not None
    assert email is not None
    assert days(room) == {("19", "19", "19")}
    assert stored.approved_hash == stored.content_hash == email.content_hash != approved.content_hash
    assert email.html == approved.html.replace("Friday 20 November 2026", "Thursday 19 November 2026")
    assert email.text == approved.text.replace("Friday 20 November 2026", "Thursday 19 November 2026")
    assert "it bears the date of the day it is sent; all else is as it was approved" in sent.notes


def test_a_second_process_with_the_same_day_joins_and_one_with_other_words_does_not(
    open_room: Callable[..., Room],
) -> None:
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=20))
    drafted = compose(room.app, "weekly").email
    assert drafted is not None
    send(room.app, "weekly")
    with room.app.store.read() as db:
        dated = editions.email(db, KEY)

    with room.app.store.write() as db:
        assert not editions.freeze(db, KEY, drafted.content_hash, room.app.now(), dated=dated)
        with pytest.raises(Held):
            editions.freeze(db, KEY, drafted.content_hash, room.app.now())
