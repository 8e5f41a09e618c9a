"""A page of a stranger's words is drawn in Chromium's sandbox, and where there is none that is said."""

import pytest

from publisher.newsroom.editions.devtools import ARGUMENTS, NO_SANDBOX, arguments


def test_chromium_runs_in_its_sandbox() -> None:
    assert arguments(1000) == ARGUMENTS
    assert NO_SANDBOX not in ARGUMENTS


def test_root_has_no_sandbox_and_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    arguments.cache_clear()

    assert NO_SANDBOX in arguments(0)
    assert "chromium-without-its-sandbox" in capsys.readouterr().out
    assert arguments(0)
    assert capsys.readouterr().out == ""
