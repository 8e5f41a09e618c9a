from pathlib import Path

import pytest

from publisher.formatters.email import files
from publisher.formatters.email.language import locale_of
from publisher.formatters.email.stars import Score, score
from publisher.formatters.email.words import Words, load
from publisher.model import Rating


@pytest.fixture(scope="module")
def words() -> Words:
    return load([files.shipped() / "words"], "en")


@pytest.mark.parametrize(
    ("rating", "shown", "spoken"),
    [
        (Rating(value=4.5, best=5), "★★★★½", "4.5 out of 5 stars"),
        (Rating(value=3.5, best=5), "★★★½☆", "3.5 out of 5 stars"),
        (Rating(value=3, best=4), "★★★☆", "3 out of 4 stars"),
        (Rating(value=0.5, best=5), "½☆☆☆☆", "0.5 out of 5 stars"),
        (Rating(value=0, best=5), "☆☆☆☆☆", "0 out of 5 stars"),
        (Rating(value=5, best=5), "★★★★★", "5 out of 5 stars"),
        (Rating(value=3.7, best=5), "3.7/5", "3.7 out of 5"),
        (Rating(value=7.5, best=10), "7.5/10", "7.5 out of 10"),
        (Rating(value=84, best=100), "84%", "84%"),
        (Rating(value="B+", best="A"), "B+", "Graded B+"),
    ],
)
def test_a_rating_is_shown_in_its_own_scale_and_read_aloud(
    words: Words, rating: Rating, shown: str, spoken: str
) -> None:
    found = score(rating, words=words, locale=locale_of("en"))

    assert found
    assert (found.text, found.spoken) == (shown, spoken)


@pytest.mark.parametrize(
    "rating",
    [
        None,
        Rating(value=6, best=5),
        Rating(value=-1, best=5),
        Rating(value=float("nan"), best=5),
        Rating(value=1, best=0),
        Rating(value=float("inf"), best=float("inf")),
        Rating(value="\x00 ", best="A"),
    ],
)
def test_what_is_no_rating_is_not_made_up(words: Words, rating: Rating | None) -> None:
    assert score(rating, words=words, locale=locale_of("en")) is None


def test_numbers_are_written_as_the_language_writes_them() -> None:
    german = load([files.shipped() / "words"], "de")
    found = score(Rating(value=7.5, best=10), words=german, locale=locale_of("de"))

    assert found == Score(lit="7,5/10", spoken="7,5 von 10")


def test_a_long_grade_is_cut(words: Words) -> None:
    found = score(Rating(value="excellent " * 50, best="A"), words=words, locale=locale_of("en"))

    assert found
    assert len(found.lit) <= 20


def test_every_language_has_every_phrase() -> None:
    english = set(load([files.shipped() / "words"], "en").phrases)
    for path in sorted((files.shipped() / "words").glob("*.toml")):
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        assert {line.split(" =")[0] for line in lines if " = " in line and line[0] != "#"} == english, path.name
