"""The mail ledger: one row per edition and reader, and the truth about who got what.

`todo → claimed → sending → accepted | refused | deferred | uncertain | suppressed | cancelled`. `attempt` is a fence:
it counts claims, and whoever writes an outcome names the attempt that it had. The statements of one message's way
(mark as sending, record the outcome) are in `ledger.py`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, exists, func, select, text, update

from publisher.model import Counts, DeliveryState, EditionState, Reader
from publisher.store import tables
from publisher.store.tables import EPOCH, editions, mail_deliveries, subscribers

SUBSCRIBED = "confirmed"
OPEN = (DeliveryState.TODO, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
MAY_SEND = frozenset({EditionState.APPROVED, EditionState.SENDING, EditionState.PARTIAL})

FREEZE = """
INSERT INTO mail_deliveries (edition, subscriber_id, updated)
SELECT :edition, s.subscriber_id, :now FROM subscriptions s JOIN subscribers r ON r.id = s.subscriber_id
WHERE s.newsletter = :newsletter AND s.state = :subscribed
  AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = r.address_key AND x.scope IN ('', :newsletter))
  {only}
ORDER BY s.subscriber_id
ON CONFLICT (edition, subscriber_id) DO NOTHING
"""
ONLY_READERS_OF = """
AND EXISTS (SELECT 1 FROM mail_deliveries p
            WHERE p.edition = :recipients_of AND p.subscriber_id = s.subscriber_id AND p.state = 'accepted')
"""

# A reader who has left, bounced or been erased since the freeze is found out here, at the last moment before sending.
CANDIDATES = """
SELECT d.id, d.subscriber_id, d.attempt, d.state, d.first_try, d.failures, d.unsure,
       s.email, s.name, s.fields, s.soft_bounces,
       EXISTS (SELECT 1 FROM subscriptions n WHERE n.newsletter = :newsletter AND n.subscriber_id = d.subscriber_id
               AND n.state = :subscribed)
       AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address_key = s.address_key
                       AND x.scope IN ('', :newsletter)) AS wanted
FROM mail_deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber_id
WHERE d.edition = :edition AND d.provider IN ('', :provider) AND {which}
ORDER BY d.id LIMIT :limit {lock}
"""
# SQLite uses the index of waiting rows only where its condition stands in the query, word for word; and only after the
# narrower condition in the index's order, else it sorts a million rows for each claim.
FRESH = "d.state = 'todo' AND d.state IN ('todo', 'deferred')"
DUE = "d.state = 'deferred' AND d.state IN ('todo', 'deferred') AND d.not_before <= :now"
WAITING = text("mail_deliveries.state IN ('todo', 'deferred')")

CLAIM = """
UPDATE mail_deliveries SET state = 'claimed', attempt = attempt + 1, provider = :provider, owner = :owner,
       boot = :boot, lease = :lease, not_before = NULL, updated = :now
WHERE id IN ({ids})
"""
DROP = "UPDATE mail_deliveries SET state = 'suppressed', updated = :now WHERE id IN ({ids})"
IDS = {"sqlite": "SELECT value FROM json_each(:ids)", "postgresql": "SELECT unnest(CAST(:ids AS bigint[]))"}


class Claim(NamedTuple):
    """One message that this sender, and nobody else, may send now."""

    id: int
    attempt: int
    reader: Reader
    failures: int
    first_try: datetime | None
    unsure: bool
    soft_bounces: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """What a claim brought: messages to send, readers who turned out to have left, and whether it may go on."""

    claims: tuple[Claim, ...] = ()
    suppressed: int = 0
    stopped: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who claims: `owner` is a lock's name and this run's mark (`sender-0:9f3c…`), `boot` the running boot."""

    owner: str
    boot: str
    lease: timedelta

    @property
    def lock(self) -> str:
        """The name of the liveness lock that this sender holds."""
        return lock_of(self.owner)


def lock_of(owner: str) -> str:
    """The name of an owner's liveness lock."""
    return owner.partition(":")[0]


def micros(moment: datetime | None) -> int | None:
    """A moment as the tables keep it, for hand-written statements."""
    return None if moment is None else tables.micros(moment)


def moment(value: int | None) -> datetime | None:
    """The moment that `micros` kept."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


def freeze_audience(db: Connection, edition: str, newsletter: str, *, now: datetime, recipients_of: str = "") -> int:
    """Give every confirmed reader of the newsletter a row in this edition, once; the number of readers added.

    `recipients_of` names an edition: then only those who got it.
    """
    statement = FREEZE.format(only=ONLY_READERS_OF if recipients_of else "")
    values = {"edition": edition, "newsletter": newsletter, "subscribed": SUBSCRIBED, "now": micros(now)}
    return db.execute(text(statement), values | ({"recipients_of": recipients_of} if recipients_of else {})).rowcount


def set_moments(db: Connection, edition: str, moments: Mapping[str, datetime], *, now: datetime) -> int:
    """Let readers of each of these zones wait for their own moment, where that is to come; how many wait."""
    waiting = 0
    for zone, at in moments.items():
        if at > now:
            there = select(subscribers.c.id).where(subscribers.c.zone == zone)
            mine = (mail_deliveries.c.edition == edition) & (mail_deliveries.c.state == DeliveryState.TODO)
            later = update(mail_deliveries).where(mine, mail_deliveries.c.subscriber_id.in_(there))
            waiting += db.execute(later.values(state=DeliveryState.DEFERRED, not_before=at, updated=now)).rowcount
    return waiting


def put_off(db: Connection, edition: str) -> int:
    """How many wait because they could not be reached, not because their hour has not come."""
    failed = (mail_deliveries.c.state == DeliveryState.DEFERRED) & (mail_deliveries.c.failures > 0)
    return db.scalar(select(func.count()).where(mail_deliveries.c.edition == edition, failed, WAITING)) or 0


def counts(db: Connection, edition: str) -> Counts:
    """How many readers of the edition stand where; `todo` holds those being sent, and all parts add up."""
    found = select(mail_deliveries.c.state, func.count()).where(mail_deliveries.c.edition == edition)
    by_state: dict[str, int] = {row[0]: row[1] for row in db.execute(found.group_by(mail_deliveries.c.state))}
    moving = sum(by_state.pop(state, 0) for state in ("todo", "claimed", "sending"))
    return Counts(todo=moving, **by_state)


def claim(
    db: Connection, edition: str, *, provider: str, sender: Sender, now: datetime, limit: int, due: bool = False
) -> Claimed:
    """Take up to `limit` readers for `provider`: those not tried yet, or with `due` those whose time has come.

    Call it in a durable transaction of its own: the claim must be on the disk before a message leaves.
    """
    row = db.execute(
        select(editions.c.newsletter, editions.c.state, editions.c.paused, editions.c.reason)
        .where(editions.c.key == edition)
        .with_for_update(read=True)
    ).one_or_none()
    stopped = why_stopped(None if row is None else row.state, bool(row and row.paused))
    if row is None or stopped:
        return Claimed(stopped=stopped)
    candidates = _candidates(db, edition, row.newsletter, provider=provider, now=now, limit=limit, due=due)
    wanted = [found for found in candidates if found.wanted]
    gone = [found.id for found in candidates if not found.wanted]
    _take(db, [found.id for found in wanted], provider=provider, sender=sender, now=now)
    if gone:
        _over_ids(db, DROP, gone, {"now": micros(now)})
    return Claimed(claims=tuple(map(_claim, wanted)), suppressed=len(gone))


def why_stopped(state: str | None, paused: bool) -> str:
    """Why an edition in this state may not be sent now; empty when it may."""
    if state is None:
        return "missing"
    if paused:
        return "paused"
    return "" if state in MAY_SEND else state


def stopped(db: Connection, edition: str) -> str:
    """Why the edition may not be sent now; empty when it may."""
    row = db.execute(select(editions.c.state, editions.c.paused).where(editions.c.key == edition)).one_or_none()
    return why_stopped(None if row is None else row.state, bool(row and row.paused))


def next_due(db: Connection, edition: str) -> datetime | None:
    """When the first deferred reader's time comes; None when nobody waits."""
    waiting = select(func.min(mail_deliveries.c.not_before)).where(
        mail_deliveries.c.edition == edition, mail_deliveries.c.state == DeliveryState.DEFERRED, WAITING
    )
    due: datetime | None = db.scalar(waiting)
    return due


def extend(db: Connection, edition: str, *, sender: Sender, now: datetime) -> None:
    """Keep this sender's claims for another lease."""
    table = mail_deliveries.c
    held = (table.edition == edition) & table.lease.is_not(None) & (table.owner == sender.owner)
    mine = select(table.id).where(held, table.state.in_((DeliveryState.CLAIMED, DeliveryState.SENDING)))
    # A row that the ledger's writer has in hand is left to the next time: waiting for it here would block both.
    free = mine.with_for_update(skip_locked=True)
    db.execute(update(mail_deliveries).where(table.id.in_(free)).values(lease=now + sender.lease))


def has_todo(db: Connection, edition: str) -> bool:
    """Whether somebody waits who was not tried yet or was put back."""
    waiting = and_(mail_deliveries.c.edition == edition, mail_deliveries.c.state == DeliveryState.TODO, WAITING)
    return bool(db.scalar(select(exists().where(waiting))))


def release(db: Connection, edition: str, *, sender: Sender, now: datetime, provider: str = "") -> int:
    """Put back what this sender has claimed and not begun.

    With `provider` only what waits for that one, which is out of reach: then its deferred readers are free as well.
    """
    table = mail_deliveries.c
    back = _held(edition, sender.owner, (DeliveryState.CLAIMED,))
    free = case((table.unsure, table.provider), else_="")
    if provider:
        back = back.where(table.provider == provider)
        deferred = (table.edition == edition) & (table.state == DeliveryState.DEFERRED) & (table.provider == provider)
        db.execute(update(mail_deliveries).where(deferred, ~table.unsure).values(provider="", updated=now))
    return db.execute(back.values(state=DeliveryState.TODO, provider=free, lease=None, updated=now)).rowcount


def rehome(db: Connection, edition: str, *, providers: Collection[str], now: datetime) -> None:
    """Free readers whose provider is no longer configured; those it may have reached become uncertain."""
    table = mail_deliveries.c
    gone = and_(table.edition == edition, WAITING, table.provider.not_in(["", *providers]))
    if not db.scalar(select(exists().where(gone))):
        return
    lost = update(mail_deliveries).where(gone)
    db.execute(lost.where(table.unsure).values(state=DeliveryState.UNCERTAIN, not_before=None, updated=now))
    db.execute(lost.where(~table.unsure).values(provider="", updated=now))


def cancel_rest(db: Connection, edition: str, *, now: datetime) -> int:
    """End all that has not begun; what is on its way at this moment keeps its own outcome."""
    rest = update(mail_deliveries).where(mail_deliveries.c.edition == edition, mail_deliveries.c.state.in_(OPEN))
    return db.execute(rest.values(state=DeliveryState.CANCELLED, lease=None, not_before=None, updated=now)).rowcount


def remark(db: Connection, edition: str, reason: str) -> None:
    """Note on the edition why it stands where it does."""
    db.execute(update(editions).where(editions.c.key == edition).values(reason=reason))


def pause(db: Connection, edition: str, *, reason: str, now: datetime) -> None:
    """Stop an edition until it is resumed; senders notice within two seconds."""
    db.execute(update(editions).where(editions.c.key == edition).values(paused=True, reason=reason, updated=now))


def resume(db: Connection, edition: str, *, now: datetime) -> None:
    """Let a paused edition go on."""
    db.execute(update(editions).where(editions.c.key == edition).values(paused=False, reason="", updated=now))


def retry(db: Connection, edition: str, *, now: datetime) -> int:
    """Try again, now, what was refused or put off, and nothing else; addresses that bounced stay out."""
    table = mail_deliveries.c
    failed = update(mail_deliveries).where(table.edition == edition)
    deferred = failed.where(table.state == DeliveryState.DEFERRED, table.failures > 0)
    waiting = deferred.values(not_before=now, first_try=None, failures=0)
    known = select(subscribers.c.id).join_from(
        subscribers, text("suppressions"), text("suppressions.address_key = subscribers.address_key")
    )
    refused = failed.where(table.state == DeliveryState.REFUSED, table.subscriber_id.not_in(known))
    again = {"state": DeliveryState.TODO, "provider": "", "first_try": None, "failures": 0, "error": "", "updated": now}
    return db.execute(waiting).rowcount + db.execute(refused.values(**again)).rowcount


def uncertain(db: Connection, edition: str) -> tuple[str, ...]:
    """The addresses of those who may have got it, in order; an erased reader is named by her number."""
    found = (
        select(mail_deliveries.c.subscriber_id, subscribers.c.email)
        .join_from(mail_deliveries, subscribers, subscribers.c.id == mail_deliveries.c.subscriber_id, isouter=True)
        .where(mail_deliveries.c.edition == edition, mail_deliveries.c.state == DeliveryState.UNCERTAIN)
        .order_by(mail_deliveries.c.id)
    )
    return tuple(email or f"reader {number} (erased)" for number, email in db.execute(found))


def resolve(
    db: Connection, edition: str, *, sent: bool, now: datetime, address_keys: Collection[str] | None = None
) -> int:
    """Settle uncertain readers as an editor says: they got it, or they did not and are sent it again."""
    table = mail_deliveries.c
    settled = update(mail_deliveries).where(table.edition == edition, table.state == DeliveryState.UNCERTAIN)
    if address_keys is not None:
        chosen = select(subscribers.c.id).where(subscribers.c.address_key.in_(bindparam("keys", expanding=True)))
        settled = settled.where(table.subscriber_id.in_(chosen))
    state = DeliveryState.ACCEPTED if sent else DeliveryState.TODO
    values = {"state": state, "unsure": False, "lease": None, "updated": now} | ({} if sent else {"provider": ""})
    return db.execute(
        settled.values(**values), {"keys": list(address_keys)} if address_keys is not None else {}
    ).rowcount


def suppress_open(db: Connection, subscriber_id: int, *, newsletter: str = "", now: datetime) -> int:
    """Stop what has not begun for a reader who leaves in the middle of a send; every newsletter when none is named."""
    running = select(editions.c.key).where(editions.c.state.in_(list(MAY_SEND)))
    if newsletter:
        running = running.where(editions.c.newsletter == newsletter)
    rest = update(mail_deliveries).where(
        mail_deliveries.c.edition.in_(running),
        mail_deliveries.c.subscriber_id == subscriber_id,
        mail_deliveries.c.state.in_(OPEN),
    )
    return db.execute(rest.values(state=DeliveryState.SUPPRESSED, lease=None, not_before=None, updated=now)).rowcount


def _held(edition: str, owner: str, states: Sequence[DeliveryState]) -> Any:
    table = mail_deliveries.c
    held = (table.edition == edition) & table.lease.is_not(None) & (table.owner == owner)
    return update(mail_deliveries).where(held, table.state.in_(states))


def _candidates(
    db: Connection, edition: str, newsletter: str, *, provider: str, now: datetime, limit: int, due: bool
) -> Sequence[Any]:
    lock = "" if db.dialect.name == "sqlite" else "FOR UPDATE OF d SKIP LOCKED"
    statement = text(CANDIDATES.format(which=DUE if due else FRESH, lock=lock))
    values: dict[str, Any] = {"edition": edition, "newsletter": newsletter, "provider": provider, "limit": limit}
    values |= {"subscribed": SUBSCRIBED} | ({"now": micros(now)} if due else {})
    return db.execute(statement, values).all()


def _take(db: Connection, ids: Sequence[int], *, provider: str, sender: Sender, now: datetime) -> None:
    if not ids:
        return
    values: dict[str, Any] = {"provider": provider, "owner": sender.owner, "boot": sender.boot}
    _over_ids(db, CLAIM, ids, values | {"now": micros(now), "lease": micros(now + sender.lease)})


def _over_ids(db: Connection, statement: str, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    listed = json.dumps(list(ids)) if db.dialect.name == "sqlite" else list(ids)
    db.execute(text(statement.format(ids=IDS[db.dialect.name])), {**values, "ids": listed})


def _claim(found: Sequence[Any]) -> Claim:
    """A row of `CANDIDATES` as a claim; taken apart by place, because this runs for each message."""
    row_id, reader, attempt, _, first, failures, unsure, email, name, fields, bounced, _ = found
    who = Reader(id=reader, email=email, name=name, fields=_fields(fields))
    return Claim(row_id, attempt + 1, who, failures, moment(first), bool(unsure), bounced)


def _fields(raw: Any) -> Mapping[str, str]:
    """A JSON column as a hand-written statement brings it: text on SQLite, already read on PostgreSQL."""
    if raw in ("{}", None):
        return {}
    fields: Mapping[str, str] = json.loads(raw) if isinstance(raw, str) else raw
    return fields
