"""Every view of the studio: nothing hostile runs in it or breaks it, and everybody can use it.

What is only looked at shares one studio and one window for each way of looking.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from tests.databases import prepared_store
from tests.studios import Bench, fill, invented, project, running

from publisher.model import Availability, Block, Film, Rating
from publisher.web.studio.view import SHOWS

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCRIPT = '"><script>window.top.ran = 1</script><img src=x onerror="window.top.ran = 1">'


@pytest.fixture(scope="module")
def quiet(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A studio that nobody changes."""
    folder = tmp_path_factory.mktemp("quiet")
    store = prepared_store(sqlite_template, folder)
    fill(store)
    with running(store, project(folder)) as found:
        yield found
    store.close()


@pytest.fixture(scope="module")
def hostile(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Reviews whose every field attacks, and a picture of ten megabytes."""
    folder = tmp_path_factory.mktemp("hostile")
    store = prepared_store(sqlite_template, folder)
    texts = [
        "x" * 300,
        f"</style></head>{SCRIPT}",
        f"<!--[if mso]>{SCRIPT}<![endif]-->",
        "Left \u202eright\u202c {{ 7*7 }} \u2066",
    ]
    attacks = [
        invented(
            10 + n,
            headline=text,
            film=Film(title=text, year=1999),
            authors=(text, SCRIPT),
            rating=Rating(value=SCRIPT, best="A"),
            availability=(Availability(platform=text, region=SCRIPT),),
            excerpt=SCRIPT + text,
            blocks=(Block(kind="paragraph", text=f"{text} {SCRIPT} is a quiet and deeply felt film about a promise."),),
        )
        for n, text in enumerate(texts)
    ]
    file = project(folder)
    (folder / "stills" / "10.jpg").write_bytes(b"\xff\xd8\xff" + b"\0" * 10_000_000)
    fill(store, *attacks, count=1)
    with running(store, file) as found:
        yield found
    store.close()


@pytest.fixture(scope="module", params=[1440, 375])
def seen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window of a desk's and of a phone's width."""
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("show", SHOWS)
def test_hostile_reviews_neither_run_nor_break_the_layout(seen: Page, hostile: Bench, show: str) -> None:
    width = seen.viewport_size["width"] if seen.viewport_size else 0
    seen.goto(f"{hostile.base}e/weekly?show={show}&item=review10&width={'phone' if width < 500 else 'desktop'}")
    seen.wait_for_load_state("load")

    assert seen.evaluate("new Promise(done => setTimeout(() => done(window.ran), 50))") is None
    assert seen.evaluate("document.documentElement.scrollWidth") == width
    assert seen.locator("#stage script, #left script, #right script, #stage [onerror]").count() == 0
    if show == "email":
        frame = seen.frames[1]
        assert frame.evaluate("document.documentElement.scrollWidth") <= frame.evaluate("innerWidth")


@pytest.fixture(scope="module", params=["light", "dark", "forced"])
def coloured(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[BrowserContext, str]]:
    """Windows of an editor who prefers light or dark, or whose browser darkens every page."""
    scheme = "dark" if request.param == "dark" else "light"
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    yield context, request.param
    context.close()


@pytest.mark.parametrize("show", SHOWS)
def test_axe_finds_nothing(coloured: tuple[BrowserContext, str], quiet: Bench, show: str) -> None:
    context, scheme = coloured
    page = context.new_page()
    if scheme == "forced":
        context.new_cdp_session(page).send("Emulation.setAutoDarkModeOverride", {"enabled": True})
    try:
        page.goto(f"{quiet.base}e/weekly?show={show}&scheme={scheme}&item=review0")
        page.wait_for_load_state("load")
        for details in page.locator("#right details").all():
            details.evaluate("e => { e.open = true }")
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    finally:
        page.close()

    assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == []
