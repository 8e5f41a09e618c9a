import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.loader.facts import charset


def declared(label: str) -> str:
    return f'<?xml version="1.0" encoding="{label}"?><title>Café</title>'


@pytest.mark.parametrize(
    ("mark", "coding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_outweighs_every_label_and_is_no_part_of_the_text(mark: bytes, coding: str) -> None:
    assert charset.decode(mark + declared("koi8-r").encode(coding), http="big5") == declared("koi8-r")


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_wide_opening_needs_no_mark(coding: str) -> None:
    assert charset.decode(declared("utf-8").encode(coding), http="iso-8859-1") == declared("utf-8")


def test_ebcdic_declares_its_page_and_is_read_as_the_common_one_without() -> None:
    assert charset.decode(declared("cp1140").replace("é", "€").encode("cp1140")) == declared("cp1140").replace("é", "€")
    assert charset.decode(declared("IBM500").replace("é", "!").encode("cp500")) == declared("IBM500").replace("é", "!")
    for unknown in ("cp9999", "rot13", "unicode_escape"):
        assert charset.decode(declared(unknown).encode("cp037")) == declared(unknown)


@pytest.mark.parametrize(
    ("label", "body", "text"),
    [
        ("iso-8859-1", b"\x93on\x94 \x80", "“on” €"),
        ("US-ASCII", b"\x85\xe9", "…é"),
        ("iso-8859-9", b"\xfe\x99", "ş™"),
        (" Latin1 ", b"caf\xe9", "café"),
        ("gb2312", b"\xc4\xe3\x81\x30\x89\x38", "你ß"),
        ("x-sjis", b"\x89f\x89\xe6 \x87\x40", "映画 ①"),
        ("euc-kr", b"\xbf\xb5\xc8\xad \x8c\x63", "영화 똠"),
        ("big5", b"\xb9q\xbcv", "電影"),
        ("windows-874", b"\xe4\xb7\xc2", "ไทย"),
        ("koi8-r", b"\xcb\xc9\xce\xcf", "кино"),
        ("macintosh", b"caf\x8e", "café"),
    ],
)
def test_a_label_means_what_browsers_read_under_it(label: str, body: bytes, text: str) -> None:
    assert charset.decode(body, http=label) == text


@pytest.mark.parametrize("label", ["", "zlib", "punycode", "x-user-defined", "replacement", "utf-7", "no-such", "é"])
def test_a_label_that_names_no_charset_is_as_good_as_none(label: str) -> None:
    assert charset.decode("Łódź".encode(), http=label) == "Łódź"
    assert charset.decode(b"caf\xe9", http=label) == "café"


def test_flawless_utf8_outweighs_a_one_byte_charset_but_not_one_of_several_bytes() -> None:
    assert charset.decode("Łódź".encode(), http="iso-8859-2") == "Łódź"
    assert charset.decode("Łódź".encode(), http="macintosh") == "Łódź"
    assert charset.decode(b"\xc3\xa9", http="shift_jis") == "ﾃｩ"
    assert charset.decode("é".encode(), http="iso-8859-1", html=True) == "é"


def test_the_server_is_asked_before_the_document() -> None:
    body = b'<?xml version="1.0" encoding="koi8-r"?>\xe9\xff'

    assert charset.decode(body, http="iso-8859-1")[-2:] == "éÿ"
    assert charset.decode(body)[-2:] == "ИЪ"


def test_the_document_is_asked_when_its_bytes_are_not_in_the_servers_charset() -> None:
    assert charset.decode(b'<?xml version="1.0" encoding="koi8-r"?>\xcb\xc9', http="utf-8")[-2:] == "ки"


def test_only_a_page_has_a_meta_element() -> None:
    body = b"<meta charset=koi8-r>\xcb\xc9\xce\xcf"

    assert charset.decode(body, html=True)[-4:] == "кино"
    assert charset.decode(body)[-4:] == "ËÉÎÏ"


def test_a_label_is_looked_for_in_the_first_4096_bytes() -> None:
    meta = b"<meta charset=koi8-r>"

    assert charset.decode(b" " * (4096 - len(meta)) + meta + b"\xcb", html=True)[-1] == "к"
    assert charset.decode(b" " * (4096 - len(meta) + 7) + meta + b"\xcb", html=True)[-1] == "Ë"


def test_few_broken_bytes_are_a_bad_copy_and_many_another_charset() -> None:
    assert charset.decode("é".encode() * 26 + b"\xff") == "é" * 26 + "\ufffd"
    assert charset.decode("é".encode() * 24 + b"\xff") == "Ã©" * 24 + "ÿ"


def test_bytes_that_are_in_no_charset_named_are_replaced_in_the_first_one() -> None:
    assert charset.decode(b"\x89f\xe9", http="shift_jis") == "映\ufffd"


def test_text_without_its_declaration_keeps_all_else() -> None:
    assert charset.without_declaration(' <?xml version="1.0"?><a/><?xml ?>') == "<a/><?xml ?>"
    assert charset.without_declaration("<a/>") == "<a/>"


@given(st.text())
def test_utf8_is_read_back_whatever_else_is_said(text: str) -> None:
    assert charset.decode(text.encode()) == text.removeprefix("\ufeff")


@given(st.binary(), st.text(max_size=12), st.booleans())
def test_nothing_is_refused(body: bytes, label: str, html: bool) -> None:
    assert isinstance(charset.decode(body, http=label, html=html), str)
