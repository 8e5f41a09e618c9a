"""The opening of a review: its first prose, in whole sentences, without credits, furniture or the quote."""

import pytest

from publisher.model import Block, Quote, Review
from publisher.quotes import opening
from publisher.quotes.opening import LIMIT, LONGEST, is_prose


def review(*paragraphs: str, excerpt: str | None = None) -> Review:
    blocks = tuple(Block(kind="paragraph", text=text) for text in paragraphs)
    return Review(id="r1", source="site", headline="A headline", blocks=blocks, excerpt=excerpt)


def said(text: str) -> Quote:
    return Quote(text=text, spans=((0, len(text)),))


FERRY = "A ferryman finds a tape recorder on his boat."
WINTER = "He spends one winter listening to a stranger."


@pytest.mark.parametrize(
    "line",
    [
        "Director: Ana Roy.",
        "Cast: Ana Roy, Luis Sol, Ida Berg.",
        "97 minutes.",
        "Cert 12A.",
        "In cinemas now.",
        "In theaters December 3.",
        "By Ana Roy.",
        "By Ana Roy, 12 November 2026.",
        "★★★½",
        "Rating: 3/5.",
        "Posted on November 30, 2026.",
        "Directed by Ana Roy.",
        "Regie: Ana Roy.",
        "Mit Ana Roy, Jan Krüger und Lea Blum.",
        "Jetzt im Kino.",
        "FSK 12, 104 Minuten.",
        "Réalisation : Jean Duval.",
        "Avec Marie Blanc, Paul Noir et Luc Vert.",
        "En salles le 3 décembre.",
        "Dirección: Ana Roy.",
        "En cines desde el viernes.",
        "Regia: Carlo Verdi.",
        "Al cinema dal 3 dicembre.",
        "Nu in de bioscoop.",
    ],
)
def test_credits_bylines_dates_and_showings_are_no_prose(line: str) -> None:
    assert not is_prose(line)
    assert opening(review(line, FERRY)) == FERRY
    assert opening(review(f"{line} {FERRY}")) in (FERRY, None if "★" in line else FERRY)


@pytest.mark.parametrize(
    "line",
    [
        FERRY,
        "Directed by Ana Roy, it is a slow film about salt.",
        "In cinemas these days, silence is rare and expensive.",
        "By the end, nobody is laughing.",
        "Mit großer Geduld erzählt der Film von einem Zollbeamten.",
        "Avec patience, le film trouve son rythme.",
        "De la mer, on ne voit que la lumière.",
        "Por fin una película que respira.",
        "Di notte il porto è vuoto.",
        "De film begint in een haven.",
        "海は静かで、彼は帰らない。",
    ],
)
def test_prose_in_any_language_is_an_opening(line: str) -> None:
    assert opening(review(line)) == line


def test_a_rating_before_the_first_sentence_is_left_out() -> None:
    for rating in ("★★★½", "4/5", "Rating: B+ –", "⭐⭐⭐⭐"):
        assert opening(review(f"{rating} {FERRY}")) == FERRY


def test_an_opening_ends_with_a_sentence() -> None:
    assert opening(review(f"{FERRY} " * 10)) == " ".join([FERRY] * (LIMIT // (len(FERRY) + 1)))
    assert opening(review("a" * 40 + " goes on and on and" * 20)) is None
    assert opening(review(f"{FERRY} He listens and")) == FERRY


def test_a_single_first_sentence_may_be_longer_than_several() -> None:
    long = f"It {'goes on and ' * 20}ends."
    assert LIMIT < len(long) <= LONGEST
    assert opening(review(f"{long} {FERRY}")) == long
    assert opening(review(f"It {'goes on and ' * 26}ends.")) is None


def test_an_excerpt_comes_before_the_text_where_it_is_whole_sentences() -> None:
    assert opening(review(FERRY, excerpt=WINTER)) == WINTER
    assert opening(review(FERRY, excerpt="A ferryman finds a tape […]")) == FERRY
    assert opening(review(FERRY, excerpt=f"{WINTER} Continue reading →")) == WINTER
    assert opening(review(FERRY, excerpt="Director: Ana Roy. 97 minutes")) == FERRY


@pytest.mark.parametrize(
    "quote", [WINTER, "He spends one winter listening…", "[H]e spends one winter listening to a stranger, and more."]
)
def test_an_opening_stops_before_the_quote(quote: str) -> None:
    assert opening(review(f"{FERRY} {WINTER}"), quote=said(quote)) == FERRY
    assert opening(review(f"{WINTER} {FERRY}"), quote=said(quote)) is None


def test_a_review_without_text_has_no_opening() -> None:
    assert opening(review()) is None
    assert opening(review("", "Yes.")) is None
