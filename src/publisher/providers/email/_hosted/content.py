"""A finished message taken apart again, for mail APIs that want subject, text, HTML and headers by name.

It reads what `formatters.envelope` and the standard `email` package write (CRLF, RFC 2045 to 2047), not mail of others.
"""

import binascii
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message as Fields
from email.utils import parseaddr

from publisher.model import Message

# What an API makes from its own fields, or sets itself.
_MADE = frozenset(
    {"from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type"}
    | {"content-transfer-encoding", "content-disposition"}
)
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,."]')
_ATTACHED = b"\r\nContent-Disposition: attachment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """A name, which may be empty, and an address."""

    name: str
    address: str

    def __str__(self) -> str:
        """`Name <a@b.example>`, the name in quotes where it must be, in Unicode."""
        if not self.name:
            return self.address
        quoted = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{self.address}>' if _SPECIAL.search(self.name) else f"{self.name} <{self.address}>"

    def named(self, address: str = "email", name: str = "name") -> dict[str, str]:
        """An object with these keys, without a name where there is none."""
        return {address: self.address} | ({name: self.name} if self.name else {})


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file of a notice; editions have none."""

    name: str
    kind: str
    data: str
    """In base64."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a reader sees, and the headers besides: each on one line, without those that an API makes itself."""

    sender: Mailbox
    recipient: Mailbox
    reply_to: Mailbox | None
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    attachments: tuple[Attachment, ...] = ()

    def without(self, *names: str) -> dict[str, str]:
        """The headers but for these, whatever their case."""
        dropped = {name.lower() for name in names}
        return {name: value for name, value in self.headers.items() if name.lower() not in dropped}


def content(message: Message) -> Content:
    """The parts of a message; the recipient's address is that of the envelope."""
    fields = _fields(message.data)
    found = {"plain": "", "html": ""}
    files: list[Attachment] = []
    for leaf, data in _leaves(message.data):
        if leaf.get_content_disposition() == "attachment":
            coded = binascii.b2a_base64(data, newline=False).decode()
            files.append(Attachment(name=leaf.get_filename() or "file", kind=leaf.get_content_type(), data=coded))
        elif leaf.get_content_maintype() == "text" and leaf.get_content_subtype() in found:
            found[leaf.get_content_subtype()] = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return Content(
        sender=_mailbox(fields, "From"),
        recipient=Mailbox(name=_mailbox(fields, "To").name, address=message.recipient),
        reply_to=_mailbox(fields, "Reply-To") if fields["Reply-To"] else None,
        subject=_decoded(_line(fields, "Subject")),
        text=found["plain"],
        html=found["html"],
        headers={name: _decoded(_line(fields, name)) for name in fields if name.lower() not in _MADE},
        attachments=tuple(files),
    )


def has_attachment(message: Message) -> bool:
    """Whether a file hangs on it."""
    return _ATTACHED in message.data


def _fields(data: bytes) -> Fields:
    return email.message_from_bytes(data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")


def _leaves(data: bytes) -> Iterator[tuple[Fields, bytes]]:
    """Each part that holds no parts, with its own fields and its bytes decoded.

    The parser of the standard library reads line by line, which takes longer for an edition than all the rest of a
    call, so only the heads go through it.
    """
    fields = _fields(data)
    body = data.partition(b"\r\n\r\n")[2]
    boundary = fields.get_boundary()
    if fields.get_content_maintype() == "multipart" and boundary:
        for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
            yield from _leaves(part.lstrip(b" \t").removeprefix(b"\r\n"))
        return
    coding = str(fields["Content-Transfer-Encoding"] or "").lower()
    if coding == "quoted-printable":
        body = binascii.a2b_qp(body)
    elif coding == "base64":
        body = binascii.a2b_base64(body)
    yield fields, body


def _mailbox(fields: Fields, name: str) -> Mailbox:
    display, address = parseaddr(_line(fields, name))
    return Mailbox(name=_decoded(display), address=address)


def _line(fields: Fields, name: str) -> str:
    return _FOLD.sub("", str(fields[name] or ""))


def _decoded(text: str) -> str:
    return str(make_header(decode_header(text))) if "=?" in text else text
