"""What could be quoted: whole sentences, pairs of short ones, and clauses cut at safe places with declared edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from publisher.quotes import words
from publisher.quotes.sentences import Sentence

SHORT_PAIR = 110
_LABEL = regex.compile(
    r"(?:verdict|bottom line|final thoughts?|synopsis|conclusion|side[- ]?note(?: \d+)?|the good|the bad|tl;?dr)\s*[:–—-]+\s*"
    r"(?:\d+(?:\.\d+)?\s?/\s?\d+[\s.,:–—-]*)?",
    regex.I,
)
_LEAD = regex.compile(
    r"(?:(?:fair enough|sure|granted|true|okay|ok|well|oh|no|yes), (?:but|and|yet) |"
    rf"(?:(?:{words.CONNECTIVES})(?:,| –| —|--|:)\s*)|(?:but|and|yet|so|or|nor|also|still|instead|then|thus|rather) "
    r"|all in all, |ultimately, |simply put, |put simply, |in summary, |to summarize, |to conclude, |for now, |first, |second, |third, "
    r"|on the whole, |at any rate, |in any case, |of note, |interestingly, |again, |thankfully, |luckily, |happily, "
    r"|no wonder |all of which is to say(?: that)? |which is to say(?: that)? |that being said[, ] ?|needless to say[, ] ?|"
    r"(?:i|we) mean, |look, |listen, |folks, )",
    regex.I,
)
_SECOND_HALF = regex.compile(
    r"(?:, (?:but|yet|and yet|though)|;(?: but| yet| still| however,| instead,| rather,| indeed,)?|:|\s?(?:--|—)\s?(?:but |yet )?| – (?:but |yet )?)\s*"
    rf"(?=(?:the (?:{words.WHOLE_FILM})|this|it|it['’]s|there['’]s|[A-Z]\p{{L}}+|the \p{{L}}+|I|we|you|what|an?)\b)"
)
_CONCESSION = regex.compile(
    r"^(?:while|although|though|even though|despite|even if|for all|given|when|because|by|if|as|until|unless|since)\b[^,.;:!?]{8,120},\s+"
    rf"(?=(?:the (?:{words.WHOLE_FILM})|this (?:{words.WHOLE_FILM})|it|it['’]s|[A-Z]\p{{L}}+|the \p{{L}}+|there['’]s)\b)",
    regex.I,
)
_TAIL = regex.compile(
    r"(?:,? (?:and|while|although|though|which|as|with|making|leaving|giving|who|where|even if|so)\b|\s?(?:--|—)\s?| – |;|: | \()"
)
_RELATIVE = regex.compile(r"^(?:that['’]s [^,.]{3,40}|[^,.]{3,60}), (?=an? (?:\p{L}+[ -]){1,6}(?:that|which)\b)", regex.I)
MAX_TRIMS = 7


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


def find(sentences: Sequence[Sentence], plain: str) -> Iterator[Candidate]:
    """Every candidate of a review, in the order of its text."""
    for place, sentence in enumerate(sentences):
        yield Candidate(sentence.text, ((sentence.start, sentence.end),), (), place, place)
        yield from _trims(sentence, place, plain)
    for place, (one, other) in enumerate(pairwise(sentences)):
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
    for pattern, kind in ((_CONCESSION, "concession"), (_RELATIVE, "relative")):
        match = pattern.match(rest)
        if match:
            yield lead + match.end(), kind
    for count, match in enumerate(_SECOND_HALF.finditer(source, lead + 12)):
        if count == 2:
            break
        yield match.end(), "half"


def _lead_end(source: str) -> int:
    """Where the sentence begins once connectives and labels at its head are dropped; 0 for nothing to drop."""
    end = 0
    for _ in range(4):
        match = _LABEL.match(source, end) or _LEAD.match(source, end)
        if match is None or match.end() >= len(source) - 12:
            break
        end = match.end()
    return end


def _ends(source: str, start: int) -> Iterator[tuple[int, str]]:
    count = 0
    for match in _TAIL.finditer(source, start + 24):
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
