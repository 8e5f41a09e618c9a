"""What tests of editions share: a publisher with four reviews, two days before its Friday edition."""

from pathlib import Path

import pytest
from tests.studios import NOW, fill, project

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.drafts import Composed
from publisher.store.engine import Store


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    fill(sqlite_store)
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def made(app: App) -> Composed:
    """The draft of the coming edition."""
    return compose(app, "weekly")
