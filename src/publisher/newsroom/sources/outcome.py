"""What came of asking one source, in words and as JSON."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from publisher.model import Decision, Verdict
from publisher.newsroom.pool.reviewing import no_film

FLOOD = "flood brake"

_ORDER = (Verdict.NEW, Verdict.UPDATE, Verdict.HELD, Verdict.FUTURE, Verdict.BACKFILL, Verdict.DUPLICATE)
_WORDS = {
    Verdict.NEW: "new",
    Verdict.UPDATE: "changed",
    Verdict.HELD: "held for you",
    Verdict.FUTURE: "dated ahead",
    Verdict.BACKFILL: "new to us but old",
    Verdict.DUPLICATE: "known",
}


@dataclass(frozen=True, kw_only=True)
class SourceReport:
    """One source's fetch: its state, every decision with its headline, what stood against it.

    `flooded`: more new reviews came than the source's `flood_limit`; those above it wait for the editor.
    """

    name: str
    state: Literal["ok", "not-modified", "error"]
    decisions: tuple[Decision, ...] = ()
    headlines: Mapping[str, str] = field(default_factory=dict)
    first_run: bool = False
    error: str = ""
    warnings: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    filmless: frozenset[str] = frozenset()
    """The reviews among them in which no film was found."""

    @property
    def flooded(self) -> bool:
        """Whether the flood brake held something."""
        return any(decision.rule == FLOOD for decision in self.decisions)

    @property
    def held(self) -> tuple[Decision, ...]:
        """The decisions that wait for a person."""
        return tuple(decision for decision in self.decisions if decision.verdict is Verdict.HELD)

    @property
    def words(self) -> str:
        """One line for people: what was found, and why reviews wait, where some do."""
        if self.state == "error":
            return self.error
        counts = Counter(decision.verdict for decision in self.decisions)
        said = [f"{counts[verdict]} {_WORDS[verdict]}" for verdict in _ORDER if counts[verdict]]
        said += [f"{number} left out ({reason})" for reason, number in sorted(self.left_out.items()) if number]
        line = ", ".join(said) or ("unchanged" if self.state == "not-modified" else "nothing in it yet")
        if self.state == "not-modified" and said:
            line = f"unchanged; {line}"
        if self.first_run and counts[Verdict.BACKFILL]:
            line += "; a first look sends nothing: `publisher fetch --release N` counts the newest N as new"
        if self.flooded:
            line += "; more than `flood_limit` at once: `publisher reviews release ID` frees one"
        return line

    def as_json(self) -> dict[str, Any]:
        """What `fetch --json` prints of a source."""
        found: dict[str, Any] = {
            "name": self.name,
            "state": self.state,
            "decisions": [
                {
                    "review": each.review_id,
                    "verdict": each.verdict.value,
                    "rule": each.rule,
                    "headline": self.headlines.get(each.review_id, ""),
                    **({"note": no_film(each.review_id)} if each.review_id in self.filmless else {}),
                }
                for each in self.decisions
            ],
        }
        found |= {"error": self.error} if self.error else {}
        found |= {"warnings": list(self.warnings)} if self.warnings else {}
        return found
