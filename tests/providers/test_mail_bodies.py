"""What leaves for a mail service says what the finished message says: our bytes where it takes them, else its parts."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.providers.mail_recorded import RECORDED

from publisher.formatters.message import envelope
from publisher.model import CompiledEdition, Email, Message, Reader
from publisher.providers.email._hosted.content import Mailbox, content
from publisher.providers.email._hosted.service import Call
from publisher.providers.email._hosted.sigv4 import AwsCredentials, signed

LEAVE = "https://mail.example.com/u/abc"
JSON = ["resend", "postmark", "sendgrid", "brevo", "mailjet"]


def edition(text: str = "Grüße, __name__\n.\n", html: str = "<p>Grüße, __name__ – 5 &lt; 6</p>\n") -> CompiledEdition:
    fields = {"name": "__name__", "unsubscribe_url": "__leave__"}
    email = Email(subject="Die Woche: „Öl“", preheader="", html=html, text=text, merge_fields=fields)
    return envelope.compile_edition(
        email,
        envelope.MailingList(
            sender="Kino, die Woche <digest@example.com>",
            reply_to="Redaktion <desk@example.com>",
            list_id="weekly.example.com",
            newsletter="weekly",
        ),
        edition="weekly/2026-11-20",
        date=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )


def letter(compiled: CompiledEdition, name: str = "Änne Müller", delivery: int = 7) -> Message:
    return envelope.message(
        compiled,
        reader=Reader(id=3, email="ann@example.net", name=name),
        values={"name": name, "unsubscribe_url": LEAVE},
        message_id="<abc@example.com>",
        delivery_id=delivery,
        key="weekly/2026-11-20/3",
    )


def call(kind: str, *messages: Message) -> Call:
    return RECORDED[kind].provider("http://127.0.0.1").call(messages or [letter(edition())])


def body(kind: str, *messages: Message) -> str:
    return json.dumps(json.loads(call(kind, *messages).body or b""), ensure_ascii=False)


@pytest.mark.parametrize("kind", JSON)
def test_every_service_gets_both_texts_and_the_way_to_leave(kind: str) -> None:
    sent = body(kind)

    assert "Grüße, Änne Müller\\n.\\n" in sent
    assert "<p>Grüße, Änne Müller – 5 &lt; 6</p>" in sent
    assert f"<{LEAVE}>" in sent
    assert "List-Unsubscribe=One-Click" in sent
    assert "Die Woche: „Öl“" in sent
    assert "Kino, die Woche" in sent
    assert "desk@example.com" in sent
    assert "<abc@example.com>" in sent
    assert "Date" not in sent


@pytest.mark.parametrize("kind", ["mailgun", "ses"])
def test_a_service_that_takes_mime_gets_our_bytes(kind: str) -> None:
    made, message = call(kind), letter(edition())
    files = made.files or {}
    raw = files["message"][1] if files else b64decode(json.loads(made.body or b"")["Content"]["Raw"]["Data"])

    assert raw == message.data


def test_only_a_ledgers_message_joins_the_campaign_that_lets_nobody_have_it_twice() -> None:
    (once,) = json.loads(call("mailjet").body or b"")["Messages"]
    (test,) = json.loads(call("mailjet", letter(edition(), delivery=0)).body or b"")["Messages"]

    assert once["CustomCampaign"] == "weekly-2026-11-20"
    assert once["DeduplicateCampaign"] is True
    assert "CustomCampaign" not in test


def test_sendgrid_gets_a_name_without_the_characters_that_it_refuses() -> None:
    (person,) = json.loads(call("sendgrid", letter(edition(), "Müller, Änne; x")).body or b"")["personalizations"]

    assert person["to"] == [{"email": "ann@example.net", "name": "Müller Änne x"}]


def test_brevo_reads_nothing_of_ours_as_its_own_language() -> None:
    style = "<style>@media all{#a{color:red}}</style>"
    compiled = edition("{{ contact.EMAIL }} {% if x %}", f"{style}<p title='{{{{a}}}}'>{{%b%}}, {{ c }} __name__</p>")
    sent = json.loads(call("brevo", letter(compiled, "{{params.x}}")).body or b"")
    (version,) = sent["messageVersions"]

    for text in (version["textContent"], version["htmlContent"].replace(style, ""), sent["textContent"]):
        assert not re.search(r"\{[{%#]", text)
    assert version["textContent"].replace("\u2060", "") == "{{ contact.EMAIL }} {% if x %}\n"
    assert f"{style}<p title='{{{{a}}}}'>{{%b%}}, {{ c }} {{{{params.x}}}}</p>\n" == unescape(version["htmlContent"])


@pytest.mark.parametrize("kind", JSON)
def test_a_notice_with_a_picture_keeps_it(kind: str) -> None:
    note = EmailMessage(policy=policy.SMTP)
    note["From"], note["To"], note["Subject"] = "digest@example.com", "desk@example.com", "Sent"
    note.set_content("It was sent.\n")
    note.add_attachment(b"\xff\xd8picture", maintype="image", subtype="jpeg", filename="card.jpg")
    message = Message(
        delivery_id=0, key="n-0", sender="a@b.example", recipient="c@d.example", message_id="<n@b.example>",
        data=note.as_bytes(),
    )  # fmt: skip
    sent = body(kind, message)

    assert "It was sent.\\n" in sent
    assert "card.jpg" in sent
    assert "/9hwaWN0dXJl" in sent
    if kind == "resend":
        assert call(kind, message).path == "/emails"


TEXT = st.text(st.characters(categories=["L", "M", "N", "P", "S"], include_characters=" "), max_size=80)


@given(text=TEXT, name=TEXT.map(str.strip))
def test_taking_apart_gives_what_the_email_package_reads(text: str, name: str) -> None:
    message = letter(edition(f"{text}\n", f"<p>{text}</p>\n"), name)
    read = message_from_bytes(message.data, policy=policy.default)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    made = content(message)

    assert plain is not None
    assert html is not None
    assert (made.text, made.html) == tuple(part.get_content().replace("\r\n", "\n") for part in (plain, html))
    assert made.subject == str(read["Subject"])
    assert made.recipient.address == "ann@example.net"
    assert made.sender == Mailbox(name="Kino, die Woche", address="digest@example.com")
    assert made.headers["List-Unsubscribe"] == f"<{LEAVE}>"


def test_a_mailbox_is_quoted_where_it_must_be() -> None:
    assert str(Mailbox(name="", address="a@b.example")) == "a@b.example"
    assert str(Mailbox(name="Änne Müller", address="a@b.example")) == "Änne Müller <a@b.example>"
    assert str(Mailbox(name='X, "Y" \\', address="a@b.example")) == '"X, \\"Y\\" \\\\" <a@b.example>'


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ],
)
def test_the_signature_is_that_of_the_published_vectors(method: str, signature: str) -> None:
    keys = AwsCredentials(
        access_key="AKIDEXAMPLE",
        secret_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region="us-east-1",
        service="service",
    )
    now = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    headers = signed(method, "https://example.amazonaws.com/", headers={}, body=b"", keys=keys, now=now)

    assert headers["authorization"].endswith(f"Signature={signature}")
    assert "wJalr" not in repr(keys)
