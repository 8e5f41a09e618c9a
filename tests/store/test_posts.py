"""The ledger of social posts on each database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from publisher.delivery.verdict import accepted, unsent
from publisher.model import Block, Facet, LinkCard, Post, Quote, Receipt, Review, Verdict
from publisher.store.engine import Store
from publisher.store.ledger import leftovers, posts
from publisher.store.ledger.law import Sender
from publisher.store.ledger.posts import StoredPost
from publisher.store.pool import reviews

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
ANN = Sender(owner="sender-0:ann", boot="monday", lease=LEASE)
BEN = Sender(owner="sender-1:ben", boot="monday", lease=LEASE)
POST = Post(
    network="bluesky",
    text="“A quiet marvel.” The Long Quiet (2025), reviewed by Ada Marsh",
    length=62,
    limit=300,
    facets=(Facet(start=0, end=5, kind="tag", value="film"),),
    link="https://www.example.com/long-quiet",
    card=LinkCard(url="https://www.example.com/long-quiet", title="The Long Quiet", description="A review"),
    quote=Quote(text="A quiet marvel.", spans=((0, 15),), edits=("cut-tail",), score=0.5, confidence=0.75),
    image_alt="A quote",
    language="en",
    notes=("no picture",),
)


def review(store: Store) -> str:
    made = Review(
        id="abc123", source="site", headline="The Long Quiet", blocks=(Block(kind="paragraph", text="A quiet marvel."),)
    )
    with store.write() as db:
        reviews.insert(db, made, verdict=Verdict.NEW, rule="first", now=NOW)
    return made.id


def saved(store: Store, post: Post = POST, *, channel: str = "sky", not_before: datetime | None = None) -> StoredPost:
    with store.write() as db:
        return posts.save_post(db, post, review_id="abc123", channel=channel, now=NOW, not_before=not_before)


def claimed(store: Store, id_: str, sender: Sender = ANN) -> StoredPost | None:
    with store.write(durable=True) as db:
        return posts.claim_post(db, id_, sender=sender, now=NOW)


def settle(db: Connection, channel: str, *, dead: tuple[str, ...] = (), again: bool = False, at: datetime = NOW) -> int:
    return leftovers.settle(db, posts.of(channel), sender=BEN, dead=dead, again=again, now=at).total


def state(store: Store, id_: str) -> str:
    with store.read() as db:
        found = posts.get(db, id_)
    assert found is not None
    return found.state.value


def test_a_post_comes_back_as_it_was_saved(store: Store) -> None:
    review(store)
    stored = saved(store)

    assert stored.post == POST
    assert (stored.channel, stored.kind, stored.state, stored.attempt) == ("sky", "new", "todo", 0)
    with store.read() as db:
        assert posts.by_review(db, "abc123") == (stored,)
        assert posts.due(db, now=NOW) == (stored,)


def test_a_review_has_one_post_per_channel_and_kind(store: Store) -> None:
    review(store)

    assert saved(store).id == saved(store).id
    assert saved(store, channel="masto").id != saved(store).id
    assert posts.post_id("abc123", "sky", "again") != posts.post_id("abc123", "sky", "new")


def test_a_post_may_be_made_anew_until_it_has_begun_and_then_loses_its_approval(store: Store) -> None:
    review(store)
    first = saved(store)
    with store.write() as db:
        assert posts.approve(db, first.id, first.content_hash)
        assert not posts.approve(db, first.id, "something else")
    second = saved(store, replace(POST, text="“Better.”"))
    assert second.post.text == "“Better.”"
    assert not second.approved
    assert claimed(store, first.id)

    assert saved(store, replace(POST, text="“Too late.”")).post.text == "“Better.”"


def test_a_post_is_due_at_its_time(store: Store) -> None:
    review(store)
    saved(store, not_before=NOW + timedelta(hours=1))

    with store.read() as db:
        assert posts.due(db, now=NOW) == ()
        assert len(posts.due(db, now=NOW + timedelta(hours=1), channel="sky")) == 1
        assert posts.due(db, now=NOW + timedelta(hours=1), channel="masto") == ()


def test_of_two_senders_one_gets_it(store: Store) -> None:
    review(store)
    id_ = saved(store).id

    assert claimed(store, id_, ANN)
    assert claimed(store, id_, BEN) is None


def test_a_post_that_went_out_says_where_and_stays_out(store: Store) -> None:
    review(store)
    mine = claimed(store, saved(store).id)
    assert mine is not None
    with store.write(durable=True) as db:
        assert posts.begin(db, mine, sender=ANN, now=NOW)
        receipt = Receipt(provider_id="at://1", url="https://sky.example/1")
        end = accepted(mine.tried, receipt, "", now=NOW)
        assert posts.record(db, end, url=receipt.url)
    with store.read() as db:
        stored = posts.get(db, mine.id)
        assert posts.last_sent(db, "sky") == NOW
        assert posts.due(db, now=NOW) == ()
    assert stored is not None
    assert (stored.state, stored.url, stored.provider_id) == ("accepted", "https://sky.example/1", "at://1")
    assert saved(store, replace(POST, text="again")).post == POST
    assert claimed(store, mine.id) is None


def test_an_outcome_counts_only_for_its_own_attempt(store: Store) -> None:
    review(store)
    first = claimed(store, saved(store).id)
    assert first is not None
    with store.write() as db:
        settle(db, "sky", dead=(ANN.owner,))
    second = claimed(store, first.id, BEN)
    assert second is not None
    with store.write() as db:
        assert not posts.begin(db, first, sender=ANN, now=NOW)
        assert not posts.record(db, unsent(first.tried, "", now=NOW))
        assert posts.begin(db, second, sender=BEN, now=NOW)


def test_what_a_dead_sender_left_waits_again_or_is_uncertain(store: Store) -> None:
    review(store)
    unsent, begun = claimed(store, saved(store).id), claimed(store, saved(store, channel="masto").id)
    assert unsent is not None
    assert begun is not None
    with store.write() as db:
        posts.begin(db, begun, sender=ANN, now=NOW)
        for channel in ("sky", "masto"):
            assert leftovers.owners(db, posts.of(channel)) == (ANN.owner,)
            assert settle(db, channel) == 0
            assert settle(db, channel, dead=(ANN.owner,)) == 1

    assert (state(store, unsent.id), state(store, begun.id)) == ("todo", "uncertain")
    with store.read() as db:
        assert [post.id for post in posts.uncertain(db)] == [begun.id]
    with store.write() as db:
        assert posts.resolve(db, begun.id, sent=True, now=NOW, url="https://m.example/1")
        assert not posts.resolve(db, begun.id, sent=True, now=NOW)


def test_an_idempotent_network_gets_what_may_be_out_again(store: Store) -> None:
    review(store)
    mine = claimed(store, saved(store).id)
    assert mine is not None
    with store.write() as db:
        posts.begin(db, mine, sender=ANN, now=NOW)
        settle(db, "sky", again=True, at=NOW + LEASE * 2)

    assert state(store, mine.id) == "todo"


def test_a_cancelled_post_is_never_sent_and_one_on_its_way_cannot_be_cancelled(store: Store) -> None:
    review(store)
    id_ = saved(store).id
    with store.write() as db:
        assert posts.cancel(db, id_, now=NOW)
    assert claimed(store, id_) is None
    other = claimed(store, saved(store, channel="masto").id)
    assert other is not None
    with store.write() as db:
        posts.begin(db, other, sender=ANN, now=NOW)
        assert not posts.cancel(db, other.id, now=NOW)
