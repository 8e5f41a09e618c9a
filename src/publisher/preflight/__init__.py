"""What would go wrong with a finished email, rule by rule. Pure: what needs the world is passed in as facts."""

from dataclasses import dataclass
from typing import Any

from publisher.preflight import clients
from publisher.preflight import rules as _rules
from publisher.preflight.letter import Letter
from publisher.preflight.registry import RULES, UNJUDGED, Context, Finding, Level, Rule

__all__ = ["RULES", "UNJUDGED", "Context", "Finding", "Letter", "Level", "Report", "Rule", "lint", "report"]

ORDER = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything about a message: its findings, its client support of 100 with what costs most, and its bytes."""

    findings: tuple[Finding, ...]
    support: clients.Support
    html_bytes: int
    message_bytes: int
    spam: float | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must not go out."""
        return tuple(finding for finding in self.findings if finding.level == "error")

    def as_json(self) -> dict[str, Any]:
        """The document of `publisher lint --json`."""
        score: dict[str, float] = {"clients": self.support.score}
        if self.spam is not None:
            score["spamassassin"] = self.spam
        return {
            "findings": [
                {"rule": each.rule, "level": each.level, "where": each.where, "message": each.message}
                for each in self.findings
            ],
            "score": score,
            "bytes": {"html": self.html_bytes, "message": self.message_bytes},
        }


def lint(message: bytes, *, context: Context | None = None) -> tuple[Finding, ...]:
    """Every broken rule of a message, the worst first."""
    return _judged(Letter(message), context or Context())


def report(message: bytes, *, context: Context | None = None) -> Report:
    """Every broken rule of a message, with its client support and its size; bytes are those of the decoded HTML."""
    letter, known = Letter(message), context or Context()
    spam = known.facts.get("spamassassin")
    return Report(
        findings=_judged(letter, known),
        support=clients.support(letter),
        html_bytes=len(letter.html.encode(errors="replace")),
        message_bytes=len(message),
        spam=spam[0] if spam else None,
    )


def _judged(letter: Letter, context: Context) -> tuple[Finding, ...]:
    found = [
        Finding(rule=rule.id, level=rule.level, where=where, message=" ".join(said.split()))
        for rule in RULES.values()
        for where, said in rule.check(letter, context)
    ]
    return tuple(sorted(found, key=lambda finding: ORDER[finding.level]))


del _rules
