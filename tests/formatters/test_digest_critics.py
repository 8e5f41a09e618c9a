"""Several critics on one film are one item; the label of the lead stands over a film that they recommend."""

from dataclasses import replace
from pathlib import Path

import pytest
from tools import specimen

from publisher.formatters.email import digest
from publisher.formatters.email.rating import recommends
from publisher.model import EditionItem, Email, Film, Quote, Rating, Review

FILM = Film(title="The Salt Ledger", year=2025)


def review(
    name: str, title: str = "The Salt Ledger", *, rating: Rating | None = None, year: int | None = None
) -> Review:
    return replace(
        specimen.edition().items[0].review,
        id=name,
        film=Film(title=title, year=year),
        url=f"https://films.example/{name}?a=1&b=2",
        authors=(name,),
        rating=rating,
        image=None,
        excerpt=None,
    )


def render(*reviews: Review, templates: Path | None = None, layout: str = "classic") -> Email:
    items = tuple(
        EditionItem(review=each, quote=Quote(text=f"{each.id} has a line.", spans=((0, 9),)), lead=n == 0)
        for n, each in enumerate(reviews)
    )
    edition = replace(specimen.edition(), items=items, links=(), note=None, subject="S", preheader="P")
    return digest.render(
        edition, config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=templates, layout=layout
    )


@pytest.mark.parametrize("layout", digest.LAYOUTS)
def test_critics_on_one_film_stand_under_one_title(layout: str) -> None:
    email = render(
        review("Ada", rating=Rating(value=4, best=5)),
        review("Ines", "Another Film"),
        review("Theo", "the salt ledger", year=2025, rating=Rating(value=2, best=5)),
        review("Vera", "THE SALT LEDGER", rating=Rating(value=3, best=5)),
        layout=layout,
    )

    assert email.text.count("The Salt Ledger (2025)\n") == 1
    assert email.html.count('<span class="year"') == 1
    for body in (email.html, email.text):
        places = [body.index(f"{name} has a line.") for name in ("Ada", "Theo", "Vera", "Ines")]
        assert places == sorted(places)
        for name in ("Ada", "Theo", "Vera"):
            assert f"By {name}" in body
            assert f"films.example/{name}?a=1&" in body
    assert "★★★★☆ · By Ada" in email.text
    assert "★★☆☆☆ · By Theo" in email.text


def test_two_films_of_one_name_and_different_years_stay_two() -> None:
    email = render(review("Ada", "Dune", year=1984), review("Theo", "Dune", year=2021))

    assert "Dune (1984)" in email.text
    assert "Dune (2021)" in email.text


def test_an_editors_own_older_template_loses_no_critic(tmp_path: Path) -> None:
    partials = tmp_path / "partials"
    partials.mkdir()
    (partials / "lead-words.html.j2").write_text("<tr><td><h2>{{ item.title }}</h2>{{ item.url }}</td></tr>\n")
    (tmp_path / "partials" / "item-words.html.j2").write_text("<p>{{ item.title }} {{ item.url }}</p>\n")

    email = render(review("Ada"), review("Theo"), templates=tmp_path)

    assert "films.example/Ada" in email.html
    assert "films.example/Theo" in email.html


@pytest.mark.parametrize(
    ("value", "best", "expected"),
    [
        (3, 5, True),
        (2.5, 5, False),
        (60, 100, True),
        (59, 100, False),
        (6, 10, True),
        (5.9, 10, False),
        (1, 4, False),
        (2.5, 4, True),
        (0, 5, False),
        ("A+", "A", True),
        ("B-", "A", True),
        ("B−", "A", True),
        ("b", "A", True),
        ("C+", "A", False),
        ("F", "A", False),
        ("Essential", "Essential", None),
        (7, 5, None),
        (0, 0, None),
    ],
)
def test_a_rating_recommends_on_its_own_scale(value: float | str, best: float | str, expected: bool | None) -> None:
    assert recommends(Rating(value=value, best=best)) is expected


def test_the_label_stands_over_a_film_that_its_critics_recommend() -> None:
    good, bad = Rating(value="B+", best="A"), Rating(value=1, best=4)

    assert "Film of the week" in render(review("Ada", rating=good)).text
    assert "Film of the week" in render(review("Ada", rating=good), review("Theo")).text
    assert "The lead review" in render(review("Ada")).text
    for email in (render(review("Ada", rating=bad)), render(review("Ada", rating=good), review("Theo", rating=bad))):
        assert "Film of the week" not in email.html + email.text
        assert "The lead review" not in email.html + email.text
