"""What an editor does with the pool: look, correct, hold, release, pin, exclude."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.store.pool import reviews as pool
from publisher.store.pool.reviews import StoredReview

NOTHING = "none"
"""The word that empties a field for good."""
WITHDRAWN = "withdrawn at its source"
"""The rule under which a review waits that its source no longer shows."""
FIELDS = ("film", "year", "critic", "rating", "image", "watch", "headline", "url")


def found(app: App, text: str) -> StoredReview:
    """The stored review of that id, id prefix or URL; a `UsageError` when there is none."""
    with app.store.read() as db:
        review = pool.find(db, text)
    if review is None:
        raise UsageError(f"there is no review “{text}”", do="`publisher reviews list` shows ids and titles")
    return review


def no_film(review_id: str) -> str:
    """What to say of a review in which no film was found, and how its film is set."""
    return f'no film was found in it: publisher reviews set {review_id} film="…"'


def is_held(stored: StoredReview, now: datetime) -> bool:
    """Whether a review may go nowhere now: held, or under an embargo that has not ended."""
    return stored.held or (stored.hold_until is not None and stored.hold_until > now)


def unshown(stored: StoredReview, now: datetime) -> str:
    """Why a review would be in no edition now, with what changes that; empty where it would be."""
    key = stored.review.id
    if stored.excluded:
        return f"it was left out (publisher reviews exclude {key} --off)"
    if is_held(stored, now):
        return f"it is held (publisher reviews release {key})"
    if stored.review.film is None and not stored.review.url:
        return f"{no_film(key)}, and it has no address to link to"
    return ""


def correct(app: App, text: str, changes: Mapping[str, str]) -> StoredReview:
    """Override fields of a review for good; an empty value takes an override back."""
    review = found(app, text)
    overrides: dict[str, Any] = dict(review.overrides)
    for name, value in changes.items():
        if name not in FIELDS:
            raise UsageError(f"“{name}” is no field of a review", do="known: " + ", ".join(FIELDS))
        if value.strip():
            overrides[name] = _checked(name, value.strip())
        else:
            overrides.pop(name, None)
    with app.store.write(durable=True) as db:
        pool.set_overrides(db, review.review.id, overrides)
    return found(app, review.review.id)


def _checked(name: str, value: str) -> str:
    if value.casefold() == NOTHING:
        return value
    if name == "year" and not (value.isdigit() and 1870 < int(value) < 2200):
        raise UsageError(f"{value!r} is not a film's year")
    if name in ("image", "url") and not value.startswith(("https://", "http://")):
        raise UsageError(f"{value!r} is not a web address", do="it begins with https://")
    return value


def hold(app: App, text: str, *, until: datetime | None = None) -> StoredReview:
    """Keep a review out of every digest and post, for good or until a time (an embargo)."""
    return _change(app, text, lambda db, key: pool.hold(db, key, until=until))


def release(app: App, text: str) -> StoredReview:
    """Free a held review, or send one that was only recorded: it counts as new from now on."""
    return _change(app, text, lambda db, key: pool.release(db, key, now=app.now()))


def pin(app: App, text: str, *, on: bool = True) -> StoredReview:
    """Put a review first in the next edition."""
    return _change(app, text, lambda db, key: pool.pin(db, key, on=on))


def exclude(app: App, text: str, *, on: bool = True) -> StoredReview:
    """Leave a review out of every edition."""
    return _change(app, text, lambda db, key: pool.exclude(db, key, on=on))


def _change(app: App, text: str, act: Callable[[Any, str], Any]) -> StoredReview:
    review = found(app, text)
    with app.store.write(durable=True) as db:
        act(db, review.review.id)
    return found(app, review.review.id)
