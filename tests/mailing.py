"""An edition with readers in a store, ready to be delivered, and a look at what became of it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from publisher.config import Delivery
from publisher.delivery import dispatch
from publisher.delivery.request import GRACE, DeliveryRequest
from publisher.formatters.message import envelope
from publisher.model import Counts, Email, MailProvider, Progress, Reader
from publisher.providers.email.smtp import Smtp
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers
from publisher.store.tables import mail_deliveries
from publisher.store.tables import subscribers as people

EDITION = "weekly/2026-11-20"
NAMES = ("name", "email", "unsubscribe_url", "preferences_url", "view_url")
FIELDS = {name: f"__merge_{name}_3f9a1c2b__" for name in NAMES}
EMAIL = Email(
    subject="Reviewed this week",
    preheader="",
    html=f"<p>Dear {FIELDS['name']}</p><a href='{FIELDS['unsubscribe_url']}'>leave</a>",
    text=f"Dear {FIELDS['name']}\n\nleave: {FIELDS['unsubscribe_url']}",
    merge_fields=FIELDS,
)
SETTINGS = Delivery(retry_first=timedelta(seconds=0.2), retry_max=timedelta(seconds=1), lease=timedelta(seconds=2))


def now() -> datetime:
    return datetime.now(UTC)


def readers(count: int) -> list[str]:
    return [f"reader{number}@list{number % 7}.example" for number in range(count)]


def prepare(store: Store, addresses: Sequence[str], *, edition: str = EDITION, at: datetime | None = None) -> int:
    """Confirmed readers, and an edition that is frozen for them; how many it is meant for."""
    at = at or now()
    with store.write() as db:
        for address in addresses:
            subscribers.add(db, address, name="Ann", newsletters=["weekly"], now=at, consent={"how": "test"})
        draft = editions.Draft(key=edition, newsletter="weekly", kind="slot", slot_utc=at, email=EMAIL)
        editions.save_draft(db, draft, at)
        editions.freeze(db, edition, EMAIL.content_hash, at)
        return deliveries.freeze_audience(db, edition, "weekly", now=at)


def values_for(reader: Reader) -> Mapping[str, str]:
    base = "https://news.example.com"
    return {
        "name": reader.name,
        "email": reader.email,
        "unsubscribe_url": f"{base}/u/{reader.id}",
        "preferences_url": f"{base}/p/{reader.id}",
        "view_url": f"{base}/v/{reader.id}",
    }


def asked(
    *providers: tuple[str, MailProvider],
    edition: str = EDITION,
    on_uncertain: str = "hold",
    settings: Delivery = SETTINGS,
    patience: timedelta = timedelta(seconds=5),
    clock: Callable[[], datetime] = now,
    grace: float = GRACE,
    values: Callable[[Reader], Mapping[str, str]] = values_for,
) -> DeliveryRequest:
    compiled = envelope.compile_edition(
        EMAIL,
        envelope.MailingList(
            sender="Film Focus <digest@example.com>",
            reply_to=None,
            list_id="weekly.example.com",
            newsletter="weekly",
        ),
        edition=edition,
        date=clock(),
    )
    return DeliveryRequest(
        edition=edition,
        providers=providers,
        compiled=compiled,
        values_for=values,
        message_id_for=lambda reader: envelope.message_id(edition, reader, b"secret", "example.com"),
        settings=settings,
        on_uncertain=on_uncertain,  # type: ignore[arg-type]
        now=clock,
        patience=patience,
        grace=grace,
    )


def deliver(
    store: Store,
    *providers: tuple[str, MailProvider],
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    **more: Any,
) -> Counts:
    return dispatch.deliver(store, asked(*providers, **more), stop=stop, progress=progress)


def smtp(port: int, **changes: Any) -> Smtp:
    wanted: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "connections": 2}
    wanted |= {"timeout": timedelta(seconds=2), "final_timeout": timedelta(seconds=2)}
    return Smtp(**(wanted | changes))


def counts(store: Store, edition: str = EDITION) -> Counts:
    with store.read() as db:
        return deliveries.counts(db, edition)


def rows(store: Store, edition: str = EDITION) -> dict[str, Any]:
    """The ledger by address; an erased reader's by her number."""
    query = (
        select(mail_deliveries, people.c.email)
        .join_from(mail_deliveries, people, people.c.id == mail_deliveries.c.subscriber_id, isouter=True)
        .where(mail_deliveries.c.edition == edition)
    )
    with store.read() as db:
        return {row.email or str(row.subscriber_id): row for row in db.execute(query)}


def states(store: Store, edition: str = EDITION) -> dict[str, str]:
    return {address: row.state for address, row in rows(store, edition).items()}


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for what another thread is about to do; AssertionError when it does not."""
    waited = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if true():
            return
        waited.wait(0.01)
    raise AssertionError("it did not happen in time")
