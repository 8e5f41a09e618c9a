"""A page as a picture, drawn by the Chromium of this machine with the network shut off.

The page stands in a frame of the width asked for: Chromium's own window is never narrower than 500 px, and a phone's
rules would not apply in it.
"""

import html
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from publisher.errors import PublisherError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TALLEST = 8000
SECONDS = 30
TRIES = 3
ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Without root a container has no user namespaces, and nothing in the frame may run anyway.
    "--no-sandbox",
)


def browser() -> str | None:
    """The path of Chromium, where there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def screenshot(page: str, *, width: int) -> bytes:
    """The whole page as PNG, `width` pixels wide; raises `PublisherError` where there is no Chromium."""
    program = browser()
    if program is None:
        raise PublisherError("pictures of a page need Chromium", do="install the package chromium")
    frame = (
        "<!DOCTYPE html><style>html,body{margin:0;background:#fff}iframe{border:0;display:block}</style>"
        f'<iframe sandbox width="{width}" height="{TALLEST}" scrolling="no" srcdoc="{html.escape(page)}"></iframe>'
    )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(frame, encoding="utf-8")
        command = [
            program,
            *ARGUMENTS,
            f"--user-data-dir={folder}/profile",
            f"--window-size={max(width, 500)},{TALLEST}",
            f"--screenshot={target}",
            source.as_uri(),
        ]
        # A busy machine may take the picture before the frame is drawn.
        for _ in range(TRIES):
            drawn = _trimmed(_taken(command, target), width)
            if drawn is not None:
                return drawn
    raise PublisherError("Chromium drew an empty page")


def _taken(command: list[str], target: Path) -> bytes:
    try:
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own arguments
        return target.read_bytes()
    except (subprocess.SubprocessError, OSError) as error:
        raise PublisherError("Chromium could not draw the page") from error


def _trimmed(data: bytes, width: int) -> bytes | None:
    """The picture without the room beside and below the page; None where nothing is drawn."""
    with Image.open(BytesIO(data)) as opened:
        image = opened.convert("RGB").crop((0, 0, width, opened.height))
    ground = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    box = ImageChops.difference(image, ground).getbbox()
    if box is None:
        return None
    image = image.crop((0, 0, width, min(box[3] + 24, image.height)))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
