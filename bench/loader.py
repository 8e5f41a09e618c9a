"""How fast a source is read and decided about, printed beside the bars of the loader's issue.

python bench/loader.py
"""

import io
import logging
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import feedparser
import structlog

from publisher.config import Config, RawTable
from publisher.newsroom.app import App
from publisher.newsroom.sources.collect import collect
from publisher.store.engine import Store, open_store

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.loopback import Asked, Loopback, Page, loopback

ITEMS = 20
BYTES = 170_000
START = datetime(2030, 1, 1, tzinfo=UTC)
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi xo zu ka le mi no pu".split()  # noqa: SIM905


def words(seed: int, number: int) -> str:
    """Invented prose, different for each seed."""
    dice = random.Random(seed)
    said = ["".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(number)]
    return " ".join(word.capitalize() + "." if n % 17 == 16 else word for n, word in enumerate(said))


def feed(first: int, url: str, *, items: int = ITEMS, size: int = BYTES) -> bytes:
    """A feed of invented reviews with full text, numbered from `first`."""
    rows = []
    for number in range(first, first + items):
        body = "".join(paragraph(number * 100 + p) for p in range(max(1, (size // items - 700) // 700)))
        rows.append(
            f"<item><title><![CDATA[Review: The Ferry {number}]]></title><link>{url}/post/the-ferry-{number}</link>"
            f"<description><![CDATA[{words(number * 100, 20)}...]]></description>"
            f'<guid isPermaLink="false">{number:024x}</guid><pubDate>{format_datetime(at(number))}</pubDate>'
            f'<enclosure url="https://img.example/{number}.jpg/v1/fit/file.png" length="0" type="image/png"/>'
            "<dc:creator><![CDATA[Ada Quill]]></dc:creator>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0"><channel>'
        f"<title>The Ferry Post</title><link>{url}</link>{''.join(reversed(rows))}</channel></rss>"
    ).encode()


def paragraph(seed: int) -> str:
    """One paragraph as site builders write them, markup on every line; about 640 bytes."""
    bold, link, rest = words(seed, 4), words(seed + 1, 3), words(seed + 2, 60)
    figure = f'<figure><img src="https://img.example/{seed}.jpg/v1/fit/w_1000,h_1000,al_c,q_80/file.png"></figure>'
    return (
        f"<p><strong>{bold}</strong> <em>{link}</em>"
        f' <a href="https://reel.example/{seed}" target="_blank" rel="noopener"><u>{link}</u></a>'
        f" {rest} &amp; it&#8217;s so.</p>\n{figure if seed % 5 == 0 else '<p><br></p>'}\n"
    )


def at(number: int) -> datetime:
    """When the review of that number came out."""
    return START + timedelta(hours=number)


def best(run: Callable[[], float], times: int) -> float:
    """The median of several runs, in milliseconds."""
    return statistics.median(run() for _ in range(times)) * 1000


class Desk:
    """A store, a source on the loopback and a clock that tests can set."""

    def __init__(self, root: Path, site: Loopback) -> None:
        self.site, self.now = site, START
        self.store: Store = open_store("sqlite:///var/publisher.db", root=root)
        table = RawTable(name="site", kind="feed", values={"url": f"{site.url}/feed.xml", "allow_private": True})
        config = replace(Config.defaults(root), sources=(table,))
        self.app = App(config=config, store=self.store, now=lambda: self.now)

    def fetch(self, body: bytes | None, now: datetime) -> float:
        """Seconds of CPU that one fetch takes, the little server's included; without a body nothing changed."""
        self.now = now
        if body is not None:
            self.site.put("/feed.xml", body, ETag='"1"')
        begin = time.process_time()
        (report,) = collect(self.app)
        assert report.state == ("ok" if body is not None else "not-modified"), report
        return time.process_time() - begin


def feedparser_alone(body: bytes) -> float:
    """Seconds of CPU that feedparser takes for the same bytes."""
    begin = time.process_time()
    feedparser.parse(io.BytesIO(body))
    return time.process_time() - begin


def whole_feed() -> tuple[float, float, float]:
    """Milliseconds: feedparser alone; our fetch of the same feed when all is new; when all is known and unchanged."""
    with loopback() as site:
        body = feed(0, site.url)
        alone = best(lambda: feedparser_alone(body), 7)
        first, again = [], []
        for _ in range(7):
            with tempfile.TemporaryDirectory() as root:
                desk = Desk(Path(root), site)
                desk.store.prepare()
                first.append(desk.fetch(body, at(ITEMS)))
                again.append(desk.fetch(body, at(ITEMS + 1)))
                desk.store.close()
        return alone, statistics.median(first) * 1000, statistics.median(again) * 1000


def unchanged() -> float:
    """Milliseconds for a source that answers 304."""

    def answer(asked: Asked, _: object) -> Page:
        return Page(status=304) if "if-none-match" in asked.headers else Page(body=body, headers={"ETag": '"1"'})

    with loopback() as site, tempfile.TemporaryDirectory() as root:
        body = feed(0, site.url)
        desk = Desk(Path(root), site)
        desk.fetch(body, at(ITEMS))
        site.pages["/feed.xml"] = answer
        return best(lambda: desk.fetch(None, at(ITEMS + 1)), 30)


def pools(*sizes: int) -> list[float]:
    """Milliseconds for a fetch of twenty items, two of them new, with so many reviews in the pool, by turns."""
    with ExitStack() as stack:
        runs: list[Callable[[], float]] = []
        for size in sizes:
            site = stack.enter_context(loopback())
            desk = Desk(Path(stack.enter_context(tempfile.TemporaryDirectory())), site)
            for start in range(0, size, 500):
                number = min(500, size - start)
                desk.fetch(feed(start, site.url, items=number, size=number * 2500), at(start + number))
            runs.append(_next(desk, iter(range(size - ITEMS + 2, size + 200, 2))))
        taken = [[run() for run in runs] for _ in range(25)]
    return [statistics.median(each) * 1000 for each in zip(*taken, strict=True)]


def _next(desk: Desk, firsts: Iterator[int]) -> Callable[[], float]:
    def fetch() -> float:
        first = next(firsts)
        return desk.fetch(feed(first, desk.site.url), at(first + ITEMS))

    return fetch


def folder_of(number: int, root: Path) -> None:
    """A folder of invented reviews as Markdown files with front matter, about 4 KB each."""
    place = root / "reviews"
    place.mkdir()
    for n in range(number):
        body = "\n\n".join(f"*The Ferry {n}* {words(n * 10 + p, 110)}" for p in range(5))
        matter = f"title: The Ferry {n}\nyear: 2030\ndate: {at(n):%Y-%m-%d}\nrating: {n % 5 + 1}\ndirector: Ada Quill"
        (place / f"the-ferry-{n}.md").write_text(f"---\n{matter}\n---\n\n{body}\n", encoding="utf-8")


def first_load(number: int) -> tuple[float, float]:
    """Seconds and megabytes that the first load of so many Markdown reviews takes, in a process of its own."""
    with tempfile.TemporaryDirectory() as root:
        folder_of(number, Path(root))
        asked = [sys.executable, str(Path(__file__)), "--folder", root]
        seconds, megabytes = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(megabytes)


def load_folder(root: Path) -> None:
    """Load a folder's reviews into a new store; print the seconds and megabytes that it took."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    store = open_store("sqlite:///var/publisher.db", root=root)
    table = RawTable(name="site", kind="folder", values={"path": "reviews"})
    begin = time.process_time()
    (report,) = collect(App(config=replace(Config.defaults(root), sources=(table,)), store=store, now=lambda: START))
    assert report.state == "ok", report
    taken = time.process_time() - begin
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def line(what: str, taken: float, bar: float, unit: str, note: str = "") -> str:
    """One figure beside its bar."""
    verdict = "" if taken <= bar else "   MISSED"
    return f"{what:44} {taken:8.2f} {unit:2}   bar {bar:5.2f} {unit:2} {note}{verdict}"


def main() -> int:
    """Print every figure with its bar; all of it is CPU time, so that a busy machine does not blur it."""
    if sys.argv[1:2] == ["--folder"]:
        load_folder(Path(sys.argv[2]))
        return 0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    alone, first, again = whole_feed()
    print(line("170 KB feed to stored decisions, known", again / alone, 1.5, "x", f"({again:.0f} of {alone:.0f} ms)"))
    print(line("170 KB feed to stored decisions, all new", first / alone, 1.5, "x", f"({first:.0f} of {alone:.0f} ms)"))
    print(line("unchanged source (304)", unchanged(), 5, "ms"))
    small, large = pools(100, 10_000)
    print(line("20 items: 10,000 in the pool, not 100", large / small, 1.15, "x", f"({large:.0f} of {small:.0f} ms)"))
    seconds, megabytes = first_load(10_000)
    print(line("first load of 10,000 Markdown reviews", seconds, 90, "s"))
    print(line("first load of 10,000 Markdown reviews", megabytes, 300, "MB"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
