"""What came of asking one source."""

from datetime import UTC, datetime

import pytest

from publisher.model import Decision, Verdict
from publisher.newsroom.sources.outcome import FLOOD, SourceReport

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def decided(verdict: Verdict, rule: str = "r", review: str = "a") -> Decision:
    return Decision(review_id=review, source="s", verdict=verdict, rule=rule, evidence={}, at=NOW)


FUTURE = (decided(Verdict.FUTURE),)
MIXED = (decided(Verdict.DUPLICATE), decided(Verdict.NEW), decided(Verdict.NEW))


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (SourceReport(name="s", state="error", error="it is gone"), "it is gone"),
        (SourceReport(name="s", state="ok"), "nothing in it yet"),
        (SourceReport(name="s", state="not-modified"), "unchanged"),
        (SourceReport(name="s", state="not-modified", decisions=FUTURE), "unchanged; 1 dated ahead"),
        (
            SourceReport(name="s", state="ok", decisions=MIXED, left_out={"b": 2, "a": 1, "c": 0}),
            "2 new, 1 known, 1 left out (a), 2 left out (b)",
        ),
    ],
)
def test_a_report_is_one_line(report: SourceReport, words: str) -> None:
    assert report.words == words


def test_a_first_look_says_how_to_count_reviews_as_new() -> None:
    old = (decided(Verdict.BACKFILL),)

    assert "fetch --release N" in SourceReport(name="s", state="ok", decisions=old, first_run=True).words
    assert "fetch --release N" not in SourceReport(name="s", state="ok", decisions=old).words
    assert "release" not in SourceReport(name="s", state="ok", decisions=(decided(Verdict.NEW),), first_run=True).words


def test_a_flood_says_how_to_free_one() -> None:
    report = SourceReport(name="s", state="ok", decisions=(decided(Verdict.HELD, FLOOD), decided(Verdict.HELD)))

    assert report.flooded
    assert "reviews release ID" in report.words
    assert len(report.held) == 2
    assert not SourceReport(name="s", state="ok", decisions=(decided(Verdict.HELD),)).flooded


def test_the_json_names_what_is_wrong_only_when_something_is() -> None:
    report = SourceReport(name="s", state="ok", decisions=(decided(Verdict.NEW),), headlines={"a": "A"})

    assert report.as_json() == {
        "name": "s",
        "state": "ok",
        "decisions": [{"review": "a", "verdict": "new", "rule": "r", "headline": "A"}],
    }
    assert SourceReport(name="s", state="error", error="e", warnings=("w",)).as_json() == {
        "name": "s", "state": "error", "decisions": [], "error": "e", "warnings": ["w"],
    }  # fmt: skip
