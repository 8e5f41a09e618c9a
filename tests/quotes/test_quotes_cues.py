"""Turns of phrase, as the ranking counts them."""

import pytest

from publisher.quotes.cues import cues, cues_before


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        ("It’s a nice touch that the clock stops.", "cue_small_it"),
        ("It is a film of rare warmth.", ""),
        ("It’s meant to seem precocious.", "cue_passive_it"),
        ("Part of the charm is the music.", "cue_part"),
        ("The supporting cast sparkles.", "cue_the_part"),
        ("The harbour outdoes its predecessor.", "cue_rival"),
        ("Shorter than the last one.", "cue_than"),
        ("The transfer is dark.", "cue_print"),
        ("The harbour was shot in Malta.", "cue_made"),
        ("An athans, thanes and cuttings kind of harbour.", ""),
    ],
)
def test_an_editor_knows_a_line_by_its_turns(line: str, cue: str) -> None:
    assert cue in cues(line) if cue else not cues(line)


def test_brackets_of_a_cut_do_not_hide_a_turn() -> None:
    assert "cue_the_part" in cues("[T]he supporting cast sparkles.")


@pytest.mark.parametrize(
    ("before", "cue"),
    [
        ("Is it any good?", "cue_before_question"),
        ("But, for an hour, nothing much happens at the harbour.", "cue_before_but"),
        ("Nothing happens.", "cue_before_short"),
        ("The opening at the harbour takes a good long while.", "cue_before_scene"),
        ("I liked the first film more than most people did.", "cue_before_rival"),
    ],
)
def test_a_sentence_prepares_for_the_next(before: str, cue: str) -> None:
    assert cue in cues_before(before)
