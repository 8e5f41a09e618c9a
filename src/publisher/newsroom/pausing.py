"""Holidays: a newsletter or a channel that sends nothing by itself until it is resumed or a day has come."""

from datetime import datetime

from publisher.editorial import schedule
from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.store import events, health, pauses
from publisher.store.pauses import Pause


def pause(app: App, name: str | None, *, until: datetime | None) -> tuple[str, ...]:
    """Pause one newsletter or channel, or all of them; their names. An end that is past is refused."""
    names = _names(app, name)
    if until is not None and until <= app.now():
        words = schedule.in_words(until, now=app.now(), zone=app.config.site.zone)
        raise UsageError(f"--until {words}, is past, and nothing was changed", do="name a day to come")
    with app.store.write(durable=True) as db:
        for each in names:
            pauses.put(db, each, until=until, now=app.now())
            events.record(db, "paused", each, {"until": until.isoformat() if until else ""}, app.now())
    return names


def resume(app: App, name: str | None) -> tuple[str, ...]:
    """End a pause of one newsletter or channel, or of all; the names that were paused or rested after a refusal."""
    with app.store.read() as db:
        resting = {each for each in app.config.social if health.trouble(db, each)}
    ended = tuple(each for each in _names(app, name) if each in resting or is_paused(app, each))
    with app.store.write(durable=True) as db:
        for each in ended:
            pauses.end(db, each)
            health.clear(db, each)
            events.record(db, "resumed", each, {}, app.now())
    return ended


def is_paused(app: App, name: str) -> bool:
    """Whether a newsletter or channel sends nothing by itself now."""
    with app.store.read() as db:
        return pauses.holds(db, name, app.now())


def standing(app: App) -> dict[str, Pause]:
    """The pauses that last now, of newsletters and channels, by name."""
    with app.store.read() as db:
        found = pauses.standing(db, app.now())
    return {name: found[name] for name in _names(app, None) if name in found}


def in_words(app: App, paused: Pause) -> str:
    """Until when something is paused, in the site's zone: "weekly is paused until 2027-01-04 00:00, …"."""
    if paused.until is None:
        return f"{paused.name} is paused until you resume it"
    zone = app.config.site.zone
    local = paused.until.astimezone(zone)
    words = schedule.in_words(paused.until, now=app.now(), zone=zone).partition(",")[0]
    return f"{paused.name} is paused until {local:%Y-%m-%d %H:%M} ({words}, {zone.key})"


def _names(app: App, name: str | None) -> tuple[str, ...]:
    known = (*app.config.newsletters, *app.config.social)
    if name is None:
        return known
    if name not in known:
        raise UsageError(f"there is no newsletter or channel “{name}”", do=f"known: {', '.join(known) or 'none'}")
    return (name,)
