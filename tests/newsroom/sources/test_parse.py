import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.loopback import loopback

from publisher.errors import UsageError
from publisher.http.door import Http
from publisher.newsroom.sources import parse
from publisher.newsroom.sources.sniff import kind_of

TEXT = "Night Ferry is a film that trusts its audience, and the camera never leaves Mara Venn's face. " * 4
PAGE = (
    "<!doctype html><html><head><meta property='og:title' content='‘Night Ferry’ Review: Fog'></head>"
    f"<body><div class='entry-content'><p>{TEXT}</p></div></body></html>"
)
FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>Salt</title><link>{site}</link>"
    "<item><title>‘Night Ferry’ Review</title>"
    "<link>{site}/night-ferry</link><guid isPermaLink='false'>1</guid><pubDate>Fri, 14 Nov 2025 10:30:00 GMT</pubDate>"
    "<description>A crossing worth the fog...</description></item></channel></rss>"
)
MARKDOWN = "---\ntitle: Night Ferry\nyear: 2024\ndirector: Ines Orla\ndate: 2025-11-14\n---\n" + TEXT
PASTED = f"'Night Ferry' Review: Fog\n\nBy Rosa Lind - November 14, 2025\n{TEXT}\n"
KEYS = [
    *("id", "origin", "source", "native_id", "url", "headline", "film", "authors", "published", "rating", "image"),
    *("language", "reading_minutes", "categories", "blocks", "availability", "excerpt", "full_text"),
]


def test_each_kind_is_known_by_its_content(tmp_path: Path) -> None:
    for name, text in {"a": PAGE, "b": FEED, "c": MARKDOWN, "d": PASTED}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = parse.parse([str(tmp_path / name) for name in "abcd"])
    assert [review.full_text for _, review in result.reviews] == ["page", "missing", "file", "paste"]
    assert {review.film.title for _, review in result.reviews if review.film} == {"Night Ferry"}
    assert (result.warnings, result.failed) == ((), ())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf  <?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        (b"<rdf:RDF xmlns:rdf='x'></rdf:RDF>", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
        (b"<!-- hi --><html><body><p>about an rss feed</p></body></html>", "page"),
        (b"<p>a fragment</p>", "page"),
        (b"---\r\ntitle: x\r\n---\r\ntext", "markdown"),
        (b"+++\ntitle = 'x'\n+++\ntext", "markdown"),
        (b"A review.\n\nIt has two lines.", "paste"),
        (b"", "paste"),
    ],
)
def test_sniffing(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


def test_the_json_has_exactly_the_agreed_names(tmp_path: Path) -> None:
    path = tmp_path / "review.txt"
    path.write_text(PASTED, encoding="utf-8")
    document = parse.parse([str(path)]).as_json()
    (review,) = document["reviews"]
    assert list(document) == ["reviews", "warnings"]
    assert list(review) == KEYS
    assert review["origin"] == str(path)
    assert review["published"] == {"value": "2025-11-14", "precision": "day", "raw": "November 14, 2025"}
    assert list(review["film"]) == ["title", "year", "confidence", "evidence"]
    assert list(review["blocks"][0]) == ["kind", "text", "spoiler"]
    for name in ("native_id", "url", "rating", "image", "reading_minutes", "excerpt"):
        assert review[name] is None
    assert review["categories"] == review["availability"] == []


def test_times_are_printed_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(FEED, encoding="utf-8")
    (review,) = parse.parse([str(path)]).as_json()["reviews"]
    assert review["published"]["value"] == "2025-11-14T10:30:00Z"
    assert review["published"]["precision"] == "second"


def test_a_packed_page_says_where_it_came_from(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(PAGE.encode()))
    result = parse.parse([str(path)], url="https://salt.example/night-ferry")
    assert [review.url for _, review in result.reviews] == ["https://salt.example/night-ferry"]


def test_a_folder_gives_all_its_reviews(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.md").write_text(MARKDOWN.replace("2024", f"202{number}"), encoding="utf-8")
    (tmp_path / "broken.md").write_text("", encoding="utf-8")
    result = parse.parse([str(tmp_path)])
    assert len(result.reviews) == 3
    assert len(result.warnings) == 1
    assert "broken.md" in result.warnings[0]


def test_an_unreadable_source_is_a_warning_and_the_others_are_printed(tmp_path: Path) -> None:
    path = tmp_path / "review.txt"
    path.write_text(PASTED, encoding="utf-8")
    result = parse.parse(["/nowhere/at/all", str(path), "https://salt.example/feed.xml"])
    assert [origin for origin, _ in result.reviews] == [str(path)]
    assert result.failed == ("/nowhere/at/all", "https://salt.example/feed.xml")
    assert len(result.warnings) == 2
    assert all(warning.count("\n") == 0 for warning in result.warnings)


def test_a_kind_may_be_said_and_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_text(PASTED.replace("'Night", "<p>'Night"), encoding="utf-8")
    result = parse.parse([str(path)], kind="paste")
    assert [review.full_text for _, review in result.reviews] == ["paste"]
    with pytest.raises(UsageError, match="--kind"):
        parse.parse([str(path)], kind="wiki")


def test_standard_input_may_hold_the_text() -> None:
    with _stdin(PASTED.encode()):
        result = parse.parse(["-"])
    assert [review.authors for _, review in result.reviews] == [("Rosa Lind",)]


@contextmanager
def _stdin(body: bytes) -> Iterator[None]:
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(body))
    try:
        yield
    finally:
        sys.stdin = before


def test_teasers_are_completed_from_their_pages_unless_nobody_may_be_asked() -> None:
    with loopback() as site, Http(allow_private=True) as http:
        site.put("/feed.xml", FEED.format(site=site.url).encode())
        site.put("/night-ferry", PAGE.encode(), "text/html; charset=utf-8")
        online = parse.parse([f"{site.url}/feed.xml"], http=http)
        assert [review.full_text for _, review in online.reviews] == ["page"]
        page = parse.parse([f"{site.url}/night-ferry"], http=http)
        assert page.reviews[0][1].url == f"{site.url}/night-ferry"
        refused = parse.parse([f"{site.url}/feed.xml"])
        assert refused.reviews == ()
        assert refused.failed


def test_headlines_are_read_alone() -> None:
    document = parse.parse_headlines(["Review: Night Ferry (2024)", "", "The Top 10 Films of 2023"])
    assert [row["headline"] for row in document["headlines"]] == [
        "Review: Night Ferry (2024)",
        "The Top 10 Films of 2023",
    ]
    assert document["headlines"][0]["film"]["title"] == "Night Ferry"
    assert document["headlines"][0]["film"]["year"] == 2024
    assert document["headlines"][1]["film"] is None
