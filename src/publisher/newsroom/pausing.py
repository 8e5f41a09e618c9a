"""Holidays: a newsletter or a channel that sends nothing by itself until it is resumed or a day has come."""

from datetime import datetime

from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.store import events, tokens

PREFIX = "pause/"
TROUBLE = "channel/"
"""What is noted of a channel whose network refused us."""


def pause(app: App, name: str | None, *, until: datetime | None) -> tuple[str, ...]:
    """Pause one newsletter or channel, or all of them; their names."""
    names = _names(app, name)
    with app.store.write() as db:
        for each in names:
            tokens.save(db, PREFIX + each, "paused", now=app.now(), expires=until)
            events.record(db, "paused", each, {"until": until.isoformat() if until else ""}, app.now())
    return names


def resume(app: App, name: str | None) -> tuple[str, ...]:
    """End a pause of one newsletter or channel, or of all; the names that were paused or rested after a refusal."""
    with app.store.read() as db:
        resting = {each for each in app.config.social if tokens.get(db, TROUBLE + each)}
    ended = tuple(each for each in _names(app, name) if each in resting or is_paused(app, each))
    with app.store.write() as db:
        for each in ended:
            tokens.forget(db, PREFIX + each)
            tokens.forget(db, TROUBLE + each)
            events.record(db, "resumed", each, {}, app.now())
    return ended


def is_paused(app: App, name: str) -> bool:
    """Whether a newsletter or channel sends nothing by itself now."""
    with app.store.read() as db:
        found = tokens.get(db, PREFIX + name)
    return found is not None and (found.expires is None or found.expires > app.now())


def _names(app: App, name: str | None) -> tuple[str, ...]:
    known = (*app.config.newsletters, *app.config.social)
    if name is None:
        return known
    if name not in known:
        raise UsageError(f"there is no newsletter or channel “{name}”", do=f"known: {', '.join(known) or 'none'}")
    return (name,)
