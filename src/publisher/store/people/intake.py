"""Taking in a list of people, thousands at a time: who may be written to, and who left elsewhere and stays out."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select, update

from publisher.store import events
from publisher.store.lots import among, insert_many
from publisher.store.moment import micros
from publisher.store.people.addresses import key_of
from publisher.store.people.subscribers import set_zone
from publisher.store.people.suppressions import EVERYTHING, Reason
from publisher.store.tables import events as log
from publisher.store.tables import subscribers, subscriptions, suppressions

Standing = Literal["confirmed", "pending"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One row of somebody's list: `email` is deliverable; `left` says why she gets no mail, None for a member."""

    email: str
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    standing: Standing = "confirmed"
    zone: str = ""
    left: Reason | None = None
    consent: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Taken:
    """How many rows ended how; the parts add up to the rows taken in."""

    confirmed: int = 0
    pending: int = 0
    suppressed: int = 0
    unchanged: int = 0
    kept_out: int = 0


class _Known:
    """What the store knows of the addresses in one lot, kept up to date while the lot is worked through."""

    def __init__(self, db: Connection, keys: Collection[str]) -> None:
        people = select(subscribers.c.id, subscribers.c.address_key, subscribers.c.name, subscribers.c.zone)
        rows = db.execute(people.where(among(db, subscribers.c.address_key, keys))).all()
        self.ids: dict[str, int] = {row.address_key: row.id for row in rows}
        self.zoned = {row.address_key for row in rows if row.zone}
        self.named = {row.address_key for row in rows if row.name}
        found = db.execute(select(suppressions).where(among(db, suppressions.c.address_key, keys)))
        self.closed: dict[tuple[str, str], Reason] = {(r.address_key, r.scope): Reason(r.reason) for r in found}
        key_of = {row.id: row.address_key for row in rows}
        standing = select(subscriptions.c.subscriber_id, subscriptions.c.newsletter, subscriptions.c.state)
        mine = db.execute(standing.where(among(db, subscriptions.c.subscriber_id, list(key_of))))
        self.states: dict[tuple[str, str], str] = {(key_of[r.subscriber_id], r.newsletter): r.state for r in mine}

    def erased(self, key: str) -> bool:
        return self.closed.get((key, EVERYTHING)) is Reason.ERASED

    def out_of(self, key: str, newsletter: str) -> bool:
        shut = (key, EVERYTHING) in self.closed or (key, newsletter) in self.closed
        return shut or self.states.get((key, newsletter)) == "unsubscribed"


class _Changes:
    """What one lot will write."""

    def __init__(self) -> None:
        self.people: dict[str, Incoming] = {}
        self.names: dict[str, Incoming] = {}
        self.zones: dict[str, str] = {}
        self.states: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = {}
        self.closed: dict[tuple[str, str], Reason] = {}


def take_in(db: Connection, rows: Iterable[Incoming], *, newsletters: Sequence[str], now: datetime, how: str) -> Taken:
    """Take in one lot of rows (a few thousand at most) for these newsletters.

    Whoever left here or elsewhere stays out, in whatever order lists come and however often; who was erased is not
    even written down again. Members become confirmed or pending where they were not on the newsletter at all.
    """
    lot = [(key_of(row.email), row) for row in rows]
    known = _Known(db, {key for key, _ in lot})
    changes, taken = _Changes(), Taken()
    for key, row in lot:
        if known.erased(key):
            taken.kept_out += 1
            continue
        if key not in known.ids:
            changes.people.setdefault(key, row)
        if row.name and key not in known.named:
            known.named.add(key)
            changes.names[key] = row
        if row.zone and key not in known.zoned:
            known.zoned.add(key)
            changes.zones[key] = row.zone
        if row.left is None:
            _join(key, row, newsletters, known, changes, taken)
        else:
            _leave(key, row.left, newsletters, known, changes, taken)
    _write(db, changes, known, now=now, how=how)
    return taken


def _join(key: str, row: Incoming, newsletters: Sequence[str], known: _Known, changes: _Changes, taken: Taken) -> None:
    changed = kept_out = False
    for newsletter in newsletters:
        place = (key, newsletter)
        if known.out_of(key, newsletter):
            kept_out = True
            if place not in known.states:
                known.states[place] = "unsubscribed"
                changes.states[place] = ("unsubscribed", row.consent)
        elif known.states.get(place) not in {"confirmed", row.standing}:
            changed = True
            known.states[place] = row.standing
            changes.states[place] = (row.standing, row.consent)
    if changed and row.standing == "confirmed":
        taken.confirmed += 1
    elif changed:
        taken.pending += 1
    elif kept_out:
        taken.kept_out += 1
    else:
        taken.unchanged += 1


def _leave(key: str, why: Reason, newsletters: Sequence[str], known: _Known, changes: _Changes, taken: Taken) -> None:
    scopes = newsletters if why is Reason.UNSUBSCRIBED and newsletters else (EVERYTHING,)
    changed = False
    for scope in scopes:
        there = known.closed.get((key, scope))
        if there is None or there.value in why.weaker:
            changed = True
            known.closed[key, scope] = changes.closed[key, scope] = why
    for newsletter in newsletters:
        if known.states.get((key, newsletter)) != "unsubscribed":
            changed = True
            known.states[key, newsletter] = "unsubscribed"
            changes.states[key, newsletter] = ("unsubscribed", {})
    taken.suppressed += changed
    taken.unchanged += not changed


def _write(db: Connection, changes: _Changes, known: _Known, *, now: datetime, how: str) -> None:
    at, text = micros(now), _Text()
    people = [(row.email, key, row.name, row.zone, text(row.fields), at) for key, row in changes.people.items()]
    insert_many(db, subscribers, ("email", "address_key", "name", "zone", "fields", "created"), people)
    known.ids |= _ids(db, changes.people)
    late = [
        {"who": known.ids[key], "new_name": row.name, "new_fields": dict(row.fields)}
        for key, row in changes.names.items()
        if key not in changes.people or changes.people[key].name != row.name
    ]
    if late:
        named = update(subscribers).where(subscribers.c.id == bindparam("who"))
        db.execute(named.values(name=bindparam("new_name"), fields=bindparam("new_fields")), late)
    moved = {
        key: zone
        for key, zone in changes.zones.items()
        if key not in changes.people or changes.people[key].zone != zone
    }
    set_zone(db, {known.ids[key]: zone for key, zone in moved.items()})
    joined = ("newsletter", "subscriber_id", "state", "since", "consent")
    standing = [
        (newsletter, known.ids[key], state, at, text(consent))
        for (key, newsletter), (state, consent) in changes.states.items()
    ]
    insert_many(db, subscriptions, joined, standing, replace=("state", "since", "consent"))
    closed = [(key, scope, why.value, at) for (key, scope), why in changes.closed.items()]
    insert_many(db, suppressions, ("address_key", "scope", "reason", "since"), closed, replace=("reason", "since"))
    insert_many(db, log, ("at", "kind", "subject", "data"), list(_told(changes, known, at, how, text)))


def _told(changes: _Changes, known: _Known, at: int, how: str, text: "_Text") -> Iterator[tuple[int, str, str, str]]:
    for (key, newsletter), (state, _) in changes.states.items():
        yield at, state, events.reader(known.ids[key]), text({"newsletter": newsletter, "how": how})
    for (key, scope), why in changes.closed.items():
        if why is not Reason.UNSUBSCRIBED:
            data = {"reason": why.value, "newsletter": scope, "how": how}
            yield at, "suppressed", events.reader(known.ids[key]), text(data)


def _ids(db: Connection, keys: Collection[str]) -> dict[str, int]:
    found = select(subscribers.c.address_key, subscribers.c.id).where(among(db, subscribers.c.address_key, keys))
    return {row.address_key: row.id for row in db.execute(found)} if keys else {}


class _Text:
    """Small mappings as JSON; most rows of a list carry the same few."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[str, Any], ...], str] = {}

    def __call__(self, data: Mapping[str, Any]) -> str:
        seen = tuple(data.items())
        if seen not in self._known:
            self._known[seen] = json.dumps(dict(data))
        return self._known[seen]
