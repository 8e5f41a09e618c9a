"""The digest as a browser draws it: width, colours, links, inlining, and what hostile reviews can do to it."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image as Canvas
from playwright.sync_api import Browser, Page
from tools import chromium, specimen

from publisher.config import Config
from publisher.formatters.email import digest
from publisher.formatters.email.colour import AA, contrast
from publisher.formatters.email.files import shipped
from publisher.model import Availability, Edition, EditionItem, Film, Rating

pytestmark = pytest.mark.browser

LAYOUTS = digest.LAYOUTS
BASE = "layouts/base.html.j2"
SCALE = 2
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def html(layout: str, edition: Edition | None = None, config: Config | None = None) -> str:
    email = digest.render(
        edition or specimen.edition(),
        config=config or specimen.config(),
        newsletter=specimen.NEWSLETTER,
        templates=None,
        layout=layout,
    )
    return email.html


def hostile() -> Edition:
    """Reviews whose every field attacks."""
    script = '"><script>window.ran = 1</script><img src=x onerror="window.ran = 1">'
    texts = [
        "x" * 300,
        f"</style></head>{script}",
        f"<!--[if mso]>{script}<![endif]--> --> <![endif]-->",
        "{{ 7 * 7 }}{% raw %}{# gone #}",
        "Left \u202eright\u202c \u2066isolated \x00 zero",
        "Ünïcödé 映画 فيلم \N{CLAPPER BOARD}",
    ]
    items = [
        EditionItem(
            review=specimen.review(
                f"hostile-{number}",
                text,
                headline=text,
                film=Film(title=text, year=1999),
                authors=(text, script),
                rating=Rating(value=script, best="A"),
                availability=(Availability(platform=text, region=script),),
                url=["https://lamplight.example/a?b=1&c=%22", "javascript:alert(1)"][number % 2],
            ),
            quote=specimen.item(specimen.review("q", "Q"), text).quote,
            standfirst=script + text,
            lead=number == 0,
        )
        for number, text in enumerate(texts)
    ]
    note = f"{script}\n\n# </style>\n\n[run](javascript:alert(1)) " + "y" * 300
    return replace(specimen.edition(), items=tuple(items), note=note, subject=texts[1], preheader=texts[2])


def scroll_width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("images", [True, False], ids=["images", "blocked"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_scrolls_sideways(browser: Browser, layout: str, images: bool) -> None:
    scrolled = {}
    with chromium.show(browser, html(layout), width=600, images=images) as page:
        for width in (600, 375, 320):
            page.set_viewport_size({"width": width, "height": 900})
            scrolled[width] = scroll_width(page)

    assert scrolled == {600: 600, 375: 375, 320: 320}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_inlining_changes_nothing_that_a_browser_draws(
    browser: Browser, layout: str, mode: str, tmp_path: Path
) -> None:
    base = (shipped() / BASE).read_text(encoding="utf-8")
    whole = base.replace("\n<style>\n", '\n<style data-premailer="ignore">\n')
    (tmp_path / BASE).parent.mkdir()
    (tmp_path / BASE).write_text(whole, encoding="utf-8")
    settings: dict[str, Any] = {"config": specimen.config(), "newsletter": specimen.NEWSLETTER, "layout": layout}
    before = digest.render(specimen.edition(), templates=tmp_path, **settings).html
    after = digest.render(specimen.edition(), templates=None, **settings).html
    assert before.count(" style=") < after.count(" style=")
    drawn: list[dict[int, list[str]]] = []
    for document in (before, after):
        with chromium.show(browser, document, width=1300, mode=mode) as page:
            seen = {}
            for width in (1300, 375):
                page.set_viewport_size({"width": width, "height": 900})
                seen[width] = page.evaluate(COMPUTED_STYLES)
            drawn.append(seen)

    assert len(drawn[0][375]) > 100
    assert drawn[0][375] != drawn[0][1300]
    assert drawn[0] == drawn[1]


# Each element with a hash of all its computed styles: the styles themselves are megabytes.
COMPUTED_STYLES = """() => [...document.body.querySelectorAll('*'), document.body].map(element => {
  const style = getComputedStyle(element);
  let one = 1, other = 7;
  for (const name of style) for (const letter of name + ':' + style.getPropertyValue(name)) {
    one = Math.imul(one ^ letter.codePointAt(0), 2654435761);
    other = Math.imul(other ^ letter.codePointAt(0), 1597334677) + 1;
  }
  return element.tagName + '.' + element.className + ' ' + (one >>> 0) + ' ' + (other >>> 0);
})"""


@pytest.mark.parametrize("mode", chromium.MODES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_axe_finds_nothing(browser: Browser, layout: str, mode: str) -> None:
    with chromium.show(browser, html(layout), width=600, mode=mode) as page:
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]

    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("accent", ["#a3262a", "#ffd400"])
@pytest.mark.parametrize("mode", chromium.MODES)
def test_every_word_that_is_drawn_reaches_aa(browser: Browser, mode: str, accent: str) -> None:
    """Measured on the pixels: an inverting app changes what is painted, not what a style sheet says."""
    config = specimen.config(specimen.SITE.model_copy(update={"accent": accent}))
    with chromium.show(browser, html("classic", config=config), width=600, mode=mode, scale=SCALE) as page:
        words = page.evaluate(TEXT_BOXES)
        drawn = Canvas.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")

    assert len(words) > 30
    measured = {word["text"]: round(_contrast(drawn, word), 2) for word in words}
    assert {text: ratio for text, ratio in measured.items() if ratio < AA - 0.05} == {}


TEXT_BOXES = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const box of range.getClientRects())
      if (walker.currentNode.textContent.trim() && box.width > 6 && box.height > 6)
        found.push({text: walker.currentNode.textContent.trim(), box: [box.left, box.top, box.right, box.bottom]});
  }
  return found;
}"""


def _contrast(drawn: Canvas.Image, word: dict[str, Any]) -> float:
    """The best contrast between the ground of a box and a colour in it: that of the strokes' cores."""
    left, top, right, bottom = (round(SCALE * edge) for edge in word["box"])
    pixels: Any = drawn.crop((left, top, right, bottom)).getcolors(1 << 16) or []
    ground = max(pixels)[1]
    often = [ground, *(colour for count, colour in pixels if count > 2)]
    return max(contrast(_hex(colour), _hex(ground)) for colour in (min(often, key=sum), max(often, key=sum)))


def _hex(colour: Any) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_link_can_be_tapped_on_a_phone(browser: Browser, layout: str) -> None:
    with chromium.show(browser, html(layout), width=375) as page:
        links = page.evaluate("""() => [...document.querySelectorAll('a')].filter(a => !a.closest('.prose'))
            .map(a => [a.textContent.trim() || a.querySelector('img').alt, a.getBoundingClientRect().height])""")
    links = [(name, height) for name, height in links if not name.startswith("A still")]

    assert len(links) > 15
    assert [(name, height) for name, height in links if height < 44] == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_word_is_smaller_than_14_px(browser: Browser, layout: str) -> None:
    with chromium.show(browser, html(layout), width=375) as page:
        sizes = page.evaluate("""() => [...document.body.querySelectorAll('*')].filter(element => element.offsetParent
            && [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
            .map(element => parseFloat(getComputedStyle(element).fontSize))""")

    assert min(sizes) >= 14


def test_blocked_pictures_leave_no_hole(browser: Browser) -> None:
    with chromium.show(browser, html("picture"), width=600, images=False) as page:
        heights = page.evaluate("[...document.images].map(image => image.getBoundingClientRect().height)")

    assert heights
    assert max(heights) <= 30


def test_a_phone_shows_a_picture_above_its_words_and_as_wide(browser: Browser) -> None:
    boxes = {}
    for width in (600, 375):
        with chromium.show(browser, html("classic"), width=width) as page:
            picture = page.locator("img.thumb").first.bounding_box()
            title = page.locator("h2.item-title").first.bounding_box()
        assert picture
        assert title
        boxes[width] = (picture, title)

    wide, phone = boxes[600], boxes[375]
    assert wide[1]["x"] > wide[0]["x"] + wide[0]["width"]
    assert abs(wide[1]["y"] - wide[0]["y"]) < 8
    assert phone[1]["y"] > phone[0]["y"] + phone[0]["height"]
    assert phone[0]["width"] == 335


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("width", [375, 600])
def test_a_hostile_review_neither_runs_nor_breaks_the_page(browser: Browser, layout: str, width: int) -> None:
    with chromium.show(browser, html(layout, hostile()), width=width) as page:
        assert page.evaluate("window.ran") is None
        assert scroll_width(page) == width
        assert page.locator("script").count() == 0
        assert page.locator("h2.lead-title").inner_text().startswith("xxx")
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.get_by_text("Unsubscribe").is_visible()


def test_a_right_to_left_email_begins_at_the_right(browser: Browser) -> None:
    site = specimen.SITE.model_copy(update={"language": "ar", "timezone": "Africa/Cairo", "name": "ضوء الفانوس"})
    edition = specimen.edition()
    items = tuple(replace(item, review=replace(item.review, language="ar")) for item in edition.items)
    document = html("classic", replace(edition, items=items), specimen.config(site))
    with chromium.show(browser, document, width=600) as page:
        picture = page.locator("img.thumb").first.bounding_box()
        title = page.locator("h2.item-title").first.bounding_box()
        masthead = page.locator(".masthead").evaluate("element => getComputedStyle(element).textAlign")
        width = scroll_width(page)

    assert picture
    assert title
    assert picture["x"] > title["x"]
    assert masthead == "right"
    assert width == 600


def test_a_review_in_another_direction_stands_on_its_own_side(browser: Browser) -> None:
    edition = specimen.edition()
    foreign = replace(edition.items[3], review=replace(edition.items[3].review, language="he"))
    document = html("classic", replace(edition, items=(*edition.items[:3], foreign)))
    with chromium.show(browser, document, width=600) as page:
        styles = page.locator("td[lang=he]").evaluate(
            "e => [getComputedStyle(e).direction, getComputedStyle(e).textAlign]"
        )

    assert styles[0] == "rtl"
    assert styles[1] in ("right", "-webkit-right")


@pytest.mark.parametrize("mode", chromium.MODES)
def test_a_letter_fits_a_phone_and_axe_finds_nothing_in_it(browser: Browser, mode: str) -> None:
    email = digest.render_letter(
        digest.Written(
            key="moving",
            markdown="# We are moving\n\nDear [readers](/about),\n\n## Why\n\n> A room that forgets you.\n\n- one\n\n"
            + "x" * 200,
        ),
        config=specimen.config(),
        newsletter=specimen.NEWSLETTER,
        templates=None,
        slot=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )
    with chromium.show(browser, email.html, width=375, mode=mode) as page:
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        width = scroll_width(page)

    assert [violation["id"] for violation in found] == []
    assert width == 375
