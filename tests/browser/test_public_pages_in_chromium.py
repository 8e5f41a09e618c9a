"""The pages for readers as they see them: on a phone and a desktop, by day and by night, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from tests.publicsite import ANN, join, pages_of, public_site, sent, state, token_of

from publisher.newsroom.app import App
from publisher.store.engine import Store
from publisher.store.people import suppressions

pytestmark = pytest.mark.slow
SIZES = [(375, 667), (1280, 800)]
SMALLEST_TARGET = 24


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    return public_site(tmp_path, sqlite_store)


@pytest.fixture
def base(app: App) -> Iterator[str]:
    with pages_of(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(browser: Browser, scheme: str) -> Iterator[BrowserContext]:
    """Her browser, which runs no script of a page."""
    context = browser.new_context(java_script_enabled=False, color_scheme=scheme)  # type: ignore[arg-type]
    yield context
    context.close()


def troubles(browser: Browser, url: str, scheme: str, width: int, height: int) -> list[str]:
    """What axe and a ruler find on a page."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    found = [f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]
    found += _sizes(page, width)
    context.close()
    return found


def _sizes(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{wide} px wide"] if wide > width else []
    for each in page.locator("button, input[type=checkbox]").all():
        box = each.bounding_box()
        if box is None or min(box["width"], box["height"]) < SMALLEST_TARGET:
            found.append(f"a small target: {box}")
    return found


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("shut", [False, True])
def test_axe_finds_nothing_on_any_page(
    browser: Browser, app: App, base: str, scheme: str, width: int, height: int, shut: bool
) -> None:
    token = token_of(app, join(app, "weekly", "daily"))
    if shut:
        with app.store.write() as db:
            suppressions.suppress(db, ANN, reason="bounced", now=app.now())
    for path in ("/", f"/u/{token}", f"/p/{token}", "/nothing-here", "/u/forged"):
        assert troubles(browser, base + path, scheme, width, height) == [], path


def test_a_public_copy_of_an_edition_is_sound(browser: Browser, app: App, base: str, scheme: str) -> None:
    join(app, "weekly")
    view = sent(app, "edition")["v"]

    assert troubles(browser, f"{base}/v/{view}", scheme, *SIZES[0]) == []


def test_a_reader_chooses_what_she_gets_without_scripts(app: App, base: str, reader: BrowserContext) -> None:
    token = token_of(app, join(app, "weekly"))
    page = reader.new_page()
    page.goto(f"{base}/p/{token}")
    assert page.get_by_label("The Weekly Lantern").is_checked()
    assert not page.get_by_label("Festival Dispatches").is_checked()

    page.get_by_text("Festival Dispatches").click()
    page.get_by_label("The Weekly Lantern").uncheck()
    page.get_by_role("button", name="Save").click()

    assert page.get_by_role("status").inner_text() == "Saved. You get Festival Dispatches."
    assert page.get_by_label("Festival Dispatches").is_checked()
    assert (state(app, "weekly"), state(app, "festival")) == ("unsubscribed", "confirmed")


def test_a_reader_leaves_and_comes_back_by_her_own_link(app: App, base: str, reader: BrowserContext) -> None:
    token = token_of(app, join(app, "weekly"))
    page = reader.new_page()
    page.goto(f"{base}/u/{token}")

    page.get_by_role("button", name="Unsubscribe").click()
    assert page.get_by_role("heading", name="You have left The Weekly Lantern").is_visible()
    assert state(app, "weekly") == "unsubscribed"

    page.get_by_role("link", name="Choose what you get").click()
    page.get_by_label("The Weekly Lantern").check()
    page.get_by_role("button", name="Save").click()
    assert state(app, "weekly") == "confirmed"
