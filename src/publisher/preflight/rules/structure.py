"""Rules about the page: size, frame, preheader, what must stand in it and what must not."""

import itertools
import re
from collections.abc import Iterator

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule
from publisher.text.count import graphemes

CLIP, NEAR_CLIP = 102_000, 90_000
STYLE_LIMIT = 16_384
FORBIDDEN = ("script", "form", "iframe", "object", "embed", "video", "audio", "link", "base", "input")
UNFILLED = re.compile(r"\{\{|\}\}|\{%|%%[A-Z_]+%%|__slot_\w+__|\*\|[A-Z_:]+\|\*|\[object Object\]")
HIDDEN = re.compile(r"display\s*:\s*none")


@rule("html-clip", number=18, level="error", source="hteumeuleu/email-bugs#41: Gmail clips at 102 KB")
def clip(letter: Letter, context: Context) -> Iterator[Spot]:
    """The HTML is under Gmail's 102 KB."""
    del context
    size = len(letter.html.encode())
    if size >= CLIP:
        yield "html", f"it has {size:,} bytes; Gmail cuts at 102,000, and the unsubscribe link with it"


@rule("html-near-clip", number=18, level="warning", source="hteumeuleu/email-bugs#41")
def near_clip(letter: Letter, context: Context) -> Iterator[Spot]:
    """The HTML keeps a distance from Gmail's limit."""
    del context
    size = len(letter.html.encode())
    if NEAR_CLIP <= size < CLIP:
        yield "html", f"it has {size:,} bytes; Gmail cuts at 102,000"


@rule("html-styles", number=19, level="error", source="hteumeuleu/email-bugs#90: Gmail drops all styles over 16 KB")
def styles(letter: Letter, context: Context) -> Iterator[Spot]:
    """All style blocks together stay under 16,384 characters and stand in the head."""
    del context
    size = sum(len(style) for style in letter.styles)
    if size >= STYLE_LIMIT:
        yield "style", f"the style blocks have {size:,} characters together; Gmail drops them all from 16,384 on"
    for style in letter.elements("style"):
        if any(parent.tag == "body" for parent in style.iterancestors()):
            yield _line(style), "a style block stands in the body"


@rule("html-frame", number=21, level="error", source="email markup consortium; WHATWG HTML 4.1")
def frame(letter: Letter, context: Context) -> Iterator[Spot]:
    """The page has its doctype, language, charset, viewport, and its title is the subject."""
    del context
    if not letter.html:
        return
    if not letter.html.lstrip().startswith("<!DOCTYPE html"):
        yield "html", "it does not begin with <!DOCTYPE html>, so clients render it in quirks mode"
    root = letter.tree.getroottree().getroot()
    for name in ("lang", "dir"):
        if not root.get(name):
            yield "html", f"<html> has no {name}"
    if not letter.tree.xpath("//meta[@charset or @http-equiv]"):
        yield "head", "no charset is named"
    if not letter.tree.xpath("//meta[@name='viewport']"):
        yield "head", "there is no viewport, so a phone shows it small"
    title = " ".join((letter.tree.findtext(".//title") or "").split())
    subject = " ".join(str(letter.message.get("Subject", "")).split())
    if title != subject:
        yield "head", f"the title is “{title}”, the subject “{subject}”"


@rule("html-tables", number=23, level="warning", source="WAI-ARIA presentation role; Gorebel, accessible email")
def tables(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each layout table says role=presentation."""
    del context
    for table in letter.elements("table"):
        if table.get("role") != "presentation" and not table.xpath(".//th"):
            yield _line(table), "a layout table without role=presentation is read out as data"


@rule("html-mso", number=24, level="error", source="Microsoft, conditional comments in Outlook")
def mso(letter: Letter, context: Context) -> Iterator[Spot]:
    """Conditional comments for Outlook are balanced."""
    del context
    opened = len(re.findall(r"<!--\[if[^\]]*\]>", letter.html))
    closed = len(re.findall(r"<!\[endif\]-->", letter.html))
    if opened != closed:
        yield "html", f"{opened} conditional comments open and {closed} close"


@rule("html-forbidden", number=26, level="error", source="Mailpit HTML check; client sanitisers")
def forbidden(letter: Letter, context: Context) -> Iterator[Spot]:
    """There is no script, form, frame, embedded object or event handler."""
    del context
    for node in letter.elements():
        if node.tag in FORBIDDEN and node.get("type") != "application/ld+json":
            yield _line(node), f"<{node.tag}> is removed by clients, or the mail is refused"
        for name in node.attrib:
            if str(name).lower().startswith("on"):
                yield _line(node), f"the event handler {name} is removed by clients"


@rule("html-preheader", number=27, level="warning", source="react-email#2268; Gmail and iOS list views")
def preheader(letter: Letter, context: Context) -> Iterator[Spot]:
    """The body begins with a hidden preheader of 20 to 110 characters."""
    del context
    body = letter.tree.find(".//body")
    if body is None or not letter.html:
        return
    first = next((node for node in body.iter() if isinstance(node.tag, str) and (node.text or "").strip()), None)
    if first is None or not any(HIDDEN.search(n.get("style", "")) for n in (first, *first.iterancestors())):
        yield "body", "the first text is not a hidden preheader; the inbox shows whatever comes first"
        return
    said = re.sub(r"[\s\u00a0\u034f\u200b-\u200f\u2007\ufeff]+", " ", first.text or "").strip()
    if not 20 <= graphemes(said) <= 110:
        yield "body", f"the preheader has {graphemes(said)} characters; 20 to 110 are shown"


@rule("html-headings", number=28, level="warning", source="RNIB; WCAG 2.2 1.3.1, 2.4.6")
def headings(letter: Letter, context: Context) -> Iterator[Spot]:
    """One h1, then levels in order."""
    del context
    levels = [int(str(node.tag)[1]) for node in letter.elements("h1", "h2", "h3", "h4", "h5", "h6")]
    if letter.html and levels.count(1) != 1:
        yield "body", f"there are {levels.count(1)} main headings, and one is expected"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield "body", f"a heading of level {after} follows one of level {before}"


@rule("unfilled", number=39, level="error", source="seen in the wild: Hello {{ name }}")
def unfilled(letter: Letter, context: Context) -> Iterator[Spot]:
    """No placeholder is left."""
    del context
    places = (("subject", str(letter.message.get("Subject", ""))), ("html", letter.html), ("text", letter.text))
    for where, content in places:
        found = UNFILLED.search(content)
        if found:
            yield where, f"a placeholder is left: {found[0]}"


@rule("footer", number=43, level="error", source="CAN-SPAM 15 USC 7704(a)(5); CASL; Google 81126")
def footer(letter: Letter, context: Context) -> Iterator[Spot]:
    """Both parts show an unsubscribe link, and the HTML has it where Gmail does not cut."""
    del context
    links = HTTPS.findall(" ".join(letter.raw_header("List-Unsubscribe")))
    for where, content in (("html", letter.html.replace("&amp;", "&")), ("text", letter.text)):
        if links and links[0] not in content:
            yield where, "the unsubscribe link of the header does not stand in it"


HTTPS = re.compile(r"<(https?://[^<>\s]+)>")


def _line(node: object) -> str:
    return f"html line {getattr(node, 'sourceline', None) or '?'}"
