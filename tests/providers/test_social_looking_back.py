"""How a post whose answer was lost is found again among an account's own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.loopback import Loopback, loopback
from tests.providers.social.linkedin import AUTHOR
from tests.providers.social_cases import LINK, carded, page, post_for

from publisher.model import Post
from publisher.providers.social.facebook import Facebook
from publisher.providers.social.instagram import Instagram
from publisher.providers.social.linkedin import LinkedIn, commentary
from publisher.providers.social.threads import Threads
from publisher.providers.social.x import X


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


SENT = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)


def test_a_post_is_found_on_x_whatever_x_made_of_its_links(site: Loopback) -> None:
    post = post_for("x", f"“Quiet & sly.”\n\n{LINK}")
    url = {"url": "https://t.co/abc", "expanded_url": LINK}
    card = {"url": "https://t.co/pic", "expanded_url": "https://x.com/reel/status/9/photo/1", "media_key": "3_1"}
    shown = {
        "id": "9",
        "text": "“Quiet &amp; sly.”\n\nhttps://t.co/abc https://t.co/pic",
        "entities": {"urls": [url, card]},
    }
    site.pages["/2/users/me"] = page({"data": {"id": "7"}})
    site.pages["/2/users/7/tweets"] = page({"data": [{"id": "8", "text": "another"}, shown]})
    found = X(access_token="t", api=site.url).find(post, key="k", since=SENT)
    assert found is not None
    assert found.provider_id == "9"
    assert dict(parse_qsl(urlsplit(site.asked[1].path).query))["start_time"] == "2031-03-04T11:55:00Z"


def test_an_account_without_a_post_has_none(site: Loopback) -> None:
    site.pages["/2/users/me"] = page({"data": {"id": "7"}})
    site.pages["/2/users/7/tweets"] = page({"meta": {"result_count": 0}})
    assert X(access_token="t", api=site.url).find(post_for("x"), key="k", since=SENT) is None


@pytest.mark.parametrize(("moment", "there"), [("2031-03-04T12:00:09+0000", True), ("2031-03-01T12:00:00+0000", False)])
def test_an_older_post_of_the_same_words_is_another_one(site: Loopback, moment: str, there: bool) -> None:
    post = post_for("threads")
    row = {"id": "p-9", "text": post.text.replace("\n", " \n"), "timestamp": moment, "permalink": "https://t.example/9"}
    site.pages["/17/threads"] = page({"data": [{"id": "p-8"}, row]})
    found = Threads(user_id="17", access_token="t", api=site.url).find(post, key="k", since=SENT)
    assert (found is not None) is there
    assert found is None or found.url == "https://t.example/9"


def test_pages_and_pictures_are_looked_for_by_their_own_names(site: Loopback) -> None:
    post: Post = replace(post_for("facebook"), text="“Quiet.”")
    stamp = "2031-03-04T12:00:09+0000"
    site.pages["/900/published_posts"] = page({"data": [{"id": "900_3", "message": "“Quiet.”", "created_time": stamp}]})
    site.pages["/17/media"] = page({"data": [{"id": "m-3", "caption": "“Quiet.”", "timestamp": stamp}]})
    page_ = Facebook(page="900", access_token="t", api=site.url).find(post, key="k", since=SENT)
    picture = Instagram(user_id="17", access_token="t", api=site.url).find(post, key="k", since=SENT)
    assert page_ is not None
    assert picture is not None
    assert (page_.provider_id, picture.provider_id) == ("900_3", "m-3")


def test_an_organizations_post_is_found_by_its_unescaped_words_and_a_members_is_not_asked_for(site: Loopback) -> None:
    post = carded("linkedin")
    made = int(SENT.timestamp() * 1000)
    row = {"id": "urn:li:share:1", "commentary": commentary(post), "createdAt": made}
    site.pages["/rest/posts"] = page({"elements": [row]})
    channel = LinkedIn(author=AUTHOR, access_token="t", api=site.url)
    assert channel.find(post, key="k", since=SENT + timedelta(hours=1)) is None
    found = channel.find(post, key="k", since=SENT)
    assert found is not None
    assert found.provider_id == "urn:li:share:1"
    assert (channel.looks_back, LinkedIn(author="urn:li:person:a-1", access_token="t").looks_back) == (True, False)
