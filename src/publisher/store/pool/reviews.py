"""The pool: every review that was ever found, what was decided about it, and what the editor made of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, or_, select, update

from publisher.errors import UsageError
from publisher.model import Decision, Review, Verdict
from publisher.store import editions
from publisher.store.pool import decisions, overrides
from publisher.store.records import from_record, to_record
from publisher.store.tables import review_keys, reviews
from publisher.store.upsert import insert as upsert
from publisher.text import urls

_UTC = ZoneInfo("UTC")
_IN_ONE_QUERY = 500
_DUE = (
    select(reviews)
    .where(reviews.c.verdict == Verdict.FUTURE.value)
    .where(reviews.c.source == bindparam("of"), reviews.c.hold_until <= bindparam("at"))
    .order_by(reviews.c.hold_until, reviews.c.id)
)


@dataclass(frozen=True, kw_only=True)
class StoredReview:
    """A review of the pool: `review` as the editor wants it, `original` as its source says it.

    `held`: by the editor, or because its newness is in doubt. `hold_until`: an embargo, a settling time or the date of
    a future-dated review; in the past it means nothing.
    """

    review: Review
    original: Review
    overrides: Mapping[str, Any] = field(default_factory=dict)
    verdict: Verdict
    rule: str
    first_seen: datetime
    updated: datetime
    fingerprint: str = ""
    held: bool = False
    hold_until: datetime | None = None
    pinned: bool = False
    excluded: bool = False

    def waits(self, now: datetime) -> bool:
        """Whether no digest and no post may show it yet."""
        return self.held or self.excluded or (self.hold_until is not None and self.hold_until > now)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A review to store: new to the pool, or with what its source says now. `keys` are (kind, key) pairs.

    For a known review verdict and rule stay what they are, and `hold_until` too unless `holds` says otherwise.
    """

    review: Review
    verdict: Verdict
    rule: str
    fingerprint: str
    hold_until: datetime | None = None
    holds: bool = True
    keys: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a look at a source needs to know of a stored review."""

    id: str
    fingerprint: str
    first_seen: datetime
    full_text: str


def insert(
    db: Connection,
    review: Review,
    *,
    now: datetime,
    verdict: Verdict = Verdict.NEW,
    rule: str = "",
) -> None:
    """Add one review to the pool, known by its own address."""
    insert_all(db, [Change(review=review, verdict=verdict, rule=rule, fingerprint="")], now=now)


def insert_all(db: Connection, changes: Iterable[Change], *, now: datetime) -> None:
    """Add reviews to the pool with the keys that they are known under from now on."""
    stream = iter(changes)
    while batch := list(islice(stream, _IN_ONE_QUERY)):
        rows = [_values(each) | _fresh(each, now) for each in batch]
        db.execute(reviews.insert(), rows)
        add_keys(db, [(kind, key, each.review.source, each.review.id) for each in batch for kind, key in _keys(each)])


def update_all(db: Connection, changes: Iterable[Change], *, now: datetime) -> None:
    """Store what the sources say of known reviews now; what the editor did with them stays."""
    for each in changes:
        values = _values(each) | {"updated": now} | ({"hold_until": each.hold_until} if each.holds else {})
        db.execute(update(reviews).where(reviews.c.id == each.review.id).values(values))
        add_keys(db, [(kind, key, each.review.source, each.review.id) for kind, key in _keys(each)])


def add_keys(db: Connection, keys: Iterable[tuple[str, str, str, str]]) -> None:
    """Remember what reviews were seen under, for ever: (kind, key, source that named it so, review id)."""
    names = ("kind", "key", "source", "review_id")
    rows = [dict(zip(names, each, strict=True)) for each in dict.fromkeys(keys)]
    if rows:
        db.execute(upsert(db, review_keys).on_conflict_do_nothing(), rows)


def get(db: Connection, review_id: str) -> StoredReview | None:
    """The review of that id."""
    row = db.execute(select(reviews).where(reviews.c.id == review_id)).one_or_none()
    return None if row is None else _stored(row)


def get_all(db: Connection, ids: Collection[str]) -> dict[str, StoredReview]:
    """The reviews of these ids, by id."""
    return {stored.original.id: stored for stored in each(db, ids)}


def each(db: Connection, ids: Collection[str]) -> Iterator[StoredReview]:
    """The reviews of these ids, one after the other, in no order."""
    for some in _portions(sorted(ids)):
        for row in db.execute(select(reviews).where(reviews.c.id.in_(some))):
            yield _stored(row)


def find(db: Connection, text: str) -> StoredReview | None:
    """The review of that id, of that URL however it is spelled, or the only one whose id begins so.

    UsageError when several ids begin so.
    """
    text = text.strip()
    if urls.is_web(text):
        for review_id in _by_url(db, text):
            return get(db, review_id)
        return None
    exact = get(db, text)
    if exact is not None or not text.isalnum():
        return exact
    ids = list(db.scalars(select(reviews.c.id).where(reviews.c.id.startswith(text, autoescape=True)).limit(4)))
    if len(ids) > 1:
        raise UsageError(f"several reviews begin with “{text}”: {', '.join(ids)}", do="type more of the id")
    return get(db, ids[0]) if ids else None


def _by_url(db: Connection, url: str) -> Iterator[str]:
    joined = review_keys.join(reviews, review_keys.c.review_id == reviews.c.id)
    query = select(reviews.c.id).select_from(joined)
    query = query.where(review_keys.c.kind == "url", review_keys.c.key == urls.canonical(url))
    yield from db.scalars(query.order_by(reviews.c.first_seen.desc(), reviews.c.id))


def list_(
    db: Connection,
    *,
    source: str | None = None,
    verdicts: Collection[Verdict] | None = None,
    limit: int | None = None,
) -> tuple[StoredReview, ...]:
    """Reviews of the pool, the newest first: by publication, undated ones by when they were first seen."""
    query = _newest_first(select(reviews))
    if source is not None:
        query = query.where(reviews.c.source == source)
    if verdicts is not None:
        query = query.where(reviews.c.verdict.in_([verdict.value for verdict in verdicts]))
    return tuple(_stored(row) for row in db.execute(query.limit(limit)))


def newest(db: Connection, sources: Collection[str], count: int) -> tuple[StoredReview, ...]:
    """The newest reviews of these sources that may be shown: out already, not held by the editor, not excluded."""
    query = select(reviews).where(
        reviews.c.source.in_(sorted(sources)),
        reviews.c.verdict != Verdict.FUTURE.value,
        ~reviews.c.held,
        ~reviews.c.excluded,
    )
    return tuple(_stored(row) for row in db.execute(_newest_first(query).limit(count)))


def ready(db: Connection, *, newsletter: str, now: datetime) -> tuple[StoredReview, ...]:
    """What the next edition of a newsletter may show, the newest first.

    New, not held or embargoed, not excluded, and not shown by an edition of it that was sent or is about to be.
    """
    free = and_(
        reviews.c.verdict == Verdict.NEW.value,
        ~reviews.c.held,
        ~reviews.c.excluded,
        or_(reviews.c.hold_until.is_(None), reviews.c.hold_until <= now),
    )
    used = editions.used_reviews(db, newsletter)
    return tuple(_stored(row) for row in db.execute(_newest_first(select(reviews).where(free))) if row.id not in used)


def set_overrides(db: Connection, review_id: str, changes: Mapping[str, Any]) -> None:
    """Replace what the editor says of a review; it wins over every later fetch. UsageError for an unreadable value."""
    row = db.execute(select(reviews.c.record).where(reviews.c.id == review_id)).one()
    overrides.apply(from_record(row.record), changes)
    db.execute(update(reviews).where(reviews.c.id == review_id).values(overrides=dict(changes)))
    if "url" in changes and urls.is_web(str(changes["url"])):
        original = from_record(row.record)
        add_keys(db, [("url", urls.canonical(str(changes["url"])), original.source, review_id)])


def hold(db: Connection, review_id: str, *, until: datetime | None = None) -> None:
    """Keep a review out of everything: until it is released, or until a time."""
    values = {"held": True} if until is None else {"held": False, "hold_until": until}
    db.execute(update(reviews).where(reviews.c.id == review_id).values(values))


def release(db: Connection, review_id: str, *, now: datetime | None = None) -> None:
    """Free a review: it counts as new from now on, whatever was decided about it. With `now` that is recorded."""
    row = db.execute(select(reviews.c.source, reviews.c.verdict).where(reviews.c.id == review_id)).one()
    values = {"held": False, "hold_until": None, "verdict": Verdict.NEW.value, "rule": "released"}
    db.execute(update(reviews).where(reviews.c.id == review_id).values(values))
    if now is not None:
        evidence = {"was": row.verdict, "by": "the editor"}
        decision = Decision(
            review_id=review_id, source=row.source, verdict=Verdict.NEW, rule="released", evidence=evidence, at=now
        )
        decisions.add(db, [decision])


def pin(db: Connection, review_id: str, *, on: bool = True) -> None:
    """Put a review first in the next edition, or no longer."""
    db.execute(update(reviews).where(reviews.c.id == review_id).values(pinned=on))


def exclude(db: Connection, review_id: str, *, on: bool = True) -> None:
    """Leave a review out of every edition, or no longer."""
    db.execute(update(reviews).where(reviews.c.id == review_id).values(excluded=on))


def heads(db: Connection, ids: Collection[str]) -> dict[str, Head]:
    """What is known of reviews, without reading them."""
    found = {}
    columns = (reviews.c.id, reviews.c.fingerprint, reviews.c.first_seen, reviews.c.record["full_text"].as_string())
    for some in _portions(sorted(ids)):
        for review_id, fingerprint, first_seen, text in db.execute(select(*columns).where(reviews.c.id.in_(some))):
            found[review_id] = Head(id=review_id, fingerprint=fingerprint, first_seen=first_seen, full_text=text)
    return found


def named(db: Connection, names: Collection[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Which reviews were ever seen under these (kind, key) names: (kind, key, source that named it so, review id)."""
    columns = (review_keys.c.kind, review_keys.c.key, review_keys.c.source, review_keys.c.review_id)
    wanted = set(names)
    kinds = sorted({kind for kind, _ in wanted})
    # Few names are asked for in one query, of which the primary key answers each pair with one seek; SQLite would read
    # the whole table for `(kind, key) IN …`.
    together = len(wanted) <= _IN_ONE_QUERY
    for some_kinds in [kinds] if together else [[kind] for kind in kinds]:
        keys = sorted({key for kind, key in wanted if kind in some_kinds})
        for some in _portions(keys):
            query = select(*columns).where(review_keys.c.kind.in_(some_kinds), review_keys.c.key.in_(some))
            for kind, key, source, review_id in db.execute(query.order_by(review_keys.c.review_id)):
                if (kind, key) in wanted:
                    yield kind, key, source, review_id


def due(db: Connection, source: str, *, now: datetime) -> tuple[StoredReview, ...]:
    """The future-dated reviews of a source whose time has come."""
    return tuple(_stored(row) for row in db.execute(_DUE, {"of": source, "at": now}))


def set_verdict(db: Connection, review_id: str, verdict: Verdict, *, rule: str) -> None:
    """Decide anew about a stored review."""
    db.execute(update(reviews).where(reviews.c.id == review_id).values(verdict=verdict.value, rule=rule))


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(func.coalesce(reviews.c.published, reviews.c.first_seen).desc(), reviews.c.id)


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _IN_ONE_QUERY] for start in range(0, len(ids), _IN_ONE_QUERY))


def _values(change: Change) -> dict[str, Any]:
    review = change.review
    published = review.published.instant(_UTC) if review.published else None
    return {
        "url": review.url or "",
        "content_hash": review.content_hash,
        "fingerprint": change.fingerprint,
        "published": published,
        "record": to_record(review),
    }


def _fresh(change: Change, now: datetime) -> dict[str, Any]:
    fixed = {"id": change.review.id, "source": change.review.source, "first_seen": now, "updated": now}
    fixed |= {"verdict": change.verdict.value, "rule": change.rule, "hold_until": change.hold_until}
    return fixed | {"overrides": {}, "held": False, "pinned": False, "excluded": False}


def _keys(change: Change) -> Iterator[tuple[str, str]]:
    yield from change.keys
    if change.review.url:
        own = ("url", urls.canonical(change.review.url))
        if own not in change.keys:
            yield own


def _stored(row: Row[Any]) -> StoredReview:
    original = from_record(row.record)
    return StoredReview(
        review=overrides.apply(original, row.overrides),
        original=original,
        overrides=row.overrides,
        verdict=Verdict(row.verdict),
        rule=row.rule,
        first_seen=row.first_seen,
        updated=row.updated,
        fingerprint=row.fingerprint,
        held=row.held or row.verdict == Verdict.HELD.value,
        hold_until=row.hold_until,
        pinned=row.pinned,
        excluded=row.excluded,
    )
