"""Fit the text models and the ranking by words alone, and write them as the packaged file.

    pip install -e .[fit] && python -m tools.fit_quotes CORPUS/data/quotes [--check]

CORPUS/data/quotes holds train/ (quotable and ordinary sentences, opinion and plot lines) and the two panels (every
sentence of 268 reviews labelled by an editor's rules). Nothing else in it is read. `--check` only prints the figures
of cross-validation. `tools/fit_reader.py` adds the reader's weights afterwards. The model is described in
docs/quotes.md.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import svds
from sklearn.linear_model import LogisticRegression, Ridge
from tools import quote_panel as panel

from publisher.quotes import lexicon, reading, weights

AUTOMATIC = 0.45
"""Without the reader a line runs unasked above this confidence, as it always did; no line is sure to one in twenty."""
SEED = 20
TARGET = Path(__file__).parent.parent / "src/publisher/quotes/weights.json.gz"


def main() -> None:
    """Fit, print the figures of cross-validation, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="only print the figures of cross-validation")
    words = parser.parse_args()
    before = TARGET.read_bytes() if TARGET.exists() else b""
    finished = False
    try:
        finished = fit(words.folder, check=words.check)
    finally:
        if not finished and before:
            TARGET.write_bytes(before)


def fit(folder: Path, *, check: bool) -> bool:
    """Whether the new weights were written."""
    texts = read_texts(folder / "train")
    base = fit_texts(texts)
    base["moods"] = fit_moods(fit_vectors(texts))
    use(base)
    reviews = panel.read_panels(folder)
    fold = panel.folds(reviews)
    guessed = panel.verdicts(reviews, fold)
    shares = [one.share for one in reviews]
    rated = [
        panel.rows_of(one, 2 * share - 1 if share is not None else guess)
        for one, guess, share in zip(reviews, guessed, shares, strict=True)
    ]
    for review, guess in zip(reviews, guessed, strict=True):
        review.rows = panel.rows_of(review, guess)
    panel.cross_validate(reviews, rated, fold)
    unmet = panel.unmet(reviews)
    figures = {"all": panel.figures(reviews), "writers unmet": panel.figures(unmet)}
    print(json.dumps(figures))
    if check:
        return False
    model = panel.fit_ranking(
        [row for review in reviews for row in review.rows] + [row for some in rated for row in some]
    )
    fitted = {name: rounded(one) for name, one in model.weights.items()}
    verdict = rounded(panel.fit_verdict(reviews).weights)
    said = {
        "calibration": panel.calibrate([pick for review in unmet for pick in panel.top(review)]),
        "automatic": AUTOMATIC,
        "verdict": verdict,
    }
    write({**base, "ranking": fitted.pop("ranking"), "risks": fitted, **said, "reader": NOTHING}, figures)
    return True


NOTHING: dict[str, Any] = {
    "ranking": {},
    "risks": {},
    "calibration": [1.0, 0.0],
    "automatic": 1.0,
    "verdict": {},
    "axes": {},
}


def rounded(weights: dict[str, float]) -> dict[str, float]:
    """Weights as the file holds them."""
    return {name: round(value, 4) for name, value in sorted(weights.items())}


def use(raw: dict[str, Any]) -> None:
    """Make every room read these text models: the packaged file is replaced before anything asks for it."""
    write({**NOTHING, "reader": NOTHING, **raw}, {})
    weights.load.cache_clear()


def write(raw: dict[str, Any], figures: dict[str, Any]) -> None:
    """The packaged file: JSON, compressed, the same bytes for the same weights."""
    said = {"fitted from": "train/* and the two panels", "cross-validation": figures}
    data = json.dumps({"provenance": said, **raw}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(data.encode(), 9, mtime=0))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


# Text models, word vectors and moods: from train/


@dataclass(frozen=True)
class Texts:
    """The four files of train/ as words, and as they stand: sentences that follow each other, and others."""

    blurbs: list[list[str]]
    ordinary: list[list[str]]
    opinion: list[list[str]]
    plot: list[list[str]]
    cased: list[str]
    running: list[str]
    alone: list[str]

    def all(self) -> list[list[str]]:
        """Every line."""
        return self.blurbs + self.ordinary + self.opinion + self.plot


def read_texts(folder: Path) -> Texts:
    """train/ read and cut into the words that the ranking sees."""
    names = ("blurbs.txt.gz", "review_sentences.txt.gz", "opinion.txt", "plot.txt")
    blurbs, ordinary, opinion, plot = (lines(folder / name) for name in names)
    cut = [[tokens(line) for line in file] for file in (blurbs, ordinary, opinion, plot)]
    return Texts(cut[0], cut[1], cut[2], cut[3], cased=blurbs, running=ordinary, alone=blurbs + opinion + plot)


def lines(path: Path) -> list[str]:
    """The lines of a file that hold something, unpacked where it is packed."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line.strip() for line in data.decode("utf-8", "replace").splitlines() if line.strip()]


def tokens(line: str) -> list[str]:
    """Words as `reading.plain_words` gives them, the corpora's blanks before `'s` and `n't` closed."""
    return reading.plain_words(re.sub(r" ('(?:s|t|re|ve|ll|d|m)\b|n't\b)", r"\1", line.casefold().replace("’", "'")))


def fit_texts(texts: Texts) -> dict[str, Any]:
    """Quotable against ordinary, opinion against plot, and the words that a sentence may begin with."""
    small = Counter(
        word
        for line in texts.cased
        for word in re.findall(r"(?<![.!?] )(?<!^)\b[a-z]+(?:'[a-z]+)?\b", line.replace("’", "'"))
    )
    return {
        "quotable": fit_text(texts.blurbs, texts.ordinary, least=5, strength=1.0, keep=30_000),
        "opinion": fit_text(texts.opinion, texts.plot, least=2, strength=4.0, keep=10_000),
        "common": "\n".join(sorted(word for word, count in small.items() if count >= 4)),
    }


def fit_text(yes: list[list[str]], no: list[list[str]], *, least: int, strength: float, keep: int) -> dict[str, Any]:
    """A logistic regression over words and pairs, the `keep` weightiest of them."""
    both = yes + no
    seen = Counter(gram for line in both for gram in set(grams(line)))
    places = {gram: place for place, gram in enumerate(sorted(g for g, count in seen.items() if count >= least))}
    matrix = sparse(([(places[g], v) for g, v in weighed(line) if g in places] for line in both), len(places))
    target = np.r_[np.ones(len(yes)), np.zeros(len(no))]
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=200, random_state=SEED).fit(matrix, target)
    found = model.coef_[0]
    weight = np.abs(found) * np.sqrt(np.asarray((matrix > 0).sum(0))[0])
    kept = set(np.argsort(-weight, kind="stable")[:keep].tolist())
    return table({g: float(found[p]) for g, p in places.items() if p in kept}) | {
        "bias": round(float(model.intercept_[0]), 4)
    }


def grams(line: Sequence[str]) -> list[str]:
    """Words and word pairs, as `weights.TextModel` counts them."""
    return [*line, *map(" ".join, pairwise(("^", *line, "$")))]


def weighed(line: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Each gram with its sublinear count over the line's norm."""
    counts = Counter(grams(line))
    return ((gram, (1 + log(count)) / sqrt(len(counts))) for gram, count in counts.items())


def table(values: dict[str, float]) -> dict[str, Any]:
    """Words and hundredths, as `weights.from_json` reads them."""
    kept = {word: round(value * 100) for word, value in sorted(values.items()) if round(value * 100)}
    return {"words": "\n".join(kept), "hundredths": list(kept.values())}


def sparse(rows: Iterable[list[tuple[int, float]]], width: int) -> sp.csr_matrix:
    """A matrix from rows of (column, value)."""
    data: list[float] = []
    columns: list[int] = []
    starts = [0]
    for row in rows:
        columns += [column for column, _ in row]
        data += [value for _, value in row]
        starts.append(len(columns))
    return sp.csr_matrix((data, columns, starts), shape=(len(starts) - 1, width))


def fit_vectors(texts: Texts) -> dict[str, np.ndarray[Any, Any]]:
    """Vectors of the 9,000 commonest words: positive pointwise mutual information within five words, decomposed."""
    every = texts.all()
    common = [word for word, _ in Counter(word for line in every for word in line).most_common(9000)]
    places = {word: place for place, word in enumerate(common)}
    together: Counter[tuple[int, int]] = Counter()
    for line in every:
        ids = [places.get(word, -1) for word in line]
        for place, one in enumerate(ids):
            for distance, other in enumerate(ids[place + 1 : place + 6], 1):
                if one >= 0 and other >= 0:
                    together[one, other] += 1 / distance  # type: ignore[assignment]
    pairs = np.array(list(together))
    half = sp.csr_matrix((np.array(list(together.values())), (pairs[:, 0], pairs[:, 1])), shape=(len(common),) * 2)
    both = (half + half.T).tocoo()
    sums = np.asarray(both.sum(1))[:, 0]
    smooth = sums**0.75 / (sums**0.75).sum()
    information = np.maximum(np.log(both.data / (sums[both.row] * smooth[both.col])), 0)
    start = np.random.RandomState(SEED).rand(len(common))
    left, spread, _ = svds(sp.csr_matrix((information, (both.row, both.col)), shape=both.shape), k=64, v0=start)
    order = np.argsort(-spread)
    found = left[:, order] * np.sqrt(spread[order])
    found -= found.mean(0)
    return {word: row / (np.linalg.norm(row) + 1e-9) for word, row in zip(common, found, strict=True)}


def fit_moods(vectors: dict[str, np.ndarray[Any, Any]]) -> dict[str, Any]:
    """How kind or unkind each word is: our lists of praise and blame, spread to the words that are used like them."""
    praise = [word for word in sorted(lexicon.listed("POSITIVE")) if word in vectors]
    blame = [word for word in sorted(lexicon.listed("NEGATIVE")) if word in vectors]
    known = {*praise, *blame}
    rest = [word for word in vectors if word not in known]
    chosen = np.random.RandomState(SEED).choice(len(rest), 700, replace=False)
    neutral = [rest[place] for place in chosen]
    matrix = np.array([vectors[word] for word in praise + blame + neutral])
    target = np.r_[np.ones(len(praise)), -np.ones(len(blame)), np.zeros(len(neutral))]
    model = Ridge(alpha=2.0).fit(matrix, target)
    moods = dict(zip(vectors, model.predict(np.array(list(vectors.values()))), strict=True))
    found = {word: float(mood) for word, mood in moods.items() if abs(mood) > 0.22}
    found |= {word: max(0.8, found.get(word, 0.0)) for word in praise}
    return table(found | {word: min(-0.8, found.get(word, 0.0)) for word in blame})


if __name__ == "__main__":
    main()
