"""The options that many commands share, one by one and in groups, and the app that they open."""

import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer
from typer.models import CommandFunctionType

from publisher.cli.output import print_json, say, table
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
At = Annotated[str | None, typer.Option("--at", help="As if it were this time.")]
Last = Annotated[int | None, typer.Option("--last", min=1, help="A look at the newest N reviews; marks nothing.")]


class Commands(typer.Typer):
    """Commands whose parameters may be dataclasses: each field of such a group is an option of its own.

    The options of a group come after the command's own, in the order of the groups.
    """

    def command(self, *names: Any, **settings: Any) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Add a function as a command; it stays as it is."""
        add = super().command(*names, **settings)

        def added(function: CommandFunctionType) -> CommandFunctionType:
            add(_with_options(function))
            return function

        return added


def _with_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, taking the fields of its groups one by one."""
    seen = inspect.signature(function, eval_str=True)
    kinds = {name: each.annotation for name, each in seen.parameters.items() if isinstance(each.annotation, type)}
    groups: dict[str, type[Any]] = {name: kind for name, kind in kinds.items() if is_dataclass(kind)}

    @wraps(function)
    def run(**given: Any) -> Any:
        made = {name: kind(**{f.name: given.pop(f.name) for f in fields(kind)}) for name, kind in groups.items()}
        return function(**given, **made)

    own = [each for name, each in seen.parameters.items() if name not in groups]
    found = [option for kind in groups.values() for option in _options(kind)]
    run.__signature__ = inspect.Signature([*own, *found])  # type: ignore[attr-defined]
    return run


def _options(kind: type[Any]) -> Iterator[inspect.Parameter]:
    said = get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        yield inspect.Parameter(
            each.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=each.default, annotation=said[each.name]
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Common:
    """The options of nearly every command."""

    as_json: AsJson = False
    config_file: ConfigFile = None

    def app(self, *, need_secrets: bool = True) -> AbstractContextManager["App"]:
        """The configured publisher with its store open, as long as the `with` lasts."""
        return open_app(self.config_file, need_secrets=need_secrets)

    def config(self) -> "Config":
        """The configuration where there is one; commands that need no store work without any."""
        from publisher.config import Config, load

        if self.config_file is None and not DEFAULT_CONFIG.exists():
            return Config.defaults(Path.cwd())
        return load(self.config_file or DEFAULT_CONFIG, env=os.environ, need_secrets=False)

    def answer(self, document: Any, *lines: str) -> int:
        """Print what a command did, one JSON document or lines for people; the exit status of a success."""
        if self.as_json:
            print_json(document)
        else:
            say(*lines)
        return 0

    def listing(self, document: Any, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> int:
        """Print what there is, as one JSON document or as a table; the exit status of a success."""
        if self.as_json:
            print_json(document)
        else:
            table(rows, heads)
        return 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    """The options of a command that sends."""

    dry_run: DryRun = False
    yes: Yes = False


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


def typed(value: datetime, config: "Config") -> str:
    """A time as a person types it, in the site's zone: `moment` gives the same time back."""
    local = value.astimezone(config.site.zone).replace(tzinfo=None)
    return local.isoformat(" ", "auto" if local.second or local.microsecond else "minutes")


def ask(question: str | Callable[[], str], *, yes: bool) -> bool:
    """Whether to go on: asked on a terminal; without one only `--yes` is a yes, and then no question is made."""
    import sys

    if yes:
        return True
    question = question if isinstance(question, str) else question()
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer", do="add --yes")
    return typer.confirm(question, err=True)
