"""How an inbox lists an edition: sender, subject and preheader, cut where each client cuts them. Pure.

Clients cut by width, not by count: the rows are drawn at the client's true width and cut by the browser; the counts
are what usually fits of ordinary words (measured on Gmail and Mail, English, default text size).
"""

from dataclasses import dataclass
from email.utils import parseaddr

from publisher.text.clip import at_words
from publisher.text.count import graphemes


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """An inbox: its name, the width of its row in pixels, and how many characters usually fit."""

    id: str
    name: str
    subject: int
    preheader: int
    lines: int = 1


CLIENTS = (
    Client(id="gmail", name="Gmail in a browser", subject=70, preheader=34),
    Client(id="gmail-phone", name="Gmail on a phone", subject=38, preheader=42),
    Client(id="ios", name="Mail on an iPhone", subject=41, preheader=84, lines=2),
    Client(id="outlook", name="Outlook", subject=42, preheader=55),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxRow:
    """An edition in one client's list; `words` say what of subject and preheader cannot be read there."""

    client: Client
    sender: str
    subject: str
    preheader: str
    words: str


def rows(*, sender: str, subject: str, preheader: str) -> tuple[InboxRow, ...]:
    """The edition in every client's list."""
    name, address = parseaddr(sender)
    return tuple(
        InboxRow(
            client=client,
            sender=name or address,
            subject=subject,
            preheader=preheader,
            words=_words(client, subject, preheader),
        )
        for client in CLIENTS
    )


def _words(client: Client, subject: str, preheader: str) -> str:
    if not subject:
        return "There is no subject yet."
    if graphemes(subject) > client.subject:
        return f"The subject ends about here: “{at_words(subject, client.subject)}”"
    if not preheader:
        return "Without a preheader it shows whatever comes first in the email."
    # One line holds both in a browser, so a short subject leaves the preheader more room.
    room = client.preheader + (client.subject - graphemes(subject) if client.id == "gmail" else 0)
    if graphemes(preheader) > room:
        return f"The preheader ends about here: “{at_words(preheader, room)}”"
    return "Both can be read whole."
