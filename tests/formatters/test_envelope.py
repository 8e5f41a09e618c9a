from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import ConfigError, Rejected
from publisher.formatters.message import envelope
from publisher.model import CompiledEdition, Email, Message, Reader

STRICT = policy.SMTP.clone(raise_on_defect=True)
DATE = datetime(2026, 11, 20, 9, 0, 12, tzinfo=UTC)
VALUES = {
    "name": "Ann",
    "email": "ann@example.net",
    "unsubscribe_url": "https://news.example.com/u/abc?x=1&y=2",
    "preferences_url": "https://news.example.com/p/abc",
    "view_url": "https://news.example.com/v/abc",
}
FIELDS = {name: f"__merge_{name}_3f9a1c2b__" for name in VALUES}
HTML = f'<p>Dear {FIELDS["name"]},</p>\n.dot\n<a href="{FIELDS["unsubscribe_url"]}">leave</a>'
TEXT = f"Dear {FIELDS['name']},\n\n.dot at the start\nFrom here on\nleave: {FIELDS['unsubscribe_url']}"


def email(*, subject: str = "Reviewed this week: The Long Quiet", html: str = HTML, text: str = TEXT) -> Email:
    return Email(subject=subject, preheader="", html=html, text=text, merge_fields=FIELDS)


def compiled(
    made: Email | None = None, *, edition: str = "weekly/2026-11-20", **changes: str | None
) -> CompiledEdition:
    listed: dict[str, str | None] = {
        "sender": "Film Focus Online <digest@example.com>",
        "reply_to": "ed@example.com",
        "list_id": "weekly.example.com",
        "newsletter": "weekly",
        "name": "The Weekly Reel",
    }
    mailing_list = envelope.MailingList(**(listed | changes))  # type: ignore[arg-type]
    return envelope.compile_edition(made or email(), mailing_list, edition=edition, date=DATE)


def message(edition: CompiledEdition, *, name: str = "Ann", address: str = "ann@example.net", **values: str) -> Message:
    return envelope.message(
        edition,
        reader=Reader(id=7, email=address, name=name),
        values={**VALUES, "name": name, "email": address, **values},
        message_id=envelope.message_id("weekly/2026-11-20", 7, b"secret", "example.com"),
        delivery_id=3,
        key="weekly/2026-11-20/7",
    )


def parsed(made: Message) -> EmailMessage:
    found = message_from_bytes(made.data, policy=STRICT)
    assert isinstance(found, EmailMessage)
    return found


def part(found: EmailMessage, kind: str) -> str:
    body = found.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def header_lines(made: Message) -> list[bytes]:
    return made.data.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_every_header_of_a_list_mail_stands_once() -> None:
    found = parsed(message(compiled()))

    assert [(name, str(value)) for name, value in found.items()] == [
        ("From", "Film Focus Online <digest@example.com>"),
        ("To", "Ann <ann@example.net>"),
        ("Subject", "Reviewed this week: The Long Quiet"),
        ("Date", "Fri, 20 Nov 2026 09:00:12 +0000"),
        ("Message-ID", envelope.message_id("weekly/2026-11-20", 7, b"secret", "example.com")),
        ("MIME-Version", "1.0"),
        ("Reply-To", "ed@example.com"),
        ("List-Unsubscribe", "<https://news.example.com/u/abc?x=1&y=2>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("List-Id", "The Weekly Reel <weekly.example.com>"),
        ("Feedback-ID", "weekly-2026-11-20:weekly:digest:examplecom"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Type", found["Content-Type"]),
    ]


def test_text_comes_first_and_html_last_both_utf8_and_quoted_printable() -> None:
    found = parsed(message(compiled()))

    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in found.iter_parts()] == ["utf-8", "utf-8"]
    assert [part["Content-Transfer-Encoding"] for part in found.iter_parts()] == ["quoted-printable"] * 2


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    found = parsed(message(compiled(), name='Zoë <b>"O\'Hara"</b> & Söhne'))

    assert "Dear Zoë &lt;b&gt;&quot;O&#x27;Hara&quot;&lt;/b&gt; &amp; Söhne," in part(found, "html")
    assert 'href="https://news.example.com/u/abc?x=1&amp;y=2"' in part(found, "html")
    assert 'Dear Zoë <b>"O\'Hara"</b> & Söhne,\n' in part(found, "plain").replace("\r\n", "\n")
    assert "leave: https://news.example.com/u/abc?x=1&y=2" in part(found, "plain")


def test_the_unsubscribe_line_is_literal_and_never_folded_however_long() -> None:
    url = "https://news.example.com/u/" + "a" * 600
    line = next(line for line in header_lines(message(compiled(), unsubscribe_url=url)) if b"List-Unsubscribe:" in line)

    assert line == f"List-Unsubscribe: <{url}>".encode()


def test_a_long_accented_subject_is_words_of_at_most_75_characters_with_blanks_between() -> None:
    subject = "Séance tenante : l’été le plus long de l’année, entre “Ébène” et l’Île aux Âmes — à voir 🎬"
    lines = header_lines(message(compiled(email(subject=subject))))
    start = next(at for at, line in enumerate(lines) if line.startswith(b"Subject: "))
    words = [lines[start].removeprefix(b"Subject: ")]
    for line in lines[start + 1 :]:
        if not line.startswith(b" "):
            break
        words.append(line.removeprefix(b" "))

    assert len(words) > 1
    assert all(len(word) <= 75 and word.startswith(b"=?utf-8?") and word.endswith(b"?=") for word in words)
    assert parsed(message(compiled(email(subject=subject))))["Subject"] == subject


def test_a_subject_may_name_the_reader() -> None:
    edition = compiled(email(subject=f"{FIELDS['name']}, your films"))

    assert parsed(message(edition, name="Zoë"))["Subject"] == "Zoë, your films"
    assert parsed(message(edition, name="Ben"))["Subject"] == "Ben, your films"


@pytest.mark.parametrize(
    "address",
    [
        "a\r\nBcc: all@example.net",
        "a@b\nx",
        "a b@example.net",
        "no-at",
        "@example.net",
        "a@-x.example",
        "<a@example.net>",
        "é@example.net",
        "a@b..example",
    ],
)
def test_an_address_that_no_server_takes_is_refused_without_naming_it(address: str) -> None:
    with pytest.raises(Rejected) as refused:
        message(compiled(), address=address)

    assert address not in str(refused.value)
    assert refused.value.code == "5.1.3"


def test_an_international_domain_travels_in_ascii() -> None:
    assert message(compiled(), address="ann@faß.example").recipient == "ann@xn--fa-hia.example"


def test_a_name_cannot_bring_a_header_of_its_own() -> None:
    found = parsed(message(compiled(), name="Ann\r\nBcc: all@example.net"))

    assert found["Bcc"] is None
    assert found["To"].addresses[0].display_name == "Ann Bcc: all@example.net"


def test_an_unsubscribe_address_with_a_line_break_is_refused() -> None:
    with pytest.raises(Rejected):
        message(compiled(), unsubscribe_url="https://news.example.com/u/a\r\nBcc: x@example.net")


def test_a_value_of_ten_megabytes_is_refused_in_words() -> None:
    with pytest.raises(Rejected, match="the value for “preferences_url” is longer than 10,000 characters"):
        message(compiled(email(text=FIELDS["preferences_url"])), preferences_url="x" * 10_000_000)
    with pytest.raises(Rejected, match="the reader's name is longer than 1,000 characters"):
        message(compiled(), name="x" * 10_000_000)


def test_a_sender_with_a_line_break_is_a_mistake_in_the_configuration() -> None:
    with pytest.raises(ConfigError, match="control characters"):
        compiled(sender="Film\r\nBcc: x@example.net <digest@example.com>")


def test_the_same_reader_gets_the_same_bytes_and_another_reader_another_message_id() -> None:
    assert message(compiled()).data == message(compiled()).data
    assert envelope.message_id("e", 1, b"k", "example.com") == envelope.message_id("e", 1, b"k", "example.com")
    assert len({envelope.message_id("e", n, b"k", "example.com") for n in range(1000)}) == 1000
    assert envelope.message_id("e", 1, b"k", "example.com").endswith("@example.com>")


def test_a_list_id_may_come_with_its_phrase_and_a_phrase_that_is_not_ascii_is_left_out() -> None:
    given_ = compiled(list_id="Reel, Weekly <weekly.example.com>", name="")

    assert b'List-Id: "Reel, Weekly" <weekly.example.com>\r\n' in message(given_).data
    assert b"List-Id: <weekly.example.com>\r\n" in message(compiled(name="Séances")).data


def test_no_line_begins_with_a_dot_so_that_nothing_is_stuffed() -> None:
    made = message(compiled(), name="...", unsubscribe_url="https://news.example.com/" + "." * 300)

    assert b"\r\n." not in made.data
    assert part(parsed(made), "plain").count(".dot at the start") == 1


visible = st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Zs"))
lines = st.text(visible | st.just(" "), max_size=90).map(lambda text: " ".join(text.split()))
people = lines.filter(lambda text: not set(text) & set('"\\'))
prose = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("\n\n. =\t"), max_size=400)
contents = st.lists(st.tuples(prose, st.sampled_from(sorted(FIELDS))), max_size=4)


def filled(pieces: list[tuple[str, str]], values: dict[str, str], *, html: bool) -> str:
    return "".join(text + (escape(values[field]) if html else values[field]) for text, field in pieces)


def shown_name(made: Message) -> str:
    """The name in To by `email.header`: the newer parser leaves a blank between two encoded words of a name."""
    raw = message_from_bytes(made.data, policy=policy.compat32)["To"].rpartition("<")[0].strip()
    quoted = raw.startswith('"') and raw.endswith('"')
    return raw[1:-1] if quoted else str(make_header(decode_header(raw))) if raw else ""


def standard(subject: str, name: str, html: str, text: str) -> EmailMessage:
    """The same message as the standard library builds it."""
    made = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    made["Subject"] = subject
    made["To"] = f'"{name}" <ann@example.net>' if name else "ann@example.net"
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    return made


@settings(max_examples=150, deadline=None)
@given(subject=lines, name=people, pieces=contents, view=lines)
def test_it_decodes_to_what_the_standard_library_builds(
    subject: str, name: str, pieces: list[tuple[str, str]], view: str
) -> None:
    values = {**VALUES, "name": name, "view_url": view}
    content = "".join(text + FIELDS[field] for text, field in pieces)
    made = message(compiled(email(subject=subject, html=content, text=content)), name=name, view_url=view)
    ours = parsed(made)
    theirs = standard(subject, name, filled(pieces, values, html=True), filled(pieces, values, html=False))

    assert ours["Subject"] == theirs["Subject"]
    assert ours["To"].addresses[0].addr_spec == "ann@example.net"
    assert shown_name(made) == name
    for kind in ("plain", "html"):
        assert part(ours, kind).replace("\r\n", "\n") == part(theirs, kind).replace("\r\n", "\n")


@settings(max_examples=150, deadline=None)
@given(subject=lines, name=people, pieces=contents, view=lines)
def test_its_lines_are_short_ascii_and_never_begin_with_a_dot(
    subject: str, name: str, pieces: list[tuple[str, str]], view: str
) -> None:
    content = "".join(text + FIELDS[field] for text, field in pieces)
    made = message(compiled(email(subject=subject, html=content, text=content)), name=name, view_url=view)
    head, _, body = made.data.partition(b"\r\n\r\n")

    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not any(line.startswith(b".") for line in made.data.split(b"\r\n"))
    assert b"\n" not in made.data.replace(b"\r\n", b"")
    assert made.data.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "Ann \U0001f469\u200d\U0001f3a4",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001fae9 new",
        "a\u00adb",
    ],
)
def test_a_joiner_or_a_sign_of_tomorrow_keeps_nobody_from_her_edition(text: str) -> None:
    """A Persian word, an emoji of several signs, and one that this Python does not know yet."""
    made = parsed(message(compiled(email(subject=text)), name=text))

    assert str(made["Subject"]) == text
    assert text.replace("\u00ad", "") in str(made["To"])
