import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.invented import LANTERN, words
from tests.loopback import Loopback, Page, loopback

from publisher.config import RawTable
from publisher.errors import ConfigError, SourceBusy, SourceError
from publisher.http.door import Http
from publisher.loader import kinds
from publisher.loader.ghost import GhostSource
from publisher.loader.source import LoadContext, Loaded
from publisher.loader.wordpress import WordPressSource

NOW = datetime(2031, 5, 10, 12, 0, tzinfo=UTC)
BODY = f"<p>{LANTERN}</p><p>{words(1)}</p>"


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def ctx() -> Iterator[LoadContext]:
    with Http("t", 5, allow_private=True) as http:
        yield LoadContext(name="site", http=http, zone=ZoneInfo("Europe/London"), now=NOW)


def post(**more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "type": "post",
        "guid": {"rendered": "https://reel.example/?p=7"},
        "link": "https://reel.example/ledger/",
        "date": "2031-05-09T09:30:00",
        "date_gmt": "2031-05-09T08:30:00",
        "title": {"rendered": "Review: &#8216;The Ledger&#8217; &amp; more"},
        "content": {"rendered": BODY, "protected": False},
        "excerpt": {"rendered": "<p>A lantern swings [&hellip;]</p>"},
        "_embedded": {
            "author": [{"name": "Ada Quill"}],
            "wp:featuredmedia": [{"source_url": "https://reel.example/still.jpg"}],
            "wp:term": [
                [{"name": "Drama", "taxonomy": "category", "slug": "drama"}],
                [{"name": "sea", "taxonomy": "post_tag"}],
            ],
        },
    } | more


def wordpress(site: Loopback, ctx: LoadContext, *posts: Any) -> Loaded:
    site.put("/wp-json/wp/v2/posts", json.dumps(posts), "application/json")
    return WordPressSource(url=site.url).load(ctx)


def test_a_wordpress_post_is_a_whole_review(site: Loopback, ctx: LoadContext) -> None:
    (entry,) = wordpress(site, ctx, post()).entries
    review = entry.review
    assert review.headline == "Review: ‘The Ledger’ & more"
    assert (review.native_id, review.url) == ("https://reel.example/?p=7", "https://reel.example/ledger/")
    assert (review.authors, review.categories) == (("Ada Quill",), ("Drama", "sea"))
    assert review.published is not None
    assert review.published.value == datetime(2031, 5, 9, 8, 30, tzinfo=UTC)
    assert (review.full_text, review.excerpt) == ("feed", "A lantern swings […]")
    assert review.image is not None
    assert site.asked[0].path.startswith("/wp-json/wp/v2/posts?per_page=20&_embed=")


def test_a_wall_clock_of_wordpress_is_in_the_sources_zone(site: Loopback, ctx: LoadContext) -> None:
    (entry,) = wordpress(site, ctx, post(date_gmt="0000-00-00T00:00:00")).entries
    assert entry.review.published is not None
    assert entry.review.published.value == datetime(2031, 5, 9, 8, 30, tzinfo=UTC)


def test_hidden_authors_and_protected_texts_stay_unknown(site: Loopback, ctx: LoadContext) -> None:
    hidden = post(content={"rendered": "", "protected": True}, _embedded={"author": [{"code": "rest_user_invalid_id"}]})
    (entry,) = wordpress(site, ctx, hidden).entries
    assert (entry.review.authors, entry.review.full_text) == ((), "missing")


def test_wordpress_without_pretty_addresses_is_asked_by_query(site: Loopback, ctx: LoadContext) -> None:
    site.put("/", json.dumps([post()]), "application/json")
    assert len(WordPressSource(url=site.url).load(ctx).entries) == 1
    assert site.asked[-1].path.startswith("/?rest_route=/wp/v2/posts&")


def test_wordpress_that_refuses_says_why(site: Loopback, ctx: LoadContext) -> None:
    refusal = {"code": "rest_disabled", "message": "The REST API is disabled."}
    site.put("/wp-json/wp/v2/posts", json.dumps(refusal), "application/json")
    with pytest.raises(SourceError, match=r"does not give its posts: The REST API is disabled\."):
        WordPressSource(url=site.url).load(ctx)


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [], {"type": "post"}, post(title=None, content=7, guid="x", _embedded=[])]
)
def test_odd_posts_break_nothing(site: Loopback, ctx: LoadContext, odd: Any) -> None:
    assert len(wordpress(site, ctx, odd, post()).entries) in (1, 2)


def story(**more: Any) -> dict[str, Any]:
    return {
        "id": "65a1b2c3d4e5f60718293a4b",
        "title": "Review: The Ledger",
        "html": BODY,
        "url": "https://reel.example/ledger/",
        "published_at": "2031-05-09T09:30:00.000+01:00",
        "feature_image": "https://reel.example/still.jpg",
        "excerpt": "A lantern swings",
        "visibility": "public",
        "authors": [{"name": "Ada Quill"}],
        "tags": [{"name": "Drama", "visibility": "public"}, {"name": "#internal", "visibility": "internal"}],
    } | more


def ghost(site: Loopback, ctx: LoadContext, *stories: Any) -> Loaded:
    site.put("/ghost/api/content/posts/", json.dumps({"posts": stories}), "application/json")
    return GhostSource(url=site.url, key="0123abcd").load(ctx)


def test_a_ghost_post_is_a_whole_review(site: Loopback, ctx: LoadContext) -> None:
    (entry,) = ghost(site, ctx, story()).entries
    review = entry.review
    assert (review.native_id, review.headline) == ("65a1b2c3d4e5f60718293a4b", "Review: The Ledger")
    assert (review.authors, review.categories, review.full_text) == (("Ada Quill",), ("Drama",), "feed")
    assert review.published is not None
    assert review.published.value == datetime(2031, 5, 9, 8, 30, tzinfo=UTC)
    assert "include=tags,authors" in site.asked[0].path


def test_a_members_only_post_has_no_text_and_a_mail_only_one_is_none(site: Loopback, ctx: LoadContext) -> None:
    found = ghost(site, ctx, story(visibility="paid"), story(email_only=True)).entries
    assert [entry.review.full_text for entry in found] == ["missing"]


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_no_error_of_ghost_shows_the_key(site: Loopback, ctx: LoadContext, status: int) -> None:
    site.pages["/ghost/api/content/posts/"] = Page(status=status, headers={"Retry-After": "60"})
    with pytest.raises(SourceError) as caught:
        GhostSource(url=site.url, key="0123abcd").load(ctx)
    assert "0123abcd" not in str(caught.value) + repr(GhostSource(url=site.url, key="0123abcd"))
    assert isinstance(caught.value, SourceBusy) == (status == 429)


def test_an_answer_that_is_not_ghosts_is_an_error(site: Loopback, ctx: LoadContext) -> None:
    site.put("/ghost/api/content/posts/", "<html>Welcome</html>", "text/html")
    with pytest.raises(SourceError, match="not one of Ghost's Content API"):
        GhostSource(url=site.url, key="k").load(ctx)


def test_kinds_are_found_by_their_file() -> None:
    assert {"feed", "wordpress", "ghost"} <= set(kinds.kinds())
    table = RawTable(
        name="site", kind="wordpress", values={"url": "https://reel.example", "every": "2h"}, group="sources"
    )
    assert isinstance(kinds.open_source(table), WordPressSource)


@pytest.mark.parametrize("kind", ["feeed", "identity", "../feed", "publisher.loader.feed", ""])
def test_what_is_no_kind_of_source_is_a_mistake(kind: str) -> None:
    with pytest.raises(ConfigError, match="there is no kind"):
        kinds.open_source(RawTable(name="site", kind=kind, values={}, group="sources"))


def test_a_mistake_in_a_table_names_its_key() -> None:
    table = RawTable(name="site", kind="feed", values={"url": "https://reel.example", "evry": "2h"}, group="sources")
    with pytest.raises(ConfigError, match="evry"):
        kinds.open_source(table)
