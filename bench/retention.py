"""How large a database of many readers grows: bytes of a delivery's row, times what is kept of five years.

    python bench/retention.py [READERS] [EDITIONS]

Fills a database with editions of READERS deliveries as they stand when they are sent, prunes all but the newest, and
prints the bytes of one delivery, of one counted edition, and of 50,000 readers weekly for five years.
"""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from publisher.model import EditionState
from publisher.store import editions
from publisher.store.engine import Store, open_store
from publisher.store.ledger import retention
from publisher.store.tables import mail_deliveries

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
KEPT, WEEKS, READERS = 58, 260, 50_000


def fill(store: Store, number: int, readers: int) -> str:
    """An edition that was sent to all readers."""
    key, at = f"weekly/{NOW + timedelta(weeks=number):%Y-%m-%d}", NOW + timedelta(weeks=number)
    with store.write() as db:
        draft = editions.Draft(key=key, newsletter="weekly", kind="slot", slot_utc=at)
        editions.save_draft(db, draft, at)
        editions.set_state(db, key, EditionState.SENT, now=at)
        rows = [
            {
                "edition": key,
                "subscriber_id": reader,
                "state": "accepted",
                "attempt": 1,
                "provider": "mail",
                "boot": f"{reader:08x}-1c3f-4a55-9d57-0123456789ab",
                "first_try": at,
                "updated": at,
                "message_id": f"<{reader:032x}@news.example.org>",
                "provider_id": f"2.0.0 Ok: queued as {reader:016X}",
            }
            for reader in range(1, readers + 1)
        ]
        db.execute(insert(mail_deliveries), rows)
    return key


def size(store: Store) -> int:
    """Bytes of the database file, without what it could give back."""
    store.compact()
    assert store.path is not None
    return store.path.stat().st_size


def main() -> None:
    """Measure and print."""
    readers, number = (int(text) for text in [*sys.argv[1:], "20000", "3"][:2]) if len(sys.argv) > 2 else (20_000, 3)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}", root=Path(folder))
        store.prepare()
        empty = size(store)
        keys = [fill(store, each, readers) for each in range(number)]
        full = size(store)
        for key in keys:
            counted = 1
            while counted:
                with store.write() as db:
                    counted = retention.count_off(db, key, limit=500)
        pruned = size(store)
        store.close()
    row = (full - pruned) / (readers * number)
    edition = 60_000  # with its rendered email
    years = row * READERS * KEPT + edition * WEEKS
    print(f"empty {empty:,} B, {number} editions of {readers:,}: {full:,} B, counted only: {pruned:,} B")
    print(f"a delivery: {row:.0f} B; {READERS:,} readers weekly for five years: {years / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
