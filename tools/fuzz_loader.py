"""Gives the loader what nobody would send: feeds, pages, Markdown and pasted text, by atheris, guided by coverage.

    python tools/fuzz_loader.py [-max_total_time=600] [FOLDER OF FINDS]

`make fuzz` installs atheris and runs it for ten minutes. Holds: only a SourceError may come out; every Review can be
stored, has a web address or none, and no markup that could be active; identity gives a ruling for every entry.
"""

import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

atheris: Any = import_module("atheris")

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["publisher", "feedparser"]):
    from tests.invented import rss, week

    from publisher.config import SourcePolicy
    from publisher.errors import SourceError
    from publisher.loader import folder, paste
    from publisher.loader.feed import read_feed
    from publisher.loader.feeds import entries
    from publisher.loader.newness import newness
    from publisher.loader.newness.identity import Index
    from publisher.loader.newness.newness import Window
    from publisher.loader.pages.review_page import read_page
    from publisher.loader.source import Entry
    from publisher.model import Review
    from publisher.store.records import from_record, to_record

FILE = Path(tempfile.mkdtemp(prefix="fuzz-")) / "the-salt-ledger.md"
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2031, 5, 10, 12, 0, tzinfo=UTC)
TYPES = ("", "text/xml", "application/xml; charset=utf-16", "text/html; charset=shift_jis", "application/feed+json")
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://reel.example/"><title>x</title><entry><id>a</id>'
    '<link href="b"/><published>2031-05-09T09:00:00+02:00</published>'
    '<content type="xhtml"><div><p>c</p></div></content></entry></feed>'
)
JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "content_html": "<p>x</p>"}]}'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item>'
    "<title>x</title><link>https://reel.example/</link></item></rdf:RDF>"
)
FEEDS = (rss(week(3), "https://reel.example"), ATOM, JSON, RDF)
PAGE = (
    '<html lang="en"><head><title>The Salt Ledger review</title><script type="application/ld+json">'
    '{"@type": "Review", "itemReviewed": {"@type": "Movie", "name": "The Salt Ledger"}, "author": {"@id": "#a"},'
    ' "reviewRating": {"ratingValue": "4", "bestRating": 5}, "datePublished": "2031-05-09"}</script></head><body><h1>'
    '<em>The Salt Ledger</em></h1><p>By Ada Quill | May 9, 2031</p><div class="entry-content"><p>A film of salt.</p>'
    '<div class="h-review"><span class="p-item">x</span></div></div></body></html>'
)
MATTER = (
    '---\ntitle: "The Salt Ledger (2031)"\ndate: 2031-05-09\nrating: 4/5\ntags: [film]\n---\n\n*Salt* [is](b) it.\n'
)
PASTED = "The Salt Ledger Review\nAda Quill\nMay 9, 2031 · 3 min read\n\nA film of salt.\n\nRating: ★★★½\n"
SEEDS = (*FEEDS, PAGE, MATTER, PASTED)
READERS = ("feed", "feed", "page", "markdown", "paste")


def one(data: bytes) -> None:
    """Read one document as the kind and under the content type that its first bytes choose, and check what it gave."""
    reader = READERS[data[0] % len(READERS)] if data else "feed"
    kind, body = TYPES[data[1] % len(TYPES)] if len(data) > 1 else "", data[2:]
    try:
        reviews = tuple(read(reader, body, kind))
    except SourceError:
        return
    for review in reviews:
        record = to_record(review)
        assert from_record(record) == review
        assert review.url is None or review.url.startswith(("http://", "https://"))
        assert "\x00" not in str(record)
        repr(record).encode()
        assert reader not in ("feed", "page") or "<script>" not in review.plain.casefold()
    entries = [Entry(review) for review in reviews]
    window = Window(last_good=NOW - timedelta(hours=1), oldest=None)
    policy = SourcePolicy()
    rulings = newness.decide(entries, index=Index(), window=window, policy=policy, now=NOW, zone=ZONE)
    assert len(rulings) == len(entries)


def read(reader: str, body: bytes, kind: str) -> Iterable[Review]:
    """The reviews that one reader finds in a document."""
    if reader == "page":
        return (read_page(body, content_type=kind, url="https://reel.example/x", source="site", zone=ZONE),)
    if reader == "paste":
        return (paste.read_text(body.decode("utf-8", "surrogateescape"), source="site", zone=ZONE),)
    if reader == "markdown":
        FILE.write_bytes(body)
        return (folder.read_file(FILE, source="site", zone=ZONE),)
    url = "https://reel.example/feed"
    return read_feed(entries.parse(body, content_type=kind, url=url), url=url, source="site", zone=ZONE).entries


def main() -> None:
    """Fuzz until the time given is up or something breaks."""
    finds = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    corpus = Path(finds[0]) if finds else Path("build/fuzz-loader")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        first = (0, 0, 0, 0, 2, 3, 4)[number]
        (corpus / f"seed-{number}").write_bytes(bytes((first, 0)) + seed.encode())
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    atheris.Setup([sys.argv[0], *(options or ["-max_total_time=600"]), "-timeout=20", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
