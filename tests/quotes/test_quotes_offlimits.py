"""Text that is marked as a spoiler, and speech that runs over sentences, gives no line."""

import pytest

from publisher import quotes
from publisher.model import Block, Film, Review
from publisher.quotes.barred.offlimits import SPEECH, SPOILER, barred, barred_blocks, barred_spans

OPEN = "Salt Meridian is a warm, sly and beautifully acted comedy about a harbour that forgets its own name. " * 2
SECRET = "This film is a wonderful, brilliant and moving comedy because the pilot was a ghost all the while."


def shown(*blocks: Block) -> list[str]:
    review = Review(
        id="r", source="s", headline="x", film=Film(title="Salt Meridian"), blocks=tuple(blocks), language="en"
    )
    return [quote.text for quote in quotes.rank(review, limit=20).quotes]


def paragraph(text: str) -> Block:
    return Block(kind="paragraph", text=text)


@pytest.mark.parametrize(
    "warning",
    [
        "SPOILERS AHEAD",
        "*** Spoilers ***",
        "Warning: major spoilers follow!",
        "Spoiler warning",
        "Spoiler thoughts",
        "Ending explained",
        "Achtung, Spoiler!",
        "Attention spoilers",
        "Spoilerwarnung:",
    ],
)
@pytest.mark.parametrize("kind", ["heading", "paragraph"])
def test_what_follows_a_warning_is_off_limits(warning: str, kind: str) -> None:
    mark = Block(kind=kind, text=warning)  # type: ignore[arg-type]
    lines = shown(paragraph(OPEN), mark, paragraph(SECRET))
    assert lines
    assert SECRET not in lines


def test_a_warning_is_lifted_by_its_end() -> None:
    lines = shown(
        paragraph(OPEN), paragraph("Spoilers ahead."), paragraph("The pilot drowns."), paragraph("End of spoilers."),
        paragraph("This film is a wonderful, brilliant and moving comedy."),
    )  # fmt: skip
    assert "This film is a wonderful, brilliant and moving comedy." in lines


@pytest.mark.parametrize("warning", ["No spoilers ahead.", "Spoiler-free review", "A review without any spoilers"])
def test_a_promise_of_no_spoilers_bars_nothing(warning: str) -> None:
    assert barred_blocks([paragraph(OPEN), paragraph(warning), paragraph(SECRET)])[2] is False


def test_a_warning_at_the_very_start_speaks_of_the_whole_review_and_bars_nothing() -> None:
    assert barred_blocks([paragraph("Spoilers ahead!"), paragraph(OPEN), paragraph(SECRET)]) == [True, False, False]


def test_a_block_that_its_source_marks_is_off_limits() -> None:
    assert SECRET not in shown(paragraph(OPEN), Block(kind="paragraph", text=SECRET, spoiler=True))


@pytest.mark.parametrize("mark", ["[spoiler]{}[/spoiler]", ">!{}!<", "||{}||"])
def test_hidden_text_is_off_limits(mark: str) -> None:
    hidden = mark.format(SECRET)
    assert all("ghost" not in line for line in shown(paragraph(f"{OPEN} {hidden} The tide comes in.")))


def test_speech_over_several_sentences_is_somebody_elses() -> None:
    text = "Mara says: “I never wanted this. It is the best film of my life. I love it.” The film is warm."
    spans = list(barred_spans(text))
    place = text.index("It is the best")
    assert barred(place, place + 30, spans) == SPEECH
    last = text.index("The film is warm")
    assert barred(last, len(text), spans) == ""


def test_straight_marks_are_told_in_pairs_and_an_odd_one_bars_nothing() -> None:
    text = 'He says, "Go. It is a fine day. Go." Then a fine film begins.'
    assert barred(text.index("It is"), text.index("It is") + 17, list(barred_spans(text))) == SPEECH
    assert list(barred_spans('A 6" doll. It is a fine day.')) == []


def test_a_quotation_within_a_sentence_leaves_the_sentence_to_the_gates() -> None:
    text = "This “warm” comedy is a “gem” of a film. It ends."
    assert barred(0, text.index("It ends") - 1, list(barred_spans(text))) == ""


def test_a_spoiler_within_a_sentence_bars_all_of_it() -> None:
    text = "It is a fine film (spoiler: he dies) with a heart."
    assert barred(0, len(text), list(barred_spans(text))) == SPOILER
