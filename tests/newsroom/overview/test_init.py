import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.loopback import Loopback, loopback

from publisher.config import SourcePolicy, load, policy
from publisher.errors import SourceError
from publisher.http.door import Http
from publisher.newsroom.overview.init import init, packaged, with_value

PAGE = """<!doctype html><html lang="en-GB"><head><title>Second Row, film reviews</title>
<meta property="og:site_name" content="Second Row"><meta name="theme-color" content="#123456">
<link rel="alternate" type="application/rss+xml" title="Second Row" href="/feed.xml"></head><body>Hello</body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Second Row</title><link>https://www.secondrow.example</link>
<description>d</description><language>en-gb</language><item><title>A review</title><link>https://www.secondrow.example/a</link>
<guid>1</guid><description>Text</description></item></channel></rss>"""


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        running.put("/", PAGE, "text/html")
        running.put("/feed.xml", FEED, "application/rss+xml")
        yield running


def test_a_new_folder_gets_a_configuration_that_loads(tmp_path: Path) -> None:
    report = init(tmp_path)
    config = load(tmp_path / "config" / "publisher.toml", env={})

    assert report.written == (tmp_path / "config/publisher.toml", tmp_path / ".env.example")
    assert (config.newsletters["weekly"].min_reviews, config.newsletters["weekly"].approve) == (2, True)
    assert "Next:" in report.words


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "publisher.toml").write_text("# mine\n")

    report = init(tmp_path, templates=True)

    assert (tmp_path / "config" / "publisher.toml").read_text() == "# mine\n"
    assert report.kept == (tmp_path / "config/publisher.toml",)
    assert (tmp_path / "templates" / "digest.html.j2").is_file()
    assert init(tmp_path, templates=True).written == ()


def test_a_site_fills_in_what_it_says_of_itself(tmp_path: Path, site: Loopback) -> None:
    with Http(allow_private=True) as http:
        report = init(tmp_path, site=site.url, http=http)
    config = load(tmp_path / "config" / "publisher.toml", env={})

    assert report.feed == f"{site.url}/feed.xml"
    assert (config.site.name, config.site.url) == ("Second Row", site.url)
    assert config.site.accent == "#123456"
    assert config.site.language.startswith("en")
    assert config.sources[0].values["url"] == report.feed
    assert policy(config.sources[0], SourcePolicy).allow_private


def test_a_site_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path, site: Loopback) -> None:
    with Http(allow_private=True) as http, pytest.raises(SourceError):
        init(tmp_path, site=f"{site.url}/nothing-here", http=http)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ['He said "no"', "back\\slash", "Ça, là # ici", "line\ttab"])
def test_a_value_is_written_as_toml_whatever_it_holds(value: str) -> None:
    text = with_value(packaged("publisher.example.toml"), ("site", "name"), value)

    assert tomllib.loads(text)["site"]["name"] == value
    assert text.count("\n") == packaged("publisher.example.toml").count("\n")


def test_a_comment_stays_beside_the_new_value() -> None:
    text = with_value('[a]\nb = "x # y"   # why\n', ("a", "b"), "z")

    assert text == '[a]\nb = "z"                                # why\n'
