"""The rows of a file of columns, however it was written, and what a broken quotation mark costs."""

from pathlib import Path

import pytest

from publisher.errors import SourceError, UsageError
from publisher.newsroom.audience.tabular import MAX_LINE, MAX_RECORD_LINES, Form, form_of, read


def rows(path: Path, text: str | bytes, encoding: str = "") -> list[tuple[int, list[str] | str]]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read(path, form_of(path, encoding)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_columns_is_the_most_frequent_outside_quotation_marks(path: Path, sign: str) -> None:
    assert rows(path, f'Name{sign}"a,b;c|d,;,;"{sign} City \n') == [(1, ["Name", "a,b;c|d,;,;", " City "])]
    assert rows(path, f"Name{sign} City \n") == [(1, ["Name", "City"])]


def test_excel_may_name_the_sign_in_a_line_of_its_own(path: Path) -> None:
    assert rows(path, "sep=;\na,b;c\n") == [(2, ["a,b", "c"])]
    assert rows(path, "a\n\nb\n") == [(1, ["a"]), (3, ["b"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_is_read_from_the_bytes(path: Path, encoding: str) -> None:
    assert rows(path, "Zoë,Łódź\n".encode(encoding)) == [(1, ["Zoë", "Łódź"])]


def test_an_encoding_that_is_said_is_believed_and_an_unknown_one_refused(path: Path) -> None:
    assert rows(path, "Łukasz,x\n".encode("cp1250"), "windows-1250") == [(1, ["Łukasz", "x"])]
    with pytest.raises(UsageError, match="there is no encoding “klingon”; write cp1250, mac_roman or the like"):
        form_of(path, "klingon")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "this is a zip archive or an Excel workbook"),
        (b"a\0b", "this is not a text file"),
        (b"x,\xa4\xa5\xb6\x8f\x81,y\n", "the letters of this list are of an encoding that is not known"),
    ],
)
def test_what_is_no_list_is_told_by_its_place(path: Path, data: bytes, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        rows(path, data)

    assert caught.value.where == str(path)
    assert caught.value.do
    with pytest.raises(SourceError, match="the list cannot be read"):
        form_of(path.with_name("missing.csv"), "")


def test_a_cell_may_hold_lines_quotation_marks_and_what_a_backslash_guards(path: Path) -> None:
    assert rows(path, 'a,"b\nc","say ""hi"""\nd,e,f\n') == [(1, ["a", "b\nc", 'say "hi"']), (3, ["d", "e", "f"])]
    assert rows(path, 'a,"say \\"hi\\" now",b\n') == [(1, ["a", 'say "hi" now', "b"])]


def test_a_mark_that_is_never_closed_costs_its_own_line(path: Path) -> None:
    assert rows(path, 'a,b\nc,"d\ne,f\ng,h\n') == [
        (1, ["a", "b"]),
        (2, "a quotation mark is not closed"),
        (3, ["e", "f"]),
        (4, ["g", "h"]),
    ]


def test_a_record_has_thirty_lines_more_at_most_and_a_line_its_length(path: Path) -> None:
    assert (MAX_RECORD_LINES, MAX_LINE) == (30, 200_000)
    whole = 'a,"' + "x\n" * 30 + 'y",b\n'
    assert rows(path, whole) == [(1, ["a", "x\n" * 30 + "y", "b"])]
    assert rows(path, whole.replace("x\n", "x\nx\n", 1))[0] == (1, "a quotation mark is not closed")
    assert rows(path, "y" * 250_000 + "\nb\n") == [(1, ["y" * 200_000]), (2, ["b"])]
    assert Form("utf-8", ",") == Form("utf-8", ",", False)
