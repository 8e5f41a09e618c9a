"""Pages as pictures, drawn by the Chromium of this machine with scripts and the network shut off."""

import base64
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from publisher.newsroom.editions.devtools import Chromium

TALLEST = 20_000
WINDOW = 900
# Pictures are in the page itself; nothing else is loaded, and nothing runs.
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    'img-src data:">'
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """A page to draw: whole, `width` pixels wide."""

    page: str
    width: int


def screenshot(page: str, *, width: int) -> bytes:
    """The whole page as PNG, `width` pixels wide; raises `PublisherError` where there is no Chromium."""
    return next(screenshots([Shot(page=page, width=width)]))


def screenshots(shots: Iterable[Shot]) -> Iterator[bytes]:
    """Each page as PNG, all drawn by one browser; raises `PublisherError` where there is none."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="publisher-page-")))
        chromium = stack.enter_context(Chromium())
        target = chromium.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = chromium.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        chromium.ask("Emulation.setScriptExecutionDisabled", {"value": True}, session=session)
        chromium.ask("Page.enable", session=session)
        for shot in shots:
            source = folder / "page.html"
            source.write_text(_shut(shot.page), encoding="utf-8")
            yield _drawn(chromium, session, source, shot.width)


def _drawn(chromium: Chromium, session: str, source: Path, width: int) -> bytes:
    window = {"width": width, "height": WINDOW, "deviceScaleFactor": 1, "mobile": False}
    chromium.ask("Emulation.setDeviceMetricsOverride", window, session=session)
    chromium.ask("Page.navigate", {"url": source.as_uri()}, session=session)
    chromium.wait("Page.loadEventFired", session=session)
    height = chromium.ask("Page.getLayoutMetrics", session=session)["cssContentSize"]["height"]
    clip = {"x": 0, "y": 0, "width": width, "height": min(max(height, 1), TALLEST), "scale": 1}
    asked = {"format": "png", "captureBeyondViewport": True, "clip": clip}
    return base64.b64decode(chromium.ask("Page.captureScreenshot", asked, session=session)["data"])


def _shut(page: str) -> str:
    head, mark, rest = page.partition("<head>")
    return f"{head}{mark}{POLICY}{rest}" if mark else POLICY + page
