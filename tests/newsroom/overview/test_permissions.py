"""Files that others may read are told, each with the line to type; those that are closed are not."""

from pathlib import Path

import pytest

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.overview.permissions import permissions
from publisher.store.engine import Store


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> App:
    """Everything private is closed; we stand in the project's folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "publisher.toml"
    path.write_text('[site]\nname = "Second Row"\n', encoding="utf-8")
    (tmp_path / ".env").write_text("TOKEN=x\n", encoding="utf-8")
    (tmp_path / "var" / "keys").mkdir(parents=True)
    (tmp_path / "var" / "keys" / "mast.json").write_text("{}", encoding="utf-8")
    app = App(config=load(path, env={}), store=sqlite_store)
    for each in tmp_path.rglob("*"):
        if each.is_file():
            each.chmod(0o600)
    return app


def told(app: App) -> list[tuple[str, str]]:
    found = list(permissions(app))
    assert {each.level for each in found} <= {"warning"}
    return [(each.what, each.do) for each in found]


def test_what_its_owner_alone_may_read_is_not_spoken_of(app: App) -> None:
    assert told(app) == []


@pytest.mark.parametrize("mode", [0o604, 0o640])
@pytest.mark.parametrize(
    ("name", "what"),
    [
        (".env", "the file of secrets"),
        ("var/keys/mast.json", "a channel's keys"),
        ("var/publisher.db", "the store"),
    ],
)
def test_what_others_or_the_group_may_read_is_told_with_its_remedy(app: App, name: str, what: str, mode: int) -> None:
    (app.config.root / name).chmod(mode)

    assert told(app) == [(f"{what} may be read by other users", f"chmod 600 {name}")]


def test_a_configuration_without_a_secret_may_be_read_by_anybody(app: App) -> None:
    assert app.config.path is not None
    app.config.path.chmod(0o644)

    assert told(app) == []
