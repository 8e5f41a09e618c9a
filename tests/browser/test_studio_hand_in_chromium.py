"""The editor's hand in the studio: what is approved is what she saw, her place is kept, keys do what they say."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect
from tests.studios import FILMS, Bench, fill, invented, project, running

from publisher.editorial.edition import Hand
from publisher.model import EditionState, Film
from publisher.store.engine import Store

pytestmark = pytest.mark.browser
MORE = 8


@pytest.fixture
def bench(tmp_path: Path, sqlite_store: Store) -> Iterator[Bench]:
    more = [invented(n, film=Film(title=f"{FILMS[n % 4]} {n}", year=2030)) for n in range(4, MORE)]
    fill(sqlite_store, *more)
    with running(sqlite_store, project(tmp_path)) as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def window(context: BrowserContext, bench: Bench) -> Callable[..., Page]:
    """Opens a window of the studio; a script error fails the test."""

    def opened(path: str = "e/weekly") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(bench.base + path)
        expect(page.frame_locator("#mail").locator("h1").first).to_be_visible()
        return page

    return opened


def slow(page: Page, path: str, *, seconds: float = 1.5, lost: bool = False) -> None:
    """Delay the first request to this path on the line; `lost`: the studio gets it, and its answer never comes."""
    left = [1]
    waiting = threading.Event()

    def delayed(route: Route) -> None:
        if not left:
            route.continue_()
            return
        left.clear()
        waiting.wait(seconds)
        if lost:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(path), delayed)


def yes(page: Page, after_ms: int = 0) -> None:
    def answer(dialog: Dialog) -> None:
        if after_ms:
            threading.Event().wait(after_ms / 1000)
        dialog.accept()

    page.on("dialog", answer)


def hand(bench: Bench) -> Hand:
    return Hand.from_record(bench.edition().hand)


# What is approved is what she saw


@pytest.mark.parametrize("wait", [0, 400, 1500])
@pytest.mark.parametrize("field", ["subject", "preheader", "note"])
def test_words_that_are_being_typed_are_approved_with_the_edition(
    window: Callable[..., Page], bench: Bench, field: str, wait: int
) -> None:
    page = window()
    yes(page, wait)
    page.locator(f"#{field}").fill("A week of still water")

    page.locator("#approve").click()

    expect(page.locator("#reopen")).to_be_visible()
    stored = bench.edition()
    assert stored.state is EditionState.APPROVED
    assert stored.approved_hash == stored.content_hash
    assert getattr(hand(bench), field) == "A week of still water"
    assert "A week of still water" in (bench.html() + stored.content["subject"])


def test_an_approval_waits_for_the_words_on_a_slow_line(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    yes(page)
    slow(page, "/do/words/")
    page.locator("#subject").fill("Typed on a slow line")

    page.locator("#approve").click()

    expect(page.locator("#reopen")).to_be_visible(timeout=20_000)
    assert bench.edition().content["subject"] == "Typed on a slow line"


def test_a_lost_answer_approves_nothing_and_stays_said(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    yes(page)
    slow(page, "/do/words/", seconds=0.3, lost=True)
    page.locator("#subject").fill("Lost on its way")

    page.locator("#approve").click()

    expect(page.locator("#refusal")).to_contain_text("“Approve A” was not done")
    page.wait_for_timeout(6000)
    expect(page.locator("#refusal")).to_be_visible()
    expect(page.locator("#subject")).to_have_value("Lost on its way")
    assert bench.edition().state is not EditionState.APPROVED
    page.get_by_role("button", name="Understood").click()
    expect(page.locator("#refusal")).to_be_hidden()


def test_what_another_window_changed_meanwhile_is_not_approved_unseen(
    window: Callable[..., Page], bench: Bench
) -> None:
    page = window()
    page.route("**/live", lambda route: route.abort())
    page.reload()
    other = window()
    yes(page)
    other.keyboard.press("j")
    other.keyboard.press("x")
    expect(other.locator("#said")).to_contain_text("left out")
    page.bring_to_front()
    page.locator("#note").fill("Eight films")

    page.locator("#approve").click()

    expect(page.locator("#refusal")).to_contain_text("changed since you looked")
    assert bench.edition().state is not EditionState.APPROVED
    page.locator("#approve").click()
    expect(page.locator("#reopen")).to_be_visible()


def test_a_false_quote_holds_the_approval_and_stays_in_its_field(window: Callable[..., Page], bench: Bench) -> None:
    page = window("e/weekly?item=review0")
    yes(page)
    page.locator("#quote").fill("A masterpiece for the ages")

    page.locator("#approve").click()

    expect(page.locator("#refusal")).to_contain_text("“Approve A” was not done")
    expect(page.locator("#quote")).to_have_value("A masterpiece for the ages")
    assert bench.edition().state is not EditionState.APPROVED


def test_a_test_has_the_words_that_are_being_typed(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    slow(page, "/do/words/")
    page.locator("#subject").fill("The subject that I typed")

    page.locator("#test").click()
    page.locator("#to").fill("me@lantern.example")
    page.get_by_role("button", name="Send the test").click()

    expect(page.locator("#said")).to_contain_text("A test went to me@lantern.example")
    (sent,) = (bench.folder / "outbox").glob("*.eml")
    assert b"The subject that I typed" in sent.read_bytes()


def test_a_download_has_the_words_that_are_being_typed(window: Callable[..., Page]) -> None:
    page = window()
    slow(page, "/do/words/")
    page.locator("#subject").fill("Downloaded as typed")

    page.locator("#download").click()
    with page.expect_download() as found:
        page.get_by_role("link", name="Message").click()

    assert b"Downloaded as typed" in found.value.path().read_bytes()


# She keeps her place


def top_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("e => e.getBoundingClientRect().top"))


def scroll_list(page: Page) -> None:
    page.mouse.move(160, 600)
    page.mouse.wheel(0, 500)
    page.wait_for_function("document.getElementById('left').scrollTop > 200")
    page.wait_for_timeout(200)


@pytest.mark.parametrize("by", ["click", "key"])
def test_the_list_stays_where_it_is_and_the_mail_shows_the_review(window: Callable[..., Page], by: str) -> None:
    page = window()
    scroll_list(page)
    name = "#item-review5"
    before = top_of(page, name)

    page.locator(name).click() if by == "click" else page.locator(name).press("Enter")
    expect(page.locator(name)).to_have_attribute("aria-expanded", "true")
    assert abs(top_of(page, name) - before) <= 40 or by == "key"
    expect(page.locator(name)).to_be_in_viewport()
    item = page.frame_locator("#mail").locator('a[href="https://lantern.example/post/5"]').first
    expect(item).to_be_in_viewport()
    option = page.locator(".option[aria-pressed=false]").first
    option.scroll_into_view_if_needed()
    before = top_of(page, name)
    option.click()
    expect(page.locator("#said")).to_contain_text("Quote")

    assert abs(top_of(page, name) - before) <= 40


def test_a_click_in_the_mail_opens_the_review(window: Callable[..., Page]) -> None:
    page = window()

    page.frame_locator("#mail").get_by_text("Nine Small Bells 6").first.click()

    expect(page.locator("#item-review6")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#item-review6")).to_be_in_viewport()


# Keys


@pytest.mark.parametrize("field", ["subject", "preheader", "note"])
def test_escape_takes_back_what_was_typed(window: Callable[..., Page], bench: Bench, field: str) -> None:
    page = window()
    before = page.locator(f"#{field}").input_value()

    page.locator(f"#{field}").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Not this one")
    page.keyboard.press("Escape")

    expect(page.locator(f"#{field}")).to_have_value(before)
    page.reload()
    expect(page.locator(f"#{field}")).to_have_value(before)
    assert hand(bench) == Hand()


def test_t_puts_the_cursor_into_the_box_of_the_test(window: Callable[..., Page]) -> None:
    page = window()

    page.keyboard.press("t")
    expect(page.locator("#to")).to_be_focused()
    page.keyboard.type("jaxftu@lantern.example")

    expect(page.locator("#to")).to_have_value("jaxftu@lantern.example")


def test_what_is_typed_while_the_words_before_are_saved_is_not_lost(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    slow(page, "/do/words/", seconds=0.6)
    page.locator("#subject").fill("First words")
    page.locator("#note").click()
    page.keyboard.type("just a fine text with every key: jkxfwcltnepqsu", delay=40)

    expect(page.locator("#note")).to_have_value("just a fine text with every key: jkxfwcltnepqsu")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("note is saved")
    assert (hand(bench).subject, hand(bench).excluded) == ("First words", ())


def test_without_scripts_words_are_saved_by_a_button(browser: Browser, bench: Bench) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(bench.base + "e/weekly")
    page.locator("#subject").fill("By form alone")
    page.get_by_role("button", name="Save the subject").click()

    expect(page.locator("#subject")).to_have_value("By form alone")
    assert hand(bench).subject == "By form alone"
    context.close()
