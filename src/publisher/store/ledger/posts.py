"""Social posts and their ledger: one post per review, channel and kind, sent once through the states of a delivery.

A post may be made anew until its first attempt has begun; from then on it is what it was.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, update

from publisher.model import DeliveryState, Facet, LinkCard, Part, Post
from publisher.store.ledger import law
from publisher.store.ledger.connection import End
from publisher.store.ledger.deliveries import moment
from publisher.store.ledger.law import Attempt, Rows, Sender
from publisher.store.moment import EPOCH, Moment
from publisher.store.records import quote_from_record, quote_to_record
from publisher.store.tables import post_deliveries, posts
from publisher.store.upsert import insert as upsert

BEGUN, WAITING, CHANGEABLE = law.HELD, law.WAITING, law.RETRY.before


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPost:
    """A post as it is kept and where its delivery stands; `attempt` is the fence of its ledger row."""

    id: str
    review_id: str
    channel: str
    kind: str
    post: Post
    content_hash: str
    approved_hash: str
    created: datetime
    row_id: int
    state: DeliveryState
    attempt: int
    not_before: datetime | None
    first_try: datetime | None
    updated: datetime | None
    provider_id: str
    url: str
    error: str

    @property
    def approved(self) -> bool:
        """Whether an editor has approved it as it reads now."""
        return self.approved_hash == self.content_hash

    @property
    def tried(self) -> Attempt:
        """Its last claim, as an outcome is judged; every claim before it has failed."""
        return Attempt(self.row_id, self.attempt, max(0, self.attempt - 1), self.first_try)


def of(channel: str) -> Rows:
    """A channel's rows."""
    return Rows(table=post_deliveries, which=post_deliveries.c.channel == channel)


def post_id(review_id: str, channel: str, kind: str) -> str:
    """A post's id, which is its key with a provider too: the same for the same review, channel and kind."""
    mark = hashlib.sha256(f"{channel}\0{kind}".encode()).hexdigest()[:8]
    return f"{review_id}-{mark}"


FIRST = "new"
"""The kind of a review's first post on a channel."""
CORRECTION = "correction"
"""How the kinds of corrections begin; they answer the first post."""


def head_of(db: Connection, stored: StoredPost) -> StoredPost | None:
    """The first post of the thread that this one continues; None for one that begins there itself."""
    kind, slash, _ = stored.kind.rpartition("/")
    return get(db, post_id(stored.review_id, stored.channel, kind)) if slash else None


def part_kind(kind: str, number: int) -> str:
    """The kind of the `number`th post of a thread, the first one being 1."""
    return f"{kind}/{number}"


def save_post(
    db: Connection,
    post: Post,
    *,
    review_id: str,
    channel: str,
    kind: str = FIRST,
    now: datetime,
    not_before: datetime | None = None,
) -> StoredPost:
    """Keep a post for a channel, to be sent at `not_before` or when somebody asks; one that was begun stays as it was.

    A post whose words change is not approved any longer.
    """
    id_ = post_id(review_id, channel, kind)
    record = to_record(post)
    new = {"content": record, "content_hash": _hash(record)}
    row = {"id": id_, "review_id": review_id, "channel": channel, "network": post.network, "kind": kind, "created": now}
    if db.execute(upsert(db, posts).values(**row, **new).on_conflict_do_nothing()).rowcount:
        db.execute(insert(post_deliveries).values(post=id_, channel=channel, not_before=not_before, updated=now))
    else:
        waits = {"not_before": not_before, "first_try": None, "error": ""}
        if law.turn(db, _of(id_), law.RETRY, DeliveryState.TODO, now=now, **waits):
            db.execute(update(posts).where(posts.c.id == id_).values(**new))
    stored = get(db, id_)
    assert stored is not None
    return stored


def get(db: Connection, id_: str) -> StoredPost | None:
    """The post of that id."""
    row = db.execute(_select().where(posts.c.id == id_)).first()
    return _stored(row) if row else None


def by_review(db: Connection, review_id: str) -> tuple[StoredPost, ...]:
    """The posts of one review, by channel."""
    return _list(db, _select().where(posts.c.review_id == review_id).order_by(posts.c.channel, posts.c.kind))


def list_(db: Connection, *, channel: str | None = None, limit: int = 100) -> tuple[StoredPost, ...]:
    """Posts, newest first."""
    query = _select().order_by(posts.c.created.desc(), posts.c.id).limit(limit)
    return _list(db, query if channel is None else query.where(posts.c.channel == channel))


def find(db: Connection, text: str) -> StoredPost | None:
    """The post of that id, or the only one whose id begins so."""
    rows = _list(db, _select().where(posts.c.id.startswith(text, autoescape=True)).order_by(posts.c.id).limit(2))
    exact = get(db, text)
    return exact or (rows[0] if len(rows) == 1 else None)


def due(db: Connection, *, now: datetime, channel: str | None = None) -> tuple[StoredPost, ...]:
    """Posts that wait and whose time has come, oldest first."""
    table = post_deliveries.c
    come = table.not_before.is_(None) | (table.not_before <= now)
    query = _select().where(table.state.in_(WAITING), come).order_by(posts.c.created, posts.c.id)
    return _list(db, query if channel is None else query.where(posts.c.channel == channel))


def refused(db: Connection, *, since: datetime) -> tuple[StoredPost, ...]:
    """Posts that were refused since then."""
    table = post_deliveries.c
    late = (table.state == DeliveryState.REFUSED) & (table.updated >= since)
    return _list(db, _select().where(late).order_by(posts.c.created))


def uncertain(db: Connection) -> tuple[StoredPost, ...]:
    """Posts that may have gone out."""
    return _list(db, _select().where(post_deliveries.c.state == DeliveryState.UNCERTAIN).order_by(posts.c.created))


def last_sent(db: Connection, channel: str) -> datetime | None:
    """When the channel's last post was accepted."""
    table = post_deliveries.c
    query = select(table.updated).where(table.channel == channel, table.state == DeliveryState.ACCEPTED)
    found: datetime | None = db.scalar(query.order_by(table.updated.desc()).limit(1))
    return found


def approve(db: Connection, id_: str, content_hash: str) -> bool:
    """Approve a post as it reads; False when it reads otherwise by now."""
    same = (posts.c.id == id_) & (posts.c.content_hash == content_hash)
    return db.execute(update(posts).where(same).values(approved_hash=content_hash)).rowcount == 1


def claim_post(db: Connection, id_: str, *, sender: Sender, now: datetime) -> StoredPost | None:
    """Take a waiting post to send it now, whatever its time; None when somebody has it or it has ended.

    Call it in a durable transaction of its own.
    """
    said = func.coalesce(post_deliveries.c.first_try, literal(now, Moment))  # the time that the post bears
    return get(db, id_) if law.claim(db, _of(id_), sender=sender, now=now, first_try=said) else None


def begin(db: Connection, claimed: StoredPost, *, sender: Sender, now: datetime) -> bool:
    """Note that it is about to leave; False when the claim no longer holds. Call it in a durable transaction."""
    mine = _fenced(claimed.row_id, claimed.attempt)
    return law.turn(db, mine, law.BEGIN, DeliveryState.SENDING, now=now, lease=now + sender.lease) == 1


def record(db: Connection, end: End, *, url: str = "") -> bool:
    """Note how an attempt ended; False when the claim no longer holds."""
    state = DeliveryState(end.state)
    values: dict[str, Any] = {"error": end.error, "not_before": moment(end.not_before)}
    if state is DeliveryState.ACCEPTED:
        values |= {"provider_id": end.provider_id, "url": url}
    if state is DeliveryState.TODO:
        values["first_try"] = None
    at = EPOCH + timedelta(microseconds=end.updated)
    return law.turn(db, _fenced(end.id, end.attempt), law.END, state, now=at, **values) == 1


def move(db: Connection, id_: str, not_before: datetime, *, now: datetime) -> bool:
    """Let a waiting post wait for another time; False when it does not wait."""
    waiting = _of(id_).which & post_deliveries.c.state.in_(WAITING)
    return db.execute(update(post_deliveries).where(waiting).values(not_before=not_before, updated=now)).rowcount == 1


def cancel(db: Connection, id_: str, *, now: datetime, why: str = "") -> bool:
    """Never send it; False when it is past that."""
    ended = {"not_before": None, "error": why}
    return law.turn(db, _of(id_), law.CANCEL, DeliveryState.CANCELLED, now=now, **ended) == 1


def again(db: Connection, id_: str, *, now: datetime) -> bool:
    """Let a refused, cancelled or put-off post wait to be sent at once; False when it is something else."""
    return law.turn(db, _of(id_), law.RETRY, DeliveryState.TODO, now=now, not_before=None, error="") == 1


def set_url(db: Connection, id_: str, url: str, *, now: datetime) -> bool:
    """Keep the public address of a post that is out; False when it is not."""
    out = (post_deliveries.c.post == id_) & (post_deliveries.c.state == DeliveryState.ACCEPTED)
    return db.execute(update(post_deliveries).where(out).values(url=url, updated=now)).rowcount == 1


def taken_back(db: Connection, id_: str, *, now: datetime) -> bool:
    """Note that a post that was out has been deleted; False when it was not out."""
    return law.turn(db, _of(id_), law.TAKE_BACK, DeliveryState.CANCELLED, now=now, error="deleted") == 1


def resolve(db: Connection, id_: str, *, sent: bool, now: datetime, url: str = "") -> bool:
    """Settle an uncertain post as an editor says; False when it is not uncertain."""
    return law.resolve(db, _of(id_), sent=sent, now=now, **({"url": url} if url else {})) == 1


def channel_of(db: Connection, id_: str) -> str | None:
    """The channel of a post."""
    found: str | None = db.scalar(select(posts.c.channel).where(posts.c.id == id_))
    return found


def to_record(post: Post) -> dict[str, Any]:
    """The post as a document; `from_record` gives an equal one back."""
    card = post.card
    return {
        "network": post.network,
        "text": post.text,
        "length": post.length,
        "limit": post.limit,
        "facets": _from_facets(post.facets),
        "link": post.link,
        "card": [card.url, card.title, card.description] if card else None,
        "quote": quote_to_record(post.quote) if post.quote else None,
        "image_alt": post.image_alt,
        "language": post.language,
        "problems": list(post.problems),
        "notes": list(post.notes),
        **(
            {"parts": [[part.text, part.length, _from_facets(part.facets)] for part in post.parts]}
            if post.parts
            else {}
        ),
    }


def from_record(record: Mapping[str, Any]) -> Post:
    """The post that `to_record` wrote."""
    card, quote = record["card"], record["quote"]
    return Post(
        network=record["network"],
        text=record["text"],
        length=record["length"],
        limit=record["limit"],
        facets=_to_facets(record["facets"]),
        link=record["link"],
        card=LinkCard(url=card[0], title=card[1], description=card[2]) if card else None,
        quote=quote_from_record(quote) if quote else None,
        image_alt=record["image_alt"],
        language=record["language"],
        problems=tuple(record["problems"]),
        notes=tuple(record["notes"]),
        parts=tuple(
            Part(text=text, length=length, facets=_to_facets(live)) for text, length, live in record.get("parts", ())
        ),
    )


def _from_facets(facets: Sequence[Facet]) -> list[list[Any]]:
    return [[facet.start, facet.end, facet.kind, facet.value] for facet in facets]


def _to_facets(rows: Sequence[Any]) -> tuple[Facet, ...]:
    return tuple(Facet(start=start, end=end, kind=kind, value=value) for start, end, kind, value in rows)


def _hash(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def _of(id_: str) -> Rows:
    return Rows(table=post_deliveries, which=post_deliveries.c.post == id_)


def _fenced(row: int, attempt: int) -> Rows:
    mine = (post_deliveries.c.id == row) & (post_deliveries.c.attempt == attempt)
    return Rows(table=post_deliveries, which=mine)


def _select() -> Select[Any]:
    table = post_deliveries.c
    ledger = (table.id.label("row_id"), table.state, table.attempt, table.not_before, table.first_try, table.updated)
    said = (table.provider_id, table.url, table.error)
    return select(posts, *ledger, *said).join_from(posts, post_deliveries, post_deliveries.c.post == posts.c.id)


def _list(db: Connection, query: Select[Any]) -> tuple[StoredPost, ...]:
    rows: Sequence[Any] = db.execute(query).all()
    return tuple(map(_stored, rows))


def _stored(row: Any) -> StoredPost:
    return StoredPost(
        id=row.id,
        review_id=row.review_id,
        channel=row.channel,
        kind=row.kind,
        post=from_record(row.content),
        content_hash=row.content_hash,
        approved_hash=row.approved_hash,
        created=row.created,
        row_id=row.row_id,
        state=DeliveryState(row.state),
        attempt=row.attempt,
        not_before=row.not_before,
        first_try=row.first_try,
        updated=row.updated,
        provider_id=row.provider_id,
        url=row.url,
        error=row.error,
    )
