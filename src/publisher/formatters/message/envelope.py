"""An edition's email compiled once to bytes and merge fields; each reader's message is then a join of bytes.

multipart/alternative with text first (RFC 2046 5.1.4), UTF-8, quoted-printable. Each merge field of the two bodies
stands between soft breaks, so that a value never disturbs its neighbours' lines; in HTML it is escaped. No line begins
with a dot, so the bytes are the same before and after SMTP's dot-stuffing (RFC 5321 4.5.2).
"""

import hashlib
import hmac
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from publisher.errors import ConfigError, Rejected
from publisher.formatters.message import headers, quoted
from publisher.model import Blank, CompiledEdition, Email, Filling, Message, Reader
from publisher.text import clean

LONGEST_VALUE = 10_000
LONGEST_NAME = 1_000
UNSUBSCRIBE = "unsubscribe_url"

_LABEL = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailingList:
    """A newsletter as the headers of its messages name it.

    `sender` and `reply_to` are mailboxes (`Name <a@b.example>`), `list_id` a domain name that stays for the list's
    life (RFC 2919), alone or as `Phrase <domain>`; `name` is a phrase for it.
    """

    sender: str
    reply_to: str | None
    list_id: str
    newsletter: str
    name: str = ""


def compile_edition(email: Email, mailing_list: MailingList, *, edition: str, date: datetime) -> CompiledEdition:
    """The edition as bytes with merge fields between them; raises `ConfigError` for a bad mailbox."""
    newsletter, reply_to = mailing_list.newsletter, mailing_list.reply_to
    display, bare = mailbox(mailing_list.sender, newsletter, "from")
    subject = tuple(_pieces(email.subject, email.merge_fields))
    fixed = {
        "from": headers.mailbox("From", display, bare),
        "reply": headers.mailbox("Reply-To", *mailbox(reply_to, newsletter, "reply_to")) if reply_to else b"",
        "list": _list_id(mailing_list.list_id, mailing_list.name, newsletter),
        "feedback": _feedback(edition, newsletter, bare),
    }
    boundary = "=_" + hashlib.sha256(f"{email.content_hash}\0{edition}".encode()).hexdigest()[:32]
    return CompiledEdition(
        head=_merged(_head(fixed, subject, boundary, one_click=UNSUBSCRIBE in email.merge_fields)),
        body=_merged(_body(email, boundary)),
        sender=bare,
        hash=email.content_hash,
        date=date,
        subject=subject,
    )


def message(
    compiled: CompiledEdition,
    *,
    reader: Reader,
    values: Mapping[str, str],
    message_id: str,
    delivery_id: int,
    key: str,
) -> Message:
    """One reader's finished message; raises `Rejected` when her address or one of her values cannot be sent.

    `values` names every merge field of the edition; `message_id` comes with its angle brackets. For many messages of
    one edition make a `Composer` once.
    """
    return Composer(compiled).message(reader, values, message_id, delivery_id, key)


class Composer:
    """Joins messages of one edition; its threads share it."""

    def __init__(self, compiled: CompiledEdition) -> None:
        self._compiled = compiled
        pieces = [*compiled.head, *compiled.body]
        self._fixed = [piece if isinstance(piece, bytes) else b"" for piece in pieces]
        self._head: list[tuple[int, str]] = []
        self._values: dict[str, tuple[list[int], list[int]]] = {}
        for at, piece in enumerate(pieces):
            if isinstance(piece, bytes):
                continue
            if at < len(compiled.head):
                self._head.append((at, piece))
            else:
                kind, _, name = piece.partition(":")
                self._values.setdefault(name, ([], []))[kind == "html"].append(at)
        heads = [piece for _, piece in self._head]
        self._personal = [
            next((piece for piece in heads if piece.startswith(start)), "") for start in ("subject", "unsubscribe")
        ]

    def blank(self) -> Blank:
        """The edition with a mark in each merge field's place: an address that stays as it is wherever it stands."""
        names = sorted({*self._values, *self._compiled.subject[1::2], UNSUBSCRIBE})
        site = f"https://{hashlib.sha256(repr(self._fixed).encode()).hexdigest()[:16]}.invalid"
        marks = {f"{site}/{at}/": name for at, name in enumerate(names)}
        reader = Reader(id=0, email="reader@mail.invalid")
        made = self.message(reader, {name: mark for mark, name in marks.items()}, "<0@mail.invalid>", 0, "")
        return Blank(message=made, marks=marks, leaves=bool(self._personal[1]))

    def filling(
        self,
        reader: Reader,
        values: Mapping[str, str],
        message_id: str,
        delivery_id: int,
        key: str,
        date: datetime | None = None,
    ) -> Filling:
        """What one reader's message says in the places of `blank`; raises `Rejected` where `message` does."""
        recipient, name = _addressee(reader)
        lines = [
            self._header(piece, name, recipient, values, message_id, None) if piece else b"" for piece in self._personal
        ]
        return Filling(
            delivery_id=delivery_id,
            key=key,
            recipient=recipient,
            name=name,
            message_id=message_id,
            subject=_subject(self._compiled.subject, values) if lines[0] else "",
            leave=lines[1].partition(b": ")[2].strip().decode(),
            values={field: _value(field, values.get(field, "")) for field in self._values},
            finished=lambda: self.message(reader, values, message_id, delivery_id, key, date),
        )

    def message(
        self,
        reader: Reader,
        values: Mapping[str, str],
        message_id: str,
        delivery_id: int,
        key: str,
        date: datetime | None = None,
    ) -> Message:
        """One reader's message, as `message` of this module says."""
        recipient, name = _addressee(reader)
        parts = self._fixed.copy()
        for at, piece in self._head:
            parts[at] = self._header(piece, name, recipient, values, message_id, date)
        for name, (in_text, in_html) in self._values.items():
            text = _value(name, values.get(name, ""))
            encoded = quoted.value(text)
            for at in in_text:
                parts[at] = encoded
            if in_html:
                escaped = html.escape(text)
                encoded = encoded if escaped == text else quoted.value(escaped)
                for at in in_html:
                    parts[at] = encoded
        return Message(
            delivery_id=delivery_id,
            key=key,
            sender=self._compiled.sender,
            recipient=recipient,
            message_id=message_id,
            data=b"".join(parts),
            dotless=True,
        )

    def _header(
        self,
        piece: str,
        name: str,
        recipient: str,
        values: Mapping[str, str],
        message_id: str,
        date: datetime | None,
    ) -> bytes:
        if piece == "to":
            return headers.mailbox("To", name, recipient)
        if piece == "date":
            return headers.date(date or self._compiled.date)
        if piece == "message_id":
            return headers.token("Message-ID", message_id)
        if piece == "subject":
            return headers.unstructured("Subject", _subject(self._compiled.subject, values))
        return headers.link("List-Unsubscribe", values[UNSUBSCRIBE])


def message_id(edition: str, subscriber_id: int, secret: bytes, domain: str) -> str:
    """A Message-ID that is the same at every attempt and tells nothing about the reader (RFC 5322 3.6.4)."""
    digest = hmac.digest(secret, f"{edition}\0{subscriber_id}".encode(), "sha256").hex()
    return f"<{digest[:32]}@{domain}>"


def domain_of(sender: str) -> str:
    """The domain of a mailbox in ASCII: where its Message-IDs and List-Id live."""
    return headers.address(_split(sender)[1]).rpartition("@")[2]


def _head(
    fixed: Mapping[str, bytes], subject: tuple[str, ...], boundary: str, *, one_click: bool
) -> Iterator[bytes | str]:
    yield fixed["from"]
    yield "to"
    yield headers.unstructured("Subject", "".join(subject)) if len(subject) < 2 else "subject"
    yield "date"
    yield "message_id"
    yield headers.token("MIME-Version", "1.0")
    yield fixed["reply"]
    if one_click:
        yield "unsubscribe"
        yield headers.token("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    yield fixed["list"] + fixed["feedback"]
    yield headers.token("Precedence", "bulk") + headers.token("X-Auto-Response-Suppress", "OOF, AutoReply")
    yield f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode()


def _body(email: Email, boundary: str) -> Iterator[bytes | str]:
    for kind, content in (("text", email.text), ("html", email.html)):
        subtype = "plain" if kind == "text" else "html"
        yield f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n".encode()
        yield b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        pieces = list(_pieces(_lines(content), email.merge_fields))
        for at, piece in enumerate(pieces):
            if at % 2:
                yield f"{kind}:{piece}"
            else:
                yield quoted.static(piece, closed=at + 1 < len(pieces))
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


def _addressee(reader: Reader) -> tuple[str, str]:
    """The reader's address and name as they go into her message."""
    recipient = headers.address(reader.email)
    if len(reader.name) > LONGEST_NAME:
        raise Rejected(f"the reader's name is longer than {LONGEST_NAME:,} characters", code="5.6.0")
    return recipient, reader.name if reader.name.isprintable() else clean.line(reader.name)


def _subject(pieces: tuple[str, ...], values: Mapping[str, str]) -> str:
    filled = (_mended(piece, values.get(piece, "")) if at % 2 else piece for at, piece in enumerate(pieces))
    return clean.line("".join(filled))


def _value(name: str, text: str) -> str:
    """The value as it stands in the bodies."""
    return _mended(name, text) if len(text) > LONGEST_VALUE or not text.isprintable() else text


def _mended(name: str, text: str) -> str:
    """The value on one line; a giant one is refused."""
    if len(text) > LONGEST_VALUE:
        raise Rejected(f"the value for “{name}” is longer than {LONGEST_VALUE:,} characters", code="5.6.0")
    return clean.line(text)


def _pieces(content: str, fields: Mapping[str, str]) -> Iterator[str]:
    """Text and merge field names in turn, beginning and ending with text."""
    names = {token: name for name, token in fields.items()}
    if not names:
        yield content
        return
    tokens = re.compile("|".join(re.escape(token) for token in sorted(names, key=len, reverse=True)))
    at = 0
    for found in tokens.finditer(content):
        yield content[at : found.start()]
        yield names[found.group()]
        at = found.end()
    yield content[at:]


def _lines(content: str) -> str:
    r"""The text with \n at every line's end, the last one too."""
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    return content if content.endswith("\n") else content + "\n"


def _merged(pieces: Iterator[bytes | str]) -> tuple[bytes | str, ...]:
    out: list[bytes | str] = []
    for piece in pieces:
        if isinstance(piece, bytes) and out and isinstance(out[-1], bytes):
            out[-1] += piece
        elif piece:
            out.append(piece)
    return tuple(out)


def mailbox(raw: str, newsletter: str, key: str) -> tuple[str, str]:
    """A sender in two: the name, and the address with its domain in ASCII; `ConfigError` for what no server takes."""
    display, bare = _split(raw)
    where = f"[newsletters.{newsletter}] {key}"
    if headers.unsafe(raw):
        raise ConfigError("a mail address may not hold control characters", where=where)
    try:
        return display, headers.address(bare)
    except Rejected as error:
        raise ConfigError(error.what, where=where, do="write it as “Name <name@example.com>”") from None


def _split(raw: str) -> tuple[str, str]:
    """`Name <address>` in two, a comma or quotes in the name being no obstacle."""
    raw = raw.strip()
    if not raw.endswith(">"):
        return "", raw
    phrase, _, bare = raw[:-1].rpartition("<")
    phrase = phrase.strip()
    if len(phrase) > 1 and phrase[0] == phrase[-1] == '"':
        phrase = re.sub(r"\\(.)", r"\1", phrase[1:-1])
    return phrase, bare.strip()


def _list_id(raw: str, phrase: str, newsletter: str) -> bytes:
    """`label.example.com` or `Phrase <label.example.com>` as a field."""
    given, label = _split(raw)
    try:
        return headers.list_id(label, clean.line(phrase or given))
    except Rejected as error:
        raise ConfigError(error.what, where=f"[newsletters.{newsletter}]") from None


def _feedback(edition: str, newsletter: str, sender: str) -> bytes:
    """Feedback-ID (https://support.google.com/mail/answer/6254652): its last part is ours, of 5 to 15 characters."""
    label = _LABEL.sub("", sender.rpartition("@")[2].lower())[:15]
    if len(label) < 5:
        return b""
    campaign, group = (_LABEL.sub("-", part.lower()).strip("-")[:60] for part in (edition, newsletter))
    return headers.token("Feedback-ID", f"{campaign}:{group}:digest:{label}")
