"""Review prose is cut where a reader would cut it, and every offset is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Block
from publisher.quotes.sentences import split, split_blocks


def cut(text: str, title: str = "") -> list[str]:
    return [text[start:end] for start, end in split(text, title=title)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. It sings.", 2),
        ("Mr. Vole plays Dr. Quill. It works.", 2),
        ("R. K. Vole directs. It works.", 2),
        ("The U.S. release is shorter. It works.", 2),
        ("A picture of 3.5 hours. It works.", 2),
        ("“It works.” That is all.", 2),
        ("“Why?” she asks, and the film answers.", 1),
        ("It builds… and builds… and then stops.", 1),
        ("It builds... Then it stops.", 2),
        ("Seen in No. 5 of the series, Vol. 2 is better.", 1),
        ("A warm film—sly, too. It works.", 2),
        ("Great fun! Go. (It is short.)", 3),
        ("It was wonderful.The end was not.", 2),
        ("What a film?! It works.", 2),
        ("これは傑作だ。もう一度見たい。", 2),
    ],
)
def test_sentences_are_cut_like_a_reader_would(text: str, expected: int) -> None:
    assert len(cut(text)) == expected


@pytest.mark.parametrize("title", ["Zounds!", "Who Goes?", "R.O.B.", "Mr. No. 9"])
def test_a_title_never_ends_a_sentence(title: str) -> None:
    assert len(cut(f"I saw {title} Both halves of {title} Are fine. It works.", title)) == 2


def test_a_text_in_small_letters_is_still_cut() -> None:
    text = "this one is a mess. the jokes are old. nobody in the cast seems to be awake at all."
    assert len(cut(text)) == 3


@given(st.text(max_size=300))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


def test_offsets_count_in_the_blocks_joined_by_a_blank_line() -> None:
    blocks = (
        Block(kind="heading", text="A Town in Winter"),
        Block(kind="paragraph", text="It works. It\nsings."),
        Block(kind="paragraph", text="Go."),
    )
    plain = "\n\n".join(block.text for block in blocks)
    found = split_blocks(blocks)
    assert [plain[one.start : one.end] for one in found] == ["It works.", "It\nsings.", "Go."]
    assert [one.text for one in found] == ["It works.", "It sings.", "Go."]
    assert [one.opens_paragraph for one in found] == [True, False, True]


VERSE = (
    "O silver water, carry me away,",
    "Past banks of reed where herons bend and pray,",
    "The moon has drowned her lantern in the deep,",
    "And all the drowsy boats have gone to sleep.",
)


@pytest.mark.parametrize("joint", ["\n", " "])
def test_verse_gives_no_sentence(joint: str) -> None:
    assert split_blocks((Block(kind="paragraph", text=joint.join(VERSE)),)) == []


def test_verse_of_one_line_a_paragraph_gives_no_end_of_a_sentence() -> None:
    found = split_blocks(tuple(Block(kind="paragraph", text=line) for line in VERSE))
    assert not any(sentence.text == VERSE[-1] for sentence in found)


def test_a_list_of_titles_is_no_verse() -> None:
    line = "She made The Tin Harbour, The Glass Mile and Of Salt, In that order, and this is the best of them."
    assert len(split_blocks((Block(kind="paragraph", text=line),))) == 1
