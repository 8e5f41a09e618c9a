"""A quote is the critic's words: proven from spans and edits, and nothing slips through."""

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import quotes
from publisher.errors import QuoteError
from publisher.model import Block, Film, Quote, Review

WORDS = st.sampled_from(
    [
        "the",
        "film",
        "is",
        "a",
        "warm",
        "sly",
        "brilliant",
        "mess",
        "but",
        "never",
        "dull",
        "and",
        "Ada",
        "Quill",
        "gives",
        "it",
        "bite",
        "while",
        "this",
        "picture",
        "works",
        "hardly",
        "anyone",
        "laughs",
        "at",
        "Tin",
        "Harbour’s",
        "jokes",
        "—",
        "yet",
        "“wonder”",
        "remains",
        "naïve",
        "café",
        "😀",
        "élan",
    ]
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=22).map(lambda words: " ".join(words).capitalize())
ENDED = st.tuples(SENTENCES, st.sampled_from([".", "!", "…", ".”", "?"])).map("".join)
PARAGRAPHS = st.lists(ENDED, min_size=1, max_size=5).map(" ".join)
REVIEWS = st.lists(PARAGRAPHS, min_size=1, max_size=4)


def review(*paragraphs: str, title: str = "Tin Harbour") -> Review:
    blocks = tuple(Block(kind="paragraph", text=text) for text in paragraphs)
    return Review(id="r", source="s", headline=title, film=Film(title=title), blocks=blocks, language="en")


EXAMPLES = int(os.environ.get("QUOTE_EXAMPLES", "100"))  # `make fuzz` makes 10,000 reviews


LINE = (
    "Overall, Tin Harbour is a warm, sly comedy that never loses its nerve, and Quill is superb. "
    "It’s a delight to watch from start to finish."
)


@given(REVIEWS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_ranked_quote_of_any_review_is_proven(paragraphs: list[str]) -> None:
    made = review(*paragraphs)
    for quote in quotes.rank(made, limit=5).quotes:
        quotes.verify(made, quote)
        bare = quote.text.replace("[", "").replace("]", "").removesuffix("…")
        assert bare[1:] in " ".join(made.plain.split())


@given(REVIEWS, st.integers(0, 10_000))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_changed_character_is_always_caught(paragraphs: list[str], where: int) -> None:
    made = review(*paragraphs)
    for quote in quotes.rank(made, limit=2).quotes:
        place = where % len(quote.text)
        changed = "#" if quote.text[place] != "#" else "+"
        forged = replace(quote, text=quote.text[:place] + changed + quote.text[place + 1 :])
        with pytest.raises(QuoteError):
            quotes.verify(made, forged)


@given(REVIEWS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_review_changed_inside_a_quote_no_longer_proves_it(paragraphs: list[str]) -> None:
    made = review(*paragraphs)
    for quote in quotes.rank(made, limit=1).quotes:
        start, end = quote.spans[0]
        place = (start + end) // 2
        text = made.plain[:place] + "#" + made.plain[place + 1 :]
        with pytest.raises(QuoteError):
            quotes.verify(review(*text.split("\n\n")), quote)


def test_a_dropped_lead_in_is_declared_and_needs_no_bracket_before_a_name() -> None:
    quote = quotes.from_text(
        review(LINE), "Tin Harbour is a warm, sly comedy that never loses its nerve, and Quill is superb."
    )
    assert quote.text.startswith("Tin Harbour")
    best = quotes.rank(review(LINE)).quotes
    assert any(edit == "cut-lead:Overall, " for one in best for edit in one.edits)


@pytest.mark.parametrize(
    ("spans", "edits"),
    [
        (((0, 4),), ()),
        (((9, 20), (21, 35)), ()),
        (((30, 40), (9, 20)), ("elision",)),
        (((9, 9000),), ()),
        (((9, 20),), ("paraphrase",)),
        (((9, 20),), ("capital:X",)),
        ((), ()),
    ],
)
def test_spans_and_edits_that_do_not_make_the_text_are_refused(
    spans: tuple[tuple[int, int], ...], edits: tuple[str, ...]
) -> None:
    with pytest.raises(QuoteError):
        quotes.verify(review(LINE), Quote(text="Tin Harbour", spans=spans, edits=edits))


def test_an_elision_may_not_swallow_a_negation() -> None:
    made = review("The film is not for a moment a triumph of nerve and style.")
    with pytest.raises(QuoteError, match="negation"):
        quotes.from_text(made, "The film is … a triumph of nerve and style.")
    kept = quotes.from_text(made, "The film is not … a triumph of nerve and style.")
    assert kept.edits == ("elision",)


def test_straight_quotes_and_dashes_find_the_review_s_own_typography() -> None:
    made = review("It’s a picture—small, “odd” and true—that stays with you.")
    quote = quotes.from_text(made, 'It\'s a picture-small, "odd" and true-that stays with you.')
    assert quote.text == "It’s a picture—small, “odd” and true—that stays with you."


def test_a_capital_is_declared_in_brackets() -> None:
    made = review("First, the pacing was incredible.")
    quote = quotes.from_text(made, "[T]he pacing was incredible.")
    assert quote.text == "[T]he pacing was incredible."
    assert "capital:T" in quote.edits
    with pytest.raises(QuoteError, match="word for word"):
        quotes.from_text(made, "The pacing was incredible.")


def test_only_an_editor_may_mend_a_word() -> None:
    made = review("It sneek up on you and stays for days.")
    with pytest.raises(QuoteError, match="only an editor"):
        quotes.from_text(made, "It [sneaks] up on you and stays for days.")
    quote = quotes.from_text(made, "It [sneaks] up on you and stays for days.", by_editor=True)
    assert quote.text == "It [sneaks] up on you and stays for days."
    assert quote.edits == ("mend:[sneaks]",)
    quotes.verify(made, quote)


def test_a_line_cut_inside_a_word_is_no_quote() -> None:
    with pytest.raises(QuoteError):
        quotes.from_text(review("The pacing was incredible."), "pacing was incred")


def test_invented_words_are_no_quote() -> None:
    with pytest.raises(QuoteError, match="word for word"):
        quotes.from_text(review(LINE), "Tin Harbour is the best film of the year.")


@pytest.mark.parametrize(
    ("typed", "marked", "closest"),
    [
        ("A fisherman finds the tape.", "A *fisherman* finds *the* tape.", "A *ferryman* finds *a* tape"),
        ("[A] ferryman found a tape", "ferryman *found* a tape", "ferryman *finds* a tape"),
        ("it drifts and and sings", "*it* drifts and *and* sings", "*It* drifts and sings.”"),
        ("Nothing of the kind", "Nothing of the kind", ""),
    ],
)
def test_the_false_words_of_a_refused_quote_are_marked_beside_the_true_ones(
    typed: str, marked: str, closest: str
) -> None:
    made = review("A ferryman finds a tape recorder on his boat. It drifts and sings.")
    with pytest.raises(QuoteError) as caught:
        quotes.from_text(made, typed, by_editor=True)

    assert caught.value.what == f"“{marked}” is not in the review word for word"
    assert (f"the closest line is “{closest}" in caught.value.do) is bool(closest)


def test_a_quote_is_found_again_where_an_edit_moved_it() -> None:
    before = review(LINE)
    quote = quotes.rank(before).quotes[0]
    after = review("A new opening line that says little.", LINE)
    with pytest.raises(QuoteError):
        quotes.verify(after, quote)
    moved = quotes.find_again(after, quote)
    assert moved.text == quote.text
    quotes.verify(after, moved)


def test_a_quote_whose_words_are_gone_is_not_found_again() -> None:
    quote = quotes.rank(review(LINE)).quotes[0]
    with pytest.raises(QuoteError):
        quotes.find_again(review("Another review altogether, with other words in it."), quote)
