"""Which titles are one film."""

import pytest

from publisher.text.together import together


@pytest.mark.parametrize(
    ("films", "groups"),
    [
        ([("Amélie", None), ("AMELIE", None)], ((0, 1),)),
        ([("Salt & Iron", 2026), ("Salt and Iron", None), ("Two Lamps", None)], ((0, 1), (2,))),
        ([("Dune (2021)", None), ("Dune", 2021)], ((0, 1),)),
        ([("Dune", 1984), ("Dune", 2021)], ((0,), (1,))),
        ([("Dune", 1984), ("Dune", 2021), ("Dune", None), ("Dune", 2021)], ((0,), (1, 3), (2,))),
        ([("Spider-Man: Far", None), ("Lamps", None), ("Spider Man – Far", None)], ((0, 2), (1,))),
        ([("", None), ("", None)], ((0,), (1,))),
        ([("(2012)", None), ("2012", None)], ((0, 1),)),
        ([], ()),
    ],
)
def test_a_film_is_known_by_its_name_and_its_year(
    films: list[tuple[str, int | None]], groups: tuple[tuple[int, ...], ...]
) -> None:
    assert together(films) == groups
