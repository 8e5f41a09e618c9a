"""Addresses that get no mail whatever a list says, known by their hash; per newsletter or altogether."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from publisher.store import events
from publisher.store.people.addresses import address_key
from publisher.store.tables import subscribers, suppressions
from publisher.store.upsert import insert

EVERYTHING = ""  # the scope that stands for all newsletters


class Reason(StrEnum):
    """Why an address gets no mail, from the weakest to the strongest; a stronger one replaces a weaker one.

    What somebody chose is stronger than that her mailbox could not be reached.
    """

    CLEANED = "cleaned"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"
    MANUAL = "manual"
    COMPLAINED = "complained"
    ERASED = "erased"

    @property
    def shown(self) -> str:
        """The reader's state in a word for people."""
        return {"cleaned": "bounced", "manual": "suppressed", "erased": "suppressed"}.get(self.value, self.value)

    @property
    def weaker(self) -> tuple[str, ...]:
        """The reasons that this one replaces."""
        ordered = list(Reason)
        return tuple(reason.value for reason in ordered[: ordered.index(self)])


# Nobody chose these: the mailbox was out of reach, and one that answers again is welcome.
UNREACHED = (Reason.CLEANED, Reason.BOUNCED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suppression:
    """Why an address gets no mail of a newsletter, or of none (scope "")."""

    scope: str
    reason: Reason
    since: datetime


def suppress(db: Connection, email: str, *, reason: str, now: datetime, scope: str = EVERYTHING) -> bool:
    """Send nothing more to an address (of one newsletter, or "" of all); it need not be a subscriber's.

    A weaker reason than the one that is known changes nothing. True when something changed.
    """
    key = address_key(email)
    if not put(db, key, scope=scope, reason=Reason(reason), now=now):
        return False
    id_ = db.scalar(select(subscribers.c.id).where(subscribers.c.address_key == key))
    subject = events.address(key) if id_ is None else events.reader(id_)
    _tell(db, subject, Reason(reason), scope, now)
    return True


def suppress_reader(db: Connection, subscriber_id: int, *, reason: str, now: datetime, scope: str = EVERYTHING) -> bool:
    """`suppress` for who is known by number, such as after a bounce; an erased reader needs nothing more."""
    key = db.scalar(select(subscribers.c.address_key).where(subscribers.c.id == subscriber_id))
    if key is None or not put(db, key, scope=scope, reason=Reason(reason), now=now):
        return False
    _tell(db, events.reader(subscriber_id), Reason(reason), scope, now)
    return True


def suppressed(db: Connection, email: str) -> tuple[Suppression, ...]:
    """What keeps mail from an address, whether or not it is a subscriber's; what holds for all newsletters first."""
    return of_key(db, address_key(email))


def of_key(db: Connection, key: str) -> tuple[Suppression, ...]:
    """What keeps mail from the address with this key."""
    rows = db.execute(select(suppressions).where(suppressions.c.address_key == key).order_by(suppressions.c.scope))
    return tuple(Suppression(scope=row.scope, reason=Reason(row.reason), since=row.since) for row in rows)


def holds(newsletter: str) -> ColumnElement[bool]:
    """A condition on a row of `subscribers`: its address gets no mail of this newsletter."""
    hers = suppressions.c.address_key == subscribers.c.address_key
    return exists().where(hers & suppressions.c.scope.in_((EVERYTHING, newsletter))).correlate(subscribers)


def put(db: Connection, key: str, *, scope: str, reason: Reason, now: datetime) -> bool:
    """Write a suppression without a word in the log; False when as strong a reason is known already."""
    new = insert(db, suppressions).values(address_key=key, scope=scope, reason=reason.value, since=now)
    stronger = {"reason": reason.value, "since": now}
    done = db.execute(
        new.on_conflict_do_update(
            index_elements=["address_key", "scope"],
            set_=stronger,
            where=suppressions.c.reason.in_(reason.weaker),
        )
    )
    return done.rowcount == 1


def lift(db: Connection, key: str, scope: str) -> bool:
    """Remove the suppression of that scope; True when there was one."""
    one = (suppressions.c.address_key == key) & (suppressions.c.scope == scope)
    return db.execute(delete(suppressions).where(one)).rowcount == 1


def _tell(db: Connection, subject: str, reason: Reason, scope: str, now: datetime) -> None:
    events.record(db, "suppressed", subject, {"reason": reason.value, "newsletter": scope}, now)
