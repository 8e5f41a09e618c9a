"""Chromium through two pipes: what it answers, what it refuses, and that a silent or missing one is told."""

from pathlib import Path

import pytest

from publisher.errors import PublisherError
from publisher.newsroom.editions import devtools

SLEEPS = "#!/bin/sh\nexec sleep 30\n"
ENDS = "#!/bin/sh\nexit 0\n"


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program called chromium that is the only one to be found."""
    program = folder / "chromium"
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_without_a_browser_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert devtools.found() is None
    with (
        pytest.raises(PublisherError, match="pictures of a page need Chromium; install the package chromium"),
        devtools.Chromium(),
    ):
        raise AssertionError("nothing can start")


@pytest.mark.slow
def test_a_browser_that_says_nothing_is_waited_for_as_long_as_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, SLEEPS)
    with (
        devtools.Chromium(seconds=1) as chromium,
        pytest.raises(PublisherError, match="Chromium did not draw the page within 1 s"),
    ):
        chromium.ask("Browser.getVersion")


def test_a_browser_that_ends_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, ENDS)
    with (
        devtools.Chromium(seconds=5) as chromium,
        pytest.raises(PublisherError, match="Chromium ended before it drew the page"),
    ):
        chromium.ask("Browser.getVersion")


@pytest.mark.browser
def test_a_request_is_answered_and_a_refusal_keeps_the_browser_s_words() -> None:
    with devtools.Chromium() as chromium:
        assert "Chrome" in chromium.ask("Browser.getVersion")["product"]
        with pytest.raises(PublisherError, match=r"Chromium refuses No\.such: .*wasn't found"):
            chromium.ask("No.such")
        assert "Chrome" in chromium.ask("Browser.getVersion")["product"]
