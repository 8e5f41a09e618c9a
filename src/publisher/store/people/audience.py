"""The audience as a whole: everybody in a list, and how many stand where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, case, func, or_, select, true

from publisher.store.moment import Moment
from publisher.store.people.suppressions import EVERYTHING, Reason, holds
from publisher.store.tables import subscribers, subscriptions, suppressions

RANKS = ("none", "unsubscribed", "pending", "confirmed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One line of the list of subscribers, with the one word that says how she stands."""

    id: int
    email: str
    name: str
    state: str
    created: datetime


def list_(db: Connection, *, newsletter: str | None = None, state: str | None = None) -> Iterator[Listed]:
    """Everybody, by address; of one newsletter or in one state where that is asked. Read it while `db` is open."""
    for row in db.execute(_everybody(newsletter).execution_options(yield_per=1000)):
        shown = Reason(row.reason).shown if row.reason else RANKS[row.rank]
        if state is None or shown == state:
            yield Listed(id=row.id, email=row.email, name=row.name, state=shown, created=row.created)


def _everybody(newsletter: str | None) -> Select[tuple[int, str, str, datetime, str | None, int]]:
    scoped = suppressions.alias("scoped")
    rank = case(
        (scoped.c.address_key.is_not(None), 1),
        (subscriptions.c.state == "confirmed", 3),
        (subscriptions.c.state == "pending", 2),
        (subscriptions.c.state.is_not(None), 1),
        else_=0,
    )
    altogether = and_(suppressions.c.address_key == subscribers.c.address_key, suppressions.c.scope == EVERYTHING)
    asked = true() if newsletter is None else subscriptions.c.newsletter == newsletter
    mine = and_(subscriptions.c.subscriber_id == subscribers.c.id, asked)
    for_it = and_(scoped.c.address_key == subscribers.c.address_key, scoped.c.scope == subscriptions.c.newsletter)
    person = (subscribers.c.id, subscribers.c.email, subscribers.c.name, subscribers.c.created)
    query = (
        select(*person, func.max(suppressions.c.reason).label("reason"), func.max(rank).label("rank"))
        .select_from(
            subscribers.outerjoin(suppressions, altogether).outerjoin(subscriptions, mine).outerjoin(scoped, for_it)
        )
        .group_by(subscribers.c.id)
        .order_by(subscribers.c.email, subscribers.c.id)
    )
    return query if newsletter is None else query.having(func.max(rank) > 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One person's standing with one newsletter."""

    email: str
    name: str
    zone: str
    fields: Mapping[str, str]
    newsletter: str
    state: str
    since: datetime


def standings(db: Connection, *, newsletter: str | None = None) -> Iterator[Standing]:
    """Everybody's standing with each newsletter, or with one, by address. Read it while `db` is open."""
    altogether, scoped = suppressions.alias("altogether"), suppressions.alias("scoped")
    key = subscribers.c.address_key
    joined = (
        subscribers.join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .outerjoin(altogether, and_(altogether.c.address_key == key, altogether.c.scope == EVERYTHING))
        .outerjoin(scoped, and_(scoped.c.address_key == key, scoped.c.scope == subscriptions.c.newsletter))
    )
    who = (subscribers.c.email, subscribers.c.name, subscribers.c.zone, subscribers.c.fields)
    reason = func.coalesce(altogether.c.reason, scoped.c.reason).label("reason")
    since = func.coalesce(altogether.c.since, scoped.c.since, subscriptions.c.since, type_=Moment).label("since")
    query = select(*who, subscriptions.c.newsletter, subscriptions.c.state, reason, since).select_from(joined)
    if newsletter is not None:
        query = query.where(subscriptions.c.newsletter == newsletter)
    ordered = query.order_by(subscribers.c.email, subscribers.c.id, subscriptions.c.newsletter)
    for row in db.execute(ordered.execution_options(yield_per=1000)):
        state = Reason(row.reason).shown if row.reason else row.state
        yield Standing(
            email=row.email,
            name=row.name,
            zone=row.zone,
            fields=row.fields,
            newsletter=row.newsletter,
            state=state,
            since=row.since,
        )


def zones(db: Connection, newsletter: str) -> tuple[str, ...]:
    """The zones that confirmed readers are known to live in; "" for those of whom that is not known."""
    hers = subscriptions.join(subscribers, subscriptions.c.subscriber_id == subscribers.c.id)
    confirmed = (subscriptions.c.newsletter == newsletter) & (subscriptions.c.state == "confirmed")
    return tuple(db.scalars(select(subscribers.c.zone).distinct().select_from(hers).where(confirmed)))


def counts(db: Connection, newsletter: str) -> dict[str, int]:
    """How many people are confirmed, pending and unsubscribed (or bounced) with a newsletter."""
    out = or_(subscriptions.c.state == "unsubscribed", holds(newsletter))
    shown = case((out, "unsubscribed"), else_=subscriptions.c.state)
    joined = subscriptions.join(subscribers, subscriptions.c.subscriber_id == subscribers.c.id)
    query = select(shown, func.count()).select_from(joined).where(subscriptions.c.newsletter == newsletter)
    found = db.execute(query.group_by(shown))
    return {"confirmed": 0, "pending": 0, "unsubscribed": 0} | {row[0]: row[1] for row in found}
