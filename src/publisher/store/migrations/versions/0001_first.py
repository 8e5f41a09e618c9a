"""The first shape: all nouns at once. Times are whole microseconds since 1970."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
WAITING = sa.text("state in ('todo', 'deferred')")
HELD = sa.text("lease is not null")


def needed(name: str, type_: Any) -> sa.Column[Any]:
    """A column without a default that every row fills."""
    return sa.Column(name, type_, nullable=False)


def time(name: str) -> sa.Column[int]:
    """A moment that may be unknown."""
    return sa.Column(name, sa.BigInteger)


def word(name: str) -> sa.Column[str]:
    """A string that is empty where nothing is said."""
    return sa.Column(name, sa.String, nullable=False, server_default="")


def words(name: str) -> sa.Column[str]:
    """A long string that is empty where nothing is said."""
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def flag(name: str) -> sa.Column[bool]:
    """Off unless it was set."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("false"))


def number(name: str) -> sa.Column[int]:
    """Counts from 0."""
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def row_id() -> sa.Column[int]:
    """The number that the database gives each row."""
    return sa.Column("id", ROW_ID, primary_key=True, autoincrement=True)


def upgrade() -> None:
    """Make every table."""
    _reviews()
    _editions()
    _audience()
    _deliveries()
    _posts()
    _clock_and_log()


def _reviews() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.String, primary_key=True),
        words("url"),
        time("fetched_at"),
        time("last_good"),
        time("not_before"),
        number("failures"),
        time("failing_since"),
        word("error"),
        flag("gone"),
        needed("state", sa.JSON),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.String, primary_key=True),
        needed("source", sa.String),
        words("url"),
        needed("verdict", sa.String),
        word("rule"),
        needed("content_hash", sa.String),
        word("fingerprint"),
        time("published"),
        needed("first_seen", sa.BigInteger),
        needed("updated", sa.BigInteger),
        time("hold_until"),
        flag("held"),
        flag("pinned"),
        flag("excluded"),
        needed("record", sa.JSON),
        needed("overrides", sa.JSON),
    )
    op.create_index("ix_reviews_published", "reviews", ["published"])
    op.create_index("ix_reviews_verdict_first_seen", "reviews", ["verdict", "first_seen"])
    op.create_table(
        "review_keys",
        needed("kind", sa.String),
        needed("key", sa.String),
        needed("source", sa.String),
        sa.Column("review_id", sa.String, sa.ForeignKey("reviews.id", ondelete="CASCADE"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "source", "review_id"),
    )
    op.create_index("ix_review_keys_review_id", "review_keys", ["review_id"])
    op.create_table(
        "decisions",
        row_id(),
        needed("review_id", sa.String),
        needed("source", sa.String),
        needed("verdict", sa.String),
        needed("rule", sa.String),
        needed("evidence", sa.JSON),
        needed("at", sa.BigInteger),
    )
    op.create_index("ix_decisions_review_id", "decisions", ["review_id"])


def _editions() -> None:
    op.create_table(
        "editions",
        sa.Column("key", sa.String, primary_key=True),
        needed("newsletter", sa.String),
        needed("kind", sa.String),
        time("slot_utc"),
        needed("state", sa.String),
        words("reason"),
        needed("hand", sa.JSON),
        needed("content", sa.JSON),
        word("content_hash"),
        word("approved_hash"),
        word("recipients_of"),
        needed("created", sa.BigInteger),
        needed("updated", sa.BigInteger),
        time("frozen"),
        time("finished"),
        flag("paused"),
    )
    op.create_index("ix_editions_newsletter_slot_utc", "editions", ["newsletter", "slot_utc"])
    op.create_table(
        "edition_reviews",
        sa.Column("edition", sa.String, sa.ForeignKey("editions.key", ondelete="CASCADE"), nullable=False),
        sa.Column("review_id", sa.String, sa.ForeignKey("reviews.id"), nullable=False),
        needed("position", sa.Integer),
        sa.Column("quote", sa.JSON),
        word("quote_hash"),
        sa.PrimaryKeyConstraint("edition", "review_id"),
    )
    op.create_index("ix_edition_reviews_review_id", "edition_reviews", ["review_id"])
    op.create_table(
        "emails",
        sa.Column("edition", sa.String, sa.ForeignKey("editions.key", ondelete="CASCADE"), nullable=False),
        needed("variant", sa.String),
        needed("subject", sa.Text),
        needed("preheader", sa.Text),
        needed("html", sa.Text),
        needed("text", sa.Text),
        needed("slots", sa.JSON),
        needed("content_hash", sa.String),
        sa.PrimaryKeyConstraint("edition", "variant"),
    )


def _audience() -> None:
    op.create_table(
        "subscribers",
        row_id(),
        needed("email", sa.String),
        sa.Column("address_key", sa.String, nullable=False, unique=True),
        word("name"),
        word("zone"),
        needed("fields", sa.JSON),
        needed("created", sa.BigInteger),
        number("soft_bounces"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscriptions",
        needed("newsletter", sa.String),
        sa.Column("subscriber_id", ROW_ID, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
        needed("state", sa.String),
        needed("since", sa.BigInteger),
        needed("consent", sa.JSON),
        sa.PrimaryKeyConstraint("newsletter", "subscriber_id"),
    )
    op.create_index("ix_subscriptions_subscriber_id", "subscriptions", ["subscriber_id"])
    op.create_table(
        "suppressions",
        needed("address_key", sa.String),
        word("scope"),
        needed("reason", sa.String),
        needed("since", sa.BigInteger),
        sa.PrimaryKeyConstraint("address_key", "scope"),
    )


def _deliveries() -> None:
    op.create_table(
        "mail_deliveries",
        row_id(),
        sa.Column("edition", sa.String, sa.ForeignKey("editions.key"), nullable=False),
        needed("subscriber_id", sa.BigInteger),
        sa.Column("state", sa.String, nullable=False, server_default="todo"),
        number("attempt"),
        word("provider"),
        word("owner"),
        word("boot"),
        time("lease"),
        time("not_before"),
        time("first_try"),
        time("updated"),
        word("message_id"),
        word("provider_id"),
        word("error"),
        number("failures"),
        flag("unsure"),
        sa.UniqueConstraint("edition", "subscriber_id"),
    )
    op.create_index(
        "ix_mail_deliveries_waiting",
        "mail_deliveries",
        ["edition", "state", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_mail_deliveries_held",
        "mail_deliveries",
        ["edition", "owner"],
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("review_id", sa.String, sa.ForeignKey("reviews.id"), nullable=False),
        needed("channel", sa.String),
        needed("network", sa.String),
        sa.Column("kind", sa.String, nullable=False, server_default="new"),
        needed("content", sa.JSON),
        needed("content_hash", sa.String),
        word("approved_hash"),
        needed("created", sa.BigInteger),
        sa.UniqueConstraint("review_id", "channel", "kind"),
    )
    op.create_table(
        "post_deliveries",
        row_id(),
        sa.Column("post", sa.String, sa.ForeignKey("posts.id"), nullable=False),
        needed("channel", sa.String),
        sa.Column("state", sa.String, nullable=False, server_default="todo"),
        number("attempt"),
        word("owner"),
        word("boot"),
        time("lease"),
        time("not_before"),
        time("first_try"),
        time("updated"),
        word("provider_id"),
        word("url"),
        word("error"),
        sa.UniqueConstraint("post", "channel"),
    )
    op.create_index("ix_post_deliveries_state", "post_deliveries", ["state"])


def _clock_and_log() -> None:
    op.create_table(
        "slots",
        needed("schedule", sa.String),
        needed("slot_local", sa.String),
        needed("slot_utc", sa.BigInteger),
        needed("state", sa.String),
        word("edition"),
        word("owner"),
        time("lease"),
        needed("updated", sa.BigInteger),
        sa.PrimaryKeyConstraint("schedule", "slot_local"),
    )
    op.create_table(
        "events",
        row_id(),
        needed("at", sa.BigInteger),
        needed("kind", sa.String),
        needed("subject", sa.String),
        needed("data", sa.JSON),
    )
    op.create_index("ix_events_subject", "events", ["subject"])
    op.create_table(
        "tokens",
        sa.Column("name", sa.String, primary_key=True),
        needed("value", sa.Text),
        time("expires"),
        needed("updated", sa.BigInteger),
    )
    op.create_table(
        "notices",
        sa.Column("key", sa.String, primary_key=True),
        needed("at", sa.BigInteger),
        needed("text", sa.Text),
        time("sent"),
    )
