"""The rows of a file of columns: its encoding, the sign between its columns, and quotation marks that may be broken."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from publisher.errors import SourceError, UsageError
from publisher.newsroom.audience import encoding as encodings

MAX_LINE = 200_000
MAX_RECORD_LINES = 30
SAMPLE = 200
LOOKED_AT = 1 << 23
DECLARED = re.compile(r'"?sep=(.)"?\s*')


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written."""

    encoding: str
    delimiter: str
    backslashes: bool = False
    """Whether a backslash guards a quotation mark inside a cell, as MailPoet writes it."""


def read(path: Path, form: Form) -> Iterator[tuple[int, list[str] | str]]:
    """The records of a file, as `records` gives them."""
    with path.open(encoding=form.encoding, errors="replace", newline="") as file:
        yield from records(file, form)


def form_of(path: Path, encoding: str) -> Form:
    """How the file is written; `encoding` is what somebody says of it, "" for what its bytes say.

    Raises `UsageError` for an encoding that does not exist, `SourceError` for bytes that are no text.
    """
    try:
        encoding = codecs.lookup(encoding).name if encoding else _encoding(path)
    except LookupError as error:
        raise UsageError(f"there is no encoding “{encoding}”", do="write cp1250, mac_roman or the like") from error
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = [text for _, text in islice(_lines(file), SAMPLE)]
    delimiter = _delimiter(lines)
    guarded = re.compile(rf'\\"(?!\s*(?:{re.escape(delimiter)}|$))')
    return Form(encoding, delimiter, any(guarded.search(text) for text in lines))


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, with or without its mark; UTF-16 by its mark; else the one its words fit."""
    try:
        with path.open("rb") as file:
            start = file.read(1024)
            if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
                return "utf-16"
            if start.startswith(b"PK\x03\x04"):
                raise SourceError(
                    "this is a zip archive or an Excel workbook", where=str(path), do="unpack it, or save it as CSV"
                )
            if b"\0" in start:
                raise SourceError("this is not a text file", where=str(path), do="save the list as CSV")
            file.seek(0)
            decoder = codecs.getincrementaldecoder("utf-8")()
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except OSError as error:
        raise SourceError(f"the list cannot be read ({error.strerror})", where=str(path)) from error
    except UnicodeDecodeError:
        return _old_encoding(path)
    return "utf-8-sig"


def _old_encoding(path: Path) -> str:
    with path.open("rb") as file:
        guessed = encodings.guess(file.read(LOOKED_AT).splitlines())
    if guessed.doubtful:
        raise SourceError(
            "the letters of this list are of an encoding that is not known",
            where=str(path),
            do=f"save it as UTF-8, or say what it is: --encoding {', '.join(encodings.ENCODINGS)}",
        )
    return guessed.encoding


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that parts the first line with columns; Excel may name it in a line of its own (`sep=;`)."""
    for text in lines:
        if declared := DECLARED.fullmatch(text):
            return declared[1]
        bare = re.sub(r'"[^"]*"', "", text)
        found = max(",;\t|", key=bare.count)
        if bare.count(found):
            return found
    return ","


def _lines(file: TextIO) -> Iterator[tuple[int, str]]:
    """Physical lines with their numbers; what is longer than any honest line is cut there."""
    number = 0
    while text := file.readline(MAX_LINE):
        number += 1
        yield number, text
        while len(text) == MAX_LINE and not text.endswith("\n"):
            text = file.readline(MAX_LINE)


def records(file: TextIO, form: Form, *, width: int | None = None) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the number of their first line; one that cannot be read is a sentence instead of its cells.

    A quote that is never closed costs its own line and not the rest of the file, as it would with csv alone.
    """
    source = _Rewinding(_lines(file))
    delimiter = form.delimiter
    for number, text in source:
        if not text.strip() or (number == 1 and DECLARED.fullmatch(text)):
            continue
        if '"' not in text:
            yield number, [cell.strip() for cell in text.rstrip("\r\n").split(delimiter)]
            continue
        cells = _cells([text], form)
        more: list[tuple[int, str]] = []
        while cells is None and len(more) < MAX_RECORD_LINES and (following := next(source, None)):
            more.append(following)
            if following[1].count('"') % 2:
                cells = _cells([text, *(t for _, t in more)], form)
                if cells is not None and width is not None and len(cells) != width:
                    cells = None
                    break
        if cells is None:
            source.back(more)
            yield number, "a quotation mark is not closed"
        else:
            yield number, cells


def _cells(lines: list[str], form: Form) -> list[str] | None:
    escape = "\\" if form.backslashes else None
    try:
        return next(csv.reader(lines, delimiter=form.delimiter, escapechar=escape, strict=True))
    except (csv.Error, StopIteration):
        return None


class _Rewinding:
    """Lines that can be given back."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._again: list[tuple[int, str]] = []

    def __iter__(self) -> "_Rewinding":
        return self

    def __next__(self) -> tuple[int, str]:
        return self._again.pop() if self._again else next(self._lines)

    def back(self, lines: Sequence[tuple[int, str]]) -> None:
        self._again.extend(reversed(lines))
