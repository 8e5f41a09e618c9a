"""Chromium for looking at emails: offline, with the pictures of the invented edition or none."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Playwright, Route
from tools import specimen

ARGUMENTS = [
    *(["--no-sandbox"] if os.geteuid() == 0 else []),  # root cannot have one
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--font-render-hinting=none",
]
ADDRESS = "https://mail.example/"
MODES = ("light", "dark", "forced")
_META = re.compile(r'<meta name="(?:supported-)?color-schemes?"[^>]*>')
_OWN_DARK = re.compile(r"@media \(prefers-color-scheme:dark\) \{(?:[^{}]*\{[^{}]*\})*\s*\}")
_SCHEME = "color-scheme:light dark; supported-color-schemes:light dark;"
_stills: dict[str, bytes] = {}


def program() -> str | None:
    """The path of the system's Chromium; None leaves it to Playwright."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def launch(play: Playwright) -> Browser:
    """The system's Chromium."""
    return play.chromium.launch(executable_path=program(), args=ARGUMENTS)


def inverted_by_the_app(html: str) -> str:
    """The email as an app sees it that knows no dark colours of ours and inverts by itself, like Gmail's."""
    return _OWN_DARK.sub("", _META.sub("", html)).replace(_SCHEME, "")


@contextmanager
def show(
    browser: Browser, html: str, *, width: int, mode: str = "light", images: bool = True, scale: int = 1
) -> Iterator[Page]:
    """A page that shows the email: `mode` is light, dark (its own colours) or forced (inverted by the app)."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if mode == "dark" else "light",
        device_scale_factor=scale,
    )
    try:
        page = context.new_page()
        if mode == "forced":
            context.new_cdp_session(page).send("Emulation.setAutoDarkModeOverride", {"enabled": True})
        document = inverted_by_the_app(html) if mode == "forced" else html
        page.route("**/*", lambda route: _answer(route, document, images=images))
        page.goto(ADDRESS)
        yield page
    finally:
        context.close()


def _answer(route: Route, document: str, *, images: bool) -> None:
    url = route.request.url
    if url == ADDRESS:
        route.fulfill(body=document, content_type="text/html; charset=utf-8")
    elif images and "/stills/" in url:
        name = url.rpartition("/")[2]
        if name not in _stills:
            _stills[name] = specimen.still(name)
        route.fulfill(body=_stills[name], content_type="image/jpeg")
    else:
        route.abort()
