"""A table each for schedules, signing keys, settings, pauses, channel health and the recipients of notices.

0.1 kept schedules as rows of `slots` under names that were put together, the day of the last look at old reviews as an
event a day, who had got a notice as notices without a text, and the others in `tokens` under prefixes.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ANCHOR = " (schedule)"
LOOKED = "evergreen looked"
RECIPIENT = re.compile(r"(.+) for ([0-9a-f]{12})", re.DOTALL)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SLOTS = sa.table("slots", *map(sa.column, ("schedule", "slot_local", "slot_utc")))
EVENTS = sa.table("events", *map(sa.column, ("id", "kind", "subject", "at")), sa.column("data", sa.JSON))
NOTICES = sa.table("notices", *map(sa.column, ("key", "at", "text")))
TOKENS = sa.table("tokens", *map(sa.column, ("name", "value", "expires", "updated")))


def upgrade() -> None:
    """Make the tables, carry over what belongs into them, and take away what it was kept as."""
    db = op.get_bind()
    if db.dialect.name == "postgresql":
        # A process of 0.1 that still runs may write nothing into what has been read here.
        db.execute(sa.text("LOCK TABLE tokens, slots, events, notices IN ACCESS EXCLUSIVE MODE"))
    _schedules(db)
    _recipients(db)
    _tokens(db, _looked(db))


def needed(name: str, type_: Any) -> sa.Column[Any]:
    """A column without a default that every row fills."""
    return sa.Column(name, type_, nullable=False)


def name(column: str = "name") -> sa.Column[str]:
    """The column that tells the rows apart."""
    return sa.Column(column, sa.String, primary_key=True)


def _schedules(db: sa.Connection) -> None:
    table = op.create_table(
        "schedules", name(), needed("text", sa.Text), needed("zone", sa.String), needed("since", sa.BigInteger)
    )
    anchors = SLOTS.c.schedule.endswith(ANCHOR, autoescape=True) & SLOTS.c.slot_local.contains(" from ")
    found: dict[str, dict[str, Any]] = {}
    for row in db.execute(sa.select(SLOTS).where(anchors).order_by(SLOTS.c.slot_utc)):
        text, _, zone = row.slot_local.rpartition(" from ")[0].rpartition(" ")
        new = {"name": row.schedule.removesuffix(ANCHOR), "text": text, "zone": zone, "since": row.slot_utc}
        before = found.get(new["name"])
        # Of several in a row that read alike, two processes at once wrote the later ones.
        if before is None or (before["text"], before["zone"]) != (text, zone):
            found[new["name"]] = new
    op.bulk_insert(table, list(found.values()))
    db.execute(sa.delete(SLOTS).where(anchors))


def _recipients(db: sa.Connection) -> None:
    table = op.create_table(
        "notice_recipients",
        sa.Column("notice", sa.String, sa.ForeignKey("notices.key", ondelete="CASCADE"), nullable=False),
        needed("recipient", sa.String),
        needed("at", sa.BigInteger),
        sa.PrimaryKeyConstraint("notice", "recipient"),
    )
    told = set(db.scalars(sa.select(NOTICES.c.key).where(NOTICES.c.text != "")))
    for row in db.execute(sa.select(NOTICES).where(NOTICES.c.text == "")).all():
        mark = RECIPIENT.fullmatch(row.key)
        if mark and mark[1] in told:
            db.execute(sa.insert(table).values(notice=mark[1], recipient=mark[2], at=row.at))
            db.execute(sa.delete(NOTICES).where(NOTICES.c.key == row.key))


def _looked(db: sa.Connection) -> Iterator[dict[str, Any]]:
    looks = (EVENTS.c.kind == "looked") & (EVENTS.c.subject == "evergreen")
    last = db.execute(sa.select(EVENTS).where(looks).order_by(EVENTS.c.id.desc()).limit(1)).first()
    if last is not None:
        yield {"name": LOOKED, "value": last.data["day"], "updated": last.at}
        db.execute(sa.delete(EVENTS).where(looks))


def _tokens(db: sa.Connection, settings: Iterator[dict[str, Any]]) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"key": [], "pause": [], "channel": [], "": list(settings)}
    for token in db.execute(sa.select(TOKENS)).all():
        kind, slash, rest = token.name.partition("/")
        if not slash or kind not in rows:
            rows[""].append({"name": token.name, "value": token.value, "updated": token.updated})
        elif kind == "key":
            rows[kind].append({"name": rest, "value": token.value, "made": token.updated})
        elif kind == "pause":
            rows[kind].append({"name": rest, "since": token.updated, "until": token.expires})
        else:
            said = json.loads(token.value)
            times = {each: _micros(said[each]) for each in ("since", "tried")}
            rows[kind].append({"channel": rest, "why": said["why"], "keys": said["keys"], **times})
    moment = sa.BigInteger
    keys = op.create_table("signing_keys", name(), needed("value", sa.String), needed("made", moment))
    kept = op.create_table("settings", name(), needed("value", sa.Text), needed("updated", moment))
    pauses = op.create_table("pauses", name(), needed("since", moment), sa.Column("until", moment))
    health = op.create_table(
        "channel_health",
        name("channel"),
        needed("why", sa.Text),
        needed("since", moment),
        needed("tried", moment),
        needed("keys", sa.String),
    )
    for table, kind in ((keys, "key"), (kept, ""), (pauses, "pause"), (health, "channel")):
        op.bulk_insert(table, rows[kind])
    op.drop_table("tokens")


def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)
