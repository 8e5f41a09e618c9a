"""What would go wrong with a finished email, rule by rule. Pure: what needs the world is passed in as facts."""

from publisher.preflight import rules as _rules
from publisher.preflight.letter import Letter
from publisher.preflight.registry import RULES, Context, Finding, Level, Rule

__all__ = ["RULES", "Context", "Finding", "Letter", "Level", "Rule", "lint"]

ORDER = {"error": 0, "warning": 1, "note": 2}


def lint(message: bytes, *, context: Context | None = None) -> tuple[Finding, ...]:
    """Every broken rule of a message, the worst first."""
    letter, known = Letter(message), context or Context()
    found = [
        Finding(rule=rule.id, level=rule.level, where=where, message=said)
        for rule in RULES.values()
        for where, said in rule.check(letter, known)
    ]
    return tuple(sorted(found, key=lambda finding: ORDER[finding.level]))


del _rules
