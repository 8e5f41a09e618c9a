"""Print every figure of the quotes room through the reference scorers.

    python tools/measure_quotes.py CORPUS

CORPUS is the reference folder: data/quotes/, data/loader/ and tools/score_panel.py, tools/score_quotes.py. Nothing of
it is kept.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from publisher import quotes
from publisher.model import Review

SEED_TITLE = "Humans in the Loop"


def main() -> None:
    """All figures, one a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.jsonl"
        panel(corpus, predictions)
        film(corpus, predictions)
    coverage(corpus)
    seed(corpus)
    cost()


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def predict(gold: list[dict[str, Any]], target: Path) -> float:
    """The three quotes of each record, written for the scorers; milliseconds of processor time a review."""
    start = time.process_time()
    lines = []
    for record in gold:
        ranking = quotes.rank(quotes.review_from_plain(record["title"] or "", record["text"]))
        lines.append(json.dumps({"id": record["id"], "quotes": [quote.text for quote in ranking.quotes]}))
    spent = 1000 * (time.process_time() - start) / len(gold)
    target.write_text("\n".join(lines), encoding="utf-8")
    return spent


def scorer(corpus: Path, name: str, *words: str | Path) -> str:
    """What a reference scorer prints."""
    command = [sys.executable, str(corpus / "tools" / name), *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def panel(corpus: Path, predictions: Path) -> None:
    """Publishable, blunder and best figures on the 28 panel reviews, and the time they take."""
    gold = corpus / "data/quotes/panel_dev.jsonl"
    spent = predict(records(gold), predictions)
    print("panel_dev:", scorer(corpus, "score_panel.py", "--gold", gold, "--pred", predictions))
    print(f"time: {spent:.1f} ms a review (processor)")


def film(corpus: Path, predictions: Path) -> None:
    """Hits, gate violations and area under the curve on the reviews with a quote that somebody chose."""
    gold = corpus / "data/quotes/dev.jsonl"
    every = records(gold)
    predict(every, predictions)
    print(
        "dev, film:",
        scorer(corpus, "score_quotes.py", "--gold", gold, "--pred", predictions, "--kind", "film", "--all"),
    )
    areas = [area(record) for record in every if record["kind"].startswith("film")]
    print(f"dev, film: AUC {100 * sum(areas) / len(areas):.1f}")


def area(record: dict[str, Any]) -> float:
    """How often a chosen sentence scores above another one."""
    scores = quotes.score_sentences(record["title"] or "", record["text"], record["sentences"])
    chosen = [score for score, label in zip(scores, record["labels"], strict=True) if label]
    others = [score for score, label in zip(scores, record["labels"], strict=True) if not label]
    wins = sum((one > other) + 0.5 * (one == other) for one in chosen for other in others)
    return wins / max(1, len(chosen) * len(others)) if chosen and others else 0.5


def coverage(corpus: Path) -> None:
    """How many real reviews of eight sentences or more have one quote, and three."""
    counts = []
    for path in sorted((corpus / "data/loader/reviews").rglob("*.md")):
        review = from_markdown(path.read_text(encoding="utf-8", errors="replace"))
        if len(re.findall(r"[.!?][\"”’)]*(?:\s|$)", review.plain)) >= 8:
            counts.append(len(quotes.rank(review).quotes))
    one = 100 * sum(count >= 1 for count in counts) / len(counts)
    three = 100 * sum(count >= 3 for count in counts) / len(counts)
    print(f"coverage: {len(counts)} reviews, at least one {one:.1f} %, at least three {three:.1f} %")


def from_markdown(text: str) -> Review:
    """A review from a Markdown file, its markup taken off crudely."""
    title = re.search(r"^title\s*[:=]\s*[\"']?(.+?)[\"']?\s*$", text, re.MULTILINE)
    body = re.sub(r"\A(?:---|\+\+\+)\n.*?\n(?:---|\+\+\+)\n", "", text, flags=re.DOTALL)
    body = re.sub(r"<[^>]+>|!\[[^\]]*\]\([^)]*\)|\{\{.*?\}\}|\[\^\d+\]:?", "", body)
    body = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", body)
    body = re.sub(r"(?<!\w)[*_]{1,3}|[*_]{1,3}(?!\w)|^>.*$", "", body, flags=re.MULTILINE)
    return quotes.review_from_plain(title[1] if title else "", body)


def seed(corpus: Path) -> None:
    """Which of the seed's best lines are in the top three, and which that must never be chosen in the top ten."""
    folder = corpus / "data/loader/seed"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    text = (folder / "humans-in-the-loop.txt").read_text(encoding="utf-8")
    ranked = [quote.text for quote in quotes.rank(quotes.review_from_plain(SEED_TITLE, text), limit=10).quotes]
    best = [line["text"] for line in expected["pull_quotes_best"]]
    never = [line["text"] for key in ("never_choose", "never_choose_more") for line in expected[key]]
    print(
        f"seed: {sum(line in ranked[:3] for line in best)} of {len(best)} best in the top three, "
        f"{sum(line in ranked for line in never)} of {len(never)} never-quotes in the top ten"
    )


def cost() -> None:
    """Import time in a fresh process, and the size of the weights."""
    code = "import time; s = time.perf_counter(); import publisher.quotes; print(1000 * (time.perf_counter() - s))"
    best = min(
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    )
    size = (Path(quotes.__file__).parent / "weights.json.gz").stat().st_size
    print(f"import: {best:.0f} ms; weights: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
