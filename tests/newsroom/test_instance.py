"""The marks of a database and its home, made by several at once."""

from pathlib import Path

from tests.databases import Database
from tests.processes import together

from publisher.config import Config
from publisher.newsroom import instance
from publisher.newsroom.app import App


def test_six_first_uses_at_once_leave_one_home(database: Database, tmp_path: Path) -> None:
    config = Config.defaults(tmp_path)

    def use(number: int) -> None:
        del number
        store = database.open()
        instance.check(App(config=config, store=store))
        store.close()

    together(6, use)

    store = database.open()
    instance.check(App(config=config, store=store))
    store.close()
