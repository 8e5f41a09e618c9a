"""The reader: pieces of words, windows of a review, and the packaged network."""

import time
from collections.abc import Iterator

import pytest
from tests.quotes.test_quotes_choice import REVIEW, made

from publisher import quotes
from publisher.model import Rating
from publisher.quotes.reader import network
from publisher.quotes.reader.network import REACH, Told, windows
from publisher.quotes.reader.wordpiece import Pieces, Vocabulary

WORDS = ("<s>", "</s>", "[UNK]", "the", "film", "##s", "warm", "##th", "cafe", ",", ".", "!", "a", "##b", "b")
VOCABULARY = Vocabulary({word: number for number, word in enumerate(WORDS)}, WORDS.index("[UNK]"))


def said(pieces: Pieces) -> list[str]:
    return [WORDS[number] for number in pieces.ids]


def test_words_are_cut_into_the_longest_known_pieces() -> None:
    assert said(VOCABULARY.cut("The films, warmth.", 99)) == ["the", "film", "##s", ",", "warm", "##th", "."]


def test_accents_and_capitals_are_taken_off_and_strange_words_are_one_unknown() -> None:
    assert said(VOCABULARY.cut("CAFÉ warmest the" + "b" * 50, 99)) == ["cafe", "[UNK]", "[UNK]"]


def test_every_piece_knows_the_letters_before_its_word() -> None:
    assert VOCABULARY.cut("The  films, warm", 99).places == (0, 3, 3, 8, 9)


def test_a_long_sentence_is_read_as_far_as_it_fits() -> None:
    assert len(VOCABULARY.cut("the film " * 90, 110).ids) == 110


def test_each_sentence_stands_in_one_window_with_what_is_around_it() -> None:
    cut = [VOCABULARY.cut("the film warm " * size, 110) for size in (20, 30, 10, 36, 1)]
    found = list(windows(VOCABULARY, VOCABULARY.cut("the warm film", 16), cut))
    assert [number for window in found for number, _, _ in window.held] == [0, 1, 2, 3, 4]
    assert all(len(window.ids) <= REACH for window in found)
    for window in found:
        for number, start, size in window.held:
            assert window.ids[start : start + size] == cut[number].ids
        assert window.ids[:6] == (0, 3, 6, 4, 1, 1)
        assert window.ids[-1] == 1
    later = found[1]
    first, start, _ = later.held[0]
    assert later.ids[6:start] == cut[first - 1].ids[-32:]
    last = found[0].held[-1]
    assert found[0].ids[last[1] + last[2] : -1] == cut[last[0] + 1].ids[:16]


def test_a_review_of_one_sentence_is_one_window() -> None:
    (only,) = windows(VOCABULARY, VOCABULARY.cut("", 16), [VOCABULARY.cut("the film", 110)])
    assert only.ids == (0, 1, 1, 3, 4, 1)


def test_only_the_pieces_that_a_cut_keeps_count() -> None:
    told = Told((0, 3, 8), ((1.0,), (2.0,), (3.0,)))
    assert told.within(3, 8) == [(2.0,)]
    assert told.within(0, 99) == [(1.0,), (2.0,), (3.0,)]
    assert told.within(20, 30) == [(1.0,), (2.0,), (3.0,)]


def test_switched_off_nothing_is_told() -> None:
    assert network.tell("x", ["The film is warm."], [[0.0] * 768]) == ()


@pytest.fixture
def reader() -> Iterator[None]:
    quotes.switch_on()
    yield
    quotes.switch_off()


@pytest.mark.slow
@pytest.mark.usefixtures("reader")
def test_the_network_is_there_and_its_part_of_a_score_is_told() -> None:
    found = quotes.rank(REVIEW).quotes
    assert found
    assert all(quote.score == pytest.approx(sum(quote.reasons.values()), abs=0.02) for quote in found)
    assert all("reader" in quote.reasons for quote in found)
    assert [quote.text for quote in found] == [quote.text for quote in quotes.rank(REVIEW).quotes]


@pytest.mark.slow
@pytest.mark.usefixtures("reader")
def test_a_review_of_forty_sentences_takes_seconds_at_most() -> None:
    lines = "The film is a warm and generous comedy about the sea, with a fine cast and a good deal of wit. " * 20
    review = made(lines, "The boats go out at four in the morning and nobody in the village seems to mind it. " * 20)
    quotes.rank(REVIEW)
    start = time.process_time()
    quotes.rank(review)
    assert time.process_time() - start < 5


@pytest.mark.slow
@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Tin Harbour is a wonder. I loved every minute of it, and I cannot wait to see it again.", 1),
        ("Tin Harbour is a chore. I checked my watch every minute of it, and I will never sit through it again.", -1),
    ],
)
def test_the_side_of_a_review_without_a_rating_is_told_by_its_text(text: str, side: int) -> None:
    opinion = quotes.opinion_of(made(text))
    assert opinion is not None
    assert opinion.value * side > 0
    assert 0.5 <= opinion.certainty < 1


def test_a_rating_is_the_verdict_and_a_strange_language_has_none() -> None:
    assert quotes.opinion_of(made("Fine.", rating=Rating(value=5, best=5))) == quotes.Opinion(1.0, 1.0)
    assert quotes.opinion_of(made("To jest film o morzu, który nie przypomina innych.", language="pl")) is None
    assert quotes.opinion_of(made()) is None
