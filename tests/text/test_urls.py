import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import urls

SPELLINGS = [
    "https://example.com/post/night-ferry",
    "http://example.com/post/night-ferry",
    "HTTPS://EXAMPLE.com/post/night-ferry",
    "https://www.example.com/post/night-ferry",
    "https://example.com:443/post/night-ferry",
    "http://example.com:80/post/night-ferry/",
    "https://example.com//post/night-ferry/",
    "https://example.com/post/night-ferry#comments",
    "https://example.com/post/night-ferry/amp",
    "https://example.com/post/night-ferry/amp/",
    "https://example.com/post/night-ferry?amp=1",
    "https://example.com/post/night-ferry?utm_source=rss&utm_medium=feed",
    "https://example.com/post/night-ferry?fbclid=abc&ref=home",
    "https://example.com/post/night-ferry?source=rss----7a8b9c---4",
    "https://example.com/post/%6eight-ferry",
    "  https://example.com/post/night-ferry\n",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_every_spelling_of_a_page_is_the_same_page(url: str) -> None:
    assert urls.canonical(url) == "https://example.com/post/night-ferry"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/?p=123",
        "https://example.com/film?id=7&page=2",
        "https://example.com/film?source=archive",
        "https://example.com:8443/film",
        "https://example.com/camp",
    ],
)
def test_what_names_the_page_stays(url: str) -> None:
    assert urls.canonical(url) == url


def test_percent_codes_of_accents_compare_alike() -> None:
    assert urls.canonical("https://example.com/caf%c3%a9") == urls.canonical("https://example.com/café")


def test_an_encoded_percent_sign_stays_encoded() -> None:
    assert urls.canonical("https://example.com/100%2541") == "https://example.com/100%2541"


@given(st.text(max_size=80) | st.from_regex(r"https?://[a-z.]{1,12}(:\d{1,6})?/[ -~]{0,40}", fullmatch=True))
def test_canonical_twice_is_canonical_once(url: str) -> None:
    once = urls.canonical(url)
    assert urls.canonical(once) == once


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.com/",
        "/post/x",
        "",
        "https://",
        "https://example.com:99999/",
        "https://exa mple.com/",
        'https://example.com/"onload="x',
        "https://[::1/",
        "https://example.com\\@evil.example/",
    ],
)
def test_only_whole_http_addresses_are_web(url: str) -> None:
    assert not urls.is_web(url)


def test_join_follows_the_page_it_stands_on() -> None:
    base = "https://example.com/blog/feed.xml"
    assert urls.join(base, "../a b.html") == "https://example.com/a%20b.html"
    assert urls.join(base, "//cdn.example.com/x.jpg") == "https://cdn.example.com/x.jpg"
    assert urls.join(base, " https://other.example/y ") == "https://other.example/y"


@pytest.mark.parametrize("href", ["", "javascript:alert(1)", "mailto:a@example.com", "data:text/html,x", "https://[x"])
def test_join_gives_nothing_where_there_is_no_page(href: str) -> None:
    assert urls.join("https://example.com/", href) == ""


def test_utm_goes_into_the_query_before_the_fragment() -> None:
    url = urls.with_utm("https://example.com/a?x=1&y=%20#end", {"utm_source": "the reel", "utm_medium": "email"})
    assert url == "https://example.com/a?x=1&y=%20&utm_source=the%20reel&utm_medium=email#end"


def test_a_utm_parameter_stands_once_with_our_value() -> None:
    assert (
        urls.with_utm("https://example.com/?utm_source=rss", {"utm_source": "x"}) == "https://example.com/?utm_source=x"
    )


@given(st.dictionaries(st.sampled_from(["utm_source", "utm_medium", "utm_campaign"]), st.text(max_size=10).map(str)))
def test_marking_twice_is_marking_once(params: dict[str, str]) -> None:
    params = {name: value.encode("utf-8", "ignore").decode() for name, value in params.items()}
    once = urls.with_utm("https://example.com/a?b=c#d", params)
    assert urls.with_utm(once, params) == once


def test_an_address_that_is_no_page_is_not_marked() -> None:
    assert urls.with_utm("mailto:ed@example.com", {"utm_source": "x"}) == "mailto:ed@example.com"


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://example.com/post/Night-Ferry/", "night-ferry"),
        ("https://example.com/2024/night-ferry.html?utm_source=x", "night-ferry"),
        ("https://example.com/", ""),
    ],
)
def test_the_slug_is_the_last_piece_of_the_path(url: str, slug: str) -> None:
    assert urls.slug(url) == slug


def test_the_host_is_named_without_www_and_port() -> None:
    assert urls.host("https://WWW.Example.com:8080/a") == "example.com"
    assert urls.host("no address") == ""
