"""Prints how well articles, films, dates and scores are read from the reference data.

python -m tools.measure_articles [--misses] [FOLDER]      FOLDER defaults to $PUBLISHER_CORPUS, else ../shared
"""

import gzip
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from publisher.loader import folder, paste
from publisher.loader.film import headline
from publisher.loader.pages import review_page
from publisher.model import Published, Review
from publisher.newsroom.pool.shapes import review_json
from publisher.text import clean
from publisher.text import html as text_html

ZONE = ZoneInfo("UTC")
_SCALES: Mapping[str, float | str] = {"letter A-F": "A", "0-5": 5, "0-10": 10, "0-100": 100}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Score:
    """One figure: the right ones, the wrong ones (an answer where another or none is due), what it must reach."""

    name: str
    right: float
    of: int
    must: float
    wrong: int = 0
    most_wrong: int = 0
    misses: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The right ones as a share of all."""
        return self.right / self.of if self.of else 1.0

    @property
    def reached(self) -> bool:
        """Whether the figure is good enough."""
        return self.share >= self.must and self.wrong <= self.most_wrong

    def __str__(self) -> str:
        due = f"must reach {self.must:.0%}, at most {self.most_wrong} wrong"
        return f"{self.name:44} {self.right:8.2f} of {self.of:4}  {self.share:8.2%}  {self.wrong:2} wrong   {due}"


def seed(loader: Path) -> Score:
    """The pasted page, each field of its expected record."""
    expected = json.loads((loader / "seed" / "expected.json").read_text(encoding="utf-8"))
    text = paste.read_file(loader / "seed" / expected["source_file"])
    found = review_json(paste.read_text(text, source="seed", zone=ZONE))
    blocks: list[tuple[str, str]] = []
    for section in expected["sections"]:
        blocks += [("heading", section["heading"])] if section["heading"] else []
        blocks += [("paragraph", paragraph["text"]) for paragraph in section["paragraphs"]]
    film = found["film"] or {}
    places = [{name: place[name] for name in ("platform", "region", "mode")} for place in expected["availability"]]
    checks = {
        "headline": found["headline"] == expected["headline"],
        "film": (film.get("title"), film.get("year")) == (expected["film"]["title"], expected["film"]["year"]),
        "author": found["authors"] == [expected["author"]],
        "published": found["published"]["value"] == expected["published"],
        "precision": found["published"]["precision"] == expected["published_precision"],
        "reading time": found["reading_minutes"] == expected["reading_time_minutes"],
        "language": found["language"] == expected["language"],
        "nothing invented": [found[name] for name in ("rating", "url", "image")] == [None, None, None],
        "availability": found["availability"] == places,
        "blocks": [(block["kind"], block["text"]) for block in found["blocks"]] == blocks,
    }
    misses = tuple(name for name, holds in checks.items() if not holds)
    return Score(name="seed, fields", right=len(checks) - len(misses), of=len(checks), must=1.0, misses=misses)


def wix(loader: Path) -> tuple[Score, ...]:
    """Wix pages: text against the feed's full text (F1 over words), author, date."""
    texts: list[tuple[float, str]] = []
    flaws: dict[str, list[str]] = {"author": [], "published": []}
    total = 0
    for site in json.loads((loader / "wix" / "index.json").read_text(encoding="utf-8")):
        gold = _full_texts(loader / site["feed"])
        for case in site["pages"]:
            total += 1
            body = gzip.decompress((loader / case["file"]).read_bytes())
            found = review_page.read_page(body, url="", content_type="text/html", source="wix", zone=ZONE)
            expected = case["expected"]
            if found.authors != tuple(filter(None, [clean.line(expected["author"] or "")])):
                flaws["author"].append(f"{case['file']}: {found.authors}")
            if not _same_moment(found.published, expected["published"]):
                flaws["published"].append(f"{case['file']}: {found.published}")
            if expected["body_server_rendered"] and case["feed_entry_id"] in gold:
                texts.append((_f1(found.plain, gold[case["feed_entry_id"]]), case["file"]))
            elif found.full_text != "missing":
                texts.append((0.0, case["file"]))
    misses = tuple(f"{name}: F1 {value:.3f}" for value, name in texts if value < 0.99)
    scores = [Score(name="wix pages, text F1", right=sum(v for v, _ in texts), of=len(texts), must=0.99, misses=misses)]
    for field, missed in flaws.items():
        right = total - len(missed)
        scores.append(Score(name=f"wix pages, {field}", right=right, of=total, must=1.0, misses=tuple(missed)))
    return tuple(scores)


def _full_texts(path: Path) -> dict[str, str]:
    entries = feedparser.parse(path.read_bytes()).entries
    whole = [entry for entry in entries if entry.get("content") and entry.get("id")]
    return {entry.id: text_html.to_text(entry.content[0].value) for entry in whole}


def _f1(found: str, gold: str) -> float:
    ours, theirs = (Counter(_WORD.findall(text.casefold())) for text in (found, gold))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def _same_moment(found: Published | None, expected: str | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    if len(expected) == 10:
        return found.value == date.fromisoformat(expected)
    moment = datetime.fromisoformat(expected)
    return found.value == moment.astimezone(UTC).replace(microsecond=0)


def reviews(loader: Path) -> tuple[Score, ...]:
    """Markdown reviews of six sites: film, year, score, date, the beginning and the end of the text."""
    cases = json.loads((loader / "reviews" / "index.json").read_text(encoding="utf-8"))
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    misses: dict[str, list[str]] = {}
    for case in cases:
        found = folder.read_file(loader / case["file"], source="reviews", zone=ZONE)
        for field, ours, due in _compared(found, case["expected"]):
            if ours == due:
                right[field] += 1
                continue
            wrong[field] += due is None
            misses.setdefault(field, []).append(f"{case['id']}: {ours!r}, not {due!r}")
    fields = ("film title", "year", "rating", "published", "first 80", "last 80", "author")
    return tuple(
        Score(
            name=f"reviews, {field}",
            right=right[field],
            of=len(cases),
            must=0.97,
            wrong=wrong[field],
            misses=tuple(misses.get(field, ())),
        )
        for field in fields
    )


def _compared(found: Review, expected: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    yield "film title", found.film and found.film.title, clean.line(expected["film_title"])
    yield "year", found.film and found.film.year, expected["film_year"]
    due = expected["rating"]
    rated = (found.rating.value, found.rating.best) if found.rating else None
    yield "rating", rated, (due["value"], _SCALES[due["scale"]]) if due else None
    same = _same_moment(found.published, expected["published"])
    yield "published", expected["published"] if same else found.published, expected["published"]
    first, last = _ends(found)
    yield "first 80", first, expected.get("body_first80")
    yield "last 80", last, expected.get("body_last80")
    yield "author", next(iter(found.authors), None), expected["author"]


def _ends(review: Review) -> tuple[str | None, str | None]:
    """The first and last 80 characters of the text, as the index counts them: blocks of 40 characters and more."""
    texts = [block.text for block in review.blocks if block.kind != "heading"]
    long = [text for text in texts if len(text) >= 40] or texts
    return (long[0][:80], long[-1][-80:]) if long else (None, None)


def headlines(loader: Path) -> Score:
    """Headlines alone: the right film or rightly none; an answer where another or none is due is wrong."""
    lines = (loader / "headlines" / "headlines.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.strip()]
    right, wrong, misses = 0, 0, []
    for case in cases:
        found = headline.film_of(case["headline"])
        ours = (clean.fold(found.title), found.year) if found else None
        due = (clean.fold(case["film_title"]), case["year"]) if case["film_title"] else None
        right += ours == due
        wrong += ours != due and found is not None
        if ours != due:
            misses.append(f"{case['headline']}: {found.title if found else None}, not {case['film_title']}")
    most = int(0.03 * len(cases))
    return Score(
        name="headlines", right=right, of=len(cases), must=0.9, wrong=wrong, most_wrong=most, misses=tuple(misses)
    )


def other_reviews(loader: Path) -> Score:
    """Marked-up reviews of games and products, which are no films."""
    cases = json.loads((loader / "review_jsonld_pages" / "index.json").read_text(encoding="utf-8"))
    misses = []
    for case in cases:
        body = (loader / case["file"]).read_bytes()
        found = review_page.read_page(body, url="", content_type="text/html", source="pages", zone=ZONE)
        if found.film is not None:
            misses.append(f"{case['file']}: {found.film.title}")
    return Score(
        name="marked-up reviews of other things, no film",
        right=len(cases) - len(misses),
        of=len(cases),
        must=1.0,
        wrong=len(misses),
        misses=tuple(misses),
    )


def measured(corpus: Path) -> tuple[Score, ...]:
    """All figures."""
    loader = corpus / "data" / "loader"
    return (seed(loader), *wix(loader), *reviews(loader), headlines(loader), other_reviews(loader))


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 when one of them is not reached."""
    places = [argument for argument in arguments if not argument.startswith("--")]
    root = Path(__file__).parent.parent
    corpus = Path(places[0] if places else os.environ.get("PUBLISHER_CORPUS") or root.parent / "shared")
    scores = measured(corpus)
    for score in scores:
        print(f"{'ok  ' if score.reached else 'LOW '}{score}")
        if "--misses" in arguments:
            for miss in score.misses:
                print(f"        {miss}")
    return 0 if all(score.reached for score in scores) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
