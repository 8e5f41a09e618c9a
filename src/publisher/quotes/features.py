"""What can be measured of a candidate in its place: its words, its subject, its neighbours, the review's verdict."""

from functools import cache
from math import log

from publisher.quotes.candidates import Candidate
from publisher.quotes.cues import cues, cues_before
from publisher.quotes.lexicon import (
    ANSWER,
    BACKWARD,
    BE,
    COMPARE,
    CONCESSION,
    CRAFT,
    HYPE,
    IT,
    NOT,
    OPEN_PLACE,
    PERSON,
    PLURAL,
    POINTING,
    SCENE,
    SELF,
    STORY,
    TRIVIA,
    VERDICT_VERBS,
    WE,
    listed,
    phrase,
)
from publisher.quotes.reading import Reading, read
from publisher.quotes.scene import Scene, standing
from publisher.quotes.words import word_set


def measure(candidate: Candidate, scene: Scene) -> dict[str, dict[str, float]]:
    """The named features of a candidate in its review, by what they speak of; absent ones are 0."""
    if candidate.kind == "whole":
        reading = scene.readings[candidate.first]
    else:
        reading = read(candidate.text.replace("[", "").replace("]", ""), scene.title_words, scene.title)
    return {
        "words": _words(reading),
        "length": _length(reading),
        "subject": _subject(reading),
        "pointing back": _pointers(reading) | _known(candidate, scene, reading),
        "place": _place(candidate, scene),
        "neighbours": _neighbours(candidate, scene, reading),
        "quotable": _texts(reading, scene),
        "verdict": _standing(candidate.text, reading, scene),
        "cues": _cues(candidate, scene),
        "cut": _cut(candidate, reading, scene),
    }


_GROUPS = {
    "person": PERSON,
    "plural": PLURAL,
    "it": IT,
    "self": SELF,
    "we": WE,
    "pointing": POINTING,
    "backward": BACKWARD,
    "compare": COMPARE,
    "be": BE,
    "verdict_verb": VERDICT_VERBS,
    "not": NOT,
    "story": STORY,
    "scene": SCENE,
    "craft": CRAFT,
    "hype": HYPE,
    "trivia": TRIVIA,
}
_SET_GROUPS = ("WHOLE_FILM", "FILM_WORDS", "HINGES", "PLOT_VERBS", "PLOT_NOUNS", "VERDICT_STRICT")


_MARKS = {
    ",": "comma",
    ";": "semicolon",
    ":": "colon",
    "(": "bracket",
    "--": "dash",
    "—": "dash",
    '"': "quoted",
    "“": "quoted",
    "!": "shout",
    "Year": "year",
    "Num": "number",
}


def _words(reading: Reading) -> dict[str, float]:
    """Counts of word groups, names, marks and word shapes."""
    tokens = reading.tokens
    size = max(1, reading.size)
    found: dict[str, float] = {}
    counts: dict[str, int] = {}
    groups = _groups()
    for word in tokens:
        for name in groups.get(word, ()):
            counts[name] = counts.get(name, 0) + 1
    for name, count in counts.items():
        found[name] = min(3, count) / 2
        found[f"has_{name}"] = 1.0
    for word in tokens:
        mark = _MARKS.get(word)
        if mark:
            found[mark] = min(2.0, found.get(mark, 0.0) + 0.5)
    found["names"] = min(4, reading.names) / 2
    found["name_share"] = reading.names / size
    found["title"] = float("Title" in tokens)
    found["ly"] = min(4, sum(word.endswith("ly") and len(word) > 4 for word in tokens)) / 2
    found["est"] = float(any(word.endswith("est") and len(word) > 5 for word in tokens))
    found["ed"] = min(4, sum(word.endswith("ed") and len(word) > 4 for word in tokens)) / 2
    found["big_words"] = sum(len(word) > 8 for word in tokens) / size
    return found


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """The groups that each word belongs to."""
    every = {**_GROUPS, **{name: listed(name) for name in _SET_GROUPS}}
    return {
        word: tuple(name for name, group in every.items() if word in group)
        for word in frozenset().union(*every.values())
    }


def _length(reading: Reading) -> dict[str, float]:
    size = max(1, reading.size)
    return {
        "bias": 1.0,
        "length": log(size),
        "length2": (log(size) - 2.9) ** 2,
        "short": float(size < 7),
        "long": max(0, size - 28) / 10,
    }


_FIRST = {
    "person": PERSON,
    "plural": PLURAL,
    "it": IT,
    "self": SELF,
    "we": WE,
    "pointing": POINTING,
    "concession": CONCESSION,
    "answer": ANSWER,
    "open": OPEN_PLACE,
    "not": NOT,
}


def _subject(reading: Reading) -> dict[str, float]:
    """What the line is about and how it begins."""
    found = {f"subject_{reading.subject}": 1.0}
    first = reading.tokens[0] if reading.tokens else ""
    for name, group in _FIRST.items():
        if first in group:
            found[f"first_{name}"] = 1.0
    if first in {"Name", "Title", "Name's", "the", "a", "an"}:
        found[f"first_{first}"] = 1.0
    if first.endswith("ing"):
        found["ing_start"] = 1.0
    return found


_BEFORE_THAT = word_set("of in with through by from to for like at on about than despite beyond said")
_HEADS = word_set(
    "perhaps maybe nope yes yeah no enter without lest whatever hence ditto said speaking viewed added coupled "
    "combined watch consider think imagine see take recall remember note"
)


def _pointers(reading: Reading) -> dict[str, float]:
    """Words that point at something said before: `this lens`, `none of these`, an `it` without its noun."""
    found: dict[str, float] = {}
    film = listed("WHOLE_FILM")
    tokens = reading.tokens
    named = False
    for place, word in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else "$"
        if word == "Title" or word in film:
            named = True
        elif word in {"this", "these", "those", "such"} and following not in film:
            kind = "this" if word == "this" else "these" if word != "such" else "such"
            if following not in {"a", "an", "as"} or word == "this":
                found[f"points_{kind}"] = 1.0
                if following in BE or not following[0].isalpha():
                    found["points_bare"] = 1.0
        elif word == "that" and following not in film and (place == 0 or tokens[place - 1] in _BEFORE_THAT):
            found["points_that"] = 1.0
        elif word in IT and not named:
            found["it_unnamed"] = 1.0
            if place < 2:
                found["it_head"] = 1.0
            named = True
        elif word in PERSON and not any(earlier in {"Name", "Name's"} for earlier in tokens[:place]):
            found["person_unnamed"] = 1.0
        elif word in PLURAL and place < 3:
            found["plural_head"] = 1.0
        elif word in {"here", "there"} and following not in BE and following != "'s":
            found["points_here"] = 1.0
        elif word in {"former", "latter", "aforementioned", "ditto", "said", "none"}:
            found[f"says_{word}"] = 1.0
        elif word == "the" and following in SCENE:
            found["the_scene"] = 1.0
    if tokens and tokens[0] in _HEADS:
        found["odd_head"] = 1.0
    if tokens[1:2] == ("could",) or tokens[:3] in {("on", "the", "surface"), ("as", "is", "the"), ("not", "a", "bad")}:
        found["odd_head"] = 1.0
    return found


def _known(candidate: Candidate, scene: Scene, reading: Reading) -> dict[str, float]:
    """Names of the story against names of its makers, and nouns that the lines before brought in."""
    found: dict[str, float] = {}
    moods: list[float] = []
    held = scene.readings[candidate.first : candidate.last + 1]
    for name in reading.known_as:
        if name not in scene.people:
            continue
        total, judged, first = scene.people[name]
        own = [standing(one.opinion, scene.opinion) for one in held if name in one.known_as]
        if total > len(own):
            moods.append((judged - sum(own)) / (total - len(own)))
            if first >= candidate.first:
                found["name_new"] = 1.0
        else:
            found["name_once"] = 1.0
    if moods:
        found["name_told"] = max(0.0, -min(moods))
        found["name_judged"] = max(0.0, sum(moods) / len(moods))
        found["name_often"] = 1.0
    before = {
        word
        for earlier in scene.readings[max(0, candidate.first - 2) : candidate.first]
        for word in earlier.tokens
        if len(word) > 3
    }
    film, tokens = listed("WHOLE_FILM"), reading.tokens
    for place, word in enumerate(tokens[:-1]):
        following = tokens[place + 1]
        if word == "the" and following in before and following not in film:
            found["the_known"] = 1.0
            if place == 0:
                found["the_known_head"] = 1.0
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
        found["before_opinion"] = standing(before.opinion, scene.opinion)
        found["before_quotable"] = standing(before.quotable, scene.quotable)
        if same and reading.subject in {"it", "person"}:
            found[f"{reading.subject}_after_{before.subject}"] = 1.0
        if same:
            found[f"after_{before.subject}"] = 1.0
        elif reading.subject == "it":
            found["it_opens"] = 1.0
        found["before_film"] = float(
            same and any(word == "Title" or word in listed("WHOLE_FILM") for word in before.tokens)
        )
        found["before_scene"] = float(same and any(word in SCENE or word in CRAFT for word in before.tokens))
        if reading.subject == "it" and same:
            found["it_scene"] = found["before_scene"] * (1 - found["before_film"])
            found["it_film"] = found["before_film"]
        shared = {word for word in reading.tokens if len(word) > 4} & {word for word in before.tokens if len(word) > 4}
        found["shared"] = min(3, len(shared)) / 2
        if before.tokens and before.tokens[-1] == "?":
            found["after_question"] = 1.0
        mood = before.positive - before.negative
        found["before_mood"] = max(-2, min(2, mood)) * (1 if scene.verdict > 0 else -1) / 2
        found["before_pointing"] = float(before.tokens[:1] != () and before.tokens[0] in POINTING)
    if after:
        found["after_opinion"] = standing(after.opinion, scene.opinion)
        found["after_quotable"] = standing(after.quotable, scene.quotable)
        next_same = not scene.sentences[candidate.last + 1].opens_paragraph
        head = after.tokens[0] if after.tokens else ""
        found["answered"] = float(next_same and head in ANSWER)
        found["continued"] = float(next_same and (head in PERSON or head in PLURAL or head in POINTING or head in IT))
        mood = after.positive - after.negative
        found["after_mood"] = max(-2, min(2, mood)) * (1 if scene.verdict > 0 else -1) / 2
    window = scene.readings[max(0, candidate.first - 2) : candidate.last + 3]
    found["window_opinion"] = standing(sum(one.opinion for one in window) / len(window), scene.opinion)
    return found


def _cues(candidate: Candidate, scene: Scene) -> dict[str, float]:
    before = cues_before(scene.sentences[candidate.first - 1].text) if candidate.first else {}
    return before | cues(candidate.text)


def _texts(reading: Reading, scene: Scene) -> dict[str, float]:
    """What the text models make of it, alone and among its neighbours."""
    return {
        "quotable": reading.quotable,
        "opinion": reading.opinion,
        "quotable_z": standing(reading.quotable, scene.quotable),
        "opinion_z": standing(reading.opinion, scene.opinion),
    }


def _standing(text: str, reading: Reading, scene: Scene) -> dict[str, float]:
    """Whether the line's judgement is the review's."""
    found: dict[str, float] = {}
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
    hinge = any(word in listed("HINGES") for word in reading.tokens)
    if phrase("RESERVATION").search(text):
        found["reservation"] = 1.0
        found["reservation_verdict"] = scene.verdict
    if phrase("SETUP").search(text):
        found["setup"] = 1.0
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
    found["tail_hinge"] = float(any(word in listed("HINGES") for word in tail[:2]))
    found["tail_not"] = float(any(word in NOT for word in tail))
    found["lead_size"] = min(20, len(candidate.lead.split())) / 10
    found["whole_quotable"] = standing(whole.quotable, scene.quotable)
    found["whole_opinion"] = standing(whole.opinion, scene.opinion)
    return found
