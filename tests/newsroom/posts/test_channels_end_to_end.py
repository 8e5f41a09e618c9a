"""Posts on their way through the newsroom to networks that lose answers, and to an editor's desk."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.loopback import Asked, Loopback, Page, loopback

from publisher.config import load
from publisher.model import Block, Film, Review, Verdict
from publisher.newsroom.app import App
from publisher.newsroom.posts.outgoing import Posted
from publisher.newsroom.posts.queue import queue_posts, run_posts
from publisher.store.engine import Store
from publisher.store.pool import reviews as pool

pytestmark = pytest.mark.slow

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
CONFIG = """
[site]
name = "Lantern Reviews"
url = "https://lantern.example"
postal_address = "1 High Street, London"
[editor]
email = ["ed@lantern.example"]
[providers.box]
kind = "outbox"
path = "mail"
[newsletters.weekly]
title = "The Weekly Lantern"
from = "Lantern <digest@lantern.example>"
provider = "box"
[social.channel]
"""


class Desk:
    """A publisher with one channel and one new review, whose clock the test moves."""

    def __init__(self, root: Path, store: Store, channel: str) -> None:
        file = root / "config" / "publisher.toml"
        file.parent.mkdir()
        file.write_text(CONFIG + channel, encoding="utf-8")
        self.root, self.now = root, NOON
        self.app = App(config=load(file, env={}), store=store, now=lambda: self.now)
        text = "The Salt Road is a quiet, exact and deeply felt film about the cost of keeping a promise."
        review = Review(
            id="review1",
            source="site",
            url="https://lantern.example/1",
            headline="The Salt Road review",
            film=Film(title="The Salt Road"),
            authors=("Ada Quill",),
            blocks=(Block(kind="paragraph", text=text),),
            full_text="feed",
        )
        with store.write() as db:
            pool.insert(db, review, now=NOON, verdict=Verdict.NEW)

    def tick(self, minutes: int = 0) -> tuple[Posted, ...]:
        self.now = NOON + timedelta(minutes=minutes)
        queue_posts(self.app)
        return run_posts(self.app, http=None, stop=threading.Event())


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


class Birds:
    """X as it answers; the first answer to a post is lost, after or before the post was stored."""

    def __init__(self, site: Loopback, *, stored: bool) -> None:
        self.stored, self.losing = stored, True
        self.shown: list[str] = []
        for path in ("/2/media/upload", "/2/media/metadata", "/2/users/me"):
            site.pages[path] = _data({"id": "7"})
        site.pages["/2/users/7/tweets"] = lambda *_: _data([{"id": "9", "text": text} for text in self.shown])
        site.pages["/2/tweets"] = self._take

    def _take(self, asked: Asked, _: BaseHTTPRequestHandler) -> Page | None:
        losing, self.losing = self.losing, False
        if self.stored or not losing:
            self.shown.append(json.loads(asked.body)["text"])
        return None if losing else _data({"id": "9"})


def _data(data: object) -> Page:
    return Page(body=json.dumps({"data": data}).encode())


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
def test_a_lost_answer_leaves_exactly_one_post(
    site: Loopback, tmp_path: Path, sqlite_store: Store, stored: bool
) -> None:
    birds = Birds(site, stored=stored)
    desk = Desk(tmp_path, sqlite_store, f'kind = "x"\naccess_token = "token"\napi = "{site.url}"\n')

    assert [each.state for each in desk.tick()] == ["uncertain"]
    assert desk.tick(minutes=0) == ()
    assert [each.state for each in desk.tick(minutes=5)] == ([] if stored else ["accepted"])
    assert desk.tick(minutes=60) == ()
    assert len(birds.shown) == 1


def test_a_channel_without_a_look_back_stays_uncertain(site: Loopback, tmp_path: Path, sqlite_store: Store) -> None:
    site.pages["/hook"] = lambda *_: None
    desk = Desk(tmp_path, sqlite_store, f'kind = "discord"\nwebhook_url = "{site.url}/hook"\n')

    assert [each.state for each in desk.tick()] == ["uncertain"]
    assert desk.tick(minutes=600) == ()
    assert site.paths() == ["/hook?wait=true"]


def test_a_post_to_make_by_hand_is_mailed_once_with_its_card(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, 'kind = "manual"\nnetwork = "linkedin"\n')

    assert [each.state for each in desk.tick()] == ["accepted"]
    assert desk.tick(minutes=60) == ()
    (mail,) = (tmp_path / "mail").rglob("*.eml")
    letter = message_from_bytes(mail.read_bytes(), policy=default)
    words = letter.get_body()
    assert words is not None
    (card,) = letter.iter_attachments()
    assert letter["To"] == "ed@lantern.example"
    assert "The Salt Road" in words.get_content()
    assert "https://lantern.example/1" in words.get_content()
    assert card.get_content_type() == "image/jpeg"
    assert (tmp_path / "outbox" / "posts").is_dir()
