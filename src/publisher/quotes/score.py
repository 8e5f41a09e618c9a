"""How quotable a candidate is (first cut: words of judgement, the film as subject, length, no story)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp

import regex

from publisher.model import Rating
from publisher.quotes import words
from publisher.quotes.candidates import Candidate
from publisher.quotes.sentences import Sentence

_WORD = regex.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, the chance that an editor would run the line, and the parts of the score."""

    value: float
    confidence: float
    reasons: Mapping[str, float] = field(default_factory=dict)


@cache
def _set(name: str) -> regex.Pattern[str]:
    return regex.compile(rf"\b(?:{getattr(words, name)})\b", regex.I)


def score(
    found: Sequence[Candidate], sentences: Sequence[Sentence], *, title: str, rating: Rating | None, language: str
) -> list[Scored]:
    """A score for each candidate, in their order."""
    last = max(1, len(sentences) - 1)
    out = []
    for candidate in found:
        text = candidate.text
        count = len(_WORD.findall(text))
        parts = {
            "verdict": 0.5 * min(3, len(_set("VERDICT_STRICT").findall(text))),
            "film": 0.5 * bool(_set("WHOLE_FILM").search(text) or (title and title in text)),
            "story": -0.5 * len(_set("PLOT_VERBS").findall(text)) - 0.3 * len(_set("PLOT_NOUNS").findall(text)),
            "reservation": -1.0 * bool(_set("RESERVATION").search(text)),
            "length": -abs(count - 18) / 15,
            "edge": -0.6 * min(candidate.first, last - candidate.last) / last,
            "cut": -0.3 * (candidate.kind != "whole"),
        }
        value = sum(parts.values())
        out.append(Scored(round(value, 4), round(1 / (1 + exp(-value)), 4), parts))
    return out
