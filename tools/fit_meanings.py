"""What single words add to the meaning of a sentence, learnt from a packaged sentence model that is not needed later.

The model of the extra `vectors` reads every line of train/; a ridge regression then tells its vectors from the words
alone, so that a line's words give a rough vector without the model. `fit_quotes.py` weighs the axes and folds them
into a few numbers for each word.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from publisher.quotes import vectors

AXES = 96
LEAST_SEEN = 3
MOST_WORDS = 30_000
_PENALTY = 1.0
_STEPS = 30
_RUN = 40
Array = np.ndarray[Any, Any]


def read_sentences(running: Sequence[str], alone: Sequence[str], cache: Path | None) -> Array:
    """The vector of each line, `running` ones read among their neighbours; kept in `cache`, for it takes 20 minutes."""
    if cache is not None and cache.exists():
        kept: Array = np.load(cache)
        if len(kept) == len(running) + len(alone):
            return kept.astype(np.float32)
    encoder = vectors.encoder()
    found = [encoder.of(running[start : start + _RUN]) for start in range(0, len(running), _RUN)]
    found += [encoder.of([line]) for line in alone]
    every = np.concatenate(found).astype(np.float16)
    if cache is not None:
        np.save(cache, every)
    return every.astype(np.float32)


def fit_words(files: Sequence[Sequence[Sequence[str]]], told: Array) -> dict[str, Array]:
    """What each word adds along each axis; `told` holds the vectors of all lines of all files, in their order."""
    lines = [line for file in files for line in file]
    starts = np.cumsum([0, *map(len, files)])
    told = np.concatenate([told[a:b] - told[a:b].mean(0) for a, b in pairwise(starts)])
    spread, axes = np.linalg.eigh(np.cov(told[::4].T))
    wanted = told @ axes[:, np.argsort(-spread)[:AXES]].astype(np.float32)
    seen = Counter(word for line in lines for word in set(line))
    common = sorted((word for word in seen if seen[word] >= LEAST_SEEN), key=lambda word: (-seen[word], word))[
        :MOST_WORDS
    ]
    places = {word: place for place, word in enumerate(common)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for number, line in enumerate(lines):
        for word, share in shares(line):
            if word in places:
                rows.append(number)
                columns.append(places[word])
                values.append(share)
    matrix = sp.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=(len(lines), len(common)))
    found = _ridge(matrix, wanted)
    found /= np.sqrt((matrix @ found).std(0))
    return dict(zip(common, found, strict=True))


def shares(line: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Each word with its sublinear count over the root of how many there are, as `weights.MeaningModel` counts."""
    counts = Counter(line)
    return ((word, (1 + log(count)) / sqrt(len(counts))) for word, count in counts.items())


def _ridge(matrix: sp.csr_matrix, wanted: Array) -> Array:
    """The ridge regression of every axis on the words, by conjugate gradients, all axes at once."""
    turned = matrix.T.tocsr()
    scale = (np.asarray(matrix.multiply(matrix).sum(0))[0] + _PENALTY)[:, None].astype(np.float32)
    rest = turned @ wanted
    found: Array = np.zeros_like(rest)
    ahead = rest / scale
    step = ahead.copy()
    size = (rest * ahead).sum(0)
    for _ in range(_STEPS):
        moved = turned @ (matrix @ step) + _PENALTY * step
        far = size / (step * moved).sum(0)
        found += far * step
        rest -= far * moved
        ahead = rest / scale
        size, last = (rest * ahead).sum(0), size
        step = ahead + (size / last) * step
    return found
