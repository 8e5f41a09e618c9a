"""The way in: every command, and how an error becomes one line and an exit status."""

import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from publisher import __version__, secrecy
from publisher.cli import audience, channels, editions, linting, pool, previewing, reading, sending, setup
from publisher.cli.options import Commands
from publisher.cli.output import screened
from publisher.errors import PublisherError

app = Commands(
    name="publisher",
    help="Newly published reviews into a weekly digest and social posts, each sent exactly once.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (setup, reading, pool, editions, previewing, linting, sending, channels, audience):
    group.register(app)


def _reader(env: Mapping[str, str]) -> None:
    """`PUBLISHER_READER=off` ranks quotes by words alone, for a machine that has no room for the network."""
    if env.get("PUBLISHER_READER", "").casefold() in {"off", "0", "no", "false"}:
        from publisher import quotes

        quotes.switch_off()


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"publisher {__version__}\n")
        raise typer.Exit


def _structlog() -> Any:
    """Structlog without rich, which it would take for tracebacks that show local variables, and so secrets.

    That also saves each command 4 MB and a tenth of a second.
    """
    absent = "rich" not in sys.modules
    if absent:
        sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import structlog
    finally:
        if absent:
            del sys.modules["rich"]
    return structlog


def _without_secrets(logger: object, method: str, line: Any) -> Any:
    """The last step of a log line: no address in it has a login or a query, no known secret stands in it."""
    del logger, method
    return secrecy.bare(line) if isinstance(line, str) else line


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and log lines.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Newly published reviews into a weekly digest and social posts, each sent exactly once."""
    del version
    _reader(os.environ)
    structlog = _structlog()
    level = 10 if debug else 30
    before = structlog.get_config()["processors"]
    structlog.configure(
        processors=before if before[-1] is _without_secrets else [*before, _without_secrets],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status: see CONTRACT "Exit status" in docs/commands.md."""
    args = list(sys.argv[1:] if arguments is None else arguments)
    with screened(args):
        _run(args)


def _run(args: list[str]) -> None:
    debug = "--debug" in args
    if debug:
        args = ["--debug", *(word for word in args if word != "--debug")]
    try:
        status = app(args, prog_name="publisher", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status if isinstance(status, int) else 0)
    except PublisherError as error:
        _fail(str(error), error.status, args, debug=debug)
    except (typer.Abort, KeyboardInterrupt):
        _fail("stopped; nothing is lost, the same command goes on", 130, args, debug=False)
    except typer.TyperException as error:
        said = error.format_message()
        hint = " (publisher --help)" if "No such command" in said or not args else f" (publisher {args[0]} --help)"
        _fail(said + hint, 2, args, debug=False)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person never sees a traceback unasked
        _fail(f"unexpected {type(error).__name__}: {error}; --debug shows where", 1, args, debug=debug)


def _fail(words: str, status: int, args: Sequence[str], *, debug: bool) -> None:
    if debug:
        sys.stderr.write(secrecy.bare(traceback.format_exc()))
    line = secrecy.bare(" ".join(words.split()))
    if "--json" in args:
        sys.stdout.write(json.dumps({"error": line}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"publisher: {line}\n")
    sys.exit(status)
