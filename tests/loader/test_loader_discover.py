from collections.abc import Iterator

import pytest
from tests.invented import rss, week
from tests.loopback import Loopback, Page, loopback

from publisher.errors import SourceError, UnsafeAddress
from publisher.http.door import Http
from publisher.loader.discover import MOST_TRIES, discover

HEAD = (
    '<html lang="en-gb"><head><title>Home | Harbour</title><meta property="og:site_name" content="The Harbour Post">'
    '<meta name="theme-color" content="#1A5C7A">{more}</head><body><h1>Hello</h1>{body}</body></html>'
)


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def http() -> Iterator[Http]:
    with Http("t", 5, allow_private=True) as client:
        yield client


def page(site: Loopback, more: str = "", body: str = "", path: str = "/") -> str:
    return site.put(path, HEAD.format(more=more, body=body), "text/html")


def feed(site: Loopback, path: str, title: str = "The Harbour Post", items: int = 3) -> str:
    return site.put(path, rss(week(items), site.url, title=title), "application/rss+xml")


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def test_a_link_tag_names_the_feed(site: Loopback, http: Http) -> None:
    address = feed(site, "/all.xml")
    found = discover(page(site, link("/all.xml")), http)
    assert (found.feed, found.title, found.language, found.accent) == (address, "The Harbour Post", "en-GB", "#1a5c7a")
    assert found.entries == 3


def test_comments_are_not_the_posts(site: Loopback, http: Http) -> None:
    feed(site, "/comments/feed/", "Comments on the Harbour Post")
    address = feed(site, "/feed/")
    links = link("/comments/feed/", "Comments Feed") + link("/feed/", "Feed")
    assert discover(page(site, links), http).feed == address


def test_a_dead_link_tag_does_not_end_the_search(site: Loopback, http: Http) -> None:
    site.put("/old.xml", "<html>moved</html>", "text/html")
    address = feed(site, "/rss.xml")
    assert discover(page(site, link("/old.xml")), http).feed == address


@pytest.mark.parametrize(
    ("sign", "path"),
    [
        ('<meta name="generator" content="Wix.com Website Builder">', "/blog-feed.xml"),
        ('<meta name="generator" content="WordPress 7.1">', "/feed/"),
        ('<meta name="generator" content="Ghost 6.0">', "/rss/"),
        (
            "<!-- This is Squarespace. --><script src='https://static1.squarespace.com/x.js'></script>",
            "/blog?format=rss",
        ),
        ('<link rel="preconnect" href="https://substackcdn.com">', "/feed"),
        ('<meta content="blogger" name="generator">', "/feeds/posts/default"),
        ("", "/index.xml"),
        ("", "/atom.xml"),
        ("", "/feed.json"),
    ],
)
def test_each_platform_keeps_its_feed_where_it_does(site: Loopback, http: Http, sign: str, path: str) -> None:
    address = feed(site, path)
    assert discover(page(site, sign), http).feed == address


def test_a_link_in_the_text_is_followed_last(site: Loopback, http: Http) -> None:
    address = feed(site, "/x/our-posts.rss")
    assert discover(page(site, body='<a href="/x/our-posts.rss">RSS</a>'), http).feed == address


def test_a_feed_is_found_from_one_of_the_sites_pages(site: Loopback, http: Http) -> None:
    address = feed(site, "/all.xml")
    assert discover(page(site, link("../all.xml"), path="/post/ledger"), http).feed == address


def test_the_feeds_own_address_is_understood(site: Loopback, http: Http) -> None:
    page(site)
    address = feed(site, "/all.xml")
    found = discover(address, http)
    assert (found.feed, found.title, found.language) == (address, "The Harbour Post", "en-GB")


def test_an_address_without_a_scheme_is_tried_both_ways(site: Loopback, http: Http) -> None:
    feed(site, "/feed/")
    page(site)
    assert discover(site.url.removeprefix("http://"), http).feed == f"{site.url}/feed/"


def test_an_empty_feed_is_taken_only_when_there_is_no_other(site: Loopback, http: Http) -> None:
    feed(site, "/empty.xml", items=0)
    page(site, link("/empty.xml"))
    assert discover(site.url, http).entries == 0
    feed(site, "/rss.xml")
    assert discover(site.url, http).feed == f"{site.url}/rss.xml"


def test_a_site_without_a_feed_says_so_and_is_not_asked_for_ever(site: Loopback, http: Http) -> None:
    page(site, body="".join(f'<a href="/{n}/feed.xml">x</a>' for n in range(200)))
    with pytest.raises(SourceError, match="no feed was found"):
        discover(site.url, http)
    assert len(site.asked) <= MOST_TRIES + 1


@pytest.mark.parametrize("colour", ["#fff", "#000000", "#777777", "red; background: url(x)", "#f8f8ff", ""])
def test_a_colour_that_is_none_is_no_accent(site: Loopback, http: Http, colour: str) -> None:
    feed(site, "/feed/")
    site.put("/", f'<html><meta name="theme-color" content="{colour}"></html>', "text/html")
    assert discover(site.url, http).accent is None


def test_a_name_with_tricks_is_cleaned(site: Loopback, http: Http) -> None:
    feed(site, "/feed/", title="Harbour\u202e Post\u2066")
    site.put("/", "<html><body>x</body></html>", "text/html")
    assert discover(site.url, http).title == "Harbour Post"


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"<" * 5000, b"<html><link rel=alternate type=application/rss+xml>"]
)
def test_odd_pages_break_nothing(site: Loopback, http: Http, body: bytes) -> None:
    site.put("/", body, "text/html")
    with pytest.raises(SourceError):
        discover(site.url, http)


def test_private_addresses_are_refused(site: Loopback) -> None:
    with Http() as public, pytest.raises(UnsafeAddress):
        discover(page(site), public)


def test_a_sites_own_fault_is_told(site: Loopback, http: Http) -> None:
    site.pages["/"] = Page(status=500)
    with pytest.raises(SourceError, match="status 500"):
        discover(site.url, http)
