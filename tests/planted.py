"""Secrets that tests plant, and the search for them in all that the whole suite prints, logs and reports.

Every secret of a test that no output may show is made by `secret(…)`: its mark is looked for in the captured output and
log lines of each test, whoever wrote them (also a process that a test started), and in what a command answered.
"""

import re
from collections.abc import Generator
from itertools import count

import pytest

MARK = "tidewrack"
_SHOWN = re.compile(rf"{MARK}[\w-]*", re.IGNORECASE)
_numbers = count(1)


def secret(label: str = "") -> str:
    """A password, key or token that must never be shown; no two are the same."""
    return f"{MARK}{label}{next(_numbers)}x{7 * next(_numbers)}"


def leaks(text: str) -> list[str]:
    """The planted secrets that a text shows."""
    return sorted(set(_SHOWN.findall(text)))


def nothing_in(*texts: str) -> None:
    """Fail when one of these shows a planted secret; the message names it by its mark and label alone."""
    found = [each.rstrip("0123456789x") for text in texts for each in leaks(text)]
    assert not found, f"a planted secret is shown: {found}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test in whose output or log a planted secret stands has failed, whatever it asserted itself."""
    report = yield
    shown = [f"{name}: {found}" for name, text in report.sections if (found := leaks(text))]
    if shown and report.outcome != "failed":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} shows a planted secret in {'; '.join(shown)}"
    return report
