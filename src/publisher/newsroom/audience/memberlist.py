"""Reading a list of members as other services export it: encoding, columns, and who on it has left.

Mailchimp writes three files, `subscribed_…`, `unsubscribed_…` and `cleaned_…_export_….csv`; the last two also carry
UNSUB_TIME and CLEAN_TIME (https://mailchimp.com/help/view-export-contacts/). Nothing here writes or decides.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.errors import SourceError, UsageError
from publisher.newsroom.audience import vocabulary
from publisher.newsroom.audience.consent import LEFT_OUT, Meaning
from publisher.newsroom.audience.membership import (
    Columns,
    Membership,
    Survey,
    find_columns,
    kind_of_file,
    membership_of,
    unknown_words,
)
from publisher.newsroom.audience.tabular import SAMPLE, Form, form_of, read, records
from publisher.store.people.addresses import deliverable
from publisher.store.people.intake import Incoming
from publisher.store.people.suppressions import Reason
from publisher.text.clean import fold
from publisher.text.clean import line as one_line

PREAMBLE = 20
DISTINCT = 2_000
KEPT = 50_000
LOT = 2_000
NAME_LENGTH = 200
FIELD_LENGTH = 2_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?")


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be read, and why; the reason never repeats what it held."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row about somebody who never said yes, and what says so."""

    line: int
    why: str = ""


Row = Incoming | Broken | LeftOut


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberList:
    """A list that was looked at: how to read it, and what its file name and columns say of everybody on it.

    `begins` is the line of its first row; `strange` the words about wanting mail that are not known, by column.
    """

    path: Path
    form: Form
    columns: Columns
    header: tuple[str, ...] | None
    begins: int
    kind: Meaning
    strange: Mapping[str, tuple[str, ...]]

    def rows(self, *, as_: Meaning | None = None) -> Iterator[Row]:
        """Each row in turn; `as_` says how those stand of whom the list says nothing worse."""
        known: dict[tuple[str, ...], Membership] = {}
        deciding = (*(question.at for question in self.columns.questions), *self.columns.plain)
        with self.path.open(encoding=self.form.encoding, errors="replace", newline="") as file:
            for number, cells in records(file, self.form, width=self.columns.width):
                if number < self.begins:
                    continue
                if isinstance(cells, str):
                    yield Broken(number, cells)
                elif any(cells) and tuple(cells) != self.header:
                    said = tuple(self.columns.cell(cells, at) for at in deciding)
                    standing = known.get(said)
                    if standing is None:
                        standing = membership_of(cells, self.columns, kind=self.kind, as_=as_)
                        if len(known) < KEPT:
                            known[said] = standing
                    yield self._row(number, cells, standing)

    def _row(self, number: int, cells: Sequence[str], standing: Membership) -> Row:
        columns = self.columns
        left = standing.meaning if isinstance(standing.meaning, Reason) else None
        if left is None and len(cells) != columns.width and not columns.complete(cells):
            return Broken(number, f"it has {len(cells)} columns and the first line has {columns.width}")
        if standing.meaning == LEFT_OUT:
            return LeftOut(number, one_line(standing.why)[:80])
        try:
            email = deliverable(_address(cells, columns, anywhere=left is not None))
        except ValueError as error:
            return Broken(number, str(error))
        name, fields = _naming(cells, columns)
        return Incoming(
            email=email,
            name=name,
            fields=fields,
            zone=_zone(columns.cell(cells, columns.zone)),
            standing="pending" if standing.meaning == "pending" else "confirmed",
            left=left,
            consent=_consent(cells, columns, _clean(self.path.name), standing.why),
        )


def open_list(path: Path, *, fields: Sequence[str] = (), encoding: str = "") -> MemberList:
    """Look at a list, its columns to the end; raises `SourceError` where the file is no list.

    `fields` are columns to keep; `encoding` is how it was written, where that is known.
    """
    form = form_of(path, encoding)
    sample = [(n, c) for n, c in islice(read(path, form), SAMPLE) if isinstance(c, list) and any(c)]
    if not sample:
        raise SourceError("the list is empty", where=str(path))
    at = _header(sample)
    header = tuple(sample[at][1]) if at is not None else None
    rows = [cells for _, cells in sample[0 if at is None else at + 1 :]]
    begins = sample[0 if at is None else at][0]
    width = len(header) if header is not None else max(len(cells) for cells in rows)
    surveys = _survey(path, form, begins=begins, width=width, header=header)
    columns = find_columns(header or [""] * width, rows, surveys, fields=fields)
    if columns is None:
        raise SourceError(
            "no column holds email addresses", where=f"{path}:{begins}", do="name the column “Email Address”"
        )
    return MemberList(
        path=path,
        form=form,
        columns=columns,
        header=header,
        begins=begins,
        kind=kind_of_file(path.name, columns),
        strange=unknown_words(columns, surveys),
    )


def refuse_strange(found: MemberList) -> None:
    """A `UsageError` that names the first column about wanting mail with words that are not known, and the words."""
    for column, strange in found.strange.items():
        shown = ", ".join(f"“{one_line(word)[:40]}”" for word in strange[:5])
        more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
        raise UsageError(
            f"column “{one_line(column)[:60]}” says {shown}{more}, which may or may not be a yes; nobody was taken in",
            where=found.path.name,
            do="change these cells to subscribed or unsubscribed, or say what such people are: --as confirmed,"
            " --as pending, --as suppressed",
        )


def _header(sample: Sequence[tuple[int, list[str]]]) -> int | None:
    """Where in a sample the names of the columns stand: lines above them are a title; None where there are no names."""
    first = next((n for n, (_, cells) in enumerate(sample) if any("@" in cell for cell in cells)), None)
    for n, (_, cells) in enumerate(sample[:PREAMBLE]):
        if any(fold(cell).replace(" ", "") in vocabulary.COLUMNS["email"] for cell in cells) and (
            first is None or n < first
        ):
            return n
    if first is None:
        return 0
    return first - 1 if first else None


def _survey(path: Path, form: Form, *, begins: int, width: int, header: tuple[str, ...] | None) -> tuple[Survey, ...]:
    """What stands in each column of the whole list."""
    surveys = tuple(Survey() for _ in range(width))
    rows = (
        cells
        for number, cells in read(path, form)
        if number >= begins and not isinstance(cells, str) and tuple(cells) != header and any(cells)
    )
    while lot := list(islice(rows, LOT)):
        whole = [cells for cells in lot if len(cells) == width]
        for at, survey in enumerate(surveys):
            survey.rows += len(lot)
            if not survey.many:
                survey.cells.update(cells[at] for cells in whole)
                survey.cells.update(cells[at] for cells in lot if at < len(cells) != width)
                survey.many = len(survey.cells) > DISTINCT
    return surveys


def _address(cells: Sequence[str], columns: Columns, *, anywhere: bool) -> str:
    """The address of a row; with `anywhere` also where the columns have slipped, so that nobody who left stays."""
    address = _meant(columns.cell(cells, columns.email))
    found = [cell for cell in cells if "@" in cell]
    return found[0] if anywhere and "@" not in address and len(found) == 1 else address


def _meant(cell: str) -> str:
    """A cell without the apostrophe by which an export keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _naming(cells: Sequence[str], columns: Columns) -> tuple[str, dict[str, str]]:
    """A person's name, its parts where the list keeps them apart, and what else is kept of her."""
    parts = {
        "first_name": _clean(columns.cell(cells, columns.first)),
        "last_name": _clean(columns.cell(cells, columns.last)),
    }
    said = {word: part for word, part in parts.items() if part}
    name = _clean(_meant(columns.cell(cells, columns.name)))
    last = said.get("last_name", "")
    if name and last and columns.first is None and not name.casefold().endswith(last.casefold()):
        name = f"{name} {last}"  # MailerLite's "Name" is the first name, beside "Last name"
    own = {field: one_line(columns.cell(cells, at))[:FIELD_LENGTH] for field, at in columns.fields}
    own["language"] = _language(columns.cell(cells, columns.language))
    return name or " ".join(said.values()), {**said, **{field: value for field, value in own.items() if value}}


@lru_cache(maxsize=1024)
def _language(said: str) -> str:
    """A language by its code, "fr" or "pt-BR", as the services write it; empty for what is none."""
    code = said.strip().replace("_", "-")
    return code if _LANGUAGE.fullmatch(code) else ""


@lru_cache(maxsize=1024)
def _zone(said: str) -> str:
    """A zone of the tz database by its name, as Mailchimp writes it; empty for a text that names no zone."""
    try:
        return ZoneInfo(said).key if said else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _consent(cells: Sequence[str], columns: Columns, list_name: str, why: str) -> dict[str, str]:
    said = {"how": "import", "list": list_name}
    if why:
        said["said"] = _clean(why)[:80]
    for word, at in (("opted_in", columns.opted_in), ("confirmed", columns.confirmed)):
        if value := columns.cell(cells, at):
            said[word] = _clean(value)[:40]
    return said


def _clean(text: str) -> str:
    """A cell's text on one line and not endless; nearly all cells are plain already."""
    if not (text.isascii() and text.isprintable() and "  " not in text):
        text = one_line(text)
    return text[:NAME_LENGTH].strip()
