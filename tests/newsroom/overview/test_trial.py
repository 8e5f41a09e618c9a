"""A look at a site: its feed found, a digest and cards written, and nothing kept or sent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.loopback import Loopback, loopback
from tests.studios import FILMS, TEXT, invented

from publisher.config import Config
from publisher.errors import PublisherError
from publisher.http.door import Http
from publisher.newsroom.overview.trial import Trial, trial_app, try_site
from publisher.store.pool import reviews


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


def feed(site: Loopback, count: int) -> None:
    items = "".join(
        f"<item><title>{FILMS[n % 4]} review</title><link>{site.url}/{n}</link><guid>{n}</guid>"
        f"<pubDate>Wed, {14 - n:02} May 2031 12:00:00 GMT</pubDate><description><![CDATA["
        + "".join(f"<p>{row.format(title=FILMS[n % 4])}</p>" for row in TEXT)
        + "]]></description></item>"
        for n in range(count)
    )
    page = f'<rss version="2.0"><channel><title>Lantern</title><link>{site.url}</link>{items}</channel></rss>'
    site.put("/feed.xml", page, "application/rss+xml")


def tried(site: Loopback, folder: Path, config: Config | None = None) -> Trial:
    with Http(allow_private=True) as http:
        return try_site(f"{site.url}/feed.xml", folder=folder, config=config or Config.defaults(folder), http=http)


@pytest.mark.slow
def test_the_last_five_reviews_make_a_digest_and_a_card_each(site: Loopback, tmp_path: Path) -> None:
    feed(site, 7)
    found = tried(site, tmp_path / "out")
    shown = found.as_json()

    assert (found.title, found.feed) == ("Lantern", f"{site.url}/feed.xml")
    assert [review.url for review, _ in found.reviews] == [f"{site.url}/{n}" for n in range(5)]
    assert all(1 <= len(quotes) <= 3 for _, quotes in found.reviews)
    assert [path.relative_to(tmp_path / "out").as_posix() for path in found.files] == [
        "digest.html", "digest.txt", *(f"cards/{n}.jpg" for n in range(1, 6))
    ]  # fmt: skip
    assert FILMS[0] in (tmp_path / "out" / "digest.txt").read_text(encoding="utf-8")
    assert shown["reviews"][0]["film"] == FILMS[0]
    assert shown["files"] == [str(path) for path in found.files]


@pytest.mark.slow
def test_what_the_configuration_says_of_the_site_comes_before_what_the_site_says(
    site: Loopback, tmp_path: Path
) -> None:
    feed(site, 1)
    config = Config.defaults(tmp_path)
    named = replace(config, site=config.site.model_copy(update={"name": "Second Row", "postal_address": "1 High St"}))
    kept, bare = tried(site, tmp_path / "a", named), tried(site, tmp_path / "b")

    assert (kept.title, kept.config.site.postal_address) == ("Second Row", "1 High St")
    assert bare.config.site.postal_address == "(your postal address)"


def test_a_feed_without_entries_is_told_by_its_address(site: Loopback, tmp_path: Path) -> None:
    feed(site, 0)
    with pytest.raises(PublisherError) as caught:
        tried(site, tmp_path / "out")

    assert f"{site.url}/feed.xml" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_publisher_of_a_trial_has_one_newsletter_and_no_provider_and_is_gone_afterwards(tmp_path: Path) -> None:
    with trial_app(Config.defaults(tmp_path), [invented(0)]) as app:
        with app.store.read() as db:
            assert [each.review.id for each in reviews.list_(db)] == ["review0"]
        assert list(app.config.newsletters) == ["try"]
        assert app.config.newsletters["try"].provider == ()
        assert app.config.web.url == "https://news.example.com"
        path = app.store.path
    assert path is not None
    assert not path.parent.exists()
