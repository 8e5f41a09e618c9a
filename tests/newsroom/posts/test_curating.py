"""Single posts in the editor's hand: what each waits for, and what may be done with it when."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.newsroom.posts.test_channels import NOON, Desk, outbox

from publisher.errors import UsageError
from publisher.model import DeliveryState
from publisher.newsroom import pausing
from publisher.newsroom.pool import reviewing
from publisher.newsroom.posts import curating
from publisher.newsroom.posts.queue import queue_posts
from publisher.store.engine import Store
from publisher.store.ledger import posts

pytestmark = pytest.mark.slow

ID = posts.post_id("review1", "box", "new")


@pytest.fixture
def desk(tmp_path: Path, sqlite_store: Store) -> Desk:
    """With a post that waits for approval."""
    desk = Desk(tmp_path, sqlite_store, outbox() + "approve = true\n")
    desk.review(1)
    queue_posts(desk.app)
    return desk


def waits(desk: Desk) -> str:
    return curating.waits_for(desk.app, curating.found(desk.app, ID))


def out(desk: Desk) -> None:
    curating.approve(desk.app, ID)
    desk.tick()


def test_a_post_is_found_by_the_beginning_of_its_id_alone(desk: Desk) -> None:
    assert curating.found(desk.app, ID[:-4]).id == ID
    with pytest.raises(UsageError, match="there is no post “zzz”; `publisher posts list` shows ids"):
        curating.found(desk.app, "zzz")
    with pytest.raises(UsageError, match="there is no channel “sky”; known: box"):
        curating.listed(desk.app, "sky")


def test_a_row_tells_what_it_is_and_what_it_waits_for(desk: Desk) -> None:
    (row,) = curating.listed(desk.app)

    assert (row["id"], row["review"], row["channel"], row["network"]) == (ID, "review1", "box", "bluesky")
    assert (row["kind"], row["state"], row["reason"]) == ("new", "todo", "waits for approval")
    assert (row["url"], row["attempts"], row["limit"]) == (None, 0, 300)
    assert row["length"] == len(row["text"])


def test_the_first_reason_to_wait_is_told_and_none_once_it_is_out(desk: Desk) -> None:
    pausing.pause(desk.app, "box", until=None)
    assert waits(desk) == "waits for approval"
    curating.approve(desk.app, ID)
    assert waits(desk) == "its channel is paused"
    reviewing.hold(desk.app, "review1")
    assert waits(desk) == "its review is held"
    reviewing.release(desk.app, "review1")
    pausing.resume(desk.app, "box")
    assert waits(desk) == "is due"
    desk.tick()
    assert waits(desk) == ""
    desk.configure("")
    assert curating.as_json(desk.app, curating.found(desk.app, ID))["state"] == "accepted"


def test_a_post_whose_channel_is_gone_says_so(desk: Desk) -> None:
    desk.configure("")
    assert waits(desk) == "its channel is configured no longer"


def test_only_the_words_that_were_looked_at_are_approved(desk: Desk) -> None:
    with pytest.raises(UsageError, match=f"{ID} reads otherwise by now; look at it again, then approve it"):
        curating.approve(desk.app, ID, content_hash="another")
    assert not curating.found(desk.app, ID).approved

    assert curating.approve(desk.app, ID).approved


def test_new_words_are_kept_and_want_a_new_approval(desk: Desk) -> None:
    curating.approve(desk.app, ID)
    made = curating.reword(desk.app, ID, "In my own words.")

    assert made.post.text.startswith("In my own words.")
    assert not made.approved
    with pytest.raises(UsageError, match="nothing is left to shorten"):
        curating.reword(desk.app, ID, "x" * 301)


def test_a_post_that_is_out_is_neither_reworded_nor_cancelled_nor_settled(desk: Desk) -> None:
    out(desk)
    with pytest.raises(UsageError, match=r"is past that \(accepted\); `publisher posts correct` answers it"):
        curating.reword(desk.app, ID, "Other words.")
    with pytest.raises(UsageError, match=r"is past that \(accepted\)"):
        curating.cancel(desk.app, ID)
    with pytest.raises(UsageError, match="is not in doubt: it is accepted"):
        curating.resolve(desk.app, ID, sent=True)
    with pytest.raises(UsageError, match="is accepted"):
        curating.retry(desk.app, ID, http=None)


def test_a_cancelled_post_is_never_sent_until_it_is_tried_again(desk: Desk) -> None:
    cancelled = curating.cancel(desk.app, ID)
    assert (cancelled.state, cancelled.error) == (DeliveryState.CANCELLED, "by the editor")
    assert desk.tick(minutes=5) == ()

    assert curating.retry(desk.app, ID, http=None).state == "accepted"


def test_a_correction_answers_what_is_out_and_waits(desk: Desk) -> None:
    with pytest.raises(UsageError, match=f"{ID} is not out: it is todo"):
        curating.correct(desk.app, ID)
    out(desk)
    made = curating.correct(desk.app, ID, "I was wrong.")

    assert made.kind.startswith("correction-")
    assert made.post.text.startswith("I was wrong.")
    assert curating.waits_for(desk.app, made) == "waits for approval"


def test_a_moment_to_come_is_told_in_words(desk: Desk) -> None:
    curating.approve(desk.app, ID)
    with desk.store.write() as db:
        posts.move(db, ID, NOON + timedelta(hours=2), now=NOON)

    assert waits(desk).startswith("waits for ")
    assert "14:00" in waits(desk)
