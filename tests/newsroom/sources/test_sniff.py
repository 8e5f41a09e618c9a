"""What some bytes are, decided by what they show and then by how they are called."""

import pytest

from publisher.newsroom.sources.sniff import Kind, kind_of


@pytest.mark.parametrize(
    ("body", "name", "media", "kind"),
    [
        (b"<?xml version='1.0'?><rss>", "", "", "feed"),
        (b"<atom:feed xmlns:atom='x'>", "", "text/html", "feed"),
        (b"\xef\xbb\xbf\n <rdf:RDF>", "", "", "feed"),
        (b"<html><p>the <rss> of old", "", "", "page"),
        (b"about <rss> and <feed>", "", "", "paste"),
        (b'{"items": []}', "", "", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "", "", "feed"),
        (b'{"version": "jsonfeed.org", "items": [', "", "", "feed"),
        (b'{"items": []}', "notes.md", "", "markdown"),
        (b'{"title": "A"}', "", "", "paste"),
        (b"---\ntitle: A\n---\nText", "", "", "markdown"),
        (b"+++\r\ntitle = 'A'\r\n+++\r\n", "", "", "markdown"),
        (b"---\ntitle: A\n", "", "", "paste"),
        (b"plain", "a.MD.gz", "", "markdown"),
        (b"words <p>", "a.html", "", "page"),
        (b"words <p>", "a.txt", "", "paste"),
        (b"words <p>", "", "text/html; charset=utf-8", "page"),
        (b"words", "", "text/html", "page"),
        (b"", "", "", "paste"),
    ],
)
def test_a_kind_is_known(body: bytes, name: str, media: str, kind: Kind) -> None:
    assert kind_of(body, name=name, content_type=media) == kind
