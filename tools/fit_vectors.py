"""Fit the ranking that also uses sentence vectors, and add it to the packaged file of weights.

    pip install -e .[fit,vectors] && python -m tools.fit_quotes FOLDER && python -m tools.fit_vectors FOLDER [--check]

FOLDER holds panel_train.jsonl; nothing else in it is read. The features are those of the ranking by words but for
the words' own meanings, whose place the vectors take. `--check` only prints the figures of cross-validation.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from tools import fit_quotes as words

from publisher.quotes import review_from_plain, score, vectors
from publisher.quotes.sentences import split_blocks

STRENGTH = 0.003
SPREAD = 0.7
Array = np.ndarray[Any, Any]


def main() -> None:
    """Fit, print the figures of cross-validation, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="only print the figures of cross-validation")
    asked = parser.parse_args()
    panel = [json.loads(line) for line in (asked.folder / "panel_train.jsonl").open()]
    blind = [rows_of(record, None) for record in panel]
    rated = [rows_of(record, record["rating"]) for record in panel]
    places = names_of(blind + rated)
    seen = [meanings(record, review) for record, review in zip(panel, blind, strict=True)]
    told = [table(review, places) for review in blind]
    told_rated = [table(review, places) for review in rated]
    fold = words.folds(blind)
    for number in range(words.FOLDS):
        others = [place for place in range(len(panel)) if fold[place] != number]
        model = Model(others, blind, told, told_rated, seen, places)
        for place in range(len(panel)):
            if fold[place] == number:
                for row, value in zip(
                    blind[place].rows, model.scores(told[place], seen[place], blind[place]), strict=True
                ):
                    row.score = value
    calibration, figures = words.judged(blind)
    print(json.dumps(figures))
    if not asked.check:
        model = Model(range(len(panel)), blind, told, told_rated, seen, places)
        write(model.as_json(calibration) | {"cross-validation": figures})


def rows_of(record: dict[str, Any], rating: str | None) -> words.Labelled:
    """Every candidate of a review with its features, the axes of the words' vectors left out."""
    found = words.review_rows(record, {}, words.rating_of(rating))
    for row in found.rows:
        row.features = {name: value for name, value in row.features.items() if not name.startswith("axis ")}
    return found


def names_of(reviews: Sequence[words.Labelled]) -> dict[str, int]:
    """The features that are worth a weight, with their columns."""
    seen = Counter(name for review in reviews for row in review.rows for name in row.features)
    return {name: place for place, name in enumerate(sorted(n for n, count in seen.items() if count >= 5))}


def meanings(record: dict[str, Any], review: words.Labelled) -> Array:
    """The vector of each candidate's sentence."""
    blocks = review_from_plain(record["title"], record["text"]).blocks
    sentences = split_blocks(blocks, title=record["title"])
    every = vectors.encoder().of([sentence.text for sentence in sentences])
    return np.array([every[row.candidate.first] for row in review.rows])


def table(review: words.Labelled, places: dict[str, int]) -> Array:
    """The features of a review's candidates as rows."""
    found = np.zeros((len(review.rows), len(places)), dtype=np.float32)
    for number, row in enumerate(review.rows):
        for name, value in row.features.items():
            if name in places:
                found[number, places[name]] = value
    return found


class Model:
    """Regressions over features and vectors: of `publishable`, and of each reason why a line may never run."""

    def __init__(
        self,
        chosen: Sequence[int],
        reviews: Sequence[words.Labelled],
        told: Sequence[Array],
        rated: Sequence[Array],
        seen: Sequence[Array],
        places: dict[str, int],
    ) -> None:
        features = np.concatenate([told[place] for place in chosen] + [rated[place] for place in chosen])
        meaning = np.concatenate([seen[place] for place in chosen] * 2)
        rows = [row for place in chosen for row in reviews[place].rows] * 2
        self.places = places
        self.scale = np.maximum(features.std(0), 0.05)
        self.middle = meaning.mean(0)
        self.spread = np.maximum(meaning.std(0), 0.02) / SPREAD
        matrix = np.concatenate([features / self.scale, (meaning - self.middle) / self.spread], 1).astype(np.float32)
        weights = np.array([words.importance(row) for row in rows], dtype=np.float32)

        def fitted(target: list[bool]) -> Array:
            return regression(matrix, np.where(target, 1, -1).astype(np.float32), weights)

        self.fitted = {"ranking": fitted([row.label == "publishable" for row in rows])} | {
            risk: fitted([bool(row.never & why) for row in rows]) for risk, why in words.RISKS.items()
        }

    def scores(self, told: Array, seen: Array, review: words.Labelled) -> list[float]:
        """What `score.score` would give each candidate."""
        matrix = np.concatenate([told / self.scale, (seen - self.middle) / self.spread], 1)
        odds = {name: matrix @ weights[:-1] + weights[-1] for name, weights in self.fitted.items()}
        return [
            float(odds["ranking"][place])
            - sum(score.risk_cost(float(odds[risk][place])) for risk in words.RISKS)
            - score.cut_cost(row.candidate)
            for place, row in enumerate(review.rows)
        ]

    def as_json(self, calibration: list[float]) -> dict[str, Any]:
        """The part of the file that `weights.Judgement` is read from, in the features' own units."""
        width = len(self.places)
        found: dict[str, dict[str, float]] = {}
        axes: dict[str, list[float]] = {}
        for name, weights in self.fitted.items():
            own = dict(zip(self.places, (weights[:width] / self.scale).tolist(), strict=True))
            axis = weights[width:-1] / self.spread
            own["bias"] = own.get("bias", 0.0) + float(weights[-1]) - float(axis @ self.middle)
            found[name] = words.rounded(own)
            axes[name] = [round(float(value), 4) for value in axis]
        ranking = found.pop("ranking")
        return {"ranking": ranking, "risks": found, "axes": axes, "calibration": calibration}


def regression(matrix: Array, target: Array, importance: Array) -> Array:
    """The weights of a logistic regression, its bias last."""

    def loss(weights: Array) -> tuple[float, Array]:
        margin = target * (matrix @ weights[:-1].astype(np.float32) + np.float32(weights[-1]))
        pull = -STRENGTH * importance * target / (1 + np.exp(margin))
        total = STRENGTH * float((importance * np.logaddexp(0, -margin)).sum())
        total += 0.5 * float(weights[:-1] @ weights[:-1])
        return total, np.append(matrix.T @ pull + weights[:-1], pull.sum()).astype(float)

    start = np.zeros(matrix.shape[1] + 1)
    found: Array = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80}).x
    return found


def write(part: dict[str, Any]) -> None:
    """The packaged file with this part in it, the same bytes for the same weights."""
    raw = json.loads(gzip.decompress(words.TARGET.read_bytes()))
    data = json.dumps(raw | {"vectors": part}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    words.TARGET.write_bytes(gzip.compress(data.encode(), 9, mtime=0))
    print(f"{words.TARGET.name}: {words.TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
