"""Editions: drafts that live until they are approved or frozen, and what they said when they went out."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from publisher.errors import Held, UsageError
from publisher.model import EditionItem, EditionState, Email, Quote
from publisher.store.records import quote_from_record, quote_to_record
from publisher.store.tables import edition_reviews, editions, emails

OPEN = (EditionState.DRAFT, EditionState.APPROVED, EditionState.HELD)
LIVE = (EditionState.APPROVED, EditionState.SENDING, EditionState.SENT, EditionState.PARTIAL)
FINISHED = (EditionState.SENT, EditionState.MISSED, EditionState.SKIPPED, EditionState.CANCELLED)
NOT_AFTER_FREEZING = (EditionState.DRAFT, EditionState.APPROVED, EditionState.MISSED, EditionState.SKIPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredEdition:
    """An edition as it is kept; `kind` is slot, oneoff or letter, `hand` what an editor did to the draft."""

    key: str
    newsletter: str
    kind: str
    slot_utc: datetime | None
    state: EditionState
    reason: str
    hand: Mapping[str, Any]
    content: Mapping[str, Any]
    content_hash: str
    approved_hash: str
    recipients_of: str
    created: datetime
    updated: datetime
    frozen: datetime | None
    finished: datetime | None
    paused: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a draft is made of; `email` is None for an edition that holds nothing."""

    key: str
    newsletter: str
    kind: str
    slot_utc: datetime | None
    hand: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)
    items: Sequence[EditionItem] = ()
    email: Email | None = None
    recipients_of: str = ""


def get(db: Connection, key: str) -> StoredEdition | None:
    """The edition of that key."""
    row = db.execute(select(editions).where(editions.c.key == key)).first()
    return _stored(row) if row else None


def list_(db: Connection, *, newsletter: str | None = None, limit: int | None = None) -> tuple[StoredEdition, ...]:
    """Editions, newest slot (or making) first."""
    query = select(editions)
    if newsletter is not None:
        query = query.where(editions.c.newsletter == newsletter)
    rows = [_stored(row) for row in db.execute(query)]
    rows.sort(key=lambda edition: (edition.slot_utc or edition.created, edition.key), reverse=True)
    return tuple(rows[:limit])


def coming(db: Connection, newsletter: str) -> StoredEdition | None:
    """The unsent edition of a newsletter whose slot comes first."""
    open_ = editions.c.state.in_(OPEN) & editions.c.frozen.is_(None) & (editions.c.kind == "slot")
    query = select(editions).where((editions.c.newsletter == newsletter) & open_)
    row = db.execute(query.order_by(editions.c.slot_utc, editions.c.key).limit(1)).first()
    return _stored(row) if row else None


def save_draft(db: Connection, draft: Draft, now: datetime) -> None:
    """Make or remake a draft with its rendered email.

    The reviews that `content["links"]` names belong to it as well, after its items. An edition that is approved, was
    frozen, sent or cancelled is `Held`; one that was held, missed or skipped is a draft again, and a pause stays.
    """
    key, email = draft.key, draft.email
    old = get(db, key)
    if old is not None:
        _refuse_remaking(old)
    values = {
        "newsletter": draft.newsletter,
        "kind": draft.kind,
        "slot_utc": draft.slot_utc,
        "state": EditionState.DRAFT.value,
        "reason": "",
        "hand": dict(draft.hand),
        "content": dict(draft.content),
        "content_hash": email.content_hash if email else "",
        "recipients_of": draft.recipients_of,
        "updated": now,
    }
    if old is None:
        db.execute(insert(editions).values(key=key, created=now, **values))
    else:
        db.execute(update(editions).where(editions.c.key == key).values(finished=None, **values))
    _save_reviews(db, key, draft.items, draft.content.get("links", ()))
    _save_email(db, key, email)


def _refuse_remaking(old: StoredEdition) -> None:
    if old.state is EditionState.APPROVED:
        raise Held(f"{old.key} is approved and stays as it is")
    if old.frozen is not None or old.state not in {*OPEN, EditionState.MISSED, EditionState.SKIPPED}:
        raise Held(f"{old.key} is {old.state.value} and stays as it is")


def _save_reviews(db: Connection, key: str, items: Sequence[EditionItem], links: Collection[str]) -> None:
    db.execute(delete(edition_reviews).where(edition_reviews.c.edition == key))
    rows = {
        item.review.id: {
            "edition": key,
            "review_id": item.review.id,
            "quote": quote_to_record(item.quote) if item.quote else None,
            "quote_hash": hashlib.sha256(item.quote.text.encode()).hexdigest()[:16] if item.quote else "",
        }
        for item in items
    }
    for review_id in links:
        rows.setdefault(review_id, {"edition": key, "review_id": review_id, "quote": None, "quote_hash": ""})
    if rows:
        db.execute(insert(edition_reviews), [{**row, "position": n} for n, row in enumerate(rows.values())])


def _save_email(db: Connection, key: str, email: Email | None) -> None:
    db.execute(delete(emails).where(emails.c.edition == key))
    if email is None:
        return
    words = {"subject": email.subject, "preheader": email.preheader, "html": email.html, "text": email.text}
    fields = dict(email.merge_fields)
    db.execute(insert(emails).values(edition=key, variant="", slots=fields, content_hash=email.content_hash, **words))


def email(db: Connection, key: str) -> Email | None:
    """The rendered email of an edition, to the byte as it was composed."""
    row = db.execute(select(emails).where((emails.c.edition == key) & (emails.c.variant == ""))).first()
    if row is None:
        return None
    return Email(subject=row.subject, preheader=row.preheader, html=row.html, text=row.text, merge_fields=row.slots)


def item_record(item: EditionItem) -> dict[str, Any]:
    """An item as plain JSON for `content`: its review by id, its quote and its standfirst."""
    return {
        "review_id": item.review.id,
        "quote": quote_to_record(item.quote) if item.quote else None,
        "standfirst": item.standfirst,
        "lead": item.lead,
    }


def quote_of(record: Mapping[str, Any]) -> Quote | None:
    """The quote in an `item_record`."""
    return quote_from_record(record["quote"]) if record.get("quote") else None


def approve(db: Connection, key: str, content_hash: str, now: datetime) -> bool:
    """Approve exactly this content; True when this call did it. Other content, or an edition past it, is `Held`."""
    edition = _need(db, key)
    if edition.state is EditionState.APPROVED and edition.approved_hash == content_hash:
        return False
    if edition.frozen is not None or edition.state not in OPEN:
        raise Held(f"{key} is {edition.state.value} and can no longer be approved")
    if not content_hash or edition.content_hash != content_hash:
        raise Held(f"{key} has changed since it was looked at", do=f"look at it again: publisher preview {key}")
    new = {"state": EditionState.APPROVED.value, "approved_hash": content_hash, "reason": "", "updated": now}
    db.execute(update(editions).where(editions.c.key == key).values(**new))
    return True


def reopen(db: Connection, key: str, now: datetime) -> None:
    """Take an approval back: the edition is a draft again."""
    edition = _need(db, key)
    if edition.frozen is not None or edition.state is not EditionState.APPROVED:
        raise Held(f"{key} is {edition.state.value}, not approved")
    new = {"state": EditionState.DRAFT.value, "approved_hash": "", "updated": now}
    db.execute(update(editions).where(editions.c.key == key).values(**new))


def freeze(db: Connection, key: str, content_hash: str, now: datetime, *, dated: Email | None = None) -> bool:
    """Begin to send exactly this content: nothing changes it any more. True when this call froze it.

    `dated` is the same content with the date of another day, and is what is sent then; an approval covers both. Other
    content than is stored or was approved is `Held`, and so is an edition that is paused or has ended.
    """
    edition, sent_hash = _need(db, key), dated.content_hash if dated else content_hash
    begun = edition.frozen is not None
    if not content_hash or edition.content_hash != (sent_hash if begun else content_hash):
        raise Held(f"{key} has changed since it was looked at", do=f"look at it again: publisher preview {key}")
    if begun:
        return False
    if edition.approved_hash not in {"", content_hash}:
        raise Held(f"{key} is not what was approved", do=f"approve it again: publisher editions approve {key}")
    if edition.state not in {EditionState.DRAFT, EditionState.APPROVED}:
        raise Held(f"{key} is {edition.state.value}" + (f": {edition.reason}" if edition.reason else ""))
    if edition.paused:
        raise Held(f"{key} is paused", do=f"publisher editions resume {key}")
    new = {"state": EditionState.SENDING.value, "frozen": now, "updated": now}
    if dated is not None:
        new |= {"content_hash": sent_hash, "approved_hash": sent_hash if edition.approved_hash else ""}
        _save_email(db, key, dated)
    db.execute(update(editions).where(editions.c.key == key).values(**new))
    return True


def set_state(db: Connection, key: str, state: EditionState, *, reason: str = "", now: datetime) -> None:
    """Move an edition on; one that was frozen can neither be a draft again nor have been missed or skipped (`Held`)."""
    edition = _need(db, key)
    if edition.frozen is not None and state in NOT_AFTER_FREEZING:
        raise Held(f"{key} is being sent and cannot become {state.value}")
    new: dict[str, Any] = {"state": state.value, "reason": reason, "updated": now}
    new["finished"] = (edition.finished or now) if state in FINISHED else None
    if state is EditionState.DRAFT:
        new["approved_hash"] = ""
    db.execute(update(editions).where(editions.c.key == key).values(**new))


def revive(db: Connection, key: str, now: datetime) -> None:
    """Open a cancelled, skipped or missed edition again that never went out.

    It is approved as it was, unless a review of it is in another edition by now: then it is a draft.
    """
    edition = _need(db, key)
    if edition.frozen is not None:
        raise Held(f"{key} was being sent and cannot be opened again")
    approved = bool(edition.approved_hash) and edition.approved_hash == edition.content_hash
    mine = set(db.scalars(select(edition_reviews.c.review_id).where(edition_reviews.c.edition == key)))
    if not approved or mine & used_reviews(db, edition.newsletter):
        set_state(db, key, EditionState.DRAFT, now=now)
    else:
        set_state(db, key, EditionState.APPROVED, now=now)


def set_hand(db: Connection, key: str, hand: Mapping[str, Any], now: datetime) -> None:
    """Keep what an editor did to a draft; the next composing takes it in."""
    edition = _need(db, key)
    _refuse_remaking(edition)
    db.execute(update(editions).where(editions.c.key == key).values(hand=dict(hand), updated=now))


def set_paused(db: Connection, key: str, now: datetime, *, paused: bool) -> bool:
    """Pause or resume an edition; True when that changed something."""
    _need(db, key)
    differs = (editions.c.key == key) & (editions.c.paused != paused)
    new = {"paused": paused, "updated": now} | ({} if paused else {"reason": ""})
    return db.execute(update(editions).where(differs).values(**new)).rowcount == 1


def used_reviews(db: Connection, newsletter: str) -> set[str]:
    """The reviews that readers of a newsletter have had or are about to get, in its slots or in one-offs made for it.

    Approved and sending editions count, sent ones too, and held ones that were frozen; drafts, missed, skipped and
    cancelled ones leave their reviews free.
    """
    held_midway = (editions.c.state == EditionState.HELD) & editions.c.frozen.is_not(None)
    live = or_(editions.c.state.in_(LIVE), held_midway)
    joined = edition_reviews.join(editions, edition_reviews.c.edition == editions.c.key)
    query = select(edition_reviews.c.review_id).select_from(joined)
    return set(db.scalars(query.where((editions.c.newsletter == newsletter) & live)))


def recent_quote_texts(db: Connection, review_ids: Collection[str], since: datetime) -> dict[str, set[str]]:
    """The quotes that frozen editions since then have shown of these reviews, by review."""
    joined = edition_reviews.join(editions, edition_reviews.c.edition == editions.c.key)
    query = select(edition_reviews.c.review_id, edition_reviews.c.quote).select_from(joined)
    shown = (edition_reviews.c.quote_hash != "") & (editions.c.frozen >= since)
    found: dict[str, set[str]] = {}
    for review_id, quote in db.execute(query.where(edition_reviews.c.review_id.in_(list(review_ids)) & shown)):
        found.setdefault(review_id, set()).add(quote_from_record(quote).text)
    return found


def _need(db: Connection, key: str) -> StoredEdition:
    # Locked on PostgreSQL, where a writer that asked for company could change it before our update.
    row = db.execute(select(editions).where(editions.c.key == key).with_for_update()).first()
    if row is None:
        raise UsageError(f"there is no edition {key}", do="`publisher editions list` shows them")
    return _stored(row)


def _stored(row: Any) -> StoredEdition:
    return StoredEdition(**{**row._mapping, "state": EditionState(row.state)})
