"""What no quote may be: each gate names its reason, and a candidate passes only when none does."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import category

import regex

from publisher.quotes import tongues, words
from publisher.quotes.barred import hearsay
from publisher.quotes.barred.others import speaks_of
from publisher.quotes.candidates import Candidate
from publisher.quotes.lexicon import phrase
from publisher.text import graphemes

MIN_WORDS = 5
_KIND = 0.2
_SIGNS = ("Mn", "Mc")  # the vowels of Hindi, Thai and their like
_FREE_START = r"(?! (?:film|movie|picture|is (?:a|an|no|nothing|much)))"  # "this film", "there is a warmth" stand alone
_OPENING = r"^[\"'“‘(\[….\s]*"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a gate must know beyond the candidate: budget in graphemes, language, the review and the films it names."""

    budget: int
    language: str
    title: str
    shouting: bool = False
    verdict: float = 0.0
    others: frozenset[str] = frozenset()
    year: int | None = None


@cache
def _pattern(name: str) -> regex.Pattern[str]:
    sources = {
        "person": rf"{_OPENING}(?:{words.PERSON_STARTS}|{words.POINTING_STARTS})\b{_FREE_START}",
        "connective": rf"{_OPENING}(?:{words.CONNECTIVES})\b,?",
        "that": rf"{_OPENING}(?:this|that)\b(?! (?:film|movie|picture|one|is|isn['’]t|was|may|might|could|should|"
        r"remake|sequel|comedy|drama|thriller|documentary|adaptation|entry|installment|latest|version|production|western|horror|noir))",
        "under": rf"{_OPENING}(?:as|since|because|given|with|for|despite|notwithstanding|beyond|besides|in|on|from|of|"
        r"like|unlike|to|after|by|until|through|while|if|when|at|about|during|without) (?:this|that|these|those|such)\b"
        r"(?! (?:film|movie|picture|one of|kind|sort|genre|day|age|being said|year|summer|decade|era))",
        "counted": rf"{_OPENING}(?:first|second|third|finally|lastly|next|firstly|secondly)(?: of all)?[,;:]",
        "leaning": r"\b(?:the (?:former|latter|aforementioned)|latter['’]s|respectively)\b|"
        r"\b(?:you|i|we|it|they|he|she|probably|really|certainly) (?:can|can['’]t|do|don['’]t|did|didn['’]t|does|"
        r"isn['’]t|wasn['’]t|will|won['’]t|would|wouldn['’]t|should|could|couldn['’]t)\.$|"
        r"\b(?:do|does|did|doing|done) (?:so|that|this|it) ?[.;]|\b(?:that|these|those)\.$|"
        r"\b(?:think|thought|believe|know|say|said|mean) (?:that['’]s|so|it|that|this)\b[^,;]{0,14}\.$",
        "twice": r"\b(?!(?:very|had|that|really|so|many|long|far|much|more|bye|ha|no|never|again)\b)(\w{3,}) \1\b",
        "spoiler": rf"\b(?:{words.SPOILER})\b",
        "boilerplate": rf"\b(?:{words.BOILERPLATE})\b|{words.BOILERPLATE_MARKS}",
        "byline": words.BYLINE,
        "verdict": rf"\b(?:{words.VERDICT_STRICT})\b",
        "plot_verb": rf"\b(?:{words.PLOT_VERBS})\b",
        "plot_noun": rf"\b(?:{words.PLOT_NOUNS})\b",
        "name": r"(?<=[a-z,;] )[A-Z][a-z]+",
        "who": r"\bwho\b",
        "end": r"[.!…。！।۔]$",
        "abbreviation": r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sgt|Lt|Col|Jr|Sr|vs|No|Vol)\.$",
        "word": r"\w+",
        "hidden": r"[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u202a-\u202e\u2066-\u2069\ufffd]|</?[a-z][^>]*>",
        "aside": r"^[\"“'‘(\[]*[\p{Ll}]",
    }
    flags = 0 if name in {"name", "abbreviation", "aside"} else regex.I
    return regex.compile(sources[name], flags)


def failures(candidate: Candidate, setting: Setting) -> Iterator[str]:
    """The names of the gates that a candidate does not pass."""
    yield from _free_of_language(candidate.text, setting)
    if hearsay.borrowed(candidate.text, setting.title):
        yield "somebody else's words"
    if hearsay.holed(candidate.text, setting.language):
        yield "words are missing"
    if setting.language == "en":
        yield from _english(candidate, setting.title)
        if _lone_reservation(candidate.text, setting.verdict):
            yield "misleading alone"
        if (setting.others and speaks_of(candidate.text, setting.others, setting.title)) or hearsay.of_another(
            candidate.text, setting.title, setting.year
        ):
            yield "about another film"
    elif setting.language in tongues.TONGUES:
        yield from tongues.failures(candidate.text, setting.language)


def passes(candidate: Candidate, setting: Setting) -> bool:
    """Whether no gate holds the candidate back."""
    return next(failures(candidate, setting), None) is None


def _free_of_language(text: str, setting: Setting) -> Iterator[str]:
    core = text.rstrip("\"'”’»)]")
    if len(text) > 4 * setting.budget or graphemes.count(text) > setting.budget:
        yield "over budget"
    if core.endswith(("?", "؟", "？", "?!", "?…")) or "?" in core[-3:]:
        yield "question"
    elif not _pattern("end").search(core) or _pattern("abbreviation").search(core):
        yield "incomplete"
    if _pattern("aside").match(text):
        yield "starts in the middle"
    if not balanced(text):
        yield "unbalanced"
    if _word_count(text) < MIN_WORDS:
        yield "too short"
    yield from _letters(text, shouting=setting.shouting)
    if text.casefold().strip(" .!?…\"'“”‘’") == setting.title.casefold():
        yield "only the title"
    if _pattern("boilerplate").search(text) or _pattern("byline").search(text):
        yield "boilerplate"


def _letters(text: str, *, shouting: bool) -> Iterator[str]:
    letters = sum(character.isalpha() or category(character) in _SIGNS for character in text)
    if letters < 0.6 * len(text) or _pattern("hidden").search(text):
        yield "not prose"
    if not shouting and letters > 12 and sum(character.isupper() for character in text) > 0.6 * letters:
        yield "shouting"


def _english(candidate: Candidate, title: str) -> Iterator[str]:
    text = candidate.text
    if _pattern("person").match(text) or _pattern("that").match(text):
        yield "dangling start"
    if _pattern("under").match(text) or _pattern("counted").match(text) or _pattern("leaning").search(text):
        yield "leans on the line before"
    if _pattern("twice").search(text):
        yield "a word stands twice"
    if _pattern("connective").match(text):
        yield "connective start"
    if _pattern("spoiler").search(text):
        yield "spoiler"
    if plot_like(text.replace(title, "it") if title else text):
        yield "plot"


def _lone_reservation(text: str, verdict: float) -> bool:
    """Whether a line is the one complaint of a review that is not a pan, without the half that answers it."""
    if phrase("HINGES").search(text):
        return False
    name = "RESERVATION" if verdict > _KIND else "LONE_COMPLAINT" if verdict > -_KIND else ""
    return bool(name) and phrase(name).search(text) is not None


def plot_like(text: str) -> bool:
    """Whether a line tells the story: no word of judgement, and verbs, people or names of a plot."""
    if _pattern("verdict").search(text):
        return False
    verbs = len(_pattern("plot_verb").findall(text))
    people = len(_pattern("plot_noun").findall(text))
    if verbs + people >= 2:
        return True
    return (verbs >= 1 and _pattern("name").search(text) is not None) or (
        verbs + people >= 1 and _pattern("who").search(text) is not None
    )


def balanced(text: str) -> bool:
    """Whether quotation marks and brackets open and close."""
    if text.count('"') % 2 or any(text.count(a) != text.count(b) for a, b in ("“”", "()", "[]", "«»")):
        return False
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return True


def _word_count(text: str) -> int:
    plain = text.replace("’", "").replace("'", "")
    spaced = len(_pattern("word").findall(plain))
    if spaced >= MIN_WORDS or text.isascii():
        return spaced
    unspaced = sum("\u3040" <= character <= "\u9fff" or "\u0e00" <= character <= "\u0e7f" for character in text)
    return max(spaced, unspaced // 2)
