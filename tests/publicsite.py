"""A site with three newsletters, its public pages on a port of this machine, and what comes back from them."""

import http.client
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.editions.letter import write_letter
from publisher.newsroom.links import Ticket, link_key, sign
from publisher.newsroom.sending.send import send
from publisher.newsroom.sources.collect import collect
from publisher.store.engine import Store
from publisher.store.people import subscribers
from publisher.web.listening import settings
from publisher.web.public import public_app

ANN = "ann.quill@lantern.example"
CONFIG = """
[site]
name = "Lantern Reviews"
url = "https://lantern.example"
postal_address = "1 Quay Street, Oldport"
[[sources]]
name = "folder"
kind = "folder"
path = "reviews"
[providers.out]
kind = "outbox"
path = "outbox"
[newsletters.weekly]
title = "The Weekly Lantern"
from = "Lantern <digest@lantern.example>"
[newsletters.daily]
title = "The Daily Lantern"
from = "Lantern <digest@lantern.example>"
[newsletters.festival]
title = "Festival Dispatches"
from = "Lantern <digest@lantern.example>"
[web]
url = "https://news.lantern.example"
"""
REVIEW = """---
title: "Harbour Glass review: a film that trusts its silences"
film: Harbour Glass
author: Nell Ashworth
date: 2026-11-19
url: https://lantern.example/harbour-glass
---
Harbour Glass begins in the rain and ends in the rain, and it is never once dull. The cast is splendid throughout.

It is a patient, generous film that trusts us to keep up, and it earns every one of its silences.
"""
LETTER = "# An apology\n\nLast week's edition had the wrong date in it. We are sorry, and it will not happen again.\n"


def public_site(root: Path, store: Store, *, web: str = "https://news.lantern.example") -> App:
    """The site, without any reader; `web` is where its pages are reached."""
    file = root / "config" / "publisher.toml"
    file.parent.mkdir()
    (root / "reviews").mkdir()
    (root / "reviews" / "harbour-glass.md").write_text(REVIEW, encoding="utf-8")
    file.write_text(CONFIG.replace("https://news.lantern.example", web), encoding="utf-8")
    return App(config=load(file, env={}), store=store)


def join(app: App, *newsletters: str, email: str = ANN) -> int:
    """A confirmed reader of these newsletters; her number."""
    with app.store.write() as db:
        return subscribers.add(
            db, email, name="Ann Quill", newsletters=newsletters, now=app.now(), consent={"how": "test"}
        )


def token_of(app: App, reader: int, newsletter: str = "weekly") -> str:
    """The token of her links, as mails of every version carry it."""
    return sign(link_key(app), Ticket(newsletter=newsletter, edition=f"{newsletter}/2026-11-20", reader=reader))


def state(app: App, newsletter: str, email: str = ANN) -> str:
    with app.store.read() as db:
        person = subscribers.get(db, email)
    return person.state_for(newsletter) if person else "unknown"


def sent(app: App, kind: str) -> dict[str, str]:
    """Send an edition, a one-off or a letter to the readers; the token of each link of the one mail, by its path."""
    collect(app, release=9)
    if kind == "edition":
        key = composing.compose(app, "weekly", last=1).edition.key
        key = composing.compose(app, "weekly").edition.key
    elif kind == "one-off":
        key = "from-the-festival"
        composing.compose_one_off(app, "weekly", key=key, review_ids=["https://lantern.example/harbour-glass"])
    else:
        file = app.config.root / "sorry.md"
        file.write_text(LETTER, encoding="utf-8")
        key = write_letter(app, file, newsletter="weekly").edition.key
    assert send(app, key).counts.accepted == 1
    (mail,) = (app.config.root / "outbox").glob("*.eml")
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    body = message.get_body(("html",))
    assert body is not None
    found = dict(re.findall(r"https://news\.lantern\.example/([upv])/([\w-]+)", body.get_content()))
    listed = re.search(r"/u/([\w-]+)", str(message["List-Unsubscribe"]))
    assert listed
    assert listed[1] == found["u"]
    return found


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers of an answer; a header's underscores stand for dashes."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    said = answer.read().decode()
    line.close()
    return answer.status, said, {name.lower(): value for name, value in answer.getheaders()}


@contextmanager
def on_a_port(pages: ASGIApp) -> Iterator[int]:
    """These pages served on a free port of 127.0.0.1."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(settings(pages, proxy_headers=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def pages_of(app: App) -> Iterator[int]:
    """The public pages of a site on a port."""
    with on_a_port(public_app(app)) as port:
        yield port
