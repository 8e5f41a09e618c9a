from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, WEDNESDAY, Room, open_room

from publisher.model import Counts, EditionState
from publisher.newsroom.audience import subscribe
from publisher.newsroom.sending import answering as proofs
from publisher.newsroom.sending.claims import next_wake
from publisher.store.ledger import deliveries

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"
COPY = ["ed@secondrow.example: [First copy] “The Long Rain”, reviewed this week"]


def ready(room: Room, *zones: str) -> Room:
    for number, zone in enumerate(zones):
        subscribe.add(room.app, f"reader{number}@list.example", zone=zone)
    room.at(WEDNESDAY)
    room.publish("The Long Rain", "2026-11-19")
    room.at(WEDNESDAY + timedelta(days=1, hours=2))
    return room


def counts(room: Room) -> Counts:
    with room.app.store.read() as db:
        return deliveries.counts(db, KEY)


def first_copies(room: Room) -> list[str]:
    return [mail for mail in room.mails() if "[First copy]" in mail]


def test_the_editors_copy_goes_ahead_and_readers_get_theirs_at_the_slot(open_room: Callable[..., Room]) -> None:
    room = ready(open_room(('schedule = "fri 09:00"', 'schedule = "fri 09:00"\neditor_first = "10m"')), "", "")

    assert next_wake(room.app, FRIDAY - timedelta(hours=1)) == FRIDAY - timedelta(minutes=10)
    room.at(FRIDAY - timedelta(minutes=10))
    assert (len(first_copies(room)), len(room.to_readers())) == (1, 0)
    assert next_wake(room.app, FRIDAY - timedelta(minutes=9)) == FRIDAY
    room.at(FRIDAY - timedelta(minutes=1))
    assert (len(first_copies(room)), len(room.to_readers())) == (1, 0)
    room.at(FRIDAY)
    assert (len(first_copies(room)), len(room.to_readers())) == (1, 2)
    assert room.edition(KEY).state is EditionState.SENT


def test_the_link_in_the_editors_copy_stops_the_edition(open_room: Callable[..., Room]) -> None:
    room = ready(open_room(('schedule = "fri 09:00"', 'schedule = "fri 09:00"\neditor_first = "10m"')), "")
    room.at(FRIDAY - timedelta(minutes=10))
    files = (room.root / "outbox").glob("*.eml")
    (copy,) = [
        m for m in (message_from_bytes(f.read_bytes(), policy=policy.default) for f in files) if "First" in m["Subject"]
    ]
    body = copy.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    token = text.partition("/d/")[2].split()[0]

    seen = proofs.visit(room.app, token)
    assert seen
    assert (seen.answer, room.edition(KEY).paused) == ("stop", False)
    done = proofs.answer(room.app, token)
    assert done
    assert done.done
    room.at(FRIDAY)
    assert room.to_readers() == []
    assert counts(room) == Counts(todo=1)


def test_without_an_editor_nothing_waits(open_room: Callable[..., Room]) -> None:
    changes = (
        ('email = "ed@secondrow.example"', "email = []"),
        ('schedule = "fri 09:00"', 'schedule = "fri 09:00"\neditor_first = "10m"'),
    )
    room = ready(open_room(*changes), "")

    room.at(FRIDAY - timedelta(minutes=10))
    assert room.mails() == []
    room.at(FRIDAY)
    assert len(room.to_readers()) == 1


@pytest.fixture
def worldwide(open_room: Callable[..., Room]) -> Room:
    room = open_room(('schedule = "fri 09:00"', 'schedule = "fri 09:00"\nper_reader_time = true'))
    return ready(room, "Asia/Tokyo", "Europe/London", "", "America/New_York")


def test_each_reader_gets_it_at_the_slots_hour_of_her_own_zone(worldwide: Room) -> None:
    tokyo = FRIDAY - timedelta(hours=9)
    assert next_wake(worldwide.app, WEDNESDAY) == tokyo
    worldwide.at(tokyo - timedelta(minutes=1))
    assert worldwide.to_readers() == []

    for moment, got in ((tokyo, 1), (FRIDAY - timedelta(minutes=6), 1), (FRIDAY, 3), (FRIDAY + timedelta(hours=4), 3)):
        worldwide.at(moment)
        assert len(worldwide.to_readers()) == got, moment
    assert next_wake(worldwide.app, FRIDAY + timedelta(hours=4)) == FRIDAY + timedelta(hours=5)
    assert worldwide.edition(KEY).state is EditionState.SENDING
    worldwide.at(FRIDAY + timedelta(hours=5))
    assert len(worldwide.to_readers()) == 4
    assert worldwide.edition(KEY).state is EditionState.SENT


def test_waiting_for_ones_hour_is_not_partly_sent(worldwide: Room) -> None:
    worldwide.at(FRIDAY - timedelta(hours=9))
    worldwide.at(FRIDAY)
    assert not [mail for mail in worldwide.mails() if "gone out" in mail]
    with worldwide.app.store.write() as db:
        assert deliveries.retry(db, KEY, now=FRIDAY) == 0, "nobody failed"


def test_the_hour_of_a_zone_is_right_on_both_sides_of_its_clock_change(open_room: Callable[..., Room]) -> None:
    # On 6 November New York is four hours behind London's winter in the week before it leaves summer time.
    changes = ('schedule = "fri 09:00"', 'schedule = "fri 09:00"\nper_reader_time = true')
    room = open_room(changes)
    subscribe.add(room.app, "ny@list.example", zone="America/New_York")
    start = datetime(2026, 10, 28, 12, tzinfo=UTC)
    room.at(start)
    room.publish("The Long Rain", "2026-10-29")
    room.at(start + timedelta(days=1, hours=2))
    slot = datetime(2026, 10, 30, 9, tzinfo=UTC)
    room.at(slot)
    assert next_wake(room.app, slot) == slot + timedelta(hours=4)
