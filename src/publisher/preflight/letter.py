"""A finished message taken apart once for all rules: headers, both bodies, the HTML's tree, styles and links."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from functools import cached_property

from lxml import html as markup
from lxml.html import HtmlElement

from publisher.preflight.cascade import MOST_ELEMENTS, Cascade, Look, Mode
from publisher.preflight.css import Declaration, Sheet, sheet

EMPTY = "<!DOCTYPE html><html><head></head><body></body></html>"
LONGEST = 8_000_000
"""Bytes of a message that are read; few servers take more than 10 MB, and a digest has 60 KB."""
LONGEST_HTML = 300_000
"""Characters of HTML that are judged; Gmail shows 102,000."""
LONGEST_HEADERS = 200_000
MOST_PARTS = 200
LETTERS = re.compile(r"[^\W\d_]")
_CONDITION = re.compile(r"<!--\[if\s[^\]]{0,200}\]>", re.IGNORECASE)
INVISIBLE = re.compile(r"[\s\u00a0\u00ad\u034f\u061c\u180e\u200b-\u200f\u2007\u202a-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text that stands directly in an element."""

    node: HtmlElement
    text: str


@dataclass(frozen=True)
class Letter:
    """One message as it would leave; nothing here is fetched or run."""

    raw: bytes

    @cached_property
    def message(self) -> Message:
        """The parsed message, its defects kept on it; an empty one when it is nested beyond sense."""
        try:
            return message_from_bytes(self.raw[:LONGEST], policy=compat32)
        except RecursionError:
            return Message()

    @cached_property
    def parts(self) -> tuple[Message, ...]:
        """Every part, containers too, in order."""
        found: list[Message] = []
        waiting: list[Message] = [self.message]
        while waiting and len(found) < MOST_PARTS:
            part = waiting.pop()
            found.append(part)
            inner = part.get_payload() if part.is_multipart() else None
            if isinstance(inner, list):
                waiting += [each for each in reversed(inner) if isinstance(each, Message)]
        return tuple(found)

    @cached_property
    def html_part(self) -> Message | None:
        """The part that holds the HTML body."""
        return next((part for part in self.parts if part.get_content_type() == "text/html"), None)

    @cached_property
    def text_part(self) -> Message | None:
        """The part that holds the plain body."""
        return next((part for part in self.parts if part.get_content_type() == "text/plain"), None)

    @cached_property
    def html(self) -> str:
        """The HTML body decoded, empty where there is none."""
        return _decoded(self.html_part)

    @cached_property
    def text(self) -> str:
        """The plain body decoded, empty where there is none."""
        return _decoded(self.text_part)

    @cached_property
    def head_bytes(self) -> bytes:
        """The raw header block."""
        return re.split(rb"\r?\n\r?\n", self.raw[:LONGEST_HEADERS], maxsplit=1)[0]

    @cached_property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Every header in order, its name in lower case, unfolded but not decoded."""
        lines = re.sub(rb"\r?\n(?=[ \t])", b"", self.head_bytes).splitlines()
        pairs = (line.partition(b":") for line in lines if b":" in line)
        return tuple((name.decode("latin-1").strip().lower(), _text(value)) for name, _, value in pairs)

    def raw_header(self, name: str) -> tuple[str, ...]:
        """Each occurrence of a header, unfolded but not decoded."""
        return tuple(value for each, value in self.headers if each == name.lower())

    def header(self, name: str) -> str:
        """A header's first occurrence, decoded (RFC 2047) and on one line; empty where it is missing."""
        return decoded_words(next(iter(self.raw_header(name)), ""))

    def mailboxes(self, name: str) -> tuple[tuple[str, str], ...]:
        """Name and address of each mailbox of a header."""
        try:
            found = getaddresses([value[:10_000] for value in self.raw_header(name)])
        except (ValueError, IndexError, RecursionError):
            return ()
        return tuple((decoded_words(display), address) for display, address in found)

    @property
    def domain(self) -> str:
        """The sender's domain in lower case, empty where From names none."""
        boxes = self.mailboxes("From")
        return boxes[0][1].rpartition("@")[2].lower() if boxes and "@" in boxes[0][1] else ""

    @cached_property
    def unsubscribe_url(self) -> str:
        """The address that the List-Unsubscribe header names, empty where there is none."""
        found = re.search(r"<\s*(https?://[^<>\s]+?)\s*>", " ".join(self.raw_header("List-Unsubscribe")))
        return found[1] if found else ""

    @cached_property
    def tree(self) -> HtmlElement:
        """The HTML body as a tree; an empty page where there is none or it cannot be read."""
        parser = markup.HTMLParser(encoding="utf-8", huge_tree=False)
        source = self.html[:LONGEST_HTML].replace("\x00", "\ufffd").encode("utf-8", errors="replace")
        try:
            return markup.document_fromstring(source or EMPTY.encode(), parser=parser)
        except (ValueError, AssertionError, markup.etree.LxmlError):
            return markup.document_fromstring(EMPTY.encode(), parser=parser)

    @cached_property
    def body(self) -> HtmlElement:
        """The page's body, or the page where it has none."""
        found = self.tree.find(".//body")
        return self.tree if found is None else found

    @cached_property
    def nodes(self) -> tuple[HtmlElement, ...]:
        """The elements in the order of the page, kept so that each stays itself."""
        found = []
        for node in self.tree.iter():
            if isinstance(node.tag, str):
                found.append(node)
            if len(found) >= MOST_ELEMENTS:
                break
        return tuple(found)

    def elements(self, *tags: str) -> Iterator[HtmlElement]:
        """The elements of these tags in the order of the page; all of them without any."""
        return (node for node in self.nodes if not tags or node.tag in tags)

    @cached_property
    def anchors(self) -> tuple[tuple[HtmlElement, str, str], ...]:
        """Each link that is seen, with its address and its words."""
        looks = self.looks("light")
        return tuple(
            (node, (node.get("href") or "").strip(), said(node))
            for node in self.elements("a", "area")
            if node.get("href") is not None and not (node in looks and looks[node].hidden)
        )

    @cached_property
    def conditional(self) -> tuple[str, ...]:
        """What stands in each conditional comment for Outlook."""
        found, at = [], 0
        while (opening := _CONDITION.search(self.html, at)) and (
            end := self.html.find("<![endif]-->", opening.end())
        ) > 0:
            found.append(self.html[opening.end() : end])
            at = end
        return tuple(found)

    @cached_property
    def names(self) -> frozenset[str]:
        """The ids and names that a link within the page may lead to."""
        return frozenset(name for node in self.nodes for name in (node.get("id"), node.get("name")) if name)

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """The text of each `<style>`, in order."""
        return tuple(style.text or "" for style in self.elements("style"))

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Each style block, read."""
        return tuple(sheet(text) for text in self.styles)

    @cached_property
    def _cascade(self) -> Cascade:
        return Cascade(self.nodes, self.sheets)

    def looks(self, mode: Mode) -> Mapping[HtmlElement, Look]:
        """What each element shows in a mode."""
        return self._cascade.looks(mode)

    def declared(self, node: HtmlElement) -> tuple[Declaration, ...]:
        """What an element declares on every screen, by rules and inline."""
        return self._cascade.declared(node)

    @cached_property
    def words(self) -> tuple[TextRun, ...]:
        """Every piece of text of the body in order, hidden ones too, with the element that it stands in."""
        inside = {self.body}
        found: list[TextRun] = []
        for node in self.nodes:
            parent = node.getparent()
            if parent in inside:
                inside.add(node)
            if node not in inside or node.tag in ("style", "script", "title"):
                continue
            pieces = [node.text, *(child.tail for child in node)]
            said = " ".join(piece for piece in pieces if piece and piece.strip())
            if said:
                found.append(TextRun(node, said))
        return tuple(found)

    @cached_property
    def seen(self) -> tuple[TextRun, ...]:
        """The pieces of text with letters that a reader sees in the light mode."""
        looks = self.looks("light")
        return tuple(
            each
            for each in self.words
            if each.node in looks and not looks[each.node].hidden and LETTERS.search(each.text)
        )

    @cached_property
    def visible(self) -> str:
        """What a reader sees, in the order of the page, on one line."""
        looks = self.looks("light")
        found = []
        for text in self.body.xpath(".//text()"):
            parent = text.getparent()
            holder = parent.getparent() if text.is_tail and parent is not None else parent
            look = looks.get(holder)
            if look is not None and not look.hidden:
                found.append(str(text))
        return flat(" ".join(found))


def as_sent(raw: bytes) -> bytes:
    """A saved message as it went over the wire: without the `From ` line of a mailbox file, its lines ended by CRLF.

    Where some lines end in CRLF the others are left as they are: it was not a program's saving that made them so.
    """
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    return raw if b"\r" in raw else raw.replace(b"\n", b"\r\n")


def flat(text: str) -> str:
    """Text on one line, without what takes no place."""
    return INVISIBLE.sub(" ", text).strip()


def said(node: HtmlElement) -> str:
    """An element's words on one line."""
    return flat(node.text_content())


def line(node: HtmlElement) -> str:
    """Where an element stands, for people."""
    return f"html line {node.sourceline or '?'}"


def decoded_words(value: str) -> str:
    """A header's value with its encoded words read, on one line; as it is where they cannot be."""
    if "=?" not in value:
        return flat(value)
    try:
        return flat(str(make_header(decode_header(value[:20_000]))))
    except (ValueError, LookupError, IndexError):
        return flat(value)


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace").strip()


def _decoded(part: Message | None) -> str:
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        charset = part.get_content_charset() or "utf-8"
        return payload.decode(charset, errors="replace").replace("\r\n", "\n")
    except (LookupError, ValueError):
        return payload.decode("utf-8", errors="replace").replace("\r\n", "\n")
