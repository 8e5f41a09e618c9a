"""What can be measured of a candidate in its place: its words, its subject, its neighbours, the review's verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log

import regex

from publisher.model import Rating
from publisher.quotes import words
from publisher.quotes.candidates import Candidate
from publisher.quotes.sentences import Sentence
from publisher.quotes.weights import load

_TOKEN = regex.compile(r"\p{L}+(?:['’]\p{L}+)*|\p{N}+|[,;:()!?\"“”…]|--|—|–", regex.V1)
_YEAR = regex.compile(r"(?:18|19|20)\d\d")
_PLAIN = regex.compile(r"[a-z0-9]+(?:'[a-z]+)?")


@cache
def _set(name: str) -> frozenset[str]:
    """A word list of single words as a set (`boring` and the like; entries with blanks or patterns are expanded)."""
    found: set[str] = set()
    for entry in getattr(words, name).split("|"):
        if entry.endswith("s?"):
            found |= {entry[:-2], entry[:-1]}
        elif regex.fullmatch(r"[\w-]+", entry):
            found.add(entry)
    return frozenset(found)


_PERSON = frozenset("he she him her his hers himself herself he's she's he'd she'd he'll she'll".split())
_PLURAL = frozenset("they them their theirs themselves they're they've they'd".split())
_IT = frozenset("it its it's itself it'll it'd".split())
_SELF = frozenset("i me my i'm i've i'd i'll mine myself".split())
_WE = frozenset("we us our we're we've we'd you your you're you'll you've you'd yourself".split())
_POINTING = frozenset("this that these those such".split())
_BACKWARD = frozenset(
    "also too again another other others same former latter instead even equally similarly likewise further "
    "otherwise elsewhere here there then aforementioned said first second third latter's either neither both".split()
)
_COMPARE = frozenset("like as than unlike compared reminiscent".split())
_BE = frozenset("is are was were isn't aren't wasn't weren't it's that's there's be been".split())
_VERDICT_VERBS = frozenset(
    "feels feel felt proves prove proved remains makes made plays works offers delivers lacks suffers manages seems "
    "succeeds fails becomes gives keeps stands brings elevates captures deserves struggles falls leaves never".split()
)
_CONCESSION = frozenset("while although though despite even whatever however".split())
_ANSWER = frozenset("but however still yet instead unfortunately sadly thankfully fortunately alas nevertheless".split())
_OPEN_PLACE = frozenset("in on at after before during as when with from by for through under over upon into".split())
_NOT = frozenset("not no never hardly barely without nothing cannot neither nor isn't wasn't doesn't don't didn't can't "
                 "couldn't won't wouldn't aren't weren't hasn't haven't shouldn't".split())
_STORY = frozenset(
    "death dies died dead kill kills killed killer murder murders murdered ending finale climax reveal reveals revealed twist turns "
    "eventually finally ultimately later end ends escapes wedding funeral survives betrays fate victim".split()
)
_SCENE = frozenset("scene scenes sequence sequences shot shots moment moments opening opens opener closing finale".split())
_CRAFT = frozenset(
    "performance performances acting cast script screenplay direction director pacing cinematography score dialogue "
    "visuals editing soundtrack plot story characters character writing tone humor action effects production photography".split()
)
_HYPE = frozenset("most best worst greatest finest ever perfect masterpiece truly utterly absolutely easily never always every".split())
_TRIVIA = frozenset(
    "box office budget oscar oscars award awards nominated released release studio sequel sequels based novel book "
    "directed written stars starring filmed production remake franchise trilogy episode season series".split()
)



@dataclass(frozen=True, slots=True)
class Reading:
    """One line read once: masked tokens (`Name`, `Title`, `Year`, `Num`), and what they add up to."""

    tokens: tuple[str, ...]
    subject: str
    positive: int
    negative: int
    names: int
    quotable: float
    opinion: float
    meaning: tuple[float, ...]
    feeling: float


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


def scene_of(sentences: Sequence[Sentence], *, title: str, rating: Rating | None) -> Scene:
    """Every sentence read, with the means and spreads that a score is measured against."""
    title_words = frozenset(
        word for word in regex.findall(r"\p{L}+", title.casefold()) if len(word) > 3 and word not in {"with", "from", "that", "this"}
    )
    readings = [read(sentence.text, title_words, title) for sentence in sentences]
    return Scene(
        sentences,
        readings,
        _verdict(readings, rating),
        3 * sum(reading.feeling for reading in readings) / max(1, len(readings)),
        _spread([reading.quotable for reading in readings]),
        _spread([reading.opinion for reading in readings]),
        title,
        title_words,
    )


def _spread(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / max(1, len(values))
    return mean, max(0.2, (sum((value - mean) ** 2 for value in values) / max(1, len(values))) ** 0.5)


def _verdict(readings: Sequence[Reading], rating: Rating | None) -> float:
    """What the review thinks, -1 to 1: its rating where it has one, else its words, the last ones twice."""
    share = rating_share(rating)
    if share is not None:
        return 2 * share - 1
    tail = readings[-max(1, len(readings) // 5) :]
    good = sum(one.positive for one in readings) + sum(one.positive for one in tail)
    bad = sum(one.negative for one in readings) + sum(one.negative for one in tail)
    return (good - 1.2 * bad) / (good + bad + 3)


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


def read(text: str, title_words: frozenset[str], title: str) -> Reading:
    """Tokens, counts and text scores of one line."""
    tokens = tuple(_masked(text, title_words, title))
    positive, negative = _polarity(tokens)
    plain = _PLAIN.findall(text.casefold().replace("’", "'"))
    model = load()
    return Reading(
        tokens,
        _subject(tokens),
        positive,
        negative,
        sum(token in {"Name", "Name's"} for token in tokens),
        model.quotable.of(plain),
        model.opinion.of(plain),
        model.meaning(plain),
        _feeling(plain, model.moods),
    )


def _masked(text: str, title_words: frozenset[str], title: str) -> Iterator[str]:
    if title and title in text:
        text = text.replace(title, " Titlexx ")
    previous = ""
    first = True
    for match in _TOKEN.finditer(text):
        raw = match.group().replace("’", "'")
        token = _mask(raw, first, title_words)
        if raw[0].isalpha():
            first = False
        if token == previous and token in {"Name", "Title"}:
            continue
        if token == "Name's" and previous == "Name":
            token = "'s"
        yield token
        previous = token


def _mask(raw: str, first: bool, title_words: frozenset[str]) -> str:
    if raw == "Titlexx":
        return "Title"
    if raw[0].isdigit():
        return "Year" if _YEAR.fullmatch(raw) else "Num"
    folded = raw.casefold()
    if not raw[0].isupper() or folded in _SELF:
        return folded
    if folded in title_words and not first:
        return "Title"
    if (first and folded in load().common) or (raw.isupper() and len(raw) > 3):
        return folded
    return "Name's" if folded.endswith("'s") else "Name"


def _polarity(tokens: Sequence[str]) -> tuple[int, int]:
    good_words, bad_words = _set("POSITIVE"), _set("NEGATIVE")
    positive = negative = flip = 0
    for token in tokens:
        if token in _NOT:
            flip = 4
            continue
        good, bad = token in good_words, token in bad_words
        if flip > 0:
            good, bad = bad, good
        positive += good
        negative += bad
        flip -= 1
    return positive, negative


def _feeling(tokens: Sequence[str], moods: Mapping[str, float]) -> float:
    """The learnt mood of the words, turned round behind a negation."""
    total = 0.0
    flip = 0
    for token in tokens:
        if token in _NOT:
            flip = 4
            continue
        mood = moods.get(token, 0.0)
        total += -0.7 * mood if flip > 0 else mood
        flip -= 1
    return max(-2.0, min(2.0, total / 2))


def _subject(tokens: Sequence[str]) -> str:
    """What the line is about, by the first word that can be a subject."""
    film = _set("WHOLE_FILM")
    for place, token in enumerate(tokens[:14]):
        if token == "Title" or (token in film and place > 0):
            return "film"
        if token in _IT:
            return "it"
        if token in _PERSON or token in _PLURAL:
            return "person"
        if token in {"Name", "Name's"}:
            return "name"
        if token in _SELF or token in _WE:
            return "self"
        if token in _CRAFT:
            return "craft"
    return "other"


def measure(candidate: Candidate, scene: Scene) -> dict[str, float]:
    """The named features of a candidate in its review; absent ones are 0."""
    if candidate.kind == "whole":
        reading = scene.readings[candidate.first]
    else:
        reading = read(candidate.text.replace("[", "").replace("]", ""), scene.title_words, scene.title)
    found = _words(reading)
    found |= _place(candidate, scene)
    found |= _neighbours(candidate, scene, reading)
    found |= _pointers(reading)
    found |= _standing(reading, scene)
    found |= _cut(candidate, reading, scene)
    for axis, value in enumerate(reading.meaning):
        found[f"m{axis}"] = value
    return found


def grams(reading: Reading) -> Iterator[str]:
    """Words and word pairs of a reading, its beginning and end marked."""
    tokens = ("^", *reading.tokens, "$")
    yield from reading.tokens
    yield from map(" ".join, pairwise(tokens))
    if len(tokens) > 4:
        yield "^^" + " ".join(tokens[1:4])


_GROUPS = {
    "person": _PERSON, "plural": _PLURAL, "it": _IT, "self": _SELF, "we": _WE, "pointing": _POINTING, "backward": _BACKWARD,
    "compare": _COMPARE, "be": _BE, "verdict_verb": _VERDICT_VERBS, "not": _NOT, "story": _STORY, "scene": _SCENE, "craft": _CRAFT,
    "hype": _HYPE, "trivia": _TRIVIA,
}
_SET_GROUPS = ("WHOLE_FILM", "FILM_WORDS", "HINGES", "PLOT_VERBS", "PLOT_NOUNS", "VERDICT_STRICT")


def _words(reading: Reading) -> dict[str, float]:
    tokens = reading.tokens
    size = sum(token[0].isalpha() for token in tokens)
    found: dict[str, float] = {"bias": 1.0, "length": log(max(1, size)), "length2": (log(max(1, size)) - 2.9) ** 2}
    found["short"] = float(size < 7)
    found["long"] = max(0, size - 28) / 10
    for name, group in _GROUPS.items():
        count = sum(token in group for token in tokens)
        if count:
            found[name] = min(3, count) / 2
            found[f"has_{name}"] = 1.0
    for name in _SET_GROUPS:
        group = _set(name)
        count = sum(token in group for token in tokens)
        if count:
            found[name] = min(3, count) / 2
            found[f"has_{name}"] = 1.0
    for mark, name in ((",", "comma"), (";", "semicolon"), (":", "colon"), ("(", "bracket"), ("--", "dash"), ("—", "dash"), ('"', "quoted"), ("“", "quoted"), ("!", "shout"), ("Year", "year"), ("Num", "number")):
        count = tokens.count(mark)
        if count:
            found[name] = found.get(name, 0.0) + min(4, count) / 2
    found["names"] = min(4, reading.names) / 2
    found["name_share"] = reading.names / max(1, size)
    found["title"] = float("Title" in tokens)
    found["ly"] = sum(token.endswith("ly") and len(token) > 4 for token in tokens) / 2
    found["est"] = float(any(token.endswith("est") and len(token) > 5 for token in tokens))
    found["ing_start"] = float(bool(tokens) and tokens[0].endswith("ing"))
    found["ed"] = min(4, sum(token.endswith("ed") and len(token) > 4 for token in tokens)) / 2
    found["big_words"] = sum(len(token) > 8 for token in tokens) / max(1, size)
    found[f"subject_{reading.subject}"] = 1.0
    first = tokens[0] if tokens else ""
    for name, group in (("person", _PERSON), ("plural", _PLURAL), ("it", _IT), ("self", _SELF), ("we", _WE), ("pointing", _POINTING), ("concession", _CONCESSION), ("answer", _ANSWER), ("open", _OPEN_PLACE), ("not", _NOT)):
        if first in group:
            found[f"first_{name}"] = 1.0
    if first in {"Name", "Title", "Name's", "the", "a", "an"}:
        found[f"first_{first}"] = 1.0
    return found


_BEFORE_THAT = frozenset("of in with through by from to for like at on about than despite beyond said".split())
_HEADS = frozenset("ditto said speaking viewed added coupled combined watch consider think imagine see take recall remember note".split())


def _pointers(reading: Reading) -> dict[str, float]:
    """Words that point at something said before: `this lens`, `none of these`, an `it` without its noun."""
    found: dict[str, float] = {}
    film = _set("WHOLE_FILM")
    tokens = reading.tokens
    named = False
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else "$"
        if token == "Title" or token in film:
            named = True
        elif token in {"this", "these", "those", "such"} and following not in film:
            kind = "this" if token == "this" else "these" if token != "such" else "such"
            if following not in {"a", "an", "as"} or token == "this":
                found[f"points_{kind}"] = 1.0
                if following in _BE or not following[0].isalpha():
                    found["points_bare"] = 1.0
        elif token == "that" and following not in film and (place == 0 or tokens[place - 1] in _BEFORE_THAT):
            found["points_that"] = 1.0
        elif token in _IT and not named:
            found["it_unnamed"] = 1.0
            if place < 2:
                found["it_head"] = 1.0
            named = True
        elif token in _PERSON and not any(earlier in {"Name", "Name's"} for earlier in tokens[:place]):
            found["person_unnamed"] = 1.0
        elif token in _PLURAL and place < 3:
            found["plural_head"] = 1.0
        elif token in {"here", "there"} and following not in _BE and following not in {"'s"}:
            found["points_here"] = 1.0
        elif token in {"former", "latter", "aforementioned", "ditto", "said", "none"}:
            found[f"says_{token}"] = 1.0
        elif token == "the" and following in _SCENE:
            found["the_scene"] = 1.0
    if tokens and tokens[0] in _HEADS:
        found["odd_head"] = 1.0
    if tokens[:2] == ("one", "could") or tokens[:2] == ("you", "could"):
        found["odd_head"] = 1.0
    return found


def _place(candidate: Candidate, scene: Scene) -> dict[str, float]:
    count = len(scene.sentences)
    last = max(1, count - 1)
    sentence = scene.sentences[candidate.first]
    relative = candidate.first / last
    edge = min(candidate.first, last - candidate.last)
    found = {"relative": relative, "relative2": (relative - 0.5) ** 2 * 4, "edge": edge / last, "size": log(count)}
    found["opens"] = float(sentence.opens_paragraph)
    found["closes"] = float(scene.sentences[candidate.last].closes_paragraph)
    found["is_first"] = float(candidate.first == 0)
    found["is_last"] = float(candidate.last == count - 1)
    found["near_last"] = float(0 < count - 1 - candidate.last <= 2)
    found["second"] = float(candidate.first == 1)
    last_paragraph = scene.sentences[-1].paragraph
    found["last_paragraph"] = float(sentence.paragraph == last_paragraph)
    found["first_paragraph"] = float(sentence.paragraph == scene.sentences[0].paragraph)
    found["alone"] = float(sentence.opens_paragraph and sentence.closes_paragraph)
    found["third_" + str(int(relative * 2.99))] = 1.0
    return found


def _neighbours(candidate: Candidate, scene: Scene, reading: Reading) -> dict[str, float]:
    found: dict[str, float] = {}
    before = scene.readings[candidate.first - 1] if candidate.first else None
    after = scene.readings[candidate.last + 1] if candidate.last + 1 < len(scene.readings) else None
    same = not scene.sentences[candidate.first].opens_paragraph
    if before:
        found["before_opinion"] = _z(before.opinion, scene.opinion)
        found["before_quotable"] = _z(before.quotable, scene.quotable)
        if same and reading.subject in {"it", "person"}:
            found[f"{reading.subject}_after_{before.subject}"] = 1.0
        if same:
            found[f"after_{before.subject}"] = 1.0
        elif reading.subject == "it":
            found["it_opens"] = 1.0
        found["before_film"] = float(same and any(token == "Title" or token in _set("WHOLE_FILM") for token in before.tokens))
        found["before_scene"] = float(same and any(token in _SCENE or token in _CRAFT for token in before.tokens))
        if reading.subject == "it" and same:
            found["it_scene"] = found["before_scene"] * (1 - found["before_film"])
            found["it_film"] = found["before_film"]
        shared = {token for token in reading.tokens if len(token) > 4} & {token for token in before.tokens if len(token) > 4}
        found["shared"] = min(3, len(shared)) / 2
        if before.tokens and before.tokens[-1] == "?":
            found["after_question"] = 1.0
        mood = before.positive - before.negative
        found["before_mood"] = max(-2, min(2, mood)) * (1 if scene.verdict > 0 else -1) / 2
        found["before_pointing"] = float(before.tokens[:1] != () and before.tokens[0] in _POINTING)
    if after:
        found["after_opinion"] = _z(after.opinion, scene.opinion)
        found["after_quotable"] = _z(after.quotable, scene.quotable)
        next_same = not scene.sentences[candidate.last + 1].opens_paragraph
        head = after.tokens[0] if after.tokens else ""
        found["answered"] = float(next_same and head in _ANSWER)
        found["continued"] = float(next_same and (head in _PERSON or head in _PLURAL or head in _POINTING or head in _IT))
        mood = after.positive - after.negative
        found["after_mood"] = max(-2, min(2, mood)) * (1 if scene.verdict > 0 else -1) / 2
    window = scene.readings[max(0, candidate.first - 2) : candidate.last + 3]
    found["window_opinion"] = _z(sum(one.opinion for one in window) / len(window), scene.opinion)
    return found


def _standing(reading: Reading, scene: Scene) -> dict[str, float]:
    """The text models, and whether the line's judgement is the review's."""
    found = {
        "quotable": reading.quotable,
        "opinion": reading.opinion,
        "quotable_z": _z(reading.quotable, scene.quotable),
        "opinion_z": _z(reading.opinion, scene.opinion),
    }
    feeling = reading.feeling
    found["feeling"] = feeling
    found["feeling_size"] = abs(feeling)
    found["feeling_agrees"] = feeling * scene.feeling
    found["feeling_against"] = max(0.0, -feeling * scene.feeling)
    found["feeling_verdict"] = feeling * scene.verdict
    mood = reading.positive - reading.negative
    found["mood"] = max(-3, min(3, mood)) / 2
    found["strength"] = min(4, reading.positive + reading.negative) / 2
    found["mixed"] = float(reading.positive > 0 and reading.negative > 0)
    found["verdict"] = scene.verdict
    found["agrees"] = max(-3, min(3, mood)) * scene.verdict / 2
    found["against"] = float(mood * scene.verdict < -0.15)
    found["praise_in_pan"] = float(mood > 0 and scene.verdict < -0.2)
    found["blame_in_rave"] = float(mood < 0 and scene.verdict > 0.2)
    hinge = any(token in _set("HINGES") for token in reading.tokens)
    found["fair_hinge"] = float(hinge) * (1 - abs(scene.verdict))
    found["mild"] = (1 - abs(scene.verdict)) * found["mixed"]
    return found


def _cut(candidate: Candidate, reading: Reading, scene: Scene) -> dict[str, float]:
    if candidate.kind == "whole":
        return {}
    found = {"cut": 1.0}
    for part in candidate.kind.split("-"):
        found[f"cut_{part}"] = 1.0
    if candidate.kind == "pair":
        return found
    whole = scene.readings[candidate.first]
    found["kept"] = len(reading.tokens) / max(1, len(whole.tokens))
    lost = (whole.positive - whole.negative) - (reading.positive - reading.negative)
    mood = reading.positive - reading.negative
    found["lost_mood"] = max(-2, min(2, lost)) / 2
    found["turned"] = float(lost * mood < 0)
    tail = candidate.tail.casefold().split()
    found["tail_hinge"] = float(any(token in _set("HINGES") for token in tail[:2]))
    found["tail_not"] = float(any(token in _NOT for token in tail))
    found["lead_size"] = min(20, len(candidate.lead.split())) / 10
    found["whole_quotable"] = _z(whole.quotable, scene.quotable)
    found["whole_opinion"] = _z(whole.opinion, scene.opinion)
    return found


def _z(value: float, spread: tuple[float, float]) -> float:
    return max(-3.0, min(3.0, (value - spread[0]) / spread[1]))
