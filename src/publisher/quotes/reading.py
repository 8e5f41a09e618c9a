"""One line read once: masked words, what they are about, and what the text models make of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from publisher.quotes.lexicon import CRAFT, IT, NOT, PERSON, PLURAL, SELF, WE, listed
from publisher.quotes.weights import load

_TOKEN = regex.compile(r"\p{L}+(?:['’]\p{L}+)*|\p{N}+|[,;:()!?\"“”…]|--|—|–", regex.V1)
_PLAIN = regex.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_NAME = regex.compile(r"(?<=[\p{Ll},;:)\-—] )\p{Lu}[\p{Ll}'’]+|(?<=^)\p{Lu}[\p{Ll}]+(?= \p{Lu})")
_YEAR = regex.compile(r"(?:18|19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """One line read once: masked tokens (`Name`, `Title`, `Year`, `Num`), and what they add up to."""

    tokens: tuple[str, ...]
    subject: str
    positive: int
    negative: int
    names: int
    size: int
    known_as: frozenset[str]
    quotable: float
    opinion: float
    feeling: float


def read(text: str, title_words: frozenset[str], title: str) -> Reading:
    """Tokens, counts and text scores of one line."""
    tokens = tuple(_masked(text, title_words, title))
    positive, negative = _polarity(tokens)
    plain = plain_words(text)
    model = load()
    return Reading(
        tokens,
        _subject(tokens),
        positive,
        negative,
        sum(word in {"Name", "Name's"} for word in tokens),
        sum(word[0].isalpha() for word in tokens),
        frozenset(_NAME.findall(text.replace("’s", "").replace("'s", ""))),
        model.quotable.of(plain),
        model.opinion.of(plain),
        _feeling(plain, model.moods),
    )


def plain_words(text: str) -> list[str]:
    """The words that text models know a line by: small letters and figures, `'s` and `n't` kept on."""
    return _PLAIN.findall(text.casefold().replace("’", "'"))


def _masked(text: str, title_words: frozenset[str], title: str) -> Iterator[str]:
    if title and title in text:
        text = text.replace(title, " Titlexx ")
    previous = ""
    first = True
    for match in _TOKEN.finditer(text):
        raw = match.group().replace("’", "'")
        word = _mask(raw, first, title_words)
        if raw[0].isalpha():
            first = False
        if word == previous and word in {"Name", "Title"}:
            continue
        if word == "Name's" and previous == "Name":
            word = "'s"
        yield word
        previous = word


def _mask(raw: str, first: bool, title_words: frozenset[str]) -> str:
    if raw == "Titlexx":
        return "Title"
    if raw[0].isdigit():
        return "Year" if _YEAR.fullmatch(raw) else "Num"
    folded = raw.casefold()
    if not raw[0].isupper() or folded in SELF:
        return folded
    if folded in title_words and not first:
        return "Title"
    if (first and folded in load().common) or (raw.isupper() and len(raw) > 3):
        return folded
    return "Name's" if folded.endswith("'s") else "Name"


def _polarity(tokens: Sequence[str]) -> tuple[int, int]:
    good_words, bad_words = listed("POSITIVE"), listed("NEGATIVE")
    positive = negative = flip = 0
    for word in tokens:
        if word in NOT:
            flip = 4
            continue
        good, bad = word in good_words, word in bad_words
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
    for word in tokens:
        if word in NOT:
            flip = 4
            continue
        mood = moods.get(word, 0.0)
        total += -0.7 * mood if flip > 0 else mood
        flip -= 1
    return max(-2.0, min(2.0, total / 2))


def _subject(tokens: Sequence[str]) -> str:
    """What the line is about, by the first word that can be a subject."""
    film = listed("WHOLE_FILM")
    for place, word in enumerate(tokens[:14]):
        if word == "Title" or (word in film and place > 0):
            return "film"
        if word in IT:
            return "it"
        if word in PERSON or word in PLURAL:
            return "person"
        if word in {"Name", "Name's"}:
            return "name"
        if word in SELF or word in WE:
            return "self"
        if word in CRAFT:
            return "craft"
    return "other"
