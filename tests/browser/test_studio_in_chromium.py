"""The studio as an editor uses it: keys, dragging, two windows, reloads, broken templates, hostile words."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image as Canvas
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.studios import Bench, fill, project, running
from tools import chromium

from publisher.editorial.edition import Hand
from publisher.model import EditionState
from publisher.newsroom.editions.editing import set_note
from publisher.newsroom.pool.reviewing import correct
from publisher.store.engine import Store
from publisher.store.pool import reviews

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def bench(tmp_path: Path, sqlite_store: Store) -> Iterator[Bench]:
    fill(sqlite_store)
    with running(sqlite_store, project(tmp_path)) as found:
        yield found


@pytest.fixture
def context(browser: Browser, bench: Bench) -> Iterator[BrowserContext]:
    """Windows that can reach nothing but the studio; what else they ask for is written down and must be nothing."""
    elsewhere: list[str] = []

    def only_here(route: Route) -> None:
        if route.request.url.startswith(bench.base):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(10_000)
    opened.route("**/*", only_here)
    yield opened
    opened.close()
    assert [url for url in elsewhere if not url.startswith(("data:", "about:"))] == []


@pytest.fixture
def window(context: BrowserContext, bench: Bench) -> Callable[..., Page]:
    """Opens a window of the studio at a path; a script error fails the test."""

    def opened(path: str = "e/weekly") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto(bench.base + path)
        return page

    return opened


def titles(page: Page) -> list[str]:
    return page.locator("#items .title b").all_inner_texts()


def mail(page: Page) -> str:
    return page.frame_locator("#mail").locator("body").inner_text()


def hand(bench: Bench) -> Hand:
    return Hand.from_record(bench.edition().hand)


def said(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


# Order


def test_a_review_is_dragged_by_its_handle(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    handle = page.locator("#handle-review0").bounding_box()
    last = page.locator(".item[data-id=review2]").bounding_box()
    assert handle
    assert last

    page.mouse.move(handle["x"] + 8, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, last["y"] + last["height"] - 6, steps=8)
    page.mouse.up()

    said(page, "order is changed")
    assert titles(page) == ["Paper Harbour", "Nine Small Bells", "The Salt Road", "A Borrowed Orchard"]
    assert bench.films() == titles(page)
    assert "Paper Harbour" in mail(page).split("By Ada Quill")[0]


def test_a_review_is_moved_by_arrow_keys_and_keeps_the_focus(window: Callable[..., Page], bench: Bench) -> None:
    page = window()

    page.locator("#handle-review0").focus()
    page.keyboard.press("ArrowDown")
    said(page, "order is changed")
    expect(page.locator("#handle-review0")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#items .title b").nth(2)).to_have_text("The Salt Road")
    expect(page.locator("#handle-review0")).to_be_focused()
    expect(page.locator("#handle-review0")).to_have_attribute(
        "aria-label", "Move The Salt Road, 3 of 4: up and down keys"
    )

    assert bench.films()[2] == "The Salt Road"


def test_single_keys_choose_move_lead_and_leave_out(window: Callable[..., Page], bench: Bench) -> None:
    page = window()

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#item-review1")).to_be_focused()
    page.keyboard.press("Shift+J")
    expect(page.locator("#items .title b").nth(2)).to_have_text("Paper Harbour")
    expect(page.locator("#item-review1")).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator("#items .title b").first).to_have_text("Paper Harbour")
    expect(page.locator("#item-review1")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#include-review1")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#items .title b").first).to_have_text("Paper Harbour")

    assert hand(bench).excluded == ()
    assert bench.films()[0] == "Paper Harbour"


def test_what_was_left_out_is_put_back_and_what_was_undone_is_made_again(
    window: Callable[..., Page], bench: Bench
) -> None:
    page = window("e/weekly?item=review1")

    page.get_by_role("button", name="Leave out").first.click()
    said(page, "Paper Harbour is left out")
    page.locator("#include-review1").click()
    said(page, "Paper Harbour is back")
    assert titles(page)[1] == "Paper Harbour"
    page.get_by_role("button", name="Put first").click()
    expect(page.locator("#items .title b").first).to_have_text("Paper Harbour")
    page.locator("#undo").click()
    expect(page.locator("#items .title b").first).to_have_text("The Salt Road")
    page.locator("h2").first.click()
    page.keyboard.press("Shift+U")
    expect(page.locator("#items .title b").first).to_have_text("Paper Harbour")

    assert bench.films()[0] == "Paper Harbour"


# Words and quotes


def test_subject_preheader_and_note_are_edited_and_undone(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    first = page.locator("#subject").input_value()

    page.keyboard.press("e")
    page.keyboard.type("Salt, bells and paper")
    page.keyboard.press("Enter")
    said(page, "subject is saved")
    page.locator("#preheader").fill("Three harbours and a quiet road.")
    page.locator("#preheader").blur()
    said(page, "preheader is saved")
    page.locator("#note").fill("See the **quiet** one.\n\n— Ada")
    page.keyboard.press("Control+Enter")
    said(page, "note is saved")
    expect(page.frame_locator("#mail").locator("strong")).to_have_text("quiet")

    assert hand(bench).subject == "Salt, bells and paper"
    assert hand(bench).preheader == "Three harbours and a quiet road."
    page.locator("h2").first.click()
    for step in ("note", "preheader", "subject"):
        page.locator("#undo").click()
        said(page, f"Taken back: {step}")
    expect(page.locator("#subject")).to_have_value(first)
    assert hand(bench) == Hand()


def test_a_listed_quote_is_picked(window: Callable[..., Page], bench: Bench) -> None:
    page = window("e/weekly?item=review0")
    other = page.locator(".option[aria-pressed=false]").first
    line = other.inner_text().split("”")[0].strip("“ ")

    other.click()

    said(page, "Quote:")
    expect(page.frame_locator("#mail").locator("body")).to_contain_text(line[:40])
    assert hand(bench).picks["review0"].startswith(line[:40])


def test_a_typed_quote_is_proven_while_it_is_typed(window: Callable[..., Page], bench: Bench) -> None:
    page = window("e/weekly?item=review0")
    field = page.locator("#quote")

    field.fill("A masterpiece for the ages")
    expect(page.locator("#checked .wrong")).to_be_visible()
    field.fill("It is a film that trusts its silences")
    expect(page.locator("#checked .right")).to_be_visible()
    page.keyboard.press("Control+Enter")

    expect(page.frame_locator("#mail").locator("body")).to_contain_text("“It is a film that trusts its silences”")
    assert hand(bench).picks == {"review0": "It is a film that trusts its silences"}


def test_every_field_of_a_review_is_corrected_here(window: Callable[..., Page]) -> None:
    page = window("e/weekly?item=review0")

    page.locator("#field-film").fill("The Salted Road")
    page.locator("#field-rating").fill("2/5")
    page.get_by_role("button", name="Correct for good").click()

    said(page, "Corrected for good: film, rating")
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Salted Road")
    page.get_by_role("button", name="Film: back to the source’s").click()
    expect(page.locator("#field-film")).to_have_value("The Salt Road")


def test_a_layout_is_chosen_by_key(window: Callable[..., Page], bench: Bench) -> None:
    page = window()

    page.keyboard.press("l")

    expect(page.locator("#layout-picture")).to_have_attribute("aria-pressed", "true")
    assert hand(bench).layout == "picture"


# Views


def test_views_change_by_key_and_each_has_its_address(window: Callable[..., Page]) -> None:
    page = window()

    page.keyboard.press("w")
    expect(page.locator("#width-tablet")).to_have_attribute("aria-current", "true")
    page.keyboard.press("w")
    page.wait_for_url("**width=phone*")
    assert page.locator("#mail").bounding_box()["width"] == 375  # type: ignore[index]
    page.keyboard.press("c")
    page.wait_for_url("**scheme=dark*")
    page.keyboard.press("3")
    page.wait_for_url("**show=text*")
    page.go_back()
    page.wait_for_url("**scheme=dark*")
    expect(page.locator("#scheme-dark")).to_have_attribute("aria-current", "true")
    page.reload()

    expect(page.locator("#width-phone")).to_have_attribute("aria-current", "true")


def ground(page: Page) -> str:
    body = page.frame_locator("#mail").locator("body")
    expect(body).to_be_visible()
    return str(body.evaluate("e => getComputedStyle(e).backgroundColor"))


@pytest.mark.parametrize("prefers", ["light", "dark"])
def test_colour_schemes_do_not_depend_on_the_editor_s_own(window: Callable[..., Page], prefers: str) -> None:
    page = window()
    page.emulate_media(color_scheme=prefers)  # type: ignore[arg-type]
    seen = {}
    for scheme in ("light", "dark", "forced"):
        page.goto(page.url.split("?")[0] + f"?scheme={scheme}")
        seen[scheme] = ground(page)

    assert seen["light"] == "rgb(251, 250, 247)"
    assert seen["dark"] == "rgb(22, 21, 20)"
    assert seen["forced"] not in (seen["light"], seen["dark"])
    assert max(int(part) for part in seen["forced"][4:-1].split(", ")) < 64


def test_a_link_in_the_email_is_told_and_not_followed(window: Callable[..., Page]) -> None:
    page = window()

    page.frame_locator("#mail").get_by_text("Read Ada").first.click()

    said(page, "https://lantern.example/post/0")
    assert "lantern.example" not in page.frames[1].url


def test_a_finding_leads_to_its_place(window: Callable[..., Page]) -> None:
    page = window("e/weekly?show=headers&find=Subject")

    expect(page.locator("tr.here")).to_contain_text("Subject")


def test_the_studio_can_be_left_to_the_keyboard(window: Callable[..., Page]) -> None:
    page = window()

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#single-keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("3")

    expect(page.locator("#show-email")).to_have_attribute("aria-current", "page")


# Sending and approving


def test_a_test_is_sent_and_the_edition_approved(window: Callable[..., Page], bench: Bench) -> None:
    page = window()
    page.on("dialog", lambda dialog: dialog.accept())

    page.keyboard.press("t")
    page.locator("#to").fill("me@lantern.example")
    page.get_by_role("button", name="Send the test").click()
    said(page, "A test went to me@lantern.example")
    page.locator("h2").first.click()
    page.keyboard.press("a")
    said(page, "Approved")

    expect(page.locator("#subject")).not_to_be_editable()
    stored = bench.edition()
    assert stored.state is EditionState.APPROVED
    assert stored.approved_hash == stored.content_hash
    page.locator("#reopen").click()
    expect(page.locator("#subject")).to_be_editable()


def test_a_picture_of_the_view_is_downloaded(window: Callable[..., Page]) -> None:
    page = window("e/weekly?width=phone&scheme=dark")

    page.keyboard.press("d")
    with page.expect_download(timeout=40_000) as found:
        page.get_by_text("Picture of this view").click()

    picture = Canvas.open(io.BytesIO(found.value.path().read_bytes()))
    assert found.value.suggested_filename.endswith("-phone-dark.png")
    assert picture.width == 375
    assert 900 < picture.height < 8000
    assert picture.convert("L").getpixel((4, 4)) < 64  # type: ignore[operator]


# Windows and reloads


def test_two_windows_follow_each_other(window: Callable[..., Page]) -> None:
    one, other = window(), window("e/weekly?show=text")

    one.keyboard.press("j")
    one.keyboard.press("x")
    said(one, "left out")

    expect(other.locator("#include-review0")).to_be_visible()
    expect(other.locator("pre.text")).not_to_contain_text("The Salt Road\n")


def test_a_change_elsewhere_does_not_take_the_words_from_under_the_pen(window: Callable[..., Page]) -> None:
    one, other = window(), window()
    one.locator("#note").fill("Half a sentence")

    other.keyboard.press("j")
    other.keyboard.press("x")
    said(other, "left out")

    expect(one.frame_locator("#mail").locator("body")).not_to_contain_text("The Salt Road")
    expect(one.locator("#note")).to_have_value("Half a sentence")


def test_two_windows_that_write_the_same_field_lose_nothing(window: Callable[..., Page], bench: Bench) -> None:
    one, other = window(), window()
    one.locator("#note").fill("The first window")
    other.locator("#note").fill("The second window")
    one.keyboard.press("Control+Enter")
    said(one, "note is saved")
    other.bring_to_front()
    other.locator("#note").focus()
    other.keyboard.press("Control+Enter")

    expect(other.locator("#note-wrong")).to_contain_text("The first window")
    expect(other.locator("#note")).to_have_value("The second window")
    assert hand(bench).note == "The first window"
    other.locator("#note").press("Control+Enter")
    said(other, "note is saved")
    assert hand(bench).note == "The second window"


def test_what_was_typed_survives_a_reload(window: Callable[..., Page], bench: Bench) -> None:
    page = window("e/weekly?item=review0")
    page.locator("#note").type("Half a sentence")
    page.locator("#quote").evaluate(
        "e => { e.value = 'trusts its'; e.dispatchEvent(new Event('input', {bubbles: true})) }"
    )

    page.reload()

    expect(page.locator("#note")).to_have_value("Half a sentence")
    expect(page.locator("#quote")).to_have_value("trusts its")
    assert hand(bench).note is None
    page.locator("#note").press("Control+Enter")
    said(page, "note is saved")
    page.reload()
    expect(page.locator("#note")).to_have_value("Half a sentence")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.endsWith('note')).length") == 0


# Live

HEADING_IN_THE_EMAIL = "document.getElementById('mail')?.contentDocument?.querySelector('h6')?.textContent"


def test_a_saved_template_is_seen_within_a_second(window: Callable[..., Page], bench: Bench) -> None:
    own = bench.folder / "templates" / "partials"
    own.mkdir(parents=True)
    page = window()
    expect(page.frame_locator("#mail").locator("h1")).to_be_visible()
    page.wait_for_timeout(2500)
    took = []
    for number in range(5):
        begun = time.monotonic()
        (own / "preheader.html.j2").write_text(f"<h6>Fresh {number}</h6>")
        while page.evaluate(HEADING_IN_THE_EMAIL) != f"Fresh {number}":
            assert time.monotonic() - begun < 10
            page.wait_for_timeout(20)
        took.append(time.monotonic() - begun)

    assert sorted(took)[2] <= 1, took


def test_a_broken_template_keeps_the_last_good_view(window: Callable[..., Page], bench: Bench) -> None:
    own = bench.folder / "templates" / "partials"
    own.mkdir(parents=True)
    page = window()
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Salt Road")
    page.wait_for_timeout(2500)

    (own / "item.html.j2").write_text("<p>fine</p>\n{% if unfinished %}\n")
    expect(page.locator(".broken .where")).to_contain_text("item.html.j2:")
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Salt Road")
    (own / "item.html.j2").unlink()

    expect(page.locator(".broken")).to_have_count(0)


def test_configuration_reviews_and_notes_are_followed(
    window: Callable[..., Page], bench: Bench, tmp_path: Path
) -> None:
    page = window()
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Weekly Lantern")
    page.wait_for_timeout(500)

    file = bench.folder / "config" / "publisher.toml"
    file.write_text(file.read_text().replace("The Weekly Lantern", "The Friday Lantern"))
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Friday Lantern")
    correct(bench.studio.app, "review0", {"film": "The Salted Road"})
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Salted Road")
    note = tmp_path / "note.md"
    note.write_text("A note from the command line.")
    set_note(bench.studio.app, bench.edition().key, note)

    expect(page.frame_locator("#mail").locator("body")).to_contain_text("from the command line")


# Other sites


def test_a_form_of_another_site_changes_nothing(browser: Browser, bench: Bench) -> None:
    """Even one that knows the token: the page's origin is what counts."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(bench.base)
        attack = (
            f"<form id=f method=post action='{bench.base}do/words/weekly'><input name=field value=note>"
            "<input name=value value=Owned><input name=was value=''></form><script>f.submit()</script>"
        )
        page.route("http://evil.example/", lambda route: route.fulfill(body=attack, content_type="text/html"))
        page.goto("http://evil.example/")
        page.wait_for_url("**/do/words/**")

        assert "studio" in page.inner_text("body")
        assert hand(bench).note is None
    finally:
        context.close()


def test_a_name_that_was_bound_to_this_machine_opens_nothing(browser: Browser, bench: Bench) -> None:
    """DNS rebinding: the attacker's own name leads to the studio, and its pages would be of one origin with it."""
    rebound = browser.browser_type.launch(
        executable_path=chromium.program(),
        args=[*chromium.ARGUMENTS, "--host-resolver-rules=MAP evil.example 127.0.0.1"],
    )
    try:
        page = rebound.new_page()
        answer = page.goto(bench.base.replace("127.0.0.1", "evil.example"))
        assert answer is not None
        assert answer.status == 421
        assert "The Salt Road" not in page.content()
    finally:
        rebound.close()


# Everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_with_all_that_can_go_wrong(browser: Browser, bench: Bench, scheme: str) -> None:
    (bench.folder / "templates").mkdir()
    context = browser.new_context(viewport={"width": 375, "height": 800}, color_scheme=scheme, has_touch=True)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(f"{bench.base}e/weekly?item=review0&width=phone")
        (bench.folder / "templates" / "digest.html.j2").write_text("{{ nothing }}")
        page.reload()
        page.locator("#note").fill("Unsaved")
        page.locator("#test").click()
        width = page.evaluate("document.documentElement.scrollWidth")
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    finally:
        context.close()

    assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == []
    assert width == 375


def test_an_empty_studio_teaches(browser: Browser, tmp_path: Path, sqlite_store: Store) -> None:
    with running(sqlite_store, project(tmp_path)) as empty:
        context = browser.new_context()
        page = context.new_page()
        page.goto(empty.base)
        expect(page.get_by_role("heading", name="No reviews yet")).to_be_visible()
        fill(sqlite_store)

        expect(page.frame_locator("#mail").locator("body")).to_contain_text("The Salt Road", timeout=2000)
        with sqlite_store.read() as db:
            assert len(reviews.list_(db)) == 4
        context.close()
