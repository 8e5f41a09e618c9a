"""The options that many commands share, and the app that they open."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from publisher.config import Config
    from publisher.http.door import Http
    from publisher.newsroom.app import App

DEFAULT_CONFIG = Path("config/publisher.toml")

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", help="The configuration.", envvar="PUBLISHER_CONFIG", show_default=str(DEFAULT_CONFIG)
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen and do nothing.")]


def config_or_defaults(path: Path | None) -> "Config":
    """The configuration where there is one; commands that need no store work without any."""
    from publisher.config import Config, load

    if path is None and not DEFAULT_CONFIG.exists():
        return Config.defaults(Path.cwd())
    return load(path or DEFAULT_CONFIG, env=os.environ, need_secrets=False)


@contextmanager
def open_app(path: Path | None, *, need_secrets: bool = True) -> Iterator["App"]:
    """The configured publisher with its store open; closed again at the end."""
    from publisher.config import load
    from publisher.newsroom.app import App
    from publisher.store.engine import open_store

    file = path or DEFAULT_CONFIG
    if not file.exists():
        raise ConfigError("there is no configuration", where=str(file), do="`publisher init` writes one")
    config = load(file, env=os.environ, need_secrets=need_secrets)
    store = open_store(config.store.url, root=config.root)
    try:
        yield App(config=config, store=store)
    finally:
        store.close()


def web(config: "Config", *, typed: Iterable[str] = ()) -> "Http":
    """A polite client for the web; hosts that were typed by hand may be private."""
    from publisher.newsroom.client import client

    return client(config, typed=typed)


def moment(text: str | None, config: "Config") -> datetime | None:
    """A time typed by a person, `2026-11-20`, `2026-11-20 09:00` or with an offset; bare ones in the site's zone."""
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a time", do="write it as 2026-11-20 or 2026-11-20T09:00") from error
    return value.replace(tzinfo=value.tzinfo or config.site.zone).astimezone(UTC)


def ask(question: str | Callable[[], str], *, yes: bool) -> bool:
    """Whether to go on: asked on a terminal; without one only `--yes` is a yes, and then no question is made."""
    import sys

    if yes:
        return True
    question = question if isinstance(question, str) else question()
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer", do="add --yes")
    return typer.confirm(question, err=True)
