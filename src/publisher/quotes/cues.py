"""Turns of phrase that an editor knows a line by: a thing smaller than the film, another film, a fact of history."""

from functools import cache

import regex

_OTHERS = (
    r"predecessor|the original|(?:first|previous|prior|earlier|last|second|third|other) (?:film|movie|entry|one|"
    r"installment|picture)s?|the (?:book|novel|play|game|series|source)|source material|remake|sequels?|prequels?"
)
_ANYWHERE = (
    rf"(?P<rival>{_OTHERS})|(?P<than>than)|(?P<unlike>unlike|compared (?:to|with)|in comparison|where the)|"
    r"(?P<here>here|this time|again|once more|as well)|"
    r"(?P<print>print|transfer|scan|dvd|blu-?ray|disc|stream\w*|netflix|restor\w*|version|cut|edition|runtime|minutes|"
    r"\$\d+)|"
    r"(?P<made>shot|filmed|directed|written|released|produced|financed|adapted|based|originally|studio|"
    r"years? (?:later|earlier|before|after))"
)
_PARTS = (
    "touch|moment|scene|shot|line|detail|trick|gag|joke|choice|decision|idea|bit|stretch|sequence|role|part|"
    "performance|turn|twist|reveal|setup|premise|question|problem|issue|reminder|point|thing"
)
_AT_START = {
    "small_it": r"(?:it['’]?s|it is|it was|this is|that['’]s)\s(?:also )?(?:an?|the|one)\s(?:[\w'’-]+ ){0,3}"
    rf"(?:{_PARTS})\b",
    "passive_it": r"(?:it|this|that)(?:['’]s| is| was) (?:meant|presented|supposed|intended|played|used|done|shown|"
    r"told|revealed|explained|never|all)\b",
    "part": r"(?:things|part of|more|most|one|another|each|every|some|many|several|two|three)\b",
    "the_part": r"the (?:supporting|rest|other|only|same|whole|entire|remaining|latter|final|opening|ending|finale|"
    r"climax|first|second|third)\b",
}
_BEFORE = rf"\b(?:(?P<rival>{_OTHERS})|(?P<scene>scene|sequence|shot|moment|opening|ending|finale|climax))\b"
_CONTRARY = frozenset({"but", "yet", "still", "however"})
_SHORT = 5


@cache
def _pattern(source: str) -> regex.Pattern[str]:
    return regex.compile(source, regex.I)


def cues(line: str) -> dict[str, float]:
    """The turns of phrase that a line holds."""
    text = line.replace("[", "").replace("]", "")
    found = {f"cue_{match.lastgroup}": 1.0 for match in _pattern(rf"(?<!\w)(?:{_ANYWHERE})\b").finditer(text)}
    for name, source in _AT_START.items():
        if _pattern(source).match(text):
            found[f"cue_{name}"] = 1.0
    return found


def cues_before(line: str) -> dict[str, float]:
    """What the sentence before a line prepares it for."""
    found = {f"cue_before_{match.lastgroup}": 1.0 for match in _pattern(_BEFORE).finditer(line)}
    said = line.split()
    if line.rstrip('"”').endswith("?"):
        found["cue_before_question"] = 1.0
    if said and said[0].casefold().rstrip(",") in _CONTRARY:
        found["cue_before_but"] = 1.0
    if len(said) <= _SHORT:
        found["cue_before_short"] = 1.0
    return found
