"""Pictures of the digest in Chromium: 600 and 375 px, light, dark and forced dark, with pictures and without.

    python -m tools.screenshots [--out docs/images] [--layout classic]

Without --layout, the few that the documentation shows; with it, all views of that layout.
"""

import argparse
import io
from pathlib import Path

from PIL import Image as Canvas
from playwright.sync_api import sync_playwright
from tools import chromium, specimen

from publisher.formatters.email import digest

View = tuple[str, str, int, str, bool, int]

# What the documentation shows: name, layout, width, mode, images, and the height that is worth showing.
SHOWN: tuple[View, ...] = (
    ("digest-light", "classic", 600, "light", True, 1900),
    ("digest-dark", "classic", 600, "dark", True, 1900),
    ("digest-phone-light", "classic", 375, "light", True, 1500),
    ("digest-phone-dark", "classic", 375, "dark", True, 1500),
    ("digest-phone-forced-dark", "classic", 375, "forced", True, 1500),
    ("digest-phone-no-images", "classic", 375, "light", False, 1500),
    ("digest-picture", "picture", 600, "light", True, 1900),
    ("digest-text-first", "text-first", 600, "light", True, 1900),
)
PAPER_COLOURS = 224


def main() -> None:
    """Write the pictures and print their paths."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--out", type=Path, default=Path("docs/images"))
    ask.add_argument("--layout", choices=digest.LAYOUTS, help="all views of one layout")
    said = ask.parse_args()
    said.out.mkdir(parents=True, exist_ok=True)
    views = SHOWN if said.layout is None else _all_views(said.layout)
    with sync_playwright() as play:
        browser = chromium.launch(play)
        for name, layout, width, mode, images, height in views:
            with chromium.show(browser, _html(layout), width=width, mode=mode, images=images) as page:
                data = page.screenshot(full_page=True)
            path = said.out / f"{name}.png"
            _save(data, path, height)
            print(path)
        browser.close()


def _all_views(layout: str) -> tuple[View, ...]:
    return tuple(
        (f"digest-{layout}-{width}-{mode}{'' if images else '-no-images'}", layout, width, mode, images, 0)
        for width in (600, 375)
        for mode in chromium.MODES
        for images in (True, False)
    )


def _html(layout: str) -> str:
    email = digest.render(
        specimen.edition(), config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=None, layout=layout
    )
    return email.html.replace(email.merge_fields["email"], "ann@reader.example")


def _save(data: bytes, path: Path, height: int) -> None:
    picture = Canvas.open(io.BytesIO(data)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(height or picture.height, picture.height)))
    picture.quantize(PAPER_COLOURS, dither=Canvas.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
