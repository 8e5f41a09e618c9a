"""Posts on a real Bluesky server: as composed, once, whatever happens on the way."""

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from tests.networks import RULES
from tests.pds.conftest import Account, get
from tests.pds.relay import relay

from publisher.config import Site
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import card
from publisher.formatters.post import compose
from publisher.formatters.post import written as words_of_an_editor
from publisher.http.door import Http
from publisher.model import Film, LinkCard, Post, Quote, Rating, Receipt, Review
from publisher.providers.social.bluesky import Bluesky
from publisher.text import count, facets

pytestmark = pytest.mark.pds

REVIEW = Review(
    id="a1",
    source="site",
    url="https://films.example.com/reviews/ashes",
    headline="Review: Ashes of the Tide",
    film=Film(title="Ashes of the Tide", year=2024),
    authors=("Mara Quill",),
    rating=Rating(value=4.5, best=5),
    language="en",
)
QUOTE = Quote(text="Quiet, sly and never once sorry 👨‍👩‍👧‍👧.", spans=())
CARD = card.draw(REVIEW, QUOTE, site=Site(name="The Harbour Reel"))


def composed(**changes: Any) -> Post:
    made = compose(REVIEW, quotes=[QUOTE], rules=RULES["bluesky"], tags=["Noir"])
    return replace(made, image_alt=CARD.alt, **changes)


def publish(account: Account, post: Post, *, key: str = "a1-sky", image: bytes | None = CARD.data) -> Receipt:
    return account.provider.publish(post, key=key, image=image, begin=lambda: None)


def written(text: str) -> Post:
    return Post(
        network="bluesky", text=text, length=count.graphemes(text), limit=300, facets=facets.find(text, "bluesky")
    )


def test_a_post_is_read_back_as_it_was_composed(account: Account) -> None:
    text = f"★★★★½ “Quiet” 👨‍👩‍👧‍👧\nfilms.com/a #Noir @{account.provider.handle} $reel https://films.example.com/x_(y)"
    post = replace(written(text), card=composed().card)
    receipt = publish(account, post)
    (record,) = account.records()
    value: Any = record["value"]
    assert record["uri"] == receipt.provider_id
    assert value["text"] == text
    data = text.encode()
    found = {data[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(): f["features"][0] for f in value["facets"]}
    assert found["films.com/a"]["uri"] == "https://films.com/a"
    assert found["#Noir"]["tag"] == "Noir"
    assert found[f"@{account.provider.handle}"]["did"] == account.did
    assert found["$reel"]["tag"] == "$REEL"
    assert found["https://films.example.com/x_(y)"]["uri"] == "https://films.example.com/x_(y)"


def test_the_card_carries_the_review_and_the_picture(account: Account) -> None:
    publish(account, composed())
    value: Any = account.records()[0]["value"]
    external = value["embed"]["external"]
    assert external["uri"] == REVIEW.url
    assert value["langs"] == ["en"]
    with Http(private_hosts=["localhost", "127.0.0.1"]) as http:
        params = {"did": account.did, "cid": external["thumb"]["ref"]["$link"]}
        stored = http.request("GET", f"{account.provider.service}/xrpc/com.atproto.sync.getBlob", params=params)
    assert stored.body == CARD.data


def test_a_three_megabyte_picture_is_made_small_and_a_broken_one_left_out(account: Account) -> None:
    out = BytesIO()
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(out, "JPEG", quality=95)
    assert out.tell() > 3_000_000
    publish(account, composed(), key="big", image=out.getvalue())
    publish(account, composed(), key="broken", image=b"\xff\xd8\xff not a picture" + b"x" * 2_000_000)
    sizes = [r["value"]["embed"]["external"].get("thumb", {}).get("size") for r in account.records()]  # type: ignore[index]
    assert min(size or 0 for size in sizes) == 0
    assert 0 < max(size or 0 for size in sizes) <= 1_000_000


def test_without_a_link_the_picture_stands_with_its_alt_text(account: Account) -> None:
    publish(account, composed(card=None, link=None))
    value: Any = account.records()[0]["value"]
    (image,) = value["embed"]["images"]
    assert image["alt"] == CARD.alt
    assert image["aspectRatio"] == {"width": 1200, "height": 630}


def test_300_graphemes_are_taken_and_301_refused_before_any_call(account: Account) -> None:
    publish(account, written("é" * 300), key="a", image=None)
    nowhere = account.provider.model_copy(update={"service": "http://127.0.0.1:9"})
    for text in ("a" * 301, "👨‍👩‍👧‍👧" * 121):
        with pytest.raises(Rejected):
            nowhere.publish(written(text), key="b", image=None, begin=lambda: None)
    assert len(account.records()) == 1


def test_the_same_post_eight_times_at_once_is_one(account: Account) -> None:
    outcomes: list[Receipt | SendError] = []

    def go() -> None:
        try:
            outcomes.append(publish(account, composed()))
        except SendError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(account.records()) == 1
    assert len({o.provider_id for o in outcomes if isinstance(o, Receipt)}) == 1
    assert len([o for o in outcomes if isinstance(o, Receipt)]) == 8


SCRIPT = """
import sys
from publisher.model import LinkCard, Post
from publisher.providers.social.bluesky import Bluesky

service, handle, password = sys.argv[1:]
card = LinkCard(url="https://films.example.com/a", title="Ashes", description="Quiet")
post = Post(network="bluesky", text="Quiet.", length=6, limit=300, card=card)
provider = Bluesky(service=service, handle=handle, app_password=password)
image = sys.stdin.buffer.read()
print(provider.publish(post, key="k", image=image, begin=lambda: None).provider_id)
"""
CALLS = ["server.createSession", "repo.getRecord", "repo.uploadBlob", "repo.putRecord"]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("call", CALLS)
def test_killed_at_any_step_and_tried_again_it_is_one_post(account: Account, call: str, before: bool) -> None:
    with relay(account.provider.service, at=call, before=before) as line:
        words = [sys.executable, "-c", SCRIPT, line.address, account.provider.handle, account.provider.app_password]
        victim = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line.victim = victim.pid
        said, why = victim.communicate(CARD.data, timeout=120)
        assert (victim.returncode, said) == (-signal.SIGKILL, b""), why.decode()[-600:]
        again = subprocess.run(words, input=CARD.data, capture_output=True, timeout=120)
    assert again.returncode == 0, again.stderr.decode()[-600:]
    (record,) = account.records()
    assert again.stdout.decode().strip() == record["uri"]


def test_a_lost_answer_is_uncertain_and_the_next_try_finds_the_post(account: Account) -> None:
    with relay(account.provider.service, at="repo.putRecord") as line:
        through = account.provider.model_copy(update={"service": line.address})
        with pytest.raises(Uncertain):
            through.publish(composed(), key="k", image=None, begin=lambda: None)
        receipt = through.publish(composed(), key="k", image=None, begin=lambda: None)
    (record,) = account.records()
    assert record["uri"] == receipt.provider_id


def test_an_answer_lost_before_the_post_leaves_is_no_reason_for_doubt(account: Account) -> None:
    for call in CALLS[:3]:
        with relay(account.provider.service, at=call) as line:
            through = Bluesky(**(account.provider.model_dump() | {"service": line.address}))
            with pytest.raises(TryLater):
                through.publish(composed(), key="k", image=CARD.data, begin=lambda: None)
    assert account.records() == []


def test_a_wrong_password_is_said_without_showing_it(account: Account) -> None:
    wrong = account.provider.model_copy(update={"app_password": "wrong-password"})
    with pytest.raises(AccessDenied) as error:
        wrong.publish(composed(), key="k", image=None, begin=lambda: None)
    assert "app password" in str(error.value)
    assert "wrong-password" not in str(error.value)


def test_an_old_token_is_renewed_once(account: Account) -> None:
    publish(account, composed(), key="a", image=None)
    session: Any = account.provider._session
    account.provider._session = type(session)(session.did, session.handle, "eyJhbGciOiJIUzI1NiJ9.e30.x")
    publish(account, composed(), key="b", image=None)
    assert len(account.records()) == 2


def test_a_mention_of_nobody_stays_text(account: Account) -> None:
    publish(account, written("by @nobody-at-all-here.test"), image=None)
    assert "facets" not in account.records()[0]["value"]  # type: ignore[operator]
    assert get("server.describeServer", {})


THREAD = "\n---\n".join(
    f"Part {number} of five, with a link: https://films.example.com/{number}" for number in range(1, 6)
)


def test_a_thread_is_one_chain_written_in_one_commit(account: Account) -> None:
    post = written_thread()
    receipt = publish(account, post, key="thread")
    records = sorted(account.records(), key=lambda record: record["value"]["createdAt"])  # type: ignore[index]
    values: list[Any] = [record["value"] for record in records]
    places = [{"uri": record["uri"], "cid": record["cid"]} for record in records]
    assert [value["text"] for value in values] == [post.text, *(part.text for part in post.parts)]
    assert receipt.provider_id == places[0]["uri"]
    assert "reply" not in values[0]
    assert [value["reply"]["root"] for value in values[1:]] == [places[0]] * 4
    assert [value["reply"]["parent"] for value in values[1:]] == places[:4]
    assert all(len(value["facets"]) == 1 for value in values)
    account.provider.delete(receipt.provider_id, post)
    assert account.records() == []


def test_a_thread_with_one_post_too_long_writes_nothing(account: Account) -> None:
    post = written_thread()
    long = replace(post.parts[2], text="a" * 301)
    with pytest.raises(Rejected):
        publish(account, replace(post, parts=(*post.parts[:2], long, *post.parts[3:])))
    assert account.records() == []


def test_a_thread_sent_eight_times_at_once_is_one(account: Account) -> None:
    outcomes: list[Receipt | SendError] = []

    def go() -> None:
        try:
            outcomes.append(publish(account, written_thread(), key="thread"))
        except SendError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(account.records()) == 5
    assert [type(outcome) for outcome in outcomes] == [Receipt] * 8


def test_a_thread_whose_answer_was_lost_is_found_and_not_written_again(account: Account) -> None:
    with relay(account.provider.service, at="repo.applyWrites") as line:
        through = account.provider.model_copy(update={"service": line.address})
        with pytest.raises(Uncertain):
            through.publish(written_thread(), key="k", image=None, begin=lambda: None)
        through.publish(written_thread(), key="k", image=None, begin=lambda: None)
    assert len(account.records()) == 5


def written_thread() -> Post:
    return words_of_an_editor(REVIEW, THREAD, quotes=[], rules=RULES["bluesky"])


def test_two_reviews_are_two_posts(account: Account) -> None:
    first = publish(account, composed(), key="a", image=None)
    other = LinkCard(url="https://b.example", title="b", description="")
    second = publish(account, composed(card=other), key="b")
    assert first.provider_id != second.provider_id
    assert len(account.records()) == 2
