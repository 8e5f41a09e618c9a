"""What an editor's single actions make of her hand."""

from datetime import UTC, datetime

import pytest

from publisher.editorial import hand as hands
from publisher.editorial.edition import Hand

SHOWN = ("a", "b", "c", "d")


def test_an_order_names_each_review_once_and_keeps_those_that_it_does_not_name_behind() -> None:
    assert hands.reordered(Hand(order=("x", "a", "y")), ["b", "a", "b"]).order == ("b", "a", "x", "y")


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (1, ("a", "c", "b", "d")),
        (-1, ("b", "a", "c", "d")),
        (2, ("a", "c", "d", "b")),
        (3, ("a", "c", "d", "b")),
        (-2, ("b", "a", "c", "d")),
        (0, SHOWN),
    ],
)
def test_a_review_moves_among_those_shown_and_never_beyond_an_end(by: int, order: tuple[str, ...]) -> None:
    assert hands.moved(Hand(), SHOWN, "b", by).order == order


def test_a_review_that_is_not_shown_moves_in_from_the_end() -> None:
    assert hands.moved(Hand(), SHOWN, "z", -1).order == ("a", "b", "c", "z", "d")
    assert hands.moved(Hand(), SHOWN, "z", 0).order == (*SHOWN, "z")


def test_the_one_that_leads_is_followed_by_the_others_as_they_were() -> None:
    assert hands.led_by(Hand(order=("old",)), SHOWN, "c").order == ("c", "a", "b", "d", "old")


def test_a_review_is_left_out_once_and_comes_back_to_its_place_and_quote() -> None:
    hand = Hand(order=("a", "b"), picks={"a": "a line"}, excluded=("z",))
    out = hands.without(hand, "a")
    assert out == Hand(order=("a", "b"), picks={"a": "a line"}, excluded=("z", "a"))
    assert hands.without(out, "a") is out
    assert hands.again_with(out, "a") == hand


def test_an_editors_line_takes_the_place_of_another_and_goes_with_none() -> None:
    hand = Hand(picks={"a": "one", "b": "two"})
    assert hands.quoting(hand, "a", "three").picks == {"a": "three", "b": "two"}
    assert hands.quoting(hand, "a", None).picks == {"b": "two"}
    assert hands.quoting(hand, "a", "").picks == {"a": "", "b": "two"}


@pytest.mark.parametrize("name", ["subject", "preheader", "note"])
def test_words_of_an_editor_change_the_one_text_and_blanks_give_it_back(name: hands.Words) -> None:
    before = Hand(subject="s", preheader="p", note="n")
    told = {each: getattr(before, each) for each in ("subject", "preheader", "note")}
    for text, kept in ((" Ours \n", "Ours"), (" \n", None)):
        after = hands.worded(before, name, text)
        assert {each: getattr(after, each) for each in told} == {**told, name: kept}


def test_a_layout_is_set_and_given_back() -> None:
    assert hands.laid_out(Hand(), "picture").layout == "picture"
    assert hands.laid_out(Hand(layout="picture"), None).layout is None


def test_a_step_taken_back_leaves_what_came_after_it_elsewhere() -> None:
    before = Hand(order=("a", "b"), note="old")
    after = hands.reordered(before, ["b", "a"])
    now = hands.worded(hands.worded(after, "subject", "New"), "note", "newer")
    assert hands.taken_back(now, before=before, after=after) == Hand(order=("a", "b"), note="newer", subject="New")


def test_older_reviews_wanted_by_an_editor_survive_storing() -> None:
    hand = Hand(preheader="P", since=datetime(2026, 10, 1, 9, 30, tzinfo=UTC))
    record = hand.to_record()
    assert record["since"] == "2026-10-01T09:30:00+00:00"
    assert Hand.from_record(record) == hand
