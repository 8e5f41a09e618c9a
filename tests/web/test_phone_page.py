"""The studio's page for a telephone: a card to save, a caption and a text alternative to copy."""

import html
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image
from tests.studios import Bench, fill, project, running
from tests.web.test_studio_http import ask, get

from publisher.store.engine import Store

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(tmp_path: Path, sqlite_store: Store) -> Iterator[Bench]:
    fill(sqlite_store)
    with running(sqlite_store, project(tmp_path)) as found:
        yield found


def test_the_posts_lead_to_it(bench: Bench) -> None:
    page = get(bench, "e/weekly?show=posts")
    found = re.search(rf'href="/{bench.studio.token}/(phone/review\d+/instagram)"', page)
    assert found is not None
    assert "Copy caption" in get(bench, found[1])


def test_it_has_picture_caption_and_alt_word_for_word(bench: Bench) -> None:
    page = get(bench, "phone/review1/bluesky")
    caption = re.search(r'<textarea id="caption"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    alt = re.search(r'<textarea id="alt"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    picture = re.search(r'<img id="picture" src="([^"]+)" alt="([^"]*)"', page)

    assert caption is not None
    assert html.unescape(caption[1]).endswith("https://lantern.example/post/1")  # Bluesky would have it in the card
    assert alt is not None
    assert picture is not None
    assert html.unescape(alt[1]) == html.unescape(picture[2])
    assert "Paper Harbour" in alt[1]


@pytest.mark.parametrize("design", ["paper", "night", "block"])
@pytest.mark.parametrize("size", ["1200x630", "1080x1080", "1080x1350"])
def test_the_card_comes_in_every_design_and_size(bench: Bench, design: str, size: str) -> None:
    address = f"http://127.0.0.1:{bench.port}/{bench.studio.token}/phone/review1/instagram/card.jpg"
    with urlopen(f"{address}?design={design}&size={size}&save=1") as answer:
        data, headers = answer.read(), answer.headers

    assert "x".join(map(str, Image.open(BytesIO(data)).size)) == size
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == f'attachment; filename="review1-{size}.jpg"'


@pytest.mark.parametrize(
    "path",
    ["phone/none/bluesky", "phone/review1/nowhere", "phone/review1/bluesky?design=gold", "phone/review1/x?size=1x1"],
)
def test_what_is_not_there_is_said(bench: Bench, path: str) -> None:
    status, page, _ = ask(bench, "GET", f"/{bench.studio.token}/{path}")
    assert status in (404, 500)
    assert "Traceback" not in page
