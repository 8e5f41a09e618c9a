"""Whether the clock may be believed: a leap of more than a day between two looks waits for a second look.

A machine that was off for a week leaps as well: it goes on minutes later. A clock that is wrong is set right
meanwhile, and by then nothing was sent, and nothing marked as missed, by it (docs/decisions/096).
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from publisher.editorial import schedule
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.skipping import LEFT_OUT
from publisher.newsroom.notify import tell
from publisher.store import editions, settings
from publisher.store import slots as table

log = structlog.get_logger()

LEAP = timedelta(days=1)
SECOND_LOOK = timedelta(minutes=3)
"""How long after the first look at a leap the second one counts."""
DRIFT = timedelta(minutes=1)
"""By how much the clock may differ at the second look from what has gone by since the first."""
KEPT = timedelta(minutes=10)
"""How old the look that is kept in the store may grow."""
LAST, DOUBTED = "clock: last look", "clock: doubted since"


class ClockWatch:
    """The looks of one scheduler at the clock: beside a clock that cannot be set, and beside the last look kept."""

    def __init__(self, app: App, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._monotonic = monotonic
        self._believed: tuple[datetime, float] | None = None
        self._doubted: tuple[datetime, float] | None = None
        self._beside: datetime | None = None

    def believes(self, now: datetime) -> bool:
        """Whether work may be done at this moment; call it at every look."""
        ticks = self._monotonic()
        with self._app.store.read() as db:
            last, doubted = _moment(settings.get(db, LAST)), _moment(settings.get(db, DOUBTED))
        if self._fits(now, ticks, last):
            return self._go_on(now, ticks, last, doubted)
        if self._doubted is None and doubted is not None and timedelta(0) <= now - doubted <= LEAP:
            # Another process, or this one before it was started again, has looked already.
            self._doubted = doubted, ticks - (now - doubted).total_seconds()
            self._beside = last
        if self._doubted is None or abs(now - self._expected(self._doubted, ticks)) > DRIFT:
            self._doubt(now, ticks, last)
        elif now - self._doubted[0] >= SECOND_LOOK and last == self._beside:
            return self._go_on(now, ticks, last, now)
        return False

    def _fits(self, now: datetime, ticks: float, last: datetime | None) -> bool:
        """Whether the clock goes on from a look that was believed; the very first look has nothing to go on from."""
        known = [last] if last else []
        if self._believed is not None:
            known.append(self._expected(self._believed, ticks))
        return not known or any(abs(now - each) <= LEAP for each in known)

    def _expected(self, look: tuple[datetime, float], ticks: float) -> datetime:
        return look[0] + timedelta(seconds=ticks - look[1])

    def _go_on(self, now: datetime, ticks: float, last: datetime | None, doubted: datetime | None) -> bool:
        self._believed, self._doubted = (now, ticks), None
        if doubted is None and last is not None and abs(now - last) < KEPT:
            return True
        with self._app.store.write() as db:
            settings.save(db, LAST, now.isoformat(), now)
            settings.save(db, DOUBTED, "", now)
            if last is not None and last - now > LEAP:
                _reopen(db, now)
        return True

    def _doubt(self, now: datetime, ticks: float, last: datetime | None) -> None:
        self._doubted, self._beside = (now, ticks), last
        log.warning("clock-leapt", last=last and last.isoformat(), now=now.isoformat())
        with self._app.store.write() as db:
            settings.save(db, DOUBTED, now.isoformat(), now)
        was = last or (self._believed[0] if self._believed else now)
        zone = self._app.config.site.zone
        says = schedule.in_words(now, now=now, zone=zone).rpartition(",")[0]
        looked = schedule.in_words(was, now=now, zone=zone)
        tell(
            self._app,
            f"clock {was.isoformat()}",
            "the clock has leapt",
            f"This machine's clock says {now.astimezone(zone):%Y}, {says}; publisher last looked at it {looked}.\n\n"
            "If it was off for so long, all is well: it goes on by itself in a few minutes. If not, set the clock: "
            "until then nothing is sent, and nothing is marked as missed.",
        )


def _reopen(db: Connection, now: datetime) -> None:
    """Take back what a clock that was ahead marked as missed or skipped: those slots are still to come."""
    kept = []
    for stored in editions.list_(db):
        if stored.frozen is not None or stored.slot_utc is None or stored.slot_utc <= now:
            continue
        if stored.state is EditionState.SKIPPED and stored.reason == LEFT_OUT:
            kept.append(stored.key)
        elif stored.state in (EditionState.MISSED, EditionState.SKIPPED):
            editions.revive(db, stored.key, now)
    table.free_to_come(db, now, but=kept)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
