"""Which contender is the film: a sum of packaged numbers over the facts of each, against the sum for none."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

FILE = "ranking.json"
"""Two tables, `post` for a headline with its text and `alone` for a headline; each from a fact's name to its number."""


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Mapping[str, float]]:
    """The packaged numbers."""
    read: dict[str, dict[str, float]] = json.loads(files("publisher.loader.film").joinpath(FILE).read_text("utf-8"))
    return read


def shares(contenders: Sequence[Iterable[str]], none: Iterable[str], numbers: Mapping[str, float]) -> list[float]:
    """How likely each is meant, together with the likelihood of none one; `none` comes last."""
    sums = [sum(numbers.get(fact, 0.0) for fact in sorted(facts)) for facts in (*contenders, none)]
    highest = max(sums)
    parts = [math.exp(each - highest) for each in sums]
    total = sum(parts)
    return [part / total for part in parts]


def choose(names: Sequence[str], found: Sequence[float]) -> tuple[int | None, float]:
    """The likeliest contender and how surely a film is meant by it; None when no film is likelier.

    `names` are folded titles. A title and a part of it speak for each other: "Tide" for "The Long Tide: Part Two".
    """
    best = max(range(len(found)), key=found.__getitem__)
    if best == len(names):
        return None, found[best]
    name = f" {names[best]} "
    related = [each for each, other in zip(found, names, strict=False) if name in f" {other} " or f" {other} " in name]
    others = [each for number, each in enumerate(found) if number != best]
    if found[best] < _AHEAD * max(others, default=0.0):
        return None, found[best]
    return best, sum(related)


_AHEAD = 1.25
"""How much likelier than the next one a contender must be."""
