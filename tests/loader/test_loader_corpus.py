"""Measured against reference data: `pytest -m corpus`."""

import sys
from pathlib import Path

import pytest
from tools import measure_loader

pytestmark = pytest.mark.corpus


def show(score: measure_loader.Score) -> None:
    sys.stdout.write("\n".join([str(score), *score.missed[:20], ""]))


def test_feedparsers_own_cases_hold_through_our_record(corpus: Path) -> None:
    score = measure_loader.core_cases(corpus)
    show(score)
    assert score.right >= 1_000


def test_real_feeds_are_read_as_their_peers_expect(corpus: Path) -> None:
    for score in measure_loader.feed_entries(corpus):
        show(score)
        assert score.share >= (1 if "wrong" in score.name else 0.995), score


def test_wix_feeds_are_read_field_by_field(corpus: Path) -> None:
    for score in measure_loader.wix_fields(corpus):
        show(score)
        assert score.share >= (0.98 if "full_text" in score.name else 1), score


def test_no_storm_makes_an_old_review_new(corpus: Path) -> None:
    score = measure_loader.storms(corpus)
    show(score)
    assert score.right == score.of == 16
