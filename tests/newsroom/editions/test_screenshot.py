"""Pages as pictures: as wide as asked, as tall as they are, and shut off from everything else."""

import io

import pytest
from PIL import Image
from tests.loopback import loopback

from publisher.errors import PublisherError
from publisher.newsroom.editions.screenshot import Shot, screenshot, screenshots

BOX = '<html><head></head><body style="margin:0"><div style="height:{height}px;background:#f00"></div></body></html>'


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        return picture.size


@pytest.mark.browser
def test_one_browser_draws_many_pages_each_whole_and_no_taller_than_twenty_thousand() -> None:
    shots = [Shot(page=BOX.format(height=height), width=width) for height, width in ((1200, 375), (1000, 640))]
    tall = Shot(page=BOX.format(height=20_001), width=100)

    assert [size(data) for data in screenshots([*shots, tall])] == [(375, 1200), (640, 1000), (100, 20_000)]


@pytest.mark.browser
def test_a_page_runs_no_script_and_loads_nothing_with_or_without_a_head() -> None:
    with loopback() as site:
        body = (
            f'<img src="{site.url}/a.png"><div id="a" style="height:1000px"></div>'
            "<script>document.getElementById('a').style.height='1500px'</script>"
        )
        for page in (f'<html><head></head><body style="margin:0">{body}</body></html>', body):
            assert size(screenshot(page, width=200))[1] < 1400
        assert site.asked == []


def test_without_a_browser_there_is_no_picture(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PublisherError, match="need Chromium"):
        screenshot("<p>Once</p>", width=375)
