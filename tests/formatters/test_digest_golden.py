"""The emails as they were last looked at: `python -m tools.golden_digest` writes them anew."""

from pathlib import Path

import pytest
from tools import golden_digest

GOLDEN = Path(__file__).parent.parent / "golden" / "digest"
CASES = golden_digest.cases()


@pytest.mark.parametrize("name", CASES)
def test_an_email_is_as_it_was_looked_at(name: str) -> None:
    email = CASES[name]

    assert email.html == (GOLDEN / f"{name}.html").read_text(encoding="utf-8")
    assert email.text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_email_has_its_case() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CASES)
