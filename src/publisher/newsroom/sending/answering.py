"""An editor's answer from afar: the signed links of a proof mail that approve exactly that draft, or hold it.

Looking at a link changes nothing, so that a mail scanner's visit does not either; the page's one button does.
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from publisher.errors import PublisherError
from publisher.model import EditionState, Email
from publisher.newsroom.app import App
from publisher.newsroom.editions import editing
from publisher.newsroom.links import base_url, known_key, link_key, seal, unseal
from publisher.store import editions

KEY_NAME = "proofs"
Answer = Literal["approve", "hold", "stop"]
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What a link asks about an edition, and where that stands; `wrong` says why it cannot be done any more."""

    answer: Answer
    edition: str
    subject: str
    done: bool = False
    wrong: str = ""


def links(app: App, key: str, content_hash: str) -> dict[Answer, str]:
    """The addresses that approve exactly this content of an edition, and that hold it."""
    base = base_url(app)
    return {
        "approve": f"{base}/d/{_sign(app, ('approve', key, content_hash))}",
        "hold": f"{base}/d/{_sign(app, ('hold', key, content_hash))}",
    }


def stop_link(app: App, key: str, content_hash: str) -> str:
    """The address that stops an edition on its way."""
    return f"{base_url(app)}/d/{_sign(app, ('stop', key, content_hash))}"


def with_links(email: Email, found: dict[Answer, str], said: Sequence[str] = ()) -> Email:
    """The draft with its two links above it, for the editor alone; what is approved is the draft without them.

    `said` is what stands in its way, a line for each thing.
    """
    link = '<a href="{}" style="color:#ffffff;padding:10px 0">{}</a>'
    approve = link.format(html.escape(found["approve"]), "Approve this edition")
    hold = link.format(html.escape(found["hold"]), "Hold it back")
    text = f"Approve this edition: {found['approve']}\nHold it back: {found['hold']}"
    above = "".join(f"<br>{html.escape(line)}" for line in said)
    return with_line(email, page=f"{approve} &nbsp; {hold}{above}", text="\n".join((text, *said)))


def with_line(email: Email, *, page: str, text: str) -> Email:
    """The email with a line above it, in HTML and as text."""
    style = "margin:0;padding:14px 24px;background-color:#1a1a1a;color:#ffffff;font:16px/24px Arial,sans-serif"
    marked = _BODY.sub(lambda body: f'{body[0]}<p style="{style}">{page}</p>', email.html, count=1)
    return replace(email, html=marked, text=f"{text}\n\n{email.text}")


def visit(app: App, token: str) -> Visit | None:
    """What a link is about; None when it was not made here. Changes nothing."""
    asked = _read(app, token)
    if asked is None:
        return None
    answer, key, content_hash = asked
    with app.store.read() as db:
        stored = editions.get(db, key)
    if stored is None:
        return None
    seen = Visit(answer=answer, edition=key, subject=str(stored.content.get("subject", "")))
    if answer == "approve" and stored.state is EditionState.APPROVED and stored.approved_hash == content_hash:
        return replace(seen, done=True)
    if answer == "stop" and stored.state in (EditionState.SENDING, EditionState.PARTIAL):
        return replace(seen, done=stored.paused)
    if stored.frozen is not None or stored.state is EditionState.CANCELLED:
        return replace(seen, wrong=f"It is {stored.state.value} already.")
    if answer in ("hold", "stop"):
        return replace(seen, done=stored.paused)
    if stored.content_hash != content_hash:
        return replace(seen, wrong="It has changed since this proof was sent. Ask for a new one, or open the studio.")
    return seen


def answer(app: App, token: str) -> Visit | None:
    """Do what the link says, once; a second time changes nothing. None when it was not made here."""
    seen, asked = visit(app, token), _read(app, token)
    if seen is None or asked is None or seen.done or seen.wrong:
        return seen
    try:
        if seen.answer == "approve":
            editing.approve(app, seen.edition, content_hash=asked[2])
        else:
            editing.pause(app, seen.edition, on=True)
    except PublisherError as error:
        return replace(seen, wrong=error.what)
    return replace(seen, done=True)


def _sign(app: App, asked: tuple[Answer, str, str]) -> str:
    return seal(link_key(app, KEY_NAME), json.dumps(asked, separators=(",", ":")).encode())


def _read(app: App, token: str) -> tuple[Answer, str, str] | None:
    key = known_key(app, KEY_NAME)
    found = None if key is None else unseal(key, token)
    if found is None:
        return None
    said, edition, content_hash = found
    return said, edition, content_hash
