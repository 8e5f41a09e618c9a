"""The words of `vocabulary.toml` in the shapes that reading a list wants."""

import tomllib
from importlib.resources import files
from typing import Any

_ALL: dict[str, dict[str, Any]] = tomllib.loads(
    (files("publisher.newsroom.audience") / "vocabulary.toml").read_text(encoding="utf-8")
)

COLUMNS: dict[str, frozenset[str]] = {name: frozenset(words) for name, words in _ALL["columns"].items()}

ELSEWHERE = frozenset(_ALL["names"]["elsewhere"])
NEGATIONS = frozenset(_ALL["names"]["negations"])
TIMES = frozenset(_ALL["names"]["times"])
WEAK = frozenset(_ALL["names"]["weak"])
STATUS = frozenset(_ALL["names"]["status"])
SAYS_NO = frozenset(_ALL["names"]["says_no"])
SAYS_YES = frozenset(_ALL["names"]["says_yes"])
PAIRS_NO = frozenset(tuple(pair) for pair in _ALL["names"]["pairs_no"])
PAIRS_YES = frozenset(tuple(pair) for pair in _ALL["names"]["pairs_yes"])
REASONS: dict[str, tuple[str, ...]] = {why: tuple(stems) for why, stems in _ALL["names"]["reasons"].items()}

YES = frozenset(_ALL["boxes"]["yes"])
NO = frozenset(_ALL["boxes"]["no"])
MARKS_YES = frozenset(_ALL["boxes"]["marks_yes"])
MARKS_NO = frozenset(_ALL["boxes"]["marks_no"])
NOTHING = frozenset(_ALL["boxes"]["nothing"])

STATES: dict[str, tuple[str, ...]] = {
    state: tuple(_ALL["status"][state])
    for state in ("confirmed", "pending", "left_out", "unsubscribed", "bounced", "cleaned", "complained", "manual")
}
AMBIGUOUS = frozenset(_ALL["status"]["ambiguous"])
TELLING = frozenset(_ALL["status"]["telling"])
FILLERS = frozenset(_ALL["status"]["fillers"])

FILES_LEFT: tuple[str, ...] = tuple(_ALL["files"]["left"])
