"""A line that an editor typed or a front matter gave, found in the review and turned into a provable quote."""

import unicodedata
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

import regex

from publisher.errors import QuoteError
from publisher.model import Quote, Review
from publisher.quotes.verify import prove

_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\xa0": " "}
)
_TOKEN = regex.compile(r"\[(?:…|\.\s?\.\s?\.)\]|…|\.\s?\.\s?\.|\[[^\[\]]{1,60}\]")
_SHOWN = 60
_SPARE = 6
"""Words around the likeness that are looked at as well."""
_TELLING = 4
"""Letters that a line must have in common with the typed one to be shown."""
_OUTER = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"))


@dataclass
class _Trail:
    """What has been found so far of a typed line."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    joint: str = ""


def from_text(review: Review, text: str, *, by_editor: bool = False) -> Quote:
    """The quote that `text` means, in the review's own typography; `QuoteError` when it is not verbatim.

    `…` or `[…]` declares words left out, `[T]he` a capital, `[word]` a mend (an editor's right only). Straight and
    curly quotation marks and dashes count as the same.
    """
    where = review.url or review.headline
    plain = review.plain
    flat, places = _flat(plain)
    wanted = _unquoted(" ".join(unicodedata.normalize("NFC", text).split()))
    if not wanted:
        raise QuoteError("the quote is empty", where=where, do="type a line of the review")
    whole = _find(flat, wanted, 0)
    quote = (
        _quote(plain, [places_of(places, *whole)], [], wanted)
        if whole
        else _pieces(plain, flat, places, wanted, by_editor=by_editor, where=where)
    )
    prove(plain, quote, where=where)
    return quote


def editors_pick(review: Review) -> Quote | None:
    """The line that an editor chose (front matter, studio or `--pick`), None without one.

    `QuoteError` when it is not in the review.
    """
    return from_text(review, review.pullquote, by_editor=True) if review.pullquote else None


def find_again(review: Review, quote: Quote) -> Quote:
    """The same words where they now stand in a changed review; `QuoteError` when they no longer do."""
    try:
        prove(review.plain, quote)
    except QuoteError:
        return _moved(review, quote)
    return quote


def _moved(review: Review, quote: Quote) -> Quote:
    flat, places = _flat(review.plain)
    spans: list[tuple[int, int]] = []
    bare = quote.text.replace("[", "").replace("]", "")
    mends = any(edit.startswith("mend:") for edit in quote.edits)
    if not mends and len(quote.spans) == 1:
        body = bare.removesuffix("…") if "cut-tail" in quote.edits else bare
        body = body if "capital:" not in "".join(quote.edits) else body[:1].lower() + body[1:]
        found = _find(flat, body, 0)
        if found:
            spans = [places_of(places, *found)]
            kept = tuple(edit for edit in quote.edits if not edit.startswith("cut-lead:"))
            moved = replace(quote, spans=tuple(spans), edits=kept)
            prove(review.plain, moved, where=review.url or review.headline)
            return moved
        raise QuoteError(
            "the quote no longer stands in the review", where=review.url or review.headline, do="pick it again"
        )
    again = from_text(review, quote.text, by_editor=mends)
    return replace(again, score=quote.score, confidence=quote.confidence, reasons=quote.reasons)


def stands(review: Review, quote: Quote) -> bool:
    """Whether these very words still stand in the review, here or elsewhere in it."""
    try:
        return find_again(review, quote).text == quote.text
    except QuoteError:
        return False


def is_editors(quote: Quote) -> bool:
    """Whether a person chose the quote: only a ranked one has reasons."""
    return not quote.reasons


def _flat(plain: str) -> tuple[str, list[int]]:
    """The text on one line with plain typography, and for each of its characters the offset it came from."""
    characters: list[str] = []
    places: list[int] = []
    blank = True
    for place, character in enumerate(plain):
        if character.isspace():
            if not blank:
                characters.append(" ")
                places.append(place)
            blank = True
        else:
            characters.append(character.translate(_SAME))
            places.append(place)
            blank = False
    return "".join(characters), places


def places_of(places: list[int], start: int, end: int) -> tuple[int, int]:
    """Offsets in the review of a stretch of its flat text."""
    return places[start], places[end - 1] + 1


def _find(flat: str, piece: str, start: int) -> tuple[int, int] | None:
    plain_piece = piece.translate(_SAME)
    while (found := flat.find(plain_piece, start)) >= 0:
        end = found + len(plain_piece)
        if not _inside_word(flat, found) and not _inside_word(flat, end):
            return found, end
        start = found + 1
    return None


def _inside_word(flat: str, place: int) -> bool:
    return 0 < place < len(flat) and flat[place - 1].isalnum() and flat[place].isalnum()


def _unquoted(text: str) -> str:
    for opening, closing in _OUTER:
        inner = text[1:-1]
        if text.startswith(opening) and text.endswith(closing) and len(text) > 2 and opening not in inner:
            return inner.strip()
    return text


def _pieces(plain: str, flat: str, places: list[int], text: str, *, by_editor: bool, where: str) -> Quote:
    trail = _Trail()
    cursor = 0
    position = 0
    for match in [*_TOKEN.finditer(text), None]:
        piece = text[position : match.start() if match else len(text)]
        token = match.group() if match else ""
        if token and len(token) == 3 and token[1].isalpha() and not piece.strip() and not trail.spans:
            trail.joint = f"capital:{token[1]}"
            position = match.end() if match else 0
            continue
        cursor = _take(flat, places, piece, trail, cursor, where)
        if match is None:
            break
        position = match.end()
        _mark(trail, token, by_editor=by_editor, where=where)
    if trail.joint.startswith("mend:"):
        end = trail.spans[-1][1] if trail.spans else 0
        trail.spans.append((end, end))
        trail.edits.append(trail.joint)
    elif trail.joint == "elision" and trail.spans:
        trail.edits.append("cut-tail")
    if not trail.spans:
        raise QuoteError("the quote holds no words of the review", where=where, do="type a line of the review")
    return _quote(plain, trail.spans, trail.edits, text)


def _mark(trail: _Trail, token: str, *, by_editor: bool, where: str) -> None:
    if token.strip("[]") == "…" or token.strip("[]").startswith("."):
        trail.joint = "elision"
        return
    if not by_editor:
        raise QuoteError(f"{token} is not the critic's", where=where, do="only an editor may mend a word in brackets")
    if not trail.spans:
        trail.spans.append((0, 0))
    trail.joint = f"mend:{token}"


def _take(flat: str, places: list[int], piece: str, trail: _Trail, cursor: int, where: str) -> int:
    bare = piece.strip()
    if not bare:
        return cursor
    capital = trail.joint.removeprefix("capital:") if trail.joint.startswith("capital:") else ""
    wanted = capital.lower() + piece.rstrip() if capital else bare
    found = _find(flat, wanted, cursor)
    if found is None:
        typed, true = _compared(bare, flat)
        do = 'copy it from the review; a changed capital is written "[T]he", words left out "…"'
        do = f"the closest line is “{true}”; {do}" if true else do
        raise QuoteError(f"“{typed}” is not in the review word for word", where=where, do=do)
    if trail.joint:
        if trail.spans or capital:
            trail.edits.append(trail.joint)
        if trail.spans == [(0, 0)]:
            start = places[found[0]]
            trail.spans[0] = (start, start)
        trail.joint = ""
    trail.spans.append(places_of(places, *found))
    return found[1]


def _compared(typed: str, flat: str) -> tuple[str, str]:
    """The typed words and the closest ones of the review, each with those that differ between asterisks."""
    words, said = typed.split(), flat.split()
    wanted = [_bare(word) for word in words]
    shared = [len(word) if word in wanted else 0 for word in map(_bare, said)]
    alike = [sum(shared[place : place + len(words)]) for place in range(len(shared))]
    if max(alike, default=0) < _TELLING:
        return typed[:_SHOWN], ""
    begin = alike.index(max(alike))
    near = said[max(begin - _SPARE, 0) : begin + len(words) + _SPARE]
    match = SequenceMatcher(None, [_bare(word) for word in near], wanted, autojunk=False)
    blocks = [block for block in match.get_matching_blocks() if block.size]
    first, last = blocks[0], blocks[-1]
    start = max(first.a - first.b, 0)
    stop = min(last.a + last.size + len(words) - last.b - last.size, len(near))
    kept = {place for block in blocks for place in range(block.a, block.a + block.size)}
    true = [f"*{word}*" if start + n not in kept else word for n, word in enumerate(near[start:stop])]
    held = {place for block in blocks for place in range(block.b, block.b + block.size)}
    return " ".join(word if n in held else f"*{word}*" for n, word in enumerate(words)), " ".join(true)


def _bare(word: str) -> str:
    """A word for comparing: its letters and figures as they are written."""
    return regex.sub(r"[^\p{L}\p{N}]", "", word) or word


def _quote(plain: str, spans: list[tuple[int, int]], edits: list[str], typed: str) -> Quote:
    from publisher.quotes.verify import rebuild

    start, end = spans[-1]
    after = plain[end : end + 1]
    closed = start == end or plain[end - 1] in ".!?…\"'”’)]" or after in {"", "\n"}
    if not closed and "cut-tail" not in edits and not typed.endswith("]"):
        edits = [*edits, "open-end"]
    return Quote(
        text=rebuild(plain, tuple(spans), tuple(edits)), spans=tuple(spans), edits=tuple(edits), confidence=1.0
    )
