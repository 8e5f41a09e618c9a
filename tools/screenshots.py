"""Pictures of the digest in Chromium: wide and narrow, light, dark and forced dark, with pictures and without.

    python tools/screenshots.py [--out docs/images] [--layout classic] [--all]
"""

import argparse
import io
from pathlib import Path

from PIL import Image as Canvas
from playwright.sync_api import Browser, Page, Route, sync_playwright

from publisher.formatters import digest
from tools import specimen

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--font-render-hinting=none",
]
NEVER_SENT = {"__slot_email_": "ann@reader.example", "__slot_name_": "Ann"}


def open_page(browser: Browser, html: str, *, width: int, dark: bool = False, forced: bool = False,
              images: bool = True, scale: int = 1) -> Page:
    """A page that shows the email offline, its pictures drawn or refused."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", device_scale_factor=scale
    )
    page = context.new_page()
    if forced:
        context.new_cdp_session(page).send("Emulation.setAutoDarkModeOverride", {"enabled": True})
    stills: dict[str, bytes] = {}

    def answer(route: Route) -> None:
        url = route.request.url
        if url == "https://mail.example/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif images and "/stills/" in url:
            name = url.rpartition("/")[2]
            route.fulfill(body=stills.setdefault(name, specimen.still(name)), content_type="image/jpeg")
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto("https://mail.example/")
    return page


def stripped_for_gmail(html: str) -> str:
    """The email without its own dark colours, as an app sees it that inverts by itself."""
    import re

    html = re.sub(r"<meta name=\"(?:supported-)?color-schemes?\"[^>]*>", "", html)
    html = re.sub(r"@media \(prefers-color-scheme:dark\) \{(?:[^{}]*\{[^{}]*\})*\s*\}", "", html)
    return html.replace("color-scheme:light dark; supported-color-schemes:light dark;", "")


def main() -> None:
    """Write the pictures."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--out", type=Path, default=Path("docs/images"))
    ask.add_argument("--layout", default="classic")
    ask.add_argument("--all", action="store_true")
    said = ask.parse_args()
    said.out.mkdir(parents=True, exist_ok=True)
    email = digest.render(
        specimen.edition(), config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=None, layout=said.layout
    )
    html = email.html
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for width in (600, 375):
            for mode in ("light", "dark", "forced"):
                for images in (True, False):
                    page = open_page(browser, stripped_for_gmail(html) if mode == "forced" else html, width=width,
                                     dark=mode == "dark", forced=mode == "forced", images=images)
                    data = page.screenshot(full_page=True)
                    name = f"digest-{said.layout}-{width}-{mode}{'' if images else '-no-images'}.png"
                    picture = Canvas.open(io.BytesIO(data)).convert("RGB").quantize(128)
                    picture.save(said.out / name, optimize=True)
                    page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
