"""What the studio writes as files, and the studio that `try` opens."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Canvas
from playwright.sync_api import Browser, expect
from tests.command import Command
from tests.loopback import Loopback, loopback
from tests.studios import FILMS, TEXT, fill, project, running

from publisher.newsroom.editions import devtools
from publisher.newsroom.editions.screenshot import screenshot
from publisher.store.engine import Store
from publisher.web.studio.export import NO_PICTURES, export, name_of, sights

pytestmark = pytest.mark.browser


@pytest.fixture
def publisher(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def gone(group: int) -> bool:
    """Whether all processes of a group end soon."""
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def picture(data: bytes) -> Canvas.Image:
    return Canvas.open(io.BytesIO(data)).convert("RGB")


def test_every_view_is_a_file_with_its_picture(tmp_path: Path, sqlite_store: Store) -> None:
    fill(sqlite_store)
    out = tmp_path / "out"
    with running(sqlite_store, project(tmp_path)) as bench:
        written = export(bench.studio, bench.studio.start, out, tell=pytest.fail)
        wanted = {name_of(view): view for view in sights(bench.studio.start)}

    views = out / "views"
    drawn = {path.stem: picture(path.read_bytes()) for path in views.glob("*.png")}
    assert drawn.keys() == wanted.keys()
    assert [drawn[f"{width}-light"].width for width in ("desktop", "tablet", "phone")] == [800, 768, 375]
    corner = {scheme: drawn[f"phone-{scheme}"].convert("L").getpixel((4, 4)) for scheme in ("light", "dark", "forced")}
    assert corner["light"] > 240  # type: ignore[operator]
    assert max(corner["dark"], corner["forced"]) < 64  # type: ignore[type-var, operator]
    assert drawn["phone-light-no-pictures"].height < drawn["phone-light"].height - 150
    assert "List-Unsubscribe: <https://news.lantern.example/" in (views / "headers.txt").read_text()
    assert (views / "parts.txt").read_text().splitlines()[0] == "multipart/alternative"
    assert "Gmail in a browser: Lantern Reviews | " in (views / "inbox.txt").read_text()
    assert json.loads((views / "findings.json").read_text())["score"]["clients"] > 90
    assert FILMS[0] in (views / "posts" / "1-bluesky.txt").read_text()
    assert picture((views / "posts" / "1-bluesky.jpg").read_bytes()).width >= 1000
    page = (views / "index.html").read_text()
    assert all(f'src="{name}.png"' in page for name in wanted)
    assert set(written) == {path for path in out.rglob("*") if path.is_file() and "images" not in path.parts}


def test_without_chromium_all_else_is_written(
    tmp_path: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    monkeypatch.setenv("PATH", str(tmp_path))
    told: list[str] = []
    with running(sqlite_store, project(tmp_path)) as bench:
        export(bench.studio, bench.studio.start, tmp_path / "out", tell=told.append)

    assert told == [NO_PICTURES]
    assert (tmp_path / "out" / "views" / "index.html").exists()
    assert list(tmp_path.glob("out/views/*.png")) == []


def test_the_command_writes_all_of_it(
    tmp_path: Path, sqlite_store: Store, publisher: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    monkeypatch.chdir(tmp_path)
    project(tmp_path)

    ran = publisher("preview", "weekly", "--out", "shown", "--last", "2", "--json")

    assert ran.status == 0, ran.err
    names = {Path(path).name for path in ran.json["files"]}
    assert {"phone-dark.png", "headers.txt", "index.html", "2-mastodon.txt"} <= names
    assert all((tmp_path / path).is_file() for path in ran.json["files"])


def test_a_page_that_attacks_is_drawn_and_does_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Canvas.new("RGB", (300, 300), (255, 0, 0)).save(secret)
    page = (
        f'<html><head></head><body style="margin:0;background:#fff"><img src="{secret.as_uri()}">'
        '<script>document.body.style.background = "#f00"</script>'
        '<iframe src="file:///etc/passwd"></iframe><p>Drawn</p></body></html>'
    )

    drawn = picture(screenshot(page, width=375))

    assert drawn.width == 375
    assert (255, 0, 0) not in {colour for _, colour in drawn.getcolors(1 << 20) or ()}


def test_the_browser_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not `tmp_path`: Chromium ends at once where the path of its socket is longer than a socket's may be.
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr("tempfile.tempdir", folder)
        screenshot("<p>Once</p>", width=375)
        with devtools.Chromium() as chromium:
            pid = chromium.process
            assert "Chrome" in chromium.ask("Browser.getVersion")["product"]

        assert gone(pid)
        assert list(Path(folder).iterdir()) == []


@pytest.fixture
def site() -> Iterator[Loopback]:
    """A site of three reviews with a feed."""
    with loopback() as loop:
        items = "".join(
            f"<item><title>{title} review</title><link>{loop.url}/{n}</link><guid>{n}</guid>"
            f"<pubDate>Wed, 1{4 - n} May 2031 12:00:00 GMT</pubDate><description><![CDATA["
            + "".join(f"<p>{row.format(title=title)}</p>" for row in TEXT)
            + "]]></description></item>"
            for n, title in enumerate(FILMS[:3])
        )
        feed = f'<rss version="2.0"><channel><title>Lantern</title><link>{loop.url}</link>{items}</channel></rss>'
        loop.put("/feed.xml", feed, "application/rss+xml")
        yield loop


def test_try_opens_the_studio_and_leaves_nothing_but_its_files(
    browser: Browser, tmp_path: Path, site: Loopback
) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    environment.pop("PUBLISHER_CONFIG", None)
    (tmp_path / "tmp").mkdir()
    tried = subprocess.Popen(
        [Path(sys.executable).with_name("publisher"), "try", f"{site.url}/feed.xml"],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert tried.stdout
        said = next(line for line in tried.stdout if line.startswith("studio: "))
        page = browser.new_page()
        page.goto(said.split()[1])
        expect(page.frame_locator("#mail").locator("h2").first).to_contain_text(FILMS[0])
        page.locator("#item-review0, .item .title").first.focus()
        page.keyboard.press("Shift+J")
        expect(page.locator("#items .title b").first).to_have_text(FILMS[1])
        page.close()
    finally:
        tried.send_signal(signal.SIGINT)
        _, wrong = tried.communicate(timeout=20)

    assert tried.returncode == 0, wrong
    assert "Traceback" not in wrong
    assert [path.name for path in tmp_path.iterdir() if path.name != "tmp"] == ["try-127.0.0.1"]
    assert list((tmp_path / "tmp").iterdir()) == []
