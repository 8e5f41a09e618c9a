"""Bluesky without a server at hand: the record, and what each answer means. tests/pds asks a real one."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.loopback import Page, loopback
from tests.providers.social_stubs import BLOB, TOKEN, BlueskyStub, Trouble, page

from publisher.config import Site
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import card
from publisher.model import LinkCard, Post, Quote, Receipt, Review
from publisher.providers.social.bluesky import Bluesky, record_key
from publisher.providers.social.kit import dagcbor
from publisher.text import facets

CARD = card.draw(
    Review(id="a", source="s", headline="Ashes of the Tide"),
    Quote(text="Quiet.", spans=()),
    site=Site(name="The Harbour Reel"),
)
TEXT = "“Quiet.” 👨‍👩‍👧‍👧 @mara.films.com @nobody.films.com #Noir https://films.com/a"
POST = Post(
    network="bluesky",
    text=TEXT,
    length=1,
    limit=300,
    facets=facets.find(TEXT, "bluesky"),
    link="https://films.com/a",
    card=LinkCard(url="https://films.com/a", title="Ashes", description="Quiet"),
    image_alt="“Quiet.”",
    language="en",
)


@pytest.fixture
def stub() -> Iterator[BlueskyStub]:
    with loopback() as site:
        yield BlueskyStub(site)


def account(stub: BlueskyStub, password: str = TOKEN) -> Bluesky:
    return Bluesky(service=stub.site.url, handle="critic.example.com", app_password=password)


def publish(stub: BlueskyStub, post: Post = POST, *, image: bytes | None = CARD.data) -> Receipt:
    return account(stub).publish(post, key="a-1", image=image, begin=lambda: None)


def test_the_record_is_what_the_lexicon_asks_for(stub: BlueskyStub) -> None:
    receipt = publish(stub)
    ((rkey, record),) = stub.records.items()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("createdAt"))
    data = TEXT.encode()
    marked: dict[str, Any] = {
        data[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"] for f in record.pop("facets")
    }
    assert marked == {
        "@mara.films.com": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:mara"}],
        "#Noir": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Noir"}],
        "https://films.com/a": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://films.com/a"}],
    }
    thumb = {"$type": "blob", "ref": {"$link": BLOB}, "mimeType": "image/jpeg", "size": len(CARD.data)}
    external = {"uri": "https://films.com/a", "title": "Ashes", "description": "Quiet", "thumb": thumb}
    assert record == {
        "$type": "app.bsky.feed.post",
        "text": TEXT,
        "langs": ["en"],
        "embed": {"$type": "app.bsky.embed.external", "external": external},
    }
    assert receipt.provider_id == f"at://did:plc:critic/app.bsky.feed.post/{rkey}"
    assert receipt.url == f"https://bsky.app/profile/critic.example.com/post/{rkey}"
    assert stub.blobs == [CARD.data]


def test_a_record_key_is_a_tid_and_always_the_same() -> None:
    keys = {record_key(f"review-{number}") for number in range(500)}
    assert len(keys) == 500
    assert all(re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key) for key in keys)
    assert record_key("review-1") == record_key("review-1")


@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("call", ["createSession", "getRecord", "uploadBlob", "putRecord", "resolveHandle"])
def test_an_answer_lost_at_any_call_leaves_exactly_one_post(stub: BlueskyStub, call: str, lost: str) -> None:
    stub.troubles.append(Trouble(call, lost=lost))
    with pytest.raises(Uncertain if call == "putRecord" else TryLater):
        publish(stub)
    receipt = publish(stub)
    assert [receipt.provider_id.rpartition("/")[2]] == list(stub.records)


def test_an_expired_session_is_renewed_once(stub: BlueskyStub) -> None:
    provider = account(stub)
    provider.publish(POST, key="a", image=None, begin=lambda: None)
    stub.sessions += 1
    provider.publish(POST, key="b", image=None, begin=lambda: None)
    assert len(stub.records) == 2
    assert [path.rpartition(".")[2] for path in stub.site.paths()].count("createSession") == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (page({"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record"}, 400), Rejected),
        (page({"error": "InternalServerError"}, 500), Uncertain),
        (Page(body=b"<html>bad gateway</html>", status=502), Uncertain),
    ],
)
def test_what_an_answer_to_the_record_means(stub: BlueskyStub, answer: Page, outcome: type[SendError]) -> None:
    stub.troubles.append(Trouble("putRecord", page=answer))
    with pytest.raises(outcome) as error:
        publish(stub)
    assert "films.com" not in str(error.value)


@pytest.mark.parametrize("name", ["Retry_After", "RateLimit_Reset"])
def test_a_rate_limit_is_waited_out(stub: BlueskyStub, name: str) -> None:
    value = 289 if name == "Retry_After" else int(time.time()) + 289
    headers = {name: str(value)}
    stub.troubles.append(Trouble("createSession", page=page({"error": "RateLimitExceeded"}, 429, **headers)))
    with pytest.raises(TryLater) as error:
        publish(stub)
    assert error.value.after is not None
    assert 270 <= error.value.after.total_seconds() <= 289


def test_a_wrong_app_password_is_said_without_showing_it(stub: BlueskyStub) -> None:
    with pytest.raises(AccessDenied, match="app password") as error:
        account(stub, "wrong-password").publish(POST, key="k", image=None, begin=lambda: None)
    assert "wrong-password" not in str(error.value)


def test_a_text_that_is_too_long_is_refused_before_any_call(stub: BlueskyStub) -> None:
    for text in ("a" * 301, "👨‍👩‍👧‍👧" * 121):
        with pytest.raises(Rejected):
            publish(stub, replace(POST, text=text))
    assert stub.site.asked == []


def test_a_picture_that_is_none_leaves_a_card_without_thumb(stub: BlueskyStub) -> None:
    publish(stub, image=b"<html>not a picture</html>")
    (record,) = stub.records.values()
    assert "thumb" not in record["embed"]["external"]


def test_without_a_card_the_picture_itself_is_shown_with_its_alt_text(stub: BlueskyStub) -> None:
    publish(stub, replace(POST, card=None))
    (record,) = stub.records.values()
    (image,) = record["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("“Quiet.”", {"width": 1200, "height": 630})


def test_begin_is_called_once_and_just_before_the_record(stub: BlueskyStub) -> None:
    begun: list[list[str]] = []
    account(stub).publish(POST, key="k", image=CARD.data, begin=lambda: begun.append(stub.site.paths()))
    (before,) = begun
    assert any("uploadBlob" in path for path in before)
    assert not any("putRecord" in path for path in before)


def test_the_address_of_a_record_is_known_before_it_is_stored() -> None:
    # https://ipld.io/specs/codecs/dag-cbor/fixtures/: an empty map and an array of numbers.
    assert dagcbor.cid({}) == "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"
    assert dagcbor.encoded([1, 24, 1000, -1, "é", None, True, {"bb": 1, "a": 2}]) == bytes.fromhex(
        "88 01 1818 1903e8 20 62c3a9 f6 f5 a2 6161 02 626262 01"
    )
