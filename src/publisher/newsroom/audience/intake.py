"""Import a list of members as another service exported it: who may be written to, and who left and stays out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from publisher.errors import UsageError
from publisher.model import Progress
from publisher.newsroom.app import App
from publisher.newsroom.audience.consent import LEFT_OUT
from publisher.newsroom.audience.memberlist import Broken, LeftOut, MemberList, Row, open_list, refuse_strange
from publisher.newsroom.audience.membership import state_named
from publisher.newsroom.instance import mark
from publisher.store.people.intake import Incoming, Taken, take_in
from publisher.store.people.suppressions import Reason

LOT = 2000
SHOWN = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """How to take a list: for which newsletters (all when none is named), and what it does not say itself.

    `as_` is how everybody stands who is not said to be anything worse; `fields` names further columns to keep;
    `encoding` is how the file was written, where that is known.
    """

    newsletters: Sequence[str] = ()
    as_: str | None = None
    fields: Sequence[str] = ()
    encoding: str = ""


@dataclass(kw_only=True, slots=True)
class ImportReport:
    """What an import did: the numbers add up to `rows`; `broken` holds the first thousand rows that were left aside.

    `suppressed` left or bounced elsewhere, `kept_out` had left or bounced here before, `left_out` never said yes;
    `because` counts the words of the list that say so ("Status: Unsubscribed").
    """

    file: str
    taken_for: str
    newsletters: tuple[str, ...]
    dry_run: bool = False
    rows: int = 0
    confirmed: int = 0
    pending: int = 0
    suppressed: int = 0
    unchanged: int = 0
    kept_out: int = 0
    left_out: int = 0
    broken_rows: int = 0
    broken: list[Broken] = field(default_factory=list)
    because: dict[str, int] = field(default_factory=dict)
    encoding: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What an editor must know of it, in sentences."""
        where = ", ".join(self.newsletters)
        said = [f"{self.file} was taken for a list of {self.taken_for}"]
        if self.encoding:
            said.append(f"its letters were read as {self.encoding}; where names look wrong, say --encoding")
        if self.confirmed:
            counted = f"{_people(self.confirmed)} {self._done(self.confirmed)} counted as confirmed for {where}"
            said.append(f"{counted}: that they agreed is taken from the list, nobody was asked again")
        if self.suppressed:
            out = f"{_people(self.suppressed)} who unsubscribed or bounced elsewhere"
            said.append(f"{out} {self._done(self.suppressed)} suppressed")
        if self.kept_out:
            said.append(f"kept out, because they left or bounced here before: {_people(self.kept_out)}")
        if self.left_out:
            said.append(f"left aside, because nothing there says that they agreed: {_people(self.left_out)}")
        if self.broken_rows:
            said.append(f"left aside, because they could not be read: {self.broken_rows:,} of {self.rows:,} rows")
        return tuple(said)

    def _done(self, number: int) -> str:
        return "would be" if self.dry_run else "was" if number == 1 else "were"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def import_csv(
    app: App,
    path: Path,
    options: ImportOptions | None = None,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take in a list, in one transaction; a second time changes nothing.

    Lists may come in any order: nobody who left, here or elsewhere, becomes active by one. Rows that cannot be read are
    reported and the rest is taken in. Raises `SourceError` for what is no list, `UsageError` where a column about
    wanting mail has a word that is not known and `as_` does not say how to take it: then nobody is taken in.
    """
    options = options or ImportOptions()
    chosen = chosen_newsletters(app, options.newsletters)
    as_meaning = state_named(options.as_) if options.as_ else None
    found = open_list(path, fields=options.fields, encoding=options.encoding)
    if as_meaning is None:
        refuse_strange(found)
    mark(app)
    report = ImportReport(file=path.name, taken_for=_kind(found, as_meaning), newsletters=chosen, dry_run=dry_run)
    report.encoding = "" if found.form.encoding.startswith("utf") else found.form.encoding
    with app.store.write(durable=True) as db:
        _take_all(db, found.rows(as_=as_meaning), report, app=app, progress=progress)
        if dry_run:
            db.rollback()
    return report


def chosen_newsletters(app: App, names: Sequence[str]) -> tuple[str, ...]:
    """These newsletters, or all that are configured when none is named; unknown ones are a `UsageError`."""
    chosen = tuple(dict.fromkeys(app.newsletter(name).name for name in names)) or tuple(app.config.newsletters)
    if not chosen:
        raise UsageError("no newsletter is configured", do="add a [newsletters.NAME] table")
    return chosen


def _kind(found: MemberList, as_: object) -> str:
    kinds = [kind for kind in (found.kind, as_) if isinstance(kind, Reason)]
    if kinds:
        names = {Reason.UNSUBSCRIBED: "people who unsubscribed", Reason.MANUAL: "addresses to suppress"}
        return names.get(kinds[0], f"{kinds[0].value} addresses")
    return "people who are no members" if found.kind == LEFT_OUT else "members"


def _take_all(
    db: Connection, rows: Iterable[Row], report: ImportReport, *, app: App, progress: Progress | None
) -> None:
    now = app.now()
    good = _aside(rows, report)
    while lot := list(islice(good, LOT)):
        _add_up(report, take_in(db, lot, newsletters=report.newsletters, now=now, how="import"))
        if progress:
            progress("import", report.rows, None)


def _aside(rows: Iterable[Row], report: ImportReport) -> Iterator[Incoming]:
    """The rows that can be taken in; the others are counted."""
    for row in rows:
        report.rows += 1
        if isinstance(row, Incoming):
            if row.left is not None or row.standing != "confirmed":
                _count(report, row.consent.get("said", ""))
            yield row
        elif isinstance(row, LeftOut):
            report.left_out += 1
            _count(report, row.why)
        else:
            report.broken_rows += 1
            if len(report.broken) < SHOWN:
                report.broken.append(row)


def _count(report: ImportReport, why: str) -> None:
    """One person more for these words; dates differ and are counted by their column alone."""
    column, _, cell = why.partition(": ")
    told = f"{column}: (a date)" if cell[:1].isdigit() and len(cell) >= len("1/1/2025") else why
    if told and (told in report.because or len(report.because) < SHOWN):
        report.because[told] = report.because.get(told, 0) + 1


def _add_up(report: ImportReport, taken: Taken) -> None:
    report.confirmed += taken.confirmed
    report.pending += taken.pending
    report.suppressed += taken.suppressed
    report.unchanged += taken.unchanged
    report.kept_out += taken.kept_out
