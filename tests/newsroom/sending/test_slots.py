import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher import scheduler
from publisher.config import load
from publisher.editorial.schedule import Slot
from publisher.model import EditionState
from publisher.newsroom import instance
from publisher.newsroom.app import App
from publisher.newsroom.editions.editing import approve
from publisher.newsroom.sending.claims import notice_schedules
from publisher.newsroom.sending.send import send
from publisher.newsroom.sending.slots import SlotResult, run_due
from publisher.newsroom.sources.collect import collect
from publisher.store import editions
from publisher.store import slots as table
from publisher.store.engine import open_store
from publisher.store.people import subscribers

pytestmark = pytest.mark.slow

TEXT = """\
[site]
name = "Second Row"
url = "https://www.secondrow.example"
postal_address = "1 High Street"
timezone = "Europe/London"
[editor]
email = "ed@secondrow.example"
[[sources]]
name = "folder"
kind = "folder"
path = "reviews"
every = "1h"
[providers.mail]
kind = "outbox"
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
schedule = "fri 09:00"
[web]
url = "https://news.secondrow.example"
"""
REVIEW = """---
title: "{film} review: a film about nothing in particular"
film: {film}
author: Nell Ashworth
date: {date}
url: https://www.secondrow.example/{slug}
---
{film} begins in the rain and ends in the rain, and it is never once dull. The cast is splendid from first to last.

It is a patient, generous film that trusts us to keep up, and it earns every one of its silences.
"""
WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass
class Room:
    """A running publisher in a folder, its clock in our hand."""

    app: App
    root: Path
    clock: list[datetime]

    def at(self, now: datetime) -> tuple[SlotResult, ...]:
        """What a tick at this moment does."""
        self.clock[0] = now
        return scheduler.tick(self.app, now, stop=threading.Event())

    def publish(self, film: str, date: str) -> None:
        slug = film.lower().replace(" ", "-")
        path = self.root / "reviews" / f"{slug}.md"
        path.write_text(REVIEW.format(film=film, date=date, slug=slug), encoding="utf-8")

    def mails(self) -> list[str]:
        """Who got what: recipient and subject of every message in the outbox, sorted."""
        files = (self.root / "outbox").glob("*.eml") if (self.root / "outbox").exists() else ()
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return sorted(f"{message['To']}: {message['Subject']}" for message in found)

    def to_readers(self) -> list[str]:
        return [mail for mail in self.mails() if "ed@secondrow.example" not in mail]

    def edition(self, key: str) -> editions.StoredEdition:
        with self.app.store.read() as db:
            found = editions.get(db, key)
        assert found is not None
        return found


@pytest.fixture
def open_room(tmp_path: Path) -> Iterator[Callable[..., Room]]:
    stores = []

    def opened(*changes: tuple[str, str]) -> Room:
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "publisher.toml").write_text(text, encoding="utf-8")
        (tmp_path / "reviews").mkdir(exist_ok=True)
        config = load(tmp_path / "publisher.toml", env={})
        store = open_store(config.store.url, root=config.root)
        stores.append(store)
        clock = [WEDNESDAY]
        return Room(App(config=config, store=store, now=lambda: clock[0]), tmp_path, clock)

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    """Running since Wednesday, with two readers and one review of Thursday."""
    return started(open_room())


def started(room: Room) -> Room:
    with room.app.store.write() as db:
        for name in ("ada", "bruno"):
            subscribers.add(
                db, f"{name}@readers.test", name="", newsletters=["weekly"], now=WEDNESDAY, consent={"how": "test"}
            )
    assert room.at(WEDNESDAY) == ()
    room.publish("The Long Rain", "2026-11-19")
    return room


def test_the_edition_goes_out_at_its_slot_and_once(room: Room) -> None:
    (result,) = room.at(FRIDAY)

    assert (result.edition, result.state) == ("weekly/2026-11-20", EditionState.SENT)
    assert [mail.partition(":")[0] for mail in room.to_readers()] == ["ada@readers.test", "bruno@readers.test"]
    assert room.at(FRIDAY + timedelta(seconds=20)) == ()
    assert len(room.to_readers()) == 2


def test_nothing_happens_before_the_slot(room: Room) -> None:
    assert room.at(FRIDAY - timedelta(seconds=1)) == ()
    assert room.mails() == []


def test_what_came_out_a_minute_before_the_slot_is_in_the_edition(room: Room) -> None:
    room.at(FRIDAY - timedelta(minutes=10))
    room.publish("Two Minutes Early", "2026-11-20")

    room.at(FRIDAY)

    assert "Two Minutes Early" in "".join(room.to_readers())


def test_an_empty_week_sends_nothing_and_says_so(open_room: Callable[..., Room]) -> None:
    room = started(open_room())
    (room.root / "reviews" / "the-long-rain.md").unlink()

    (result,) = room.at(FRIDAY)

    assert (result.state, result.words) == (EditionState.SKIPPED, "no new reviews")
    assert room.mails() == []
    assert room.at(FRIDAY + timedelta(minutes=5)) == ()


def test_after_an_outage_over_the_slot_it_goes_out_late(room: Room) -> None:
    (result,) = room.at(FRIDAY + timedelta(hours=5))

    assert result.state == EditionState.SENT


def test_past_max_late_it_is_missed_told_once_and_its_reviews_wait(room: Room) -> None:
    (result,) = room.at(FRIDAY + timedelta(hours=7))
    room.at(FRIDAY + timedelta(hours=8))

    assert result.state == EditionState.MISSED
    assert room.edition("weekly/2026-11-20").state is EditionState.MISSED
    assert room.mails() == ["ed@secondrow.example: [publisher] weekly/2026-11-20 was missed"]
    (later,) = room.at(FRIDAY + timedelta(days=7))
    assert later.state == EditionState.SENT
    assert "The Long Rain" in "".join(room.to_readers())


def test_the_editor_is_told_once_that_an_edition_is_out(room: Room) -> None:
    room.at(FRIDAY)
    room.at(FRIDAY + timedelta(minutes=1))

    assert [mail for mail in room.mails() if mail.startswith("ed@")] == [
        "ed@secondrow.example: [publisher] weekly/2026-11-20 has gone out"
    ]


def test_without_an_approval_it_is_held_and_the_approval_sends_it(open_room: Callable[..., Room]) -> None:
    room = started(open_room(("schedule =", "approve = true\nschedule =")))

    (result,) = room.at(FRIDAY)
    assert result.state == EditionState.HELD
    assert [mail.split(": ", 1)[1] for mail in room.mails()] == ["[publisher] weekly/2026-11-20 waits for you"]
    assert room.at(FRIDAY + timedelta(hours=1)) == ()

    room.clock[0] = FRIDAY + timedelta(hours=30)
    approve(room.app, "weekly/2026-11-20")
    (result,) = room.at(FRIDAY + timedelta(hours=30, seconds=20))
    assert result.state == EditionState.SENT
    assert len(room.to_readers()) == 2


def test_an_edition_sent_by_hand_leaves_its_slot_nothing_to_do(room: Room) -> None:
    room.at(FRIDAY - timedelta(hours=3))
    send(room.app, "weekly")

    (result,) = room.at(FRIDAY)

    assert result.state == EditionState.SENT
    assert len(room.to_readers()) == 2


def test_a_slot_claimed_by_a_process_that_died_is_taken_up(room: Room) -> None:
    room.at(FRIDAY - timedelta(minutes=1))
    with room.app.store.write() as db:
        slot = Slot(FRIDAY, FRIDAY.replace(tzinfo=None))
        table.claim(db, "weekly", slot, now=FRIDAY, owner="dead", lease=timedelta(seconds=60))

    assert room.at(FRIDAY + timedelta(seconds=30)) == ()
    (result,) = room.at(FRIDAY + timedelta(seconds=90))
    assert result.state == EditionState.SENT


def test_a_provider_that_refuses_is_told_once_and_tried_again(room: Room) -> None:
    blocked = room.root / "outbox"
    blocked.write_text("a file where a folder should be")
    (first,) = room.at(FRIDAY)
    room.at(FRIDAY + timedelta(seconds=20))
    blocked.unlink()

    results = room.at(FRIDAY + timedelta(minutes=3))

    assert first.state == "failed"
    assert "the outbox cannot be written" in first.words
    assert results[-1].state == EditionState.SENT
    assert len(room.to_readers()) == 2


def test_a_source_that_is_down_at_the_slot_is_said_and_the_rest_goes_out(room: Room) -> None:
    room.at(FRIDAY - timedelta(minutes=30))
    (room.root / "reviews").rename(room.root / "gone")

    (result,) = room.at(FRIDAY)

    assert result.state == EditionState.SENT
    (told,) = [path.read_text() for path in (room.root / "outbox").glob("*.eml") if "has gone out" in path.read_text()]
    assert "folder could not be read, so this holds what was known before" in told.replace("=\n", "")


def test_the_proof_of_the_draft_comes_to_the_editor_at_its_time(open_room: Callable[..., Room]) -> None:
    room = started(open_room(("schedule =", 'approve = true\nproof = "thu 17:00"\nschedule =')))

    (result,) = room.at(FRIDAY - timedelta(hours=16))

    assert (result.edition, result.state) == ("weekly/2026-11-20", "proof")
    assert [mail.split(": ", 1)[1] for mail in room.mails()] == [
        "[Test] The Long Rain, reviewed by Nell Ashworth",
        "[publisher] the draft of weekly/2026-11-20",
    ]
    assert room.at(FRIDAY - timedelta(hours=15)) == ()


def test_a_channel_gets_each_new_review_once(open_room: Callable[..., Room]) -> None:
    channel = '[social.sky]\nkind = "outbox"\nnetwork = "bluesky"\n[web]'
    room = started(open_room(("[web]", channel), ('schedule = "fri 09:00"', "")))

    for minutes in (0, 1, 2):
        room.at(FRIDAY + timedelta(minutes=minutes))
    room.publish("Two Doors Down", "2026-11-20")
    for minutes in (70, 71):
        room.at(FRIDAY + timedelta(minutes=minutes))

    texts = [path.read_text(encoding="utf-8") for path in (room.root / "outbox" / "posts").glob("*.txt")]
    assert sorted(
        film for text in texts for film in ("The Long Rain", "Two Doors Down") if film in text.split("—")[0]
    ) == [
        "The Long Rain",
        "Two Doors Down",
    ]
    assert len(texts) == 2


def test_a_source_is_asked_when_its_time_has_come(room: Room) -> None:
    def known() -> int:
        from publisher.store.pool import reviews

        with room.app.store.read() as db:
            return len(reviews.list_(db))

    assert known() == 0
    room.at(WEDNESDAY + timedelta(minutes=59))
    assert known() == 0
    room.at(WEDNESDAY + timedelta(minutes=61))
    assert known() == 1


def test_a_stop_leaves_the_slot_to_the_next_run(room: Room) -> None:
    stop = threading.Event()
    stop.set()
    room.clock[0] = FRIDAY
    notice_schedules(room.app, FRIDAY)

    assert run_due(room.app, FRIDAY, stop=stop) == ()
    (result,) = room.at(FRIDAY + timedelta(minutes=2))
    assert result.state == EditionState.SENT


def test_run_sends_at_the_second_and_once_though_it_is_killed_and_started_again(open_room: Callable[..., Room]) -> None:
    """The real command and the real clock: a slot four seconds ahead, a kill right after, a second run."""
    soon = (datetime.now(UTC) + timedelta(seconds=5)).replace(microsecond=0)
    room = open_room(("fri 09:00", f"daily {soon:%H:%M:%S}"), ("Europe/London", "UTC"))
    room.clock[0] = datetime.now(UTC)
    stocked(room)

    with running(room) as first:
        assert waited(lambda: len(room.to_readers()) == 2, most=60)
        late = datetime.now(UTC) - soon
        first.kill()
    with running(room) as second:
        assert waited(lambda: listens(second), most=60)
        assert not waited(lambda: len(room.to_readers()) > 2, most=1)
        second.terminate()
        assert second.wait(60) == 0

    assert late >= timedelta(0)
    assert room.edition(f"weekly/{soon:%Y-%m-%d}").state is EditionState.SENT


def stocked(room: Room) -> None:
    """One review that counts as new, and two readers."""
    room.publish("The Long Rain", "2026-11-19")
    collect(room.app, release=1)
    with room.app.store.write() as db:
        for name in ("ada", "bruno"):
            subscribers.add(
                db, f"{name}@readers.test", name="", newsletters=["weekly"], now=WEDNESDAY, consent={"how": "test"}
            )


@contextmanager
def running(room: Room) -> Iterator[subprocess.Popen[bytes]]:
    """`publisher run` as a process of its own; gone at the end, whatever happened."""
    command = [str(Path(sys.executable).with_name("publisher")), "run", "--config", str(room.root / "publisher.toml")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def listens(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process minds SIGTERM by now (Linux: its mask of caught signals)."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def waited(holds: Callable[[], bool], *, most: float) -> bool:
    """Whether something came to hold within so many seconds."""
    pause = threading.Event()
    for _ in range(int(most * 10)):
        if holds():
            return True
        pause.wait(0.1)
    return holds()


def test_a_restored_copy_does_nothing_tells_the_editor_once_and_catches_up_once_adopted(room: Room) -> None:
    room.at(WEDNESDAY)
    room.publish("The Long Rain", "2026-11-19")
    room.at(FRIDAY - timedelta(hours=3))
    instance.mark_file(room.app).write_text("of another place\n", encoding="utf-8")

    for minutes in (0, 1, 20):
        assert room.at(FRIDAY + timedelta(minutes=minutes)) == ()
    assert room.mails() == ["ed@secondrow.example: [publisher] a restored copy waits for you"]
    instance.adopt(room.app)
    room.at(FRIDAY + timedelta(minutes=40))
    assert len(room.to_readers()) == 2
