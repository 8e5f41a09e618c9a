"""What could be quoted: whole sentences, pairs of short ones, and clauses cut at safe places with declared edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import regex

from publisher.quotes import words
from publisher.quotes.sentences import Sentence

SHORT_PAIR = 110
MAX_TRIMS = 7
_SUBJECT = r"this|it|it['’]s|there['’]s|[A-Z]\p{L}+|the \p{L}+"
_SOURCES = {
    "label": r"(?:verdict|bottom line|final thoughts?|synopsis|conclusion|side[- ]?note(?: \d+)?|the good|the bad|"
    r"tl;?dr)\s*[:–—-]+\s*(?:\d+(?:\.\d+)?\s?/\s?\d+[\s.,:–—-]*)?",
    "lead": r"(?:(?:fair enough|sure|granted|true|okay|ok|well|oh|no|yes), (?:but|and|yet) |"
    rf"(?:(?:{words.CONNECTIVES})(?:,| –| —|--|:)\s*)|"
    r"(?:but|and|yet|so|or|nor|also|still|instead|then|thus|rather) |"
    r"all in all, |ultimately, |simply put, |put simply, |in summary, |to summarize, |to conclude, |for now, |first, |"
    r"second, |third, |on the whole, |at any rate, |in any case, |of note, |interestingly, |again, |thankfully, |"
    r"luckily, |happily, |no wonder |(?:all of )?which is to say(?: that)? |that being said[, ] ?|"
    r"needless to say[, ] ?|(?:i|we) mean, |look, |listen, |folks, )",
    "half": r"(?:, (?:but|yet|and yet|though)|;(?: but| yet| still| however,| instead,| rather,| indeed,)?|:|"
    rf"\s?(?:--|—)\s?(?:but |yet )?| – (?:but |yet )?)\s*(?=(?:{_SUBJECT}|I|we|you|what|an?)\b)",
    "concession": r"^(?i:while|although|though|even though|despite|even if|for all|given|when|because|by|if|as|until|"
    rf"unless|since)\b[^,.;:!?]{{8,120}},\s+(?=(?:{_SUBJECT})\b)",
    "tail": r"(?:,? (?:and|while|although|though|which|as|with|making|leaving|giving|who|where|even if|so)\b|"
    r"\s?(?:--|—)\s?| – |;|: | \()",
    "relative": r"^(?:[Tt]hat['’]s [^,.]{3,40}|[^,.]{3,60}), (?=an? (?:\p{L}+[ -]){1,6}(?:that|which)\b)",
}


@cache
def _pattern(name: str) -> regex.Pattern[str]:
    return regex.compile(_SOURCES[name], regex.I if name in {"label", "lead"} else 0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line that could be quoted: its spans in `Review.plain`, the edits that made it, and its sentences' places."""

    text: str
    spans: tuple[tuple[int, int], ...]
    edits: tuple[str, ...]
    first: int
    last: int
    kind: str = "whole"
    lead: str = ""
    tail: str = ""


def whole(sentences: Sequence[Sentence], plain: str) -> Iterator[Candidate]:
    """Every sentence as it stands, and again without the connective at its head."""
    for place, sentence in enumerate(sentences):
        if sentence.barred:
            continue
        yield Candidate(sentence.text, ((sentence.start, sentence.end),), (), place, place)
        source = plain[sentence.start : sentence.end]
        lead = _lead_end(source)
        if lead:
            cut = _cut(sentence, place, source, lead, len(source), "lead")
            if cut is not None:
                yield cut


def parts(sentences: Sequence[Sentence], plain: str) -> Iterator[Candidate]:
    """Clauses cut out of sentences, and pairs of short sentences: for when whole ones do not fit."""
    for place, sentence in enumerate(sentences):
        if sentence.barred:
            continue
        yield from (trim for trim in _trims(sentence, place, plain) if trim.kind != "lead")
    for place, (one, other) in enumerate(pairwise(sentences)):
        if one.barred or other.barred:
            continue
        if one.paragraph == other.paragraph and len(one.text) + len(other.text) <= SHORT_PAIR:
            text = f"{one.text} {other.text}"
            yield Candidate(text, ((one.start, other.end),), (), place, place + 1, "pair")


def _trims(sentence: Sentence, place: int, plain: str) -> Iterator[Candidate]:
    source = plain[sentence.start : sentence.end]
    starts = [(0, "whole"), *_starts(source)]
    made: set[str] = set()
    for start, kind in starts:
        ends = [(len(source), ""), *_ends(source, start)]
        for end, cut in ends:
            if (start, end) == (0, len(source)):
                continue
            candidate = _cut(sentence, place, source, start, end, kind if not cut else f"{kind}-{cut}")
            if candidate is not None and candidate.text not in made:
                made.add(candidate.text)
                yield candidate
                if len(made) >= MAX_TRIMS:
                    return


def _starts(source: str) -> Iterator[tuple[int, str]]:
    lead = _lead_end(source)
    if lead:
        yield lead, "lead"
    rest = source[lead:]
    for pattern, kind in ((_pattern("concession"), "concession"), (_pattern("relative"), "relative")):
        match = pattern.match(rest)
        if match:
            yield lead + match.end(), kind
    for count, match in enumerate(_pattern("half").finditer(source, lead + 12)):
        if count == 2:
            break
        yield match.end(), "half"


def _lead_end(source: str) -> int:
    """Where the sentence begins once connectives and labels at its head are dropped; 0 for nothing to drop."""
    end = 0
    for _ in range(4):
        match = _pattern("label").match(source, end) or _pattern("lead").match(source, end)
        if match is None or match.end() >= len(source) - 12:
            break
        end = match.end()
    return end


def _ends(source: str, start: int) -> Iterator[tuple[int, str]]:
    count = 0
    for match in _pattern("tail").finditer(source, start + 24):
        kept = source[start : match.start()]
        if len(kept.split()) < 6 or match.start() > len(source) - 15:
            continue
        yield match.start(), "tail"
        count += 1
        if count == 3:
            return


def _cut(sentence: Sentence, place: int, source: str, start: int, end: int, kind: str) -> Candidate | None:
    body = source[start:end].rstrip(" ,;:-–—(\n")
    if not body or len(body.split()) < 5:
        return None
    edits: list[str] = []
    if start:
        edits.append(f"cut-lead:{source[:start]}")
    text = " ".join(body.split())
    if start and text[0].islower():
        edits.append(f"capital:{text[0].upper()}")
        text = f"[{text[0].upper()}]{text[1:]}"
    if end < len(source):
        edits.append("cut-tail")
        text += "…"
    span = (sentence.start + start, sentence.start + start + len(body))
    return Candidate(text, (span,), tuple(edits), place, place, kind, source[:start], source[end:])
