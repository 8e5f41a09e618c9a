import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import SourceError
from publisher.loader.pages import review_page
from publisher.model import Film, Rating, Review

LONDON = ZoneInfo("Europe/London")
URL = "https://salt.example/post/night-ferry"
TEXT = (
    "<p>Night Ferry is a film that trusts its audience. Mara Venn plays the pilot with a patience that most"
    " films lack, and"
    " the camera never leaves her face.</p><p>By the time the fog lifts, Night Ferry has become a story about"
    " the people who"
    " wait, and the silence in the cinema was complete.</p>"
)


def read(
    html: str, *, url: str = URL, critics: dict[str, str] | None = None, content_type: str = "text/html"
) -> Review:
    return review_page.read_page(
        html.encode(), url=url, content_type=content_type, source="site", zone=LONDON, critics=critics or {}
    )


def document(head: str = "", body: str = "", *, ld: object = None) -> str:
    data = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld is not None else ""
    return f"<!doctype html><html lang='en-GB'><head>{head}{data}</head><body>{body}</body></html>"


REVIEW = {
    "@context": "https://schema.org",
    "@type": "Review",
    "headline": "A Crossing Worth the Fog",
    "author": {"@type": "Person", "name": "Rosa Lind"},
    "datePublished": "2025-11-14",
    "itemReviewed": {"@type": "Movie", "name": "Night Ferry", "dateCreated": "2024-03-01"},
    "reviewRating": {"@type": "Rating", "ratingValue": "4.5", "bestRating": 5},
    "image": ["https://salt.example/ferry.jpg"],
}


def test_a_marked_up_review_says_everything() -> None:
    found = read(document(ld=REVIEW, body=f"<article class='entry-content'>{TEXT}</article>"))
    assert found.headline == "A Crossing Worth the Fog"
    assert found.film == Film(title="Night Ferry", year=2024, confidence=0.97, evidence=("page data: itemReviewed",))
    assert found.authors == ("Rosa Lind",)
    assert found.published is not None
    assert found.published.value == date(2025, 11, 14)
    assert found.rating == Rating(value=4.5, best=5)
    assert found.image is not None
    assert found.image.url == "https://salt.example/ferry.jpg"
    assert found.full_text == "page"
    assert len(found.blocks) == 2
    assert found.language == "en-GB"


@pytest.mark.parametrize(
    ("change", "authors"),
    [
        ({"author": "Rosa Lind"}, ("Rosa Lind",)),
        ({"author": [{"name": "Rosa Lind"}, {"name": "Otto Beck"}]}, ("Rosa Lind", "Otto Beck")),
        ({"author": {"@type": "Organization", "name": "Salt & Screen"}}, ()),
    ],
)
def test_authors_come_in_any_shape(change: dict[str, object], authors: tuple[str, ...]) -> None:
    assert read(document(ld=REVIEW | change, body=TEXT)).authors == authors


def test_a_graph_and_broken_wrappers_are_read() -> None:
    graph = {"@graph": [{"@type": "WebSite", "name": "Salt"}, REVIEW]}
    wrapped = f"<script type='application/ld+json'>/* <![CDATA[ */{json.dumps(graph)}/* ]]> */</script>"
    found = read(f"<html><head>{wrapped}</head><body><div class='entry-content'>{TEXT}</div></body></html>")
    assert found.film is not None
    assert found.film.title == "Night Ferry"


def test_control_characters_in_json_do_not_lose_it() -> None:
    raw = json.dumps(REVIEW | {"description": "one"}).replace('"one"', '"one\ttwo"')
    found = read(f"<html><script type='application/ld+json'>{raw}</script><body>{TEXT}</body></html>")
    assert found.excerpt == "one two"


@pytest.mark.parametrize("kind", ["VideoGame", "Product", "Book", "TVSeries", "Restaurant"])
def test_a_review_of_something_else_has_no_film(kind: str) -> None:
    item = {"@type": kind, "name": "Night Ferry"}
    found = read(
        document("<meta property='og:title' content='Night Ferry review'>", TEXT, ld=REVIEW | {"itemReviewed": item})
    )
    assert found.film is None
    assert found.rating == Rating(value=4.5, best=5)


@pytest.mark.parametrize("item", ["Harbour Console Pro", None])
def test_a_review_of_an_unnamed_kind_needs_the_words_of_films(item: str | None) -> None:
    text = (
        "<p>"
        + "The console plays every game we own and the controller feels right in the hand of the player. " * 8
        + "</p>"
    )
    ld = {**REVIEW, "headline": "Harbour Console Pro review", "itemReviewed": item}
    assert read(document(ld=ld, body=f"<div class='entry-content'>{text}</div>")).film is None


def test_readers_reviews_under_a_film_are_not_the_critics() -> None:
    ld = {
        "@type": "Movie",
        "name": "Night Ferry",
        "review": [
            {"@type": "Review", "author": "fan1", "reviewRating": {"ratingValue": 5}},
            {"@type": "Review", "author": "fan2", "reviewRating": {"ratingValue": 1}},
        ],
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.4, "ratingCount": 900},
    }
    found = read(document(ld=ld, body=f"<div class='entry-content'>{TEXT}</div>"))
    assert found.rating is None
    assert found.authors == ()


WIX_HEAD = (
    "<meta name='generator' content='Wix.com Website Builder'>"
    "<meta property='og:title' content='Night Ferry Review '><meta property='og:url'"
    " content='https://salt.example/post/nf'>"
    "<meta property='article:author' content='rlind1'>"
    "<meta property='article:published_time' content='2025-11-14T10:07:36.280Z'>"
    "<link rel='canonical' href='night-ferry.html'>"
)


def test_a_wix_page_is_read_by_its_own_marks() -> None:
    body = (
        "<ul><li data-hook='user-name'>rlind1</li><li data-hook='time-ago'>2 days ago</li>"
        "<li data-hook='time-to-read'>3 min read</li></ul>"
        f"<div data-hook='post-description'><p>By Rosa Lind - November 14, 2025</p>{TEXT}</div>"
        "<div data-hook='recent-posts'><p>Paper Moths Review</p></div>"
    )
    found = read(document(WIX_HEAD, body), url="", critics={"rlind1": "Rosa Lind"})
    assert found.headline == "Night Ferry Review"
    assert found.url == "https://salt.example/post/nf"
    assert found.authors == ("Rosa Lind",)
    assert found.published is not None
    assert found.published.value == datetime(2025, 11, 14, 10, 7, 36, tzinfo=UTC)
    assert found.reading_minutes == 3
    assert [block.text[:11] for block in found.blocks] == ["Night Ferry", "By the time"]


def test_a_wix_page_without_its_text_is_missing_it() -> None:
    body = "<div>" + "Book a screening. Cookies help us. " * 40 + "</div>"
    found = read(document(WIX_HEAD, body))
    assert found.full_text == "missing"
    assert found.blocks == ()


def test_microdata_are_read() -> None:
    found = read(
        document(
            body="<div itemscope itemtype='https://schema.org/Review'><h1 itemprop='name'>Worth the fog</h1>"
            "<span itemprop='itemReviewed' itemscope itemtype='https://schema.org/Movie'>"
            "<b itemprop='name'>Night Ferry</b></span><span itemprop='author' itemscope><i itemprop='name'>Rosa"
            " Lind</i></span>"
            "<time itemprop='datePublished' datetime='2025-11-14'>Friday</time>"
            "<span itemprop='reviewRating' itemscope><meta itemprop='ratingValue' content='7'>"
            f"<meta itemprop='bestRating' content='10'></span><div itemprop='reviewBody'>{TEXT}</div></div>"
        )
    )
    assert found.film is not None
    assert found.film.title == "Night Ferry"
    assert found.authors == ("Rosa Lind",)
    assert found.rating == Rating(value=7, best=10)
    assert found.published is not None
    assert found.published.value == date(2025, 11, 14)
    assert len(found.blocks) == 2


def test_microformats_are_read() -> None:
    found = read(
        "<html><body><div class='h-review'><a class='p-item h-item' href='/f'>Night Ferry</a>"
        "<h1 class='p-name'>Night Ferry Film Review</h1><span class='p-author h-card'>Rosa Lind</span>"
        "<time class='dt-published' datetime='2025-11-14'>x</time><data class='p-rating' value='4'>4</data>"
        f"<div class='e-content'>{TEXT}</div></div></body></html>"
    )
    assert found.film is not None
    assert found.film.title == "Night Ferry"
    assert found.authors == ("Rosa Lind",)
    assert found.rating == Rating(value=4, best=5)
    assert len(found.blocks) == 2


def test_meta_elements_are_enough() -> None:
    head = (
        "<meta property='og:title' content='Night Ferry Film Review | Salt &amp; Screen'>"
        "<meta property='og:site_name' content='Salt &amp; Screen'><meta name='author' content='Rosa Lind'>"
        "<meta property='article:published_time' content='2025-11-14T10:00:00+01:00'>"
        "<meta property='og:image' content='/ferry.jpg'><meta property='og:image:alt' content='A ferry'>"
        "<meta property='article:section' content='Reviews'><meta name='description' content='A crossing.'>"
    )
    found = read(document(head, f"<main><article>{TEXT * 3}</article></main>"))
    assert found.headline == "Night Ferry Film Review"
    assert found.film is not None
    assert found.film.title == "Night Ferry"
    assert found.image is not None
    assert (found.image.url, found.image.alt) == (
        "https://salt.example/ferry.jpg",
        "A ferry",
    )
    assert (found.authors, found.categories, found.excerpt) == (("Rosa Lind",), ("Reviews",), "A crossing.")
    assert found.full_text == "page"
    assert "trusts its audience" in found.plain


def test_a_canonical_address_elsewhere_is_not_believed() -> None:
    head = (
        "<link rel='canonical' href='https://evil.example/x'><meta property='og:url' content='https://evil.example/y'>"
    )
    assert read(document(head, TEXT)).url == URL


def test_the_charset_is_that_of_the_page() -> None:
    head = "<meta charset='windows-1252'><title>Café – “Noir” Film Review</title>"
    html = f"<html><head>{head}</head><body><p>x</p></body></html>"
    found = review_page.read_page(html.encode("cp1252"), url=URL, content_type="text/html", source="s", zone=LONDON)
    assert found.headline == "Café – “Noir” Film Review"


def test_what_the_page_does_not_say_is_unknown() -> None:
    found = read("<html><body><h1>Hello</h1></body></html>")
    assert (found.film, found.authors, found.published, found.rating, found.image) == (None, (), None, None, None)
    assert (found.reading_minutes, found.excerpt, found.full_text) == (None, None, "missing")


def test_a_page_that_lets_only_browsers_in_is_an_error() -> None:
    with pytest.raises(SourceError, match="Just a moment"):
        read("<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>")


def test_no_page_is_an_error() -> None:
    with pytest.raises(SourceError):
        review_page.read_page(b"", url=URL, content_type="text/html", source="s", zone=LONDON)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="<>/{}[]\":,@typeReviwhmlscr=' ", max_size=300))
def test_no_page_crashes_and_no_script_survives(text: str) -> None:
    html = f"<html><body><div class='entry-content'>{TEXT}<script>evil()</script>{text}</div></body></html>"
    assert "evil()" not in read(html).plain
    found = read(
        f"<html><script type='application/ld+json'>{text}</script><body data-hook='post-description'>x</body></html>"
    )
    assert found.film is None
