from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.mailing import EDITION, counts, deliver, now, prepare, readers, smtp
from tests.smtp_server import SmtpServer, smtp_server

from publisher.model import Counts
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.ledger import quotas
from publisher.store.ledger.quotas import Quota

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def test_a_days_quota_is_kept_and_the_rest_follows_a_day_later(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(50))
    began = now()
    mail = smtp(server.port, daily_quota=20)

    assert deliver(sqlite_store, ("mail", mail)) == Counts(accepted=20, todo=30)
    assert deliver(sqlite_store, ("mail", mail)) == Counts(accepted=20, todo=30)
    with sqlite_store.read() as db:
        assert "the day's quota is used up, more from" in editions.get(db, EDITION).reason  # type: ignore[union-attr]
    assert deliver(sqlite_store, ("mail", mail), clock=lambda: began + timedelta(hours=23)).accepted == 20
    assert deliver(sqlite_store, ("mail", mail), clock=lambda: began + timedelta(hours=25)).accepted == 40
    assert deliver(sqlite_store, ("mail", mail), clock=lambda: began + timedelta(hours=50)) == Counts(accepted=50)
    assert sorted(server.recipients) == sorted(readers(50))


def test_two_editions_share_a_providers_day(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(15))
    prepare(sqlite_store, readers(15), edition="weekly/2026-11-27")
    mail = smtp(server.port, daily_quota=20)

    deliver(sqlite_store, ("mail", mail))
    deliver(sqlite_store, ("mail", mail), edition="weekly/2026-11-27")

    assert counts(sqlite_store, "weekly/2026-11-27") == Counts(accepted=5, todo=10)


def test_beside_a_spent_provider_the_next_one_of_the_list_goes_on(sqlite_store: Store, server: SmtpServer) -> None:
    prepare(sqlite_store, readers(50))
    with smtp_server() as other:
        found = deliver(sqlite_store, ("small", smtp(server.port, daily_quota=10)), ("big", smtp(other.port)))

        assert found == Counts(accepted=50)
        assert (len(server.mails), len(other.mails)) == (10, 40)
        assert not set(server.recipients) & set(other.recipients)


def test_a_warm_up_doubles_each_day_up_to_the_quota(store: Store) -> None:
    start = now()
    prepare(store, readers(3), at=start)

    def may(at: datetime) -> int:
        with store.write() as db:
            return quotas.left(db, "mail", Quota(daily=500, warm_up=100), now=at).count

    assert may(start) == 100
    with smtp_server() as server:
        deliver(store, ("mail", smtp(server.port, warm_up=100)))
    assert may(start + timedelta(minutes=1)) == 97
    assert [may(start + timedelta(days=day, hours=2)) for day in (1, 2, 3, 90)] == [200, 400, 500, 500]
