"""The critic's own score in the site's own scale; what other people or sites gave is never taken for it."""

import re
from collections.abc import Iterable
from typing import Any

from publisher.model import Rating

_OTHERS = re.compile(
    r"imdb|rotten|tomato|metacritic|metascore|letterboxd|tmdb|trakt|audience|users?\b|viewers?|readers?|cinemascore"
    r"|critics?['’]? (?:score|consensus|rating)|average|aggregate|community|box office|mpaa?|bbfc|certificate|votes?\b"
    r"|rated\s+(?:r|pg|pg-13|g|nc-17)\b|runtime|running time|episode|season|album|book",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:(?:star|my|our|the|final|overall|total|film|movie|critic['’]?s?|reviewer['’]?s?|author['’]?s?|editor['’]?s?)\s+)*"
    r"(?:ratings?|score|grade|verdict|stars?|marks?|rated|overall|bottom line|final thoughts?|review"
    r"|note(?=\s*:\s*(?:[\d.,]+\s*(?:/|sur)|★))|nota|voto|(?:be)?wertung|punkte|fazit|cijfer|betyg|karakter|calificación|puntuación|valoración"
    r"|pontuação|avaliação|ocena|valutazione)"
)
_LABELLED = re.compile(rf"\W*{_LABEL}\s*(?:[:=–—-]|is|of|\b)\s*(?P<rest>.+)$", re.IGNORECASE)
_BEST = re.compile(r"overall|final|total|verdict|bottom line", re.IGNORECASE)
_ASPECT = re.compile(
    r"^\W*(?:the\s+)?(?:acting|performances?|cast|story|plot|script|screenplay|writing|direction|directing"
    r"|cinematography"
    r"|visuals?|effects|music|score|soundtrack|sound|pacing|editing|action|humou?r|romance|rewatch\w*|enjoyment"
    r"|entertainment|characters?|dialogue|production\w*|gore|scares?|costumes?"
    r"|animation)\b(?!\s*:?\s*\d+(?:\.\d+)?\s*/\s*\d+\s*$)?",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"[\d★⭐🌟✭✮✯🌕☆✩✰½*]|grade|rating|score|stars?\b|out of|verdict\W|fazit\W|bottom line\W", re.IGNORECASE
)
"""Without any of this a line states no score."""
_COUNTER = re.compile(r"1\s?/\s?\d{1,3}|\d{1,3}\s+of\s+\d{1,3}|\d{1,2}\s?/\s?(?:6|7|8|20)", re.IGNORECASE)
"""What says where in a gallery or a series of pages one is, as often as it is a score."""
_NUMBER = r"(?P<value>\d{1,3}(?:[.,]\d{1,2})?|½)(?P<half>\s?½|\s1/2|\s?¼|\s?¾)?"
_OF = re.compile(
    rf"(?<![\d/.]){_NUMBER}\s?(?:/|out of|von|sur|de un total de|su|of)\s?(?P<best>\d{{1,3}})(?![\d/]|\.\d"
    rf"|\s?%)(?:\s?(?:stars?|points?|pts|punkten?|puntos|punti|pontos|punten|sterne|étoiles|estrellas|stelle|sterren"
    rf"|estrelas)\b)?",
    re.IGNORECASE,
)
_STARS_WORD = re.compile(
    rf"(?<![\d/.]){_NUMBER}[\s-]?stars?\b(?:\s?(?:\(?\s?out of|/|of)\s?(?P<best>\d{{1,2}}|five|four|ten))?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?P<value>zero|one|two|three|four|five)(?P<half> and a half)?(?=[\s-]stars?\b| out of )(?:[\s-]stars?)?"
    r"(?: out of (?P<best>four|five|ten))?",
    re.IGNORECASE,
)
_NAMES = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_FULL, _HALF, _EMPTY = "★⭐🌟✭✮✯🌕", "½⯨⯪🌗🌓", "☆✩✰🌑"
_STARS = re.compile(
    rf"(?P<full>(?:[{_FULL}]\ufe0f?\s?){{0,10}})(?P<half>(?:[{_HALF}]"
    rf"|1/2)?)\s?(?P<empty>(?:[{_EMPTY}]\ufe0f?\s?){{0,10}})"
)
_ASTERISKS = re.compile(
    r"(?P<full>\*{1,5})(?P<half>\s?(?:½|1/2))?(?:\s?(?:\(?\s?out of|/)\s?(?:(?P<best>\d{1,2})|(?P<all>\*{3,5}))\)?)?"
)
_GIVEN = re.compile(
    r"\b(?:i|we)(?:['’]?(?:d|ll|m|re| would| will| am| are| have to))?\s+(?:give|giving|rate|rating|award"
    r"|awarding|score|scoring)\s+"
    r"(?:(?:it|this|that|the (?:film|movie)|[A-Z][\w'’ :-]{0,60}?)\s+)?(?:a\s+|an\s+"
    r"|at\s+)*(?P<rest>[\d½★⭐].{0,40}|(?:one|two|three|four|five)\b.{0,40}|[A-D][+-]?\.?$)",
    re.IGNORECASE,
)
_SIGNED = re.compile(rf"{_NUMBER}\s?(?:[{_FULL}]\ufe0f?|(?<=½))(?!\s?[{_FULL}{_HALF}{_EMPTY}])")
"""A number with a single star behind it, or with a half."""
_PERCENT = re.compile(r"(?<![\d.])(?P<value>\d{1,3}(?:\.\d)?)\s?%")
_GRADE = re.compile(r"(?P<value>[A-DF](?:[\s-](?:plus|minus)\b|[+\-–−])?)(?![\w'’])")


def number(value: float, best: float) -> Rating | None:
    """A checked score: 0 <= value <= best, whole numbers as integers."""
    if not 0 <= value <= best or best <= 0 or best > 1000:
        return None
    return Rating(value=_plain(value), best=_plain(best))


def structured(value: Any, best: Any = None, worst: Any = None) -> Rating | None:
    """A score from fields: numbers, "8/10", "84%", "B+", "★★★½". Without a best it is 5 (schema.org) or the next one.

    A scale that does not begin at 0 or 1 is not one that readers know; such a score is None.
    """
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return None
    if (floor := _float(worst)) is not None and floor not in (0, 0.5, 1):
        return None
    text = str(value).strip()
    if (amount := _float(text)) is not None:
        top = _float(best)
        if best is not None and top is None:
            return None
        return number(amount, top if top is not None else scale_of(amount))
    grade = _GRADE.fullmatch(text)
    return _grade(grade["value"]) if grade else _in_line(text, labelled=True, alone=False)


def scale_of(highest: float) -> float:
    """The smallest of the usual scales (5, 10, 100) that holds a score."""
    return 5 if highest <= 5 else 10 if highest <= 10 else 100


def is_of_part(line: str) -> bool:
    """Whether a line scores one part of a film: its story, its acting, its music."""
    return len(line) <= 60 and bool(_ASPECT.match(line)) and bool(re.search(r"\d|★|\*\*", line))


def find(lines: Iterable[str], *, in_parts: bool = False) -> Rating | None:
    """The critic's own score that short lines of a review state; None when there is none or they contradict.

    A line marked as overall, final or verdict wins over the others; scores of single aspects do not count.
    Among scores of parts (`in_parts`) a bare "Score" is the music's.
    """
    plain: list[Rating] = []
    final: list[Rating] = []
    for line in lines:
        text = line.strip()
        found = of_line(text)
        if found is None or (in_parts and re.match(r"\W*score\b", text, re.IGNORECASE)):
            continue
        (final if _BEST.search(text) else plain).append(found)
    for ratings in (final, plain):
        if ratings:
            return ratings[0] if len(set(ratings)) == 1 else None
    return None


def of_line(text: str) -> Rating | None:
    """The score that a line states when it is made to state one: a labelled score, or stars and numbers alone."""
    if len(text) > 120 or not _HINT.search(text) or _OTHERS.search(text):
        return None
    if label := _LABELLED.match(text):
        return _in_line(label["rest"].strip(), labelled=True, alone=False)
    if given := _GIVEN.search(text):
        return _in_line(given["rest"], labelled=True, alone=False)
    if _ASPECT.match(text) or _COUNTER.fullmatch(text.strip(" *_()[].")):
        return None
    return _in_line(text.strip(" *_()[]."), labelled=False)


def is_bare(line: str) -> bool:
    """Whether a line that states a score says nothing else: "Rating: 4/5", and not "I give it 4/5 for the fog"."""
    return len(line) <= 45 and not _GIVEN.search(line)


def in_headline(headline: str) -> Rating | None:
    """A score that stands in a headline: stars anywhere, or "4/5", "8 out of 10", "three stars" at its end."""
    if _OTHERS.search(headline):
        return None
    for found in _STARS.finditer(headline):
        full, empty = len(found["full"].replace(" ", "")), len(found["empty"].replace(" ", ""))
        if full + empty >= 2 or (full and found["half"]):
            return _stars(found)
    tail = re.search(
        r"(?:^|[\s(\[–—:-])(\(?\d{1,3}(?:\.\d)?\s?(?:/|out of)\s?(?:4|5|10|100)\)?|[\d.½]+\s?stars?|(?:one|two"
        r"|three|four|five)(?: and a half)? stars?)[)\].!]?$",
        headline,
        re.IGNORECASE,
    )
    return _in_line(tail[1].strip("()[]"), labelled=True) if tail else None


def _in_line(text: str, *, labelled: bool, alone: bool = True) -> Rating | None:
    """Read a score off a text that is one (`alone`: nothing else may stand in it)."""
    if not _ASTERISKS.match(text):
        text = text.strip(" *_()[]")
    readers = [(_STARS, _stars), (_OF, _fraction), (_STARS_WORD, _fraction), (_WORDS, _spelled), (_PERCENT, _percent)]
    readers += [(_SIGNED, _signed)] if labelled or alone else []
    if labelled:
        readers += [(_ASTERISKS, _asterisks)]
    for pattern, reader in readers:
        found = pattern.fullmatch(text) if alone else pattern.match(text)
        if found and found[0].strip():
            return reader(found)
    if not labelled:
        return None
    grade = _GRADE.fullmatch(text) if alone else _GRADE.match(text)
    if grade and re.fullmatch(r"\s*(?:[.,;:)(|–—-].*)?", text[grade.end() :]):
        return _grade(grade["value"])
    return None


def _stars(found: re.Match[str]) -> Rating | None:
    full = sum(c in _FULL for c in found["full"])
    half = 0.5 if found["half"] else 0
    empty = sum(c in _EMPTY for c in found["empty"])
    if not full and not half and not empty:
        return None
    shown = full + empty + (1 if half else 0)
    return number(full + half, shown if empty and shown >= 3 else max(5, shown))


def _asterisks(found: re.Match[str]) -> Rating | None:
    best = int(found["best"]) if found["best"] else len(found["all"] or "") or None
    value = len(found["full"]) + (0.5 if found["half"] else 0)
    return number(value, best or 5) if best or len(found["full"]) > 1 else None


def _fraction(found: re.Match[str]) -> Rating | None:
    value = 0.0 if found["value"] == "½" else float(found["value"].replace(",", "."))
    value += {"½": 0.5, "1/2": 0.5, "¼": 0.25, "¾": 0.75}.get(
        (found["half"] or "").strip(), 0.5 if found["value"] == "½" else 0
    )
    named = found["best"]
    best = 5.0 if named is None else float(_NAMES.get(named.casefold(), 0) or named)
    return number(value, best) if best in (4, 5, 6, 7, 8, 10, 20, 100) else None


def _signed(found: re.Match[str]) -> Rating | None:
    value = float(found["value"].replace(",", ".").replace("½", "0.5"))
    half = {"½": 0.5, "1/2": 0.5, "¼": 0.25, "¾": 0.75}.get((found["half"] or "").strip(), 0)
    return number(value + half, 5) if value + half <= 5 else None


def _spelled(found: re.Match[str]) -> Rating | None:
    best = _NAMES[(found["best"] or "five").casefold()]
    return number(_NAMES[found["value"].casefold()] + (0.5 if found["half"] else 0), best)


def _percent(found: re.Match[str]) -> Rating | None:
    return number(float(found["value"]), 100)


def _grade(text: str) -> Rating:
    sign = text[1:].strip(" ").removeprefix("-" if text[-1].isalpha() else "")
    letter = text[0] + sign.replace("plus", "+").replace("minus", "-").replace("–", "-").replace("−", "-")
    return Rating(value=letter, best="A+" if letter == "A+" else "A")


def _plain(value: float) -> float:
    return int(value) if value == int(value) else round(value, 2)


def _float(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) < 10_000 else None
