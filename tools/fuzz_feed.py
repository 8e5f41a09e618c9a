"""Feeds the loader what nobody would send: coverage-guided fuzzing with atheris (`pip install atheris`).

    python tools/fuzz_feed.py [-max_total_time=600] [FOLDER OF FINDS]

Holds: only a SourceError may come out; every Review can be stored and has a web address or none; identity gives a
ruling for every entry.
"""

import sys
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
    from publisher.loader import newness
    from publisher.loader.feed import parse_feed
    from publisher.loader.identity import Index
    from publisher.loader.newness import Window
    from publisher.loader.source import Entry
    from publisher.store.records import from_record, to_record

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
SEEDS = (rss(week(3), "https://reel.example"), ATOM, JSON, RDF)


def one(data: bytes) -> None:
    """Read one document under one content type, and decide about what was in it."""
    kind, body = TYPES[data[0] % len(TYPES)] if data else "", data[1:]
    try:
        feed = parse_feed(body, content_type=kind, url="https://reel.example/feed", source="site", zone=ZONE)
    except SourceError:
        return
    for review in feed.entries:
        record = to_record(review)
        assert from_record(record) == review
        assert review.url is None or review.url.startswith(("http://", "https://"))
        assert "\x00" not in str(record)
        repr(record).encode()
    entries = [Entry(review) for review in feed.entries]
    window = Window(last_good=NOW - timedelta(hours=1), oldest=None)
    policy = SourcePolicy()
    rulings = newness.decide(entries, index=Index(), window=window, policy=policy, now=NOW, zone=ZONE)
    assert len(rulings) == len(entries)


def main() -> None:
    """Fuzz until the time given is up or something breaks."""
    finds = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    corpus = Path(finds[0]) if finds else Path("build/fuzz-feed")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed-{number}").write_bytes(b"\0" + seed.encode())
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    atheris.Setup([sys.argv[0], *(options or ["-max_total_time=600"]), "-timeout=20", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
