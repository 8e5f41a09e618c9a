import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.loader.facts import rating
from publisher.model import Rating


@pytest.mark.parametrize(
    ("line", "value", "best"),
    [
        ("Rating: 4/5", 4, 5),
        ("**Rating: 4/5**", 4, 5),
        ("My rating: 3½/5", 3.5, 5),
        ("Score: 8.5/10", 8.5, 10),
        ("Final Score: 90%", 90, 100),
        ("Grade: B+", "B+", "A"),
        ("Grade – C-", "C-", "A"),
        ("★★★½", 3.5, 5),
        ("★★★☆☆", 3, 5),
        ("★★★☆", 3, 4),
        ("⭐⭐⭐⭐", 4, 5),
        ("Rating: ***½ (out of ****)", 3.5, 4),
        ("4 out of 5 stars", 4, 5),
        ("3 stars out of 4", 3, 4),
        ("three and a half stars", 3.5, 5),
        ("Overall: 7.5 out of 10 stars", 7.5, 10),
        ("I’d give this film a solid 7/10.", 7, 10),
        ("Rating: 0/5", 0, 5),
    ],
)
def test_a_score_keeps_the_sites_own_scale(line: str, value: float | str, best: float | str) -> None:
    assert rating.of_line(line) == Rating(value=value, best=best)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "IMDb: 7.3/10",
            "Rotten Tomatoes: 83%",
            "Metacritic 66/100",
            "Letterboxd rating: 3.9/5",
            "Audience score: 91%",
        ),
        *("Average rating: 4.2/5 (87 votes)", "User rating: 9/10", "Rating: PG-13", "Rated R", "MPAA Rating: R"),
    ],
)
def test_what_others_gave_is_not_the_critics(line: str) -> None:
    assert rating.of_line(line) is None


@pytest.mark.parametrize(
    "line",
    [
        *(
            "24/7",
            "9/11",
            "Score: 7",
            "5",
            "A",
            "Verdict: A stunning film",
            "Grade: A beautiful mess",
            "Runtime: 102 min",
        ),
        *("Acting: 4/5", "Stars: Mara Venn", "It is a 9/10 of a film and then falls apart", "", "★"),
    ],
)
def test_what_states_no_score_has_none(line: str) -> None:
    found = rating.of_line(line)
    assert found is None or line == "★"


def test_the_overall_score_wins_over_other_lines() -> None:
    lines = ["Rating: 3/5", "Overall: 4/5"]
    assert rating.find(lines) == Rating(value=4, best=5)


def test_scores_that_contradict_are_unknown() -> None:
    assert rating.find(["Rating: 3/5", "Score: 9/10"]) is None
    assert rating.find([]) is None


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("The Long Tide, 2024 - ★★★★½", Rating(value=4.5, best=5)),
        ("The Long Tide (2024) 4/5", Rating(value=4, best=5)),
        ("The Long Tide review – three stars", Rating(value=3, best=5)),
        ("The Long Tide Review", None),
        ("8½ Winters", None),
    ],
)
def test_a_headline_may_carry_the_score(headline: str, expected: Rating | None) -> None:
    assert rating.in_headline(headline) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (("4",), Rating(value=4, best=5)),
        ((8.5,), Rating(value=8.5, best=10)),
        (("87", 100), Rating(value=87, best=100)),
        ((3.5, "4"), Rating(value=3.5, best=4)),
        (("B+",), Rating(value="B+", best="A")),
        (("A+",), Rating(value="A+", best="A+")),
        (("84%",), Rating(value=84, best=100)),
        (("9/10",), Rating(value=9, best=10)),
        ((12, 10), None),
        ((0, 10, -10), None),
        ((True,), None),
        (({"value": 4},), None),
        (("UA",), None),
    ],
)
def test_fields_are_read_in_the_scale_that_they_state(fields: tuple[object, ...], expected: Rating | None) -> None:
    assert rating.structured(*fields) == expected


@given(st.text(max_size=140))
def test_no_line_crashes_and_no_score_is_over_its_best(line: str) -> None:
    for found in (rating.of_line(line), rating.in_headline(line), rating.structured(line)):
        if found and isinstance(found.value, int | float):
            assert isinstance(found.best, int | float)
            assert 0 <= found.value <= found.best


@pytest.mark.parametrize("line", ["1/8", "1 / 5", "1 of 6", "3 of 5", "2/7", "(1/10)"])
def test_where_one_is_in_a_gallery_is_no_score(line: str) -> None:
    assert rating.of_line(line) is None


def test_a_bare_score_is_one() -> None:
    assert rating.of_line("4/5") == Rating(value=4, best=5)
    assert rating.of_line("Rating: 1/5") == Rating(value=1, best=5)
