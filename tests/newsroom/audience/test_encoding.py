"""An old list's encoding is the one in which its names are words."""

import pytest

from publisher.newsroom.audience.encoding import ENCODINGS, guess

NAMES = {
    "cp1252": ("Jürgen Groß", "François Lefèvre", "Muñoz", "Åsa"),
    "cp1250": ("Łukasz Wiśniewski", "Małgorzata Zając", "Dvořák"),
    "cp1251": ("Иван Петров", "Ольга Соколова", "Наталия"),
    "mac_roman": ("Jürgen Müller", "François Lefèvre", "Børge"),
    "cp1254": ("Ayşe Yılmaz", "Çağlar Özgür", "Işık"),
    "cp1253": ("Γιώργος Παπαδόπουλος", "Ελένη Νικολάου"),
    "shift_jis": ("山田太郎", "佐藤花子", "すずき"),
}


def lines(*names: str, encoding: str) -> list[bytes]:
    return [f"someone@one.example,{name},subscribed".encode(encoding) for name in names]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_list_is_read_in_the_encoding_in_which_its_names_are_words(encoding: str) -> None:
    found = guess(lines(*NAMES[encoding], encoding=encoding))

    assert (found.encoding, found.doubtful) == (encoding, False)


def test_every_encoding_that_can_be_found_is_tried_here() -> None:
    assert set(NAMES) == set(ENCODINGS)
    assert ENCODINGS[0] == "cp1252"


def test_where_several_fit_and_where_nothing_is_to_be_seen_it_is_windows_1252() -> None:
    assert guess([]).encoding == guess([b"ann@one.example,Ann"]).encoding == "cp1252"
    assert not guess([]).doubtful
    assert guess(lines("Müller", encoding="cp1250")).encoding == "cp1252"


def test_a_guess_is_doubtful_where_more_than_half_of_the_words_fit_nothing() -> None:
    good, junk = lines("Müller", encoding="cp1252"), b"x,\xa4\xa5\xb6\x81,y"

    assert not guess([*good, junk]).doubtful
    assert guess([*good, junk, b"x,\xb6\xa5\xa4\x8f\x81,y"]).doubtful


def test_a_capital_within_a_word_is_a_sign_of_the_wrong_encoding() -> None:
    assert guess([b"x,Zo\x8e,y"]).encoding == "mac_roman"
    assert guess(lines("ZOË", "JÜRGEN", encoding="cp1252")).encoding == "cp1252"


def test_the_apostrophes_and_quotation_marks_of_a_name_are_no_letters() -> None:
    found = guess(lines("O’Né", "“Zoë”", encoding="cp1252"))

    assert (found.encoding, found.doubtful) == ("cp1252", False)
