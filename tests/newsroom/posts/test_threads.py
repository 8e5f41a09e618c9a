"""Threads: each post once and in its place, whatever happens on the way."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.loopback import Asked, Loopback, Page, loopback
from tests.networks import RULES
from tests.newsroom.posts.test_channels import Desk, outbox
from tests.providers.social_stubs import TOKEN, MastodonStub

from publisher.formatters.post import compose, written
from publisher.model import Quote, Review
from publisher.newsroom.posts import curating as postdesk
from publisher.newsroom.posts.queue import post_now
from publisher.store.engine import Store

pytestmark = pytest.mark.slow

REVIEW = Review(id="a", source="s", headline="Ashes of the Tide", url="https://films.example.com/ashes")
QUOTE = Quote(text="Quiet, sly and never once sorry.", spans=())
FIVE = "\n---\n".join(f"Part {number} of five, which says {number}." for number in range(1, 6))


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


def test_a_template_with_lines_of_dashes_makes_a_thread() -> None:
    post = compose(
        REVIEW, quotes=[QUOTE], rules=RULES["bluesky"], template="{{ quote }}\n---\n{{ film }}\n---\nThe end."
    )

    assert post.text == "“Quiet, sly and never once sorry.”"
    assert [part.text for part in post.parts] == ["Ashes of the Tide", "The end."]
    assert post.whole == "“Quiet, sly and never once sorry.”\n\n---\n\nAshes of the Tide\n\n---\n\nThe end."


def test_every_post_of_a_thread_keeps_the_limit() -> None:
    post = written(REVIEW, f"short\n---\n{'a' * 301}", quotes=[], rules=RULES["bluesky"])
    assert post.problems == ("the post counts 301 of 300 and nothing is left to shorten",)


def test_where_there_are_no_threads_it_is_one_post() -> None:
    post = written(REVIEW, "One.\n---\nTwo.", quotes=[], rules=RULES["linkedin"])
    assert (post.text, post.parts) == ("One.\n\nTwo.", ())


class Birds:
    """X as it answers, which loses the answer to the post of a number, before or after it was stored."""

    def __init__(self, site: Loopback, *, lose: int, stored: bool) -> None:
        self.lose, self.stored, self.calls = lose, stored, 0
        self.shown: list[dict[str, str]] = []
        for path in ("/2/media/upload", "/2/media/metadata", "/2/users/me"):
            site.pages[path] = _data({"id": "7"})
        site.pages["/2/users/7/tweets"] = lambda *_: _data(self.shown)
        site.pages["/2/tweets"] = self._take

    def _take(self, asked: Asked, _: BaseHTTPRequestHandler) -> Page | None:
        self.calls += 1
        body = json.loads(asked.body)
        losing = self.calls == self.lose
        if self.stored or not losing:
            reply = body.get("reply", {}).get("in_reply_to_tweet_id", "")
            self.shown.append({"id": f"t{len(self.shown) + 1}", "text": body["text"], "answers": reply})
        return None if losing else _data({"id": self.shown[-1]["id"]})


def _data(data: object) -> Page:
    return Page(body=json.dumps({"data": data}).encode())


@pytest.mark.slow
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
@pytest.mark.parametrize("lose", [0, 1, 3, 5])
def test_a_thread_goes_on_where_an_answer_was_lost(
    site: Loopback, tmp_path: Path, sqlite_store: Store, lose: int, stored: bool
) -> None:
    birds = Birds(site, lose=lose, stored=stored)
    desk = Desk(tmp_path, sqlite_store, f'[social.bird]\nkind = "x"\naccess_token = "t"\napi = "{site.url}"\n')
    review = desk.review(1)

    post_now(desk.app, review.id, ["bird"], http=None, words=FIVE)
    for _ in range(4):
        desk.tick(minutes=5)

    assert [each["text"] for each in birds.shown] == [f"Part {n} of five, which says {n}." for n in range(1, 6)]
    assert [each["answers"] for each in birds.shown] == ["", "t1", "t2", "t3", "t4"]
    assert desk.states("bird") == ["accepted"] * 5


def test_a_thread_on_mastodon_answers_itself_and_is_deleted_as_a_whole(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    stub = MastodonStub(site)
    table = f'[social.mast]\nkind = "mastodon"\nserver = "{site.url}"\naccess_token = "{TOKEN}"\n'
    desk = Desk(tmp_path, sqlite_store, table)
    review = desk.review(1)
    (posted,) = post_now(desk.app, review.id, ["mast"], http=None, words="One.\n---\nTwo.\n---\nThree.")

    assert posted.state == "accepted"
    assert [status["sent"].get("in_reply_to_id") for status in stub.statuses] == [None, "1", "2"]

    for status in list(stub.statuses):
        site.pages[f"/api/v1/statuses/{status['id']}"] = Page(body=b"{}")
    (head,) = [row for row in postdesk.listed(desk.app) if row["kind"] == "new"]
    postdesk.delete(desk.app, str(head["id"]))
    assert [asked.path for asked in site.asked if asked.method == "DELETE"] == [
        f"/api/v1/statuses/{n}" for n in (3, 2, 1)
    ]
    assert desk.states() == ["cancelled"] * 3


def test_a_folder_gets_the_whole_thread(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox())
    review = desk.review(1)
    post_now(desk.app, review.id, ["box"], http=None, words="One.\n---\nTwo.")

    (text,) = (tmp_path / "outbox" / "posts").glob("*.txt")
    assert text.read_text(encoding="utf-8") == "One.\n\n---\n\nTwo.\n"


def test_a_waiting_post_takes_the_editors_words_and_is_not_approved_by_that(
    tmp_path: Path, sqlite_store: Store
) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox() + "approve = true\n")
    desk.review(1)
    desk.tick()
    (row,) = postdesk.listed(desk.app)
    assert row["reason"] == "waits for approval"
    postdesk.approve(desk.app, str(row["id"]))
    stored = postdesk.reword(desk.app, str(row["id"]), "My own words.")

    assert (stored.post.text, stored.approved) == ("My own words.", False)
    assert desk.tick(minutes=1) == ()
    postdesk.approve(desk.app, stored.id)
    assert [each.state for each in desk.tick(minutes=1)] == ["accepted"]


def test_an_empty_thread_is_a_problem() -> None:
    assert written(replace(REVIEW), "\n---\n", quotes=[], rules=RULES["x"]).problems == ("the post is empty",)
