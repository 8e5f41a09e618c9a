"""Subjects and preheaders at the exact lengths where they change, and ties in the order of an edition."""

from datetime import timedelta

import pytest
from tests.editorial.test_edition import NOON, contender, ids, items, review

from publisher.editorial.edition import (
    PREHEADER_LEAST,
    Choice,
    Contender,
    Hand,
    choose,
    name_of,
    preheader,
    subject,
    too_few,
)
from publisher.model import Quote, Review


def films(*titles: str, **fields: object) -> list[Review]:
    return [review(number, title, **fields) for number, title in enumerate(titles, 1)]


def said(text: str) -> Quote:
    return Quote(text=text, spans=((0, len(text)),))


def test_reviews_of_one_moment_stand_in_the_order_of_their_ids() -> None:
    assert ids(choose([contender(n) for n in (3, 1, 2)], hand=Hand(), most=8).reviews) == ["r1", "r2", "r3"]


def test_moments_of_different_zones_are_compared_as_moments() -> None:
    east = Contender(review=review(1), pinned=False, at=NOON.astimezone(tz=None) - timedelta(seconds=1))
    assert ids(choose([east, contender(2)], hand=Hand(), most=8).reviews) == ["r2", "r1"]


def test_an_editor_may_place_what_has_no_film_and_order_beats_age() -> None:
    pool = [contender(1, title=None), contender(2, title=None), contender(3)]
    choice = choose(pool, hand=Hand(order=("r2",)), most=8)
    assert (ids(choice.reviews), ids(choice.links)) == (["r2", "r3"], ["r1"])


def test_what_is_over_the_limit_and_has_no_address_is_not_linked() -> None:
    bare = Contender(review=review(2, url=None), pinned=False, at=NOON - timedelta(hours=1))
    choice = choose([contender(1), bare], hand=Hand(), most=1)
    assert (ids(choice.reviews), choice.links) == (["r1"], ())


def test_each_item_has_its_own_quote_and_only_the_first_leads() -> None:
    first, second = films("One", "Two", excerpt="An opening.")
    quote = said("A line.")
    found = items([first, second], {"r2": quote})
    assert [(item.review.id, item.quote, item.standfirst, item.lead) for item in found] == [
        ("r1", None, "An opening.", True),
        ("r2", quote, "An opening.", False),
    ]


def test_a_review_is_called_by_its_film_on_one_line_else_by_its_headline() -> None:
    assert name_of(review(1, "Tin\n Harbour")) == "Tin Harbour"
    assert name_of(review(1, None, headline=" On\tharbours ")) == "On harbours"


@pytest.mark.parametrize(
    ("titles", "fits", "over"),
    [
        ((45,), "{0}, reviewed by Q", "{0}, reviewed"),
        ((50,), "{0}, reviewed", "{0}"),
        ((60,), "{0}", None),
        ((35, 10), "{0} and {1}, reviewed", "{0} and {1}"),
        ((35, 20), "{0} and {1}", "{0} and one more review"),
        ((40, 30), "{0} and one more review", "{0}"),
        ((30, 10, 9), "{0}, {1} and 1 more review", "{0} and 2 more reviews"),
        ((41, 50, 9), "{0} and 2 more reviews", "{0}"),
        ((29, 10, 9, 9), "{0}, {1} and 2 more reviews", "{0} and 3 more reviews"),
    ],
)
def test_a_subject_takes_the_next_shorter_form_at_the_61st_character(
    titles: tuple[int, ...], fits: str, over: str | None
) -> None:
    names = ["xaey"[place] * size if place else f"{'b' * (size - 2)} c" for place, size in enumerate(titles)]
    limit = len(fits.format(*names))
    assert limit <= 60
    assert subject(films(*names, authors=("Q",)), limit=limit) == fits.format(*names)
    shorter = "b" * (titles[0] - 2) + "…" if over is None else over.format(*names)
    assert subject(films(*names, authors=("Q",)), limit=limit - 1) == shorter


def test_a_subject_is_at_most_60_characters() -> None:
    assert subject(films("a" * 60)) == "a" * 60
    assert len(subject(films("word " * 12 + "w"))) <= 60
    assert subject(films("word " * 12 + "w")).startswith("word word")


def test_a_critic_is_named_on_one_line_and_only_the_first() -> None:
    assert subject(films("Pi", authors=("Ada\nQuill", "Theo"))) == "Pi, reviewed by Ada Quill"
    assert subject(films("Pi")) == "Pi, reviewed"
    assert subject([]) == ""


def test_a_week_of_links_names_the_first_and_counts_the_rest_within_the_limit() -> None:
    links = [review(n, None, headline="A headline that goes on and on and on") for n in range(3)]
    assert subject(links) == "A headline that goes on and on and on and 2 more"
    assert subject(links, limit=30) == "A headline that… and 2 more"
    assert subject(links[:1], limit=30) == "A headline that goes on and…"


def below(text: str, *titles: str, short: str = "", limit: int = 90, **fields: object) -> str:
    chosen = items(films("Lead", *titles, **fields), {"r1": said(text)} if text else {})
    return preheader(chosen, short=said(short) if short else None, limit=limit)


def test_a_line_of_forty_stands_alone_and_of_thirty_nine_is_followed() -> None:
    whole = "a" * (PREHEADER_LEAST - 2)
    assert below(whole, "Two Lamps") == f"“{whole}”"
    assert below(whole[1:], "Two Lamps") == f"“{whole[1:]}” Also: Two Lamps"


def test_a_line_of_ninety_fits_and_of_ninety_one_gives_way_to_a_short_one() -> None:
    short = "b" * 50
    assert below("a" * 88, short=short) == f"“{'a' * 88}”"
    assert below("a" * 89, short=short) == f"“{short}”"


def test_a_line_that_quotes_somebody_gets_no_second_marks() -> None:
    for text in ("“You never left the harbour at all”, she says.", '"You never left the harbour at all", she says.'):
        assert below(text) == text
    for mark in "„«»":
        assert below(f"{mark}{'a' * 50}") == f"{mark}{'a' * 50}"


def test_a_short_line_alone_is_signed_by_its_critic_or_only_its_film() -> None:
    text = "A long echo over the harbour."
    assert below(text, authors=("Ada\nQuill", "Theo")) == f"“{text}” — Ada Quill on Lead"
    assert below(text) == f"“{text}” — on Lead"


def test_films_are_listed_whole_as_far_as_they_fit() -> None:
    titles = ("Two Lamps", "Three Harbours", "Four Winters", "Five")
    whole = "Also this week: Two Lamps, Three Harbours, Four Winters and Five"
    assert below("", *titles) == whole
    assert below("", *titles, limit=len(whole)) == whole
    assert below("", *titles, limit=len(whole) - 1) == "Also this week: Two Lamps, Three Harbours and 2 more"
    assert below("", *titles[:2]) == "Also this week: Two Lamps and Three Harbours"


def test_what_is_still_short_is_filled_with_the_opening_the_headline_and_the_film() -> None:
    one = films("Pi", headline="A man who counts and counts")
    assert preheader(items(one, {}), short=None) == "A man who counts and counts Pi"
    assert below("Oh!", excerpt="He counts.", headline="A man who counts and counts", authors=()) == (
        "“Oh!” He counts. A man who counts and counts"
    )


def test_an_edition_of_nothing_says_nothing() -> None:
    assert preheader((), short=None) == ""


@pytest.mark.parametrize(("least", "enough"), [(0, True), (1, True), (2, True), (3, False)])
def test_links_count_as_pieces(least: int, enough: bool) -> None:
    one, other = films("One", "Two")
    why = too_few(Choice(reviews=(one,), links=(other,)), least=least)
    assert why == (None if enough else "2 new, and this newsletter goes out from 3 on")
