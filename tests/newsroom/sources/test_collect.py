import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from tests.invented import NOW, Item, changed, rss, week, words
from tests.loopback import Asked, Loopback, Page, loopback

from publisher.config import Config, RawTable
from publisher.errors import ConfigError, UsageError
from publisher.model import Verdict
from publisher.newsroom.app import App
from publisher.newsroom.sources.collect import collect, why
from publisher.newsroom.sources.outcome import SourceReport
from publisher.store.engine import Store
from publisher.store.pool import reviews, sources
from publisher.store.records import to_record

ARTICLE = (
    "<html lang='en'><head><title>The Harbour Ledger</title></head><body><nav>Home</nav><article><h1>{title}</h1>"
    "<p>{text}</p><p>{more}</p></article><footer>All rights reserved</footer></body></html>"
)


@dataclass
class Desk:
    """A publisher with one source on the loopback and a clock of its own."""

    store: Store
    root: Path
    site: Loopback
    now: datetime = NOW
    settings: dict[str, Any] = field(default_factory=dict)
    more: list[RawTable] = field(default_factory=list)

    @property
    def app(self) -> App:
        values = {"url": f"{self.site.url}/feed.xml", "allow_private": True} | self.settings
        tables = (RawTable(name="site", kind="feed", values=values, group="sources"), *self.more)
        config = replace(Config.defaults(self.root), sources=tables)
        return App(config=config, store=self.store, now=lambda: self.now)

    def serve(self, items: Sequence[Item], **headers: str) -> None:
        self.site.put("/feed.xml", rss(items, self.site.url), "application/rss+xml", **headers)

    def fetch(
        self, items: Sequence[Item] | None = None, *, after: timedelta = timedelta(hours=1), **how: Any
    ) -> SourceReport:
        if items is not None:
            self.serve(items)
        self.now += after
        return collect(self.app, **how)[0]

    def verdicts(self) -> Counter[str]:
        with self.store.read() as db:
            return Counter(each.verdict.value for each in reviews.list_(db))


def counts(report: SourceReport) -> dict[str, int]:
    return dict(Counter(each.verdict.value for each in report.decisions))


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Iterator[Desk]:
    with loopback() as site:
        yield Desk(store=sqlite_store, root=tmp_path, site=site)


def test_the_first_fetch_queues_nothing_and_says_why(desk: Desk) -> None:
    report = desk.fetch(week())
    assert (report.state, counts(report)) == ("ok", {"backfill": 5})
    assert "5 new to us but old" in report.words
    assert "--release N" in report.words


def test_the_same_feed_again_is_known(desk: Desk) -> None:
    desk.fetch(week())
    assert counts(desk.fetch(week())) == {"duplicate": 5}


def test_a_new_post_is_new_and_the_others_are_known(desk: Desk) -> None:
    desk.fetch(week())
    report = desk.fetch([Item(number=9, at=NOW + timedelta(hours=1)), *week()])
    assert counts(report) == {"new": 1, "duplicate": 5}
    assert report.as_json()["decisions"][0] == {
        "review": report.decisions[0].review_id,
        "verdict": "new",
        "rule": "dated after the last good fetch",
        "headline": "Review: The Harbour Ledger 9",
    }


def test_the_report_is_plain_json(desk: Desk) -> None:
    shape = json.loads(json.dumps(desk.fetch(week(1)).as_json()))
    assert shape["name"] == "site"
    assert shape["state"] == "ok"
    assert {"review", "verdict", "rule"} <= shape["decisions"][0].keys()


def test_why_tells_each_decision_with_its_evidence(desk: Desk) -> None:
    desk.fetch(week(1))
    desk.fetch(changed(week(1), title="Review: The Harbour Ledger, again"))
    found = why(desk.app, f"{desk.site.url}/post/harbour-1?utm_source=x#top")
    assert [(each.verdict, each.rule) for each in found] == [
        (Verdict.BACKFILL, "first run"),
        (Verdict.UPDATE, "same id"),
    ]
    assert "headline" in found[1].evidence["changed"]
    assert "text" not in found[1].evidence["changed"]


def test_why_of_nothing_known_is_an_error(desk: Desk) -> None:
    with pytest.raises(UsageError, match="there is no review"):
        why(desk.app, "https://reel.example/nothing")


def test_unchanged_entries_are_not_written_down_at_every_fetch(desk: Desk) -> None:
    for _ in range(4):
        report = desk.fetch(week(1))
    assert len(why(desk.app, report.decisions[0].review_id)) == 1


def test_release_counts_the_newest_as_new(desk: Desk) -> None:
    report = desk.fetch(week(), release=2)
    assert counts(report) == {"new": 2, "backfill": 3}
    with desk.store.read() as db:
        assert [each.review.headline[-1] for each in reviews.ready(db, newsletter="weekly", now=desk.now)] == ["5", "4"]
    assert why(desk.app, report.decisions[0].review_id)[-1].rule == "released"


def test_release_works_on_an_unchanged_source_and_leaves_held_reviews_alone(desk: Desk) -> None:
    desk.fetch(week())
    with desk.store.write() as db:
        reviews.hold(db, reviews.list_(db)[0].review.id)
    report = desk.fetch(release=2)
    assert counts(report)["new"] == 2
    with desk.store.read() as db:
        assert [each.review.headline[-1] for each in reviews.ready(db, newsletter="weekly", now=desk.now)] == ["4", "3"]


def test_validators_go_back_and_an_unchanged_source_is_healthy(desk: Desk) -> None:
    desk.serve(week(), ETag='W/"5-x"', Last_Modified="Sat, 10 May 2031 11:00:00 GMT")
    desk.fetch()
    desk.site.pages["/feed.xml"] = Page(status=304)
    report = desk.fetch()
    assert (report.state, report.decisions) == ("not-modified", ())
    assert desk.site.asked[-1].headers["if-none-match"] == 'W/"5-x"'
    assert desk.site.asked[-1].headers["if-modified-since"] == "Sat, 10 May 2031 11:00:00 GMT"
    desk.fetch()
    assert desk.site.asked[-1].headers["if-none-match"] == 'W/"5-x"'


def test_a_broken_answer_keeps_everything_and_is_counted_from_its_first_failure(desk: Desk) -> None:
    desk.fetch(week())
    desk.site.put("/feed.xml", "<html><title>Just a moment...</title></html>", "text/html")
    first = desk.fetch()
    assert (first.state, first.decisions) == ("error", ())
    assert "not a feed" in first.error
    assert "Just a moment..." in first.error
    failing_since = desk.now
    desk.fetch()
    with desk.store.read() as db:
        stored = sources.get(db, "site")
    assert stored is not None
    assert (stored.failures, stored.failing_since) == (2, failing_since)
    assert desk.verdicts() == {"backfill": 5}


def test_what_came_out_while_the_source_was_failing_is_new_afterwards(desk: Desk) -> None:
    desk.fetch(week())
    desk.site.pages["/feed.xml"] = Page(status=500)
    desk.fetch(after=timedelta(days=5))
    late = [Item(number=20 + n, at=NOW + timedelta(days=n)) for n in range(5, 0, -1)]
    assert counts(desk.fetch([*late, *week()]))["new"] == 5


def test_one_broken_source_never_stops_the_others(desk: Desk) -> None:
    table = {"url": f"{desk.site.url}/gone.xml", "allow_private": True}
    desk.more.append(RawTable(name="broken", kind="feed", values=table, group="sources"))
    desk.serve(week())
    desk.now += timedelta(hours=1)
    good, broken = collect(desk.app)
    assert (good.state, broken.state) == ("ok", "error")
    assert "nothing is there" in broken.error


def test_one_source_may_be_asked_by_name(desk: Desk) -> None:
    desk.more.append(RawTable(name="other", kind="feed", values={"url": f"{desk.site.url}/other.xml"}, group="sources"))
    desk.serve(week())
    assert [each.name for each in collect(desk.app, source="site")] == ["site"]
    with pytest.raises(UsageError, match="did you mean “other”"):
        collect(desk.app, source="othr")


def test_an_unknown_kind_is_a_mistake_in_the_configuration(desk: Desk) -> None:
    desk.more.append(RawTable(name="x", kind="feeed", values={}, group="sources"))
    with pytest.raises(ConfigError, match="there is no kind `feeed`"):
        collect(desk.app)


def test_private_addresses_are_refused_unless_allowed(desk: Desk) -> None:
    desk.settings["allow_private"] = False
    report = desk.fetch(week())
    assert "not public" in report.error
    assert desk.site.asked == []


def test_a_servers_wait_is_kept_even_for_a_manual_fetch(desk: Desk) -> None:
    desk.fetch(week())
    desk.site.pages["/feed.xml"] = Page(status=429, headers={"Retry-After": "7200"})
    desk.fetch()
    asked = len(desk.site.asked)
    desk.serve(week())
    report = desk.fetch(after=timedelta(hours=1))
    assert "asked us to wait until 2031-05-10 16:00 UTC" in report.error
    assert len(desk.site.asked) == asked
    assert desk.fetch(after=timedelta(hours=2)).state == "ok"


def test_our_own_back_off_grows_and_only_a_forced_fetch_goes_past_it(desk: Desk) -> None:
    desk.site.pages["/feed.xml"] = Page(status=500)
    waits = []
    for _ in range(7):
        desk.fetch(after=timedelta(days=2))
        with desk.store.read() as db:
            stored = sources.get(db, "site")
        assert stored is not None
        assert stored.not_before is not None
        waits.append((stored.not_before - desk.now) / timedelta(hours=1))
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    asked = len(desk.site.asked)
    assert "failing, next try" in desk.fetch(force=False).error
    assert len(desk.site.asked) == asked
    desk.fetch()
    assert len(desk.site.asked) == asked + 1


def test_a_source_that_is_gone_is_asked_again_only_by_name_or_at_a_new_address(desk: Desk) -> None:
    desk.site.pages["/feed.xml"] = Page(status=410)
    assert "gone for good" in desk.fetch().error
    asked = len(desk.site.asked)
    assert "--source site" in desk.fetch().error
    assert len(desk.site.asked) == asked
    desk.serve(week())
    assert desk.fetch(source="site").state == "ok"
    desk.site.pages["/feed.xml"] = Page(status=410)
    desk.fetch()
    desk.site.put("/new.xml", rss(week(), desk.site.url))
    desk.settings["url"] = f"{desk.site.url}/new.xml"
    assert desk.fetch().state == "ok"


def test_a_permanent_redirect_is_believed_after_three_good_fetches(desk: Desk) -> None:
    desk.site.put("/new.xml", rss(week(), desk.site.url))
    desk.site.pages["/feed.xml"] = Page(status=301, headers={"Location": "/new.xml"})
    for _ in range(4):
        assert desk.fetch().state == "ok"
    assert desk.site.paths() == ["/feed.xml", "/new.xml"] * 3 + ["/new.xml"]
    assert desk.verdicts() == {"backfill": 5}


def test_a_temporary_redirect_is_never_believed(desk: Desk) -> None:
    desk.site.put("/new.xml", rss(week(), desk.site.url))
    desk.site.pages["/feed.xml"] = Page(status=302, headers={"Location": "/new.xml"})
    for _ in range(5):
        desk.fetch()
    assert desk.site.paths() == ["/feed.xml", "/new.xml"] * 5


def test_a_flood_is_held_above_the_limit(desk: Desk) -> None:
    desk.settings["flood_limit"] = 3
    desk.fetch(week())
    flood = [Item(number=50 + n, at=NOW + timedelta(minutes=65 + n)) for n in range(8)]
    report = desk.fetch([*flood, *week()])
    assert counts(report) == {"new": 3, "held": 5, "duplicate": 5}
    assert report.flooded
    assert counts(desk.fetch([*flood, *week()])) == {"duplicate": 13}
    assert desk.verdicts()["held"] == 5


def test_a_future_post_becomes_new_once_in_its_time_whatever_the_site_does(desk: Desk) -> None:
    desk.fetch(week())
    ahead = Item(number=9, at=NOW + timedelta(hours=5))
    report = desk.fetch([ahead, *week()])
    assert counts(report)["future"] == 1
    desk.site.pages["/feed.xml"] = Page(status=304)
    assert counts(desk.fetch(after=timedelta(hours=4))) == {"new": 1}
    assert counts(desk.fetch()) == {}
    assert counts(desk.fetch([ahead, *week()])) == {"duplicate": 6}


def test_a_future_post_comes_in_its_time_even_when_its_site_is_down(desk: Desk) -> None:
    desk.fetch(week())
    desk.fetch([Item(number=9, at=NOW + timedelta(hours=5)), *week()])
    desk.site.pages["/feed.xml"] = Page(status=500)
    report = desk.fetch(after=timedelta(hours=4))
    assert (report.state, counts(report)) == ("error", {"new": 1})


def test_an_editors_word_survives_every_fetch(desk: Desk) -> None:
    report = desk.fetch(week(1))
    review_id = report.decisions[0].review_id
    with desk.store.write() as db:
        reviews.set_overrides(db, review_id, {"film": "The Harbour Ledger", "rating": "4/5", "critic": "Ada Q. Quill"})
        reviews.pin(db, review_id)
        reviews.hold(db, review_id)
    desk.fetch(changed(week(1), title="Another headline", text=f"<p>{words(77)}</p>"))
    with desk.store.read() as db:
        stored = reviews.get(db, review_id)
    assert stored is not None
    assert stored.review.film is not None
    assert (stored.review.film.title, stored.review.authors) == ("The Harbour Ledger", ("Ada Q. Quill",))
    assert (stored.review.headline, stored.pinned, stored.held) == ("Another headline", True, True)
    assert stored.original.authors == ("Ada Quill",)


def test_categories_choose_what_is_read(desk: Desk) -> None:
    desk.settings["skip_categories"] = ["Giveaways"]
    old = NOW - timedelta(days=9)
    items = [Item(number=1, at=old, categories=("giveaways",)), Item(number=2, at=old, categories=("Reviews",))]
    report = desk.fetch(items)
    assert counts(report) == {"backfill": 1}
    assert "1 left out (other categories)" in report.words
    del desk.settings["skip_categories"]
    assert counts(desk.fetch(items)) == {"backfill": 1, "duplicate": 1}


def test_critics_are_named_by_their_byline(desk: Desk) -> None:
    app = desk.app
    desk.serve([Item(number=1, author="adaq1 ")])
    config = replace(app.config, critics={"adaq1": "Ada Quill"})
    collect(replace(app, config=config))
    with desk.store.read() as db:
        assert reviews.list_(db)[0].review.authors == ("Ada Quill",)


def test_a_feed_of_teasers_is_completed_from_its_pages_once(desk: Desk) -> None:
    body = ARTICLE.format(title="Review: The Harbour Ledger 1", text=words(1, 120), more=words(2, 90))
    desk.site.put("/post/harbour-1", body, "text/html; charset=utf-8")
    teaser = [Item(number=1, at=NOW, text=None, summary="A lantern swings over the quay...")]
    desk.fetch(teaser)
    with desk.store.read() as db:
        (stored,) = reviews.list_(db)
    assert stored.review.full_text == "page"
    assert words(2, 90) in stored.review.plain
    assert stored.review.excerpt == "A lantern swings over the quay..."
    assert counts(desk.fetch(teaser)) == {"duplicate": 1}
    assert desk.site.paths().count("/post/harbour-1") == 1


def test_a_page_that_fails_is_tried_again_though_the_feed_is_unchanged(desk: Desk) -> None:
    desk.serve([Item(number=1, text=None, summary="A lantern swings over the quay...")], ETag='"1"')
    first = desk.fetch()
    assert "nothing is there" in first.warnings[0]
    assert desk.verdicts() == {"backfill": 1}
    body = ARTICLE.format(title="Review: The Harbour Ledger 1", text=words(1, 120), more=words(2, 90))
    desk.site.put("/post/harbour-1", body, "text/html")
    desk.site.pages["/feed.xml"] = Page(status=304)
    assert counts(desk.fetch()) == {"update": 1}
    with desk.store.read() as db:
        assert reviews.list_(db)[0].review.full_text == "page"
    desk.fetch()
    assert desk.site.paths().count("/post/harbour-1") == 2


def test_a_page_that_never_comes_is_given_up(desk: Desk) -> None:
    teaser = [Item(number=1, text=None, summary="A lantern swings over the quay...")]
    for _ in range(9):
        desk.fetch(teaser)
    assert desk.site.paths().count("/post/harbour-1") == 5


def test_pages_of_other_sites_are_not_read(desk: Desk) -> None:
    with loopback() as other:
        other.put("/their-review", ARTICLE.format(title="x", text=words(1, 120), more=words(2)), "text/html")
        link = other.url.replace("127.0.0.1", "localhost") + "/their-review"
        desk.fetch([Item(number=1, text=None, link=link, summary="They say it well...")])
        assert other.asked == []


def test_two_processes_that_fetch_at_once_make_one_review_new(desk: Desk) -> None:
    desk.fetch(week())
    feed = rss([Item(number=9, at=NOW + timedelta(hours=1)), *week()], desk.site.url).encode()
    inner: list[SourceReport] = []

    def answer(asked: Asked, handler: BaseHTTPRequestHandler) -> Page:
        if not inner:
            inner.append(SourceReport(name="placeholder", state="ok"))
            inner[0] = collect(desk.app)[0]
        return Page(body=feed)

    desk.site.pages["/feed.xml"] = answer
    outer = desk.fetch()
    assert counts(inner[0]) == {"new": 1, "duplicate": 5}
    assert counts(outer) == {"duplicate": 6}
    assert desk.verdicts() == {"new": 1, "backfill": 5}


def test_a_crash_between_fetch_and_store_loses_nothing_and_doubles_nothing(desk: Desk) -> None:
    desk.fetch(week())
    desk.serve([Item(number=9, at=NOW + timedelta(hours=1)), *week()])
    desk.now += timedelta(hours=1)
    steps = iter([desk.now, desk.now])

    def dying() -> datetime:
        for step in steps:
            return step
        raise SystemExit(137)

    with pytest.raises(SystemExit):
        collect(replace(desk.app, now=dying))
    assert desk.verdicts() == {"backfill": 5}
    assert counts(desk.fetch()) == {"new": 1, "duplicate": 5}


def test_letterboxd_lists_and_bare_diary_entries_are_no_reviews(desk: Desk) -> None:
    def entry(kind: str, number: int, text: str, rating: str = "") -> str:
        poster = "<p><img src='https://img.example/p.jpg'/></p>"
        body = f"<description><![CDATA[{poster} {text}]]></description>"
        return (
            f"<item><title>The Harbour Ledger, 2030</title><link>{desk.site.url}/ada/film/the-harbour-ledger/</link>"
            f'<guid isPermaLink="false">letterboxd-{kind}-{number}</guid>'
            "<pubDate>Sat, 10 May 2031 23:00:00 +1200</pubDate>"
            "<letterboxd:watchedDate>2031-05-09</letterboxd:watchedDate>"
            "<letterboxd:filmTitle>The Harbour Ledger"
            f"</letterboxd:filmTitle><letterboxd:filmYear>2030</letterboxd:filmYear>{rating}{body}"
            "<dc:creator>Ada Quill</dc:creator></item>"
        )

    def feed(*items: str) -> str:
        return (
            '<?xml version="1.0"?><rss version="2.0" xmlns:letterboxd="https://letterboxd.com"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Letterboxd - Ada</title>'
            f"{''.join(items)}</channel></rss>"
        )

    stars = "<letterboxd:memberRating>3.5</letterboxd:memberRating>"
    bare = "<p>Watched on Friday May 9, 2031.</p>"
    spoilers = "<p><em>This review may contain spoilers.</em></p>"
    listing = "<item><title>Ten harbours</title><guid>letterboxd-list-3</guid><description>Ten</description></item>"
    desk.site.put("/feed.xml", feed(entry("watch", 1, bare), listing))
    report = desk.fetch()
    assert report.decisions == ()
    assert dict(report.left_out) == {"diary entries without a text": 1, "lists": 1}
    desk.site.put("/feed.xml", feed(entry("review", 2, f"{spoilers}<p>{words(3)}</p>", stars), listing))
    report = desk.fetch()
    assert counts(report) == {"new": 1}
    with desk.store.read() as db:
        (stored,) = reviews.list_(db)
    review = stored.review
    assert review.film is not None
    assert (review.film.title, review.film.year) == ("The Harbour Ledger", 2030)
    assert review.rating is not None
    assert (review.rating.value, review.rating.best) == (3.5, 5)
    assert review.plain == words(3)


STORMS: dict[str, Callable[[list[Item]], list[Item]]] = {
    "reordered": lambda items: items[::-1],
    "ids become addresses": lambda items: [replace(i, guid=f"https://x.example/post/{i.number}") for i in items],
    "ids are dropped": lambda items: changed(items, guid=None),
    "dates are dropped": lambda items: changed(items, at=None),
    "all dated today": lambda items: changed(items, at=NOW + timedelta(hours=1)),
    "all dated today under new ids": lambda items: [
        replace(i, guid=f"new-{i.number}", at=NOW + timedelta(hours=1)) for i in items
    ],
    "texts are dropped": lambda items: changed(items, text=None),
    "texts are dropped under new ids": lambda items: [replace(i, text=None, guid=f"n{i.number}") for i in items],
    "headlines are edited": lambda items: [replace(i, title=f"An edited headline {i.number}") for i in items],
    "links gain a campaign": lambda items: [
        replace(i, link=f"https://reel.example/post/harbour-{i.number}?utm_source=rss") for i in items
    ],
    "the site moves": lambda items: [
        replace(i, guid=f"m{i.number}", link=f"https://moved.example/blog/harbour-{i.number}/") for i in items
    ],
    "the top one is withdrawn": lambda items: items[1:],
    "older ones appear": lambda items: [*items, *week(10, before=items[-1].at or NOW, first=100)],
}


@pytest.mark.parametrize("storm", STORMS.values(), ids=STORMS.keys())
def test_nothing_old_is_new_in_a_storm_nor_when_it_is_over(
    desk: Desk, storm: Callable[[list[Item]], list[Item]]
) -> None:
    items = [replace(i, link=f"https://reel.example/post/harbour-{i.number}") for i in week(12)]
    desk.fetch(items)
    during, after = desk.fetch(storm(items)), desk.fetch(items)
    for report in (during, after):
        assert report.state == "ok"
        assert not {"new", "held", "future"} & counts(report).keys()


def test_one_new_post_in_a_storm_is_found(desk: Desk) -> None:
    desk.fetch(week(12))
    moved = [replace(i, guid=f"https://x.example/post/{i.number}") for i in week(12)]
    report = desk.fetch([Item(number=90, at=NOW + timedelta(hours=1)), *moved])
    assert counts(report) == {"new": 1, "duplicate": 12}


HOSTILE = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title>'
    '<item><title>A&amp;#0;b{n}&amp;#xD800;c</title><guid isPermaLink="false">{n}g&amp;#0;h\ufffe</guid>'
    "<link>https://reel.example/{n}?q=&#x202e;%00%zz</link><category>&amp;#0;cat</category><dc:creator>Ada&amp;#0;</dc:creator>"
    "<pubDate>Sat, 10 May 2031 12:00:00 GMT &amp;#0;</pubDate>"
    "<description>&lt;img src='//x/y.png?&amp;#0;' alt='&amp;#0;'&gt;"
    "{text}&amp;#0;&amp;#xDFFF;</description></item></channel></rss>"
)


def test_hostile_characters_reach_neither_database(store: Store, tmp_path: Path) -> None:
    with loopback() as site:
        desk = Desk(store=store, root=tmp_path, site=site)
        for n in (1, 2):
            text = "".join(f"<p>{words(m)}</p>" for m in range(4))
            body = HOSTILE.format(n=n, text=text.replace("<", "&lt;")).encode("utf-8", "surrogatepass")
            site.put("/feed.xml", body)
            report = desk.fetch()
            assert report.state == "ok"
            assert len(report.decisions) == 1
        with store.read() as db:
            for each in reviews.list_(db):
                assert "\0" not in str(to_record(each.review))
