"""Social posts and their ledger: one post per review, channel and kind, sent once through the states of a delivery.

A post may be made anew until its first attempt has begun; from then on it is what it was.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, update

from publisher.model import DeliveryState, Facet, LinkCard, Part, Post, Receipt
from publisher.store.ledger.deliveries import Sender
from publisher.store.records import quote_from_record, quote_to_record
from publisher.store.tables import Moment, post_deliveries, posts
from publisher.store.upsert import insert as upsert

BEGUN = (DeliveryState.CLAIMED, DeliveryState.SENDING)
WAITING = (DeliveryState.TODO, DeliveryState.DEFERRED)
CHANGEABLE = (*WAITING, DeliveryState.CANCELLED, DeliveryState.REFUSED)


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
        mine = update(post_deliveries).where(post_deliveries.c.post == id_, post_deliveries.c.state.in_(CHANGEABLE))
        waits = {"state": DeliveryState.TODO, "not_before": not_before, "first_try": None, "error": "", "updated": now}
        if db.execute(mine.values(**waits)).rowcount:
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
    taken = {"state": DeliveryState.CLAIMED, "attempt": post_deliveries.c.attempt + 1}
    taken |= {
        "first_try": func.coalesce(post_deliveries.c.first_try, literal(now, Moment))
    }  # the time that the post bears
    mine = {"owner": sender.owner, "boot": sender.boot, "lease": now + sender.lease, "updated": now}
    waiting = (post_deliveries.c.post == id_) & post_deliveries.c.state.in_(WAITING)
    if db.execute(update(post_deliveries).where(waiting).values(**taken, **mine)).rowcount != 1:
        return None
    return get(db, id_)


def begin(db: Connection, claimed: StoredPost, *, sender: Sender, now: datetime) -> bool:
    """Note that it is about to leave; False when the claim no longer holds. Call it in a durable transaction."""
    held = (post_deliveries.c.state.in_(BEGUN)) & _attempt(claimed)
    sending = {"state": DeliveryState.SENDING, "lease": now + sender.lease, "updated": now}
    return db.execute(update(post_deliveries).where(held).values(**sending)).rowcount == 1


def record(
    db: Connection,
    claimed: StoredPost,
    state: DeliveryState,
    *,
    now: datetime,
    receipt: Receipt | None = None,
    error: str = "",
    not_before: datetime | None = None,
) -> bool:
    """Note how an attempt ended; False when the claim no longer holds."""
    late = (*BEGUN, DeliveryState.UNCERTAIN, DeliveryState.TODO)
    values: dict[str, Any] = {"state": state, "error": error, "not_before": not_before, "lease": None, "updated": now}
    if receipt is not None:
        values |= {"provider_id": receipt.provider_id, "url": receipt.url}
    if state is DeliveryState.TODO:
        values["first_try"] = None
    open_ = post_deliveries.c.state.in_(late) & _attempt(claimed)
    return db.execute(update(post_deliveries).where(open_).values(**values)).rowcount == 1


def move(db: Connection, id_: str, not_before: datetime, *, now: datetime) -> bool:
    """Let a waiting post wait for another time; False when it does not wait."""
    waiting = (post_deliveries.c.post == id_) & post_deliveries.c.state.in_(WAITING)
    return db.execute(update(post_deliveries).where(waiting).values(not_before=not_before, updated=now)).rowcount == 1


def cancel(db: Connection, id_: str, *, now: datetime, why: str = "") -> bool:
    """Never send it; False when it is past that."""
    waiting = (post_deliveries.c.post == id_) & post_deliveries.c.state.in_((*WAITING, DeliveryState.CLAIMED))
    ended = {"state": DeliveryState.CANCELLED, "lease": None, "not_before": None, "error": why, "updated": now}
    return db.execute(update(post_deliveries).where(waiting).values(**ended)).rowcount == 1


def again(db: Connection, id_: str, *, now: datetime) -> bool:
    """Let a refused, cancelled or put-off post wait to be sent at once; False when it is something else."""
    table = post_deliveries.c
    over = (table.post == id_) & table.state.in_((DeliveryState.REFUSED, DeliveryState.CANCELLED, *WAITING))
    fresh = {"state": DeliveryState.TODO, "not_before": None, "error": "", "lease": None, "updated": now}
    return db.execute(update(post_deliveries).where(over).values(**fresh)).rowcount == 1


def set_url(db: Connection, id_: str, url: str, *, now: datetime) -> bool:
    """Keep the public address of a post that is out; False when it is not."""
    out = (post_deliveries.c.post == id_) & (post_deliveries.c.state == DeliveryState.ACCEPTED)
    return db.execute(update(post_deliveries).where(out).values(url=url, updated=now)).rowcount == 1


def taken_back(db: Connection, id_: str, *, now: datetime) -> bool:
    """Note that a post that was out has been deleted; False when it was not out."""
    out = (post_deliveries.c.post == id_) & (post_deliveries.c.state == DeliveryState.ACCEPTED)
    gone = {"state": DeliveryState.CANCELLED, "error": "deleted", "updated": now}
    return db.execute(update(post_deliveries).where(out).values(**gone)).rowcount == 1


def resolve(db: Connection, id_: str, *, sent: bool, now: datetime, url: str = "") -> bool:
    """Settle an uncertain post as an editor says; False when it is not uncertain."""
    state = DeliveryState.ACCEPTED if sent else DeliveryState.TODO
    values: dict[str, Any] = {"state": state, "lease": None, "updated": now}
    if url:
        values["url"] = url
    unsure = (post_deliveries.c.post == id_) & (post_deliveries.c.state == DeliveryState.UNCERTAIN)
    return db.execute(update(post_deliveries).where(unsure).values(**values)).rowcount == 1


def settle_left(
    db: Connection, channel: str, *, sender: Sender, dead: Collection[str], idempotent: bool, now: datetime
) -> int:
    """Settle what senders left on a channel who are `dead` or let their lease run out; how many posts there were.

    Unsent ones wait again, begun ones are uncertain; but with an idempotent provider a begun post waits again too,
    because it knows a second copy by its key.
    """
    table = post_deliveries.c
    theirs = (table.channel == channel) & table.state.in_(BEGUN) & (table.owner != sender.owner)
    settled = 0
    for row in db.execute(select(post_deliveries).where(theirs)).all():
        if row.owner not in dead and row.lease is not None and row.lease >= now:
            continue
        unsent = row.state == DeliveryState.CLAIMED and row.boot == sender.boot
        state = DeliveryState.TODO if unsent or idempotent else DeliveryState.UNCERTAIN
        same = (table.id == row.id) & (table.attempt == row.attempt) & table.state.in_(BEGUN)
        ended = update(post_deliveries).where(same).values(state=state, lease=None, updated=now)
        settled += db.execute(ended).rowcount
    return settled


def channel_of(db: Connection, id_: str) -> str | None:
    """The channel of a post."""
    found: str | None = db.scalar(select(posts.c.channel).where(posts.c.id == id_))
    return found


def owners(db: Connection, channel: str) -> tuple[str, ...]:
    """All who hold a post of a channel."""
    holding = post_deliveries.c.state.in_(BEGUN) & (post_deliveries.c.channel == channel)
    return tuple(db.scalars(select(post_deliveries.c.owner).where(holding).distinct()))


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


def _attempt(claimed: StoredPost) -> Any:
    return (post_deliveries.c.post == claimed.id) & (post_deliveries.c.attempt == claimed.attempt)


def _select() -> Select[Any]:
    table = post_deliveries.c
    ledger = (table.state, table.attempt, table.not_before, table.first_try, table.updated)
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
        state=DeliveryState(row.state),
        attempt=row.attempt,
        not_before=row.not_before,
        first_try=row.first_try,
        updated=row.updated,
        provider_id=row.provider_id,
        url=row.url,
        error=row.error,
    )
