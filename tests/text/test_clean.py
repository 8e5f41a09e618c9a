import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import clean


def test_a_line_loses_what_can_hide_or_turn_text() -> None:
    assert clean.line("Night\x00 Ferry\u202e gnp.exe\r\nBcc: x\u2066") == "Night Ferry gnp.exe Bcc: x"


def test_a_family_emoji_survives() -> None:
    assert clean.line("👩‍👩‍👧 ok") == "👩‍👩‍👧 ok"


@given(st.text())
def test_a_line_is_one_line_that_can_be_encoded(s: str) -> None:
    line = clean.line(s)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()
    assert clean.line(line) == line
    line.encode()


def test_a_lone_surrogate_is_dropped() -> None:
    assert clean.line("a\ud800b") == "ab"


def test_text_keeps_its_lines_but_not_a_desert_between_them() -> None:
    assert clean.text("a \t b\r\n\r\n\r\n\r\nc\x00\u2028d") == "a b\n\nc\nd"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Amélie’s", "AMELIES"),
        ("The Ferry: Part II", "the ferry – part ii"),
        ("Rose & Crown", "rose and crown"),
        ("Łódź", "lodz"),
        ("STRASSE", "straße"),
        ("“Quoted”", "quoted"),
    ],
)
def test_what_reads_alike_folds_alike(left: str, right: str) -> None:
    assert clean.fold(left) == clean.fold(right)


def test_other_scripts_keep_their_letters() -> None:
    assert clean.fold("千と千尋の神隠し!") == "千と千尋の神隠し"
    assert clean.fold("हिन्दी") != clean.fold("हनद")


@given(st.text())
def test_folding_twice_is_folding_once(s: str) -> None:
    assert clean.fold(clean.fold(s)) == clean.fold(s)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_ascii_folds_as_everything_else_does(s: str) -> None:
    assert clean.fold(s) == clean.fold(s + " é").removesuffix("e").strip()


@given(st.text())
def test_whitespace_of_every_kind_becomes_one_space(s: str) -> None:
    assert clean.line(s).split() == clean.line(s).split(" ") or clean.line(s) == ""
