"""An editor's Markdown, as safe HTML for an email and as plain text; raw HTML in it is shown, not run."""

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from publisher.formatters.email.plain import WIDTH, wrap
from publisher.text import urls
from publisher.text.clean import line

_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "h2", "h3", "br", "hr", "code", "pre", "img"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
# Controls, and the bidi controls that turn the order of what follows them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_html(markdown: str, *, site: str = "", picture_width: int = 552) -> str:
    """The Markdown as HTML of a few tags; relative addresses count from `site`, headings begin at h2."""
    tokens = _parsed(markdown)
    _settle(tokens, site, picture_width)
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    import nh3  # 1.5 MB that only a note or a letter needs

    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def to_plain(markdown: str, *, site: str = "", width: int = WIDTH) -> str:
    """The Markdown as wrapped text: links with their addresses, lists and quotes with their marks."""
    tokens = _parsed(markdown)
    _settle(tokens, site, 0)
    return "\n\n".join(_blocks(SyntaxTreeNode(tokens).children, width, ""))


def split_heading(markdown: str) -> tuple[str, str]:
    """The first heading as one line, and the Markdown without it; the heading is empty where there is none."""
    source = _UNWANTED.sub("", markdown)
    tokens = _MARKDOWN.parse(source)
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.map and token.level == 0:
            first, last = token.map
            lines = source.split("\n")
            rest = "\n".join(lines[:first] + lines[last:])
            return line(_words(SyntaxTreeNode([inside]).children, links=False)), rest.strip()
    return "", source.strip()


def _parsed(markdown: str) -> list[Token]:
    return _MARKDOWN.parse(_UNWANTED.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n")))


def _settle(tokens: Sequence[Token], site: str, picture_width: int) -> None:
    """Make addresses absolute, headings h2 or h3, and pictures as wide as the column."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _absolute(str(child.attrGet("href") or ""), site))
            elif child.type == "image":
                child.attrSet("src", _absolute(str(child.attrGet("src") or ""), site))
                child.attrSet("width", str(picture_width))


def _absolute(address: str, site: str) -> str:
    if address.lower().startswith("mailto:"):
        return address
    return urls.join(site, address)


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int, indent: str) -> list[str]:
    return [text for node in nodes if (text := _block(node, width, indent))]


def _block(node: SyntaxTreeNode, width: int, indent: str) -> str:
    match node.type:
        case "heading" | "paragraph":
            return wrap_lines(_words(node.children[0].children if node.children else []), width, indent)
        case "blockquote":
            return "\n\n".join(_blocks(node.children, width, indent + "> "))
        case "bullet_list" | "ordered_list":
            return "\n".join(_items(node, width, indent))
        case "fence" | "code_block":
            return "\n".join(f"{indent}    {row}" for row in node.content.rstrip("\n").split("\n"))
        case "hr":
            return f"{indent}* * *"
        case _:
            return "\n\n".join(_blocks(node.children, width, indent))


def _items(node: SyntaxTreeNode, width: int, indent: str) -> list[str]:
    start = int(node.attrs.get("start", 1) or 1)
    rows = []
    for place, item in enumerate(node.children):
        mark = f"{start + place}. " if node.type == "ordered_list" else "- "
        inner = "\n".join(_blocks(item.children, width, indent + " " * len(mark)))
        rows.append(indent + mark + inner[len(indent) + len(mark) :])
    return rows


def wrap_lines(text: str, width: int, indent: str) -> str:
    """Each line of the text wrapped by itself: a hard break stays one."""
    return "\n".join(wrap(row, width, indent) for row in text.split("\n") if row.strip())


def _words(nodes: Sequence[SyntaxTreeNode], *, links: bool = True) -> str:
    return "".join(_word(node, links=links) for node in nodes)


def _word(node: SyntaxTreeNode, *, links: bool) -> str:
    match node.type:
        case "text" | "code_inline" | "text_special":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n" if links else " "
        case "image":
            return node.content
        case "link":
            inner, address = _words(node.children, links=links), str(node.attrs.get("href", ""))
            shown = not links or not address or inner == address or f"mailto:{inner}" == address
            return inner if shown else f"{inner} ({address})"
        case _:
            return _words(node.children, links=links)
