"""Fit the weights of the quote ranking and write them as the packaged file.

    pip install -e .[fit,vectors] && python -m tools.fit_quotes CORPUS/data/quotes [--check] [--cache FILE.npy]

CORPUS/data/quotes holds train/ (quotable and ordinary sentences, opinion and plot lines) and panel_train.jsonl
(every sentence of 154 reviews labelled by an editor's rules). Nothing else in it is read. `--check` only prints the
figures of cross-validation; `--cache` keeps the vectors of train/, which take 20 minutes. The model is described in
docs/quotes.md.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import svds
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_predict
from tools import fit_meanings

from publisher.model import Rating
from publisher.quotes import (
    candidates,
    features,
    gates,
    lexicon,
    reading,
    review_from_plain,
    scene,
    score,
    weights,
)
from publisher.quotes.barred import others
from publisher.quotes.pick import SHOWN
from publisher.quotes.sentences import split_blocks

STRENGTH = 0.003
FOLDS = 8
SEED = 20
TARGET = Path(__file__).parent.parent / "src/publisher/quotes/weights.json.gz"


def main() -> None:
    """Fit, print the figures of cross-validation, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="only print the figures of cross-validation")
    parser.add_argument("--cache", type=Path, help="keeps the sentence vectors of train/")
    words = parser.parse_args()
    before = TARGET.read_bytes() if TARGET.exists() else b""
    finished = False
    try:
        finished = fit(words.folder, check=words.check, cache=words.cache)
    finally:
        if not finished and before:
            TARGET.write_bytes(before)


def fit(folder: Path, *, check: bool, cache: Path | None) -> bool:
    """Whether the new weights were written."""
    texts = read_texts(folder / "train")
    base = fit_texts(texts)
    base["moods"] = fit_moods(fit_vectors(texts))
    use(base)
    base["verdict"] = fit_verdict(folder / "panel_train.jsonl")
    use(base)
    told = fit_meanings.read_sentences(texts.running, texts.alone, cache)
    meanings = fit_meanings.fit_words((texts.ordinary, texts.blurbs, texts.opinion, texts.plot), told)
    panel = [json.loads(line) for line in (folder / "panel_train.jsonl").open()]
    blind = [review_rows(record, meanings) for record in panel]
    rated = [review_rows(record, meanings, rating_of(record["rating"])) for record in panel]
    calibration, figures = cross_validate(blind, rated)
    print(json.dumps(figures))
    if check:
        return False
    model = fit_ranking([row for review in blind + rated for row in review.rows])
    raw = base | model.as_json(meanings, calibration)
    write(raw, figures)
    return True


def use(raw: dict[str, Any]) -> None:
    """Make every room read these text models: the packaged file is replaced before anything asks for it."""
    empty = {"words": "", "thousandths": {}}
    write({"meaning": empty, "verdict": {}, "ranking": {}, "risks": {}, "calibration": [1.0, 0.0], **raw}, {})
    weights.load.cache_clear()


def write(raw: dict[str, Any], figures: dict[str, float]) -> None:
    """The packaged file: JSON, compressed, the same bytes for the same weights."""
    said = {"fitted from": "train/* and panel_train.jsonl", "cross-validation": figures}
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


# The verdict and the ranking: from panel_train.jsonl


def fit_verdict(panel: Path) -> dict[str, float]:
    """What a review thinks of its film, -1 to 1, from its words: a ridge regression on the ratings of the panel."""
    rows: list[dict[str, float]] = []
    target: list[float] = []
    for record in map(json.loads, panel.open()):
        share = scene.rating_share(rating_of(record["rating"]))
        if share is not None:
            review = review_from_plain(record["title"], record["text"])
            sentences = split_blocks(review.blocks, title=record["title"])
            rows.append(scene.mood_of(scene.scene_of(sentences, title=record["title"], rating=None).readings))
            target.append(2 * share - 1)
    names = sorted(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    spread = np.maximum(matrix.std(0), 0.05)
    guessed = cross_val_predict(Ridge(alpha=20.0), matrix / spread, target, cv=10)
    print(f"verdict against rating: correlation {np.corrcoef(guessed, target)[0, 1]:.2f} held out, {len(rows)} reviews")
    model = Ridge(alpha=20.0).fit(matrix / spread, target)
    found = dict(zip(names, (1.5 * model.coef_ / spread).tolist(), strict=True))
    found["bias"] = 1.5 * float(model.intercept_)
    return {name: round(value, 4) for name, value in found.items()}


def rating_of(said: str | None) -> Rating | None:
    """`B+`, `3.5/5` and `0.7 of 1` as a Rating."""
    match = re.fullmatch(r"([\d.]+)\s?(?:/|of)\s?([\d.]+)", said or "")
    if match:
        return Rating(value=float(match[1]), best=float(match[2]))
    return Rating(value=said, best="A") if said and said[0] in "ABCDF" else None


@dataclass
class Row:
    """One candidate with its features, its label and whether a gate holds it back."""

    candidate: candidates.Candidate
    features: dict[str, float]
    label: str
    best: bool
    gated: bool
    never: frozenset[str]
    score: float = 0.0


@dataclass
class Labelled:
    """One review of the panel."""

    id: str
    rows: list[Row] = field(default_factory=list)


def review_rows(
    record: dict[str, Any], meanings: dict[str, np.ndarray[Any, Any]], rating: Rating | None = None
) -> Labelled:
    """Every candidate of one labelled review."""
    title = record["title"]
    review = review_from_plain(title, record["text"])
    sentences = split_blocks(review.blocks, title=title)
    whole = scene.scene_of(sentences, title=title, rating=rating)
    named = others.other_films((sentence.text for sentence in sentences), title)
    setting = gates.Setting(240, "en", title, verdict=whole.verdict, others=named)
    found = Labelled(record["id"])
    for candidate in candidates.whole(sentences, review.plain):
        label, best, never = judge(candidate, record["sentences"])
        measured = {
            name: value
            for group, values in features.measure(candidate, whole).items()
            for name, value in values.items()
            if group != "meaning"
        }
        measured |= axes_of(candidate.text, meanings)
        found.rows.append(Row(candidate, measured, label, best, not gates.passes(candidate, setting), never))
    return found


def axes_of(text: str, meanings: dict[str, np.ndarray[Any, Any]]) -> dict[str, float]:
    """How far a line reaches along each axis of meaning, by its words."""
    held = reading.plain_words(text.replace("[", "").replace("]", ""))
    reach = [share * meanings[word] for word, share in fit_meanings.shares(held) if word in meanings]
    return {f"axis {axis}": float(value) for axis, value in enumerate(np.sum(reach, axis=0))} if reach else {}


def judge(candidate: candidates.Candidate, labelled: Sequence[dict[str, Any]]) -> tuple[str, bool, frozenset[str]]:
    """Publishable (the sentence is, or the cut equals one that the reader made), never, or dull; best; why never."""
    text = bare(candidate.text)
    held = [one for one in labelled if bare(one["text"]) in text or text in bare(one["text"])]
    held = [one for one in held if len(bare(one["text"])) > 3]
    best = any(one["best"] for one in held)
    if any(text == bare(cut) for one in held for cut in one["trim"]):
        return "publishable", best, frozenset()
    if held and all(one["publishable"] and 2 * len(text) >= len(bare(one["text"])) for one in held):
        return "publishable", best, frozenset()
    why = frozenset(reason for one in held for reason in one["never"])
    return ("never" if why or not held else "dull"), False, why


def bare(text: str) -> str:
    """A text as its words only, brackets left out."""
    return " ".join(reading.plain_words(text.replace("[", "").replace("]", "")))


RISKS = {
    "plot": {"plot", "spoiler"},
    "dangling": {"dangling"},
    "misleading": {"misleading"},
    "idle": {"trivial", "boilerplate", "garbled"},
}


@dataclass(frozen=True)
class Ranking:
    """A fitted ranking: a weight for each feature, and for each risk."""

    weights: dict[str, float]
    risks: dict[str, dict[str, float]]

    def of(self, row: Row) -> float:
        """The score that `score.score` would give."""
        cost = sum(score.risk_cost(weigh(weights, row)) for weights in self.risks.values())
        return weigh(self.weights, row) - cost - score.cut_cost(row.candidate)

    def as_json(self, meanings: dict[str, np.ndarray[Any, Any]], calibration: list[float]) -> dict[str, Any]:
        """The ranking's part of the file; the weights of the axes are folded into a few numbers for each word."""
        every = {"ranking": self.weights, **self.risks}
        axes = np.array([[one.get(f"axis {axis}", 0.0) for axis in range(fit_meanings.AXES)] for one in every.values()])
        words = sorted(meanings)
        folded = np.rint(1000 * np.array([axes @ meanings[word] for word in words])).astype(int)
        fitted = {name: rounded(one) | {f"meaning_{name}": 1.0} for name, one in every.items()}
        return {
            "meaning": {"words": "\n".join(words), "thousandths": dict(zip(every, folded.T.tolist(), strict=True))},
            "ranking": fitted.pop("ranking"),
            "risks": fitted,
            "calibration": calibration,
        }


def weigh(weights: dict[str, float], row: Row) -> float:
    """The sum of a row's features under these weights."""
    return sum(weights[name] * number for name, number in row.features.items() if name in weights)


def rounded(weights: dict[str, float]) -> dict[str, float]:
    """Weights as the file holds them, the axes left out."""
    return {name: round(value, 4) for name, value in sorted(weights.items()) if not name.startswith("axis ")}


def fit_ranking(rows: Sequence[Row]) -> Ranking:
    """Logistic regressions on the features: of `publishable`, and of each reason why a line may never run."""
    seen = Counter(name for row in rows for name in row.features)
    names = {name: place for place, name in enumerate(sorted(n for n, count in seen.items() if count >= 5))}
    matrix = sparse(([(names[n], v) for n, v in row.features.items() if n in names] for row in rows), len(names))
    dense = matrix.toarray()
    scale = np.maximum(dense.std(0), 0.05)
    axes = [place for name, place in names.items() if name.startswith("axis ")]
    if axes:
        scale[axes] = np.exp(np.log(scale[axes]).mean())
    scaled = dense / scale
    ranking = regression(scaled, scale, names, rows, lambda row: row.label == "publishable")
    risks = {risk: regression(scaled, scale, names, rows, _named(why)) for risk, why in RISKS.items()}
    return Ranking(ranking, risks)


def _named(why: set[str]) -> Callable[[Row], bool]:
    return lambda row: bool(row.never & why)


def regression(
    scaled: np.ndarray[Any, Any],
    scale: np.ndarray[Any, Any],
    names: dict[str, int],
    rows: Sequence[Row],
    test: Callable[[Row], bool],
) -> dict[str, float]:
    """The weights of one logistic regression, in the features' own units."""
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=500, random_state=SEED)
    model.fit(scaled, [test(row) for row in rows], sample_weight=[importance(row) for row in rows])
    found = dict(zip(names, (model.coef_[0] / scale).tolist(), strict=True))
    found["bias"] = found.get("bias", 0.0) + float(model.intercept_[0])
    return found


def importance(row: Row) -> float:
    """How much a row counts in the fit."""
    whole = 1.0 if row.candidate.kind == "whole" else 0.5
    return whole * (0.6 if row.gated else 1.0) * (0.6 if row.label == "dull" else 1.0) * (1.5 if row.best else 1.0)


# How good it is: cross-validation by writer


def cross_validate(reviews: Sequence[Labelled], rated: Sequence[Labelled]) -> tuple[list[float], dict[str, float]]:
    """The calibration of held-out scores, and the figures, ratings unseen."""
    fold = folds(reviews)
    for number in range(FOLDS):
        others = [place for place in range(len(reviews)) if fold[place] != number]
        model = fit_ranking([row for place in others for row in reviews[place].rows + rated[place].rows])
        for place, review in enumerate(reviews):
            if fold[place] == number:
                for row in review.rows:
                    row.score = model.of(row)
    return judged(reviews)


def judged(reviews: Sequence[Labelled]) -> tuple[list[float], dict[str, float]]:
    """The calibration of held-out scores, and the figures of what would be shown."""
    shown = [top(review) for review in reviews]
    picks = [row for rows in shown for row in rows]
    platt = LogisticRegression(C=1e3).fit([[row.score] for row in picks], [row.label == "publishable" for row in picks])
    calibration = [round(float(platt.coef_[0][0]), 4), round(float(platt.intercept_[0]), 4)]

    def share(test: Callable[[list[Row]], bool]) -> float:
        return round(100 * sum(map(test, shown)) / len(shown), 1)

    return calibration, {
        "publishable@1": share(lambda rows: bool(rows) and rows[0].label == "publishable"),
        "blunder@1": share(lambda rows: bool(rows) and rows[0].label == "never"),
        "best@3": share(lambda rows: any(row.best and row.label == "publishable" for row in rows)),
        "publishable among three": round(100 * sum(row.label == "publishable" for row in picks) / len(picks), 1),
    }


def top(review: Labelled) -> list[Row]:
    """The three lines that the picker would show."""
    found: list[Row] = []
    for row in sorted((row for row in review.rows if not row.gated), key=lambda row: -row.score):
        if len(found) < SHOWN and all(row.candidate.first != other.candidate.first for other in found):
            found.append(row)
    return found


def folds(reviews: Sequence[Labelled]) -> list[int]:
    """Folds of like size; the reviews of a writer other than the one of most stay together."""
    writers = [review.id.split("/")[0 if review.id.startswith("movielog") else 1] for review in reviews]
    sizes = Counter(writers)
    most = max(sizes, key=lambda writer: sizes[writer])
    random = np.random.RandomState(SEED)
    load = [0] * FOLDS
    home: dict[str, int] = {}
    for writer, size in sizes.most_common():
        if writer != most:
            home[writer] = int(np.argmin(load))
            load[home[writer]] += size
    spread = iter(random.permutation(sizes[most]).tolist())
    return [home[writer] if writer != most else next(spread) % FOLDS for writer in writers]


if __name__ == "__main__":
    main()
