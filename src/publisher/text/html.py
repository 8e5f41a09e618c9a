"""HTML to plain text. For articles with their structure see `publisher.loader.pages.article`."""

import html
import re

from lxml import etree

from publisher.text import clean

_MARKUP = re.compile("[<&]")
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[^\S\x1c-\x1f]+")
_SILENT = ("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "title", "select")
_PARAGRAPHS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "details",
        "dialog",
        "div",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
    ]
)
_GAPS = {"br": "\n", "dd": "\n", "dt": "\n", "legend": "\n", "li": "\n", "tr": "\n", "td": " ", "th": " "}


def to_text(markup: str) -> str:
    """The readable text of a piece of HTML: entities decoded, blocks apart by a blank line, `<br>` as a line end.

    Scripts, styles and other parts that a browser does not show are left out. Plain text comes back as it is, cleaned.
    """
    if not _MARKUP.search(markup):
        return clean.text(markup)
    if "<" not in markup:
        return clean.text(html.unescape(markup))
    root = _tree(markup)
    if root is None:
        return clean.text(html.unescape(_TAG.sub(" ", markup)))
    etree.strip_elements(root, *_SILENT, with_tail=False)
    return clean.text("".join(_pieces(root)))


def to_line(markup: str) -> str:
    """The readable text of a piece of HTML on one line."""
    return clean.line(to_text(markup))


def _tree(markup: str) -> "etree._Element | None":
    """The parsed tree; None where there is none, or where elements nest deeper than libxml2 follows (2,048)."""
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    try:
        root = etree.fromstring(b"<body>" + markup.replace("\x00", "").encode("utf-8", "ignore"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    return None if too_deep else root


def _pieces(root: "etree._Element") -> list[str]:
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _PARAGRAPHS:
            pieces.append("\n\n")
        elif event == "start" and element.tag in _GAPS:
            pieces.append(_GAPS[element.tag])
        words = element.text if event == "start" else element.tail
        if words:
            pieces.append(_SPACE.sub(" ", words))
    return pieces
