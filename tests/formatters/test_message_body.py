"""Quoted-printable at its line lengths, and what an edition's message holds where nobody looks twice."""

import hashlib
import hmac
import quopri
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formatters.test_envelope import DATE, FIELDS, VALUES, compiled, email, message, parsed, part

from publisher.errors import ConfigError, Rejected
from publisher.formatters.message import envelope, quoted
from publisher.model import Reader

# Quoted-printable


def test_a_line_of_75_characters_is_whole_and_of_76_is_two() -> None:
    assert quoted.static("a" * 75 + "\n", closed=False) == b"a" * 75 + b"\r\n"
    assert quoted.static("a" * 76 + "\n", closed=False) == b"a" * 75 + b"=\r\na\r\n"


def test_an_encoded_byte_and_a_letter_of_two_are_never_cut() -> None:
    assert quoted.static("a" * 72 + "=\n", closed=False) == b"a" * 72 + b"=3D\r\n"
    assert quoted.static("a" * 73 + "=\n", closed=False) == b"a" * 73 + b"=\r\n=3D\r\n"
    assert quoted.static("a" * 69 + "é\n", closed=False) == b"a" * 69 + b"=C3=A9\r\n"
    assert quoted.static("a" * 70 + "é\n", closed=False) == b"a" * 70 + b"=\r\n=C3=A9\r\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a \n", b"a=20\r\n"),
        ("a\t\n", b"a=09\r\n"),
        ("a  \n", b"a =20\r\n"),
        (" a\tb\n", b" a\tb\r\n"),
        ("~}!\x7f\x1f\n", b"~}!=7F=1F\r\n"),
        (".a.\n", b"=2Ea.\r\n"),
        ("From a\n", b"=46rom a\r\n"),
        ("From\n", b"From\r\n"),
        ("Froma b From c\n", b"Froma b From c\r\n"),
        ("Fr om From x\n", b"Fr om From x\r\n"),
        ("\n\na", b"\r\n\r\na"),
        ("", b""),
    ],
)
def test_a_line_says_what_no_server_or_mailbox_changes(text: str, written: bytes) -> None:
    assert quoted.static(text, closed=False) == written


def test_a_stretch_before_a_value_ends_with_a_soft_break_unless_it_ends_a_line() -> None:
    assert quoted.static("a\nb", closed=True) == b"a\r\nb=\r\n"
    assert quoted.static("a ", closed=True) == b"a =\r\n"
    assert quoted.static("a ", closed=False) == b"a=20"
    assert quoted.static("a\n", closed=True) == b"a\r\n"


def test_a_dot_and_from_at_the_start_of_a_later_line_are_encoded_too() -> None:
    assert quoted.static("a" * 75 + ".b\n", closed=False) == b"a" * 75 + b"=\r\n=2Eb\r\n"
    assert quoted.static("a" * 75 + "From b\n", closed=False) == b"a" * 75 + b"=\r\n=46rom b\r\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", b""),
        ("Ann", b"Ann=\r\n"),
        (" Ann ", b" Ann =\r\n"),
        ("a=b", b"a=3Db=\r\n"),
        (".a", b"=2Ea=\r\n"),
        ("From a", b"=46rom a=\r\n"),
        ("a" * 75, b"a" * 75 + b"=\r\n"),
        ("a" * 76, b"a" * 75 + b"=\r\na=\r\n"),
        ("a" * 150, b"a" * 75 + b"=\r\n" + b"a" * 75 + b"=\r\n"),
        ("a" * 75 + ".b", b"a" * 75 + b"=\r\n=2Eb=\r\n"),
        ("." + "a" * 76, b"=2E" + b"a" * 72 + b"=\r\naaaa=\r\n"),
        ("a b" * 26, b"a b" * 25 + b"=\r\na b=\r\n"),
    ],
)
def test_a_value_stands_on_lines_of_its_own(text: str, written: bytes) -> None:
    assert quoted.value(text) == written


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(". =\tF\u00e9\U0001f3ac"), max_size=300))
def test_what_is_written_reads_back_as_it_was(text: str) -> None:
    text = text.replace("\r", "").replace("\n", "")
    for written in (quoted.value(text), quoted.static(text, closed=True)):
        assert quopri.decodestring(written).decode() == text
        assert all(len(line) <= 76 and not line.startswith((b".", b"From ")) for line in written.split(b"\r\n"))
        assert not written or written.endswith(b"=\r\n")


# The message


def test_a_message_id_is_128_bits_of_a_keyed_hash_of_edition_and_reader() -> None:
    expected = hmac.new(b"secret", b"weekly/2026-11-20\x007", hashlib.sha256).hexdigest()[:32]
    assert envelope.message_id("weekly/2026-11-20", 7, b"secret", "example.com") == f"<{expected}@example.com>"


def test_a_boundary_is_that_of_content_and_edition() -> None:
    made = message(compiled())
    key = hashlib.sha256(f"{email().content_hash}\0weekly/2026-11-20".encode()).hexdigest()[:32]
    assert parsed(made).get_boundary() == f"=_{key}"
    assert parsed(message(compiled(edition="weekly/2026-11-27"))).get_boundary() != f"=_{key}"


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        ("digest@abcde", "weekly-2026-11-20:weekly:digest:abcde"),
        ("digest@abcd", None),
        ("digest@ab.CD.e", "weekly-2026-11-20:weekly:digest:abcde"),
        ("digest@abcdefgh.ijklmnop", "weekly-2026-11-20:weekly:digest:abcdefghijklmno"),
    ],
)
def test_feedback_is_grouped_under_five_to_fifteen_letters_of_the_domain(sender: str, said: str | None) -> None:
    assert parsed(message(compiled(sender=sender)))["Feedback-ID"] == said


def test_the_parts_of_a_feedback_id_are_short_and_plain() -> None:
    found = str(parsed(message(compiled(edition=f"/{'Ab ' * 40}/", newsletter="The_Weekly!")))["Feedback-ID"])
    campaign, group, _, _ = found.split(":")
    assert (len(campaign), campaign[:6], group) == (60, "ab-ab-", "the-weekly")


@pytest.mark.parametrize(
    ("sender", "written"),
    [
        (" digest@example.com ", "digest@example.com"),
        ("  The Reel <digest@example.com>  ", "The Reel <digest@example.com>"),
        ("<digest@example.com>", "digest@example.com"),
        ('"Reel, The" <digest@example.com>', '"Reel, The" <digest@example.com>'),
        ('"A \\"B\\" \\\\" <digest@example.com>', '"A \\"B\\" \\\\" <digest@example.com>'),
        ("A <B> <digest@example.com>", '"A <B>" <digest@example.com>'),
        ('" <digest@example.com>', '"\\"" <digest@example.com>'),
        ("Reel < digest@example.com >", "Reel <digest@example.com>"),
    ],
)
def test_a_mailbox_is_read_as_people_write_it(sender: str, written: str) -> None:
    assert message(compiled(sender=sender)).data.startswith(f"From: {written}\r\n".encode())
    assert envelope.domain_of(sender) == "example.com"


@pytest.mark.parametrize(("key", "where"), [("sender", "from"), ("reply_to", "reply_to")])
def test_a_mailbox_that_cannot_be_is_named_by_its_key(key: str, where: str) -> None:
    with pytest.raises(ConfigError) as refused:
        compiled(None, edition="weekly/2026-11-20", **{key: "nowhere"})
    assert refused.value.where == f"[newsletters.weekly] {where}"
    assert "Name <name@example.com>" in str(refused.value.do)


def test_a_list_that_cannot_be_is_a_mistake_in_its_newsletter() -> None:
    with pytest.raises(ConfigError, match="the List-Id must be a domain name") as refused:
        compiled(list_id="my list")
    assert refused.value.where == "[newsletters.weekly]"


def test_without_a_reply_address_or_a_way_to_leave_their_headers_are_absent() -> None:
    bare = replace(email(text="Hello", html="<p>Hello</p>"), merge_fields={})
    found = parsed(message(compiled(bare, reply_to=None)))
    assert [found[name] for name in ("Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")] == [None] * 3


def test_the_date_is_the_editions_or_the_one_that_is_given() -> None:
    composer = envelope.Composer(compiled())
    reader = Reader(id=7, email="ann@example.net")
    later = DATE.replace(hour=11)
    dates = [composer.message(reader, VALUES, "<1@x.example>", 3, "k", date).data for date in (None, later)]
    assert [b"09:00:12 +0000" in data for data in dates] == [True, False]
    assert b"11:00:12 +0000" in dates[1]


def test_a_message_carries_what_its_delivery_is_known_by() -> None:
    made = message(compiled())
    assert (made.delivery_id, made.key, made.sender, made.recipient, made.dotless) == (
        3,
        "weekly/2026-11-20/7",
        "digest@example.com",
        "ann@example.net",
        True,
    )
    assert made.message_id in made.data.decode()


def test_a_value_of_ten_thousand_characters_and_a_name_of_a_thousand_pass() -> None:
    made = compiled(email(text=FIELDS["preferences_url"], html="x"))
    assert "x" * 10_000 in part(parsed(message(made, preferences_url="x" * 10_000)), "plain")
    with pytest.raises(Rejected) as refused:
        message(made, preferences_url="x" * 10_001)
    assert refused.value.code == "5.6.0"
    message(compiled(), name="x" * 1_000)
    with pytest.raises(Rejected) as refused:
        message(compiled(), name="x" * 1_001)
    assert refused.value.code == "5.6.0"


def test_a_value_with_a_line_break_is_one_line_in_body_and_subject() -> None:
    made = compiled(email(subject=f"For {FIELDS['name']}", text=FIELDS["name"], html=FIELDS["name"]))
    found = parsed(message(made, name="Ann\r\nLee"))
    assert (found["Subject"], part(found, "plain").strip(), part(found, "html").strip()) == ("For Ann Lee",) + (
        "Ann Lee",
    ) * 2


def test_each_kind_of_line_end_becomes_the_one_of_mail() -> None:
    for text in ("a\nb", "a\r\nb\r\n", "a\rb\r"):
        assert b"\r\n\r\na\r\nb\r\n\r\n--" in message(compiled(email(text=text))).data


def test_a_service_that_fills_in_by_itself_gets_what_each_message_says() -> None:
    composer = envelope.Composer(compiled(email(subject=f"For {FIELDS['name']}")))
    reader = Reader(id=7, email="ann@example.net", name="Ann")
    filling = composer.filling(reader, {**VALUES, "name": "Ann"}, "<1@x.example>", 3, "k")
    assert (filling.subject, filling.name, filling.recipient) == ("For Ann", "Ann", "ann@example.net")
    assert filling.leave == f"<{VALUES['unsubscribe_url']}>"
    assert filling.finished().data == composer.message(reader, {**VALUES, "name": "Ann"}, "<1@x.example>", 3, "k").data
    blank = composer.blank()
    assert blank.leaves
    assert set(blank.marks.values()) >= {"name", "unsubscribe_url"}
    assert len(set(blank.marks)) == len(blank.marks)
    fixed = envelope.Composer(compiled()).filling(reader, {**VALUES, "name": "Ann"}, "<1@x.example>", 3, "k")
    assert fixed.subject == ""
