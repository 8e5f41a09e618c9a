"""A running studio over invented reviews, for tests by HTTP and in Chromium."""

import io
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from PIL import Image as Canvas

from publisher.config import Config, load
from publisher.model import Block, Film, Image, Published, Rating, Review
from publisher.newsroom.app import App
from publisher.store import editions
from publisher.store.editions import StoredEdition
from publisher.store.engine import Store
from publisher.store.pool import reviews
from publisher.web.studio.app import studio_app
from publisher.web.studio.session import Studio
from publisher.web.studio.view import View

CONFIG = """
[site]
name = "Lantern Reviews"
url = "https://lantern.example"
postal_address = "PO Box 12, Oldport"
timezone = "Europe/London"
pictures = "stills"
[editor]
email = ["ed@lantern.example"]
[providers.out]
kind = "outbox"
path = "outbox"
[newsletters.weekly]
title = "The Weekly Lantern"
from = "Lantern Reviews <digest@lantern.example>"
schedule = "fri 09:00"
[web]
url = "https://news.lantern.example"
"""
FILMS = ("The Salt Road", "Paper Harbour", "Nine Small Bells", "A Borrowed Orchard")
NOW = datetime(2031, 5, 14, 12, 0, tzinfo=UTC)
TEXT = """{title} is a quiet, exact and deeply felt film about the cost of keeping a promise.
What surprises is how funny it is. The director finds a rhythm of small humiliations and lets each of them land with \
perfect timing. It is a film that trusts its silences and earns every one of them.
Not all of it works, and the middle takes the long way round. Still, few films this year leave you with so much to \
talk about on the walk home.""".splitlines()


def invented(number: int, **fields: object) -> Review:
    """A review of a film that nobody made; `fields` replace what it says."""
    title = FILMS[number % len(FILMS)]
    known: dict[str, object] = {
        "id": f"review{number}",
        "source": "site",
        "url": f"https://lantern.example/post/{number}",
        "headline": f"{title} review",
        "film": Film(title=title, year=2030),
        "authors": ("Ada Quill",),
        "published": Published(value=NOW - timedelta(hours=number + 1), precision="minute", raw=""),
        "rating": Rating(value=4, best=5),
        "image": Image(url=f"https://lantern.example/stills/{number}.jpg", alt=f"A still from {title}"),
        "language": "en",
        "blocks": tuple(Block(kind="paragraph", text=text.format(title=title)) for text in TEXT),
        "full_text": "feed",
    }
    return Review(**{**known, **fields})  # type: ignore[arg-type]


def project(folder: Path) -> Path:
    """A configuration with two of the pictures, and its path."""
    file = folder / "config" / "publisher.toml"
    file.parent.mkdir()
    file.write_text(CONFIG, encoding="utf-8")
    (folder / "stills").mkdir()
    for number in range(2):
        out = io.BytesIO()
        Canvas.new("RGB", (640, 360), (40, 60 + 40 * number, 90)).save(out, "JPEG")
        (folder / "stills" / f"{number}.jpg").write_bytes(out.getvalue())
    return file


def fill(store: Store, *more: Review, count: int = 4) -> None:
    """Put reviews into the pool as new."""
    with store.write() as db:
        for review in (*(invented(number) for number in range(count)), *more):
            reviews.insert(db, review, now=NOW)


@dataclass
class Bench:
    """One running studio: where it is, and what it keeps."""

    studio: Studio
    port: int
    folder: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.studio.token}/"

    @property
    def store(self) -> Store:
        return self.studio.app.store

    def edition(self) -> StoredEdition:
        """The one edition of the store."""
        with self.store.read() as db:
            (stored,) = editions.list_(db)
        return stored

    def films(self) -> list[str]:
        """The films of the stored draft in their order."""
        found = []
        with self.store.read() as db:
            for item in self.edition().content["items"]:
                stored = reviews.get(db, item["review_id"])
                assert stored is not None
                found.append(stored.review.film.title if stored.review.film else "")
        return found

    def html(self) -> str:
        """The email of the stored draft."""
        with self.store.read() as db:
            email = editions.email(db, self.edition().key)
        assert email is not None
        return email.html


@contextmanager
def running(store: Store, file: Path, *, now: Callable[[], datetime] = lambda: NOW) -> Iterator[Bench]:
    """A studio on a port of this machine."""

    def read() -> Config:
        return load(file, env={})

    app = App(config=read(), store=store, now=now)
    studio = Studio(app, start=View(target="weekly"), load=read)
    studio.shown(studio.start, keep=True)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(studio_app(studio), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Bench(studio=studio, port=listener.getsockname()[1], folder=file.parent.parent)
    finally:
        studio.bell.stop()
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def hash_in(page: str) -> str:
    """The content hash that a page would approve."""
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]
