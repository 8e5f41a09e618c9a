"""What can be looked at in the studio, clicked through in a browser; the proof's page on a phone."""

import email
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.databases import prepared_store
from tests.studios import NOW, Bench, fill, invented, project, running

from publisher.config import load
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.sending import answering as proofs
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.people import subscribers
from publisher.store.pool import reviews
from publisher.web.public import public_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A studio that is only looked at: a subscriber, a plain link, and one review that links to a private host."""
    folder = tmp_path_factory.mktemp("views")
    store = prepared_store(sqlite_template, folder)
    fill(store, invented(7, film=None, headline="Ten films for a wet Sunday", url="http://127.0.0.1/wet"))
    with store.write() as db:
        subscribers.add(
            db, "ines@reader.example", name="Ines Varga", newsletters=["weekly"], now=NOW, consent={"how": "a test"}
        )
    with running(store, project(folder)) as found:
        yield found
    store.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def window(context: BrowserContext, bench: Bench) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def opened(path: str = "e/weekly") -> Page:
        page = context.new_page()
        pages.append(page)
        page.goto(bench.base + path)
        return page

    yield opened
    for page in pages:
        page.close()


def frame_text(page: Page) -> str:
    return page.frame_locator("#mail").locator("body").inner_text()


def test_the_email_is_seen_as_one_subscriber_gets_it(window: Callable[..., Page]) -> None:
    page = window()
    assert "reader@example.com is subscribed" in frame_text(page)

    page.keyboard.press("s")
    page.keyboard.type("ines@reader.example")
    page.keyboard.press("Enter")

    expect(page.frame_locator("#mail").locator("body")).to_contain_text("ines@reader.example is subscribed")
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    expect(page.locator("table.headers")).to_contain_text("Ines Varga")
    assert "reader=ines" in page.url


def test_each_inbox_cuts_the_line_as_it_does(window: Callable[..., Page]) -> None:
    page = window("e/weekly?show=inbox")

    lines = page.evaluate("""() => Object.fromEntries([...document.querySelectorAll('.rows')].map(rows => {
        const subject = rows.querySelector('.subject'), pre = rows.querySelector('.pre');
        return [rows.className.split('rows-')[1], {width: rows.clientWidth, subject: subject.textContent,
            cut: subject.scrollWidth > subject.clientWidth, lines: Math.round(pre.clientHeight / 20)}];
    }))""")

    assert set(lines) == {"gmail", "gmail-phone", "ios", "outlook"}
    assert lines["gmail"]["width"] > 600 > lines["ios"]["width"]
    assert lines["ios"]["cut"]
    assert all(line["subject"].startswith("The Salt Road") for line in lines.values())
    expect(page.locator(".inbox", has_text="iPhone")).to_contain_text("The subject ends about here")


def test_the_source_is_that_of_the_page_or_of_the_whole_message(window: Callable[..., Page]) -> None:
    page = window("e/weekly?show=source")
    expect(page.locator(".source li").first).to_contain_text("<!DOCTYPE html>")

    page.get_by_role("link", name="Whole message").click()

    expect(page.locator(".source")).to_contain_text("Content-Transfer-Encoding: quoted-printable")
    expect(page.locator("#raw-message")).to_have_attribute("aria-current", "true")


def test_parts_and_sizes_are_those_of_the_message(window: Callable[..., Page], bench: Bench) -> None:
    page = window("e/weekly?show=parts")

    assert [text.split()[0] for text in page.locator(".parts li").all_inner_texts()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    meter = page.get_by_role("progressbar", name="HTML")
    assert meter.get_attribute("max") == str(102 * 1024)
    assert abs(int(meter.get_attribute("value") or 0) - len(bench.html().encode())) < 600
    assert float(page.get_by_role("progressbar", name="Client support").get_attribute("value") or 0) >= 90


def test_posts_are_shown_with_their_counters_and_cards(window: Callable[..., Page]) -> None:
    page = window("e/weekly?show=posts")
    names = page.locator(".post h2").all_inner_texts()
    assert {"Bluesky", "Mastodon", "X", "Threads"} <= {name.strip() for name in names}

    bluesky = page.locator(".post-bluesky")
    expect(bluesky.locator(".counter")).to_contain_text("of 300")
    expect(page.locator(".post-mastodon .live").first).to_have_text("https://lantern.example/post/0")
    card = bluesky.locator("img.card")
    assert card.evaluate("e => e.decode().then(() => e.naturalWidth)") >= 1000
    assert "The Salt Road" in (card.get_attribute("alt") or "")
    page.get_by_role("link", name="Paper Harbour", exact=True).click()
    expect(page.locator(".post-bluesky")).to_contain_text("Paper Harbour")


def test_a_finding_jumps_to_its_line(window: Callable[..., Page]) -> None:
    page = window()
    page.locator("#note").fill("The [programme](http://127.0.0.1/programme) is out.")
    page.locator("#subject").click()
    finding = page.locator(".findings a", has_text="127.0.0.1").first

    finding.click()

    expect(page.locator(".source li.here")).to_be_in_viewport()
    expect(page.locator(".source li.here").first).to_contain_text("127.0.0.1")
    expect(page.locator("#show-source")).to_have_attribute("aria-current", "page")


def test_the_coming_edition_is_looked_at_as_if_it_were_another_day(window: Callable[..., Page]) -> None:
    page = window()

    page.locator(".which summary").click()
    page.locator("#at").fill("2031-12-24T10:00")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".which")).to_contain_text("weekly/2031-12-26")
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("26 December 2031")
    page.get_by_role("link", name="back to now", exact=True).click()
    expect(page.locator(".which")).to_contain_text("weekly/2031-05-16")


@pytest.mark.parametrize(("words", "suffix"), [("Message", ".eml"), ("Page with", ".html"), ("Plain text", ".txt")])
def test_the_edition_is_taken_along(window: Callable[..., Page], words: str, suffix: str) -> None:
    page = window("e/weekly?reader=ines@reader.example")

    page.keyboard.press("d")
    with page.expect_download() as found:
        page.get_by_role("link", name=words).click()

    data = found.value.path().read_bytes()
    assert found.value.suggested_filename == f"weekly-2031-05-16{suffix}"
    said = data.decode()
    if suffix == ".eml":
        message = email.message_from_bytes(data, policy=policy.SMTP)
        body = message.get_body(("plain",))
        assert body is not None
        said = body.get_content()
    assert "ines@reader.example" in said
    assert "The Salt Road" in said
    assert suffix != ".html" or "data:image/jpeg;base64," in said


# From afar


@contextmanager
def public(app: App) -> Iterator[str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(public_app(app), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_draft_is_approved_from_the_proof_by_one_tap_on_a_phone(
    browser: Browser, tmp_path: Path, sqlite_store: Store, scheme: str
) -> None:
    fill(sqlite_store)
    app = App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)
    made = composing.compose(app, "weekly")
    assert made.email is not None
    link = urlsplit(proofs.links(app, made.edition.key, made.email.content_hash)["approve"]).path
    context = browser.new_context(viewport={"width": 375, "height": 667}, color_scheme=scheme, has_touch=True)  # type: ignore[arg-type]
    try:
        with public(app) as base:
            page = context.new_page()
            page.goto(base + link)
            found = Axe().run(page).response["violations"]
            button = page.get_by_role("button")
            box = button.bounding_box()
            width = page.evaluate("document.documentElement.scrollWidth")
            with app.store.read() as db:
                before = editions.get(db, made.edition.key)
            button.tap()
            expect(page.get_by_role("heading")).to_contain_text("Approved")
    finally:
        context.close()

    with app.store.read() as db:
        after = editions.get(db, made.edition.key)
    assert before
    assert after
    assert before.state is EditionState.DRAFT
    assert after.state is EditionState.APPROVED
    assert after.approved_hash == made.email.content_hash
    assert box
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 667
    assert width == 375
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []


def test_every_field_is_corrected_by_hand(browser: Browser, tmp_path: Path, sqlite_store: Store) -> None:
    fill(sqlite_store)
    typed = {
        "film": "The Salted Road",
        "year": "1999",
        "critic": "Bo Tern",
        "rating": "2.5/5",
        "image": "https://lantern.example/stills/1.jpg",
        "watch": "Quaytube (UK)",
    }
    with running(sqlite_store, project(tmp_path)) as bench:
        page = browser.new_page()
        page.goto(f"{bench.base}e/weekly?item=review0")
        for name, value in typed.items():
            page.locator(f"#field-{name}").fill(value)
        page.locator("#field-watch").press("Control+Enter")
        shown = page.frame_locator("#mail").locator("body")
        for seen in ("The Salted Road", "(1999)", "By Bo Tern", "★★½", "Quaytube"):
            expect(shown).to_contain_text(seen)
        assert page.frame_locator("#mail").locator("img").first.evaluate("e => e.decode().then(() => e.naturalWidth)")
        page.locator("#undo").click()
        expect(shown).to_contain_text("By Ada Quill")
        page.close()
    with sqlite_store.read() as db:
        stored = reviews.get(db, "review0")
    assert stored
    assert len(stored.overrides) == len(typed) - 1
