"""The tables of all nouns, as SQLAlchemy Core knows them; migrations bring a database to this shape."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from publisher.store.moment import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite hands out 64-bit row ids only for a column typed INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


def _false(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _empty(name: str) -> Column[Any]:
    return Column(name, String, nullable=False, server_default="")


def _zero(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


sources = Table(
    "sources",
    metadata,
    Column("name", String, primary_key=True),
    Column("url", Text, nullable=False, server_default=""),
    Column("fetched_at", Moment),
    Column("last_good", Moment),
    Column("not_before", Moment),
    _zero("failures"),
    Column("failing_since", Moment),
    _empty("error"),
    _false("gone"),
    Column("state", JSON, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("url", Text, nullable=False, server_default=""),
    Column("verdict", String, nullable=False),
    Column("rule", String, nullable=False, server_default=""),
    Column("content_hash", String, nullable=False),
    # What the source last said of it, before anything was added from elsewhere; tells whether an entry changed.
    _empty("fingerprint"),
    Column("published", Moment),
    Column("first_seen", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("hold_until", Moment),
    _false("held"),
    _false("pinned"),
    _false("excluded"),
    Column("record", JSON, nullable=False),
    Column("overrides", JSON, nullable=False),
    Index("ix_reviews_published", "published"),
    Index("ix_reviews_verdict_first_seen", "verdict", "first_seen"),
)

# Every key a review was ever seen under; never deleted, so that nothing old can come back as new.
review_keys = Table(
    "review_keys",
    metadata,
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("source", String, nullable=False),
    Column("review_id", ForeignKey("reviews.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("kind", "key", "source", "review_id"),
    Index("ix_review_keys_review_id", "review_id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("review_id", String, nullable=False),
    Column("source", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_decisions_review_id", "review_id"),
)

editions = Table(
    "editions",
    metadata,
    Column("key", String, primary_key=True),
    Column("newsletter", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("slot_utc", Moment),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("hand", JSON, nullable=False),
    Column("content", JSON, nullable=False),
    Column("content_hash", String, nullable=False, server_default=""),
    Column("approved_hash", String, nullable=False, server_default=""),
    Column("recipients_of", String, nullable=False, server_default=""),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("frozen", Moment),
    Column("finished", Moment),
    _false("paused"),
    Index("ix_editions_newsletter_slot_utc", "newsletter", "slot_utc"),
)

edition_reviews = Table(
    "edition_reviews",
    metadata,
    Column("edition", ForeignKey("editions.key", ondelete="CASCADE"), nullable=False),
    Column("review_id", ForeignKey("reviews.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("quote", JSON(none_as_null=True)),
    Column("quote_hash", String, nullable=False, server_default=""),
    PrimaryKeyConstraint("edition", "review_id"),
    Index("ix_edition_reviews_review_id", "review_id"),
)

emails = Table(
    "emails",
    metadata,
    Column("edition", ForeignKey("editions.key", ondelete="CASCADE"), nullable=False),
    Column("variant", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("slots", JSON, nullable=False),
    Column("content_hash", String, nullable=False),
    PrimaryKeyConstraint("edition", "variant"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("email", String, nullable=False),
    Column("address_key", String, nullable=False, unique=True),
    Column("name", String, nullable=False, server_default=""),
    Column("zone", String, nullable=False, server_default=""),
    Column("fields", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    _zero("soft_bounces"),
    # The id of an erased person stays in the ledger and must never be given to somebody else.
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("newsletter", String, nullable=False),
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("state", String, nullable=False),
    Column("since", Moment, nullable=False),
    Column("consent", JSON, nullable=False),
    PrimaryKeyConstraint("newsletter", "subscriber_id"),
    Index("ix_subscriptions_subscriber_id", "subscriber_id"),
)

# By hash of the address, so that an erased person stays suppressed without being kept.
suppressions = Table(
    "suppressions",
    metadata,
    Column("address_key", String, nullable=False),
    Column("scope", String, nullable=False, server_default=""),
    Column("reason", String, nullable=False),
    Column("since", Moment, nullable=False),
    PrimaryKeyConstraint("address_key", "scope"),
)

mail_deliveries = Table(
    "mail_deliveries",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("edition", ForeignKey("editions.key"), nullable=False),
    Column("subscriber_id", BigInteger, nullable=False),
    Column("state", String, nullable=False, server_default="todo"),
    _zero("attempt"),
    _empty("provider"),
    _empty("owner"),
    _empty("boot"),
    Column("lease", Moment),
    Column("not_before", Moment),
    Column("first_try", Moment),
    Column("updated", Moment),
    _empty("message_id"),
    _empty("provider_id"),
    _empty("error"),
    _zero("failures"),
    _false("unsure"),  # an earlier attempt may have arrived: it never moves to another provider
    UniqueConstraint("edition", "subscriber_id"),
    # What is to be sent, and what a sender has in its hands: `claimed → sending` touches neither index.
    Index(
        "ix_mail_deliveries_waiting",
        "edition",
        "state",
        "id",
        sqlite_where=text("state in ('todo', 'deferred')"),
        postgresql_where=text("state in ('todo', 'deferred')"),
    ),
    Index(
        "ix_mail_deliveries_held",
        "edition",
        "owner",
        sqlite_where=text("lease is not null"),
        postgresql_where=text("lease is not null"),
    ),
)

# What became of readers whose rows are no longer kept; an edition's counts are its rows and these.
edition_totals = Table(
    "edition_totals",
    metadata,
    Column("edition", ForeignKey("editions.key"), nullable=False),
    Column("state", String, nullable=False),
    Column("readers", BigInteger, nullable=False),
    PrimaryKeyConstraint("edition", "state"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", String, primary_key=True),
    Column("review_id", ForeignKey("reviews.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("network", String, nullable=False),
    Column("kind", String, nullable=False, server_default="new"),
    Column("content", JSON, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("approved_hash", String, nullable=False, server_default=""),
    Column("created", Moment, nullable=False),
    UniqueConstraint("review_id", "channel", "kind"),
)

post_deliveries = Table(
    "post_deliveries",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("post", ForeignKey("posts.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False, server_default="todo"),
    _zero("attempt"),
    _empty("owner"),
    _empty("boot"),
    Column("lease", Moment),
    Column("not_before", Moment),
    Column("first_try", Moment),
    Column("updated", Moment),
    _empty("provider_id"),
    _empty("url"),
    _empty("error"),
    UniqueConstraint("post", "channel"),
    Index("ix_post_deliveries_state", "state"),
)

slots = Table(
    "slots",
    metadata,
    Column("schedule", String, nullable=False),
    Column("slot_local", String, nullable=False),
    Column("slot_utc", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("edition", String, nullable=False, server_default=""),
    Column("owner", String, nullable=False, server_default=""),
    Column("lease", Moment),
    Column("updated", Moment, nullable=False),
    PrimaryKeyConstraint("schedule", "slot_local"),
)

events = Table(
    "events",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_events_subject", "subject"),
)

# Each schedule as it reads now, and from when on it counts so.
schedules = Table(
    "schedules",
    metadata,
    Column("name", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("zone", String, nullable=False),
    Column("since", Moment, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("made", Moment, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated", Moment, nullable=False),
)

# Newsletters and channels that send nothing by themselves; without `until` it takes a person to resume.
pauses = Table(
    "pauses",
    metadata,
    Column("name", String, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
)

# Channels whose network refuses us; a channel that works has no row.
channel_health = Table(
    "channel_health",
    metadata,
    Column("channel", String, primary_key=True),
    Column("why", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("tried", Moment, nullable=False),
    Column("keys", String, nullable=False),
)

# One row per thing the editor was told, so that she is told once.
notices = Table(
    "notices",
    metadata,
    Column("key", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent", Moment),
)

# Which of several editors a notice has reached; by hash, for addresses are kept of readers only.
notice_recipients = Table(
    "notice_recipients",
    metadata,
    Column("notice", ForeignKey("notices.key", ondelete="CASCADE"), nullable=False),
    Column("recipient", String, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("notice", "recipient"),
)
