"""A review read as a whole: every sentence read once, what the review thinks of its film, who is named where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from publisher.model import Rating
from publisher.quotes.reader.network import Told
from publisher.quotes.reading import Reading, read
from publisher.quotes.sentences import Sentence
from publisher.quotes.weights import load

VERDICT = "verdict"
_SMALL = frozenset({"with", "from", "that", "this"})


Named = tuple[int, float, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """A review read as a whole: each sentence's reading, and what the review thinks of its film."""

    sentences: Sequence[Sentence]
    readings: Sequence[Reading]
    verdict: float
    feeling: float
    quotable: tuple[float, float]
    opinion: tuple[float, float]
    title: str
    title_words: frozenset[str]
    people: Mapping[str, Named]
    told: Sequence[Told] = ()


def scene_of(sentences: Sequence[Sentence], *, title: str, rating: Rating | None, told: Sequence[Told] = ()) -> Scene:
    """Every sentence read, with the means and spreads that a score is measured against.

    `told` is what the reader made of the sentences, one for each, where it reads at all.
    """
    title_words = frozenset(
        word for word in regex.findall(r"\p{L}+", title.casefold()) if len(word) > 3 and word not in _SMALL
    )
    readings = [read(sentence.text, title_words, title) for sentence in sentences]
    opinion = _spread([reading.opinion for reading in readings])
    return Scene(
        sentences,
        readings,
        _verdict(readings, rating, told),
        3 * sum(reading.feeling for reading in readings) / max(1, len(readings)),
        _spread([reading.quotable for reading in readings]),
        opinion,
        title,
        title_words,
        _people(readings, title_words, opinion),
        told,
    )


def _people(readings: Sequence[Reading], title_words: frozenset[str], opinion: tuple[float, float]) -> dict[str, Named]:
    """What is known of each name: in how many sentences, how much these judge, and the first of them."""
    found: dict[str, Named] = {}
    for place, reading in enumerate(readings):
        for name in reading.known_as:
            if name.casefold() not in title_words:
                count, judged, first = found.get(name, (0, 0.0, place))
                found[name] = (count + 1, judged + standing(reading.opinion, opinion), first)
    return found


def standing(value: float, spread: tuple[float, float]) -> float:
    """How far a value lies from the review's mean, in spreads, at most three."""
    return max(-3.0, min(3.0, (value - spread[0]) / spread[1]))


def _spread(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / max(1, len(values))
    return mean, max(0.2, (sum((value - mean) ** 2 for value in values) / max(1, len(values))) ** 0.5)


def _verdict(readings: Sequence[Reading], rating: Rating | None, told: Sequence[Told]) -> float:
    """What the review thinks, -1 to 1: its rating where it has one, else what the reader and its words say."""
    share = rating_share(rating)
    return 2 * share - 1 if share is not None else guessed(readings, told)


def guessed(readings: Sequence[Reading], told: Sequence[Told]) -> float:
    """The verdict of a review by its text alone, in hundredths."""
    fitted = load().by_reader if told else load().by_words
    value = sum(fitted.verdict.get(name, 0.0) * number for name, number in mood_of(readings).items())
    if told:
        place = list(fitted.axes).index(VERDICT)
        value += sum(mean(one.reach, place) for one in told) / len(told)
    return round(max(-1.0, min(1.0, value)), 2)


def mean(reach: Sequence[Sequence[float]], axis: int) -> float:
    """How far pieces reach along an axis on average."""
    return sum(one[axis] for one in reach) / max(1, len(reach))


def mood_of(readings: Sequence[Reading]) -> dict[str, float]:
    """What a review's verdict is told by: kind and unkind words, in all of it, at its end and at its beginning."""
    fifth = max(1, len(readings) // 5)
    found = {"bias": 1.0}
    for name, part in (("all", readings), ("end", readings[-fifth:]), ("start", readings[:fifth])):
        good = sum(one.positive for one in part)
        bad = sum(one.negative for one in part)
        found[f"{name} words"] = (good - bad) / (good + bad + 2)
        found[f"{name} feeling"] = sum(one.feeling for one in part) / max(1, len(part))
    judging = [one.feeling for one in readings if one.opinion > 0]
    found["judging feeling"] = sum(judging) / max(1, len(judging))
    found["film feeling"] = sum(one.feeling for one in readings if one.subject in {"film", "it"}) / max(
        1, len(readings)
    )
    return found


_LETTERS = {"A": 0.95, "B": 0.75, "C": 0.5, "D": 0.25, "E": 0.12, "F": 0.05}


def rating_share(rating: Rating | None) -> float | None:
    """A rating as a share of the best one; letters A to F go from 0.95 to 0.05."""
    if rating is None:
        return None
    if isinstance(rating.value, str):
        letter = rating.value.strip().upper()[:1]
        sign = 0.08 * (rating.value.strip()[1:2] == "+") - 0.08 * (rating.value.strip()[1:2] in {"-", "−", "–"})
        return _LETTERS[letter] + sign if letter in _LETTERS else None
    if isinstance(rating.best, str) or rating.best <= 0:
        return None
    return min(1.0, max(0.0, rating.value / rating.best))
