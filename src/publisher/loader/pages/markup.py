"""HTML to the pieces of an article: plain text with its kind, emphasis and how much of it is links.

Only the text of elements that a reader sees gets through, so there is no markup left that could be active. Trees
deeper than libxml2 follows (2,048) are read as bare text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from publisher.loader.pages import holes, spoilers
from publisher.loader.pages.piece import MOST, Kind, Piece
from publisher.text import clean
from publisher.text import html as text_html

_SILENT_TAGS = (
    "script style template noscript iframe object embed applet svg math head title select button form textarea "
    "nav footer aside figcaption audio video canvas map dialog menu frameset noembed noframes xmp plaintext"
)
_SILENT = frozenset(_SILENT_TAGS.split())
_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figure h1 h2 h3 h4 h5 h6 header"
    " hr html li main ol p pre section summary table tbody tfoot thead tr ul"
)
_BLOCK = frozenset(_BLOCK_TAGS.split())
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EMPHASIS = frozenset({"em", "i", "cite", "strong", "b"})
_WIDGET = re.compile(
    r"""(?:^|[\s_-])(?:
    share(?:daddy|[-_]?(?:buttons?|this|icons?|links?|bar|post))? | social(?:[-_]\w+)? | addtoany | a2a
    | jp-relatedposts | yarpp | related(?:[-_]?(?:posts?|articles?|content|stories|reviews))? | newsletter
    | subscri(?:be|ption) | sign-?up(?:-card)? | mc_embed | mailpoet | ml-form | wp-block-buttons? | captioned-button
    | button-wrapper | cta | author-?(?:box|bio|card) | molongui | saboxplugin
    | post-?(?:tags|nav|navigation|meta|footer) | tags-links | breadcrumbs? | comments?(?:-area|-list)?
    | disqus | advert(?:isement)? | adsbygoogle | sponsored
    | promo | twitter-tweet | instagram-media | tiktok-embed | fb-post | bluesky-embed | wp-embedded-content
    | embedded-post | kg-bookmark | wp-caption-text | screen-reader-text | sr-only | visually-hidden | cookie | paywall
    | patreon | skip-link | pd-rating | wp-review | review-(?:box|wrapper)
    | (?:user|reader|visitor)-?(?:ratings?|reviews?)
    | yasr[\w-]* | kksr[\w-]* | kk-star-ratings | rmp-[\w-]+ | post-?ratings? | gdrts[\w-]* | rating-?(?:widget|form)
    )(?:$|[\s_-])""",
    re.VERBOSE | re.IGNORECASE,
)
_BODY = re.compile(r"(?:entry|post|article|page|rich)-?_?(?:content|body|text)|hentry", re.IGNORECASE)
_PULLED = re.compile(r"pull-?quote", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|em|i|b|strong|script|style|iframe|img|h\d|ul|li|svg|object)\b[^<>]{0,500}>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_SCRIPT = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"[^\S\x1c-\x1f]+")
_SIGNS = re.compile(r"[\[{|]|>!|^:::", re.MULTILINE)
"""Without any of these a text has no shortcode and no sign of a spoiler."""


def pieces(markup: str) -> tuple[Piece, ...]:
    """The pieces of a fragment or page of HTML, in reading order; markup that was escaped twice is read again."""
    return tuple(_unescaped(_read(markup), depth=2))


def _first(found: Iterable[Piece]) -> Iterator[Piece]:
    """As many of the pieces as are read, an overlong one cut."""
    left = MOST
    for piece in found:
        if left <= 0:
            return
        yield piece if len(piece.text) <= left else replace(piece, text=piece.text[:left], emphasis=())
        left -= len(piece.text)


def _unescaped(found: Iterable[Piece], *, depth: int) -> Iterator[Piece]:
    for piece in found:
        if "<" not in piece.text or not _ESCAPED_MARKUP.search(piece.text):
            yield piece
        elif depth:
            inner = _read(piece.text)
            yield from _unescaped(
                (replace(p, kind=piece.kind) if len(inner) == 1 else p for p in inner), depth=depth - 1
            )
        elif text := clean.text(_TAG.sub(" ", _SCRIPT.sub(" ", piece.text))):
            yield replace(piece, text=text, emphasis=())


def tree(markup: str | bytes) -> etree._Element | None:
    """The parsed page; None where there is none or where it nests deeper than can be followed."""
    data = markup.replace("\x00", "").encode("utf-8", "ignore") if isinstance(markup, str) else markup
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    return None if too_deep else root


def pieces_of(root: etree._Element, *, widgets: bool = False) -> tuple[Piece, ...]:
    """The pieces of a parsed element; with `widgets`, those of bylines, boxes and footers too."""
    return tuple(_first(_Reader(widgets=widgets).read(root)))


def _read(markup: str) -> tuple[Piece, ...]:
    if "<" not in markup and "&" not in markup:
        return _from_text(markup)
    root = tree(f"<body>{markup}")
    return _from_text(text_html.to_text(_SCRIPT.sub(" ", markup))) if root is None else pieces_of(root)


def _from_text(text: str) -> tuple[Piece, ...]:
    parts = re.split(r"\n{2,}", clean.text(text[: MOST * 2]))
    return tuple(_first(_marked(Piece(kind="paragraph", text=part) for part in parts if part)))


def _marked(found: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces of a plain text without shortcodes, apart where a spoiler begins or ends."""
    depth = 0
    for piece in found:
        text = holes.without_shortcodes(spoilers.mark(piece.text)) if _SIGNS.search(piece.text) else piece.text
        stretches, depth = spoilers.divide(text, depth)
        for part, is_spoiler in stretches:
            if words := clean.text(part):
                yield replace(piece, text=words, spoiler=is_spoiler)


@dataclass(slots=True)
class _Reader:
    """Walks a tree once, without recursion, and cuts its text into pieces."""

    widgets: bool = False
    out: list[Piece] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    emphasis: list[str] = field(default_factory=list)
    linked: int = 0
    depth: int = 0
    """How many spoilers are open."""
    inside: list[tuple[etree._Element, str]] = field(default_factory=list)
    """The open elements that decide a piece's kind, with the kind or "pulled"."""

    def read(self, root: etree._Element) -> Iterator[Piece]:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "end":
                self._end(tag, element, seen=skipped is not element, tail=None if element is root else element.tail)
            elif element is not root and (_is_never_text(tag, element) if self.widgets else _is_silent(tag, element)):
                skipped = element
                walk.skip_subtree()
            else:
                self._start(tag, element)
            yield from self.out
            self.out.clear()
        self._flush()
        yield from self.out

    def _start(self, tag: str, element: etree._Element) -> None:
        if tag in _BLOCK:
            self._flush()
            if mark := _mark(tag, element):
                self.inside.append((element, mark))
        if spoilers.is_element(tag, element):
            self.words.append(spoilers.OPEN)
        if tag == "br":
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append(" ")
        self._take(element.text)

    def _end(self, tag: str, element: etree._Element, *, seen: bool, tail: str | None) -> None:
        if tag in _BLOCK or not seen:
            if tag in _BLOCK:
                self._flush()
            if self.inside and self.inside[-1][0] is element:
                self.inside.pop()
        elif tag in _EMPHASIS:
            self._emphasised(element)
        elif tag == "a":
            self.linked += len(_text_of(element))
        if seen and spoilers.is_element(tag, element):
            self.words.append(spoilers.CLOSE)
        self._take(tail)

    def _take(self, words: str | None) -> None:
        if words:
            # What is printable has no line end in it; that spaces are many is seen to at the end.
            self.words.append(words if words.isprintable() else _SPACE.sub(" ", words))

    def _emphasised(self, element: etree._Element) -> None:
        text = clean.line(_text_of(element))
        if 0 < len(text) <= 120:
            self.emphasis.append(text)

    def _flush(self) -> None:
        text = "".join(self.words)
        if not text or text.isspace():
            self._forget()
            return
        length = max(len(text.strip()), 1)
        for part in re.split(r"\n\s*\n", text) if "\n" in text else (text,):
            self._cut(part, length)
        self._forget()

    def _cut(self, text: str, length: int) -> None:
        """The pieces of one stretch, apart where a spoiler begins or ends; raw shortcodes go."""
        if _SIGNS.search(text):
            text = holes.without_shortcodes(spoilers.mark(text))
        stretches, self.depth = spoilers.divide(text, self.depth)
        for part, is_spoiler in stretches:
            if words := clean.text(part):
                kind = self._kind()
                self.out.append(
                    Piece(
                        kind=kind,
                        text=words,
                        emphasis=tuple(span for span in self.emphasis if span in words),
                        linked=min(self.linked / length, 1.0),
                        pulled=any(mark == "pulled" for _, mark in self.inside),
                        level=self._level() if kind == "heading" else 0,
                        spoiler=is_spoiler,
                    )
                )

    def _forget(self) -> None:
        self.words, self.emphasis, self.linked = [], [], 0

    def _level(self) -> int:
        tags = (str(element.tag) for element, mark in self.inside if mark == "heading")
        return int(next(tags, "h2")[1])

    def _kind(self) -> Kind:
        marks = [mark for _, mark in self.inside]
        for kind in ("heading", "list", "quote"):
            if kind in marks:
                return kind
        return "quote" if marks else "paragraph"


def _mark(tag: str, element: etree._Element) -> str:
    """The kind that an element gives to the text in it, "pulled" for a pull quote; empty when it gives none."""
    if _PULLED.search(element.get("class", "")):
        return "pulled"
    if tag in _HEADINGS:
        return "heading"
    return {"li": "list", "dd": "list", "blockquote": "quote"}.get(tag, "")


def _text_of(element: etree._Element) -> str:
    return "".join(element.itertext())


def _is_never_text(tag: str, element: etree._Element) -> bool:
    return (tag in _SILENT and tag != "footer") or "hidden" in element.attrib


def _is_silent(tag: str, element: etree._Element) -> bool:
    """Whether a reader of the article would not see or not want the element: code, forms, widgets, hidden parts."""
    if tag in _SILENT:
        return tag != "aside" or not _PULLED.search(element.get("class", ""))
    if not element.attrib:
        return False
    if "hidden" in element.attrib or _HIDDEN_STYLE.search(element.get("style", "")):
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return tag not in ("html", "body", "main", "article") and bool(_WIDGET.search(names)) and not _BODY.search(names)
