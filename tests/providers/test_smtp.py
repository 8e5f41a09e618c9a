"""What SMTP servers do that others do not."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr
from tests.providers.mail_benches import mail
from tests.smtp_server import SmtpServer, smtp_server

from publisher.errors import AccessDenied, RefusedUs, Rejected, SendError, TryLater, Uncertain
from publisher.model import Message, Receipt
from publisher.providers.email.smtp import Smtp

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def provider(server: SmtpServer, **changes: object) -> Smtp:
    wanted: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "security": "none"}
    wanted |= {"timeout": timedelta(seconds=0.5), "final_timeout": timedelta(seconds=0.5)}
    return Smtp(**(wanted | changes))  # type: ignore[arg-type]


def send(server: SmtpServer, *messages: Message, **changes: object) -> list[Receipt | SendError]:
    line = provider(server, **changes).connect()
    outcomes = [line.deliver([message], lambda: None)[0] for message in messages or (mail(),)]
    line.close()
    return outcomes


def test_with_pipelining_the_envelope_goes_in_one_piece_and_without_it_line_by_line(server: SmtpServer) -> None:
    assert isinstance(send(server)[0], Receipt)
    server.pipelining = False
    assert isinstance(send(server)[0], Receipt)
    assert server.recipients == ["ann@example.net"] * 2


def test_what_arrives_is_what_was_sent_with_dots_at_line_starts_kept(server: SmtpServer) -> None:
    data = b"Subject: x\r\n\r\n.\r\n..two\r\n.hidden\r\nend"
    made = Message(
        delivery_id=1, key="k", sender="a@example.com", recipient="b@example.net", message_id="<1@x>", data=data
    )
    send(server, made)

    assert server.mails[0].data == data + b"\r\n"
    assert (server.mails[0].sender, server.mails[0].recipient) == ("a@example.com", "b@example.net")


def test_a_limit_of_messages_per_connection_costs_no_reader_anything(server: SmtpServer) -> None:
    server.most = 2
    outcomes = send(server, *(mail(f"r{n}@example.net", n) for n in range(7)))

    assert all(isinstance(outcome, Receipt) for outcome in outcomes)
    assert server.recipients == [f"r{n}@example.net" for n in range(7)]
    assert server.connections == 4


def test_a_line_that_the_server_closed_in_the_meantime_is_opened_again(server: SmtpServer) -> None:
    line = provider(server).connect()
    line.deliver([mail(number=1)], lambda: None)
    server.fault("mail", "drop")

    assert isinstance(line.deliver([mail(number=2)], lambda: None)[0], Receipt)
    assert len(server.mails) == 2


def test_a_421_to_the_first_message_of_a_line_is_the_servers_own_trouble(server: SmtpServer) -> None:
    server.fault("mail", "421 4.3.2 shutting down")
    (outcome,) = send(server)

    assert isinstance(outcome, TryLater)
    assert outcome.wide
    assert outcome.after == timedelta(seconds=1)


def test_a_refused_recipient_does_not_disturb_the_next(server: SmtpServer) -> None:
    server.fault("rcpt", "550 5.1.1 no such user")
    refused, accepted = send(server, mail("gone@example.net", 1), mail("ann@example.net", 2))

    assert isinstance(refused, Rejected)
    assert refused.bounce
    assert isinstance(accepted, Receipt)
    assert server.recipients == ["ann@example.net"]


@pytest.mark.parametrize(
    ("reply", "bounce", "code"),
    [
        ("550 5.1.1 no such user", True, "5.1.1"),
        ("550 5.1.10 null MX", True, "5.1.10"),
        ("550 5.2.1 mailbox disabled", False, "5.2.1"),
        ("552 5.2.2 mailbox full", False, "5.2.2"),
        ("550 unknown user", False, "550"),
        ("550-5.1.1 The email account that you tried\n550 5.1.1 to reach does not exist", True, "5.1.1"),
    ],
)
def test_only_a_dead_address_is_a_bounce(server: SmtpServer, reply: str, bounce: bool, code: str) -> None:
    server.fault("rcpt", reply)
    (outcome,) = send(server)

    assert isinstance(outcome, Rejected)
    assert (outcome.bounce, outcome.code) == (bounce, code)


def test_greylisting_concerns_one_reader_and_a_451_to_the_content_concerns_all(server: SmtpServer) -> None:
    server.fault("rcpt", "450 4.2.0 greylisted")
    server.fault("dot", "451 4.3.0 try later")
    grey, busy, fine = send(server, mail(number=1), mail(number=2), mail(number=3))

    assert isinstance(grey, TryLater)
    assert not grey.wide
    assert isinstance(busy, TryLater)
    assert busy.wide
    assert isinstance(fine, Receipt)


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("mail", "550 5.7.1 sender refused"),
        ("rcpt", "554 5.7.1 relay access denied"),
        ("rcpt", "550 5.7.1 blocked by policy"),
        ("rcpt", "550 we do not like you"),
        ("dot", "550 5.4.5 Daily user sending limit exceeded"),
    ],
)
def test_a_refusal_of_ours_is_no_refusal_of_the_reader(server: SmtpServer, stage: str, reply: str) -> None:
    server.fault(stage, reply)  # type: ignore[arg-type]
    (outcome,) = send(server)

    assert isinstance(outcome, RefusedUs)
    assert outcome.what == reply


@pytest.mark.parametrize(("stage", "reply"), [("mail", "530 5.7.0 log in first")])
def test_what_is_held_against_us_is_not_held_against_a_reader(server: SmtpServer, stage: str, reply: str) -> None:
    server.fault(stage, reply)  # type: ignore[arg-type]

    with pytest.raises(AccessDenied) as denied:
        send(server)
    assert reply.partition(" ")[0] in str(denied.value)
    assert f"127.0.0.1:{server.port}" in str(denied.value)


def test_a_message_that_is_too_big_is_refused_before_it_is_sent(server: SmtpServer) -> None:
    server.fault("mail", "552 5.3.4 too big")
    (outcome,) = send(server)

    assert isinstance(outcome, RefusedUs)


def test_a_server_that_wants_content_for_nobody_gets_an_empty_one(server: SmtpServer) -> None:
    """RFC 2920 3.1 lets a pipelining server say 354 although the recipient was refused."""
    server.fault("rcpt", "550 5.1.1 no such user", only=lambda recipient: recipient.startswith("gone"))
    server.fault("data", "354 go on then", only=lambda recipient: not recipient)
    line = provider(server).connect()
    refused = line.deliver([mail("gone@example.net", 1)], lambda: None)[0]

    assert isinstance(refused, Rejected)
    assert isinstance(line.deliver([mail(number=2)], lambda: None)[0], Receipt)
    assert server.recipients == ["ann@example.net"]


def test_a_slow_answer_is_waited_for_as_long_as_the_last_timeout_says(server: SmtpServer) -> None:
    server.fault("dot", "slow", seconds=0.4)
    (outcome,) = send(server, timeout=timedelta(seconds=0.1), final_timeout=timedelta(seconds=3))

    assert isinstance(outcome, Receipt)


@pytest.mark.parametrize(
    ("stage", "action"),
    [(stage, action) for stage in ("greeting", "ehlo") for action in ("421 4.3.2 busy", "drop", "hang")]
    + [("greeting", "junk")],
)
def test_a_server_that_is_not_ready_is_tried_later(server: SmtpServer, stage: str, action: str) -> None:
    server.fault(stage, action, times=9)  # type: ignore[arg-type]

    with pytest.raises(TryLater) as later:
        send(server)
    assert later.value.wide


def test_a_refused_login_that_will_pass_is_tried_later_and_one_that_will_not_is_told_apart(server: SmtpServer) -> None:
    server.login = ("digest", "right")
    server.fault("auth", "454 4.7.0 temporary failure")
    keys = {"username": "digest", "password": SecretStr("wrong-99")}

    with pytest.raises(TryLater):
        send(server, **keys)
    with pytest.raises(AccessDenied, match="refuses the user name or password") as denied:
        send(server, **keys)
    assert "wrong-99" not in str(denied.value)
    assert "check `username` and `password`" in str(denied.value)


def test_a_server_without_a_login_and_one_without_starttls_are_said_so(server: SmtpServer) -> None:
    with pytest.raises(AccessDenied, match="offers no login"):
        send(server, username="digest", password=SecretStr("x"))
    with pytest.raises(AccessDenied, match="offers no STARTTLS"):
        send(server, security="starttls")


def test_tls_on_a_port_that_speaks_none_is_said_so(server: SmtpServer) -> None:
    with pytest.raises((AccessDenied, TryLater)) as refused:
        send(server, security="tls")
    assert "TLS" in str(refused.value) or "hung up" in str(refused.value) or "timed out" in str(refused.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("name", ["another.example", "127.0.0.1"])
def test_a_certificate_that_is_not_to_be_trusted_ends_it(security: str, name: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name).configure_cert(context)
    with smtp_server(security=security, context=context) as server:
        with pytest.raises(AccessDenied, match="certificate is not to be trusted"):
            send(server, security=security, timeout=timedelta(seconds=2))
        assert not any(command.startswith("MAIL") for command in server.commands)


def test_a_certificate_for_another_host_is_not_ours_even_from_a_trusted_authority(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("another.example").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with smtp_server(security="tls", context=context) as server, pytest.raises(AccessDenied, match="certificate"):
        send(server, security="tls", ca_file=tmp_path / "ca.pem", timeout=timedelta(seconds=2))


def test_nobody_listening_and_no_such_host_are_tried_later_in_clear_words(server: SmtpServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TryLater, match="cannot be reached") as later:
        send(server, port=port)
    assert f"127.0.0.1:{port}" in str(later.value)
    with pytest.raises(TryLater, match="cannot be reached"):
        send(server, host="nobody.invalid")


def test_a_line_can_be_cut_from_another_thread(server: SmtpServer) -> None:
    server.fault("dot", "hang")
    line = provider(server, final_timeout=timedelta(minutes=10)).connect()
    found: list[Receipt | SendError] = []
    thread = threading.Thread(target=lambda: found.extend(line.deliver([mail()], lambda: None)))
    thread.start()
    time.sleep(0.2)
    line.abort()  # type: ignore[attr-defined]
    thread.join(3)

    assert isinstance(found[0], Uncertain)


def test_a_body_of_many_megabytes_arrives_whole(server: SmtpServer) -> None:
    data = b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 300_000
    made = Message(
        delivery_id=1, key="k", sender="a@example.com", recipient="b@example.net", message_id="<1@x>", data=data
    )

    assert isinstance(send(server, made, final_timeout=timedelta(seconds=20))[0], Receipt)
    assert server.mails[0].data == data


def test_a_login_that_is_refused_says_why_in_the_servers_words(server: SmtpServer) -> None:
    server.login = ("digest", "right")
    server.fault("auth", "535 5.7.139 basic authentication is disabled", times=9)

    with pytest.raises(AccessDenied, match="basic authentication is disabled") as denied:
        send(server, username="digest", password=SecretStr("wrong-99"))
    assert "allow SMTP AUTH" in str(denied.value.do)


def test_a_server_that_refuses_or_loses_commands_sent_ahead_is_spoken_to_line_by_line(server: SmtpServer) -> None:
    server.fault("rcpt", "503 5.5.0 Improper use of SMTP command pipelining")
    first, second = send(server, mail(number=1), mail(number=2))
    server.fault("rcpt", "hang", seconds=2)
    (third,) = send(server, mail(number=3))

    assert all(isinstance(each, Receipt) for each in (first, second, third))
    assert len(server.recipients) == 3


def test_bounces_go_to_the_return_path(server: SmtpServer) -> None:
    send(server, replace(mail(), return_path="bounces@example.com"))
    assert server.mails[0].sender == "bounces@example.com"
