"""The proof that a quote is the critic's own words: rebuilt from its spans and edits, it must be the same text."""

from itertools import pairwise

import regex

from publisher.errors import QuoteError
from publisher.model import Quote, Review
from publisher.quotes.lexicon import phrase
from publisher.quotes.sentences import one_line

ELLIPSIS = "…"
_MEND = regex.compile(r"\[[^\[\]]{1,60}\]")
_STOP = regex.compile(r"[.!?…][\"'”’)\]]*\s")
_MEND_REACH = 60


def verify(review: Review, quote: Quote) -> None:
    """Raise `QuoteError` unless the quote, rebuilt from its spans and declared edits, is its text to the last byte."""
    prove(review.plain, quote, where=review.url or review.headline)


def prove(plain: str, quote: Quote, *, where: str = "") -> None:
    """The same proof against a bare text."""
    _check_spans(plain, quote, where)
    _check_lead(plain, quote, where)
    if rebuild(plain, quote.spans, quote.edits) != quote.text:
        raise QuoteError("the quote is not in the review word for word", where=where, do="pick it again")


def rebuild(plain: str, spans: tuple[tuple[int, int], ...], edits: tuple[str, ...]) -> str:
    """The text that these spans and edits make."""
    text = one_line(plain[slice(*spans[0])])
    capital = next((edit.removeprefix("capital:") for edit in edits if edit.startswith("capital:")), "")
    if capital and text[:1].upper() == capital:
        text = f"[{capital}]{text[1:]}"
    elif capital:
        return ""
    joints = [edit for edit in edits if edit == "elision" or edit.startswith("mend:")]
    if len(joints) != len(spans) - 1:
        return ""
    for joint, span in zip(joints, spans[1:], strict=True):
        text = _joined(text, joint, one_line(plain[slice(*span)]))
    return text + ELLIPSIS if "cut-tail" in edits else text


def _joined(text: str, joint: str, piece: str) -> str:
    if joint == "elision":
        return f"{text} {ELLIPSIS} {piece}"
    word = joint.removeprefix("mend:")
    before = f"{text} " if text else ""
    after = piece if not piece or (not piece[0].isalnum() and piece[0] not in "\"'“‘([") else f" {piece}"
    return f"{before}{word}{after}"


def _check_spans(plain: str, quote: Quote, where: str) -> None:
    if not quote.spans or not quote.text.strip():
        raise QuoteError("the quote is empty", where=where, do="pick another")
    if any(not 0 <= start <= end <= len(plain) for start, end in quote.spans):
        raise QuoteError("the quote's place is outside the review", where=where, do="pick it again")
    for start, end in quote.spans:
        if start < end and (_inside_word(plain, start) or _inside_word(plain, end)):
            raise QuoteError("the quote begins or ends inside a word", where=where, do="pick it again")
    joints = [edit for edit in quote.edits if edit == "elision" or edit.startswith("mend:")]
    if len(joints) != len(quote.spans) - 1:
        raise QuoteError("the quote has a gap that no edit declares", where=where, do="pick it again")
    for (one, other), joint in zip(pairwise(quote.spans), joints, strict=True):
        _check_gap(plain[one[1] : other[0]], joint, one[1] <= other[0], where)


def _check_gap(gap: str, joint: str, in_order: bool, where: str) -> None:
    if not in_order:
        raise QuoteError("the quote's parts are not in the order of the review", where=where, do="pick it again")
    if joint == "elision" and not _STOP.search(gap) and phrase("NEGATIONS").search(gap):
        raise QuoteError("the words left out hold a negation", where=where, do="quote the whole sentence")
    if joint != "elision" and (not _MEND.fullmatch(joint.removeprefix("mend:")) or len(gap) > _MEND_REACH):
        raise QuoteError("a mend replaces too much", where=where, do="mend a word or two in [brackets]")


def _check_lead(plain: str, quote: Quote, where: str) -> None:
    start = quote.spans[0][0]
    for edit in quote.edits:
        kind, _, value = edit.partition(":")
        if kind not in {"cut-lead", "capital", "cut-tail", "elision", "mend", "open-end"}:
            raise QuoteError(f"the edit {kind!r} is not one that a quote may have", where=where, do="pick it again")
        if kind == "cut-lead" and plain[max(0, start - len(value)) : start] != value:
            raise QuoteError("the words before the quote have changed", where=where, do="pick it again")


def _inside_word(plain: str, place: int) -> bool:
    return 0 < place < len(plain) and plain[place - 1].isalnum() and plain[place].isalnum()
