"""The labelled reviews that quote rankings are fitted on, and how a ranking is fitted to them and judged."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from publisher.model import Rating
from publisher.quotes import candidates, features, gates, reading, review_from_plain, scene, score
from publisher.quotes.barred import others
from publisher.quotes.pick import SHOWN
from publisher.quotes.reader.network import Encoder
from publisher.quotes.sentences import split_blocks

Array = np.ndarray[Any, Any]

PANELS = ("panel_train.jsonl", "panel_train2.jsonl")
STRENGTH = 1 / 0.003
"""What a weight of one costs, in the features' spreads."""
WEIGHT_OF_STATES = 0.5
"""A state's spread against a feature's: there are 768 of them."""
FOLDS = 8
SEED = 20
LEAST_SEEN = 5
SHARE = 0.4
"""Reviews that get a line unasked; where more do, blunders soon pass one in twenty (docs/quotes.md)."""
RISKS = {
    "plot": {"plot", "spoiler"},
    "dangling": {"dangling"},
    "misleading": {"misleading"},
    "idle": {"trivial", "boilerplate", "garbled"},
}
TARGETS = ("ranking", *RISKS)


@dataclass
class Row:
    """One candidate with its features, its state where a network read it, and what its reader said of it."""

    candidate: candidates.Candidate
    features: dict[str, float]
    state: Array
    label: str
    best: bool
    gated: bool
    never: frozenset[str]

    def target(self, name: str) -> bool:
        """Whether the line is publishable, or ruled out for this reason."""
        return self.label == "publishable" if name == "ranking" else bool(self.never & RISKS[name])

    def importance(self) -> float:
        """How much the row counts in the fit."""
        whole = 1.0 if self.candidate.kind == "whole" else 0.5
        return whole * (0.6 if self.gated else 1.0) * (0.6 if self.label == "dull" else 1.0) * (1.5 if self.best else 1)


@dataclass
class Labelled:
    """One review of a panel, read once: its scene, the states of its lines, and what its critic gave it."""

    record: dict[str, Any]
    writer: str
    whole: scene.Scene
    plain: str
    states: list[Any]
    share: float | None
    rows: list[Row] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def mean_state(self) -> Array:
        """The mean over sentences of their pieces' means; nothing where no network read."""
        return np.mean([state.mean(0) for _, state in self.states], axis=0) if self.states else np.zeros(0)


def read_panels(folder: Path, network: Encoder | None = None) -> list[Labelled]:
    """Every review of the panels, its rating unseen."""
    found = []
    for name in PANELS:
        for record in map(json.loads, (folder / name).open(encoding="utf-8")):
            title = record["title"]
            review = review_from_plain(title, record["text"])
            sentences = split_blocks(review.blocks, title=title)
            states = network.states(title, [one.text for one in sentences]) if network else []
            whole = scene.scene_of(sentences, title=title, rating=None)
            writer = record.get("writer") or record["id"].split("/")[0 if record["id"].startswith("movielog") else 1]
            share = scene.rating_share(rating_of(record["rating"]))
            found.append(Labelled(record, writer, whole, review.plain, states, share))
    return found


def rating_of(said: Any) -> Rating | None:
    """`B+`, `3.5/5`, `0.7 of 1` and `{"value": 3, "best": 4}` as a Rating."""
    if isinstance(said, dict):
        if isinstance(said.get("best"), int | float):
            return Rating(value=float(said["value"]), best=float(said["best"]))
        said = said.get("value")
    if not isinstance(said, str):
        return None
    match = re.fullmatch(r"([\d.]+)\s?(?:/|of)\s?([\d.]+)", said)
    if match:
        return Rating(value=float(match[1]), best=float(match[2]))
    return Rating(value=said, best="A") if said[0] in "ABCDF" else None


def rows_of(review: Labelled, verdict: float) -> list[Row]:
    """Every candidate of a review, measured under this verdict."""
    whole = replace(review.whole, verdict=verdict)
    title, sentences = whole.title, whole.sentences
    named = others.other_films((one.text for one in sentences), title)
    setting = gates.Setting(240, "en", title, verdict=verdict, others=named, year=review.record["year"])
    found = []
    for candidate in candidates.whole(sentences, review.plain):
        label, best, never = judge(candidate, review.record["sentences"])
        measured = {n: v for group in features.measure(candidate, whole).values() for n, v in group.items()}
        state = state_of(candidate, whole, review.states)
        found.append(Row(candidate, measured, state, label, best, not gates.passes(candidate, setting), never))
    return found


def state_of(candidate: candidates.Candidate, whole: scene.Scene, states: Sequence[Any]) -> Array:
    """The mean state of the pieces that a candidate keeps, as `score.reaches` takes its mean."""
    if not states:
        return np.zeros(0, np.float32)
    start, end = score.kept(candidate, whole)
    pieces, state = states[candidate.first]
    held = np.array([start <= place < end for place in pieces.places])
    return np.asarray(state[held].mean(0) if held.any() else state.mean(0))


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


# The verdict


@dataclass(frozen=True)
class Verdict:
    """A ridge regression of ratings on a review's mood words and its mean state."""

    weights: dict[str, float]
    axis: Array

    def of(self, review: Labelled) -> float:
        """What `scene.guessed` would say."""
        value = sum(self.weights[name] * number for name, number in scene.mood_of(review.whole.readings).items())
        value += float(review.mean_state() @ self.axis) if self.axis.size else 0.0
        return round(max(-1.0, min(1.0, value)), 2)


def fit_verdict(reviews: Sequence[Labelled]) -> Verdict:
    """The regression on the reviews that have a rating."""
    rated = [review for review in reviews if review.share is not None]
    target = np.array([2 * (review.share or 0.0) - 1 for review in rated])
    moods = [scene.mood_of(review.whole.readings) for review in rated]
    names = [name for name in moods[0] if name != "bias"]
    plain = np.array([[mood[name] for name in names] for mood in moods])
    spread = np.maximum(plain.std(0), 0.05)
    states = np.array([review.mean_state() for review in rated])
    wide = 8 * np.maximum(states.std(0), 1e-3) if states.size else np.ones(0)
    both = np.concatenate([plain / spread, states / wide if states.size else states], 1)
    centre = both.mean(0)
    moved = both - centre
    weights = np.linalg.solve(moved.T @ moved + 20 * np.eye(moved.shape[1]), moved.T @ (target - target.mean()))
    found = {name: float(w) for name, w in zip(names, weights[: len(names)] / spread, strict=True)}
    found["bias"] = float(target.mean() - centre @ weights)
    return Verdict(found, weights[len(names) :] / wide if states.size else np.zeros(0))


def verdicts(reviews: Sequence[Labelled], fold: Sequence[int]) -> list[float]:
    """Each review's verdict by its text, guessed by a fit that has not seen its writer."""
    found = [0.0] * len(reviews)
    for number in range(FOLDS):
        fitted = fit_verdict([one for one, own in zip(reviews, fold, strict=True) if own != number])
        for place, review in enumerate(reviews):
            if fold[place] == number:
                found[place] = fitted.of(review)
    return found


# The ranking


@dataclass(frozen=True)
class Ranking:
    """A fitted ranking: for the ranking itself and each risk a weight for each feature and, where read, an axis."""

    weights: dict[str, dict[str, float]]
    axes: dict[str, Array]

    def of(self, row: Row) -> float:
        """The score that `score.score` would give."""
        told = {
            name: sum(one[n] * v for n, v in row.features.items() if n in one) + float(row.state @ self.axes[name])
            for name, one in self.weights.items()
        }
        return told["ranking"] - sum(score.risk_cost(told[risk]) for risk in RISKS) - score.cut_cost(row.candidate)


def fit_ranking(rows: Sequence[Row]) -> Ranking:
    """Logistic regressions of `publishable` and of each reason why a line may never run."""
    seen = Counter(name for row in rows for name in row.features)
    names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
    plain = np.array([[row.features.get(name, 0.0) for name in names] for row in rows], np.float32)
    spread = np.maximum(plain.std(0), 0.05)
    states = np.array([row.state for row in rows], np.float32)
    wide = (states.std(0) + 1e-6) / WEIGHT_OF_STATES
    centre = states.mean(0)
    both = np.concatenate([plain / spread, (states - centre) / wide], 1)
    importance = np.array([row.importance() for row in rows], np.float32)
    weights, axes = {}, {}
    for name in TARGETS:
        target = np.array([row.target(name) for row in rows], np.float32)
        fitted = regression(both, target, importance)
        axes[name] = fitted[len(names) : -1] / wide
        weights[name] = dict(zip(names, (fitted[: len(names)] / spread).tolist(), strict=True))
        weights[name]["bias"] = weights[name].get("bias", 0.0) + float(fitted[-1] - centre @ axes[name])
    return Ranking(weights, axes)


def regression(rows: Array, target: Array, importance: Array, *, strength: float = STRENGTH) -> Array:
    """The weights of one logistic regression, its offset last: Newton's steps, the same for the same data."""
    both = np.concatenate([rows, np.ones((len(rows), 1), rows.dtype)], 1)
    cost = np.full(both.shape[1], strength, rows.dtype)
    cost[-1] = 1e-3
    weights = np.zeros(both.shape[1], rows.dtype)
    for _ in range(8):
        chance = 1 / (1 + np.exp(-np.clip(both @ weights, -30, 30)))
        slope = both.T @ (importance * (chance - target)) + cost * weights
        bend = (both * (importance * np.maximum(chance * (1 - chance), 1e-4))[:, None]).T @ both
        bend[np.diag_indices(len(bend))] += cost
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-3:
            break
    return weights


# How good it is: cross-validation by writer


def folds(reviews: Sequence[Labelled], seed: int = SEED) -> list[int]:
    """Folds of like size; the reviews of a writer stay together, but for the one who wrote most of them."""
    sizes = Counter(review.writer for review in reviews)
    most = busiest(reviews)
    random = np.random.RandomState(seed)
    load = [0] * FOLDS
    home: dict[str, int] = {}
    writers = [writer for writer in sizes if writer != most]
    random.shuffle(writers)
    for writer in sorted(writers, key=lambda one: -sizes[one]):
        home[writer] = int(np.argmin(load))
        load[home[writer]] += sizes[writer]
    spread = iter(random.permutation(sizes[most]).tolist())
    return [home[one.writer] if one.writer != most else next(spread) % FOLDS for one in reviews]


def busiest(reviews: Sequence[Labelled]) -> str:
    """The writer of most reviews."""
    return Counter(review.writer for review in reviews).most_common(1)[0][0]


def cross_validate(reviews: Sequence[Labelled], rated: Sequence[list[Row]], fold: Sequence[int]) -> None:
    """Give every review the scores of a fit that has not seen its writer (the busiest writer's: not the review)."""
    for number in range(FOLDS):
        others_ = [place for place in range(len(reviews)) if fold[place] != number]
        model = fit_ranking([row for place in others_ for row in (*reviews[place].rows, *rated[place])])
        for place, review in enumerate(reviews):
            if fold[place] == number:
                review.scores = [model.of(row) for row in review.rows]


def top(review: Labelled, count: int = SHOWN) -> list[tuple[Row, float]]:
    """The lines that the picker would show first, with their scores."""
    found: list[tuple[Row, float]] = []
    both = zip(review.rows, review.scores, strict=True)
    for row, value in sorted(((row, value) for row, value in both if not row.gated), key=lambda one: -one[1]):
        if len(found) < count and all(row.candidate.first != other.candidate.first for other, _ in found):
            found.append((row, value))
    return found


def figures(reviews: Sequence[Labelled]) -> dict[str, float]:
    """What would be shown, in percent of the reviews."""
    shown = [[row for row, _ in top(review, 8)] for review in reviews]

    def share(test: Callable[[list[Row]], bool]) -> float:
        return round(100 * sum(map(test, shown)) / len(shown), 1)

    return {
        "publishable@1": share(lambda rows: bool(rows) and rows[0].label == "publishable"),
        "blunder@1": share(lambda rows: bool(rows) and rows[0].label == "never"),
        "best@3": share(lambda rows: any(row.best for row in rows[:3])),
        "best@8": share(lambda rows: any(row.best for row in rows)),
    }


def unmet(reviews: Sequence[Labelled]) -> list[Labelled]:
    """The reviews whose writer no training fold holds."""
    most = busiest(reviews)
    return [review for review in reviews if review.writer != most]


def calibrate(picks: Sequence[tuple[Row, float]]) -> list[float]:
    """Slope and offset from a held-out score to the chance that an editor would run the line (Platt)."""
    scores = np.array([[value] for _, value in picks])
    target = np.array([row.label == "publishable" for row, _ in picks], float)
    slope, offset = regression(scores, target, np.ones(len(picks)), strength=1e-3)
    return [round(float(slope), 4), round(float(offset), 4)]


def automatic(firsts: Sequence[tuple[Row, float]], calibration: Sequence[float]) -> float:
    """The confidence that two in five of these held-out first choices reach, in hundredths; `above` counts blunders."""
    order = sorted((value for _, value in firsts), reverse=True)
    return round(chance(order[int(SHARE * len(order)) - 1], calibration), 2)


def chance(value: float, calibration: Sequence[float]) -> float:
    """What `Judgement.confidence` makes of a score."""
    return 1 / (1 + float(np.exp(-calibration[0] * value - calibration[1])))


def above(firsts: Sequence[tuple[Row, float]], calibration: Sequence[float], least: float) -> str:
    """How many first choices are as sure as that, and how many of them are blunders."""
    sure = [row for row, value in firsts if chance(value, calibration) >= least]
    bad = sum(row.label == "never" for row in sure)
    return f"{len(sure)} of {len(firsts)} have a line, {bad} of these are blunders"
