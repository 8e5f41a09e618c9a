"""A review from a title and a bare text, as a line of JSON gives it: paragraphs apart, headings and furniture out."""

from typing import Literal

import regex

from publisher.model import Block, Film, Rating, Review, review_id

_PARAGRAPH = regex.compile(r"\n[ \t]*\n+")
_CLOSED = regex.compile(r"[.!?…。！？।۔][\"'”’»)\]*_]*[\p{So}\s]*$", regex.V1)
_HEADING = regex.compile(r"^#{1,6}\s")
_LIST = regex.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")


def review_from_plain(
    title: str, text: str, *, headline: str = "", rating: Rating | None = None, language: str | None = None
) -> Review:
    """A Review whose paragraphs are the text's; a short line without a full stop is a heading, a dashed one a list."""
    blocks = tuple(block for piece in _PARAGRAPH.split(text) for block in _blocks(piece))
    return Review(
        id=review_id("plain", text),
        source="plain",
        headline=headline or title,
        film=Film(title=title) if title else None,
        rating=rating,
        language=language,
        blocks=blocks,
        full_text="paste",
    )


def _blocks(piece: str) -> list[Block]:
    lines = [line.strip() for line in piece.splitlines() if line.strip()]
    if not lines:
        return []
    separate = len(lines) > 1 and sum(len(line) for line in lines) > 120 * len(lines)
    furniture = any(_kind(line) != "paragraph" for line in lines)
    if separate or furniture:
        return [Block(kind=_kind(line), text=line) for line in lines]
    return [Block(kind="paragraph", text="\n".join(lines))]


def _kind(line: str) -> Literal["heading", "list", "paragraph"]:
    if _HEADING.match(line):
        return "heading"
    if _LIST.match(line):
        return "list"
    return "paragraph" if _CLOSED.search(line) or len(line) > 120 else "heading"
