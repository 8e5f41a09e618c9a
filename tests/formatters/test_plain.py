from hypothesis import given
from hypothesis import strategies as st

from publisher.formatters.email.plain import columns, wrap

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400)


@given(texts, st.sampled_from(["", "    ", "- "]))
def test_no_line_is_wider_than_78_columns_but_for_an_address(text: str, indent: str) -> None:
    for line in wrap(text, indent=indent).split("\n"):
        assert columns(line) <= 78 or "://" in line or "__merge_" in line


@given(texts)
def test_wrapping_loses_nothing_but_whitespace(text: str) -> None:
    assert "".join(wrap(text).split()) == "".join(text.split())


def test_an_address_is_never_cut() -> None:
    url = "https://lamplight.example/" + "a" * 100

    assert wrap(f"Read more at {url} tonight").split("\n") == ["Read more at", url, "tonight"]


def test_a_long_word_is_cut() -> None:
    assert [len(line) for line in wrap("x" * 160).split("\n")] == [78, 78, 4]


def test_wide_characters_count_two_columns_and_accents_none() -> None:
    assert columns("映画") == 4
    assert columns("e\u0301") == 1
    assert max(columns(line) for line in wrap("映" * 100).split("\n")) == 78


def test_later_lines_hang_under_the_first() -> None:
    assert wrap("one two three", width=8, indent="- ", hanging="  ") == "- one\n  two\n  three"


def test_a_blank_line_parts_paragraphs() -> None:
    assert wrap("one\n\ntwo") == "one\n\ntwo"
