"""One card: which quote, which size, which design, and what is said where there is none."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from publisher.config import Config
from publisher.errors import PublisherError, UsageError
from publisher.formatters.cards.card import Card
from publisher.model import Block, Film, Review
from publisher.newsroom.pool import card
from publisher.quotes import rank

LINES = (
    "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places.",
    "The direction is confident, inventive and full of charm from the first frame to the last.",
)
BLOCK = Block(kind="paragraph", text=" ".join(LINES))
REVIEW = Review(id="r", source="s", headline="Tin Harbour", film=Film(title="Tin Harbour"), blocks=(BLOCK,))


def drawn(review: Review = REVIEW, *, size: str = "1080x1080", design: str = "paper", number: int = 1) -> Card:
    config = Config.defaults(Path())
    return card.draw(review, config=config, http=None, size=size, design=design, number=number)


def test_a_card_has_the_size_that_was_asked_for_in_either_case_and_is_saved_as_it_is(tmp_path: Path) -> None:
    made = drawn(size="1080X1350")
    path = card.save(made, tmp_path / "new" / "card.jpg")

    assert path.read_bytes() == made.data
    with Image.open(io.BytesIO(made.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1080, 1350))


def test_the_number_is_the_place_in_the_ranking() -> None:
    ranked = rank(REVIEW, limit=2, max_graphemes=card.BUDGET).quotes

    assert [quote.text in drawn(number=number).alt for number, quote in enumerate(ranked, 1)] == [True, True]
    assert drawn(number=1).alt != drawn(number=2).alt


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_card_holds_a_line_of_140_graphemes_and_no_longer_one(more: int, fits: bool) -> None:
    long = "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places and in the"
    long += f" most frozen of all {'h' * (140 - len(long) - 22 + more)}s."
    assert len(long) == 140 + more
    review = replace(REVIEW, blocks=(Block(kind="paragraph", text=long),))

    assert (long in drawn(review).alt) is fits


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"design": "rococo"}, "there is no design “rococo”; known: paper, night, block"),
        ({"size": "1x1"}, "there is no size “1x1”; known: 1200x630, 1080x1080, 1080x1350"),
        ({"number": 9}, "there is no quote 9; 1 to 2 fit a card"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(asked: dict[str, str | int], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        drawn(**asked)  # type: ignore[arg-type]

    assert str(caught.value) == said


def test_a_review_without_a_quote_says_why() -> None:
    with pytest.raises(PublisherError, match=r"^no quote: \w+"):
        drawn(Review(id="r", source="s", headline="Tin Harbour"))
