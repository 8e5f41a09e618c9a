"""Reviews that their source no longer shows: they wait, and come back when it shows them again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from publisher.loader.newness.identity import Ruling
from publisher.loader.source import Loaded
from publisher.model import Decision, Review, Verdict
from publisher.newsroom.pool.reviewing import WITHDRAWN
from publisher.store.pool import decisions, reviews
from publisher.store.pool.reviews import StoredReview

MOST_LISTED = 300
"""So many entries of a look are remembered, the newest ones."""
BACK = "back at its source"
_SENDABLE = (Verdict.NEW, Verdict.FUTURE)
_FEW = 4
_UTC = ZoneInfo("UTC")


def listed(rulings: Sequence[Ruling], source: str) -> tuple[str, ...]:
    """The reviews of one look at a source, in its order."""
    return tuple(dict.fromkeys(r.review.id for r in rulings if r.review.source == source))[:MOST_LISTED]


def withdraw(
    db: Connection, source: str, before: Sequence[str], rulings: Sequence[Ruling], *, loaded: Loaded, now: datetime
) -> list[Decision]:
    """Hold what was there at the last look (`before`) and is gone, and free what is back; each only once.

    Gone from a source that lists everything is gone; from a window of the newest, what stood above something older
    that is still there. When most of it is gone at once, the source shows something else, and nothing is withdrawn.
    """
    present = {ruling.review.id for ruling in rulings if ruling.review.source == source}
    made = [_decided(db, each, Verdict.NEW, BACK, now) for each in _back(db, source, present)]
    if loaded.complete:
        stored = [each for each in reviews.list_(db, source=source, verdicts=_SENDABLE) if _may_go(db, each)]
        gone = [e for e in stored if e.original.id not in present and e.original.native_id not in loaded.unread]
        switched = not present and len(stored) > 2
    else:
        known = reviews.get_all(db, set(before))
        gone = [known[key] for key in _gone(before, present, known) if known[key].verdict in _SENDABLE]
        switched = len(set(before) - present) > max(_FEW, len(before) // 2)
    if not switched:
        made += [_decided(db, each, Verdict.HELD, _rule(each), now) for each in gone]
    decisions.add(db, made)
    return made


def _may_go(db: Connection, stored: StoredReview) -> bool:
    """Whether a review may be withdrawn: not when the editor let it out after it had been."""
    if stored.rule != "released":
        return True
    return not any(each.rule.startswith(WITHDRAWN) for each in decisions.about(db, stored.original.id))


def _gone(before: Sequence[str], present: Iterable[str], known: dict[str, StoredReview]) -> list[str]:
    """What of the last look is missing though something older, which stood behind it, is still there."""
    there = set(present)
    times = {key: known[key].original.published for key in before if key in known}
    dated = [(key, when.instant(_UTC)) for key in before if (when := times.get(key)) is not None]
    if len(dated) > 1 and dated[0][1] < dated[-1][1]:
        dated.reverse()
    found: list[str] = []
    oldest: datetime | None = None
    for key, at in reversed(dated):
        if key in there:
            oldest = at if oldest is None else min(oldest, at)
        elif oldest is not None and oldest <= at:
            found.append(key)
    return found


def _back(db: Connection, source: str, present: Iterable[str]) -> list[StoredReview]:
    held = reviews.list_(db, source=source, verdicts=[Verdict.HELD])
    here = set(present)
    return [each for each in held if each.original.id in here and each.rule.startswith(WITHDRAWN)]


def _rule(stored: StoredReview) -> str:
    return f"{WITHDRAWN}, dated ahead" if stored.verdict is Verdict.FUTURE else WITHDRAWN


def _decided(db: Connection, stored: StoredReview, verdict: Verdict, rule: str, now: datetime) -> Decision:
    review: Review = stored.original
    if rule == BACK and stored.rule != WITHDRAWN:
        verdict = Verdict.FUTURE
    reviews.set_verdict(db, review.id, verdict, rule=rule)
    evidence = {"was": stored.verdict.value, "url": review.url, "headline": review.headline}
    return Decision(review_id=review.id, source=review.source, verdict=verdict, rule=rule, evidence=evidence, at=now)
