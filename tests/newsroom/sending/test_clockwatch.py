"""A leap of the clock is doubted until a second look; nothing is missed, sent twice or lost by it."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from tests.newsroom.sending.test_slots import TEXT, WEDNESDAY, Room, open_room, started

from publisher.config import load
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.skipping import left_out, skip
from publisher.newsroom.sending.claims import Timetable, take
from publisher.newsroom.sending.clockwatch import SECOND_LOOK, ClockWatch
from publisher.scheduler import look
from publisher.store import schedules, slots
from publisher.store.engine import open_store

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=364)


@dataclass
class Machine:
    """A machine whose clock can be set beside the time that really goes by."""

    room: Room
    watch: ClockWatch
    gone: list[float]

    def after(self, time: timedelta, *, leap: timedelta = timedelta(0)) -> list[str]:
        """What a look does when this time has gone by and the clock was set by `leap`; the states that came of it."""
        self.gone[0] += time.total_seconds()
        self.room.clock[0] += time + leap
        results = look(self.room.app, self.room.clock[0], self.watch, stop=threading.Event())
        return [str(each.state) for each in results]

    def restarted(self) -> "Machine":
        return Machine(self.room, ClockWatch(self.room.app, monotonic=lambda: self.gone[0]), self.gone)


@pytest.fixture
def machine(open_room: Callable[..., Room]) -> Machine:
    room, gone = started(open_room(("fri 09:00", "daily 09:00"))), [1000.0]
    running = Machine(room, ClockWatch(room.app, monotonic=lambda: gone[0]), gone)
    assert running.after(MINUTE) == []
    return running


def test_at_a_leap_nothing_is_sent_or_missed_and_the_editor_is_told_once(machine: Machine) -> None:
    assert machine.after(MINUTE, leap=YEAR) == []
    assert machine.after(MINUTE) == []
    assert machine.after(MINUTE) == []

    assert machine.room.mails() == ["ed@secondrow.example: [publisher] the clock has leapt"]


def test_a_clock_that_is_set_right_again_goes_on_as_if_nothing_had_been(machine: Machine) -> None:
    machine.after(MINUTE, leap=YEAR)
    assert machine.after(MINUTE, leap=-YEAR) == []

    (state,) = machine.after(timedelta(hours=21))

    assert state == EditionState.SENT
    assert len(machine.room.to_readers()) == 2


def test_a_second_look_minutes_later_agrees_and_all_missed_slots_are_one_mail(machine: Machine) -> None:
    machine.after(MINUTE, leap=timedelta(days=9))

    states = machine.after(SECOND_LOOK)

    assert states.count(EditionState.MISSED) == 8
    told = [mail for mail in machine.room.mails() if "missed" in mail]
    assert told == ["ed@secondrow.example: [publisher] 8 editions were missed"]


def test_a_machine_that_was_off_for_a_week_goes_on_minutes_later(machine: Machine) -> None:
    machine.room.clock[0] += timedelta(days=7)
    again = machine.restarted()
    assert again.after(MINUTE) == []
    assert EditionState.MISSED in again.after(SECOND_LOOK)


def test_a_restart_in_doubt_counts_the_first_look_of_before(machine: Machine) -> None:
    machine.after(MINUTE, leap=timedelta(days=7))
    again = machine.restarted()

    assert EditionState.MISSED in again.after(SECOND_LOOK)
    assert len([mail for mail in machine.room.mails() if "leapt" in mail]) == 1


def test_a_clock_that_leaps_on_is_doubted_anew_and_told_no_more(machine: Machine) -> None:
    for _ in range(4):
        assert machine.after(SECOND_LOOK, leap=timedelta(days=30)) == []
    assert len(machine.room.mails()) == 1


def test_another_scheduler_whose_clock_goes_on_keeps_the_doubt(machine: Machine) -> None:
    ahead = Machine(machine.room, ClockWatch(machine.room.app, monotonic=lambda: machine.gone[0]), machine.gone)
    ahead.after(MINUTE, leap=YEAR)
    machine.after(11 * MINUTE, leap=-YEAR)

    assert ahead.after(MINUTE, leap=YEAR) == []
    assert ahead.after(MINUTE) == []


def test_what_a_clock_ahead_wrote_off_is_still_to_come_when_it_is_back(machine: Machine) -> None:
    skip(machine.room.app, "weekly", "2026-11-26")
    machine.after(MINUTE, leap=timedelta(days=9))
    machine.after(SECOND_LOOK)
    machine.after(MINUTE, leap=timedelta(days=-9))
    machine.after(SECOND_LOOK)

    assert left_out(machine.room.app, "weekly") == ("weekly/2026-11-26",)
    machine.room.publish("Two Doors Down", "2026-11-18")
    (state,) = machine.after(timedelta(hours=21))
    assert state == EditionState.SENT


STEPS = st.lists(
    st.tuples(
        st.sampled_from([20, 120, 240, 3600, 40_000]).map(lambda seconds: timedelta(seconds=seconds)),
        st.sampled_from([0, 0, 0, 5, 30, 400, 9000, -5, -30, -400, -9000]).map(lambda hours: timedelta(hours=hours)),
        st.booleans(),
    ),
    max_size=25,
)


@trying(max_examples=40, deadline=None)
@given(text=st.sampled_from(["daily 09:00", "fri 09:00", "mon,thu 18:30", "daily 02:30"]), steps=STEPS)
def test_whatever_the_clock_does_no_slot_is_taken_twice_or_at_the_first_look_at_a_leap(
    text: str, steps: list[tuple[timedelta, timedelta, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "publisher.toml").write_text(TEXT, encoding="utf-8")
        config = load(Path(folder) / "publisher.toml", env={})
        clock, gone = [WEDNESDAY], [0.0]
        app = App(config=config, store=open_store(config.store.url, root=config.root), now=lambda: clock[0])
        table = Timetable(name="law", text=text, max_late=timedelta(hours=6))
        with app.store.write() as db:
            schedules.notice(db, "law", text=text, zone=config.site.zone.key, since=WEDNESDAY)
        watch, run = ClockWatch(app, monotonic=lambda: gone[0]), list[str]()
        assert watch.believes(WEDNESDAY)
        seen = [WEDNESDAY]
        for time, leap, restart in steps:
            gone[0] += time.total_seconds()
            clock[0] = max(clock[0] + time + leap, datetime(2020, 1, 1, tzinfo=UTC))
            if restart:
                watch = ClockWatch(app, monotonic=lambda: gone[0])
            believed = watch.believes(clock[0])
            if believed:
                taken = take(app, table, clock[0], owner="law").run
                run += [slot.local for slot in taken]
                with app.store.write() as db:
                    for slot in taken:
                        slots.set_state(db, "law", slot.local, "done", now=clock[0])
            if not any(abs(clock[0] - each) < timedelta(days=3) for each in seen):
                assert not believed
            seen.append(clock[0])
        app.store.close()
    assert len(run) == len(set(run))
