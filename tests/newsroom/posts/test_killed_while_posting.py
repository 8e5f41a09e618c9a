"""The process is killed at any step of a post, and started again: exactly one post, nothing in doubt for ever."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.loopback import Answer, Asked, Loopback, Page, loopback
from tests.newsroom.posts.test_channels import SITE, TEXT, mastodon
from tests.newsroom.posts.test_threads import Birds
from tests.providers.social_stubs import TOKEN, MastodonStub

from publisher.model import Block, DeliveryState, Film, Review, Verdict
from publisher.store.engine import open_store
from publisher.store.ledger import posts
from publisher.store.pool import reviews as pool

pytestmark = pytest.mark.slow

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
WORDS = """
import sys, threading
from datetime import datetime, timedelta
from pathlib import Path

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.posts.queue import queue_posts, run_posts
from publisher.store.engine import open_store

file, minutes = Path(sys.argv[1]), int(sys.argv[2])
now = datetime.fromisoformat("2031-03-04T12:00:00+00:00") + timedelta(minutes=minutes)
config = load(file, env={})
store = open_store(config.store.url, root=config.root)
app = App(config=config, store=store, now=lambda: now)
queue_posts(app)
run_posts(app, http=None, stop=threading.Event())
store.close()
"""
REVIEW = Review(
    id="review1",
    source="site",
    url="https://lantern.example/1",
    headline="The Salt Road",
    film=Film(title="The Salt Road"),
    authors=("Ada Quill",),
    blocks=(Block(kind="paragraph", text=TEXT),),
    full_text="feed",
)


@dataclass
class Assassin:
    """Kills its victim at one call, before its work or after it, once."""

    site: Loopback
    call: str
    before: bool
    victim: int = 0

    def lie_in_wait(self) -> None:
        for path, answer in list(self.site.pages.items()):
            if path.endswith(self.call):
                self.site.pages[path] = self._watched(answer)

    def _watched(self, answer: Answer) -> Answer:
        def work(asked: Asked, handler: BaseHTTPRequestHandler) -> Page | None:
            strikes_first = self.victim and self.before
            made = None if strikes_first else answer if isinstance(answer, Page) else answer(asked, handler)
            if self.victim:
                os.kill(self.victim, signal.SIGKILL)
                self.victim = 0
                return None
            return made

        return work


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


def start(root: Path, table: str) -> Path:
    file = root / "publisher.toml"
    file.write_text(f'{SITE}[store]\nurl = "sqlite:///posts.db"\n{table}', encoding="utf-8")
    store = open_store("sqlite:///posts.db", root=root)
    with store.write() as db:
        pool.insert(db, replace(REVIEW), now=NOON, verdict=Verdict.NEW)
    store.close()
    return file


def run(file: Path, minutes: int, assassin: Assassin | None = None) -> int:
    child = subprocess.Popen([sys.executable, "-c", WORDS, str(file), str(minutes)], stderr=subprocess.DEVNULL)
    if assassin is not None:
        assassin.victim = child.pid
    return child.wait(timeout=120)


def states(root: Path) -> list[DeliveryState]:
    store = open_store("sqlite:///posts.db", root=root)
    with store.read() as db:
        found = [post.state for post in posts.list_(db)]
    store.close()
    return found


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("call", ["/api/v2/media", "/7/statuses", "/api/v1/statuses"])
def test_on_mastodon(site: Loopback, tmp_path: Path, call: str, before: bool) -> None:
    stub = MastodonStub(site, keeps_keys=False)
    file = start(tmp_path, mastodon(site, TOKEN))
    assassin = Assassin(site, call, before)
    assassin.lie_in_wait()

    assert run(file, 0, assassin) == -signal.SIGKILL
    assert run(file, 5) == 0
    assert (len(stub.statuses), states(tmp_path)) == (1, [DeliveryState.ACCEPTED])


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_on_x(site: Loopback, tmp_path: Path, before: bool) -> None:
    birds = Birds(site, lose=0, stored=True)
    file = start(tmp_path, f'[social.bird]\nkind = "x"\naccess_token = "t"\napi = "{site.url}"\n')
    assassin = Assassin(site, "/2/tweets", before)
    assassin.lie_in_wait()

    assert run(file, 0, assassin) == -signal.SIGKILL
    assert [run(file, minutes) for minutes in (5, 10)] == [0, 0]  # a network may show it a minute later
    assert (len(birds.shown), states(tmp_path)) == (1, [DeliveryState.ACCEPTED])
