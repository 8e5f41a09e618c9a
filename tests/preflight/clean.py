"""A message with nothing wrong in it, and how to spoil one thing of it."""

import quopri
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from tools import specimen

from publisher.formatters.email import digest
from publisher.formatters.message import envelope
from publisher.model import Email, Message, Reader

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
READER = Reader(id=1, email="ines@reader.example", name="Ines Várady")
PAGES = "https://news.lamplight.example"
TOKEN = "Zm9vYmFyYmF6cXV4Zm9vYmFy"
FIELDS = {
    "name": READER.name,
    "email": READER.email,
    "unsubscribe_url": f"{PAGES}/u/{TOKEN}",
    "preferences_url": f"{PAGES}/p/{TOKEN}",
    "view_url": f"{PAGES}/v/{TOKEN}",
}
LETTER = """\
# We are *moving*

Dear readers, from December we write from a [new address](/about), and nothing else changes for you.

- The **postcode** changes for us
- Write to <https://lamplight.example/letters> as before

[Everything about the move](/moving)

Yours,\\
Mara
"""


@cache
def rendered(layout: str = "classic", count: int = 6) -> Email:
    return digest.render(
        specimen.edition(count), config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=None, layout=layout
    )


@cache
def letter(markdown: str = LETTER) -> Email:
    return digest.render_letter(
        digest.Written(key="moving", markdown=markdown),
        config=specimen.config(),
        newsletter=specimen.NEWSLETTER,
        templates=None,
        slot=NOW,
    )


def sent(email: Email, *, edition: str = "weekly/2026-11-20") -> Message:
    compiled = envelope.compile_edition(
        email,
        envelope.MailingList(
            sender=specimen.NEWSLETTER.sender,
            reply_to="mara@lamplight.example",
            list_id="weekly.lamplight.example",
            newsletter="weekly",
            name="Friday Screening",
        ),
        edition=edition,
        date=NOW,
    )
    message_id = envelope.message_id(edition, READER.id, b"secret", "lamplight.example")
    return envelope.message(compiled, reader=READER, values=FIELDS, message_id=message_id, delivery_id=1, key="k")


@dataclass(frozen=True)
class Parts:
    """A message in pieces that can be spoiled one by one."""

    head: str
    text: str
    html: str

    @classmethod
    def of(cls, raw: bytes) -> "Parts":
        head, _, body = raw.partition(b"\r\n\r\n")
        bodies = [part.partition(b"\r\n\r\n")[2] for part in body.split(b"\r\n--=_")]
        first = body.partition(b"\r\n\r\n")[2].partition(b"\r\n--=_")[0]
        text, html = (quopri.decodestring(each).decode().replace("\r\n", "\n") for each in (first, bodies[1]))
        return cls(head.decode(), text, html)

    @property
    def raw(self) -> bytes:
        boundary = self.head.rpartition('boundary="')[2].rpartition('"')[0]
        parts = [
            f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded(content)}\r\n"
            for kind, content in (("plain", self.text), ("html", self.html))
        ]
        return f"{self.head}\r\n\r\n{''.join(parts)}--{boundary}--\r\n".encode()

    def header(self, name: str, value: str | None) -> "Parts":
        """Another value for a header; None takes it away."""
        lines = self.head.replace("\r\n ", "\0").split("\r\n")
        kept = [line for line in lines if not line.lower().startswith(f"{name.lower()}:")]
        if value is not None:
            kept.insert(0, f"{name}: {value}")
        return replace(self, head="\r\n".join(kept).replace("\0", "\r\n "))

    def page(self, old: str, new: str, count: int = 1) -> "Parts":
        assert old in self.html, f"the clean page has no {old!r}"
        return replace(self, html=self.html.replace(old, new, count))

    def add(self, markup: str) -> "Parts":
        """Markup in a row of its own before the footer, its words in the text too."""
        row = f'<tr><td style="padding:8px 24px;font-size:17px;line-height:26px">{markup}</td></tr>'
        at = self.html.index('<tr>\n<td class="gutter footer"')
        return replace(self, html=f"{self.html[:at]}{row}{self.html[at:]}")

    def plain(self, change: Callable[[str], str]) -> "Parts":
        changed = change(self.text)
        assert changed != self.text
        return replace(self, text=changed)


def encoded(content: str) -> str:
    return quopri.encodestring(content.encode(), quotetabs=False).decode().replace("\n", "\r\n")


@cache
def parts(layout: str = "classic") -> Parts:
    return Parts.of(sent(rendered(layout)).data)
