"""Reading a list of members as other services export it: encoding, columns, and who on it has left.

Mailchimp writes three files, `subscribed_…`, `unsubscribed_…` and `cleaned_…_export_….csv`; the last two also carry
UNSUB_TIME and CLEAN_TIME (https://mailchimp.com/help/view-export-contacts/). Nothing here writes or decides.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.errors import SourceError
from publisher.newsroom.audience.membership import LEFT_OUT, Columns, Meaning, find_columns, kind_of_file, meaning_of
from publisher.store.people.addresses import deliverable
from publisher.store.people.intake import Incoming
from publisher.store.people.suppressions import Reason
from publisher.text.clean import line as one_line

MAX_LINE = 200_000
MAX_RECORD_LINES = 30
SAMPLE = 200
NAME_LENGTH = 200
FIELD_LENGTH = 2_000
DECLARED = re.compile(r'"?sep=(.)"?\s*')


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be read, and why; the reason never repeats what it held."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row about somebody who is no member and never was."""

    line: int


Row = Incoming | Broken | LeftOut


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberList:
    """A list that was looked at: how to read it, and what its file name and columns say of everybody on it."""

    path: Path
    encoding: str
    delimiter: str
    columns: Columns
    header: tuple[str, ...] | None
    kind: Meaning

    def rows(self, *, as_: Meaning | None = None) -> Iterator[Row]:
        """Each row in turn; `as_` says how those stand of whom the list says nothing worse."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            for number, cells in _records(file, self.delimiter, width=self.columns.width):
                if isinstance(cells, str):
                    yield Broken(number, cells)
                elif any(cells) and tuple(cells) != self.header:
                    yield self._row(number, cells, as_)

    def _row(self, number: int, cells: Sequence[str], as_: Meaning | None) -> Row:
        columns = self.columns
        try:
            meaning = meaning_of(cells, columns, kind=self.kind, as_=as_)
            left = meaning if isinstance(meaning, Reason) else None
            if left is None and len(cells) != columns.width and not columns.complete(cells):
                return Broken(number, f"it has {len(cells)} columns and the first line has {columns.width}")
            if meaning == LEFT_OUT:
                return LeftOut(number)
            email = deliverable(_address(cells, columns, anywhere=left is not None))
        except ValueError as error:
            return Broken(number, str(error))
        name, fields = _naming(cells, columns)
        return Incoming(
            email=email,
            name=name,
            fields=fields,
            zone=_zone(columns.cell(cells, columns.zone)),
            standing="pending" if meaning == "pending" else "confirmed",
            left=left,
            consent=_consent(cells, columns, _clean(self.path.name)),
        )


def open_list(path: Path, *, fields: Sequence[str] = ()) -> MemberList:
    """Look at a list without reading it all; `SourceError` where the file is no list. `fields` are columns to keep."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = [text for _, text in islice(_lines(file), SAMPLE)]
    delimiter = _delimiter(lines)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        sample = [(n, c) for n, c in islice(_records(file, delimiter), SAMPLE) if isinstance(c, list) and any(c)]
    if not sample:
        raise SourceError("the list is empty", where=str(path))
    header, rows = sample[0][1], [cells for _, cells in sample[1:]]
    named = not any("@" in cell for cell in header)
    if named:
        columns = find_columns(header, rows, fields=fields)
    else:
        columns = find_columns([""] * len(header), [header, *rows], fields=fields)
    if columns is None:
        raise SourceError(
            "no column holds email addresses", where=f"{path}:{sample[0][0]}", do="name the column “Email Address”"
        )
    return MemberList(
        path=path,
        encoding=encoding,
        delimiter=delimiter,
        columns=columns,
        header=tuple(header) if named else None,
        kind=kind_of_file(path.name, columns),
    )


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, with or without its mark; UTF-16 by its mark; else windows-1252."""
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
        return "cp1252"
    return "utf-8-sig"


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


def _records(file: TextIO, delimiter: str, *, width: int | None = None) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the number of their first line; one that cannot be read is a sentence instead of its cells.

    A quote that is never closed costs its own line and not the rest of the file, as it would with csv alone.
    """
    source = _Rewinding(_lines(file))
    for number, text in source:
        if not text.strip() or (number == 1 and DECLARED.fullmatch(text)):
            continue
        if '"' not in text:
            yield number, [cell.strip() for cell in text.rstrip("\r\n").split(delimiter)]
            continue
        cells = _cells([text], delimiter)
        more: list[tuple[int, str]] = []
        while cells is None and len(more) < MAX_RECORD_LINES and (following := next(source, None)):
            more.append(following)
            if following[1].count('"') % 2:
                cells = _cells([text, *(t for _, t in more)], delimiter)
                if cells is not None and width is not None and len(cells) != width:
                    cells = None
                    break
        if cells is None:
            source.back(more)
            yield number, "a quotation mark is not closed"
        else:
            yield number, cells


def _cells(lines: list[str], delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=True))
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


def _address(cells: Sequence[str], columns: Columns, *, anywhere: bool) -> str:
    """The address of a row; with `anywhere` also where the columns have slipped, so that nobody who left stays."""
    address = columns.cell(cells, columns.email)
    found = [cell for cell in cells if "@" in cell]
    return found[0] if anywhere and "@" not in address and len(found) == 1 else address


def _naming(cells: Sequence[str], columns: Columns) -> tuple[str, dict[str, str]]:
    """A person's name, and its parts where the list keeps them apart."""
    parts = {
        "first_name": _clean(columns.cell(cells, columns.first)),
        "last_name": _clean(columns.cell(cells, columns.last)),
    }
    said = {word: part for word, part in parts.items() if part}
    name = _clean(columns.cell(cells, columns.name)) or " ".join(said.values())
    own = {field: one_line(columns.cell(cells, at))[:FIELD_LENGTH] for field, at in columns.fields}
    return name, {**said, **{field: value for field, value in own.items() if value}}


@lru_cache(maxsize=1024)
def _zone(said: str) -> str:
    """A zone of the tz database by its name, as Mailchimp writes it; empty for a text that names no zone."""
    try:
        return ZoneInfo(said).key if said else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _consent(cells: Sequence[str], columns: Columns, list_name: str) -> dict[str, str]:
    said = {"how": "import", "list": list_name}
    for word, at in (("opted_in", columns.opted_in), ("confirmed", columns.confirmed)):
        if value := columns.cell(cells, at):
            said[word] = _clean(value)[:40]
    return said


def _clean(text: str) -> str:
    """A cell's text on one line and not endless; nearly all cells are plain already."""
    if not (text.isascii() and text.isprintable() and "  " not in text):
        text = one_line(text)
    return text[:NAME_LENGTH].strip()
