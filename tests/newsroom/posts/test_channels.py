"""A channel whose network refuses us: it rests, its posts wait, the editor is told once, and nothing is lost."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.loopback import Loopback, Page, loopback
from tests.providers.social_stubs import TOKEN, MastodonStub

from publisher.config import load
from publisher.model import Block, DeliveryState, Film, Review, Verdict
from publisher.newsroom.app import App
from publisher.newsroom.posts import channels
from publisher.newsroom.posts.authorize import connect
from publisher.newsroom.posts.outgoing import Posted
from publisher.newsroom.posts.queue import queue_posts, run_posts
from publisher.store import notices
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.pool import reviews as pool
from publisher.store.tables import notices as told

pytestmark = pytest.mark.slow

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
SITE = '[site]\nname = "Lantern Reviews"\nurl = "https://lantern.example"\ntimezone = "Europe/London"\n'
TEXT = (
    "The Salt Road is a quiet, exact and deeply felt film about the cost of keeping a promise. "
    "It is a film that trusts its silences and earns every one of them."
)


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


class Desk:
    """A publisher with the channels of a configuration, whose clock the test moves."""

    def __init__(self, root: Path, store: Store, tables: str) -> None:
        self.file = root / "config" / "publisher.toml"
        self.file.parent.mkdir(exist_ok=True)
        self.now = NOON
        self.store = store
        self.configure(tables)

    def configure(self, tables: str) -> None:
        self.file.write_text(SITE + tables, encoding="utf-8")
        self.app = App(config=load(self.file, env={}), store=self.store, now=lambda: self.now)

    def review(self, number: int) -> Review:
        review = Review(
            id=f"review{number}",
            source="site",
            url=f"https://lantern.example/{number}",
            headline=f"The Salt Road {number}",
            film=Film(title=f"The Salt Road {number}"),
            authors=("Ada Quill",),
            blocks=(Block(kind="paragraph", text=TEXT),),
            full_text="feed",
        )
        with self.store.write() as db:
            pool.insert(db, review, now=self.now, verdict=Verdict.NEW)
        return review

    def tick(self, **later: float) -> tuple[Posted, ...]:
        self.now += timedelta(**later)
        queue_posts(self.app)
        return run_posts(self.app, http=None, stop=threading.Event())

    def states(self, channel: str = "mast") -> list[str]:
        with self.store.read() as db:
            return sorted(post.state.value for post in posts.list_(db, channel=channel))

    def told(self, word: str) -> list[str]:
        with self.store.read() as db:
            return [row.text for row in db.execute(told.select()) if word in row.text]


def mastodon(site: Loopback, token: str = "") -> str:
    own = f'access_token = "{token}"\n' if token else ""
    return f'[social.mast]\nkind = "mastodon"\nserver = "{site.url}"\n{own}'


def outbox() -> str:
    return '[social.box]\nkind = "outbox"\nnetwork = "bluesky"\n'


def test_a_dead_token_puts_the_channel_to_rest_and_the_other_goes_on(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    MastodonStub(site)
    desk = Desk(tmp_path, sqlite_store, mastodon(site, "wrong") + outbox())
    desk.review(1)
    desk.review(2)

    first = desk.tick()
    asked = len(site.asked)
    for _ in range(5):
        desk.tick(seconds=20)

    assert [each.state for each in first] == ["failed", "accepted", "accepted"]
    assert [each.state for each in first if each.channel == "box"] == ["accepted", "accepted"]
    assert desk.states() == ["todo", "todo"]
    assert len(site.asked) == asked
    assert len(desk.told("must be connected again")) == 1
    assert channels.trouble(desk.app, "mast") is not None


def test_the_channel_is_tried_from_time_to_time_and_told_of_once(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    stub = MastodonStub(site)
    desk = Desk(tmp_path, sqlite_store, mastodon(site, "wrong"))
    desk.review(1)
    desk.tick()
    desk.tick(hours=2)

    assert (desk.states(), len(stub.statuses)) == (["todo"], 0)
    assert len(desk.told("must be connected again")) == 1


def test_a_new_token_ends_the_rest_at_once(site: Loopback, tmp_path: Path, sqlite_store: Store) -> None:
    stub = MastodonStub(site)
    desk = Desk(tmp_path, sqlite_store, mastodon(site, "wrong"))
    desk.review(1)
    desk.tick()
    desk.configure(mastodon(site, TOKEN))
    desk.tick(seconds=20)

    assert (desk.states(), len(stub.statuses)) == (["accepted"], 1)
    assert channels.trouble(desk.app, "mast") is None


def test_a_channel_without_keys_waits_until_it_is_connected(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    stub = MastodonStub(site)
    site.pages["/api/v1/apps"] = Page(body=json.dumps({"client_id": "a", "client_secret": "b"}).encode())
    site.pages["/oauth/token"] = Page(body=json.dumps({"access_token": TOKEN}).encode())
    desk = Desk(tmp_path, sqlite_store, mastodon(site) + outbox())
    desk.review(1)

    first = desk.tick()
    assert [each.state for each in first if each.channel == "box"] == ["accepted"]
    assert len(desk.told("publisher auth mast")) == 1

    path = connect(desk.app, "mast", lambda invitation: "the-code")
    desk.tick(seconds=20)

    assert path == tmp_path / "var" / "keys" / "mast.json"
    assert (desk.states(), len(stub.statuses)) == (["accepted"], 1)


@pytest.mark.slow
def test_after_ten_days_with_a_dead_token_nothing_is_poured_out_and_what_was_left_is_listed(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    stub = MastodonStub(site)
    desk = Desk(tmp_path, sqlite_store, mastodon(site, "wrong"))
    for number in range(1, 5):
        desk.review(number)
    desk.tick()
    desk.now += timedelta(days=10)
    desk.review(5)
    desk.configure(mastodon(site, TOKEN))
    desk.tick()
    desk.tick(hours=1)

    assert [status["sent"]["status"].splitlines()[2] for status in stub.statuses] == ["The Salt Road 5"]
    assert desk.states() == ["accepted", *["cancelled"] * 4]
    (letter,) = desk.told("These are older")
    assert [f"The Salt Road {number}" in letter for number in range(1, 6)] == [True] * 4 + [False]


def test_a_review_from_before_the_outage_is_listed_too(tmp_path: Path, sqlite_store: Store) -> None:
    from publisher.model import Published

    desk = Desk(tmp_path, sqlite_store, outbox())
    old = Published(value=NOON - timedelta(days=9), precision="second", raw="")
    review = Review(
        id="old1",
        source="site",
        headline="The Old Mill",
        film=Film(title="The Old Mill"),
        blocks=(Block(kind="paragraph", text=TEXT),),
        published=old,
    )
    with sqlite_store.write() as db:
        pool.insert(db, review, now=NOON, verdict=Verdict.NEW)

    assert desk.tick() == ()
    assert desk.tick(minutes=1) == ()
    assert len(desk.told("The Old Mill")) == 1


def test_a_missed_slot_waits_for_the_next_one(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox() + 'slots = ["daily 13:00"]\n')
    for number in (1, 2, 3):
        desk.review(number)
    desk.tick()
    results = desk.tick(days=2, hours=3)  # three slots have gone by

    assert results == ()
    assert [len(desk.tick(hours=22)), len(desk.tick(days=1)), len(desk.tick(days=1))] == [1, 1, 1]


def test_a_webhook_that_is_gone_is_said_once(site: Loopback, tmp_path: Path, sqlite_store: Store) -> None:
    site.pages["/hooks/1/tok3n"] = Page(status=404, body=b'{"message": "Unknown Webhook", "code": 10015}')
    table = f'[social.dis]\nkind = "discord"\nwebhook_url = "{site.url}/hooks/1/tok3n"\n'
    desk = Desk(tmp_path, sqlite_store, table + outbox())
    desk.review(1)
    desk.review(2)
    results = desk.tick()
    for _ in range(3):
        desk.tick(minutes=1)

    assert [each.state for each in results if each.channel == "box"] == ["accepted", "accepted"]
    assert len(site.asked) == 1
    (letter,) = desk.told("Unknown Webhook")
    assert "tok3n" not in letter


def test_resuming_a_channel_tries_it_at_once(site: Loopback, tmp_path: Path, sqlite_store: Store) -> None:
    from publisher.newsroom import pausing

    site.pages["/hooks/1/tok3n"] = Page(status=404)
    desk = Desk(tmp_path, sqlite_store, f'[social.dis]\nkind = "discord"\nwebhook_url = "{site.url}/hooks/1/tok3n"\n')
    desk.review(1)
    desk.tick()
    site.pages["/hooks/1/tok3n"] = Page(body=b'{"id": "1"}')

    assert desk.tick(minutes=1) == ()
    assert pausing.resume(desk.app, "dis") == ("dis",)
    assert [each.state for each in desk.tick(minutes=1)] == ["accepted"]


def test_a_refused_post_is_told_once_and_can_be_tried_again(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    from publisher.newsroom.posts import curating as postdesk

    site.pages["/hook"] = Page(status=400, body=b'{"message": "Cannot send an empty message"}')
    desk = Desk(tmp_path, sqlite_store, f'[social.dis]\nkind = "discord"\nwebhook_url = "{site.url}/hook"\n')
    desk.review(1)
    desk.tick()
    desk.tick(minutes=5)
    assert desk.states("dis") == ["refused"]
    assert len(desk.told("Cannot send an empty message")) == 1

    site.pages["/hook"] = Page(body=b'{"id": "99"}')
    (row,) = postdesk.listed(desk.app, "dis")
    assert row["reason"] == "Discord answered 400: Cannot send an empty message"
    assert postdesk.retry(desk.app, str(row["id"])[:8], http=None).state == DeliveryState.ACCEPTED
    assert desk.states("dis") == ["accepted"]


def test_a_token_that_ends_and_cannot_be_renewed_is_told_of_once(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    from publisher.providers.social.kit.consent import Kept
    from publisher.providers.social.kit.keys import ChannelKeys

    desk = Desk(tmp_path, sqlite_store, '[social.li]\nkind = "linkedin"\nauthor = "urn:li:person:1"\n')
    kept = Kept(values={"access_token": "t"}, expires=NOON + timedelta(days=20))
    ChannelKeys.of(desk.app.config.social["li"]).write(kept)
    desk.tick()
    assert desk.told("ends on") == []
    desk.tick(days=14)
    desk.tick(days=1)

    (letter,) = desk.told("ends on 2031-03-24")
    assert "publisher auth li" in letter
    with desk.store.read() as db:
        assert notices.waiting(db)
