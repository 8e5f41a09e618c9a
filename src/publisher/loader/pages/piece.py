"""One stretch of an article, as every kind of text is cut into before it is told apart."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "quote", "list"]

MOST = 500_000
"""Characters of text after which nothing more is read: no review is so long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One stretch of an article: lines joined by a line end where the source broke them, never markup.

    `emphasis` holds its italic and bold spans, `linked` the share of its characters that are links, `pulled` says that
    the page sets it as a pull quote, `level` is a heading's rank (0 where none is known), `spoiler` is
    the writer's mark.
    """

    kind: Kind
    text: str
    emphasis: tuple[str, ...] = ()
    linked: float = 0.0
    pulled: bool = False
    level: int = 0
    spoiler: bool = False
