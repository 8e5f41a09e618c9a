"""Prints how well the loader reads the reference data.

python tools/measure_loader.py [--misses] [FOLDER]        FOLDER defaults to $PUBLISHER_CORPUS, else ../shared
"""

import html
import json
import logging
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from publisher.config import Config, RawTable
from publisher.errors import SourceError
from publisher.loader.facts import dates
from publisher.loader.feeds import entries, platforms, reading
from publisher.loader.feeds.reading import FeedTerms
from publisher.loader.feeds.record import FeedEntry, Markup
from publisher.model import Review
from publisher.newsroom.app import App
from publisher.newsroom.sources.collect import collect
from publisher.store.engine import open_store

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.loopback import loopback

ZONE = ZoneInfo("UTC")
_AND = re.compile(r"\s+(?:&|and)\s+")
_LINKED = re.compile(rb"<(?:link|guid)[^>]*>https?://([a-zA-Z.0-9-]+)/")


@dataclass(frozen=True)
class Score:
    """How many of how many, and which were missed."""

    name: str
    right: int
    of: int
    missed: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The right ones as a share of all."""
        return self.right / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.name:48} {self.right:6,} of {self.of:6,}  {self.share:7.2%}"


def core_cases(corpus: Path) -> Score:
    """Feedparser's own cases on entry fields, through our record."""
    folder = corpus / "data" / "loader" / "peer_suites" / "feedparser"
    lines = (folder / "core_cases.jsonl").read_text(encoding="utf-8").splitlines()
    failed: dict[str, str] = {}
    files = set()
    for check in map(json.loads, lines):
        files.add(check["file"])
        found = _core_value(folder / check["file"], check)
        if not _holds(check, found):
            failed[check["file"]] = f"{check['file']} {check['field']}: {found!r}, not {check.get('expected')!r}"
    return Score("feedparser core cases", len(files) - len(failed), len(files), tuple(failed.values()))


def _core_value(file: Path, check: Mapping[str, Any]) -> Any:
    headers = {name.lower(): value for name, value in (check.get("http_headers") or {}).items()}
    said = {"content_type": headers.get("content-type", ""), "base": headers.get("content-location", "")}
    said |= {"url": check.get("fetched_from") or said["base"], "language": headers.get("content-language")}
    try:
        feed = entries.parse(file.read_bytes(), **said)
    except SourceError as error:
        return error
    if len(feed.entries) <= check["entry"]:
        return None
    return _field(feed.entries[check["entry"]], check["field"])


def _holds(check: Mapping[str, Any], found: Any) -> bool:
    operator, expected = check["op"], check.get("expected")
    if operator == "len":
        return isinstance(found, list | tuple | str) and len(found) == expected
    if operator in ("truthy", "falsy"):
        return bool(found) is (operator == "truthy")
    return bool(found == expected)


def _field(entry: FeedEntry, path: str) -> Any:
    """What our record says where feedparser's own result has `path`."""
    value: Any = _Names(entry)
    for step in path.replace("enclosures[0].url", "enclosures[0].href").replace("[", ".[").split("."):
        try:
            value = value[int(step[1:-1])] if step.startswith("[") else value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class _Names:
    """feedparser's names for the fields of our record."""

    def __init__(self, entry: FeedEntry) -> None:
        self._entry = entry

    def __getitem__(self, name: str) -> Any:
        entry = self._entry
        if name in ("title", "summary", "description"):
            markup = entry.title if name == "title" else entry.summary
            return markup.safe if markup else None
        if name in ("title_detail", "summary_detail"):
            return _detail(entry.title if name == "title_detail" else entry.summary)
        if name == "content":
            return [_detail(each) for each in entry.content]
        if name in ("id", "guid"):
            return entry.id
        if name == "guidislink":
            return entry.id_is_url
        if name == "link":
            return entry.url
        if name == "links":
            return list(entry.links)
        if name == "enclosures":
            return [{key: value for key, value in each.items() if key != "rel"} for each in entry.enclosures]
        if name in ("author", "language"):
            return getattr(entry, name)
        if name in ("authors", "author_detail"):
            people = [{"name": who.name, "email": who.email, "url": who.url, "href": who.url} for who in entry.authors]
            return people if name == "authors" else people[-1]
        if name in ("published", "updated"):
            return getattr(entry, name)
        if name in ("published_parsed", "updated_parsed"):
            return _date(getattr(entry, name.removesuffix("_parsed")))
        if name == "tags":
            return [{"term": tag.term, "scheme": tag.scheme, "label": tag.label} for tag in entry.tags]
        return entry.extra[name]


def _detail(markup: Markup | None) -> dict[str, Any]:
    if markup is None:
        return {}
    return {
        "value": markup.safe,
        "type": markup.type,
        "base": markup.base,
        "language": markup.language,
        "src": markup.src,
    }


def _date(raw: str | None) -> list[int] | None:
    found = dates.parse(raw, zone=ZONE) if raw else None
    return list(found.instant(ZONE).utctimetuple()) if found else None


def storms(corpus: Path) -> Score:
    """Sixteen changes of a real feed, through the real store and `collect`, at times that fit their dates."""
    folder = corpus / "data" / "loader"
    cases = json.loads((folder / "storms" / "index.json").read_text(encoding="utf-8"))
    missed = tuple(filter(None, (_storm(folder, case) for case in cases)))
    return Score("storms", len(cases) - len(missed), len(cases), missed)


def _storm(folder: Path, case: Mapping[str, Any]) -> str:
    """What went wrong with one storm; empty when nothing did."""
    names = [name for name in (case["fetch_1"], case["fetch_2"]) if name]
    names += names[:1] if "three fetches" in case["what"] else []
    with tempfile.TemporaryDirectory() as root, loopback() as site:
        clock = _Clock()
        store = open_store("sqlite:///var/publisher.db", root=Path(root))
        table = RawTable(name="site", kind="feed", values={"url": f"{site.url}/feed.xml", "allow_private": True})
        app = App(config=replace(Config.defaults(Path(root)), sources=(table,)), store=store, now=clock)
        verdicts: Counter[str] = Counter()
        for name in names:
            body = _moved_here((folder / name).read_bytes(), site.url)
            clock.after(body)
            site.put("/feed.xml", body)
            verdicts = Counter(each.verdict.value for report in collect(app) for each in report.decisions)
        store.close()
    due = case["expected_new_after_fetch_2"]
    unsure = verdicts["held"]
    return "" if verdicts["new"] == due and not unsure else f"{case['id']}: {dict(verdicts)}, {due} new expected"


def _moved_here(body: bytes, url: str) -> bytes:
    """The feed with its site on the loopback, each of its domains under another spelling, so that nobody is asked."""
    for host in set(_LINKED.findall(body)):
        here = url if host.startswith(b"www.") else url.replace("127.0.0.1", "localhost")
        body = body.replace(b"https://" + host, here.encode())
    return body


class _Clock:
    """Time as it must have been: each fetch an hour after the newest date in its feed, and never going back."""

    def __init__(self) -> None:
        self._now = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self._now

    def after(self, body: bytes) -> None:
        dated = (dates.parse(entry.published or "", zone=ZONE) for entry in entries.parse(body).entries)
        newest = max(found.instant(ZONE) for found in dated if found)
        self._now = max(newest, self._now) + timedelta(hours=1)


def feed_entries(corpus: Path) -> Iterator[Score]:
    """The entries of real feeds: title, address, date and author as peers read them; and no date that is wrong.

    What a peer's file leaves empty or could not decode is not judged, and markup in a peer's title is read as text.
    """
    folder = corpus / "data" / "loader"
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    wrong_dates: list[str] = []
    for feed in json.loads((folder / "feeds" / "index.json").read_text(encoding="utf-8")):
        found = _reviews(folder / feed["file"])
        for number, expected in enumerate(feed["expected_entries"]):
            got = found[number] if number < len(found) else {}
            for name in ("title", "url", "published", "author"):
                want = _expected(name, expected.get(name))
                if not want:
                    continue
                of[name] += 1
                if got.get(name) == want:
                    right[name] += 1
                    continue
                missed.setdefault(name, []).append(f"{feed['file']} {number}: {got.get(name)!r}, not {want!r}")
                if name == "published" and got.get(name):
                    wrong_dates.append(missed[name][-1])
    for name in of:
        yield Score(f"feeds: {name}", right[name], of[name], tuple(missed.get(name, ())))
    yield Score(
        "feeds: dates that are not wrong", of["published"] - len(wrong_dates), of["published"], tuple(wrong_dates)
    )


def _reviews(file: Path) -> list[dict[str, str]]:
    try:
        parsed = entries.parse(file.read_bytes())
    except SourceError:
        return []
    how = FeedTerms.of(parsed, source="site", zone=ZONE, base="", critics={})
    return [_plain(reading.sketch(entry, how)) for entry in parsed.entries]


def _plain(review: Review) -> dict[str, str]:
    at = review.published
    stamp = "" if at is None else f"{at.value:%Y-%m-%d}" if at.precision == "day" else f"{at.value:%Y-%m-%dT%H:%M:%SZ}"
    author = _AND.sub(" and ", " and ".join(review.authors))
    return {"title": _title(review.headline), "url": review.url or "", "published": stamp, "author": author}


def _expected(name: str, value: Any) -> str:
    text = str(value or "").strip()
    if "\ufffd" in text:
        return ""
    if name == "title":
        return _title(text)
    return _AND.sub(" and ", text) if name == "author" else text


def _title(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"</?[a-z]+>", "", html.unescape(text))).split())


def wix_fields(corpus: Path) -> Iterator[Score]:
    """What Wix feeds say of their posts."""
    folder = corpus / "data" / "loader"
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    for feed in json.loads((folder / "wix" / "index.json").read_text(encoding="utf-8")):
        parsed = entries.parse((folder / feed["feed"]).read_bytes())
        how = FeedTerms.of(parsed, source="site", zone=ZONE, base="", critics={})
        for entry, expected in zip(parsed.entries, feed["entries"], strict=True):
            review = reading.review(entry, reading.sketch(entry, how))
            got = _plain(review) | {
                "id": review.native_id or "",
                "categories": list(review.categories),
                "image": review.image.url if review.image else None,
                "full_text_in_feed": review.full_text == "feed",
            }
            for name in expected.keys() & got.keys():
                want = _wix(name, expected[name])
                of[name] += 1
                right[name] += got[name] == want
                if got[name] != want:
                    missed.setdefault(name, []).append(f"{feed['id']}: {got[name]!r}, not {want!r}")
    for name in of:
        yield Score(f"wix feeds: {name}", right[name], of[name], tuple(missed.get(name, ())))


def _wix(name: str, value: Any) -> Any:
    if name == "image" and value:
        return platforms.picture(value)
    return _title(value or "") if name in ("title", "author", "id") else value


def scores(corpus: Path) -> Iterator[Score]:
    """Every figure."""
    yield core_cases(corpus)
    yield from feed_entries(corpus)
    yield from wix_fields(corpus)
    yield storms(corpus)


def main(arguments: list[str]) -> int:
    """Print every figure, with the misses under `--misses`."""
    folders = [argument for argument in arguments if not argument.startswith("-")]
    corpus = Path(folders[0] if folders else os.environ.get("PUBLISHER_CORPUS") or "../shared")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for score in scores(corpus):
        print(score, flush=True)
        for miss in score.missed[: 20 if "--misses" in arguments else 0]:
            print(f"    {miss[:200]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
