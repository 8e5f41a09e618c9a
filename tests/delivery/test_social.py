from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from tests.networks import RULES

from publisher.config import Delivery
from publisher.delivery import social
from publisher.delivery.social import PublishRequest
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.model import Block, ChannelRules, Post, Receipt, Review, Verdict
from publisher.providers.social.outbox import PostOutbox
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.pool import reviews

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
POST = Post(network="bluesky", text="“A quiet marvel.” The Long Quiet", length=32, limit=300)


class Network:
    """A network in this process that answers as it is told, one answer a call."""

    kind: ClassVar[str] = "network"
    idempotent: ClassVar[bool] = False

    def __init__(self, *answers: Receipt | Exception, begins: bool = True) -> None:
        self.answers = list(answers)
        self.begins = begins
        self.keys: list[str] = []

    @property
    def rules(self) -> ChannelRules:
        return RULES["bluesky"]

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        if self.begins:
            begin()
        self.keys.append(key)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class KnowsKeys(Network):
    """One that knows a second copy by its key."""

    idempotent: ClassVar[bool] = True


@pytest.fixture
def post_id(sqlite_store: Store) -> str:
    made = Review(id="abc123", source="site", headline="x", blocks=(Block(kind="paragraph", text="A quiet marvel."),))
    with sqlite_store.write() as db:
        reviews.insert(db, made, verdict=Verdict.NEW, rule="first", now=NOW)
        return posts.save_post(db, POST, review_id="abc123", channel="sky", now=NOW).id


def publish(store: Store, post_id: str, network: Network, at: datetime = NOW) -> posts.StoredPost:
    return social.publish(store, PublishRequest(post=post_id, provider=network), settings=Delivery(), now=lambda: at)


def test_a_post_goes_out_once_and_its_address_is_kept(sqlite_store: Store, post_id: str) -> None:
    network = Network(Receipt(provider_id="1", url="https://sky.example/1"))
    stored = publish(sqlite_store, post_id, network)

    assert (stored.state, stored.url) == ("accepted", "https://sky.example/1")
    assert publish(sqlite_store, post_id, network) == stored
    assert network.keys == [post_id]


@pytest.mark.parametrize(
    ("error", "state"),
    [(Rejected("400 bad"), "refused"), (TryLater("503"), "deferred"), (Uncertain("timed out"), "uncertain")],
)
def test_each_failure_becomes_a_state(sqlite_store: Store, post_id: str, error: SendError, state: str) -> None:
    stored = publish(sqlite_store, post_id, Network(error))

    assert (stored.state, stored.error) == (state, error.what)


def test_a_deferred_post_is_tried_again_with_the_same_key_after_its_wait(sqlite_store: Store, post_id: str) -> None:
    network = Network(TryLater("429", after=timedelta(minutes=10)), Receipt(provider_id="1"))
    first = publish(sqlite_store, post_id, network)
    assert first.not_before is not None
    assert first.not_before >= NOW + timedelta(minutes=10)

    assert publish(sqlite_store, post_id, network, NOW + timedelta(minutes=20)).state == "accepted"
    assert network.keys == [post_id] * 2


def test_an_idempotent_network_is_asked_again_when_an_answer_was_lost(sqlite_store: Store, post_id: str) -> None:
    assert publish(sqlite_store, post_id, KnowsKeys(Uncertain("timed out"))).state == "deferred"


def test_a_refused_key_is_raised_and_the_post_waits_as_before(sqlite_store: Store, post_id: str) -> None:
    with pytest.raises(AccessDenied, match="token"):
        publish(sqlite_store, post_id, Network(AccessDenied("the token has ended"), begins=False))
    with sqlite_store.read() as db:
        assert [post.state for post in posts.due(db, now=NOW)] == ["todo"]

    assert publish(sqlite_store, post_id, Network(Receipt(provider_id="1"))).state == "accepted"


@pytest.mark.parametrize(("begins", "state"), [(True, "uncertain"), (False, "deferred")])
def test_a_provider_that_breaks_is_judged_by_whether_it_had_begun(
    sqlite_store: Store, post_id: str, begins: bool, state: str
) -> None:
    stored = publish(sqlite_store, post_id, Network(KeyError("answer"), begins=begins))

    assert (stored.state, stored.error) == (state, "the provider failed (KeyError)")


def test_it_gives_up_after_its_time(sqlite_store: Store, post_id: str) -> None:
    publish(sqlite_store, post_id, Network(TryLater("503")))
    stored = publish(sqlite_store, post_id, Network(TryLater("503")), NOW + timedelta(hours=73))

    assert (stored.state, stored.error) == ("refused", "gave up: 503")


def test_the_outbox_holds_the_post_as_it_would_go_out(sqlite_store: Store, post_id: str, tmp_path: Path) -> None:
    channel = PostOutbox(network="bluesky", path=tmp_path)
    stored = social.publish(
        sqlite_store, PublishRequest(post=post_id, provider=channel), settings=Delivery(), now=lambda: NOW
    )

    assert stored.state == "accepted"
    assert [path.read_text() for path in (tmp_path / "posts").glob("*.txt")] == [POST.text + "\n"]
