"""Shortening never cuts what a reader or a network takes as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import clip, count, graphemes

FAMILY = "👨‍👩‍👧‍👧"


@pytest.mark.parametrize(
    ("text", "limit", "want"),
    [
        ("A quiet film", 12, "A quiet film"),
        ("A quiet film", 11, "A quiet…"),
        ("A quiet, slow film", 10, "A quiet…"),
        ("Quiet. Slow. Good.", 14, "Quiet. Slow…"),
        ("See https://films.example.com/a now", 20, "See…"),
        ("Four of five ★★★★½ for this", 17, "Four of five…"),
        ("She says “a quiet and slow film” twice", 20, "She says “a quiet…”"),
        ('She says "a quiet and slow film" twice', 20, 'She says "a quiet…"'),
        ("A film (quiet and slow) here", 16, "A film (quiet…)"),
        ("The film’s own quiet", 12, "The film’s…"),
        ("静かな映画がとても好きです。", 8, "静かな映画がと…"),
        (FAMILY * 4, 3, FAMILY * 2 + "…"),
        ("Unbelievable", 6, "Unbel…"),
        ("https://films.example.com/a", 10, "…"),
        ("word", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_at_its_last_whole_word(text: str, limit: int, want: str) -> None:
    assert clip.at_words(text, limit) == want


def test_the_ellipsis_may_be_another_one() -> None:
    assert clip.at_words("A quiet and slow film", 14, ellipsis=" [more]") == "A quiet [more]"


@given(st.text(), st.integers(0, 60))
def test_a_shortened_text_is_within_its_limit(text: str, limit: int) -> None:
    assert count.graphemes(clip.at_words(text, limit)) <= max(limit, 0)


WORDS = st.sampled_from(
    [
        *[
            "quiet",
            "film",
            "and",
            "“slow",
            "hand”",
            "(very",
            "odd)",
            "★★★★½",
            "#Noir",
            "@mara.example.com",
            "été",
            "静かな映画",
            "سينما",
            "“",
            "don’t",
        ],
        *("‘real’", "★ ★", FAMILY, "https://films.example.com/a?b=c"),
    ]
)


@given(st.lists(WORDS, max_size=20).map(" ".join), st.integers(1, 60))
def test_nothing_whole_is_ever_cut(text: str, limit: int) -> None:
    short = clip.at_words(text, limit)
    if short == text:
        return
    kept = short[: short.rindex("…")]
    assert text.startswith(kept)
    assert graphemes.split(kept) == graphemes.split(text)[: count.graphemes(kept)]
    for word in ("https://films.example.com/a?b=c", "@mara.example.com", "★★★★½"):
        assert not any(kept.endswith(word[:size]) and not kept.endswith(word) for size in range(2, len(word)))
    assert short.count("“") <= short.count("”") + text.count("”")


@given(st.lists(st.sampled_from(["quiet", "“slow", "(odd", "«fin", "film"]), min_size=1, max_size=12).map(" ".join))
def test_marks_that_were_opened_are_closed(text: str) -> None:
    short = clip.at_words(text + " and some more words after it all", count.graphemes(text) + 8)
    for opening, closing in ("“”", "()", "«»"):
        assert short.count(opening) == short.count(closing)


@pytest.mark.parametrize("text", ["a" * 100_000, "“" * 50_000, "あ" * 50_000, "a " * 50_000, "https://" * 10_000])
def test_a_giant_text_is_cut_in_linear_time(text: str) -> None:
    assert count.graphemes(clip.at_words(text, 300)) <= 300
