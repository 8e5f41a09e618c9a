"""A test message to a few people: marked as one, sent to each by herself, and nothing frozen."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from tests.smtp_server import SmtpServer, smtp_server

from publisher.errors import ConfigError, PublisherError, UsageError
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.editing import stored_edition
from publisher.newsroom.editions.proof import Proof, send_proof

pytestmark = pytest.mark.slow

KEY = "weekly/2031-05-16"


def mailed_by(app: App, server: SmtpServer) -> App:
    values = {"host": "127.0.0.1", "port": server.port, "security": "none"}
    table = replace(app.config.providers["out"], kind="smtp", values=values)
    return replace(app, config=replace(app.config, providers={"out": table}))


def proof(app: App, made: Composed, *to: str) -> Proof:
    assert made.email is not None
    return send_proof(app, app.newsletter("weekly"), key=KEY, email=made.email, to=to)


def test_each_gets_a_message_of_her_own_with_a_mark_in_its_subject(app: App, made: Composed) -> None:
    with smtp_server() as server:
        done = proof(mailed_by(app, server), made, "ann@One.example", "bob@one.example")
    mails = [message_from_bytes(mail.data, policy=policy.default) for mail in server.mails]

    assert done == Proof(sent=("ann@one.example", "bob@one.example"), failed=())
    assert server.recipients == ["ann@one.example", "bob@one.example"]
    assert {mail["Subject"] for mail in mails} == {f"[Test] {made.edition.subject}"}
    assert len({mail["Message-ID"] for mail in mails}) == 2
    assert stored_edition(app, KEY).frozen is None


def test_who_was_refused_is_named_with_the_reason_and_the_others_have_it(app: App, made: Composed) -> None:
    with smtp_server() as server:
        server.fault("rcpt", "550 5.1.1 nobody here", times=9, only=lambda recipient: recipient.startswith("eve"))
        done = proof(mailed_by(app, server), made, "eve@one.example", "ann@one.example")

    assert done.sent == ("ann@one.example",)
    assert [who for who, _ in done.failed] == ["eve@one.example"]
    assert "nobody here" in done.failed[0][1]


def test_a_test_that_nobody_got_is_an_error(app: App, made: Composed) -> None:
    with smtp_server() as server:
        server.fault("rcpt", "550 5.1.1 nobody here", times=9)
        with pytest.raises(PublisherError, match=r"the test was not sent: .*nobody here"):
            proof(mailed_by(app, server), made, "eve@one.example")


def test_what_is_no_address_goes_to_nobody(app: App, made: Composed) -> None:
    with pytest.raises(UsageError, match="--to 'ann' is not an address: "):
        proof(app, made, "bob@one.example", "ann")

    assert not (app.config.root / "outbox").exists()


def test_without_a_postal_address_not_even_a_test_goes_out(app: App, made: Composed) -> None:
    bare = replace(app, config=replace(app.config, site=app.config.site.model_copy(update={"postal_address": ""})))
    with pytest.raises(ConfigError, match="postal_address is missing"):
        proof(bare, made, "ann@one.example")
