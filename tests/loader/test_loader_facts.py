import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.loader.facts import language, people, similar

WORDS = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(400)]


def text(start: int, end: int) -> str:
    return " ".join(WORDS[start:end])


def test_a_text_is_compared_from_48_words_on() -> None:
    assert similar.shingles(text(0, 47)) == frozenset()
    assert similar.keys(text(0, 47)) == ()
    assert len(similar.shingles(text(0, 48))) == 46
    assert len(similar.keys(text(0, 48))) == 8


def test_keys_are_the_eight_lowest_numbers_in_eight_letters() -> None:
    lowest = sorted(similar.shingles(text(0, 48)))[:8]

    assert similar.keys(text(0, 48)) == tuple(f"{number:08x}" for number in lowest)
    assert {len(key) for key in similar.keys(text(0, 48))} == {8}


def test_keys_are_of_the_beginning_and_shingles_of_the_whole() -> None:
    assert similar.keys(text(0, 400)) == similar.keys(text(0, 390))
    assert len(similar.shingles(text(0, 400))) == 398
    short = " ".join("ab"[n % 2] + "cdefghij"[n % 8] for n in range(300))
    assert similar.keys(f"{short} {text(0, 100)}") == similar.keys(short)


def test_likeness_is_twice_what_is_shared_over_all_of_both() -> None:
    one, half = similar.shingles(text(0, 52)), similar.shingles(f"{text(0, 26)} {text(60, 86)}")

    assert similar.similarity(one, one) == 1.0
    assert similar.similarity(one, half) == 2 * 24 / 100
    assert similar.similarity(frozenset(), frozenset()) == similar.similarity(one, frozenset()) == 0.0


def test_three_shared_keys_are_worth_a_comparison() -> None:
    assert [similar.may_be_alike(shared) for shared in (0, 2, 3, 8)] == [False, False, True, True]


@given(st.lists(st.sampled_from(WORDS), max_size=80), st.lists(st.sampled_from(WORDS), max_size=80))
def test_likeness_is_the_same_from_both_sides(some: list[str], others: list[str]) -> None:
    one, other = similar.shingles(" ".join(some)), similar.shingles(" ".join(others))

    assert similar.similarity(one, other) == similar.similarity(other, one)
    assert 0 <= similar.similarity(one, other) <= 1


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Ada Quill", ("Ada Quill",)),
        ("Written by Ada Quill", ("Ada Quill",)),
        ("reviewed by: Ada Quill", ("Ada Quill",)),
        ("Critics: Ada Quill | Bo Inkwell", ("Ada Quill", "Bo Inkwell")),
        ("@adaq", ("adaq",)),
        ("ada@reel.example (Ada Quill)", ("Ada Quill",)),
        ('"Ada Quill" <ada@reel.example>', ("Ada Quill",)),
        ("ada@reel.example", ()),
        ("https://reel.example/ada", ()),
        ("www.reel.example", ()),
        ("Ada Quill & Bo Inkwell and Cy Pen", ("Ada Quill", "Bo Inkwell", "Cy Pen")),
        ("Ada Quill, and Bo Inkwell; ADA QUILL", ("Ada Quill", "Bo Inkwell")),
        ("Ada Quill und Bo Inkwell", ("Ada Quill", "Bo Inkwell")),
        ("Ada Quill, Jr.", ("Ada Quill, Jr.",)),
        ("Jr., Ada Quill", ("Jr.", "Ada Quill")),
        ("– Ada Quill |", ("Ada Quill",)),
        ("12 & Bo Inkwell", ("Bo Inkwell",)),
        ("", ()),
    ],
)
def test_an_author_field_names_people(raw: str, names: tuple[str, ...]) -> None:
    assert people.names(raw) == names


def test_a_login_stands_for_its_byline_alone_and_among_others() -> None:
    critics = {"AdaQ": "Ada Quill"}

    assert people.names("adaq", critics) == ("Ada Quill",)
    assert people.names(["Bo Inkwell, adaq", "Ada Quill"], critics) == ("Bo Inkwell", "Ada Quill")


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Ada Quill", True),
        ("Ada de la Quill", True),
        ("Ada O'Quill-Pen", True),
        ("Ada B C D Quill", True),
        ("Ada B C D E Quill", False),
        ("Ada", False),
        ("ada quill", False),
        ("The Quill", False),
        ("Ada Review", False),
        ("May Monday", False),
        ("Ada " + "Q" * 56, True),
        ("Ada " + "Q" * 57, False),
    ],
)
def test_two_to_five_capitalised_words_are_a_name(text: str, is_name: bool) -> None:
    assert people.looks_like_name(text) is is_name


def test_a_language_shows_from_thirty_words_on() -> None:
    small = "the of and to is that "

    assert language.detect(small * 5) == "en"
    assert language.detect((small * 5).removesuffix("that ")) is None
    assert language.detect("der die das und ist nicht " * 5) == "de"


def test_a_fifth_of_small_words_is_enough_and_less_is_not() -> None:
    assert language.detect("the of and to is that " + "quill " * 24) == "en"
    assert language.detect("the of and to is that " + "quill " * 25) is None


def test_a_language_that_another_one_nearly_equals_is_not_told() -> None:
    assert language.detect("det en på av for med den og som har " * 4) is None


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("en", "en"),
        ("EN-gb", "en-GB"),
        (" de_AT ", "de-AT"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("zh-hant-tw-x1", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("fil", "fil"),
        ("english", None),
        ("e", None),
        ("en-", None),
        ("en-a", None),
        ("en-toolonger9", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_tag_is_written_as_the_standard_writes_it(raw: str | None, tag: str | None) -> None:
    assert language.tag(raw) == tag
