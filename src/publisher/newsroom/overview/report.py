"""What happens next, and what became of an edition, in words and in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from publisher.editorial import schedule
from publisher.errors import UsageError
from publisher.model import Counts, EditionState, Verdict
from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.counting import counts_in_words, counts_json
from publisher.newsroom.editions import fitness, spoiling
from publisher.newsroom.editions.coming import coming
from publisher.newsroom.editions.obstacle import Obstacle
from publisher.newsroom.editions.skipping import left_out
from publisher.newsroom.pool.reviewing import is_held
from publisher.newsroom.posts import channels
from publisher.newsroom.sending.send import UNFINISHED
from publisher.store import editions
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers
from publisher.store.pool import reviews as pool
from publisher.store.pool import sources


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """One edition's counts and what comes next."""

    edition: str
    state: str
    counts: Counts
    next: Mapping[str, Any]
    words: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()
    troubled: bool = False

    def as_json(self) -> dict[str, Any]:
        """The shape of `status --json`."""
        return {
            "edition": self.edition or None,
            "state": self.state or None,
            **counts_json(self.counts),
            "next": dict(self.next),
            "obstacles": [each.as_json() for each in self.obstacles],
        }


def status(app: App, key: str | None = None) -> Status:
    """The named edition, else the last one that went anywhere, and what happens next for its newsletter."""
    with app.store.read() as db:
        known = editions.list_(db)
        found = next((e for e in known if e.key == key), None) if key else _latest(known)
        if key and found is None and key not in app.config.newsletters:
            raise UsageError(f"there is no edition “{key}”", do="`publisher editions list` shows them")
        if key in app.config.newsletters:
            found = _latest([e for e in known if e.newsletter == key])
        counts = deliveries.counts(db, found.key) if found else Counts()
    name = found.newsletter if found else next(iter(app.config.newsletters), "")
    upcoming, words = _next(app, name) if name in app.config.newsletters else ({}, [])
    trouble, obstacles = channels.in_words(app), _obstacles(app, found, key)
    last = [f"{found.key}: {found.state.value}{f', {found.reason}' if found.reason else ''}"] if found else []
    return Status(
        edition=found.key if found else "",
        state=found.state.value if found else "",
        counts=counts,
        next=upcoming,
        words=(*words, *trouble, *last, *counts_in_words(counts), *(each.line for each in obstacles)),
        obstacles=obstacles,
        troubled=bool(trouble),
    )


def _obstacles(app: App, found: editions.StoredEdition | None, key: str | None) -> tuple[Obstacle, ...]:
    """What stands in the way of the edition that was asked for, else of every newsletter's coming one."""
    if key is not None and found is not None and found.key == key:
        newsletter = app.config.newsletters.get(found.newsletter)
        waits = found.state in (EditionState.DRAFT, EditionState.APPROVED, EditionState.HELD, *UNFINISHED)
        return fitness.outlook(app, newsletter, found).obstacles if newsletter and waits else ()
    asked = [newsletter for name, newsletter in app.config.newsletters.items() if key in (None, name)]
    about = [each for newsletter in asked for each in fitness.outlook(app, newsletter).obstacles]
    return tuple(dict.fromkeys((*about, *spoiling.elsewhere(app))))


def _latest(known: list[editions.StoredEdition] | tuple[editions.StoredEdition, ...]) -> editions.StoredEdition | None:
    """The edition that moved last; drafts only where there is nothing else."""
    moved = [e for e in known if e.state not in (EditionState.DRAFT, EditionState.SKIPPED)] or list(known)
    return max(moved, key=lambda e: e.updated, default=None)


def _next(app: App, name: str) -> tuple[dict[str, Any], list[str]]:
    newsletter = app.newsletter(name)
    now, zone = app.now(), app.config.site.zone
    place = coming(app, newsletter, now)
    with app.store.read() as db:
        ready = pool.ready(db, newsletter=name, now=now)
        held = [each for each in pool.list_(db) if is_held(each, now) or each.verdict is Verdict.HELD]
        readers = subscribers.counts(db, name).get("confirmed", 0)
        failing = [s for s in sources.list_(db) if s.failing_since and now - s.failing_since > timedelta(days=1)]
    when = (
        schedule.in_words(place.slot, now=now, zone=zone) if newsletter.schedule and place.slot else "when you send it"
    )
    pause, skipped = pausing.standing(app).get(name), left_out(app, name)
    if pause is not None:
        when = f"not by itself: {pausing.in_words(app, pause)}"
    upcoming = {
        "newsletter": name,
        "edition": place.key,
        "slot": place.slot.astimezone(zone).isoformat() if newsletter.schedule and place.slot else None,
        "ready": len(ready),
        "held": len(held),
        "readers": readers,
        "state": place.stored.state.value if place.stored else None,
        "paused": bool(pause),
        "paused_until": pause.until.astimezone(zone).isoformat() if pause and pause.until else None,
        "left_out": list(skipped),
        "channels": sorted(app.config.social),
        "reconnect": [each for each in sorted(app.config.social) if channels.trouble(app, each)],
        "failing_sources": [source.name for source in failing],
    }
    words = [
        f"next: {newsletter.title or name}, {when}",
        f"ready: {len(ready)}, held: {len(held)}, readers: {readers:,}",
    ]
    words += map("left out: {0}; publisher editions restore {0} takes it back".format, skipped)
    words += [f"source {source.name} has been failing since {source.failing_since:%Y-%m-%d}" for source in failing]
    return upcoming, words


def edition_rows(app: App, newsletter: str | None) -> list[tuple[dict[str, str], Counts]]:
    """Every edition as a row, newest last."""
    with app.store.read() as db:
        return [
            (
                {
                    "edition": e.key,
                    "newsletter": e.newsletter,
                    "kind": e.kind,
                    "state": e.state.value,
                    "subject": str(e.content.get("subject", "")),
                    "reason": e.reason,
                },
                deliveries.counts(db, e.key),
            )
            for e in reversed(editions.list_(db, newsletter=newsletter))
        ]
