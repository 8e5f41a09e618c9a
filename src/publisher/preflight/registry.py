"""Rules as data: each has an id, a number, a level and the source that it comes from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from publisher.preflight.letter import Letter

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a rule may know besides the message.

    `now` is when it would leave (None: its date is not judged), `kind` tells a digest from a letter, `private_hosts`
    are hosts that the configuration allows to be private (their findings become warnings). `facts` is what the newsroom
    gathered from the world; a rule that lacks its fact says nothing:

    * `links`: address → (`ok`, `gone` or `unsure`, what was answered)
    * `image_bytes`: address → bytes, `image_size`: address → (width, height), `image_type`: address → media type
    * `postal_address`: what the footer must show
    * `spamassassin`: (score, names of the rules that gave it)
    """

    now: datetime | None = None
    kind: Literal["digest", "letter", "unknown"] = "unknown"
    private_hosts: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that would go wrong: the rule, how bad, where, and in a sentence what."""

    rule: str
    level: Level
    where: str
    message: str


Spot = tuple[str, str]
"""Where, and what is wrong there."""
LetterCheck = Callable[[Letter], Iterator[Spot]]
Check = Callable[[Letter, Context], Iterator[Spot]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule and the check that finds where it is broken."""

    id: str
    number: int
    level: Level
    source: str
    title: str
    check: Check


RULES: dict[str, Rule] = {}
UNJUDGED: dict[int, str] = {
    10: "it needs a POST to the mailed address, which would unsubscribe somebody; `publisher check` asks it for a test "
    "address, and the tests of the public pages hold it",
    16: "complaint rates, separate senders and double opt-in are habits of a list, not of a message",
}
"""Numbered rules that no message can break by itself, with the reason."""


def rule(name: str, *, number: int, level: Level, source: str) -> Callable[[LetterCheck], LetterCheck]:
    """Register a check of a message alone under its rule's id; its docstring is the rule in a sentence.

    Numbers 1 to 46 are those of docs/preflight.md; 0 stands for what is measured rather than prescribed.
    """

    def add(check: LetterCheck) -> LetterCheck:
        _register(name, number, level, source, check.__doc__, lambda letter, _: check(letter))
        return check

    return add


def rule_in_context(name: str, *, number: int, level: Level, source: str) -> Callable[[Check], Check]:
    """Register a check that asks for more than the message, as `rule` does."""

    def add(check: Check) -> Check:
        _register(name, number, level, source, check.__doc__, check)
        return check

    return add


def _register(name: str, number: int, level: Level, source: str, said: str | None, check: Check) -> None:
    if name in RULES:
        raise ValueError(f"two rules are called {name}")
    title = " ".join((said or "").split())
    RULES[name] = Rule(id=name, number=number, level=level, source=source, title=title, check=check)
