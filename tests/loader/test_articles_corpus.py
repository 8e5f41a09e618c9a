from pathlib import Path

import pytest
from tools import measure_articles

pytestmark = pytest.mark.corpus


def test_the_reference_data_are_read_as_well_as_they_must_be(corpus: Path) -> None:
    scores = measure_articles.measured(corpus)
    assert len(scores) == 13
    assert [f"{score}: {'; '.join(score.misses[:5])}" for score in scores if not score.reached] == []
