"""The quote of each review in an edition, and why an edition must wait for one."""

from dataclasses import replace
from pathlib import Path

from publisher.config import Config
from publisher.editorial.edition import Hand
from publisher.model import Block, Film, Review
from publisher.newsroom.pool.quoting import Quoted, quote_all

SURE = (
    "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places.",
    "It is a film of rare tenderness, sharp where it needs to be and generous everywhere else.",
)
FIRST = Review(
    id="a",
    source="s",
    headline="Tin Harbour",
    film=Film(title="Tin Harbour"),
    blocks=(Block(kind="paragraph", text=" ".join(SURE)),),
    language="en",
)
SECOND = replace(FIRST, id="b", headline="Tin Harbour again")


def quoted(
    *reviews: Review, hand: Hand | None = None, used: dict[str, set[str]] | None = None, picked: str = ""
) -> Quoted:
    config = Config.defaults(Path())
    return quote_all(reviews, hand=hand or Hand(), used=used or {}, config=config, picked=set(picked))


def text(made: Quoted, review: str) -> str | None:
    quote = made.quotes[review]
    return quote.text if quote else None


def test_the_editor_s_pick_in_this_edition_wins_over_the_review_s_own() -> None:
    made = quoted(replace(FIRST, pullquote=SURE[1]), hand=Hand(picks={"a": "real warmth in the coldest of places"}))

    assert (text(made, "a"), made.notes, made.gone) == ("real warmth in the coldest of places", (), ())


def test_a_pick_that_no_longer_stands_holds_the_edition_and_is_never_replaced() -> None:
    made = quoted(FIRST, hand=Hand(picks={"a": "a dreary film"}))

    assert (text(made, "a"), made.gone) == (None, ("Tin Harbour: your quote is no longer in the review",))


def test_a_pull_quote_that_was_picked_here_and_is_gone_holds_the_edition() -> None:
    made = quoted(replace(FIRST, pullquote="a dreary film"), picked="a")

    assert (text(made, "a"), made.notes) == (None, ())
    assert made.gone == ("Tin Harbour: the quote you picked is no longer in the review",)


def test_a_pull_quote_of_the_source_that_is_not_in_the_text_is_noted_and_replaced() -> None:
    made = quoted(replace(FIRST, pullquote="a dreary film"))

    assert text(made, "a") in SURE
    assert made.notes == ("Tin Harbour: its pullquote is not in the text word for word; another line was picked",)
    assert made.gone == ()


def test_the_critic_s_own_pull_quote_comes_before_the_best_line() -> None:
    assert text(quoted(replace(FIRST, pullquote="a film of rare tenderness")), "a") == "a film of rare tenderness"


def test_a_line_that_ran_lately_is_not_taken_again() -> None:
    first = text(quoted(FIRST), "a")
    assert first in SURE
    again = quoted(FIRST, used={"a": {first}})

    assert text(again, "a") == next(line for line in SURE if line != first)


def test_the_lead_s_quote_may_be_longer_than_those_of_the_others() -> None:
    long = (
        "Tin Harbour is a funny, beautifully acted and quietly devastating comedy that finds real warmth in the "
        "coldest of places, and it is the most generous and assured film of this director's career so far."
    )
    assert 160 < len(long) <= 240
    alone = (Block(kind="paragraph", text=long),)
    made = quoted(replace(FIRST, blocks=alone), replace(SECOND, blocks=alone))

    assert text(made, "a") == long
    assert text(made, "b") != long
