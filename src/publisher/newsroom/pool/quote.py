"""Ranked pull quotes of one review or of many, and the editor's pick of one."""

import re
from pathlib import Path
from typing import Any

from publisher import quotes
from publisher.config import Config
from publisher.errors import UsageError
from publisher.model import Progress, Quote, Rating, Review
from publisher.newsroom.app import App
from publisher.newsroom.jsonl import answer_file
from publisher.newsroom.pool import choosing
from publisher.newsroom.pool.reviewing import found
from publisher.store.pool import reviews as pool
from publisher.text.count import graphemes


def ranked(review: Review, config: Config, *, limit: int, max_graphemes: int) -> dict[str, Any]:
    """The shape of `quotes --json`, with the parts of each score."""
    ranking = choosing.ranked(review, config, limit=limit, max_graphemes=max_graphemes)
    return {
        "plain": review.plain,
        "quotes": [quote_json(quote) for quote in ranking.quotes],
        "why_none": ranking.why_none or None,
    }


def quote_json(quote: Quote) -> dict[str, Any]:
    """One quote as the CONTRACT shows it."""
    return {
        "text": quote.text,
        "spans": [list(span) for span in quote.spans],
        "edits": list(quote.edits),
        "score": round(quote.score, 4),
        "confidence": round(quote.confidence, 4),
        "graphemes": graphemes(quote.text),
        "parts": {name: round(value, 4) for name, value in quote.reasons.items()},
    }


def pick(app: App, text: str, choice: str, *, limit: int, max_graphemes: int) -> Quote:
    """Make a quote the review's own for good: by its number in the ranking, or by its words, which must be its text."""
    review = found(app, text).review
    if choice.isdigit():
        wanted = max(limit, int(choice))
        ranking = choosing.ranked(review, app.config, limit=wanted, max_graphemes=max_graphemes).quotes
        if not 1 <= int(choice) <= len(ranking):
            raise UsageError(
                f"there is no quote {choice}", do=f"1 to {len(ranking)} are shown by `publisher quotes {text}`"
            )
        chosen = ranking[int(choice) - 1]
    else:
        chosen = quotes.from_text(review, choice, by_editor=True)
    with app.store.write(durable=True) as db:
        stored = pool.get(db, review.id)
        assert stored is not None
        pool.set_overrides(db, review.id, {**stored.overrides, "pullquote": chosen.text})
    return chosen


def rank_file(
    source: Path, out: Path, config: Config, *, limit: int, max_graphemes: int, progress: Progress | None = None
) -> int:
    """Rank each `{"id", "title", "text"}` line of a file; how many there were."""
    return answer_file(source, out, lambda record: _answer(record, config, limit, max_graphemes), progress=progress)


def _answer(record: dict[str, Any], config: Config, limit: int, max_graphemes: int) -> dict[str, Any]:
    said = record.get("title")
    title = said if isinstance(said, str) else ""
    text: str = record["text"]
    review = quotes.review_from_plain(title, text, rating=_rating(record.get("rating")))
    found_quotes = choosing.ranked(review, config, limit=limit, max_graphemes=max_graphemes).quotes
    answer: dict[str, Any] = {"id": record.get("id"), "quotes": [quote.text for quote in found_quotes]}
    if isinstance(record.get("sentences"), list):
        sentences = [s["text"] if isinstance(s, dict) else str(s) for s in record["sentences"]]
        answer["scores"] = quotes.score_sentences(title, text, sentences)
    return answer


_LETTER = re.compile(r"[A-F][+-]?")
_OF = re.compile(r"(\d+(?:\.\d+)?)\s?(?:/|of)\s?(\d+(?:\.\d+)?)")


def _rating(said: Any) -> Rating | None:
    """A record's rating where it is one: `{"value": 3.5, "best": 5}`, `"3.5/5"` or a letter."""
    if isinstance(said, dict):
        value, best = said.get("value"), said.get("best")
        if isinstance(value, int | float) and isinstance(best, int | float):
            return Rating(value=value, best=best)
        said = value
    if not isinstance(said, str):
        return None
    match = _OF.fullmatch(said.strip())
    if match:
        return Rating(value=float(match[1]), best=float(match[2]))
    return Rating(value=said.strip(), best="A") if _LETTER.fullmatch(said.strip()) else None
