"""A post on its way out: its end in words, and a network's refusal, which costs no post."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.loopback import Loopback, Page, loopback
from tests.newsroom.posts.test_channels import Desk, outbox

from publisher.model import Block
from publisher.newsroom.posts import channels, outgoing
from publisher.newsroom.posts.outgoing import Posted
from publisher.newsroom.posts.queue import queue_posts
from publisher.store.engine import Store
from publisher.store.ledger import posts


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("accepted", "posted, https://sky.example/1"),
        ("uncertain", "may be out already: look at the channel before you post again (why)"),
        ("deferred", "put off, will be tried again (why)"),
        ("refused", "refused (why)"),
        ("claimed", "another process is sending it"),
        ("sending", "another process is sending it"),
        ("held", "held (why)"),
    ],
)
def test_what_became_of_a_post_is_one_line(state: str, words: str) -> None:
    assert Posted(channel="sky", state=state, url="https://sky.example/1", reason="why").words == words


def test_what_is_not_known_is_not_said() -> None:
    assert Posted(channel="sky", state="accepted").words == "posted"
    assert Posted(channel="sky", state="todo").words == "todo"
    assert Posted(channel="sky", state="todo").as_json() == {
        "channel": "sky",
        "state": "todo",
        "url": None,
        "reason": None,
    }


@pytest.mark.slow
def test_a_post_goes_out_once_and_then_stays_as_it_ended(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox())
    review = desk.review(1)
    queue_posts(desk.app)
    id_ = posts.post_id("review1", "box", "new")
    first, second = (outgoing.send(desk.app, id_, review, None) for _ in range(2))

    assert (first.channel, first.state) == ("box", "accepted")
    assert second == first
    assert len(list((tmp_path / "outbox" / "posts").glob("*.txt"))) == 1


@pytest.mark.slow
def test_a_quote_that_is_gone_holds_the_post_and_the_editor_is_told_once(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox())
    review = desk.review(1)
    queue_posts(desk.app)
    id_ = posts.post_id("review1", "box", "new")
    changed = replace(review, blocks=(Block(kind="paragraph", text="It rains."),))
    held = [outgoing.send(desk.app, id_, changed, None) for _ in range(2)]

    assert held == [Posted(channel="box", state="held", reason="its quote is no longer in the review")] * 2
    (letter,) = desk.told("is no longer in “The Salt Road 1” word for word")
    assert "publisher post review1 --to box" in letter
    assert f"publisher posts cancel {id_}" in letter
    assert desk.states("box") == ["todo"]


@pytest.mark.slow
@pytest.mark.parametrize(("status", "rests", "state"), [(404, True, "todo"), (400, False, "refused")])
def test_a_channel_that_is_refused_rests_and_a_post_that_is_refused_has_ended(
    site: Loopback, tmp_path: Path, sqlite_store: Store, status: int, rests: bool, state: str
) -> None:
    site.pages["/hook"] = Page(status=status, body=b'{"message": "No", "code": 10015}')
    desk = Desk(tmp_path, sqlite_store, f'[social.dis]\nkind = "discord"\nwebhook_url = "{site.url}/hook"\n')
    review = desk.review(1)
    queue_posts(desk.app)
    id_ = posts.post_id("review1", "dis", "new")
    ended = outgoing.send(desk.app, id_, review, None)

    assert ended.state == ("failed" if rests else "refused")
    assert (channels.trouble(desk.app, "dis") is not None) is rests
    assert desk.states("dis") == [state]
    assert len(desk.told("must be connected again" if rests else f"publisher posts retry {id_}")) == 1
