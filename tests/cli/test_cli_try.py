from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_CONFIG", raising=False)
    return tmp_path


def test_a_visitor_sees_a_digest_quotes_and_cards_of_a_site(folder: Path, site: Site, publisher: Command) -> None:
    for n, title in enumerate(("The Salt Road", "Two Lamps", "Glass Harbour")):
        site.publish(title, ago=timedelta(days=n))
    site.loop.put(
        "/",
        '<!DOCTYPE html><html lang="en"><head><title>Lantern Reviews</title>'
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body></body></html>',
        "text/html",
    )

    ran = publisher("try", site.url, "--out", "shown", "--json")

    assert ran.status == 0, ran.err
    assert [each["film"] for each in ran.json["reviews"]] == ["The Salt Road", "Two Lamps", "Glass Harbour"]
    assert all(1 <= len(each["quotes"]) <= 3 for each in ran.json["reviews"])
    page = (folder / "shown" / "digest.html").read_text(encoding="utf-8")
    assert all(title in page for title in ("The Salt Road", "Two Lamps", "Glass Harbour"))
    assert len(list((folder / "shown" / "cards").glob("*.jpg"))) == 3
    assert {path.name for path in folder.iterdir()} == {"shown"}


def test_a_feeds_own_address_will_do(folder: Path, site: Site, publisher: Command) -> None:
    site.publish("The Salt Road")

    ran = publisher("try", f"{site.url}/feed.xml", "--out", "shown", "--json")

    assert [each["film"] for each in ran.json["reviews"]] == ["The Salt Road"]


def test_a_site_without_a_feed_is_told_in_a_line(folder: Path, site: Site, publisher: Command) -> None:
    site.loop.put("/", "<!DOCTYPE html><title>Nothing here</title>", "text/html")

    ran = publisher("try", site.url)

    assert ran.status == 1
    assert len(ran.err.strip().splitlines()) == 1
    assert list(folder.iterdir()) == []
