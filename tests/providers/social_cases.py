"""What a kind of channel hands to the contract tests: how to open it, its recorded answers, what arrived."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.loopback import Answer, Asked, Loopback, Page

from publisher.config import Site
from publisher.errors import SendError, TryLater, Uncertain
from publisher.formatters.cards import card
from publisher.model import LinkCard, Post, Quote, Receipt, Review, SocialProvider
from publisher.text import facets

REVIEW = Review(id="a", source="s", headline="Ashes of the Tide")
CARD = card.draw(REVIEW, Quote(text="Quiet.", spans=()), site=Site(name="The Harbour Reel"))
LINK = "https://films.example.com/a_b?c=1&d=2"
WORDS = "“Quiet & sly (mostly) — *a* [small] <wonder>.”\n\nAshes of the Tide (2024) ★★★★½"
TEXT = f"{WORDS}\n— Mara Ellis\n\n{LINK}\n#Noir"
HTML = Page(body=b"<html><h1>Welcome</h1></html>", headers={"Content-Type": "text/html"})


def post_for(network: str, text: str = TEXT, **more: Any) -> Post:
    """A post with everything in it."""
    made: dict[str, Any] = {"facets": facets.find(text, network), "link": LINK, "image_alt": CARD.alt, "language": "en"}
    return Post(network=network, text=text, length=len(text), limit=9999, **(made | more))


def carded(network: str) -> Post:
    """A post whose link stands in its card only."""
    shown = LinkCard(url=LINK, title="Ashes of the Tide (review)", description="A film.")
    return post_for(network, f"{WORDS}\n— Mara Ellis\n#Noir", card=shown)


def page(body: Any, status: int = 200, **headers: str) -> Page:
    """A JSON answer."""
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(body=json.dumps(body).encode(), status=status, headers=named)


def form(asked: Asked) -> dict[str, bytes]:
    """The fields of a form, however it was sent."""
    kind = asked.headers.get("content-type", "")
    if "multipart" not in kind:
        return {name: value.encode() for name, value in parse_qsl(asked.body.decode(), keep_blank_values=True)}
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + asked.body, policy=HTTP)
    fields = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        fields[name] = content if isinstance(content, bytes) else b""
    return fields


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind. `call` is the path whose request publishes, "" for a kind that speaks to no server.

    `refused`, `throttled` (with its `wait` in seconds) and `gone` are answers of that call as the network's
    documentation has them; `says` makes a refusal with other words in it. `prepares` are the paths asked before.
    `idempotent` and `looks_back` are what the kind promises.
    """

    open: Callable[[str, Path], SocialProvider]
    post: Post
    serve: Callable[[Loopback], None] = lambda site: None
    call: str = ""
    words: Callable[[Asked], str] = lambda asked: ""
    receipt: Receipt = field(default_factory=Receipt)
    secrets: tuple[str, ...] = ()
    refused: Page | None = None
    says: Callable[[str], Page] | None = None
    throttled: Page | Callable[[], Page] | None = None
    wait: float | None = None
    gone: tuple[Page, ...] = ()
    unreadable: type[SendError] | None = Uncertain
    out_of_reach: type[SendError] = TryLater
    prepares: tuple[str, ...] = ()
    idempotent: bool = False
    looks_back: bool = False


def serving(pages: Mapping[str, Answer]) -> Callable[[Loopback], None]:
    """Serve these pages."""
    return lambda site: site.pages.update(pages)


@cache
def cases() -> dict[str, Case]:
    """The case of every kind, from the file of its name."""
    files = sorted((Path(__file__).parent / "social").glob("*.py"))
    return {path.stem: import_module(f"tests.providers.social.{path.stem}").CASE for path in files}
