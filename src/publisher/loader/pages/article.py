"""An article as blocks of plain text, with what its own lines say about it; furniture gone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from publisher.loader.facts import rating
from publisher.loader.film import headline_forms
from publisher.loader.pages import markup, plaintext
from publisher.loader.pages.piece import Piece
from publisher.loader.pages.sift import sift
from publisher.model import HOLE, Availability, Block, Published, Rating
from publisher.text import clean

_UTC = ZoneInfo("UTC")
_MENU = re.compile(
    r"(?:skip to (?:main )?content|(?:top|bottom) of page|menu|close|search|home(?:page)?|about(?: us| me)?"
    r"|contact(?: us)?|log ?in(?: / sign ?up)?|sign ?(?:in|up)|subscribe|all posts|(?:film |movie )?reviews?"
    r"|films|movies|news|features"
    r"|interviews|podcasts?|blog|archive|more|shop|newsletter|toggle navigation|use tab to navigate.{0,40})",
    re.IGNORECASE,
)
"""What stands in menus above a review."""
_PROSE, _TOP, _SURE = 160, 20, 0.7


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

    @property
    def shown(self) -> str:
        """The text without what its writer marks as a spoiler, and without sentences that have a hole."""
        return "\n\n".join(block.text for block in self.blocks if not block.spoiler and HOLE not in block.text)


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
        begin = _headline_at(found)
        title, found = found[begin].text, found[begin + 1 :]
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
        rating=rating.find(sifted.scores, in_parts=sum(rating.is_of_part(b.text) for b in sifted.blocks) > 1),
        reading_minutes=sifted.reading_minutes,
        pullquote=sifted.pullquote,
        emphasis=tuple(sifted.emphasis),
        url=sifted.url,
        cut=sifted.cut,
    )


def _headline_at(found: Sequence[Piece]) -> int:
    """Where the headline stands: first, unless the page was copied from its top, menu and all."""
    menu = [bool(_MENU.fullmatch(piece.text)) for piece in found[:_TOP]]
    if not menu[0] or menu.count(True) < 2:
        return 0
    short = next((n for n, piece in enumerate(found) if len(piece.text) > _PROSE), min(len(found), _TOP))
    possible = [n for n in range(min(short, _TOP)) if not menu[n]]
    sure = [n for n in possible if headline_forms.read(found[n].text).confidence >= _SURE]
    return (sure or possible or [0])[0]
