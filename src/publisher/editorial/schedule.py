"""When a newsletter's slots are, which of them are due, and how they are called. Pure.

A slot is known by its wall clock time in the site's zone, so an hour that comes twice in autumn holds it once (the
first time), and one that spring leaves out is shifted forward by the gap.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from publisher.config import parse_schedule
from publisher.config.formats import DAY_NAMES, WeekTime

PUNCTUAL = timedelta(minutes=5)
"""How late a slot may be and still count as on time where `catch_up` is "skip"."""


@dataclass(frozen=True)
class Schedule:
    """The weekly moments that a text names."""

    text: str
    times: tuple[WeekTime, ...]

    @property
    def several_a_day(self) -> bool:
        """Whether a day has more than one slot, and so needs the time in its editions' keys."""
        return len(self.times) > len({time.day for time in self.times})


@dataclass(frozen=True, order=True)
class Slot:
    """One moment of a schedule: in UTC, and by the wall clock as the schedule names it."""

    utc: datetime
    wall: datetime

    @property
    def local(self) -> str:
        """The key of the slot among those of its schedule, "2026-11-20T09:00:00"."""
        return self.wall.isoformat()


@dataclass(frozen=True)
class Due:
    """Overdue slots in their order: those to run now, and those that are missed."""

    run: tuple[Slot, ...] = ()
    missed: tuple[Slot, ...] = ()


def parse(text: str) -> Schedule:
    """The schedule that a text such as "fri 09:00" or "tue,fri 18:30:15" names; ValueError says how to write it."""
    return Schedule(" ".join(text.split()), parse_schedule(text))


def slots(schedule: Schedule, *, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Slot]:
    """The slots later than `after` and not later than `until`, in order; no two at one moment."""
    day = after.astimezone(zone).date() - timedelta(days=1)
    last_day = until.astimezone(zone).date() + timedelta(days=1)
    last = after
    while day <= last_day:
        for slot in sorted(_of_day(schedule, day, zone)):
            if last < slot.utc <= until:
                last = slot.utc
                yield slot
        day += timedelta(days=1)


def _of_day(schedule: Schedule, day: date, zone: ZoneInfo) -> list[Slot]:
    found: dict[datetime, Slot] = {}
    for time in schedule.times:
        if time.day == day.weekday():
            wall = datetime.combine(day, time.at)
            # fold=0: the first of two equal hours; in a gap the offset before it, which shifts forward (PEP 495).
            utc = wall.replace(tzinfo=zone).astimezone(UTC)
            found[utc] = Slot(utc, wall)
    return list(found.values())


def next_slot(schedule: Schedule, *, after: datetime, zone: ZoneInfo) -> Slot:
    """The first slot later than `after`."""
    return next(slots(schedule, after=after, until=after + timedelta(days=16), zone=zone))


def due(
    schedule: Schedule,
    *,
    since: datetime,
    now: datetime,
    zone: ZoneInfo,
    known: Collection[str],
    max_late: timedelta,
    catch_up: Literal["latest", "all", "skip"] = "latest",
) -> Due:
    """What became due between `since` and `now` and is not among the `known` local slots.

    A slot later than `max_late` is missed. Of the others `latest` runs the newest, `all` runs each, and `skip` runs
    only what is on time.
    """
    overdue = [slot for slot in slots(schedule, after=since, until=now, zone=zone) if slot.local not in known]
    limit = min(max_late, PUNCTUAL) if catch_up == "skip" else max_late
    in_time = [slot for slot in overdue if now - slot.utc <= limit]
    run = in_time[-1:] if catch_up == "latest" else in_time
    return Due(tuple(run), tuple(slot for slot in overdue if slot not in run))


def edition_key(newsletter: str, slot: Slot, schedule: Schedule) -> str:
    """The key of a slot's edition: "weekly/2026-11-20", with "T090000" where a day has several slots."""
    time = f"T{slot.wall:%H%M%S}" if schedule.several_a_day else ""
    return f"{newsletter}/{slot.wall:%Y-%m-%d}{time}"


def in_words(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """A moment for people: "Friday 20 November, 09:00 (Europe/London), in 3 days"."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    year = "" if abs(moment - now) < timedelta(days=300) else f" {local.year}"
    distance = _distance(moment, now, zone)
    return (
        f"{DAY_NAMES[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year}, {clock} ({zone.key}), {distance}"
    )


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _distance(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    seconds = round((moment - now).total_seconds())
    if abs(seconds) < 5:
        return "now"
    days = (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    if abs(days) >= 2 or (days and abs(seconds) >= 86400):
        span = _count(abs(days), "day")
    elif abs(seconds) >= 5400:
        span = _count(round(abs(seconds) / 3600), "hour")
    elif abs(seconds) >= 90:
        span = _count(round(abs(seconds) / 60), "minute")
    else:
        span = _count(abs(seconds), "second")
    return f"in {span}" if seconds > 0 else f"{span} ago"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
