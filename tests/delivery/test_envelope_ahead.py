"""The next reader's envelope travels with the final dot of the message before it (RFC 2920 3.1)."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from operator import eq

import pytest
from tests.mailing import deliver, readers, smtp
from tests.mailing import prepare as prepare_edition
from tests.smtp_server import SmtpServer, Stage, smtp_server

from publisher.model import Counts
from publisher.store.engine import Store

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def test_the_next_envelope_comes_with_the_final_dot(sqlite_store: Store, server: SmtpServer) -> None:
    prepare_edition(sqlite_store, readers(40))

    assert deliver(sqlite_store, ("mail", smtp(server.port, connections=1))) == Counts(accepted=40)
    assert sum(mail.followed for mail in server.mails) > 20
    assert server.connections == 1


def test_a_server_without_pipelining_hears_one_command_at_a_time(sqlite_store: Store, server: SmtpServer) -> None:
    server.pipelining = False
    prepare_edition(sqlite_store, readers(40))

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=40)
    assert not any(mail.followed for mail in server.mails)


def test_under_a_rate_no_envelope_goes_ahead_of_its_time(sqlite_store: Store, server: SmtpServer) -> None:
    prepare_edition(sqlite_store, readers(12))

    assert deliver(sqlite_store, ("mail", smtp(server.port, rate="60/s"))) == Counts(accepted=12)
    assert not any(mail.followed for mail in server.mails)


def test_a_limit_of_messages_per_connection_doubles_nobody(sqlite_store: Store, server: SmtpServer) -> None:
    server.most = 3
    prepare_edition(sqlite_store, readers(40))

    assert deliver(sqlite_store, ("mail", smtp(server.port))) == Counts(accepted=40)
    assert Counter(server.recipients) == Counter(readers(40))


REPLIES = ("drop", "junk", "421 4.3.2 closing", "451 4.3.0 busy", "552 5.2.2 full")
TROUBLES = [(stage, action) for stage in ("mail", "rcpt", "data", "dot") for action in REPLIES]


@pytest.mark.parametrize(("stage", "action"), [*TROUBLES, ("body", "drop")])
def test_trouble_with_one_message_neither_loses_nor_doubles_the_one_that_follows(
    sqlite_store: Store, server: SmtpServer, stage: Stage, action: str
) -> None:
    prepare_edition(sqlite_store, readers(40))
    victims = set(readers(40)[7:9] + readers(40)[20:21])
    if stage == "mail":  # comes before the recipient is known; three alike would be the server's mood
        server.fault(stage, action, times=2, only=lambda _: len(server.mails) > 10)
    else:
        for victim in victims:
            server.fault(stage, action, only=partial(eq, victim))
    found = deliver(sqlite_store, ("mail", smtp(server.port)))

    assert found.intended == 40
    assert found.accepted + found.refused + found.uncertain == 40
    assert max(Counter(server.recipients).values()) == 1
    assert len(server.recipients) >= found.accepted
    if stage != "mail":
        assert set(readers(40)) - victims <= set(server.recipients)


def test_what_was_made_for_a_server_that_shuts_us_out_goes_through_the_next(
    sqlite_store: Store, server: SmtpServer
) -> None:
    server.fault("mail", "530 5.7.0 log in first", times=99, only=lambda _: len(server.mails) > 10)
    prepare_edition(sqlite_store, readers(40))
    with smtp_server() as other:
        found = deliver(sqlite_store, ("mail", smtp(server.port)), ("other", smtp(other.port)))
        both = Counter(server.recipients) + Counter(other.recipients)

    assert found == Counts(accepted=40)
    assert both == Counter(readers(40))
    assert other.mails
