"""A Markdown body to the pieces of an article; what site generators mean by their marks is undone first."""

import re
from collections.abc import Mapping
from functools import cache

from markdown_it import MarkdownIt

from publisher.loader.pages import holes, markup, spoilers
from publisher.loader.pages.piece import Piece

_RAW_BLOCKS = re.compile(r"\{%-?\s*(?P<tag>comment|capture)\b.*?\{%-?\s*end(?P=tag)\s*-?%\}", re.DOTALL)
_MODULE = re.compile(
    r"^(?:import\s.+?from\s+[\"'].*?[\"'];?|import\s+[\"'].*?[\"'];?|export\s+(?:const|let|default|function)\b.*)\s*$",
    re.MULTILINE,
)
_NOTE_MARK = re.compile(r"\[\^[^\]\s]{1,40}\](?!:)")
_NOTE = re.compile(r"^\[\^[^\]\s]{1,40}\]:\s*", re.MULTILINE)
_WIKI = re.compile(r"!?\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\]")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def pieces(text: str, fields: Mapping[str, str] | None = None, *, components: bool = False) -> tuple[Piece, ...]:
    """The pieces of a Markdown body, in order; footnotes stand as paragraphs at the place of their text.

    `fields` of the front matter fill in the tags that name them; `components` says that the file is MDX.
    """
    text = spoilers.mark(_RAW_BLOCKS.sub(" ", _COMMENT.sub(" ", text)))
    text = _MODULE.sub("", text) if "import " in text or "export " in text else text
    text = holes.filled(text, fields, components=components)
    if "[^" in text:
        text = _NOTE.sub("\n\n", _NOTE_MARK.sub("", text))
    if "[[" in text:
        text = _WIKI.sub(lambda found: "" if found[0][0] == "!" else found[2] or found[1], text)
    return markup.pieces(str(_renderer().render(text)))
