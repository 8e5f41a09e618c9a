"""How quotable each candidate is, how sure that is, and the parts that made it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from publisher.quotes.candidates import Candidate
from publisher.quotes.features import Scene, measure
from publisher.quotes.weights import load

_CUT_COST = {False: 0.4, True: 2.0}
_UNKNOWN_CONFIDENCE = 0.3


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, the chance that an editor would run the line, and the parts of the score."""

    value: float
    confidence: float
    reasons: Mapping[str, float] = field(default_factory=dict)


def score(found: Sequence[Candidate], scene: Scene | None, *, count: int, language: str) -> list[Scored]:
    """A score for each candidate, in their order; without a scene (no word lists) by place and length."""
    if scene is None:
        return [_by_place(candidate, count, language) for candidate in found]
    model = load()
    out = []
    for candidate in found:
        reasons: dict[str, float] = {}
        for group, features in measure(candidate, scene).items():
            reasons[group] = round(sum(model.ranking.get(name, 0.0) * value for name, value in features.items()), 3)
        reasons["cut"] -= cut_cost(candidate)
        value = sum(reasons.values())
        out.append(Scored(round(value, 4), round(model.confidence(value), 3), reasons))
    return out


def cut_cost(candidate: Candidate) -> float:
    """What a cut costs: little for a dropped lead-in, more where the reader sees a bracket or an ellipsis."""
    if candidate.kind == "whole":
        return 0.0
    return _CUT_COST["[" in candidate.text[:1] or candidate.text.endswith("…")]


def _by_place(candidate: Candidate, count: int, language: str) -> Scored:
    """Near the start or the end, of a middling length, whole."""
    last = max(1, count - 1)
    size = len(candidate.text)
    reasons = {
        "place": -0.6 * min(candidate.first, last - candidate.last) / last,
        "length": -abs(size - 110) / 110,
        "cut": -2.0 * (candidate.kind != "whole"),
        f"no word lists for {language or 'this language'}": 0.0,
    }
    return Scored(round(sum(reasons.values()), 4), _UNKNOWN_CONFIDENCE, reasons)
