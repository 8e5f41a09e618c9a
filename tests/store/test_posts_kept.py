"""What the ledger of posts keeps, field by field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from publisher.delivery.verdict import accepted, unsent
from publisher.model import DeliveryState, Facet, Part, Post, Receipt, Review, Verdict
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.ledger.connection import End
from publisher.store.ledger.deliveries import micros
from publisher.store.ledger.law import Attempt, Sender
from publisher.store.ledger.posts import StoredPost
from publisher.store.pool import reviews
from publisher.store.tables import post_deliveries

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LEASE = timedelta(seconds=60)
ANN = Sender(owner="sender-0:ann", boot="monday", lease=LEASE)
POST = Post(network="bluesky", text="“A quiet marvel.”", length=17, limit=300)


@pytest.fixture
def ready(store: Store) -> Store:
    with store.write() as db:
        for number in range(3):
            review = Review(id=f"review{number}", source="site", headline="x")
            reviews.insert(db, review, verdict=Verdict.NEW, rule="first", now=NOW)
    return store


def saved(store: Store, number: int = 0, *, kind: str = "new", channel: str = "sky", at: datetime = NOW) -> StoredPost:
    with store.write() as db:
        return posts.save_post(db, POST, review_id=f"review{number}", channel=channel, kind=kind, now=at)


def got(store: Store, id_: str) -> StoredPost:
    with store.read() as db:
        found = posts.get(db, id_)
    assert found is not None
    return found


def claimed(store: Store, id_: str, at: datetime = NOW) -> StoredPost:
    with store.write(durable=True) as db:
        found = posts.claim_post(db, id_, sender=ANN, now=at)
    assert found is not None
    return found


def ended(store: Store, stored: StoredPost, state: str, *, not_before: datetime | None = None, url: str = "") -> bool:
    due, at = micros(not_before), micros(LATER) or 0
    end = End(state, "", "id-1", "why", due, None, 0, False, at, stored.row_id, stored.attempt)
    with store.write(durable=True) as db:
        return posts.record(db, end, url=url)


def test_the_first_claim_gives_a_post_its_time_and_later_ones_keep_it(ready: Store) -> None:
    first = claimed(ready, saved(ready).id)
    assert (first.state, first.attempt, first.first_try) == ("claimed", 1, NOW)
    assert ended(ready, first, "deferred", not_before=LATER)
    second = claimed(ready, first.id, LATER)

    assert (second.attempt, second.first_try) == (2, NOW)
    assert second.tried == Attempt(second.row_id, 2, 1, NOW)
    assert first.tried.failures == 0
    assert saved(ready, 1).tried.failures == 0


def test_what_is_accepted_keeps_the_networks_answer(ready: Store) -> None:
    mine = claimed(ready, saved(ready).id)
    with ready.write() as db:
        assert posts.record(db, accepted(mine.tried, Receipt(provider_id="9"), "", now=LATER), url="https://x.example")
    found = got(ready, mine.id)

    assert (found.state, found.provider_id, found.url, found.error) == ("accepted", "9", "https://x.example", "")
    assert (found.updated, found.not_before, found.first_try) == (LATER, None, NOW)


@pytest.mark.parametrize("state", ["refused", "deferred", "uncertain"])
def test_what_is_not_accepted_keeps_its_reason_and_no_address(ready: Store, state: str) -> None:
    mine = claimed(ready, saved(ready).id)
    assert ended(ready, mine, state, not_before=LATER, url="https://x.example")
    found = got(ready, mine.id)

    assert (found.state, found.error, found.not_before, found.updated) == (state, "why", LATER, LATER)
    assert (found.provider_id, found.url, found.first_try) == ("", "", NOW)


def test_what_was_not_sent_has_no_time_yet(ready: Store) -> None:
    mine = claimed(ready, saved(ready).id)
    with ready.write() as db:
        assert posts.record(db, unsent(mine.tried, "", now=NOW, not_before=LATER))
        assert not posts.record(db, replaced(unsent(mine.tried, "", now=NOW)))
    found = got(ready, mine.id)

    assert (found.state, found.first_try, found.not_before) == ("todo", None, LATER)


def replaced(end: End) -> End:
    return end._replace(attempt=end.attempt + 1)


def test_a_post_remade_waits_at_its_new_time_as_if_it_had_never_failed(ready: Store) -> None:
    mine = claimed(ready, saved(ready).id)
    assert ended(ready, mine, "refused")
    with ready.write() as db:
        again = posts.save_post(db, POST, review_id="review0", channel="sky", now=LATER, not_before=LATER)

    assert (again.state, again.error, again.not_before, again.first_try) == ("todo", "", LATER, None)


def test_a_waiting_post_moves_and_another_does_not(ready: Store) -> None:
    waiting, mine = saved(ready), claimed(ready, saved(ready, 1).id)
    with ready.write() as db:
        assert posts.move(db, waiting.id, LATER, now=NOW)
        assert not posts.move(db, mine.id, LATER, now=NOW)

    assert got(ready, waiting.id).not_before == LATER
    assert got(ready, waiting.id).state == "todo"


@pytest.mark.parametrize(
    ("state", "may"), [("refused", True), ("deferred", True), ("uncertain", False), ("accepted", False)]
)
def test_what_has_not_gone_out_may_be_tried_again_at_once(ready: Store, state: str, may: bool) -> None:
    mine = claimed(ready, saved(ready).id)
    ended(ready, mine, state, not_before=LATER)
    with ready.write() as db:
        assert posts.again(db, mine.id, now=NOW) is may
    found = got(ready, mine.id)

    assert (found.state, found.error) == (("todo", "") if may else (state, "why"))
    assert (found.not_before is None) is may


def test_a_cancelled_post_says_why_and_may_come_back(ready: Store) -> None:
    stored = saved(ready)
    with ready.write() as db:
        assert posts.cancel(db, stored.id, now=NOW, why="older than max_age")
        assert not posts.cancel(db, stored.id, now=NOW)
    assert (got(ready, stored.id).state, got(ready, stored.id).error) == ("cancelled", "older than max_age")
    with ready.write() as db:
        assert posts.again(db, stored.id, now=NOW)

    assert got(ready, stored.id).state is DeliveryState.TODO


def test_only_what_is_out_is_given_an_address_or_taken_back(ready: Store) -> None:
    mine, waiting = claimed(ready, saved(ready).id), saved(ready, 1)
    ended(ready, mine, "accepted")
    with ready.write() as db:
        assert posts.set_url(db, mine.id, "https://x.example/1", now=NOW)
        assert not posts.set_url(db, waiting.id, "https://x.example/2", now=NOW)
        assert got_in(db, mine.id).url == "https://x.example/1"
        assert not posts.taken_back(db, waiting.id, now=NOW)
        assert posts.taken_back(db, mine.id, now=NOW)
        assert not posts.taken_back(db, mine.id, now=NOW)

    assert (got(ready, mine.id).state, got(ready, mine.id).error) == ("cancelled", "deleted")


def got_in(db: object, id_: str) -> StoredPost:
    found = posts.get(db, id_)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(("sent", "url", "state"), [(True, "https://x.example", "accepted"), (False, "", "todo")])
def test_an_editor_says_what_became_of_a_post_in_doubt(ready: Store, sent: bool, url: str, state: str) -> None:
    mine = claimed(ready, saved(ready).id)
    ended(ready, mine, "uncertain")
    with ready.write() as db:
        assert [post.id for post in posts.uncertain(db)] == [mine.id]
        assert posts.resolve(db, mine.id, sent=sent, now=NOW, url=url)
        assert not posts.resolve(db, mine.id, sent=sent, now=NOW)

    assert (got(ready, mine.id).state, got(ready, mine.id).url) == (state, url)


def test_posts_are_listed_newest_first_and_by_channel_up_to_a_limit(ready: Store) -> None:
    old = saved(ready)
    new = saved(ready, 1, at=LATER)
    other = saved(ready, 1, channel="masto", at=LATER + LEASE)
    with ready.read() as db:
        assert [post.id for post in posts.list_(db)] == [other.id, new.id, old.id]
        assert [post.id for post in posts.list_(db, limit=1)] == [other.id]
        assert [post.id for post in posts.list_(db, channel="sky")] == [new.id, old.id]
        assert [post.channel for post in posts.by_review(db, "review1")] == ["masto", "sky"]
        assert posts.channel_of(db, other.id) == "masto"
        assert posts.channel_of(db, "nobody") is None
        assert [post.id for post in posts.due(db, now=LATER)] == [old.id, new.id, other.id]


def test_a_post_is_found_by_the_beginning_of_its_id_when_only_one_begins_so(ready: Store) -> None:
    first, _ = saved(ready), saved(ready, 1)
    with ready.read() as db:
        assert posts.find(db, first.id) == first
        assert posts.find(db, "review0") == first
        assert posts.find(db, "review") is None
        assert posts.find(db, "rev%0") is None


def test_refused_posts_are_those_since_a_moment_and_the_last_sent_is_the_newest(ready: Store) -> None:
    refused, sent = claimed(ready, saved(ready).id), claimed(ready, saved(ready, 1).id)
    ended(ready, refused, "refused")
    ended(ready, sent, "accepted")
    with ready.read() as db:
        assert [post.id for post in posts.refused(db, since=LATER)] == [refused.id]
        assert posts.refused(db, since=LATER + timedelta(seconds=1)) == ()
        assert posts.last_sent(db, "sky") == LATER
        assert posts.last_sent(db, "masto") is None


def test_a_posts_id_is_its_reviews_and_a_mark_of_channel_and_kind() -> None:
    assert posts.post_id("review0", "sky", "new") == "review0-d266178a"
    assert len({posts.post_id("r", channel, kind) for channel in "ab" for kind in ("new", "correction")}) == 4


def test_the_parts_of_a_thread_know_their_head(ready: Store) -> None:
    head, second = saved(ready), saved(ready, kind=posts.part_kind("new", 2))
    with ready.read() as db:
        assert second.kind == "new/2"
        assert posts.head_of(db, second) == head
        assert posts.head_of(db, head) is None


def test_a_post_of_parts_comes_back_as_it_was(ready: Store) -> None:
    part = Part(text="and more", length=8, facets=(Facet(start=0, end=3, kind="link", value="https://x.example"),))
    whole = replace(POST, parts=(part,), problems=("too long",), notes=("cut",))

    assert posts.from_record(posts.to_record(whole)) == whole
    assert posts.from_record(posts.to_record(POST)) == POST
    assert "parts" not in posts.to_record(POST)


def test_a_post_that_reads_otherwise_is_no_longer_approved(ready: Store) -> None:
    stored = saved(ready)
    assert len(stored.content_hash) == 32
    assert not stored.approved
    with ready.write() as db:
        assert posts.approve(db, stored.id, stored.content_hash)
    assert got(ready, stored.id).approved
    with ready.write() as db:
        changed = posts.save_post(db, replace(POST, text="“Else.”"), review_id="review0", channel="sky", now=NOW)

    assert not changed.approved


def test_a_begin_lengthens_the_lease_and_holds_for_its_own_attempt(ready: Store) -> None:
    mine = claimed(ready, saved(ready).id)
    with ready.write(durable=True) as db:
        assert posts.begin(db, mine, sender=ANN, now=LATER)
        assert not posts.begin(db, replace(mine, attempt=2), sender=ANN, now=LATER)
        lease = db.scalar(select(post_deliveries.c.lease))

    assert lease == LATER + LEASE
    assert got(ready, mine.id).state == "sending"
