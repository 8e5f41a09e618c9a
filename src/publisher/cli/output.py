"""What commands print: words for people or one JSON document on standard output; progress on standard error."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO, cast

from publisher import secrecy
from publisher.model import Progress


def print_json(document: Any) -> None:
    """One JSON document, and nothing else, on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def say(*lines: str) -> None:
    """Lines for people on standard output."""
    for line in lines:
        sys.stdout.write(line + "\n")


def warn(*lines: str) -> None:
    """Lines for people on standard error."""
    for line in lines:
        sys.stderr.write(line + "\n")


def table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """A plain table, its last column wrapping on a terminal and whole in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*heads, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console().print(grid)


class Screened:
    """A stream that strikes secrets out of all that is written to it, whoever writes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write it without its secrets."""
        self._stream.write(secrecy.struck(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def screened(arguments: Iterable[str]) -> Iterator[None]:
    """Both streams without secrets as long as a command runs; those of its own arguments are known from the start."""
    secrecy.forget()
    for word in arguments:
        if "://" in word:
            secrecy.learn_address(word)
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = cast("TextIO", Screened(out)), cast("TextIO", Screened(err))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Progress | None]:
    """A bar with rate and time left on standard error while work goes on; nothing where that is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total, rate="")
            speed = bars.tasks[bars.task_ids.index(tasks[what])].speed
            bars.update(tasks[what], completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

        yield advance


def counted(number: int, word: str, plural: str | None = None) -> str:
    """A number with its noun: 1 review, 2 reviews."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"
