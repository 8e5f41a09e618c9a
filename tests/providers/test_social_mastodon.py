"""Mastodon and its kin: once, whether they keep the key or not."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.loopback import Page, loopback
from tests.providers.social_stubs import TOKEN, MastodonStub, Trouble, page

from publisher.config import Site
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import card
from publisher.model import Post, Quote, Receipt, Review
from publisher.providers.social.mastodon import Mastodon

pytestmark = pytest.mark.slow

REVIEW = Review(id="a", source="s", headline="Ashes of the Tide")
CARD = card.draw(REVIEW, Quote(text="Quiet.", spans=()), site=Site(name="The Harbour Reel"))
TEXT = "“Quiet & sly.”\n\nAshes of the Tide (2024) ★★★★½\n— @mara@films.example\n\nhttps://films.example.com/a?b=1&c=2\n#Noir"
POST = Post(network="mastodon", text=TEXT, length=1, limit=500, image_alt=CARD.alt, language="en-GB")


@pytest.fixture
def stub() -> Iterator[MastodonStub]:
    with loopback() as site:
        yield MastodonStub(site)


def publish(
    stub: MastodonStub, post: Post = POST, *, key: str = "a-1", image: bytes | None = None, **more: Any
) -> Receipt:
    return Mastodon(server=stub.site.url, access_token=TOKEN, **more).publish(
        post, key=key, image=image, begin=lambda: None
    )


def test_a_post_carries_words_picture_alt_language_and_visibility(stub: MastodonStub) -> None:
    receipt = publish(stub, image=CARD.data, visibility="unlisted", content_warning="Spoilers")
    (status,) = stub.statuses
    assert status["sent"] == {
        "status": TEXT,
        "media_ids": ["m1"],
        "visibility": "unlisted",
        "language": "en",
        "spoiler_text": "Spoilers",
    }
    assert stub.media == {"m1": CARD.alt}
    assert (receipt.provider_id, receipt.url) == ("1", status["url"])


def test_a_picture_that_takes_its_time_is_waited_for(stub: MastodonStub) -> None:
    stub.slow_media = 2
    publish(stub, image=CARD.data)
    assert [path for path in stub.site.paths() if path.startswith("/api/v1/media")] == ["/api/v1/media/m1"] * 2
    assert stub.statuses[0]["sent"]["media_ids"] == ["m1"]


@pytest.mark.parametrize("keeps_keys", [True, False])
@pytest.mark.parametrize("call", ["/statuses", "/media", "/verify_credentials", "/instance"])
@pytest.mark.parametrize("lost", ["before", "after"])
def test_an_answer_lost_at_any_call_leaves_exactly_one_post(
    stub: MastodonStub, keeps_keys: bool, call: str, lost: str
) -> None:
    stub.keeps_keys = keeps_keys
    stub.troubles.append(Trouble(call, lost=lost))
    with pytest.raises((TryLater, Uncertain)):
        publish(stub, image=CARD.data)
    receipt = publish(stub, image=CARD.data)
    assert [status["id"] for status in stub.statuses] == [receipt.provider_id]


def test_only_an_answer_lost_behind_the_post_is_uncertain(stub: MastodonStub) -> None:
    provider = Mastodon(server=stub.site.url, access_token=TOKEN)
    provider.ask()
    for call, outcome in (("/media", TryLater), ("/7/statuses", TryLater), ("v1/statuses", Uncertain)):
        stub.troubles.append(Trouble(call, lost="after"))
        with pytest.raises(outcome):
            provider.publish(POST, key="k", image=CARD.data, begin=lambda: None)


def test_an_equal_post_among_the_latest_is_not_sent_again(stub: MastodonStub) -> None:
    stub.keeps_keys = False
    first = publish(stub, key="a")
    assert publish(stub, key="b").provider_id == first.provider_id
    assert len(stub.statuses) == 1


def test_the_servers_own_limit_counts(stub: MastodonStub) -> None:
    long = Post(network="mastodon", text="a" * 501, length=501, limit=500)
    with pytest.raises(Rejected, match="501 of 500"):
        publish(stub, long)
    assert stub.site.paths() == ["/api/v2/instance"]
    stub.limit = 5000
    assert publish(stub, long).provider_id == "1"


def test_rules_know_whether_the_server_was_asked(stub: MastodonStub) -> None:
    stub.limit = 5000
    provider = Mastodon(server=stub.site.url, access_token=TOKEN)
    assert (provider.rules.limit, provider.rules.assumed) == (500, True)
    assert (provider.ask().limit, provider.rules.assumed) == (5000, False)
    provider.ask()
    assert stub.site.paths() == ["/api/v2/instance"]


@pytest.mark.parametrize("instance", [Page(body=b"<html>hello</html>"), Page(status=404), page({"configuration": []})])
def test_a_server_that_names_no_limits_has_the_usual_ones(stub: MastodonStub, instance: Page) -> None:
    stub.troubles.append(Trouble("/instance", page=instance))
    assert Mastodon(server=stub.site.url, access_token=TOKEN).ask().limit == 500


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (page({"error": "Validation failed"}, 422), Rejected),
        (page({"error": "This action is not allowed"}, 403), AccessDenied),
        (page({"error": "gone wrong"}, 500), Uncertain),
        (Page(body=b"<html>maintenance</html>", status=503), Uncertain),
        (Page(body=b"<html>hello</html>"), Uncertain),
    ],
)
def test_what_an_answer_to_the_post_means(stub: MastodonStub, answer: Page, outcome: type[SendError]) -> None:
    stub.troubles.append(Trouble("v1/statuses", page=answer))
    with pytest.raises(outcome) as error:
        publish(stub)
    assert TOKEN not in str(error.value)
    assert "films.example" not in str(error.value)


def test_too_many_posts_wait_until_the_servers_window_begins_anew(stub: MastodonStub) -> None:
    reset = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 90))
    stub.troubles.append(Trouble("v1/statuses", page=page({"error": "Too many"}, 429, X_RateLimit_Reset=reset)))
    with pytest.raises(TryLater) as error:
        publish(stub)
    assert error.value.after is not None
    assert 60 <= error.value.after.total_seconds() <= 91


def test_a_wrong_token_is_said_without_showing_it(stub: MastodonStub) -> None:
    with pytest.raises(AccessDenied, match="401") as error:
        Mastodon(server=stub.site.url, access_token="wrong-token").publish(
            POST, key="k", image=None, begin=lambda: None
        )
    assert "wrong-token" not in str(error.value)


def test_a_picture_that_is_none_is_left_out(stub: MastodonStub) -> None:
    publish(stub, image=b"not a picture")
    assert "media_ids" not in stub.statuses[0]["sent"]


def test_begin_is_called_once_and_just_before_the_post(stub: MastodonStub) -> None:
    begun: list[list[str]] = []
    Mastodon(server=stub.site.url, access_token=TOKEN).publish(
        POST, key="k", image=CARD.data, begin=lambda: begun.append(stub.site.paths())
    )
    (before,) = begun
    assert "/api/v2/media" in before
    assert "/api/v1/statuses" not in before


def test_eight_at_once_on_a_server_that_keeps_keys_are_one_post(stub: MastodonStub) -> None:
    threads = [threading.Thread(target=publish, args=(stub,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stub.statuses) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_a_token_that_may_not_read_posts_and_leaves_it_to_the_key(stub: MastodonStub, status: int) -> None:
    stub.site.pages["/api/v1/accounts/verify_credentials"] = page({"error": "outside the authorized scopes"}, status)
    stub.troubles.append(Trouble("v1/statuses", lost="after"))
    with pytest.raises(Uncertain):
        publish(stub)
    assert publish(stub).provider_id == "1"
    assert len(stub.statuses) == 1


def test_once_a_server_has_forgotten_the_key_a_post_that_cannot_be_looked_for_is_not_sent(stub: MastodonStub) -> None:
    stub.site.pages["/api/v1/accounts/verify_credentials"] = page({"error": "outside the authorized scopes"}, 403)
    with pytest.raises(AccessDenied):
        publish(stub, replace(POST, at=datetime.now(UTC) - timedelta(hours=2)))
    assert stub.statuses == []


def test_a_server_that_sets_marks_of_its_own_is_recognised(stub: MastodonStub) -> None:
    stub.keeps_keys = False
    publish(stub)
    stub.statuses[0]["content"] = stub.statuses[0]["content"].replace("“", '"').replace("”", '"').replace("—", "-")
    assert publish(stub).provider_id == "1"
