"""Quotes as the commands show them, and the editor's pick of one."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config import Config
from publisher.errors import QuoteError, UsageError
from publisher.model import Block, Film, Quote, Review
from publisher.newsroom.app import App
from publisher.newsroom.pool import quote as quoting
from publisher.newsroom.pool.reviewing import found
from publisher.store.engine import Store
from publisher.store.pool import reviews as pool

LINES = (
    "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places.",
    "It is a film of rare tenderness, sharp where it needs to be and generous everywhere else.",
    "The direction is confident, inventive and full of charm from the first frame to the last.",
)
REVIEW = Review(
    id="abcdef12",
    source="s",
    headline="Tin Harbour",
    film=Film(title="Tin Harbour"),
    blocks=(Block(kind="paragraph", text=" ".join(LINES)),),
)


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    with sqlite_store.write() as db:
        pool.insert(db, REVIEW, now=datetime(2031, 5, 14, tzinfo=UTC))
    return App(config=Config.defaults(tmp_path), store=sqlite_store)


def pick(app: App, choice: str, limit: int = 3) -> Quote:
    return quoting.pick(app, "abcdef12", choice, limit=limit, max_graphemes=240)


def texts(limit: int = 3) -> list[str]:
    shown = quoting.ranked(REVIEW, Config.defaults(Path()), limit=limit, max_graphemes=240)
    return [each["text"] for each in shown["quotes"]]


def test_a_quote_is_shown_with_rounded_figures_and_its_length_in_graphemes() -> None:
    shown = quoting.quote_json(
        Quote(text="né👩‍👧", spans=((3, 8),), score=0.123456, confidence=0.98765, reasons={"verdict": 1.000049})
    )

    assert shown == {
        "text": "né👩‍👧",
        "spans": [[3, 8]],
        "edits": [],
        "score": 0.1235,
        "confidence": 0.9877,
        "graphemes": 3,
        "parts": {"verdict": 1.0},
    }


def test_a_ranking_says_why_there_is_no_quote_only_where_there_is_none() -> None:
    shown = quoting.ranked(REVIEW, Config.defaults(Path()), limit=2, max_graphemes=240)
    empty = quoting.ranked(
        Review(id="r", source="s", headline="A"), Config.defaults(Path()), limit=2, max_graphemes=240
    )

    assert (len(shown["quotes"]), shown["why_none"], shown["plain"]) == (2, None, REVIEW.plain)
    assert empty["quotes"] == []
    assert empty["why_none"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_pick_by_number_is_that_quote_of_the_ranking_and_stays_with_the_review(app: App, number: int) -> None:
    picked = pick(app, str(number), limit=1)

    assert picked.text == texts()[number - 1]
    assert found(app, "abcdef12").overrides["pullquote"] == picked.text


def test_a_pick_by_words_must_be_the_review_s_own(app: App) -> None:
    assert pick(app, "a film of rare tenderness").text == "a film of rare tenderness"
    with pytest.raises(QuoteError):
        pick(app, "a film of rare tedium")

    assert found(app, "abcdef12").overrides["pullquote"] == "a film of rare tenderness"


@pytest.mark.parametrize("number", ["0", "99"])
def test_a_number_out_of_the_ranking_is_told_with_those_in_it(app: App, number: str) -> None:
    shown = len(texts(99))
    with pytest.raises(
        UsageError, match=f"there is no quote {number}; 1 to {shown if number == '99' else 3} are shown"
    ):
        pick(app, number)

    assert "pullquote" not in found(app, "abcdef12").overrides


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        ({"value": 3.5, "best": 5}, (3.5, 5)),
        ("3.5/5", (3.5, 5.0)),
        (" 7 of 10 ", (7.0, 10.0)),
        ({"value": "B+"}, ("B+", "A")),
        ("A-", ("A-", "A")),
        ("G", None),
        ("5", None),
        (4, None),
        (None, None),
        ({"value": True, "best": None}, None),
    ],
)
def test_a_rating_is_taken_in_the_shapes_in_which_it_is_one(said: object, rating: tuple[object, object] | None) -> None:
    found_rating = quoting._rating(said)

    assert (found_rating and (found_rating.value, found_rating.best)) == rating


def test_each_line_of_a_file_is_answered_and_sentences_are_scored_where_they_are_given(tmp_path: Path) -> None:
    text = " ".join(LINES)
    records = [
        {"id": 7, "title": "Tin Harbour", "text": text},
        {"id": 8, "title": 5, "text": text, "sentences": [{"text": LINES[0]}, LINES[1]]},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(each) for each in records), encoding="utf-8")

    assert (
        quoting.rank_file(
            tmp_path / "in.jsonl", tmp_path / "out.jsonl", Config.defaults(tmp_path), limit=2, max_graphemes=240
        )
        == 2
    )
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["id"], first["quotes"]) == (7, texts(2))
    assert first.keys() == {"id", "quotes"}
    assert len(second["scores"]) == 2
