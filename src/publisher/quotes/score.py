"""How quotable each candidate is, how sure that is, and the parts that made it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log1p
from operator import itemgetter, mul

import regex

from publisher.quotes import tongues
from publisher.quotes.candidates import Candidate
from publisher.quotes.features import measure
from publisher.quotes.scene import Scene, mean
from publisher.quotes.weights import load

READ = "reader"
_RISK_COST = 1.5
_CUT_COST = {False: 0.4, True: 2.0}
_UNKNOWN_CONFIDENCE = 0.3
_DETAIL = regex.compile(r"(?<=[\p{Ll},;:)\-—] )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)*|\p{N}+|[(\[;]")
"""Names within a line, numbers and asides; German writes every noun large."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, the chance that an editor would run the line, and the parts of the score."""

    value: float
    confidence: float
    reasons: Mapping[str, float] = field(default_factory=dict)


def score(
    found: Sequence[Candidate], scene: Scene | None, *, count: int, language: str, title: str = ""
) -> list[Scored]:
    """A score for each candidate, in their order; without a scene (no word lists) by place and length."""
    if scene is None:
        return [_by_place(candidate, count, language, title) for candidate in found]
    fitted = load().by_reader if scene.told else load().by_words
    out = []
    for candidate in found:
        reasons: dict[str, float] = {}
        measured = measure(candidate, scene)
        for group, features in measured.items():
            reasons[group] = round(_weigh(fitted.ranking, features), 3)
        reach = reaches(candidate, scene, list(fitted.axes))
        if reach:
            reasons[READ] = round(reach["ranking"], 2)
        known = {name: value for one in measured.values() for name, value in one.items() if name in fitted.ranking}
        every = itemgetter(*known)
        for risk, weights in fitted.risks.items():
            odds = sum(map(mul, every(weights), known.values())) + reach.get(risk, 0.0)
            reasons[f"risk: {risk}"] = round(-risk_cost(odds), 2 if reach else 3)
        reasons["cut"] -= cut_cost(candidate)
        value = sum(reasons.values())
        out.append(Scored(round(value, 4), round(fitted.confidence(value), 3), reasons))
    return out


def reaches(candidate: Candidate, scene: Scene, axes: Sequence[str]) -> dict[str, float]:
    """How far the candidate's pieces reach along each axis, on average; nothing where no reader read."""
    if not scene.told:
        return {}
    start, end = kept(candidate, scene)
    held = [one for told in scene.told[candidate.first : candidate.last + 1] for one in told.within(start, end)]
    return {axis: round(mean(held, place), 2) for place, axis in enumerate(axes)}


def kept(candidate: Candidate, scene: Scene) -> tuple[int, int]:
    """The letters of its sentence that a candidate keeps, blanks uncounted: from, to."""
    whole = letters(scene.sentences[candidate.last].text)
    return letters(candidate.lead), whole - letters(candidate.tail)


def letters(text: str) -> int:
    """How many characters a text has but for blanks."""
    return sum(not character.isspace() for character in text)


def _weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    total = 0.0
    for name, value in features.items():
        if name in weights:
            total += weights[name] * value
    return total


def risk_cost(odds: float) -> float:
    """What the chance costs that a line may never run: nearly nothing while it is small, then in proportion."""
    return _RISK_COST * (log1p(exp(odds)) if odds < 30 else odds)


def cut_cost(candidate: Candidate) -> float:
    """What a cut costs: little for a dropped lead-in, more where the reader sees a bracket or an ellipsis."""
    if candidate.kind == "whole":
        return 0.0
    return _CUT_COST["[" in candidate.text[:1] or candidate.text.endswith("…")]


def _names(text: str, title: str) -> bool:
    return bool(title) and title in text


def _unspaced(text: str) -> bool:
    """Whether a line is in a script that sets no blanks between words."""
    return sum("\u3040" <= letter <= "\u9fff" for letter in text) > len(text) / 3


def _by_place(candidate: Candidate, count: int, language: str, title: str) -> Scored:
    """Near the start or the end, of a middling length, whole, about the film, judging, without names and numbers."""
    last = max(1, count - 1)
    size = len(candidate.text)
    known = language in tongues.TONGUES
    said = "no fitted weights for" if known else "no word lists for"
    wanted = 45 if _unspaced(candidate.text) else 110
    judged = tongues.judges(candidate.text, language)
    reasons = {
        "place": -0.6 * min(candidate.first, last - candidate.last) / last,
        "length": -abs(size - wanted) / wanted,
        "cut": -2.0 * (candidate.kind != "whole"),
        "judgement": 0.8 * min(1, judged := tongues.judges(candidate.text, language))
        + 0.3 * max(0, min(3, judged) - 1),
        "film": 0.5 * (_names(candidate.text, title) or tongues.FILM.search(candidate.text) is not None),
        "hinge": 0.2 * (judged > 1 and tongues.HINGE.search(candidate.text) is not None),
        "detail": -0.25 * (language != "de") * min(4, len(_DETAIL.findall(candidate.text))),
        f"{said} {language or 'this language'}": 0.0,
    }
    return Scored(round(sum(reasons.values()), 4), _UNKNOWN_CONFIDENCE, reasons)
