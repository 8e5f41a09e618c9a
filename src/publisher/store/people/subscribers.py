"""Readers and their subscriptions: who joined, who left, who is forgotten."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update

from publisher.model import Reader
from publisher.store import events
from publisher.store.people import suppressions
from publisher.store.people.addresses import address_key, deliverable, normalise
from publisher.store.people.audience import Listed, counts, list_, standings
from publisher.store.people.suppressions import EVERYTHING, UNREACHED, Reason, Suppression, suppress, suppress_reader
from publisher.store.tables import mail_deliveries, notices, subscribers, subscriptions
from publisher.store.upsert import insert

__all__ = [
    "EVERYTHING", "Listed", "Reason", "Subscriber", "Subscription", "Suppression", "add", "address_key", "by_id",
    "counts", "deliverable", "erase", "get", "list_", "normalise", "reader", "rejoin", "set_zone", "standings",
    "suppress", "suppress_reader", "unsubscribe",
]  # fmt: skip

State = Literal["pending", "confirmed", "unsubscribed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A person's standing with one newsletter, since when, and what shows that she wanted it."""

    newsletter: str
    state: State
    since: datetime
    consent: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """One person and all that keeps her in or out of the audience."""

    id: int
    email: str
    name: str
    zone: str
    fields: Mapping[str, str]
    created: datetime
    subscriptions: tuple[Subscription, ...]
    suppressions: tuple[Suppression, ...]

    def state_for(self, newsletter: str) -> str:
        """Her effective state for a newsletter: confirmed, pending, or why not; "none" when she never had it."""
        for suppressed in self.suppressions:
            if suppressed.scope in {EVERYTHING, newsletter}:
                return suppressed.reason.shown
        return next((s.state for s in self.subscriptions if s.newsletter == newsletter), "none")

    @property
    def state(self) -> str:
        """One word for her: why she gets nothing at all, else the best of her subscriptions."""
        for suppressed in self.suppressions:
            if suppressed.scope == EVERYTHING:
                return suppressed.reason.shown
        states = {self.state_for(s.newsletter) for s in self.subscriptions}
        return next((s for s in ("confirmed", "pending") if s in states), "unsubscribed" if states else "none")


def add(
    db: Connection,
    email: str,
    *,
    name: str = "",
    newsletters: Collection[str],
    now: datetime,
    consent: Mapping[str, Any],
) -> int:
    """Put a person on these newsletters and give her id; `consent` says what shows that she wanted it.

    Who unsubscribed or is suppressed stays out: only `rejoin` brings somebody back. A pending one becomes confirmed.
    A name fills one that was empty.
    """
    sent_to = deliverable(email)
    key = address_key(sent_to)
    new = {"email": sent_to, "name": name, "fields": {}, "created": now}
    db.execute(insert(db, subscribers).values(address_key=key, **new).on_conflict_do_nothing())
    row = db.execute(select(subscribers).where(subscribers.c.address_key == key)).one()
    if name and not row.name:
        db.execute(update(subscribers).where(subscribers.c.id == row.id).values(name=name))
    out = {suppression.scope for suppression in suppressions.of_key(db, key)}
    for newsletter in dict.fromkeys(newsletters):
        wanted = "unsubscribed" if out & {EVERYTHING, newsletter} else "confirmed"
        if _subscribe(db, row.id, newsletter, state=wanted, consent=consent, now=now) and wanted == "confirmed":
            _tell(db, "confirmed", row.id, now, newsletter=newsletter, how=str(consent.get("how", "")))
    return int(row.id)


def _subscribe(
    db: Connection, subscriber_id: int, newsletter: str, *, state: str, consent: Mapping[str, Any], now: datetime
) -> bool:
    ours = {"state": state, "since": now, "consent": dict(consent)}
    new = insert(db, subscriptions).values(newsletter=newsletter, subscriber_id=subscriber_id, **ours)
    if db.execute(new.on_conflict_do_nothing()).rowcount == 1:
        return True
    waiting = _one(subscriber_id, newsletter) & (subscriptions.c.state == "pending")
    return state == "confirmed" and db.execute(update(subscriptions).where(waiting).values(**ours)).rowcount == 1


def set_zone(db: Connection, zones: Mapping[int, str]) -> None:
    """Note in which zone each of these people lives."""
    if zones:
        there = update(subscribers).where(subscribers.c.id == bindparam("who")).values(zone=bindparam("there"))
        db.execute(there, [{"who": id_, "there": zone} for id_, zone in zones.items()])


def rejoin(db: Connection, subscriber_id: int, newsletter: str, *, now: datetime, consent: Mapping[str, Any]) -> bool:
    """Confirm a person who asked for a newsletter herself, whatever she left before; False when she was in already.

    Other newsletters that she had left stay left. An address that the editor shut out (`manual`) stays out.
    """
    key = _key(db, subscriber_id)
    if key is None:
        return False
    known = {s.scope: s.reason for s in suppressions.of_key(db, key)}
    if Reason.MANUAL in {known.get(EVERYTHING), known.get(newsletter)}:
        return False
    _open(db, subscriber_id, key, newsletter, known.get(EVERYTHING), now)
    ours = {"state": "confirmed", "since": now, "consent": dict(consent)}
    new = insert(db, subscriptions).values(newsletter=newsletter, subscriber_id=subscriber_id, **ours)
    done = db.execute(
        new.on_conflict_do_update(
            index_elements=["newsletter", "subscriber_id"], set_=ours, where=subscriptions.c.state != "confirmed"
        )
    )
    if not (done.rowcount or set(known) & {EVERYTHING, newsletter}):
        return False
    db.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(soft_bounces=0))
    _tell(db, "confirmed", subscriber_id, now, newsletter=newsletter, how=str(consent.get("how", "")))
    return True


def _open(db: Connection, subscriber_id: int, key: str, newsletter: str, why: Reason | None, now: datetime) -> None:
    """Lift what keeps one newsletter from her, and leave all others as closed as they were."""
    suppressions.lift(db, key, newsletter)
    if not suppressions.lift(db, key, EVERYTHING) or why in UNREACHED:
        return
    others = (subscriptions.c.subscriber_id == subscriber_id) & (subscriptions.c.newsletter != newsletter)
    for other in db.scalars(select(subscriptions.c.newsletter).where(others)).all():
        suppressions.put(db, key, scope=other, reason=Reason.UNSUBSCRIBED, now=now)
    db.execute(update(subscriptions).where(others).values(state="unsubscribed"))


def unsubscribe(db: Connection, subscriber_id: int, newsletter: str, now: datetime, *, how: str = "") -> bool:
    """Take a person off a newsletter, or off everything (""), at once; True when that changed something."""
    key = _key(db, subscriber_id)
    if key is None:
        return False
    hers = (subscriptions.c.subscriber_id == subscriber_id) & (subscriptions.c.state != "unsubscribed")
    if newsletter:
        hers &= subscriptions.c.newsletter == newsletter
    left = db.execute(update(subscriptions).where(hers).values(state="unsubscribed", since=now)).rowcount
    closed = suppressions.put(db, key, scope=newsletter, reason=Reason.UNSUBSCRIBED, now=now)
    if left or closed:
        _tell(db, "unsubscribed", subscriber_id, now, newsletter=newsletter, how=how)
    return bool(left or closed)


def erase(db: Connection, email: str, now: datetime) -> bool:
    """Forget a person: row, subscriptions and every mention go, the hash of her address stays suppressed.

    Her lines in the ledger keep a number that is given to nobody else. True when she was known.
    """
    key = address_key(email)
    row = db.execute(select(subscribers).where(subscribers.c.address_key == key)).first()
    closed = suppressions.of_key(db, key)
    if row is not None:
        hers = mail_deliveries.c.subscriber_id == row.id
        db.execute(update(mail_deliveries).where(hers & (mail_deliveries.c.error != "")).values(error=""))
        _blot_out(db, row.email)
        db.execute(delete(subscribers).where(subscribers.c.id == row.id))
        _tell(db, "erased", row.id, now)
    for suppression in closed:
        suppressions.lift(db, key, suppression.scope)
    suppressions.put(db, key, scope=EVERYTHING, reason=Reason.ERASED, now=now)
    events.record(db, "erased", events.address(key), {}, now)
    return row is not None or bool(closed)


def _blot_out(db: Connection, email: str) -> None:
    # A server's reply that was quoted to the editor may have named her.
    for notice in db.execute(select(notices).where(notices.c.text.icontains(email, autoescape=True))).all():
        text = re.sub(re.escape(email), "…", notice.text, flags=re.IGNORECASE)
        db.execute(update(notices).where(notices.c.key == notice.key).values(text=text))


def get(db: Connection, email: str) -> Subscriber | None:
    """The person with that address."""
    return _subscriber(db, subscribers.c.address_key == address_key(email))


def by_id(db: Connection, subscriber_id: int) -> Subscriber | None:
    """The person with that number; None once she is erased."""
    return _subscriber(db, subscribers.c.id == subscriber_id)


def reader(db: Connection, subscriber_id: int) -> Reader | None:
    """The person with that number as a message needs her."""
    row = db.execute(select(subscribers).where(subscribers.c.id == subscriber_id)).first()
    return Reader(id=row.id, email=row.email, name=row.name, fields=row.fields) if row else None


def _subscriber(db: Connection, which: ColumnElement[bool]) -> Subscriber | None:
    row = db.execute(select(subscribers).where(which)).first()
    if row is None:
        return None
    hers = select(subscriptions).where(subscriptions.c.subscriber_id == row.id).order_by(subscriptions.c.newsletter)
    standing = tuple(
        Subscription(newsletter=s.newsletter, state=s.state, since=s.since, consent=s.consent) for s in db.execute(hers)
    )
    return Subscriber(
        id=row.id,
        email=row.email,
        name=row.name,
        zone=row.zone,
        fields=row.fields,
        created=row.created,
        subscriptions=standing,
        suppressions=suppressions.of_key(db, row.address_key),
    )


def _key(db: Connection, subscriber_id: int) -> str | None:
    return db.scalar(select(subscribers.c.address_key).where(subscribers.c.id == subscriber_id))


def _one(subscriber_id: int, newsletter: str) -> ColumnElement[bool]:
    return (subscriptions.c.subscriber_id == subscriber_id) & (subscriptions.c.newsletter == newsletter)


def _tell(db: Connection, kind: str, subscriber_id: int, now: datetime, **data: str) -> None:
    events.record(db, kind, events.reader(subscriber_id), {k: v for k, v in data.items() if v}, now)
