"""The words by which lists are understood: each is written as it is compared, and means one thing."""

import tomllib
from importlib.resources import files
from itertools import combinations

import pytest

from publisher.newsroom.audience import vocabulary
from publisher.text.clean import fold

RAW = tomllib.loads((files("publisher.newsroom.audience") / "vocabulary.toml").read_text(encoding="utf-8"))


def test_names_of_columns_are_folded_without_blanks_and_each_names_one_thing() -> None:
    assert set(vocabulary.COLUMNS) >= {"email", "first", "last", "name", "zone", "language", "opted_in", "confirmed"}
    for words in vocabulary.COLUMNS.values():
        assert [word for word in words if fold(word).replace(" ", "") != word] == []
    for one, other in combinations(("email", "first", "last", "name", "zone", "language"), 2):
        assert vocabulary.COLUMNS[one] & vocabulary.COLUMNS[other] == set()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("email", {"email", "emailaddress", "epost", "correoelectronico"}),
        ("first", {"firstname", "fname", "vorname", "prenom"}),
        ("last", {"lastname", "lname", "nachname", "apellidos"}),
        ("name", {"name", "fullname", "nom"}),
        ("zone", {"timezone", "zeitzone"}),
        ("language", {"language", "langue"}),
    ],
)
def test_the_services_own_names_of_columns_are_known(column: str, words: set[str]) -> None:
    assert vocabulary.COLUMNS[column] >= words


def test_a_yes_is_no_no_and_nothing_is_neither() -> None:
    assert {"yes", "true", "1", "ja", "oui"} <= vocabulary.YES
    assert {"no", "false", "0", "nein", "non"} <= vocabulary.NO
    for one, other in combinations((vocabulary.YES, vocabulary.NO, vocabulary.NOTHING), 2):
        assert one & other == set()
    assert set() == vocabulary.MARKS_YES & vocabulary.MARKS_NO


def test_pairs_are_two_words_that_stand_beside_each_other() -> None:
    for pair in vocabulary.PAIRS_NO | vocabulary.PAIRS_YES:
        assert len(pair) == 2
    assert set() == vocabulary.PAIRS_NO & vocabulary.PAIRS_YES


def test_every_state_of_the_file_is_read_and_none_is_empty() -> None:
    kept = {name for name in RAW["status"] if name not in ("ambiguous", "telling", "fillers")}

    assert set(vocabulary.STATES) == kept
    assert all(vocabulary.STATES.values())
    assert "unsubscribed" in vocabulary.STATES["unsubscribed"]
    assert "subscribed" in vocabulary.STATES["confirmed"]


def test_a_word_that_needs_another_to_be_clear_is_not_telling() -> None:
    assert set() == vocabulary.AMBIGUOUS & vocabulary.TELLING
    assert set() == vocabulary.SAYS_NO & vocabulary.ELSEWHERE
