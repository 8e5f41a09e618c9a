"""What every use case is handed."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from publisher.config import Config, Newsletter
from publisher.errors import UsageError
from publisher.newsroom.app import App, clock
from publisher.store.engine import Store


def app_of(store: Store, root: Path, *names: str) -> App:
    letters = {name: Newsletter.model_validate({"name": name, "from": "News <news@one.example>"}) for name in names}
    return App(config=replace(Config.defaults(root), newsletters=letters), store=store)


def test_an_unknown_newsletter_is_told_the_nearest_or_all(sqlite_store: Store, tmp_path: Path) -> None:
    app = app_of(sqlite_store, tmp_path, "weekly", "monthly")

    assert app.newsletter("weekly").name == "weekly"
    with pytest.raises(UsageError) as near:
        app.newsletter("weekli")
    with pytest.raises(UsageError) as far:
        app.newsletter("zzz")
    with pytest.raises(UsageError) as none:
        app_of(sqlite_store, tmp_path).newsletter("weekly")

    assert near.value.do == "did you mean “weekly”?"
    assert far.value.do == "known: monthly, weekly"
    assert none.value.do == "known: none is configured"


def test_own_templates_count_only_where_there_is_a_folder(sqlite_store: Store, tmp_path: Path) -> None:
    app = app_of(sqlite_store, tmp_path)
    assert app.templates is None
    (tmp_path / "templates").mkdir()

    assert app.templates == tmp_path / "templates"
    assert clock().tzinfo is UTC
