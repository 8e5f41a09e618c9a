"""What a writer marks as a spoiler: signs inside a text, headings and warnings with their reach, and the excerpt.

Signs become two noncharacters that no text has (`clean` takes them out), so that they pass through a renderer unseen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from lxml import etree

from publisher.loader.pages.piece import Piece
from publisher.model import Block
from publisher.text import clean

OPEN, CLOSE = "\ufdd0", "\ufdd1"
_SIGN = re.compile(
    r"(?P<open>(?<![\w\"'/=-])>!(?=\S))|(?P<close>(?<=\S)!<(?![/a-zA-Z!]))|(?P<bars>\|\|)"
    r"|(?P<begin>\[spoilers?(?:[=\s:][^\]\n]{0,120})?\]|\{\{[<%]\s*(?:spoilers?|details)\b[^{}\n]{0,200}[>%]\}\}"
    r"|\{%-?\s*spoilers?\b[^{}\n]{0,200}%\}|^:::+[ \t]*\{?\.?(?:spoilers?|details)\b[^\n]{0,200}$)"
    r"|(?P<end>\[/spoilers?\]|\{\{[<%]\s*/\s*(?:spoilers?|details)\s*[>%]\}\}|\{%-?\s*end_?spoilers?\s*-?%\}"
    r"|^:::+[ \t]*$)|(?P<gap>\n[ \t]*\n)",
    re.IGNORECASE | re.MULTILINE,
)
_ELEMENTS = frozenset({"details", "spoiler", "spoilers", "tg-spoiler", "x-spoiler"})
_CLASS = re.compile(r"(?:^|[_-])spoilers?(?:$|[_-])|^(?:is|has|js)?spoilers?\w*$", re.IGNORECASE)
_NO_CLASS = re.compile(r"free|(?:^|[_-])(?:no|non|not|without|tag|category|cat|label)(?:$|[_-])", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’»)\]]{0,3}\s+(?=\S)")
_WORD = (
    r"(?:spoilers?|spoilern|spoileralarm|spoilerwarnung|spoileralert|spoilerwaarschuwing|divulg[âa]ch\w{0,12}"
    r"|destripes?)"
)
_FREE = re.compile(
    r"\bspoiler[\s-]{0,2}(?:free|frei\w{0,3}|vrij\w{0,2}|libre|safe)\b"
    rf"|\b(?:no|non|not|zero|without|free of|few|ohne|keine?|sans|sin|ning[úu]n|senza|nessuno?|zonder|geen|sem"
    rf"|avoid\w{{0,3}}"
    rf"|don['’]t|won['’]t|cannot|can['’]t|never)\b[^.!?]{{0,30}}\b(?:{_WORD}|spoil\w{{0,4}})\b",
    re.IGNORECASE,
)
_SPOILER = re.compile(rf"\b{_WORD}\b", re.IGNORECASE)
_ENDING = re.compile(
    r"\W*(?:the |that )?ending,? explained\b.{0,40}|.{0,30}\b(?:explaining|explained|about) (?:the|that"
    r"|its) ending\b.{0,20}"
    r"|\W*what happens (?:at|in) the end\b.{0,20}|.{0,20}\bthe ending of .{1,60} explained\W*|\W*the twist explained\W*"
    r"|\W*(?:das ende|der schluss)\b.{0,40}\berkl[äa]rt\W*|\W*(?:la )?fin\b.{0,40}\bexpliqu[ée]e\W*"
    r"|\W*(?:el |o )?final\b.{0,40}\bexplicado\W*|\W*(?:il )?finale\b.{0,40}\bspiegato\W*"
    r"|\W*het einde\b.{0,40}\b(?:verklaard|uitgelegd)\W*",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r".{0,60}\b(?:spoileralarm|spoilerwarnung|spoileralert|spoilerwaarschuwing)\b.*|"
    rf"\W*(?:(?:major|minor|mild|big|huge|full|some|heavy|massive|here be|leichte|große|massive)\s+)*{_WORD}"
    r"(?:[\s-]*(?:warning|alert|alarm|warnung|ahead|below|follows?|begins?|starts?|from here|beyond|zone|territory"
    r"|inside"
    r"|ab hier|folgen|à suivre|a partir|da qui|vanaf hier)\b.*|[\s!:.…)\]*—–-]*)$"
    rf"|.{{0,60}}\b(?:warning|caution|beware|careful|achtung|vorsicht|attention|attenzione|atenci[óo]n|aten[çc][ãa]o"
    rf"|aviso|cuidado"
    rf"|let op|alerte?|alerta|allerta|avertissement)\b.{{0,60}}\b{_WORD}\b.*"
    rf"|.{{0,80}}\b{_WORD}\s+(?:ahead|below|follow|from (?:here|this point)|beyond|after this|past this|to come"
    rf"|within)\b.*"
    rf"|.{{0,80}}\b(?:contain\w{{0,3}}|includes?|has|have|enth[äa]lt|enthalten|contient|contiene|bevat"
    rf"|cont[ée]m)\b.{{0,40}}\b{_WORD}\b.*"
    r"|.{0,60}\bstop reading (?:here|now)\b.*|.{0,60}\b(?:nicht weiterlesen|arr[êe]tez de lire|deja de leer"
    r"|smettete? di leggere)\b.*",
    re.IGNORECASE,
)
_LEADS = re.compile(rf"\W*{_WORD}[\s-]*(?:warning|alert|alarm|warnung|ahead|zone)\b\W+", re.IGNORECASE)
_OVER = re.compile(
    rf"\b(?:end|ende|fin|fine|fim|einde)\b.{{0,20}}\b{_WORD}\b|\b{_WORD}\W+(?:end|ends|over|ende|aus|done|vorbei)\b"
    rf"|\b{_WORD}[\s-]*free (?:again|from here)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\W*(?:(?:the|our|my|final|spoiler[\s-]free)\s+)*(?:verdict|conclusion|bottom line|final thoughts?|overall"
    r"|summary|rating|score"
    r"|fazit|conclusi[óo]n|conclusione|veredicto|verdetto|conclusie|oordeel|conclus[ãa]o)\b.{0,40}",
    re.IGNORECASE,
)
_LINE = 160
_PSEUDO = 9
"""The rank of a bold line that stands as a heading, below all real ones."""
_LEAST = 20


def mark(text: str) -> str:
    """The text with its spoiler signs (`>!…!<`, `||…||`, `[spoiler]`, `:::spoiler`, shortcodes) as OPEN and CLOSE.

    Pairs of signs inside a sentence count where both stand in one paragraph; an opened block stays open to its end.
    """
    out: list[str] = []
    opened: dict[str, int] = {}
    done = 0
    for found in _SIGN.finditer(text):
        kind = str(found.lastgroup)
        out.append(text[done : found.start()])
        done = found.end()
        if kind in ("begin", "end"):
            out.append(OPEN if kind == "begin" else CLOSE)
            continue
        out.append(found[0])
        if kind == "gap":
            opened.clear()
        elif kind == "open" or (kind == "bars" and "bars" not in opened and text[done : done + 1].strip(" |")):
            opened[kind] = len(out) - 1
        elif (begun := opened.pop("open" if kind == "close" else kind, None)) is not None:
            out[begun], out[-1] = OPEN, CLOSE
    out.append(text[done:])
    return "".join(out)


def divide(text: str, depth: int) -> tuple[list[tuple[str, bool]], int]:
    """A marked text as stretches of whole sentences, each with whether it is a spoiler; and how deep we are after it.

    `depth` counts the spoilers that were opened before. A sentence that a spoiler touches is one.
    """
    if OPEN not in text and CLOSE not in text:
        return [(text, depth > 0)], depth
    bare: list[str] = []
    hidden: list[tuple[int, int]] = []
    length = 0
    for part in re.split(f"([{OPEN}{CLOSE}])", text):
        if part == OPEN:
            depth += 1
        elif part == CLOSE:
            depth = max(0, depth - 1)
        else:
            if depth and part.strip():
                hidden.append((length, length + len(part)))
            bare.append(part)
            length += len(part)
    whole = "".join(bare)
    ends = [found.end() for found in _SENTENCE.finditer(whole)]
    sentences = [(begin, end) for begin, end in zip([0, *ends], [*ends, len(whole)], strict=True) if end > begin]
    return list(_stretches(whole, sentences, hidden)), depth


def _stretches(
    whole: str, sentences: Sequence[tuple[int, int]], hidden: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, bool]]:
    at = 0
    flagged: list[tuple[str, bool]] = []
    for begin, end in sentences:
        while at < len(hidden) and hidden[at][1] <= begin:
            at += 1
        flagged.append((whole[begin:end], at < len(hidden) and hidden[at][0] < end))
    for is_spoiler, some in groupby(flagged, key=lambda each: each[1]):
        yield "".join(text for text, _ in some), is_spoiler


def is_element(tag: str, element: etree._Element) -> bool:
    """Whether an element hides or marks a spoiler: by its name, its classes or its attributes."""
    if tag in _ELEMENTS:
        return True
    if not element.attrib or tag in ("html", "body", "main", "article"):
        return False
    if "data-spoiler" in element.attrib:
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    if "spoiler" not in names.casefold():
        return False
    return any(_CLASS.search(name) and not _NO_CLASS.search(name) for name in names.split())


def scoped(found: Sequence[Piece]) -> list[Piece]:
    """The pieces with everything marked that a heading, a warning line or a mark reaches."""
    out: list[Piece] = []
    reach: _Reach | None = None
    for piece in found:
        # What its own element marks says nothing of what follows: "Spoilers (click to open)".
        reach = reach if piece.spoiler else _next(reach, piece)
        out.append(replace(piece, spoiler=True) if reach and not piece.spoiler else piece)
    return out


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far an opened scope goes: to a heading of this rank or a higher one, or (`to_end`) past all of them."""

    rank: int
    to_end: bool = False


def _next(reach: "_Reach | None", piece: Piece) -> "_Reach | None":
    """The scope that holds from a piece on."""
    rank, text = _rank(piece), piece.text
    short = len(text) <= _LINE
    free = short and bool(_FREE.search(text))
    if reach is not None and short and _ends(reach, text, rank=rank, free=free):
        return None
    if rank and short and not free and (_SPOILER.search(text) or _ENDING.fullmatch(text)):
        outer = min(rank, reach.rank) if reach else rank
        return _Reach(outer, to_end=bool(_WARNS.fullmatch(text) and _warned(text, rank)))
    if reach is None and not rank and _opens(text, free=free):
        return _Reach(_PSEUDO, to_end=True)
    return reach


def _ends(reach: _Reach, text: str, *, rank: int, free: bool) -> bool:
    """Whether a short line ends a scope: the next heading of its rank, one that promises no spoilers, or its end."""
    if free or _OVER.search(text):
        return bool(rank) or not free
    if not rank or rank > reach.rank or _SPOILER.search(text) or _ENDING.fullmatch(text):
        return False
    return not reach.to_end or bool(_VERDICT.fullmatch(text))


def _warned(text: str, rank: int) -> bool:
    """Whether a heading is a warning rather than the name of a section: "Spoilers ahead", any bold line that warns."""
    return len(clean.fold(text).split()) > 1 or (rank == _PSEUDO and bool(re.search(r"[!:]", text)))


def _opens(text: str, *, free: bool) -> bool:
    """Whether a line warns of all that follows it; a long paragraph may begin with the warning."""
    if len(text) <= _LINE:
        return not free and bool(_WARNS.fullmatch(text)) and not _OVER.search(text)
    return bool(_LEADS.match(text))


def _rank(piece: Piece) -> int:
    """A heading's rank, the lowest for a bold line; 0 for a text."""
    if piece.kind == "heading":
        return piece.level or 2
    bold = len(piece.text) <= 90 and piece.text in piece.emphasis and not re.search(r"[.!?…,;]$", piece.text)
    return _PSEUDO if piece.kind == "paragraph" and bold else 0


def texts_of(root: etree._Element) -> str:
    """All that a page marks as spoilers by its elements, folded, for texts that come out of it without its markup."""
    said = [
        clean.fold(" ".join(element.itertext()))
        for element in root.iter()
        if isinstance(element.tag, str) and is_element(element.tag, element)
    ]
    return "\n".join(said[:200])


def found_in(blocks: Sequence[Block], said: str) -> tuple[Block, ...]:
    """The blocks, those marked whose words stand in `said`."""
    if not said:
        return tuple(blocks)
    return tuple(
        replace(block, spoiler=True) if (words := clean.fold(block.text)) and words in said else block
        for block in blocks
    )


def unspoiled(line: str | None, blocks: Sequence[Block]) -> str | None:
    """A line that a source offers as its quote, but for one that stands in what its text marks as a spoiler."""
    words = clean.fold(line or "")
    return None if words and any(words in clean.fold(block.text) for block in blocks if block.spoiler) else line


def trimmed(excerpt: str | None, blocks: Sequence[Block]) -> str | None:
    """The excerpt without the sentences that give away what the text marks as a spoiler; None where nothing is left."""
    hidden = " ".join(clean.fold(block.text) for block in blocks if block.spoiler)
    if not excerpt or not hidden:
        return excerpt
    secrets = [words for block in blocks if block.spoiler for words in _sentences(block.text) if len(words) >= _LEAST]
    kept = [
        sentence
        for sentence in _SENTENCE.sub("\n", excerpt).split("\n")
        if (words := clean.fold(sentence)) and words not in hidden and not any(each in words for each in secrets)
    ]
    left = [sentence for sentence in kept if len(clean.fold(sentence)) >= _LEAST]
    return " ".join(kept) if left else None


def _sentences(text: str) -> list[str]:
    return [clean.fold(part) for part in _SENTENCE.sub("\n", text).split("\n")]
