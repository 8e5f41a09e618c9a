"""Review prose cut into sentences with exact character offsets; the film's title never ends one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

from publisher.model import HOLE, Block
from publisher.quotes.barred.offlimits import SPOILER, barred, barred_blocks, barred_spans
from publisher.quotes.words import word_set

HOLED = "words are missing"
_ABBREVIATIONS = word_set(
    "mr mrs ms dr prof st sgt lt col gen capt rev hon sr jr fr vs vol pt ep no nos approx dept est fig op cf al inc "
    "ltd co bros ft min hr hrs mins sec dir ed eds trans jan feb mar apr jun jul aug sep sept oct nov dec mt messrs "
    "mme mlle e.g i.e a.k.a viz"
)
_MAY_END = word_set("jr sr inc ltd co bros etc al min mins hr hrs sec est a.m p.m")
_ONLY_BEFORE_DIGIT = word_set("no nos vol pt ep fig min sec mar may ed")
_STARTERS = word_set(
    "the a an it its it's it’s this that these those there he she they we i you but and or so yet still if when while "
    "as in on at for with from by after before despite although though however his her their our my what who why how "
    "not no even all some one every few most many like unlike perhaps maybe then thus here"
)
_STOP = regex.compile(r"(?:[.!?…‽]+|[。！？｡।؟۔]+)[\"'”’»)\]*_]*[\p{So}\p{Sk}\u200d\ufe0f]*", regex.V1)
_CLOSERS = "\"'”’»)]*_"
_WORD_BEFORE = regex.compile(r"[\p{L}.]+$", regex.V1)
_OPENERS = "\"'“‘«(["
_WRAPPED = 55
_VERSE_JOINT = regex.compile(
    r"(?:[,;:—]|(?<=\p{Ll})) (?:A|An|And|As|At|But|By|For|From|His|Her|In|My|Of|On|Or|Past|That|The|Then|To|Under|Upon|"
    r"When|Where|While|Who|Whose|With|Your)(?= \p{Ll})"
)
_VERSE_LINES = 4
_VERSE_WIDTH = 70
_NO_SPACE_STOPS = "。！？｡।؟۔"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of `Review.plain`: its offsets, its text on one line, where it stands, and why it may not be quoted."""

    start: int
    end: int
    text: str
    paragraph: int
    opens_paragraph: bool
    closes_paragraph: bool
    barred: str = ""


def one_line(text: str) -> str:
    """The same words with every run of white space as one blank."""
    return " ".join(text.split())


def split_blocks(blocks: tuple[Block, ...], *, title: str = "") -> list[Sentence]:
    """The sentences of paragraphs, offsets counted in the blocks joined by a blank line.

    Other blocks give none; sentences of spoilers and those with a hole are barred.
    """
    found: list[Sentence] = []
    offset = 0
    hidden = barred_blocks(blocks)
    for number, block in enumerate(blocks):
        verse = is_verse(block.text) or _runs_on(blocks[max(0, number - 1) : number], block.text)
        if block.kind == "paragraph" and not verse:
            found += _paragraph(block.text, offset, number, title, SPOILER if hidden[number] else "")
        offset += len(block.text) + 2
    return found


def is_verse(text: str) -> bool:
    """Whether a paragraph is lines of verse: a capital follows comma after comma, or line after short line."""
    if len(_VERSE_JOINT.findall(text)) >= max(2, len(text) // 90):
        return True
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < _VERSE_LINES or max(map(len, lines)) > _VERSE_WIDTH:
        return False
    capitals = sum(line[0].isupper() for line in lines)
    unfinished = sum(line[-1] not in '.!?…"”' for line in lines)
    return capitals >= 0.8 * len(lines) and unfinished >= 0.5 * len(lines)


def _runs_on(before: tuple[Block, ...], text: str) -> bool:
    """Whether a short block goes on where another one stopped at a comma: lines of verse, each its own paragraph."""
    return any(
        one.text.endswith((",", ";")) and len(one.text) <= _VERSE_WIDTH and len(text) <= _VERSE_WIDTH for one in before
    )


def _paragraph(text: str, offset: int, number: int, title: str, why: str) -> list[Sentence]:
    spans = list(split(text, title=title))
    closed = list(barred_spans(text))
    last = len(spans) - 1
    return [
        Sentence(
            start + offset,
            end + offset,
            one_line(text[start:end]),
            number,
            place == 0,
            place == last,
            why or (HOLED if HOLE in text[start:end] else barred(start, end, closed)),
        )
        for place, (start, end) in enumerate(spans)
    ]


def split(text: str, *, title: str = "") -> Iterator[tuple[int, int]]:
    """Offsets of each sentence of one paragraph, white space at both ends left out."""
    masked = mask_title(text, title)
    loose = _is_caseless(masked)
    bounds = [0, *sorted({*_stops(masked, loose=loose), *_line_ends(text)}), len(text)]
    for start, end in pairwise(bounds):
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            lead = len(piece) - len(piece.lstrip())
            yield start + lead, start + lead + len(stripped)


def mask_title(text: str, title: str) -> str:
    """The text with the punctuation inside each mention of the title made harmless; same length."""
    if not title or not any(mark in title for mark in ".!?…"):
        return text
    cover = regex.sub(r"[.!?…]", "x", title)
    return text.replace(title, cover)


def _is_caseless(text: str) -> bool:
    """Whether sentences can't be expected to start with a capital (all small letters)."""
    sample = text[:4000]
    letters = sum(character.isalpha() for character in sample)
    capitals = sum(character.isupper() for character in sample)
    return letters > 40 and capitals * 200 < letters


def _stops(text: str, *, loose: bool) -> Iterator[int]:
    for match in _STOP.finditer(text):
        end = match.end()
        if end >= len(text):
            return
        mark = match.group()
        if mark[0] in _NO_SPACE_STOPS:
            yield end
        elif text[end].isspace():
            if _ends_here(text, match.start(), mark, end, loose=loose):
                yield end
        elif mark == "." and _forgot_the_blank(text, match.start()):
            yield end


def _forgot_the_blank(text: str, dot: int) -> bool:
    """`wonderful.The`: three small letters before, a capital and a small letter after."""
    after = text[dot + 1 : dot + 3]
    return text[max(0, dot - 3) : dot].islower() and len(after) == 2 and after[0].isupper() and after[1].islower()


def _ends_here(text: str, start: int, mark: str, end: int, *, loose: bool) -> bool:
    following = text[end : end + 60].split(None, 1)
    word = following[0].lstrip(_OPENERS + "*_—–-") if following else ""
    if not word:
        return True
    bare = regex.sub(r"[^\p{L}’']", "", word).casefold()
    begins = not word[0].islower() or loose
    if not begins:
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    return _dot_ends(text[max(0, start - 24) : start], word, bare)


def _dot_ends(before: str, word: str, bare: str) -> bool:
    match = _WORD_BEFORE.search(before)
    if match is None:
        return True
    last = match.group().strip(".")
    folded = last.casefold()
    if folded in _ONLY_BEFORE_DIGIT:
        return not word[0].isdigit()
    if folded in _MAY_END:
        return bare in _STARTERS
    if folded in _ABBREVIATIONS:
        return False
    is_initial = len(last) == 1 and last.isupper() and last != "I"
    is_acronym = "." in last and all(len(part) <= 1 for part in last.split("."))
    return bare in _STARTERS if is_initial or is_acronym else True


def _line_ends(text: str) -> Iterator[int]:
    """Line breaks that end a sentence: after a stop, or a short line with a capital after it."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        line = text[start:end].rstrip()
        wrapped = len(line) >= _WRAPPED or text[end + 1 : end + 2].islower()
        if line and (line.rstrip(_CLOSERS)[-1:] in ".!?…" or not wrapped):
            yield end + 1
        start = end + 1
