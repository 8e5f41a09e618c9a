"""The mail ledger: one row per edition and reader, and the truth about who got what.

What may become of a row is in `law.py`; the statements of one message's way (mark as sending, record the outcome) are
in `connection.py`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, case, exists, func, select, text, update

from publisher.model import Counts, DeliveryState, EditionState, Reader
from publisher.store import moment as times
from publisher.store.ledger import law, retention
from publisher.store.ledger.law import Rows, Sender
from publisher.store.moment import EPOCH
from publisher.store.tables import editions, mail_deliveries, subscribers

SUBSCRIBED = "confirmed"
REFUSED_US = "the mail server refuses us"
"""How the reason of a pause begins that a server's refusal of us has made."""
AFRESH: Mapping[str, Any] = {"first_try": None, "failures": 0}
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


def of(edition: str) -> Rows:
    """An edition's rows. One that may have gone out stays with its provider; others may go to any."""
    table = mail_deliveries.c
    freed = {"provider": case((table.unsure, table.provider), else_="")}
    return Rows(table=mail_deliveries, which=table.edition == edition, free=freed, doubted={"unsure": True})


def repeatable(resend: bool, idempotent: Collection[str]) -> ColumnElement[bool] | bool:
    """Rows that are sent again although they may have gone out: by policy, or where a provider knows a second copy."""
    return resend or mail_deliveries.c.provider.in_(list(idempotent))


def micros(moment: datetime | None) -> int | None:
    """A moment as the tables keep it, for hand-written statements."""
    return None if moment is None else times.micros(moment)


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
    table, waiting = mail_deliveries.c, 0
    for zone, at in moments.items():
        if at > now:
            there = table.subscriber_id.in_(select(subscribers.c.id).where(subscribers.c.zone == zone))
            rows = of(edition).only(there & (table.state == DeliveryState.TODO))
            waiting += law.turn(db, rows, law.PUT_OFF, DeliveryState.DEFERRED, now=now, not_before=at)
    return waiting


def put_off(db: Connection, edition: str) -> int:
    """How many wait because they could not be reached, not because their hour has not come."""
    failed = (mail_deliveries.c.state == DeliveryState.DEFERRED) & (mail_deliveries.c.failures > 0)
    return db.scalar(select(func.count()).where(mail_deliveries.c.edition == edition, failed, WAITING)) or 0


def counts(db: Connection, edition: str) -> Counts:
    """How many readers of the edition stand where; `todo` holds those being sent, and all parts add up."""
    found = select(mail_deliveries.c.state, func.count()).where(mail_deliveries.c.edition == edition)
    by_state: dict[str, int] = {row[0]: row[1] for row in db.execute(found.group_by(mail_deliveries.c.state))}
    for state, readers in retention.totals(db, edition).items():
        by_state[state] = by_state.get(state, 0) + readers
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
    among = {"edition": edition, "newsletter": row.newsletter, "provider": provider, "limit": limit}
    candidates = _candidates(db, among | ({"now": micros(now)} if due else {}), due=due)
    wanted = [found for found in candidates if found.wanted]
    gone = [found.id for found in candidates if not found.wanted]
    if wanted:
        rows = _numbered(db, [found.id for found in wanted])
        law.claim(db, rows, sender=sender, now=now, provider=provider, not_before=None)
    if gone:
        law.turn(db, _numbered(db, gone), law.CANCEL, DeliveryState.SUPPRESSED, now=now)
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
    mine = select(table.id).where(_held_by(edition, sender).which, table.state.in_(law.HELD))
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
    back = _held_by(edition, sender)
    if provider:
        back = back.only(table.provider == provider)
        deferred = (table.edition == edition) & (table.state == DeliveryState.DEFERRED) & (table.provider == provider)
        db.execute(update(mail_deliveries).where(deferred, ~table.unsure).values(provider="", updated=now))
    return law.turn(db, back, law.GIVE_BACK, DeliveryState.TODO, now=now, **back.free)


def rehome(db: Connection, edition: str, *, providers: Collection[str], now: datetime) -> None:
    """Free readers whose provider is no longer configured; those it may have reached become uncertain."""
    table = mail_deliveries.c
    gone = and_(table.edition == edition, WAITING, table.provider.not_in(["", *providers]))
    if not db.scalar(select(exists().where(gone))):
        return
    lost = of(edition).only(gone)
    law.turn(db, lost.only(table.unsure), law.DOUBT, DeliveryState.UNCERTAIN, now=now, not_before=None)
    db.execute(update(mail_deliveries).where(lost.which, ~table.unsure).values(provider="", updated=now))


def cancel_rest(db: Connection, edition: str, *, now: datetime) -> int:
    """End all that has not begun; what is on its way at this moment keeps its own outcome."""
    return law.turn(db, of(edition), law.CANCEL, DeliveryState.CANCELLED, now=now, not_before=None)


def remark(db: Connection, edition: str, reason: str) -> None:
    """Note on the edition why it stands where it does."""
    db.execute(update(editions).where(editions.c.key == edition).values(reason=reason))


def pause(db: Connection, edition: str, *, reason: str, now: datetime) -> None:
    """Stop an edition until it is resumed; senders notice within two seconds."""
    db.execute(update(editions).where(editions.c.key == edition).values(paused=True, reason=reason, updated=now))


def refuse_us(db: Connection, edition: str, *, reason: str, now: datetime) -> None:
    """Pause an edition whose server refuses us, and let those whom it put off be due when it goes on."""
    pause(db, edition, reason=f"{REFUSED_US}: {reason}", now=now)
    _due_now(db, edition, now)


def retry(db: Connection, edition: str, *, now: datetime) -> int:
    """Try again, now, what was refused or put off, and nothing else; addresses that bounced stay out."""
    table, waiting = mail_deliveries.c, _due_now(db, edition, now)
    known = select(subscribers.c.id).join_from(
        subscribers, text("suppressions"), text("suppressions.address_key = subscribers.address_key")
    )
    refused = of(edition).only((table.state == DeliveryState.REFUSED) & table.subscriber_id.not_in(known))
    return waiting + law.turn(db, refused, law.RETRY, DeliveryState.TODO, now=now, provider="", error="", **AFRESH)


def refused(db: Connection, edition: str) -> tuple[tuple[int, str], ...]:
    """The readers whom a server refused, by number and in order, each with its words."""
    table = mail_deliveries.c
    found = select(table.subscriber_id, table.error).where(
        table.edition == edition, table.state == DeliveryState.REFUSED
    )
    return tuple((row.subscriber_id, row.error) for row in db.execute(found.order_by(table.id)))


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
    rows = of(edition)
    if address_keys is not None:
        chosen = select(subscribers.c.id).where(subscribers.c.address_key.in_(list(address_keys)))
        rows = rows.only(mail_deliveries.c.subscriber_id.in_(chosen))
    return law.resolve(db, rows, sent=sent, now=now, unsure=False, **({} if sent else {"provider": ""}))


def suppress_open(db: Connection, subscriber_id: int, *, newsletter: str = "", now: datetime) -> int:
    """Stop what has not begun for a reader who leaves in the middle of a send; every newsletter when none is named."""
    running = select(editions.c.key).where(editions.c.state.in_(list(MAY_SEND)))
    if newsletter:
        running = running.where(editions.c.newsletter == newsletter)
    table = mail_deliveries.c
    hers = table.edition.in_(running) & (table.subscriber_id == subscriber_id)
    rows = Rows(table=mail_deliveries, which=hers)
    return law.turn(db, rows, law.CANCEL, DeliveryState.SUPPRESSED, now=now, not_before=None)


def _due_now(db: Connection, edition: str, now: datetime) -> int:
    """Let those be due who could not be reached, as if they were tried for the first time; how many."""
    table = mail_deliveries.c
    failed = of(edition).only((table.state == DeliveryState.DEFERRED) & (table.failures > 0))
    return law.turn(db, failed, law.PUT_OFF, DeliveryState.DEFERRED, now=now, not_before=now, **AFRESH)


def _held_by(edition: str, sender: Sender) -> Rows:
    table = mail_deliveries.c
    return of(edition).only(table.lease.is_not(None) & (table.owner == sender.owner))


def _candidates(db: Connection, among: Mapping[str, Any], *, due: bool) -> Sequence[Any]:
    lock = "" if db.dialect.name == "sqlite" else "FOR UPDATE OF d SKIP LOCKED"
    statement = text(CANDIDATES.format(which=DUE if due else FRESH, lock=lock))
    return db.execute(statement, {**among, "subscribed": SUBSCRIBED}).all()


def _numbered(db: Connection, ids: Sequence[int]) -> Rows:
    """Rows by their numbers, which travel as one value: thousands of parameters would cost more than the update."""
    listed: Any = json.dumps(list(ids)) if db.dialect.name == "sqlite" else list(ids)
    numbers = text(IDS[db.dialect.name]).bindparams(ids=listed).columns(Column("value"))
    return Rows(table=mail_deliveries, which=mail_deliveries.c.id.in_(numbers))


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
