"""An editor's Markdown, as safe HTML for an email and as plain text; raw HTML in it is cleaned, never run or shown."""

from collections.abc import Sequence
from itertools import pairwise

from markdown_it.tree import SyntaxTreeNode

from publisher.formatters.email.carried import READER, cleaned, tokens
from publisher.formatters.email.plain import WIDTH, columns, wrap
from publisher.text.clean import line

_TAGS = set(
    "p em strong s a ul ol li blockquote h2 h3 br hr code pre img table thead tbody tr th td".split()  # noqa: SIM905
)
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_SCHEMES = {"http", "https", "mailto"}
_GAP = "   "


def to_html(markdown: str, *, site: str = "", picture_width: int = 552) -> str:
    """The Markdown as HTML of a few tags; relative addresses count from `site`, headings begin at h2."""
    found = tokens(markdown, site=site, picture_width=picture_width)
    html = str(READER.renderer.render(found, READER.options, {}))
    import nh3  # 1.5 MB that only a note or a letter needs

    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def to_plain(markdown: str, *, site: str = "", width: int = WIDTH) -> str:
    """The Markdown as wrapped text: links with their addresses, lists and quotes with their marks."""
    found = tokens(markdown, site=site, picture_width=0)
    return "\n\n".join(_blocks(SyntaxTreeNode(found).children, width, ""))


def split_heading(markdown: str) -> tuple[str, str]:
    """The first heading as one line, and the Markdown without it; the heading is empty where there is none."""
    source = cleaned(markdown)
    for token, inside in pairwise(READER.parse(source)):
        if token.type == "heading_open" and token.map and token.level == 0:
            first, last = token.map
            lines = source.split("\n")
            rest = "\n".join(lines[:first] + lines[last:])
            return line(_words(SyntaxTreeNode([inside]).children, links=False)), rest.strip()
    return "", source.strip()


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
        case "table":
            return _table([row for part in node.children for row in part.children], width, indent)
        case "hr":
            return f"{indent}* * *"
        case _:
            return "\n\n".join(_blocks(node.children, width, indent))


def _table(rows: Sequence[SyntaxTreeNode], width: int, indent: str) -> str:
    """The cells in columns, where they fit the width; else each row as its cells under the names of its columns."""
    cells = [
        [line(_words(cell.children[0].children)) if cell.children else "" for cell in row.children] for row in rows
    ]
    wide = [max(columns(row[place]) for row in cells) for place in range(len(cells[0]))]
    if sum(wide) + len(_GAP) * (len(wide) - 1) + len(indent) <= width:
        padded = ([cell + " " * (size - columns(cell)) for cell, size in zip(row, wide, strict=True)] for row in cells)
        return "\n".join((indent + _GAP.join(row)).rstrip() for row in padded)
    named = ((f"{name}: {cell}" for name, cell in zip(cells[0], row, strict=True) if cell) for row in cells[1:])
    return "\n\n".join("\n".join(wrap(text, width, indent) for text in row) for row in named)


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
        case "s":
            return f"-{_words(node.children, links=links)}-"
        case "link":
            inner, address = _words(node.children, links=links), str(node.attrs.get("href", ""))
            shown = not links or not address or inner == address or f"mailto:{inner}" == address
            return inner if shown else f"{inner} ({address})"
        case _:
            return _words(node.children, links=links)
