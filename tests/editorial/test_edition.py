from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.editorial import edition
from publisher.editorial.edition import (
    PREHEADER_LIMIT,
    SUBJECT_LIMIT,
    Contender,
    Hand,
    choose,
    preheader,
    subject,
    too_few,
)
from publisher.model import EditionItem, Film, Quote, Review
from publisher.text.count import graphemes

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def review(number: int, title: str | None = "", **fields: object) -> Review:
    film = None if title is None else Film(title=title or f"The Salt Road {number}")
    given_fields = {
        "id": f"r{number}",
        "source": "site",
        "url": f"https://films.example/{number}",
        "headline": f"Headline {number}",
        "film": film,
        **fields,
    }
    return Review(**given_fields)  # type: ignore[arg-type]


def items(reviews: Sequence[Review], quotes: Mapping[str, Quote | None]) -> tuple[EditionItem, ...]:
    """The reviews with their quotes, each with its excerpt as its opening."""
    return edition.items(reviews, quotes, {each.id: each.excerpt for each in reviews})


def contender(number: int, *, hours: int = 0, pinned: bool = False, title: str | None = "") -> Contender:
    return Contender(review=review(number, title), pinned=pinned, at=NOON - timedelta(hours=hours))


def ids(reviews: tuple[Review, ...]) -> list[str]:
    return [each.id for each in reviews]


def test_the_newest_review_leads() -> None:
    choice = choose([contender(1, hours=5), contender(2, hours=1)], hand=Hand(), most=8)

    assert ids(choice.reviews) == ["r2", "r1"]


def test_a_pinned_review_leads_before_newer_ones() -> None:
    choice = choose([contender(1, hours=5, pinned=True), contender(2)], hand=Hand(), most=8)

    assert ids(choice.reviews) == ["r1", "r2"]


def test_the_editors_order_comes_before_pins_and_new_ones_come_after_it() -> None:
    pool = [contender(1, pinned=True), contender(2), contender(3, hours=9)]

    assert ids(choose(pool, hand=Hand(order=("r3", "r2")), most=8).reviews) == ["r3", "r2", "r1"]


def test_an_excluded_review_is_nowhere() -> None:
    choice = choose([contender(1), contender(2)], hand=Hand(excluded=("r1",)), most=8)

    assert ids(choice.reviews) == ["r2"]
    assert choice.links == ()


def test_what_is_over_the_limit_becomes_a_link() -> None:
    choice = choose([contender(n, hours=n) for n in range(5)], hand=Hand(), most=3)

    assert ids(choice.reviews) == ["r0", "r1", "r2"]
    assert ids(choice.links) == ["r3", "r4"]


def test_an_entry_without_a_film_is_only_a_link() -> None:
    choice = choose([contender(1, title=None), contender(2)], hand=Hand(), most=8)

    assert ids(choice.reviews) == ["r2"]
    assert ids(choice.links) == ["r1"]


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=12, unique_by=lambda t: t[0]), st.integers(1, 6))
def test_nothing_with_an_address_is_lost_and_nothing_is_doubled(pool: list[tuple[int, bool]], most: int) -> None:
    choice = choose([contender(n, hours=n, pinned=pin) for n, pin in pool], hand=Hand(), most=most)

    assert sorted([*ids(choice.reviews), *ids(choice.links)]) == sorted(f"r{n}" for n, _ in pool)
    assert len(choice.reviews) <= most


@given(st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=6), st.text(max_size=80))
def test_a_subject_is_never_over_its_limit(titles: list[str], critic: str) -> None:
    reviews = [review(n, title, authors=(critic,) if critic else ()) for n, title in enumerate(titles)]

    assert graphemes(subject(reviews)) <= SUBJECT_LIMIT


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "Glass Harbour, reviewed by Ada Quill"),
        (2, "Glass Harbour and Two Lamps, reviewed"),
        (3, "Glass Harbour, Two Lamps and 1 more review"),
        (5, "Glass Harbour, Two Lamps and 3 more reviews"),
    ],
)
def test_a_subject_names_the_lead_film(count: int, expected: str) -> None:
    titles = ["Glass Harbour", "Two Lamps", "C", "D", "E"][:count]

    assert subject([review(n, title, authors=("Ada Quill",)) for n, title in enumerate(titles)]) == expected


def test_a_preheader_is_the_lead_quote_where_it_fits() -> None:
    quote = Quote(text="A small film with a long echo and a longer shadow.", spans=((0, 50),))
    chosen = items([review(1)], {"r1": quote})

    assert preheader(chosen, short=None) == "“A small film with a long echo and a longer shadow.”"


def test_a_short_line_is_followed_by_what_else_there_is() -> None:
    quote = Quote(text="A long echo.", spans=((0, 12),))
    alone = items([review(1, authors=("Ada Quill",))], {"r1": quote})
    more = items([review(n, title) for n, title in enumerate(["One", "Two Lamps", "Glass"], 1)], {"r1": quote})

    assert preheader(alone, short=None) == "“A long echo.” — Ada Quill on The Salt Road 1"
    assert preheader(more, short=None) == "“A long echo.” Also: Two Lamps and Glass"


def test_a_short_line_of_a_review_alone_is_followed_by_its_opening() -> None:
    quote = Quote(text="Oh!", spans=((0, 3),))
    alone = items([review(1, "Pi", excerpt="A man counts until the numbers count him back.")], {"r1": quote})

    assert preheader(alone, short=None) == "“Oh!” A man counts until the numbers count him back."


def test_a_preheader_names_whole_films_where_no_line_fits() -> None:
    long = Quote(text="word " * 60, spans=((0, 300),))
    titles = ["Lead", "The Glass Orchard", "Ninety Minutes to Aberystwyth", "The Understudy’s Wife", "Low Tide"]
    chosen = items([review(n, title) for n, title in enumerate(titles, 1)], {"r1": long})

    assert preheader(chosen, short=None) == (
        "Also this week: The Glass Orchard, Ninety Minutes to Aberystwyth and 2 more"
    )


@given(st.lists(st.text("ab ", min_size=1, max_size=60), min_size=1, max_size=9), st.text("cd ", max_size=120))
def test_a_preheader_never_passes_its_limit(titles: list[str], quote: str) -> None:
    chosen = items(
        [review(n, title) for n, title in enumerate(titles, 1)], {"r1": Quote(text=quote, spans=((0, len(quote)),))}
    )

    assert graphemes(preheader(chosen, short=None)) <= PREHEADER_LIMIT


def test_two_critics_on_one_film_name_it_once() -> None:
    two = [
        review(1, "Amélie", authors=("Ada Quill",)),
        review(2, "AMELIE (2001)", authors=("Theo Marsh",)),
    ]
    others = [review(3, "Two Lamps"), review(4, "two lamps")]

    assert subject(two) == "Amélie, reviewed by Ada Quill and Theo Marsh"
    assert subject([*two, review(5, "Amelie", authors=("Ines Roy",))]) == (
        "Amélie, reviewed by Ada Quill, Theo Marsh and Ines Roy"
    )
    assert subject([two[0], others[0], two[1], others[1]]) == "Amélie and Two Lamps, reviewed"
    assert preheader(items([*two, *others], {}), short=None) == "Also this week: Two Lamps Headline 1 Amélie"
    assert subject([two[0], replace(two[1], authors=())]) == "Amélie, reviewed"


def test_two_films_of_one_name_stay_two() -> None:
    two = [replace(review(n), film=Film(title="Dune", year=year)) for n, year in enumerate((1984, 2021), 1)]

    assert subject(two) == "Dune and Dune, reviewed"


def test_too_few_new_pieces_are_named() -> None:
    one = choose([contender(1)], hand=Hand(), most=8)

    assert too_few(one, least=2) == "1 new, and this newsletter goes out from 2 on"
    assert too_few(choose([], hand=Hand(), most=8), least=0) == "no new reviews"
    assert too_few(one, least=1) is None


def test_a_week_of_links_alone_goes_out_under_its_headline() -> None:
    choice = choose([contender(1, title=None), contender(2, title=None, hours=1)], hand=Hand(), most=8)

    assert too_few(choice, least=2) is None
    assert subject(choice.links) == "Headline 1 and 1 more"
    assert preheader((), short=None, links=choice.links) == "New on the site: Headline 1 and Headline 2"


def test_what_an_editor_did_survives_storing() -> None:
    hand = Hand(order=("r1",), excluded=("r2",), picks={"r1": "a line"}, note="Hello", subject="S", layout="picture")

    assert Hand.from_record(hand.to_record()) == hand
    assert Hand.from_record({}) == Hand()
    assert replace(hand, note=None).to_record()["note"] is None
