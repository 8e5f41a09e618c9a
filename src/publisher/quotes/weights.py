"""The fitted weights, read once from one packaged file: text models, word vectors, the ranking's linear model."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log, sqrt


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
        for pair in map(" ".join, pairwise(tokens)):
            counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            return self.bias
        total = sum(self.weights.get(gram, 0.0) * (1 + log(count)) for gram, count in counts.items())
        return self.bias + total / sqrt(len(counts))


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything fitted."""

    quotable: TextModel
    opinion: TextModel
    vectors: Mapping[str, tuple[float, ...]]
    size: int
    common: frozenset[str]
    moods: Mapping[str, float]
    ranking: Mapping[str, float]
    words: Mapping[str, float]
    calibration: tuple[float, float]

    def meaning(self, tokens: Sequence[str]) -> tuple[float, ...]:
        """The mean of the words' vectors."""
        sums = [0.0] * self.size
        known = 0
        for token in tokens:
            vector = self.vectors.get(token)
            if vector is not None:
                known += 1
                for axis, value in enumerate(vector):
                    sums[axis] += value
        return tuple(value / sqrt(known) for value in sums) if known else tuple(sums)


@cache
def load() -> Weights:
    """The packaged weights."""
    raw = json.loads(gzip.decompress(files("publisher.quotes").joinpath("weights.json.gz").read_bytes()))
    return from_json(raw)


def from_json(raw: Mapping[str, object]) -> Weights:
    raise NotImplementedError
