"""The public pages of a test's `app`, served on a port of this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.publicsite import pages_of, public_site

from publisher.newsroom.app import App
from publisher.store.engine import Store


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    return public_site(tmp_path, sqlite_store)


@pytest.fixture
def port(app: App) -> Iterator[int]:
    with pages_of(app) as port:
        yield port
