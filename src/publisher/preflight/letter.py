"""A finished message taken apart once for all rules: headers, both bodies, the HTML's tree and its styles."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property

from lxml import html as markup
from lxml.html import HtmlElement

EMPTY = "<!DOCTYPE html><html><head></head><body></body></html>"


@dataclass(frozen=True)
class Letter:
    """One message as it would leave; nothing here is fetched or run."""

    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The parsed message, its defects kept on it."""
        return message_from_bytes(self.raw, policy=SMTP)

    @cached_property
    def parts(self) -> tuple[EmailMessage, ...]:
        """Every part, containers too, in order."""
        return tuple(part for part in self.message.walk() if isinstance(part, EmailMessage))

    @cached_property
    def html(self) -> str:
        """The HTML body decoded, empty where there is none."""
        return self._body("html")

    @cached_property
    def text(self) -> str:
        """The plain body decoded, empty where there is none."""
        return self._body("plain")

    def _body(self, subtype: str) -> str:
        for part in self.parts:
            if part.get_content_type() == f"text/{subtype}":
                payload = part.get_payload(decode=True)
                charset = part.get_content_charset() or "utf-8"
                if isinstance(payload, bytes):
                    try:
                        return payload.decode(charset, errors="replace").replace("\r\n", "\n")
                    except LookupError:
                        return payload.decode("utf-8", errors="replace").replace("\r\n", "\n")
        return ""

    @cached_property
    def head_bytes(self) -> bytes:
        """The raw header block."""
        return self.raw.partition(b"\r\n\r\n")[0]

    def raw_header(self, name: str) -> tuple[str, ...]:
        """Each occurrence of a header, unfolded but not decoded."""
        lines = self.head_bytes.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
        wanted = name.lower().encode() + b":"
        found = [line[len(wanted) :] for line in lines if line.lower().startswith(wanted)]
        return tuple(value.decode("utf-8", errors="replace").strip() for value in found)

    @cached_property
    def tree(self) -> HtmlElement:
        """The HTML body as a tree; an empty page where there is none or it cannot be read."""
        parser = markup.HTMLParser(encoding="utf-8", huge_tree=False)
        try:
            return markup.document_fromstring((self.html or EMPTY).encode(), parser=parser)
        except (ValueError, markup.etree.ParserError):
            return markup.document_fromstring(EMPTY.encode(), parser=parser)

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """The text of each `<style>`, in order."""
        return tuple(style.text or "" for style in self.tree.iter("style"))

    def elements(self, *tags: str) -> Iterator[HtmlElement]:
        """The elements of these tags in the order of the page; all of them without any."""
        return (node for node in self.tree.iter(*tags) if isinstance(node.tag, str))
