"""Which column of a list holds what, and how each person on it stands."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from publisher.errors import UsageError
from publisher.newsroom.audience import vocabulary as words
from publisher.newsroom.audience.consent import (
    LEFT_OUT,
    PLAIN,
    WORDS,
    Meaning,
    Nothing,
    Question,
    Said,
    Says,
    Unknown,
    column_kind,
    is_blank,
    reason_named,
    strongest,
    unnamed_kind,
)
from publisher.store.people.addresses import deliverable
from publisher.store.people.suppressions import Reason
from publisher.text.clean import fold

MAILCHIMP = {"unsubtime": Reason.UNSUBSCRIBED, "unsubcampaigntitle": Reason.UNSUBSCRIBED, "cleantime": Reason.CLEANED}
STATES = ("confirmed", "subscribed", "pending", "unsubscribed", "cleaned", "bounced", "complained", "suppressed")


@dataclass(kw_only=True, slots=True)
class Survey:
    """What stands under one name of a whole list: its distinct cells, counted, and whether there were too many."""

    cells: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    many: bool = False

    @property
    def filled(self) -> int:
        """In how many rows something is said."""
        return sum(times for cell, times in self.cells.items() if not is_blank(cell))


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Where in a row of `width` cells what stands; None for a column that the list does not have.

    `questions` are the columns about wanting mail, `plain` all others but address and names, where only a word such as
    "unsubscribed" counts. `exported` is why everybody on it left, where the columns are those of such an export of
    Mailchimp.
    """

    width: int
    email: int
    first: int | None = None
    last: int | None = None
    name: int | None = None
    opted_in: int | None = None
    confirmed: int | None = None
    zone: int | None = None
    language: int | None = None
    questions: tuple[Question, ...] = ()
    plain: tuple[int, ...] = ()
    fields: tuple[tuple[str, int], ...] = ()
    exported: Reason | None = None

    def cell(self, cells: Sequence[str], at: int | None) -> str:
        """What stands there, '' where the list or the row has no such column."""
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def complete(self, cells: Sequence[str]) -> bool:
        """Whether a row of another width still has all that decides about a person, each in its place."""
        if len(cells) > self.width:
            return not any(cells[self.width :])
        return all(at < len(cells) for at in (self.email, *(question.at for question in self.questions)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """How one person stands, and the words that say so ("Status: Unsubscribed")."""

    meaning: Meaning
    why: str = ""


def find_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], surveys: Sequence[Survey], *, fields: Sequence[str] = ()
) -> Columns | None:
    """The columns by the names above them, the address also by what stands below; None when there is no address.

    `rows` are the first of the list, `surveys` what stands in each column of all of it. `fields` names further columns
    to keep of each person; a `UsageError` when the list has none of that name.
    """
    names = [fold(cell).replace(" ", "") for cell in header]
    email = _email_column(names, rows, surveys)
    if email is None:
        return None
    people = _name_columns(names)
    own = {email, *people.values()}
    questions = tuple(_questions(header, surveys, own))
    if not any(names):
        people |= _wordy_column(surveys, own | {question.at for question in questions})
    taken = own | set(people.values()) | {question.at for question in questions}
    return Columns(
        width=len(header),
        email=email,
        **people,
        **{what: _named(names, what) for what in ("opted_in", "confirmed", "zone", "language")},
        questions=questions,
        plain=tuple(n for n, each in enumerate(surveys) if n not in taken and _tells_plainly(header[n], each)),
        fields=tuple(_field(name, names) for name in fields),
        exported=_exported(names, questions),
    )


def _named(names: Sequence[str], what: str) -> int | None:
    return next((n for n, name in enumerate(names) if name in words.COLUMNS[what]), None)


def _email_column(names: Sequence[str], rows: Sequence[Sequence[str]], surveys: Sequence[Survey]) -> int | None:
    """The column so called, unless no address stands in it; else the one where most cells are addresses."""
    email = _named(names, "email")
    if email is not None and any("@" in cell for cell in surveys[email].cells):
        return email
    found = _addresses(rows)
    return email if found is None else found


def _name_columns(names: Sequence[str]) -> dict[str, int]:
    """Where the names of people stand; beside a first name, "Nom" and its like are the family name."""
    found = {what: at for what in ("first", "last", "name") if (at := _named(names, what)) is not None}
    if "first" in found and "last" not in found and names[found.get("name", 0)] in {"nom", "nombre", "nome"}:
        found["last"] = found.pop("name")
    return found


def _questions(header: Sequence[str], surveys: Sequence[Survey], own: set[int]) -> list[Question]:
    """The columns about wanting mail, each with what kind it is."""
    found = []
    for at, (name, survey) in enumerate(zip(header, surveys, strict=True)):
        if at in own:
            continue
        says = column_kind(name, survey.cells) if name else None
        if says is None and not survey.many and _may_be_unnamed(name):
            says = unnamed_kind(survey.cells)
        if says is not None and (survey.filled or says is Says.NO):
            sparse = survey.filled * 2 < survey.rows
            found.append(
                Question(name=name or f"column {at + 1}", at=at, says=says, reason=reason_named(name), sparse=sparse)
            )
    return found


def _may_be_unnamed(name: str) -> bool:
    return not frozenset(fold(name.replace("_", " ")).split()) & (words.ELSEWHERE | words.WEAK)


def _tells_plainly(name: str, survey: Survey) -> bool:
    """Whether a column that is not about mail has a cell that is nothing but a no: "unsubscribed" among the tags."""
    about = frozenset(fold(name.replace("_", " ")).split())
    return not about & words.ELSEWHERE - {"note", "notes", "comment", "comments"} and any(
        fold(cell) in PLAIN for cell in survey.cells
    )


def _wordy_column(surveys: Sequence[Survey], taken: set[int]) -> dict[str, int]:
    """Of a list without names above its columns, the one other column whose cells are words: the names of people."""
    wordy = [
        at
        for at, survey in enumerate(surveys)
        if at not in taken and survey.cells and all(any(c.isalpha() for c in cell) for cell in survey.cells if cell)
    ]
    return {"name": wordy[0]} if len(wordy) == 1 else {}


def _field(wanted: str, names: Sequence[str]) -> tuple[str, int]:
    """A further column as the merge field's name that it gets and its place."""
    name = fold(wanted)
    if name.replace(" ", "") not in names:
        raise UsageError(f"no column of the list is called “{wanted}”", do="look at its first line")
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_"), names.index(name.replace(" ", ""))


def _exported(names: Sequence[str], questions: Sequence[Question]) -> Reason | None:
    if any(question.says is Says.STATUS for question in questions):
        return None
    return next((why for name, why in MAILCHIMP.items() if name in names), None)


def _addresses(rows: Sequence[Sequence[str]]) -> int | None:
    """The column where most cells are addresses."""
    hits = Counter(n for cells in rows for n, cell in enumerate(cells) if is_address(cell))
    if not hits:
        return None
    best, times = hits.most_common(1)[0]
    return best if times * 2 >= len(rows) else None


def is_address(cell: str) -> bool:
    """Whether mail could be sent to what stands in a cell."""
    try:
        return bool(deliverable(cell))
    except ValueError:
        return False


def kind_of_file(file_name: str, columns: Columns) -> Meaning:
    """What a list says of everybody on it; "confirmed" for a list of members.

    Mailchimp's own columns tell most; a time of leaving in another service's list speaks for its row only.
    """
    said = fold(file_name.replace("_", " ")).split()
    if columns.exported is not None:
        return columns.exported
    if any(word.startswith(("nonsubscribe", "transactional")) for word in said):
        return LEFT_OUT
    joined = " ".join(said)
    if any(word.startswith(words.FILES_LEFT) for word in said) or "opt out" in joined or "do not" in joined:
        return Reason.UNSUBSCRIBED
    # "subscribers-cleaned.csv" is somebody's tidied list, not a list of dead addresses.
    first = WORDS.get(said[0]) if said else None
    if first in {Reason.CLEANED, Reason.BOUNCED, Reason.COMPLAINED, Reason.MANUAL}:
        return "confirmed" if any(word.startswith("subscri") for word in said) else first
    return "confirmed"


def membership_of(cells: Sequence[str], columns: Columns, *, kind: Meaning, as_: Meaning | None = None) -> Membership:
    """How one person stands: whatever says that she left wins, the strongest reason first.

    `as_` is how somebody stands of whom a column says nothing or a word that is not known; without it she never said
    yes.
    """
    said: dict[str, Said] = {"the list": kind}
    if as_ is not None:
        said["--as"] = as_
    silent: list[Question] = []
    unknown = ""
    for question in columns.questions:
        cell = columns.cell(cells, question.at)
        answer = question.answer(cell)
        if answer is Nothing.SAID:
            silent.append(question)
        elif answer is Unknown.WORD:
            unknown = unknown or f"{question.name}: {cell}"
        else:
            said["" if question.says is Says.CONFIRMED_AT else f"{question.name}: {cell}"] = answer
    for at in columns.plain:
        if (word := fold(columns.cell(cells, at))) in PLAIN:
            said[columns.cell(cells, at)] = WORDS[word]
    meaning = strongest(said.values())
    assert meaning is not None
    why = next((word for word, each in reversed(said.items()) if each == meaning), "")
    if meaning == "confirmed" and as_ is None:
        if unknown:
            return Membership(meaning=LEFT_OUT, why=unknown)
        quiet = _never_said_yes(silent, yes=len(said) > 1)
        if quiet is not None:
            return Membership(
                meaning="pending" if quiet.says is Says.CONFIRMED_AT else LEFT_OUT, why=f"{quiet.name}: (empty)"
            )
    return Membership(meaning=meaning, why="" if why == "the list" else why)


def _never_said_yes(silent: Sequence[Question], *, yes: bool) -> Question | None:
    """The question that others on the list answered with yes and she with nothing."""
    for question in silent:
        if question.says in {Says.STATUS, Says.YES} and not (question.sparse and yes):
            return question
    if yes:
        return None
    return next((question for question in silent if question.says is Says.CONFIRMED_AT and not question.sparse), None)


def unknown_words(columns: Columns, surveys: Sequence[Survey]) -> Mapping[str, tuple[str, ...]]:
    """The words in columns about wanting mail that are not known, by the column's name."""
    found = {}
    for question in columns.questions:
        cells = surveys[question.at].cells
        strange = tuple(cell for cell in cells if question.answer(cell) is Unknown.WORD)
        if strange:
            found[question.name] = strange
    return found


def state_named(word: str) -> Meaning:
    """What the state that somebody typed means for a whole list; an unknown one is a `UsageError`."""
    if fold(word) not in STATES:
        raise UsageError(f"“{word}” is no state of a subscriber", do=f"use {', '.join(STATES[:-1])} or {STATES[-1]}")
    return WORDS[fold(word)]
