"""Header lines at the lengths where they fold, quote, encode and refuse; RFC 5322, 2047, 2369, 2919, 8058."""

from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header

import pytest

from publisher.errors import Rejected
from publisher.formatters.message import headers

CONTROLS = ["a\x00b", "a\nb", "a\rb", "a\x1fb", "a\x7fb", "a\x9fb", "a\u2028b", "a\u202eb", "a\u2066b", "a\u2069b"]
HARMLESS = ["a b", "\u200d", "\u00ad", "a\u2027b", "a\u202fb", "a\u2065b", "a\u206ab", "\u00a0"]


def decoded(words: list[bytes]) -> str:
    return str(make_header(decode_header(" ".join(word.decode() for word in words))))


@pytest.mark.parametrize("text", CONTROLS)
def test_what_ends_a_line_or_turns_the_writing_is_refused_in_every_field(text: str) -> None:
    assert headers.unsafe(text)
    with pytest.raises(Rejected, match="the Subject header holds a control character") as refused:
        headers.unstructured("Subject", text)
    assert refused.value.code == "5.6.0"
    with pytest.raises(Rejected, match="the name in the To header holds a control character") as refused:
        headers.mailbox("To", text, "a@b.example")
    assert refused.value.code == "5.6.0"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_joins_or_spaces_is_kept(text: str) -> None:
    assert not headers.unsafe(text)


# Subject


def test_a_subject_of_76_characters_is_one_line_and_of_77_is_two() -> None:
    whole = "a" * 60 + " bbbbbb"
    assert headers.unstructured("Subject", whole) == f"Subject: {whole}\r\n".encode()
    assert len(f"Subject: {whole}") == 76
    assert headers.unstructured("Subject", f"{whole}b") == f"Subject: {'a' * 60}\r\n bbbbbbb\r\n".encode()


def test_a_subject_folds_before_each_blank_where_it_must_and_keeps_every_blank() -> None:
    text = " ".join(["x" * 40, "y" * 40, "z" * 20]) + "  two"
    line = headers.unstructured("Subject", text)
    assert line == f"Subject: {'x' * 40}\r\n {'y' * 40} {'z' * 20}  two\r\n".encode()
    assert line.decode().replace("\r\n", "") == f"Subject: {text}"


def test_a_long_first_word_stays_beside_the_name_of_its_field() -> None:
    assert headers.unstructured("Subject", "a" * 90 + " b") == f"Subject: {'a' * 90}\r\n b\r\n".encode()


def test_a_word_that_makes_a_line_of_998_passes_and_of_999_is_refused() -> None:
    room = 998 - len("Subject: ")
    assert headers.unstructured("Subject", "a" * room) == f"Subject: {'a' * room}\r\n".encode()
    with pytest.raises(Rejected, match="the Subject header has a word that is too long") as refused:
        headers.unstructured("Subject", "a" * (room + 1))
    assert refused.value.code == "5.6.0"


@pytest.mark.parametrize("text", ["=?utf-8?q?a?=", " a", "a ", "Zoë"])
def test_what_a_reader_would_take_for_something_else_is_encoded(text: str) -> None:
    line = headers.unstructured("Subject", text).decode().rstrip("\r\n")
    assert line.startswith("Subject: =?utf-8?")
    assert str(make_header(decode_header(line.removeprefix("Subject: ")))) == text


@pytest.mark.parametrize("text", ["a=b?c", "?=", "~ !"])
def test_ascii_that_looks_like_nothing_else_is_written_as_it_is(text: str) -> None:
    assert headers.unstructured("Subject", text) == f"Subject: {text}\r\n".encode()


# RFC 2047


def test_words_of_letters_with_few_marks_are_q_and_of_many_b() -> None:
    assert headers.encoded_words("Zoë Quill") == [b"=?utf-8?q?Zo=C3=AB_Quill?="]
    assert headers.encoded_words("Ελλάς") == [b"=?utf-8?b?zpXOu867zqzPgg==?="]


def test_where_both_are_as_long_q_is_taken() -> None:
    assert headers.encoded_words("abéc") == [b"=?utf-8?b?YWLDqWM=?="]
    assert headers.encoded_words("aé") == [b"=?utf-8?b?YcOp?="]
    assert headers.encoded_words("abcdefghéi") == [b"=?utf-8?q?abcdefgh=C3=A9i?="]
    assert headers.encoded_words("abcdefé") == [b"=?utf-8?q?abcdef=C3=A9?="]


def test_only_letters_figures_and_six_marks_stand_unencoded_in_q() -> None:
    plain = "ABCXYZabcxyz0189!*+-/"
    assert headers.encoded_words(plain) == [f"=?utf-8?q?{plain}?=".encode()]
    for mark in "=?_\"#$%&'(),.:;<>@[]^`{|}~\\":
        assert headers.encoded_words(f"{'a' * 30}{mark}") == [f"=?utf-8?q?{'a' * 30}={ord(mark):02X}?=".encode()]


def test_a_word_of_75_characters_is_whole_and_of_76_is_two() -> None:
    assert headers.encoded_words("a" * 63) == [b"=?utf-8?q?" + b"a" * 63 + b"?="]
    assert [len(word) for word in headers.encoded_words("a" * 64)] == [75, 13]
    assert [len(word) for word in headers.encoded_words("a" * 61 + "é")] == [73, 18]
    assert [len(word) for word in headers.encoded_words("é" * 22)] == [72]
    assert [len(word) for word in headers.encoded_words("é" * 23)] == [72, 16]


def test_the_first_word_leaves_room_for_the_name_of_its_field() -> None:
    words = headers.encoded_words("a" * 80, first=67)
    assert [len(word) for word in words] == [67, 37]
    assert [len(word) for word in headers.encoded_words("a" * 64, first=90)] == [75, 13]
    lines = headers.unstructured("Subject", "ä" + "a" * 100).split(b"\r\n")
    assert (len(lines[0]), lines[1][:1], lines[-1]) == (76, b" ", b"")


def test_at_least_one_character_is_in_every_word_however_little_room_there_is() -> None:
    words = headers.encoded_words("🎬🎬", first=5)
    assert decoded(words) == "🎬🎬"
    assert len(words) == 2


@pytest.mark.parametrize("text", ["é" * 200, "a" * 200 + "🎬" * 40, "=_? " * 60, "Ω 🎬 a " * 30])
def test_no_character_is_cut_between_words(text: str) -> None:
    words = headers.encoded_words(text)
    assert decoded(words) == text
    assert all(len(word) <= 75 for word in words)
    for word in words:
        decoded([word])


# From, To


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "a@b.example"),
        ("Ada Quill", "Ada Quill <a@b.example>"),
        ("Ada  Quill", '"Ada  Quill" <a@b.example>'),
        ("Quill, Ada", '"Quill, Ada" <a@b.example>'),
        ('A "B" \\ C', '"A \\"B\\" \\\\ C" <a@b.example>'),
        ("J. R.", '"J. R." <a@b.example>'),
        ("Zoë", "=?utf-8?q?Zo=C3=AB?= <a@b.example>"),
        ("=?x", "=?utf-8?b?PT94?= <a@b.example>"),
    ],
)
def test_a_name_is_bare_quoted_or_encoded(name: str, written: str) -> None:
    assert headers.mailbox("To", name, "a@b.example") == f"To: {written}\r\n".encode()


def test_a_line_of_78_holds_name_and_address_and_a_longer_one_folds_between_them() -> None:
    name = "a" * 50
    whole = "b" * (78 - len(f"To: {name} <>"))
    assert headers.mailbox("To", name, whole) == f"To: {name} <{whole}>\r\n".encode()
    assert headers.mailbox("To", name, f"{whole}b") == f"To: {name}\r\n <{whole}b>\r\n".encode()


def test_a_plain_name_of_70_beside_to_is_written_and_of_71_encoded() -> None:
    assert headers.mailbox("To", "a" * 70, "a@b.example") == f"To: {'a' * 70}\r\n <a@b.example>\r\n".encode()
    lines = headers.mailbox("To", "a" * 71, "a@b.example").split(b"\r\n")
    assert lines[0].startswith(b"To: =?utf-8?q?")
    assert (len(lines[0]), lines[2]) == (76, b" <a@b.example>")


def test_an_encoded_name_shares_its_line_with_the_address_up_to_78_characters() -> None:
    word = "=?utf-8?q?Zo=C3=AB?="
    whole = "b" * (78 - len(f"To: {word} <>"))
    assert headers.mailbox("To", "Zoë", whole) == f"To: {word} <{whole}>\r\n".encode()
    assert headers.mailbox("To", "Zoë", f"{whole}b") == f"To: {word}\r\n <{whole}b>\r\n".encode()


# Addresses


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("ann@example.net", "ann@example.net"),
        ("a.b+c_d-e@mail.example.co.uk", "a.b+c_d-e@mail.example.co.uk"),
        ("Ann@EXAMPLE.net", "Ann@EXAMPLE.net"),
        (".ann@example.net", '".ann"@example.net'),
        ("ann.@example.net", '"ann."@example.net'),
        ("a..b@example.net", '"a..b"@example.net'),
        ("o'hara@example.net", "o'hara@example.net"),
        ("a@localhost", "a@localhost"),
        (f"{'a' * 64}@example.net", f"{'a' * 64}@example.net"),
        (f"a@{'b' * 63}.example", f"a@{'b' * 63}.example"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_is_written_as_servers_take_it(raw: str, written: str) -> None:
    assert headers.address(raw) == written


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (f"{'a' * 65}@example.net", "no mail address"),
        ("example.net", "no mail address"),
        ("@example.net", "no mail address"),
        ("a b@example.net", "no mail address"),
        (f"a@{'b' * 64}.example", "domain of this mail address cannot exist"),
        ("a@-b.example", "domain of this mail address cannot exist"),
        ("a@b-.example", "domain of this mail address cannot exist"),
        ("a@b_c.example", "domain of this mail address cannot exist"),
        ("a@", "domain of this mail address cannot exist"),
        ("a@é..example", "domain of this mail address cannot exist"),
        (f"a@{'b.' * 126}cc", "domain of this mail address cannot exist"),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_is_no_bounce(raw: str, what: str) -> None:
    with pytest.raises(Rejected, match=what) as refused:
        headers.address(raw)
    assert (refused.value.code, refused.value.bounce) == ("5.1.3", False)


def test_a_domain_of_253_characters_can_exist() -> None:
    domain = "b." * 126 + "c"
    assert len(domain) == 253
    assert headers.address(f"a@{domain}") == f"a@{domain}"


# Other fields


def test_a_token_may_fill_a_line_of_998_and_no_more() -> None:
    room = 998 - len("Feedback-ID: ")
    assert headers.token("Feedback-ID", "a" * room) == f"Feedback-ID: {'a' * room}\r\n".encode()
    for text in ("a" * (room + 1), "é", "a\r\nb"):
        with pytest.raises(Rejected, match="the Feedback-ID header may hold plain ASCII only") as refused:
            headers.token("Feedback-ID", text)
        assert refused.value.code == "5.6.0"


def test_a_list_is_named_by_its_domain_and_by_an_ascii_phrase() -> None:
    assert headers.list_id("w.example.com", "") == b"List-Id: <w.example.com>\r\n"
    assert headers.list_id("w.example.com", "The Reel") == b"List-Id: The Reel <w.example.com>\r\n"
    assert headers.list_id("w.example.com", 'A "b" \\ c.') == b'List-Id: "A \\"b\\" \\\\ c." <w.example.com>\r\n'
    for phrase in ("Réel", "=?utf-8?q?a?="):
        assert headers.list_id("w.example.com", phrase) == b"List-Id: <w.example.com>\r\n"
    with pytest.raises(Rejected, match="the List-Id must be a domain name such as weekly") as refused:
        headers.list_id("not a domain", "")
    assert refused.value.code == "5.6.0"


def test_a_phrase_that_makes_the_list_id_too_long_is_left_out() -> None:
    label = "w.example.com"
    longest = "a" * (239 - len(label))
    assert headers.list_id(label, longest) == f"List-Id: {longest} <{label}>\r\n".encode()
    assert headers.list_id(label, f"{longest}a") == f"List-Id: <{label}>\r\n".encode()


def test_a_date_is_by_the_clock_of_its_own_zone_and_without_fractions() -> None:
    moment = datetime(2026, 11, 20, 4, 0, 12, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    assert headers.date(moment) == b"Date: Fri, 20 Nov 2026 04:00:12 -0500\r\n"
    assert headers.date(datetime(2026, 7, 1, tzinfo=UTC)) == b"Date: Wed, 01 Jul 2026 00:00:00 +0000\r\n"
