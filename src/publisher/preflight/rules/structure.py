"""Rules about the page: its frame, tables, what Outlook needs, what clients remove, its order."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

from lxml.html import HtmlElement

from publisher.preflight.cascade import length
from publisher.preflight.letter import Letter, flat, line, said
from publisher.preflight.registry import Spot, rule
from publisher.preflight.vocabulary import listed

FORBIDDEN = listed(
    "script form iframe frame frameset object embed applet video audio source track canvas link base "
    "input button select textarea dialog template portal math marquee"
)
NARROWEST, WIDEST = 440, 640
MOST_FINDINGS = 10
_MARGIN_FREE = frozenset({"table", "td", "th", "tr", "div", "span", "img", "a", "center"})
_OPENS = re.compile(r"<!--\[if([^\]]{0,200})\]>(?:<!-->|-->)?|<!(?:--<!)?\[endif\]-->", re.IGNORECASE)


@rule("html-doctype", number=21, level="error", source="WHATWG HTML 13.1.1; caniemail html-doctype")
def doctype(letter: Letter) -> Iterator[Spot]:
    """The page begins with <!DOCTYPE html>."""
    if letter.html and not letter.html.lstrip("\ufeff \n\t").startswith("<!DOCTYPE html>"):
        yield "html", "it does not begin with <!DOCTYPE html>, so clients render it in quirks mode"


@rule("html-language", number=21, level="warning", source="Email Markup Consortium; WCAG 2.2 3.1.1")
def language(letter: Letter) -> Iterator[Spot]:
    """<html> has lang and dir, and an element around the content repeats them: webmail strips <html>."""
    if not letter.html:
        return
    root = letter.tree.getroottree().getroot()
    for name in ("lang", "dir"):
        value = root.get(name) or ""
        if not value:
            yield "html", f"<html> has no {name}"
        elif name == "lang" and not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", value):
            yield "html", f"{value[:20]!r} is not a language (BCP 47)"
        elif name == "dir" and value.lower() not in ("ltr", "rtl", "auto"):
            yield "html", f"{value[:20]!r} is not a direction"
    wrappers = itertools.islice((node for node in letter.elements() if node.tag in ("div", "table", "td", "center")), 6)
    if not any(node.get("lang") and node.get("dir") for node in wrappers):
        yield "body", "no wrapper inside the body repeats lang and dir, and webmail strips <html>"


@rule("html-head", number=21, level="error", source="WHATWG HTML 4.2.5.4; CSS viewport")
def head(letter: Letter) -> Iterator[Spot]:
    """The head names UTF-8 and a viewport."""
    if not letter.html:
        return
    metas = list(letter.elements("meta"))
    charsets = [m.get("charset") or (m.get("content") or "" if m.get("http-equiv") else "") for m in metas]
    if not any("utf-8" in (charset or "").lower() for charset in charsets):
        yield "head", "no charset UTF-8 is named"
    viewport = next((m.get("content") or "" for m in metas if (m.get("name") or "").lower() == "viewport"), "")
    if "width=device-width" not in viewport.replace(" ", ""):
        yield "head", "there is no viewport of the device's width, so a phone shows it small"


@rule("html-title", number=21, level="warning", source="SpamAssassin HTML_TITLE_SUBJ_DIFF; WCAG 2.2 2.4.2")
def title(letter: Letter) -> Iterator[Spot]:
    """The title is the subject."""
    shown = flat(letter.tree.findtext(".//title") or "")
    subject = letter.header("Subject")
    if letter.html and shown != subject:
        yield "head", f"the title is “{shown[:80]}”, the subject “{subject[:80]}”"


@rule("html-width", number=22, level="warning", source="brian-mills.com; Gmail's and Outlook's reading panes")
def width(letter: Letter) -> Iterator[Spot]:
    """The content is at most 640 px wide on a screen, and Outlook gets that width from a table of its own."""
    if not letter.html:
        return
    looks = letter.looks("light")
    limits = []
    for node in letter.elements("table", "div", "td", "center"):
        own = looks[node].own if node in looks else {}
        found = [length(own.get(name, ""), 16) for name in ("max-width", "width") if "%" not in own.get(name, "%")]
        limits += [(value, node, "max-width" in own) for value in found if value]
    wide = [each for each in limits if each[0] > WIDEST]
    if wide:
        yield line(wide[0][1]), f"it is {wide[0][0]:.0f} px wide; 600 to 640 fit a reading pane"
    elif not any(value >= NARROWEST for value, _, _ in limits):
        yield "body", "nothing limits the width to 600 px or so; lines run across the whole window"
    elif all(fluid for value, _, fluid in limits if value >= NARROWEST) and not _ghost(letter):
        yield "body", "Outlook does not know max-width; it needs <!--[if mso]><table width=…> around it"


def _ghost(letter: Letter) -> bool:
    return any(re.search(r"<table[^>]{0,1000}?\bwidth\s*[=:]", inner, re.IGNORECASE) for inner in letter.conditional)


@rule("html-tables", number=23, level="warning", source="WAI-ARIA presentation role; Gorebel, accessible email")
def tables(letter: Letter) -> Iterator[Spot]:
    """Each layout table says role=presentation and border, cellpadding, cellspacing 0; a data table does not."""
    found = list(_bad_tables(letter))
    yield from found[:MOST_FINDINGS]
    for inner in letter.conditional:
        for tag in re.findall(r"<table\b[^>]{0,1000}>", inner, re.IGNORECASE):
            if not re.search(r"role\s*=\s*[\"']?(?:presentation|none)", tag, re.IGNORECASE):
                yield "html", f"a table for Outlook without role=presentation: {tag[:60]}"
                return


def _bad_tables(letter: Letter) -> Iterator[Spot]:
    for table in letter.elements("table"):
        is_data = next((True for cell in table.iter("th", "caption")), False)
        has_role = (table.get("role") or "").lower() in ("presentation", "none")
        if is_data and has_role:
            yield line(table), "a table with headings is data, and role=presentation hides that"
        elif not is_data and not has_role:
            yield line(table), "a layout table without role=presentation is read out as data"
        elif not is_data:
            absent = [name for name in ("border", "cellpadding", "cellspacing") if table.get(name) != "0"]
            if absent:
                yield line(table), f"a layout table without {', '.join(f'{name}=0' for name in absent)} has gaps"


@rule("html-mso", number=24, level="error", source="Microsoft, conditional comments in Outlook; email-bugs#43")
def mso(letter: Letter) -> Iterator[Spot]:
    """Conditional comments for Outlook are balanced, and tables that open in them close in them."""
    depth = 0
    for found in _OPENS.finditer(letter.html):
        opens = found[1] is not None
        depth += 1 if opens else -1
        if depth not in (0, 1):
            yield (
                "html",
                "a conditional comment opens inside another" if opens else "a conditional comment closes twice",
            )
            return
    if depth:
        yield "html", "a conditional comment is not closed; Outlook shows nothing after it"
    inner = " ".join(letter.conditional).lower()
    for tag in ("table", "tr", "td", "v:roundrect", "v:rect"):
        opened, closed = (len(re.findall(rf"<{sign}{tag}\b", inner)) for sign in ("", "/"))
        if opened != closed:
            yield "html", f"conditional comments open {opened} <{tag}> and close {closed}"


@rule("html-dpi", number=24, level="warning", source="Outlook at 120 dpi: PixelsPerInch 96")
def dpi(letter: Letter) -> Iterator[Spot]:
    """Outlook is told to draw 96 pixels to an inch."""
    pictures = next(letter.elements("img"), None)
    if pictures is not None and not re.search(r"<o:PixelsPerInch>\s*96\s*</o:PixelsPerInch>", letter.html):
        yield "head", "without PixelsPerInch 96 Outlook draws pictures too large on many screens"


@rule("html-buttons", number=24, level="warning", source="Campaign Monitor, bulletproof buttons; Outlook's Word engine")
def buttons(letter: Letter) -> Iterator[Spot]:
    """A button's ground is its cell's bgcolor, or VML with the same address."""
    hrefs = {href for _, href, _ in letter.anchors}
    drawn = re.findall(r"<v:(?:round)?rect\b[^>]{0,2000}?\bhref\s*=\s*[\"']([^\"']*)", letter.html, re.IGNORECASE)
    for href in drawn:
        if href.replace("&amp;", "&") not in hrefs:
            yield "html", f"Outlook's button leads to {href[:60]!r}, where no other link leads"
    looks = letter.looks("light")
    for anchor, href, _ in letter.anchors:
        own = looks[anchor].own if anchor in looks else {}
        coloured = own.get("background-color", "transparent") not in ("transparent", "inherit", "none", "")
        padded = anchor in looks and looks[anchor].length("padding-top") > 0
        cell = next((node for node in anchor.iterancestors("td", "th")), None)
        if coloured and padded and href not in drawn and (cell is None or not cell.get("bgcolor")):
            yield line(anchor), "Outlook draws no ground under this button; give its cell a bgcolor"


@rule("html-margins", number=25, level="warning", source="caniemail css-margin: Outlook's Word engine")
def margins(letter: Letter) -> Iterator[Spot]:
    """Space comes from the padding of cells, not from margins of boxes."""
    looks, count = letter.looks("light"), 0
    for node in letter.elements():
        if node.tag not in _MARGIN_FREE or node not in looks or looks[node].hidden:
            continue
        values = {name: looks[node].own.get(f"margin-{name}", "0") for name in ("top", "bottom", "left", "right")}
        found = [name for name, value in values.items() if (length(value, looks[node].size) or 0) != 0]
        if found and count < MOST_FINDINGS:
            count += 1
            yield line(node), f"margin-{found[0]} of a <{node.tag}> is lost in Outlook; use a cell's padding"


@rule("html-forbidden", number=26, level="error", source="Mailpit HTML check; client sanitisers")
def forbidden(letter: Letter) -> Iterator[Spot]:
    """There is no script, form, frame, embedded object, event handler or javascript: address."""
    yield from itertools.islice(_forbidden(letter), MOST_FINDINGS)


def _forbidden(letter: Letter) -> Iterator[Spot]:
    for node in letter.elements():
        if node.tag in FORBIDDEN and (node.tag != "script" or node.get("type") != "application/ld+json"):
            yield line(node), f"<{node.tag}> is removed by clients, or the mail is refused"
        if node.tag == "meta" and (node.get("http-equiv") or "").lower() == "refresh":
            yield line(node), "a page that reloads itself is refused"
        for name, value in node.attrib.items():
            if str(name).lower().startswith("on"):
                yield line(node), f"the event handler {str(name)[:30]} is removed by clients"
            elif re.match(r"\s*(?:java|vb)script\s*:", value, re.IGNORECASE):
                yield line(node), f"{value[:40]!r} is refused by clients"


@rule("html-headings", number=28, level="warning", source="RNIB; WCAG 2.2 1.3.1, 2.4.6")
def headings(letter: Letter) -> Iterator[Spot]:
    """One h1 and it comes first, then levels in order, and none is empty."""
    nodes = [node for node in letter.elements("h1", "h2", "h3", "h4", "h5", "h6") if _is_seen(letter, node)]
    levels = [int(str(node.tag)[1]) for node in nodes]
    if letter.html and levels.count(1) != 1:
        yield "body", f"there are {levels.count(1)} main headings, and one is expected"
    elif levels and levels[0] != 1:
        yield line(nodes[0]), "a heading stands before the main one"
    for (before, after), node in zip(itertools.pairwise(levels), nodes[1:], strict=True):
        if after > before + 1:
            yield line(node), f"a heading of level {after} follows one of level {before}"
    for node in nodes:
        if not said(node) and not any(image.get("alt") for image in node.iter("img")):
            yield line(node), "a heading is empty"


@rule("html-ids", number=21, level="warning", source="WHATWG HTML 3.2.3.1")
def ids(letter: Letter) -> Iterator[Spot]:
    """No id stands twice."""
    seen: defaultdict[str, list[HtmlElement]] = defaultdict(list)
    for node in letter.elements():
        if node.get("id"):
            seen[node.get("id")].append(node)
    for name, nodes in itertools.islice(((n, found) for n, found in seen.items() if len(found) > 1), MOST_FINDINGS):
        yield line(nodes[1]), f"the id {name[:40]!r} stands {len(nodes)} times"


@rule("annotations", number=46, level="warning", source="Google, Gmail promotion annotations; schema.org")
def annotations(letter: Letter) -> Iterator[Spot]:
    """JSON-LD, where there is some, can be read and says what it is."""
    import json

    for script in letter.elements("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            found = json.loads((script.text or "")[:100_000])
        except (ValueError, RecursionError):
            yield line(script), "the JSON-LD cannot be read"
            continue
        entries = found if isinstance(found, list) else [found]
        if not entries or any(not isinstance(each, dict) or not each.get("@type") for each in entries):
            yield line(script), "the JSON-LD does not say its @type"


def _is_seen(letter: Letter, node: HtmlElement) -> bool:
    look = letter.looks("light").get(node)
    return look is not None and not look.hidden
