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
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own arguments
            data = target.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise PublisherError("Chromium could not draw the page") from error
    return _trimmed(data, width)


def _trimmed(data: bytes, width: int) -> bytes:
    """The picture without the room beside and below the page."""
    with Image.open(BytesIO(data)) as opened:
        image = opened.convert("RGB").crop((0, 0, width, opened.height))
    ground = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    box = ImageChops.difference(image, ground).getbbox()
    image = image.crop((0, 0, width, min(box[3] + 24, image.height) if box else image.height))
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
