"""The networks' own conformance data, measured where they are at hand."""

from pathlib import Path

import pytest
from tools import measure_social


@pytest.mark.corpus
@pytest.mark.parametrize("name", measure_social.SUITES)
def test_a_suite_passes_whole(name: str, corpus: Path) -> None:
    suite, must = measure_social.SUITES[name]
    results = list(suite(corpus))
    failed = [case for case, passed in results if not passed]
    if must:
        assert (failed, len(results)) == ([], must)
    else:
        assert len(failed) <= 2
