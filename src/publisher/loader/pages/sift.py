"""The pieces of a page told apart: the article's own blocks, what they say about it, and furniture."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from publisher.loader.facts import availability, rating
from publisher.loader.pages import byline, furniture, spoilers
from publisher.loader.pages.piece import Piece
from publisher.model import Availability, Block, Published
from publisher.text import clean

_PROSE = 160
"""Characters from which a piece is surely a paragraph of the article."""
_HEAD = 8
"""How many pieces at the top may be headline, byline, date and score."""
_SENTENCE = re.compile(r"(?<=[.!?…”\"])\s+(?=[A-Z0-9'‘“\"★])")
_CUT = re.compile(r"(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*$")
_COUNTER = re.compile(r"\d{1,4}|[-–—]{1,3}")
"""What a button above the text counts: claps, comments, shares."""
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(slots=True)
class Sifted:
    """What one pass over the pieces found."""

    blocks: list[Block] = field(default_factory=list)
    availability: list[Availability] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    published: Published | None = None
    reading_minutes: int | None = None
    scores: list[str] = field(default_factory=list)
    pullquote: str | None = None
    emphasis: list[str] = field(default_factory=list)
    url: str | None = None
    cut: bool = False


def sift(found: Sequence[Piece], *, title: str | None, zone: ZoneInfo, critics: Mapping[str, str]) -> Sifted:
    """Blocks without furniture, and what bylines, scores and availability lines among the pieces say."""
    out = Sifted()
    kept = spoilers.scoped(_article(list(_separate_lines(found, zone, critics))))
    total = sum(len(piece.text) for piece in kept) or 1
    body = _take_bylines(kept, out, title=title, zone=zone, critics=critics)
    read = 0
    for number, piece in enumerate(body):
        read += len(piece.text)
        at_end = number >= len(body) - 4 or read > 0.85 * total
        if not _is_about(piece, out, at_end=at_end):
            _keep(piece, out)
    _read_last_sentences(out)
    _settle_pull_quote(body, out)
    return out


def _separate_lines(found: Sequence[Piece], zone: ZoneInfo, critics: Mapping[str, str]) -> Iterator[Piece]:
    """Pieces of one line; a paragraph broken by <br> is cut where a line of it is not prose."""
    for piece in found:
        lines = [line for line in piece.text.split("\n") if line]
        if len(lines) < 2:
            yield piece
            continue
        run: list[str] = []
        for line in lines:
            if _stands_alone(line, zone, critics):
                if run:
                    yield replace(piece, text=" ".join(run))
                run = []
                yield replace(piece, text=line)
            else:
                run.append(line)
        if run:
            yield replace(piece, text=" ".join(run))


def _stands_alone(line: str, zone: ZoneInfo, critics: Mapping[str, str]) -> bool:
    if len(line) > _PROSE:
        return False
    said = byline.read(line, zone=zone, critics=critics)
    return bool(
        (said and said.marked) or furniture.is_furniture(line) or rating.of_line(line) or availability.find(line)
    )


def _article(found: list[Piece]) -> list[Piece]:
    """The pieces up to what follows an article: related posts, comments, the author's portrait."""
    sizes = [len(piece.text) for piece in found]
    total = sum(sizes)
    for number, piece in enumerate(found):
        if number and furniture.begins_afterwards(piece.text):
            before, after = sum(sizes[:number]), found[number + 1 :]
            if before >= max(200, 0.4 * total) or (before > 0 and all(len(p.text) < _PROSE for p in after)):
                return found[:number]
    return found


def _take_bylines(
    found: list[Piece], out: Sifted, *, title: str | None, zone: ZoneInfo, critics: Mapping[str, str]
) -> list[Piece]:
    """The pieces without the headline's repeat and the byline lines at the top and the end."""
    head = next((n for n, p in enumerate(found) if len(p.text) > _PROSE), len(found))
    head = min(head + 1, _HEAD, len(found))
    edges = (*range(head), *range(max(len(found) - 3, head), len(found)))
    said = {n: byline.read(found[n].text, zone=zone, critics=critics) for n in edges}
    dropped: set[int] = set()
    for number, line in said.items():
        if line is None or _is_title(found[number].text, title):
            continue
        neighbours = (said.get(number - 1), said.get(number + 1))
        if line.marked or any(other and other.marked for other in neighbours):
            dropped.add(number)
            out.authors += line.authors
            out.published = out.published or line.published
            out.reading_minutes = out.reading_minutes or line.reading_minutes
    for number in range(head):
        text = found[number].text
        if _is_title(text, title) or _COUNTER.fullmatch(text):
            dropped.add(number)
        elif _ADDRESS.fullmatch(text):
            dropped.add(number)
            out.url = out.url or text
    return [piece for number, piece in enumerate(found) if number not in dropped]


def _is_title(text: str, title: str | None) -> bool:
    return bool(title) and len(text) < 400 and clean.fold(text) == clean.fold(title or "")


def _is_about(piece: Piece, out: Sifted, *, at_end: bool) -> bool:
    """Whether a piece is no part of the text; what it says about the film is kept as data."""
    text = piece.text
    if len(text) > 420:
        return False
    if len(text) <= 120 and piece.kind != "quote" and rating.of_line(text):
        out.scores.append(text)
        return rating.is_bare(text)
    if places := availability.find(text):
        out.availability += [place for place in places if place not in out.availability]
        return True
    if _CUT.fullmatch(text) or re.match(r"(?:continue|keep) reading|read more\b", text, re.IGNORECASE):
        out.cut = out.cut or at_end
    return furniture.is_furniture(text, linked=piece.linked) or furniture.is_call(
        text, at_end=at_end, linked=piece.linked
    )


def _keep(piece: Piece, out: Sifted) -> None:
    kind, text = piece.kind, clean.line(piece.text)
    if kind == "heading" and (len(text) > 200 or (len(text) > 110 and _SENTENCE.search(text))):
        kind = "paragraph"
    elif kind == "paragraph" and len(text) <= 90 and text in piece.emphasis and not re.search(r"[.!?…,;]$", text):
        kind = "heading"
    if text:
        out.blocks.append(Block(kind=kind, text=text, spoiler=piece.spoiler))
        out.emphasis += [span for span in piece.emphasis if span not in out.emphasis]


def _read_last_sentences(out: Sifted) -> None:
    """Scores and places that stand as sentences of the last paragraphs; the text keeps them."""
    for block in out.blocks[-2:]:
        for sentence in _SENTENCE.split(block.text)[-3:]:
            if not out.scores and re.search(r"\d|★|½|\b(?:one|two|three|four|five|grade|score|rating)\b", sentence):
                out.scores += [sentence] if rating.of_line(sentence) else []
            out.availability += [place for place in availability.find(sentence) if place not in out.availability]
    if out.blocks and _CUT.search(out.blocks[-1].text):
        out.cut = True


def _settle_pull_quote(found: Sequence[Piece], out: Sifted) -> None:
    """A pull quote set twice, in the text and beside it, is taken out of the text once."""
    for piece in found:
        text = clean.line(piece.text) if piece.pulled and not piece.spoiler else ""
        if not text:
            continue
        out.pullquote = out.pullquote or text
        others = [block for block in out.blocks if block.text != text]
        bare = clean.fold(text)
        if any(bare in clean.fold(block.text) for block in others):
            out.blocks = others
