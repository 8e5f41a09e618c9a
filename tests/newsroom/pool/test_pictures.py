"""A review's picture: from the site's own folder before the web, and never an error where there is none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.loopback import Loopback, Page, loopback

from publisher.config import Config
from publisher.http.door import Http
from publisher.model import Image, Review
from publisher.newsroom.pool.pictures import MAX_BYTES, file_name, picture_of


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "stills").mkdir()
    made = Config.defaults(tmp_path)
    return replace(made, site=made.site.model_copy(update={"pictures": "stills"}))


def review(url: str) -> Review:
    return Review(id="r", source="s", headline="A", image=Image(url=url))


def test_a_picture_of_that_name_in_the_site_s_folder_comes_first(
    site: Loopback, config: Config, tmp_path: Path
) -> None:
    (tmp_path / "stills" / "the rain.jpg").write_bytes(b"ours")
    url = site.put("/a/the%20rain.jpg", b"theirs", "image/jpeg")

    with Http(allow_private=True) as http:
        assert picture_of(review(url), config=config, http=http) == b"ours"
    assert site.asked == []


def test_the_web_is_asked_only_where_it_may_be(site: Loopback, config: Config) -> None:
    url = site.put("/rain.jpg", b"theirs", "image/jpeg")

    assert picture_of(review(url), config=config, http=None) is None
    assert site.asked == []
    with Http(allow_private=True) as http:
        assert picture_of(review(url), config=config, http=http) == b"theirs"
    assert site.asked[0].headers["accept"] == "image/*"


def test_a_review_without_a_picture_and_a_missing_picture_are_nothing(site: Loopback, config: Config) -> None:
    site.pages["/gone.jpg"] = Page(status=404)
    with Http(allow_private=True) as http:
        assert picture_of(Review(id="r", source="s", headline="A"), config=config, http=http) is None
        assert picture_of(review(f"{site.url}/gone.jpg"), config=config, http=http) is None


def test_a_picture_may_have_ten_million_bytes_and_not_one_more(site: Loopback, config: Config) -> None:
    assert MAX_BYTES == 10_000_000
    most = site.put("/most.jpg", b"x" * 10_000_000, "image/jpeg")
    more = site.put("/more.jpg", b"x" * 10_000_001, "image/jpeg")
    with Http(allow_private=True) as http:
        assert len(picture_of(review(most), config=config, http=http) or b"") == 10_000_000
        assert picture_of(review(more), config=config, http=http) is None


@pytest.mark.parametrize("path", ["", "/..", "/%2e%2e", "/a/%2e"])
def test_an_address_that_names_no_file_looks_into_no_folder(config: Config, path: str) -> None:
    assert picture_of(review(f"https://lantern.example{path}"), config=config, http=None) is None


def test_a_file_name_is_its_own_behind_a_hash_of_the_whole_address() -> None:
    one, other = (file_name(f"https://{host}.example/stills/Tin%20Harbour%21.jpg?w=2") for host in ("a", "b"))

    assert one[8:] == other[8:] == "-Tin-Harbour-.jpg"
    assert one[:8] != other[:8]
    assert file_name("https://a.example/")[8:] == "-picture"
    assert file_name(f"https://a.example/{'x' * 80}.jpg")[8:] == f"-{'x' * 56}.jpg"
