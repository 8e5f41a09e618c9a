"""What the columns and words of a list of members mean: which one is the address, and who has left."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from publisher.errors import UsageError
from publisher.store.people.addresses import deliverable
from publisher.store.people.suppressions import Reason
from publisher.text.clean import fold

LEFT_OUT: Literal["left out"] = "left out"
Meaning: TypeAlias = Literal["confirmed", "pending", "left out"] | Reason

# Header names, folded and without spaces, as Mailchimp, Ghost, Substack, Kit, listmonk and Excel users write them.
EMAIL = {
    "emailaddress", "email", "mail", "emailaddr", "mailaddress", "subscriberemail", "useremail", "memberemail",
    "primaryemail", "emailadresse", "mailadresse", "adresseemail", "adressemail", "adressedecourriel", "courriel",
    "correo", "correoelectronico", "direcciondecorreoelectronico", "indirizzoemail", "emailadres", "epost",
    "enderecodeemail",
}  # fmt: skip
FIRST = {"firstname", "first", "fname", "givenname", "forename", "vorname", "prenom", "voornaam"}
LAST = {"lastname", "last", "lname", "surname", "familyname", "nachname", "nomdefamille", "achternaam", "cognome"}
NAME = {"name", "fullname", "displayname", "contactname", "subscribername", "membername"}
STATUS = {"status", "subscriptionstatus", "memberstatus", "subscriberstatus", "contactstatus", "emailstatus"}
# Names that mean a status only if what stands below them does: a state may be Ohio.
MAYBE_STATUS = {"state", "subscribed", "subscribedtoemails", "type", "subscribertype"}
UNSUB_TIME = {"unsubtime", "unsubscribedat", "unsubscribetime", "unsubscribedate", "leavetime", "leavedate", "leftat"}
CLEAN_TIME = {"cleantime", "cleanedat", "bouncedat", "bouncetime", "bouncedate"}
OPTED_IN = {"optintime", "optindate", "subscribedat", "createdat"}
CONFIRMED = {"confirmtime", "confirmdate", "confirmedat"}
ZONE = {"timezone", "zone", "tz", "zeitzone", "fuseauhoraire", "zonahoraria"}
MAILCHIMP = {"unsubtime": Reason.UNSUBSCRIBED, "unsubcampaigntitle": Reason.UNSUBSCRIBED, "cleantime": Reason.CLEANED}

MEANINGS: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    (
        "confirmed",
        ("subscribed", "active", "confirmed", "enabled", "opted in", "regular", "subscriber", "true", "yes", "1"),
    ),
    ("pending", ("pending", "unconfirmed", "not confirmed", "unactivated", "awaiting confirmation")),
    (
        LEFT_OUT,
        ("non subscribed", "nonsubscribed", "non subscriber", "transactional", "archived", "deleted"),
    ),
    (
        Reason.UNSUBSCRIBED,
        (
            *("unsubscribed", "unsub", "opted out", "cancelled", "canceled", "inactive", "disabled", "removed"),
            *("left", "false", "no", "0"),
        ),
    ),
    (Reason.CLEANED, ("cleaned",)),
    (Reason.BOUNCED, ("bounced", "bounce", "bounces", "hard bounce", "hard bounced", "undeliverable", "invalid")),
    (Reason.COMPLAINED, ("complained", "complaint", "complaints", "spam", "abuse", "spam complaint")),
    (
        Reason.MANUAL,
        (
            "suppressed",
            "suppression",
            "suppressions",
            "blocked",
            "blocklisted",
            "blacklisted",
            "banned",
            "do not contact",
        ),
    ),
)
WORDS = {word: meaning for meaning, words in MEANINGS for word in words}
STATES = ("confirmed", "subscribed", "pending", "unsubscribed", "cleaned", "bounced", "complained", "suppressed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Where in a row of `width` cells what stands; None for a column that the list does not have.

    `exported` is why everybody on the list left, where its columns are Mailchimp's for people who left.
    """

    width: int
    email: int
    first: int | None = None
    last: int | None = None
    name: int | None = None
    status: int | None = None
    unsub_time: int | None = None
    clean_time: int | None = None
    opted_in: int | None = None
    confirmed: int | None = None
    zone: int | None = None
    fields: tuple[tuple[str, int], ...] = ()
    exported: Reason | None = None

    def cell(self, cells: Sequence[str], at: int | None) -> str:
        """What stands there, '' where the list or the row has no such column."""
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def complete(self, cells: Sequence[str]) -> bool:
        """Whether a row of another width still has all that decides about a person, each in its place."""
        if len(cells) > self.width:
            return not any(cells[self.width :])
        return all(at is None or at < len(cells) for at in (self.email, self.status, self.unsub_time, self.clean_time))


def find_columns(header: Sequence[str], rows: Sequence[Sequence[str]], *, fields: Sequence[str] = ()) -> Columns | None:
    """The columns by the names above them, the address also by what stands below; None when there is no address.

    `fields` names further columns to keep of each person; a `UsageError` when the list has none of that name.
    """
    names = [fold(cell).replace(" ", "") for cell in header]

    def named(*wanted: set[str]) -> int | None:
        return next((n for n, name in enumerate(names) if any(name in some for some in wanted)), None)

    email = named(EMAIL)
    if email is None:
        email = _addresses(rows)
    if email is None:
        return None
    return Columns(
        width=len(header),
        email=email,
        first=named(FIRST),
        last=named(LAST),
        name=named(NAME),
        status=_status(names, rows),
        unsub_time=named(UNSUB_TIME),
        clean_time=named(CLEAN_TIME),
        opted_in=named(OPTED_IN),
        confirmed=named(CONFIRMED),
        zone=named(ZONE),
        fields=tuple(_field(name, names) for name in fields),
        exported=_exported(names),
    )


def _field(wanted: str, names: Sequence[str]) -> tuple[str, int]:
    """A further column as the merge field's name that it gets and its place."""
    name = fold(wanted)
    if name.replace(" ", "") not in names:
        raise UsageError(f"no column of the list is called “{wanted}”", do="look at its first line")
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_"), names.index(name.replace(" ", ""))


def _exported(names: Sequence[str]) -> Reason | None:
    return None if STATUS & set(names) else next((why for name, why in MAILCHIMP.items() if name in names), None)


def _addresses(rows: Sequence[Sequence[str]]) -> int | None:
    """The column where most cells are addresses."""
    hits = Counter(n for cells in rows for n, cell in enumerate(cells) if _is_address(cell))
    if not hits:
        return None
    best, times = hits.most_common(1)[0]
    return best if times * 2 >= len(rows) else None


def _is_address(cell: str) -> bool:
    try:
        return bool(deliverable(cell))
    except ValueError:
        return False


def _status(names: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    for n, name in enumerate(names):
        if name in STATUS:
            return n
    for n, name in enumerate(names):
        said = {fold(cells[n]) for cells in rows if n < len(cells) and cells[n].strip()}
        if name in MAYBE_STATUS and said and said <= set(WORDS):
            return n
    return None


def kind_of_file(file_name: str, columns: Columns) -> Meaning:
    """What a list says of everybody on it; "confirmed" for a list of members.

    Mailchimp's own columns tell most; a time of leaving in another service's list speaks for its row only.
    """
    words = fold(file_name.replace("_", " ")).split()
    if columns.exported is not None:
        return columns.exported
    if any(word.startswith(("nonsubscribe", "transactional")) for word in words):
        return LEFT_OUT
    if any(word.startswith("unsub") for word in words):
        return Reason.UNSUBSCRIBED
    # "subscribers-cleaned.csv" is somebody's tidied list, not a list of dead addresses.
    first = WORDS.get(words[0]) if words else None
    if first in {Reason.CLEANED, Reason.BOUNCED, Reason.COMPLAINED, Reason.MANUAL}:
        return "confirmed" if any(word.startswith("subscri") for word in words) else first
    return "confirmed"


def meaning_of(cells: Sequence[str], columns: Columns, *, kind: Meaning, as_: Meaning | None = None) -> Meaning:
    """How one person stands: whatever says that she left wins, the strongest reason first.

    Raises `ValueError` where her status is a word that is not known.
    """
    said: list[Meaning] = [kind] if as_ is None else [kind, as_]
    if columns.cell(cells, columns.unsub_time):
        said.append(Reason.UNSUBSCRIBED)
    if columns.cell(cells, columns.clean_time):
        said.append(Reason.CLEANED)
    if word := columns.cell(cells, columns.status):
        said.append(_word(word))
    reasons = [meaning for meaning in said if isinstance(meaning, Reason)]
    if reasons:
        return max(reasons, key=list(Reason).index)
    if LEFT_OUT in said:
        return LEFT_OUT
    return "pending" if "pending" in said else "confirmed"


@lru_cache(maxsize=1000)
def _word(text: str) -> Meaning:
    meaning = WORDS.get(fold(text))
    if meaning is None:
        raise ValueError("its status is a word that is not known")
    return meaning


def state_named(word: str) -> Meaning:
    """What the state that somebody typed means for a whole list; an unknown one is a `UsageError`."""
    if fold(word) not in STATES:
        raise UsageError(f"“{word}” is no state of a subscriber", do=f"use {', '.join(STATES[:-1])} or {STATES[-1]}")
    return WORDS[fold(word)]
