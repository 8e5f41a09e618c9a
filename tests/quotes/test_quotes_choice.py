"""What is chosen, what never is, and what is said when nothing can be."""

import time

import pytest

from publisher import quotes
from publisher.model import Block, Film, Rating, Review
from publisher.text import count

OPENING = (
    "Ada Quill plays Mara, a harbour pilot who returns to her village after the death of her father. "
    "She meets a smuggler named Joss and decides to help him escape from the police. "
)
VERDICT = (
    "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places. "
    "It never strains for charm, and the final scene reveals who killed her father. "
)
CLOSING = (
    "If there is one minor drawback, it is a second act that drags. "
    "Some viewers may wish for a faster ending. "
    "In short, this is a film of rare tenderness, sharp where it needs to be and generous everywhere else. "
    "Tin Harbour is streaming now on Brightbox. "
    "Want more film reviews? Subscribe to our newsletter!"
)


def made(
    *paragraphs: str, title: str = "Tin Harbour", rating: Rating | None = None, language: str | None = "en"
) -> Review:
    blocks = tuple(Block(kind="paragraph", text=text) for text in paragraphs)
    film = Film(title=title) if title else None
    return Review(id="r", source="s", headline=title, film=film, blocks=blocks, language=language, rating=rating)


REVIEW = made(OPENING, VERDICT, CLOSING)


def test_the_verdict_comes_before_everything_else() -> None:
    best = quotes.rank(REVIEW).quotes[0].text
    assert best.startswith(("Tin Harbour is a funny", "[T]his is a film of rare tenderness"))


@pytest.mark.parametrize(
    "part", ["Subscribe", "streaming", "police", "killed", "drawback", "Some viewers", "returns to"]
)
def test_plot_spoilers_furniture_and_lone_reservations_are_never_among_the_best(part: str) -> None:
    assert all(part not in quote.text for quote in quotes.rank(REVIEW, limit=2).quotes)


@pytest.mark.parametrize(
    "line",
    [
        "They are wonderful together, and the film is better for it.",
        "These beats are brilliant, funny and moving by turns.",
        "And yet.",
        "With that the film is a brilliant, funny and wonderful comedy.",
        "As this is a brilliant comedy, the laughter is wonderful.",
        "First of all; it is a brilliant, funny and wonderful comedy.",
        "The latter is brilliant, the former is a wonderful mess.",
        "It is a brilliant and wonderful comedy, as you probably can.",
        "Nobody makes a wonderful, brilliant and funny comedy like that.",
        "The film is even more brilliant and wonderful than when it does so.",
        "A brilliant and wonderful comedy, though though a long one.",
        "Is this the best comedy of the year so far?",
        "It turns out that the killer is a brilliant friend of hers.",
        "Follow us for more brilliant reviews of wonderful films.",
        "Brilliant fun (and a triumph of style.",
        "a wonderful, brilliant comedy with real charm.",
        "Recommended for: anyone who loves a brilliant and wonderful comedy.",
        "[^1]: It is a brilliant, funny and wonderful comedy all the same.",
        "Rating: 4/5 for a brilliant and wonderful comedy.",
        "By the finest critic of this brilliant generation.",
        "A detective named Joss finds the widow and must travel to the village.",
        "Read more of this wonderful writing at https://example.com today.",
    ],
)
def test_a_line_that_a_gate_holds_back_is_never_quoted(line: str) -> None:
    review = made(f"{VERDICT}", f"The script is dull and the pacing is slow. {line}")
    shown = [quote.text for quote in quotes.rank(review, limit=20).quotes]
    assert line not in shown


@pytest.mark.parametrize(
    "line",
    [
        "In this film a brilliant cast finds wonderful comedy.",
        "It is a very very funny and brilliant comedy.",
        "Like this picture or not, it is a brilliant comedy.",
        "A brilliant and wonderful comedy that does it all without strain.",
    ],
)
def test_a_line_that_only_looks_as_if_it_leaned_on_another_may_run(line: str) -> None:
    shown = [quote.text for quote in quotes.rank(made(f"The boats are plain. {line} The tide is low."), limit=9).quotes]
    assert line in shown


@pytest.mark.parametrize("budget", [40, 80, 120, 160, 240])
def test_every_quote_fits_its_place(budget: int) -> None:
    for quote in quotes.rank(REVIEW, max_graphemes=budget, limit=5).quotes:
        assert count.graphemes(quote.text) <= budget


def test_a_long_sentence_is_cut_at_a_safe_place_when_nothing_else_fits() -> None:
    line = (
        "Tin Harbour is a wonderful comedy of manners about a town that has forgotten its own name, and it follows "
        "its people through a winter of small betrayals that the camera watches without comment and without hurry."
    )
    quote = quotes.rank(made(line), max_graphemes=120).quotes[0]
    assert quote.text.endswith("…")
    assert "cut-tail" in quote.edits


def test_what_has_been_shown_is_not_shown_again() -> None:
    first = quotes.pick(REVIEW)
    assert first is not None
    second = quotes.pick(REVIEW, avoid=[first.text])
    assert second is not None
    assert second.text != first.text


def test_the_three_best_are_of_different_sentences() -> None:
    spans = [quote.spans[0] for quote in quotes.rank(REVIEW).quotes]
    assert all(one[1] <= other[0] or other[1] <= one[0] for one in spans for other in spans if one is not other)


def test_the_score_is_the_sum_of_its_parts() -> None:
    for quote in quotes.rank(REVIEW).quotes:
        assert quote.score == pytest.approx(sum(quote.reasons.values()), abs=0.01)
        assert 0 < quote.confidence < 1


NOT_OFFERED = -99.0


def test_a_complaint_counts_less_in_a_rave_than_in_a_pan() -> None:
    line = "The film is a slow, muddled disappointment in its second half."
    text = f"{VERDICT} {line} It has style."

    def score(rating: Rating) -> float:
        found = quotes.rank(made(text, rating=rating), limit=9).quotes
        return next((quote.score for quote in found if quote.text == line), NOT_OFFERED)

    assert score(Rating(value=1, best=5)) > score(Rating(value=5, best=5))


def test_automatic_picks_abstain_where_nothing_is_sure() -> None:
    review = made("The harbour stands at the edge of the town. The boats go out at night with their lamps lit.")
    assert quotes.pick(review, automatic=True) is None


def test_headings_lists_and_quoted_blocks_are_never_candidates() -> None:
    line = "A wonderful, brilliant comedy of real charm."
    blocks = tuple(Block(kind=kind, text=line) for kind in ("heading", "list", "quote"))
    review = Review(id="r", source="s", headline="x", blocks=blocks, language="en")
    ranking = quotes.rank(review)
    assert ranking.quotes == ()
    assert "prose" in ranking.why_none


BAD = {
    "empty": "",
    "a word": "Brilliant",
    "capitals": "THIS IS THE BEST FILM. " * 12,
    "no punctuation": "it was good and then it was bad and then i left " * 20,
    "poem": "O harbour cold\nO harbour grey\nthe boats are sold\nthe men away",
    "marks": "?!… ... !!! ??? — — “ ” ( ) [ ]",
    "brackets": "(" * 5000,
    "emoji": "😀 😀 😀 👩‍👩‍👧‍👦 ❤️ ❤️",
    "plot": OPENING * 6,
    "list": "\n".join(f"- item {number}" for number in range(20)),
    "NUL": "The film\x00 is\x00 brilliant\u202e and warm.",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_bad_input_gives_a_reason_or_proven_quotes(text: str) -> None:
    review = made(text)
    ranking = quotes.rank(review)
    assert ranking.quotes or ranking.why_none
    for quote in ranking.quotes:
        quotes.verify(review, quote)


@pytest.mark.parametrize(
    "name", ["empty", "a word", "no punctuation", "poem", "marks", "brackets", "emoji", "plot", "list"]
)
def test_what_cannot_be_quoted_gives_none_and_says_why(name: str) -> None:
    ranking = quotes.rank(made(BAD[name]))
    assert ranking.quotes == ()
    assert ranking.why_none


def test_an_enormous_review_takes_time_in_proportion() -> None:
    def seconds(times: int) -> float:
        review = made(*[OPENING + VERDICT + CLOSING] * times)
        start = time.process_time()
        quotes.rank(review)
        return time.process_time() - start

    seconds(1)
    assert seconds(160) < 10 * seconds(40) + 0.2


def test_a_language_without_lists_keeps_the_gates_that_need_no_words_and_says_so() -> None:
    text = (
        "To jest film o pamięci i morzu, który nie przypomina żadnego innego filmu tego roku. "
        "Czego jeszcze można chcieć? Zdjęcia są tak piękne, że aż boli, a scenariusz jest pełen życia. "
        "Odwiedź https://example.com po więcej."
    )
    ranking = quotes.rank(made(text, title="Puerto", language=None))
    assert ranking.quotes
    assert all("no word lists for this language" in quote.reasons for quote in ranking.quotes)
    assert all("http" not in quote.text and "?" not in quote.text for quote in ranking.quotes)
    assert quotes.pick(made(text, title="Puerto"), automatic=True) is None


def test_right_to_left_text_is_quoted_whole_or_not_at_all() -> None:
    text = "هذا فيلم جميل جدا عن البحر والذاكرة والناس. لا يشبه أي فيلم آخر شاهدته هذا العام في السينما."
    review = made(text, title="", language="ar")
    for quote in quotes.rank(review).quotes:
        assert quote.text in text


def test_sentences_given_by_a_caller_are_each_scored() -> None:
    sentences = [OPENING.split(". ")[0] + ".", VERDICT.split(". ")[0] + "."]
    scores = quotes.score_sentences("Tin Harbour", " ".join(sentences), sentences)
    assert len(scores) == 2
    assert scores[1] > scores[0]


def test_a_bare_text_loses_headings_and_furniture() -> None:
    review = quotes.review_from_plain(
        "Tin Harbour", f"Tin Harbour Review\n- Ada Vole\n\n{VERDICT}\n\nA Town in Winter\n\n{CLOSING}"
    )
    kinds = [block.kind for block in review.blocks]
    assert kinds == ["heading", "list", "paragraph", "heading", "paragraph"]


def test_praise_of_another_film_is_never_offered() -> None:
    other = "Glass Mile is a masterpiece, a dazzling film that keeps its heart while it folds cities in half."
    text = (
        f"{other} I have seen Glass Mile nine times and it still thrills me.\n\nTin Harbour is a cold, noisy puzzle "
        "that forgets to give us anybody to care about. I admired the mechanics and felt nothing at all."
    )
    found = quotes.rank(quotes.review_from_plain("Tin Harbour", text)).quotes
    assert found
    assert not any("Glass Mile" in quote.text for quote in found)


def test_a_comparison_that_names_the_reviews_own_film_may_run() -> None:
    line = "Tin Harbour is warmer, slyer and far more moving than Glass Mile ever was."
    text = f"Glass Mile is a great film about the sea. {line} The acting is superb."
    assert line in [quote.text for quote in quotes.rank(quotes.review_from_plain("Tin Harbour", text)).quotes]


def test_a_person_is_not_taken_for_another_film() -> None:
    line = "Vole is a director with a gift for warmth, and this is a superb comedy."
    text = f"Tin Harbour opens well. {line} Quill is the picture of calm."
    assert line in [quote.text for quote in quotes.rank(quotes.review_from_plain("Tin Harbour", text)).quotes]
