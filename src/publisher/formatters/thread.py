"""A text with lines of three dashes in it is a thread: where the network has threads each piece is a post. Pure."""

import re

from publisher.model import ChannelRules, Part
from publisher.text import count, facets

_CUT = re.compile(r"(?m)^[ \t]*-{3,}[ \t]*$")


def pieces(text: str, rules: ChannelRules) -> tuple[str, ...]:
    """The posts of a text, at least one; all of it is one post where the network has no threads."""
    found = [piece.strip() for piece in _CUT.split(text)]
    kept = [piece for piece in found if piece]
    if not rules.threads:
        return ("\n\n".join(kept),)
    return tuple(kept) or ("",)


def fits(text: str, rules: ChannelRules) -> bool:
    """Whether every piece of the text is within the network's limits."""
    return all(count.fits(piece, rules) for piece in pieces(text, rules))


def parts(rest: tuple[str, ...], rules: ChannelRules) -> tuple[Part, ...]:
    """The pieces after the first as they will be sent."""
    return tuple(
        Part(text=text, length=count.length(text, rules), facets=facets.find(text, rules.entities)) for text in rest
    )
