import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import Config, load
from publisher.model import Block, DeliveryState, Film, Review, Verdict
from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.posts.outgoing import Posted
from publisher.newsroom.posts.queue import post_now, queue_posts, run_posts
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.pool import reviews as pool

pytestmark = pytest.mark.slow

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
CONFIG = """
[site]
name = "Lantern Reviews"
url = "https://lantern.example"
timezone = "Europe/London"
[social.sky]
kind = "outbox"
network = "bluesky"
path = "outbox"
{rules}
"""
TEXT = (
    "The Salt Road is a quiet, exact and deeply felt film about the cost of keeping a promise.",
    "Marta runs the last ferry on a river that the maps have given up on, until her brother comes home with a debt.",
    (
        "It is a film that trusts its silences and earns every one of them. A modest, generous and beautifully acted "
        "pleasure from start to finish."
    ),
)


class Desk:
    """A publisher whose clock the test moves."""

    def __init__(self, root: Path, store: Store, rules: str) -> None:
        file = root / "config" / "publisher.toml"
        file.parent.mkdir()
        file.write_text(CONFIG.format(rules=rules), encoding="utf-8")
        self.root, self.now = root, NOON
        config: Config = load(file, env={})
        self.app = App(config=config, store=store, now=lambda: self.now)

    def review(self, number: int = 1, **changes: object) -> Review:
        review = Review(
            id=f"review{number}",
            source="site",
            url=f"https://lantern.example/{number}",
            headline="The Salt Road review",
            film=Film(title="The Salt Road"),
            authors=("Ada Quill",),
            blocks=tuple(Block(kind="paragraph", text=text) for text in TEXT),
            full_text="feed",
        )
        review = replace(review, **changes)  # type: ignore[arg-type]
        with self.app.store.write() as db:
            pool.insert(db, review, now=self.now, verdict=Verdict.NEW)
        return review

    def tick(self, moment: datetime) -> tuple[Posted, ...]:
        self.now = moment
        queue_posts(self.app)
        return run_posts(self.app, http=None, stop=threading.Event())

    @property
    def written(self) -> int:
        return len(list((self.root / "outbox" / "posts").glob("*.txt")))


@pytest.fixture
def desk(tmp_path: Path, sqlite_store: Store, request: pytest.FixtureRequest) -> Desk:
    return Desk(tmp_path, sqlite_store, getattr(request, "param", ""))


def with_rules(rules: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("desk", [rules], indirect=True)


def test_a_new_review_is_posted_when_it_appears_and_only_once(desk: Desk) -> None:
    desk.review()

    first = desk.tick(NOON)
    second = desk.tick(NOON + timedelta(minutes=5))

    assert [each.state for each in first] == ["accepted"]
    assert second == ()
    assert desk.written == 1


@with_rules('slots = ["tue 18:00"]')
def test_a_post_waits_for_its_channels_slot(desk: Desk) -> None:
    desk.review()

    assert desk.tick(NOON) == ()
    assert [each.state for each in desk.tick(NOON.replace(hour=18))] == ["accepted"]


@with_rules('slots = ["daily 18:00"]')
def test_a_slot_takes_one_post(desk: Desk) -> None:
    desk.review(1)
    desk.review(2)
    desk.tick(NOON)

    assert len(desk.tick(NOON.replace(hour=18))) == 1
    assert len(desk.tick(NOON.replace(hour=18) + timedelta(days=1))) == 1


@with_rules('quiet = "22:00-08:00"')
def test_nothing_is_posted_in_quiet_hours(desk: Desk) -> None:
    desk.now = NOON.replace(hour=23)
    desk.review()

    assert desk.tick(NOON.replace(hour=23)) == ()
    assert desk.tick(NOON.replace(hour=7) + timedelta(days=1)) == ()
    assert len(desk.tick(NOON.replace(hour=8) + timedelta(days=1))) == 1


@with_rules('spacing = "2h"')
def test_two_posts_keep_their_distance(desk: Desk) -> None:
    desk.review(1)
    desk.review(2)

    assert len(desk.tick(NOON)) == 1
    assert desk.tick(NOON + timedelta(hours=1)) == ()
    assert len(desk.tick(NOON + timedelta(hours=2))) == 1


@with_rules('max_age = "3d"')
def test_after_ten_days_away_no_backlog_is_posted(desk: Desk) -> None:
    desk.review(1)
    queue_posts(desk.app)

    results = desk.tick(NOON + timedelta(days=10))

    assert [(each.state, each.reason) for each in results] == [("cancelled", "older than max_age")]
    assert desk.written == 0


@with_rules("approve = true")
def test_a_post_that_needs_approval_waits_for_it(desk: Desk) -> None:
    review = desk.review()
    assert desk.tick(NOON) == ()

    with desk.app.store.write() as db:
        stored = posts.by_review(db, review.id)[0]
        posts.approve(db, stored.id, stored.content_hash)

    assert [each.state for each in desk.tick(NOON + timedelta(hours=1))] == ["accepted"]


def test_a_review_under_embargo_is_not_posted_before_its_time(desk: Desk) -> None:
    review = desk.review()
    with desk.app.store.write() as db:
        pool.hold(db, review.id, until=NOON + timedelta(hours=3))

    assert desk.tick(NOON) == ()
    assert len(desk.tick(NOON + timedelta(hours=3))) == 1


def test_a_review_without_a_film_is_not_posted_by_itself(desk: Desk) -> None:
    desk.review(film=None)

    assert desk.tick(NOON) == ()


def test_a_paused_channel_posts_nothing(desk: Desk) -> None:
    desk.review()
    pausing.pause(desk.app, "sky", until=NOON + timedelta(days=1))

    assert desk.tick(NOON) == ()
    assert len(desk.tick(NOON + timedelta(days=1))) == 1


def test_a_post_whose_quote_has_left_the_review_is_not_sent(desk: Desk) -> None:
    review = desk.review()
    queue_posts(desk.app)
    changed = replace(review, blocks=(Block(kind="paragraph", text="It was taken down."),))
    with desk.app.store.write() as db:
        change = pool.Change(review=changed, verdict=Verdict.UPDATE, rule="changed", fingerprint="")
        pool.update_all(db, [change], now=NOON)

    results = desk.tick(NOON)

    assert [each.state for each in results] == ["held"]
    assert desk.written == 0


def test_a_post_by_hand_and_the_queue_make_one_post(desk: Desk) -> None:
    review = desk.review()

    by_hand = post_now(desk.app, review.id, ["sky"], http=None)
    by_itself = desk.tick(NOON + timedelta(minutes=1))

    assert [each.state for each in by_hand] == [DeliveryState.ACCEPTED]
    assert by_itself == ()
    assert desk.written == 1


DULL = "The harbour stands at the edge of the town. The boats go out at night with their lamps lit."


def test_a_review_without_a_sure_line_gets_no_post_unasked(desk: Desk) -> None:
    desk.review(blocks=(Block(kind="paragraph", text=DULL),))

    assert desk.tick(NOON) == ()
    assert desk.written == 0


@with_rules("approve = true")
def test_where_the_editor_approves_posts_the_best_line_is_proposed_however_unsure(desk: Desk) -> None:
    review = desk.review(blocks=(Block(kind="paragraph", text=DULL),))

    assert desk.tick(NOON) == ()
    with desk.app.store.read() as db:
        stored = posts.get(db, posts.post_id(review.id, "sky", "new"))
    assert stored is not None
    assert not stored.approved
