"""Which providers a newsletter has, which of them keep its mail here, and which addresses a reader could reach."""

from dataclasses import replace
from pathlib import Path

import pytest

from publisher.config import load
from publisher.errors import ConfigError
from publisher.newsroom.app import App
from publisher.newsroom.mailers import is_public, mailer, open_provider, stays_here
from publisher.store.engine import Store

TEXT = """\
[providers.files]
kind = "outbox"
[providers.away]
kind = "smtp"
host = "mail.lantern.example"
[providers.near]
kind = "smtp"
host = "127.0.0.1"
security = "none"
[providers.named]
kind = "smtp"
host = "localhost"
security = "none"
[providers.house]
kind = "smtp"
host = "192.168.1.4"
security = "none"
[newsletters.weekly]
from = "Lantern <digest@lantern.example>"
provider = ["away", "files"]
"""


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    path = tmp_path / "publisher.toml"
    path.write_text(TEXT, encoding="utf-8")
    return App(config=load(path, env={}), store=sqlite_store)


def stays(app: App, *names: str) -> bool:
    return stays_here(app, app.newsletter("weekly").model_copy(update={"provider": names}))


def test_providers_are_opened_in_the_order_in_which_they_are_named(app: App) -> None:
    found = mailer(app, app.newsletter("weekly"))

    assert [(name, provider.kind) for name, provider in found] == [("away", "smtp"), ("files", "outbox")]


def test_who_names_no_provider_has_the_first(app: App) -> None:
    newsletter = app.newsletter("weekly").model_copy(update={"provider": ()})

    assert [name for name, _ in mailer(app, newsletter)] == ["files"]
    assert stays_here(app, newsletter)


def test_without_any_provider_the_remedy_is_a_table(app: App) -> None:
    bare = replace(app, config=replace(app.config, providers={}))
    newsletter = app.newsletter("weekly").model_copy(update={"provider": ()})
    with pytest.raises(ConfigError, match=r"“weekly” has no provider; add a \[providers\.mail\] table.*outbox"):
        mailer(bare, newsletter)


def test_an_unknown_provider_is_told_with_those_that_are_known(app: App) -> None:
    with pytest.raises(
        ConfigError, match="there is no provider “post”; known: away, files, house, named, near"
    ) as caught:
        open_provider(app, "post")

    assert caught.value.where.endswith("publisher.toml")


@pytest.mark.parametrize(
    ("names", "here"),
    [
        (("files",), True),
        (("near",), True),
        (("named",), True),
        (("house",), False),
        (("away",), False),
        (("files", "near"), True),
        (("files", "away"), False),
        (("nobody",), False),
    ],
)
def test_mail_stays_here_only_with_files_and_this_very_machine(app: App, names: tuple[str, ...], here: bool) -> None:
    assert stays(app, *names) is here


@pytest.mark.parametrize(
    "url",
    ["https://news.lantern.press", "http://93.184.215.14/x", "https://example.press", "https://myexample.com", "//a.b"],
)
def test_an_address_that_a_reader_could_reach_is_public(url: str) -> None:
    assert is_public(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "news.lantern.press", "http://localhost:8080", "http://127.0.0.1", "http://10.1.2.3", "http://[::1]/",
        "https://news.example.com", "https://EXAMPLE.org.", "https://example.net", "https://a.test", "https://a.invalid",
        "https://a.example", "http://printer.local", "http://169.254.1.1",
    ],
)  # fmt: skip
def test_an_address_of_this_house_or_of_an_example_is_not(url: str) -> None:
    assert not is_public(url)
