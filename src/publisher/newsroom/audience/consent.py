"""What a column of a list says about wanting mail, and what one cell of it means. Pure.

Only a yes is a yes: a column about consent that says nothing of somebody has not said yes, one no outweighs all else,
and a word that is not known is never guessed.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from publisher.newsroom.audience import vocabulary as words
from publisher.store.people.suppressions import Reason
from publisher.text.clean import fold

LEFT_OUT: Literal["left out"] = "left out"
Meaning: TypeAlias = Literal["confirmed", "pending", "left out"] | Reason

_MEANINGS: dict[str, Meaning] = {"confirmed": "confirmed", "pending": "pending", "left_out": LEFT_OUT}
WORDS: dict[str, Meaning] = {
    word: _MEANINGS[state] if state in _MEANINGS else Reason(state)
    for state, said in words.STATES.items()
    for word in said
}
PLAIN = frozenset(word for word, meaning in WORDS.items() if isinstance(meaning, Reason)) - words.AMBIGUOUS
"""Words that refuse mail wherever they stand alone; "active" and "left" may be about anything."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:$|[T ,].*)|\d{1,2}:\d\d|\d{9,}$"
    r"|(?:\w+\.? )?\d{1,2}(?:st|nd|rd|th|\.)?,? (?:of )?[^\W\d]+,? \d{4}|[^\W\d]+\.? \d{1,2},? \d{4}"
)
_ZERO_DATE = re.compile(r"(?:0000-00-00|0001-01-01|00/00/0000|00\.00\.0000|1970-01-01[T ]00:00)")
_CODE = re.compile(r"[+-]?\d{1,4}")
_BLANKS = frozenset(("", "-", "--", "–", "—", "\\N", "?", "."))


class Says(Enum):
    """What kind of column it is: a status in words or in codes, a box for a yes or for a no, the time of confirming."""

    STATUS = "status"
    CODES = "codes"
    YES = "yes"
    NO = "no"
    CONFIRMED_AT = "confirmed at"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A column that says something about wanting mail.

    `reason` is what a yes to a question such as "Bounced?" means, `sparse` that it is empty for most people.
    """

    name: str
    at: int
    says: Says
    reason: Reason = Reason.UNSUBSCRIBED
    sparse: bool = False

    def answer(self, cell: str) -> "Said":
        """What this cell of the column says of its person."""
        return meaning_of_cell(self.says, self.reason, cell)


class Unknown(Enum):
    """A cell about consent whose word is not known."""

    WORD = "unknown"


class Nothing(Enum):
    """A cell that says nothing."""

    SAID = "nothing"


Said: TypeAlias = Meaning | Literal[Unknown.WORD, Nothing.SAID]


def parts(header: str) -> tuple[str, ...]:
    """The folded words of a column's name: "IsUnsubscribed", "OPT_OUT" and "Opt-out" come apart alike."""
    return tuple(fold(_CAMEL.sub(" ", header).replace("_", " ")).split())


def column_kind(header: str, said: Collection[str]) -> Says | None:
    """What a column says about wanting mail, by its name and by the distinct cells under it; None for nothing.

    A weak name ("State", "Type", "Subscription") counts only when what stands below speaks of consent.
    """
    named = parts(header)
    names = frozenset(named)
    filled = [cell for cell in said if not is_blank(cell)]
    if _elsewhere(named):
        return None
    if names & words.STATUS:
        return Says.CODES if any(_CODE.fullmatch(cell) and cell not in {"0", "1"} for cell in filled) else Says.STATUS
    if _says_no(named):
        return None if _counts(filled) else Says.NO
    if names & words.SAYS_YES or _has_pair(named, words.PAIRS_YES):
        if names & words.TIMES or all(_DATE.match(cell) for cell in filled):
            return Says.CONFIRMED_AT if any(name.startswith("confirm") for name in named) else None
        return Says.YES
    if names & words.WEAK:
        return _weak(filled, boxes=not names & {"state", "estado", "stato", "etat", "type", "typ", "tipo"})
    return None


def _elsewhere(named: tuple[str, ...]) -> bool:
    """Whether the column is about something else than letters: telephones, money, places, counting."""
    if named in {("active", "subscription"), ("has", "active", "subscription")}:
        return True  # Substack: whether she pays
    about = set(named) & words.ELSEWHERE
    if about and about <= {"address", "adresse"} and {"email", "mail"} & set(named):
        about = set()
    return bool(about)


def _says_no(named: tuple[str, ...]) -> bool:
    if any(name in words.SAYS_NO for name in named) or _has_pair(named, words.PAIRS_NO):
        return True
    if named == ("left",) or ("left" in named and bool(set(named) & words.TIMES)):
        return True
    negated = any(name in words.NEGATIONS for name in named)
    return negated and bool(set(named) & (words.SAYS_YES | {"mail", "email", "newsletter", "contact", "marketing"}))


def reason_named(header: str) -> Reason:
    """Why somebody gets no mail of whom a column of this name says yes: "Bounced", "Complained", "Opted out"."""
    for name in parts(header):
        for reason, stems in words.REASONS.items():
            if name.startswith(stems):
                return Reason(reason)
    return Reason.UNSUBSCRIBED


def _has_pair(named: tuple[str, ...], pairs: Collection[tuple[str, ...]]) -> bool:
    return any(pair in pairs for pair in pairwise(named))


def _counts(filled: list[str]) -> bool:
    """Whether a column of "bounces" counts them; ones and zeros alone are boxes."""
    return bool(filled) and all(cell.isdigit() for cell in filled) and any(int(cell) > 1 for cell in filled)


def _weak(filled: list[str], *, boxes: bool) -> Says | None:
    folded = {fold(cell) for cell in filled}
    if any(word in PLAIN or word in words.TELLING for word in folded):
        return Says.STATUS
    if boxes and folded and folded <= words.YES | words.NO:
        return Says.YES
    return None


def unnamed_kind(said: Collection[str]) -> Says | None:
    """What a column whose name says nothing is by its cells: a status where most of few different words are."""
    folded = {fold(cell) for cell in said if not is_blank(cell)}
    plain = folded & PLAIN
    if not plain or len(folded) > 30:
        return None
    known = sum(word in WORDS for word in folded)
    return Says.STATUS if known * 10 >= len(folded) * 6 else None


def is_blank(cell: str) -> bool:
    """Whether a cell says nothing: empty, a dash, or what databases and spreadsheets write for empty."""
    cell = cell.strip()
    return cell in _BLANKS or fold(cell) in words.NOTHING or bool(_ZERO_DATE.match(cell))


@lru_cache(maxsize=20_000)
def meaning_of_cell(kind: Says, reason: Reason, cell: str) -> Said:
    """What one cell of such a column says of its person; `reason` is what a yes means where a yes is a no."""
    if is_blank(cell):
        return Nothing.SAID
    word = fold(cell)
    if kind is Says.CODES and _CODE.fullmatch(cell.strip()):
        return Unknown.WORD  # every service numbers its states in its own way
    if kind is Says.CONFIRMED_AT:
        return Reason.UNSUBSCRIBED if word in words.NO else "confirmed"
    if kind is Says.NO:
        return _meaning_of_no(cell, word, reason)
    box = _box(cell, word)
    if box is not None:
        return "confirmed" if box else Reason.UNSUBSCRIBED
    if kind is Says.YES and _DATE.match(cell):
        return "confirmed"
    return phrase(word)


def _meaning_of_no(cell: str, word: str, reason: Reason) -> Said:
    box = _box(cell, word)
    if box is False or (box is None and WORDS.get(word) == "confirmed"):
        return Nothing.SAID
    said = phrase(word) if box is None else Unknown.WORD
    return said if isinstance(said, Reason) else reason


def _box(cell: str, word: str) -> bool | None:
    if cell.strip().startswith("-"):
        return False if word == "1" else None
    if word in words.YES or (not word and set(cell) & words.MARKS_YES):
        return True
    if word in words.NO or (not word and set(cell) & words.MARKS_NO):
        return False
    return None


@lru_cache(maxsize=2_000)
def phrase(word: str) -> Said:
    """What a folded status says: a known word, or known words with nothing but fillers around them."""
    known = WORDS.get(word)
    if known is not None:
        return known
    found, rest = _known_parts(word.split())
    negated = [name for name in rest if name in words.NEGATIONS]
    reasons = [meaning for meaning in found if isinstance(meaning, Reason)]
    if reasons and not negated:
        return max(reasons, key=list(Reason).index)
    if negated and found and not reasons:
        return "pending" if "confirm" in word or "verif" in word else Reason.UNSUBSCRIBED
    if not found or negated or any(name not in words.FILLERS for name in rest):
        return Unknown.WORD
    if LEFT_OUT in found:
        return LEFT_OUT
    return "pending" if "pending" in found else "confirmed"


def _known_parts(named: list[str]) -> tuple[list[Meaning], list[str]]:
    """The meanings of the longest known stretches of a phrase, and the words that belong to none."""
    found: list[Meaning] = []
    rest: list[str] = []
    at = 0
    while at < len(named):
        for size in (4, 3, 2, 1):
            meaning = WORDS.get(" ".join(named[at : at + size])) if at + size <= len(named) else None
            if meaning is not None:
                found.append(meaning)
                at += size
                break
        else:
            rest.append(named[at])
            at += 1
    return found, rest


def strongest(said: Collection[Said]) -> Meaning | None:
    """What several columns say together: one no outweighs every yes; None when nothing was said."""
    reasons = [meaning for meaning in said if isinstance(meaning, Reason)]
    if reasons:
        return max(reasons, key=list(Reason).index)
    if LEFT_OUT in said:
        return LEFT_OUT
    if "pending" in said:
        return "pending"
    return "confirmed" if "confirmed" in said else None
