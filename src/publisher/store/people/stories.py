"""What one reader was sent, from the ledger."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from publisher.store.tables import editions, mail_deliveries


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderDelivery:
    """How one edition fared on its way to one reader; `at` is when it last moved."""

    edition: str
    state: str
    at: datetime | None
    attempts: int
    error: str


def deliveries(db: Connection, subscriber_id: int) -> tuple[ReaderDelivery, ...]:
    """Every edition that was meant for a reader, oldest first."""
    # From the editions, which are few: the ledger's own key begins with them.
    hers = (mail_deliveries.c.edition == editions.c.key) & (mail_deliveries.c.subscriber_id == subscriber_id)
    ledger = mail_deliveries.c
    query = select(ledger.edition, ledger.state, ledger.updated, ledger.attempt, ledger.error)
    rows = db.execute(query.select_from(editions.join(mail_deliveries, hers)).order_by(ledger.updated, ledger.id))
    return tuple(
        ReaderDelivery(edition=row.edition, state=row.state, at=row.updated, attempts=row.attempt, error=row.error)
        for row in rows
    )
