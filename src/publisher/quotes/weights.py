"""The fitted weights, read once from one packaged file that `tools/fit_quotes.py` writes (docs/quotes.md)."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, log, sqrt
from sys import intern
from typing import Any

from publisher.quotes.reader import network

FILE = "weights.json.gz"


@dataclass(frozen=True, slots=True)
class TextModel:
    """A linear model over words and word pairs: sublinear counts times fitted weights, over the length's norm."""

    weights: Mapping[str, float]
    bias: float

    def of(self, tokens: Sequence[str]) -> float:
        """The log odds of one line."""
        counts: dict[str, int] = {}
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
        for pair in map(" ".join, pairwise(("^", *tokens, "$"))):
            counts[pair] = counts.get(pair, 0) + 1
        if not tokens:
            return self.bias
        known = self.weights
        total = sum(known[gram] * (1 + log(count)) for gram, count in counts.items() if gram in known)
        return self.bias + total / sqrt(len(counts))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A fitted ranking: a weight for each feature, the same ones for each risk, what a score's chance is.

    The reader's also has an axis for the ranking, for each risk and for the review's verdict. `automatic` is the least
    confidence of a line that may run unasked: of held-out first lines one in eighteen above it was a blunder.
    """

    ranking: Mapping[str, float]
    risks: Mapping[str, Mapping[str, float]]
    calibration: tuple[float, float]
    axes: Mapping[str, Sequence[float]]
    verdict: Mapping[str, float]
    automatic: float
    certainty: tuple[float, float]

    def confidence(self, score: float) -> float:
        """The chance that an editor would run a line of this score (Platt, on held-out reviews)."""
        slope, offset = self.calibration
        return 1 / (1 + exp(-max(-30.0, min(30.0, slope * score + offset))))


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything fitted: two text models, the words' moods, a judgement by words and one by the reader too."""

    quotable: TextModel
    opinion: TextModel
    moods: Mapping[str, float]
    common: frozenset[str]
    by_words: Judgement
    by_reader: Judgement


@cache
def load() -> Weights:
    """The packaged weights."""
    from importlib.resources import files  # 20 ms that only a scorer pays

    packed = files("publisher.quotes").joinpath(FILE).read_bytes()
    return _weights(json.loads(gzip.decompress(packed), object_hook=_as_table))


def forget() -> None:
    """Let go of the weights and the reader, which a long send does without; the next review loads them again."""
    load.cache_clear()
    network.forget()


def _weights(raw: Mapping[str, Any]) -> Weights:
    return Weights(
        quotable=TextModel(raw["quotable"]["table"], raw["quotable"]["bias"]),
        opinion=TextModel(raw["opinion"]["table"], raw["opinion"]["bias"]),
        moods=raw["moods"]["table"],
        common=frozenset(map(intern, raw["common"].split("\n"))),
        by_words=_judgement(raw),
        by_reader=_judgement(raw["reader"]),
    )


def _judgement(raw: Mapping[str, Any]) -> Judgement:
    slope, offset = raw["calibration"]
    names = dict.fromkeys((*raw["ranking"], *(name for risk in raw["risks"].values() for name in risk)), 0.0)
    risks = {risk: names | weights for risk, weights in raw["risks"].items()}
    axes = raw.get("axes", {})
    sure, start = raw.get("certainty", (2.0, 0.0))
    return Judgement(
        names | raw["ranking"], risks, (slope, offset), axes, raw["verdict"], raw["automatic"], (sure, start)
    )


def _as_table(found: dict[str, Any]) -> dict[str, Any]:
    """A line of words and a list of hundredths become a table as soon as they are read, so that not all lie about.

    Tables share their words and numbers, which are far fewer than their places.
    """
    if "hundredths" in found:
        words, places = found.pop("words"), found.pop("hundredths")
        numbers = {value: value / 100 for value in set(places)}
        pairs = zip(words.split("\n") if words else (), places, strict=True)
        found["table"] = {intern(word): numbers[value] for word, value in pairs}
    return found
