"""A post that may be out is looked for on the network before it is sent again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from tests.networks import RULES

from publisher.config import Delivery
from publisher.delivery import social
from publisher.delivery.social import PublishRequest
from publisher.errors import SendError, TryLater, Uncertain
from publisher.model import ChannelRules, Post, Receipt, Review, Verdict
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.pool import reviews

NOW = datetime(2031, 3, 4, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
POST = Post(network="x", text="“A quiet marvel.” The Long Quiet", length=32, limit=280)


class Network:
    """One that shows what was posted; `lost` says whether a post arrived whose answer was lost."""

    kind: ClassVar[str] = "network"
    idempotent: ClassVar[bool] = False
    looks_back = True

    def __init__(self, *, lost: str = "") -> None:
        self.lost = lost
        self.shown: list[str] = []
        self.asked: list[datetime] = []
        self.blind: SendError | None = None

    @property
    def rules(self) -> ChannelRules:
        return RULES["x"]

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        begin()
        lost, self.lost = self.lost, ""
        if lost != "before it arrived":
            self.shown.append(post.text)
        if lost:
            raise Uncertain("no answer within 20 s")
        return self._receipt()

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:
        self.asked.append(since)
        if self.blind is not None:
            raise self.blind
        return self._receipt() if post.text in self.shown else None

    def _receipt(self) -> Receipt:
        return Receipt(provider_id="9", url="https://x.example/9")


@pytest.fixture
def post_id(sqlite_store: Store) -> str:
    with sqlite_store.write() as db:
        review = Review(id="abc123", source="site", headline="x")
        reviews.insert(db, review, verdict=Verdict.NEW, rule="first", now=NOW)
        return posts.save_post(db, POST, review_id="abc123", channel="birds", now=NOW).id


def publish(store: Store, post_id: str, network: Network, at: datetime = NOW) -> posts.StoredPost:
    return social.publish(store, PublishRequest(post=post_id, provider=network), settings=Delivery(), now=lambda: at)


def look_back(store: Store, network: Network, at: datetime = LATER) -> list[tuple[str, str]]:
    settled = social.look_back(store, "birds", provider=network, settings=Delivery(), now=lambda: at)
    return [(post.state.value, post.url) for post in settled]


def test_a_post_that_did_arrive_is_found_and_not_sent_again(sqlite_store: Store, post_id: str) -> None:
    network = Network(lost="after it arrived")

    assert publish(sqlite_store, post_id, network).state == "uncertain"
    assert look_back(sqlite_store, network) == [("accepted", "https://x.example/9")]
    assert publish(sqlite_store, post_id, network, LATER).provider_id == "9"
    assert network.shown == [POST.text]
    assert network.asked == [NOW]


def test_a_post_that_did_not_arrive_is_sent_again_and_stands_there_once(sqlite_store: Store, post_id: str) -> None:
    network = Network(lost="before it arrived")
    publish(sqlite_store, post_id, network)

    assert look_back(sqlite_store, network) == [("todo", "")]
    assert publish(sqlite_store, post_id, network, LATER).state == "accepted"
    assert network.shown == [POST.text]


def test_nobody_is_asked_before_a_network_can_know(sqlite_store: Store, post_id: str) -> None:
    network = Network(lost="after it arrived")
    publish(sqlite_store, post_id, network)

    assert look_back(sqlite_store, network, NOW + timedelta(seconds=59)) == []
    assert network.asked == []


def test_a_network_that_cannot_answer_leaves_it_uncertain(sqlite_store: Store, post_id: str) -> None:
    network = Network(lost="after it arrived")
    network.blind = TryLater("503")
    publish(sqlite_store, post_id, network)

    assert look_back(sqlite_store, network) == []
    assert publish(sqlite_store, post_id, network, LATER).state == "uncertain"


def test_an_account_whose_posts_cannot_be_read_is_not_asked(sqlite_store: Store, post_id: str) -> None:
    network = Network(lost="after it arrived")
    network.looks_back = False
    publish(sqlite_store, post_id, network)

    assert look_back(sqlite_store, network) == []
    assert network.asked == []
    with sqlite_store.read() as db:
        assert [post.id for post in posts.uncertain(db)] == [post_id]


def test_posts_of_another_channel_are_left_alone(sqlite_store: Store, post_id: str) -> None:
    network = Network(lost="after it arrived")
    publish(sqlite_store, post_id, network)

    assert social.look_back(sqlite_store, "sky", provider=network, settings=Delivery(), now=lambda: LATER) == ()


def test_what_a_dead_sender_left_is_looked_for_too(sqlite_store: Store, post_id: str) -> None:
    class KilledError(BaseException):
        pass

    class Dies(Network):
        def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
            begin()
            self.shown.append(post.text)
            raise KilledError

    network = Dies()
    with pytest.raises(KilledError):
        publish(sqlite_store, post_id, network)
    assert look_back(sqlite_store, network, NOW + timedelta(minutes=2)) == []  # uncertain as of now
    assert look_back(sqlite_store, network, NOW + timedelta(minutes=4)) == [("accepted", "https://x.example/9")]
