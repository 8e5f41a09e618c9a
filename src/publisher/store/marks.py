"""A short text that changes when anything changes that an edition is made of."""

import hashlib

from sqlalchemy import Connection, String, cast, select

from publisher.store.tables import editions, reviews

_REVIEW = (
    reviews.c.id,
    reviews.c.content_hash,
    reviews.c.verdict,
    reviews.c.held,
    reviews.c.hold_until,
    reviews.c.pinned,
    reviews.c.excluded,
    reviews.c.updated,
    cast(reviews.c.overrides, String),
)
# Not when it was last written nor what came of it: composing again the same would look like a change.
_EDITION = (
    editions.c.key,
    editions.c.state,
    editions.c.approved_hash,
    editions.c.frozen,
    editions.c.paused,
    cast(editions.c.hand, String),
)


def mark(db: Connection) -> str:
    """The same as long as the pool and the editor's hand in every edition are the same."""
    seen = hashlib.sha256()
    for query in (select(*_REVIEW).order_by(reviews.c.id), select(*_EDITION).order_by(editions.c.key)):
        for row in db.execute(query):
            seen.update(repr(tuple(row)).encode())
    return seen.hexdigest()[:16]
