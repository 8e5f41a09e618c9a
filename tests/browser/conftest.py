"""One Chromium for all browser tests of a run; the pages are offline."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from tools import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        launched = chromium.launch(play)
        yield launched
        launched.close()
