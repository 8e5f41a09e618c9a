"""Posts in the studio: edited, approved and sent from where they are seen."""

import html
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.studios import Bench, fill, project, running
from tests.web.test_studio_http import do, get

from publisher.model import DeliveryState
from publisher.newsroom.posts.queue import queue_posts, run_posts
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.ledger.posts import StoredPost

pytestmark = pytest.mark.slow

CHANNEL = '\n[social.box]\nkind = "outbox"\nnetwork = "mastodon"\npath = "outbox"\napprove = true\nmax_age = "9999d"\n'


@pytest.fixture
def bench(tmp_path: Path, sqlite_store: Store) -> Iterator[Bench]:
    fill(sqlite_store)
    file = project(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + CHANNEL, encoding="utf-8")
    with running(sqlite_store, file) as found:
        yield found


def stored(bench: Bench) -> StoredPost | None:
    with bench.store.read() as db:
        return posts.get(db, posts.post_id("review1", "box", "new"))


def fields(bench: Bench) -> dict[str, str]:
    page = get(bench, "e/weekly?show=posts&item=review1")
    start = page.index(f'action="{urlsplit(bench.base).path}do/post/')
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page[start : start + 3000]))
    words = re.search(r'<textarea id="words-1"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert words is not None
    return {**{name: html.unescape(value) for name, value in found.items()}, "words": html.unescape(words[1])}


def test_a_post_is_sent_from_where_it_is_seen_and_once(bench: Bench) -> None:
    form = fields(bench)
    status, page = do(bench, "post", act="send", **form)
    assert (status, "posted" in page) == (200, True)
    assert stored(bench) is not None
    do(bench, "post", act="send", **form)

    (text,) = (bench.folder / "outbox" / "posts").glob("*.txt")
    assert text.read_text(encoding="utf-8").strip() == form["words"]
    assert "Posted, file://" in get(bench, "e/weekly?show=posts&item=review1")


def test_a_waiting_post_is_reworded_and_then_approved(bench: Bench) -> None:
    queue_posts(bench.studio.app)
    form = fields(bench)
    assert "Waits for approval" in get(bench, "e/weekly?show=posts&item=review1")
    assert do(bench, "post", act="save", **form | {"words": "My own words.\r\nTwo lines."})[0] == 200
    waiting = stored(bench)
    assert waiting is not None
    assert (waiting.post.text, waiting.approved) == ("My own words.\nTwo lines.", False)

    assert do(bench, "post", act="approve", **fields(bench))[0] == 200
    run_posts(bench.studio.app, http=None, stop=threading.Event())
    sent = stored(bench)
    assert sent is not None
    assert sent.state is DeliveryState.ACCEPTED


def test_words_that_are_too_long_are_refused_and_nothing_changes(bench: Bench) -> None:
    queue_posts(bench.studio.app)
    before = stored(bench)
    status, page = do(bench, "post", act="save", **fields(bench) | {"words": "a" * 501})

    assert (status, "501 of 500" in page) == (422, True)
    assert stored(bench) == before


def test_a_stale_page_approves_nothing(bench: Bench) -> None:
    queue_posts(bench.studio.app)
    form = fields(bench)
    do(bench, "post", act="save", **form | {"words": "Other words."})

    assert do(bench, "post", act="approve", **form)[0] == 422
    waiting = stored(bench)
    assert waiting is not None
    assert not waiting.approved


def test_a_channel_that_is_not_configured_cannot_be_posted_to(bench: Bench) -> None:
    assert do(bench, "post", act="send", review="review1", channel="nowhere", words="x", was="")[0] == 422
    assert stored(bench) is None
