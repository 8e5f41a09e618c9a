"""The search for planted secrets itself: a suite that shows one is red."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests import planted

ROOT = Path(__file__).parent.parent
SHOWING = {
    "a line that a test prints": "print(secret)",
    "a line on standard error": "import sys; print(secret, file=sys.stderr)",
    "a log line": "import logging; logging.getLogger('x').warning('at %s', secret)",
    "a process that a test started": "import subprocess; subprocess.run(['echo', secret])",
    "the middle of an address": "print(f'http://ann:{secret}@feeds.example/')",
}


def suite(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A suite of one test, searched like ours."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "conftest.py").write_text("from tests.planted import pytest_runtest_makereport\n", encoding="utf-8")
    text = f"from tests import planted\ndef test_it():\n    secret = planted.secret('inner')\n    {line}\n"
    (folder / "test_inner.py").write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={folder}", str(folder)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("line", SHOWING.values(), ids=SHOWING)
def test_a_test_that_shows_a_planted_secret_fails(tmp_path: Path, line: str) -> None:
    done = suite(tmp_path, line)

    assert done.returncode == 1, done.stdout
    assert "shows a planted secret" in done.stdout.replace(planted.MARK, "…")


def test_a_test_that_keeps_it_to_itself_passes(tmp_path: Path) -> None:
    assert suite(tmp_path, "assert secret").returncode == 0


def test_what_a_command_answered_is_searched_as_well() -> None:
    planted.nothing_in("nothing", "here")
    with pytest.raises(AssertionError, match="a planted secret is shown"):
        planted.nothing_in("nothing", f"key={planted.secret()}")
