"""An article as blocks of plain text, with what its own lines say about it; furniture gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from publisher.loader import markup, plaintext, rating
from publisher.loader.markup import Piece
from publisher.loader.sift import sift
from publisher.model import Availability, Block, Published, Rating
from publisher.text import clean

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """The text of one review and what it states about itself.

    `emphasis` holds italic and bold spans, where titles stand; `cut` says that the text ends in "…" or "read more".
    """

    blocks: tuple[Block, ...] = ()
    headline: str | None = None
    availability: tuple[Availability, ...] = ()
    byline: tuple[str, ...] = ()
    published: Published | None = None
    rating: Rating | None = None
    reading_minutes: int | None = None
    pullquote: str | None = None
    emphasis: tuple[str, ...] = ()
    url: str | None = None
    cut: bool = False

    @property
    def plain(self) -> str:
        """The blocks' text, apart by blank lines."""
        return "\n\n".join(block.text for block in self.blocks)


def blocks_from_html(
    html: str, *, title: str | None, zone: ZoneInfo = _UTC, critics: Mapping[str, str] | None = None
) -> Article:
    """The article in a fragment of HTML (a feed's body, the body of a page); `title` is taken out where it repeats."""
    return from_pieces(markup.pieces(html), title=title, zone=zone, critics=critics)


def blocks_from_text(
    text: str, *, title: str | None = None, zone: ZoneInfo = _UTC, critics: Mapping[str, str] | None = None
) -> Article:
    """The article in pasted text; without a `title` its first line is the headline."""
    found = plaintext.pieces(text)
    if title is None and found:
        title, found = found[0].text, found[1:]
    return from_pieces(found, title=title, zone=zone, critics=critics)


def from_pieces(
    found: Sequence[Piece], *, title: str | None, zone: ZoneInfo = _UTC, critics: Mapping[str, str] | None = None
) -> Article:
    """The article in pieces that were read before."""
    sifted = sift(found, title=title, zone=zone, critics=critics or {})
    return Article(
        blocks=tuple(sifted.blocks),
        headline=clean.line(title) if title else None,
        availability=tuple(sifted.availability),
        byline=tuple(dict.fromkeys(sifted.authors)),
        published=sifted.published,
        rating=rating.find(sifted.scores),
        reading_minutes=sifted.reading_minutes,
        pullquote=sifted.pullquote,
        emphasis=tuple(sifted.emphasis),
        url=sifted.url,
        cut=sifted.cut,
    )
