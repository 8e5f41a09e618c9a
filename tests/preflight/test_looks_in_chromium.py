"""What preflight computes is what Chromium draws: colours of words by mode, and its forced dark mode."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser
from tests.preflight.clean import parts

from publisher.formatters.email import digest
from publisher.preflight import Letter, colours

pytestmark = pytest.mark.browser

GROUNDS = ["#ffffff", "#fbfaf7", "#dddddd", "#c8b030", "#a3262a", "#336699"]
WORDS = ["#000000", "#1a1a1a", "#5c5a55", "#999999", "#aaaaaa"]
WITHIN = 6
COLOURS = "() => [...document.querySelectorAll('body *:not(tbody)')].map(node => getComputedStyle(node).color)"


def test_a_forced_dark_mode_is_chromiums(browser: Browser) -> None:
    boxes = "".join(f"<div style='height:40px;background:{ground}'></div>" for ground in GROUNDS)
    boxes += "".join(f"<div style='height:40px;font:40px/40px monospace;color:{each}'>████</div>" for each in WORDS)
    page = browser.new_page(viewport={"width": 300, "height": 600})
    page.context.new_cdp_session(page).send("Emulation.setAutoDarkModeOverride", {"enabled": True})
    page.set_content(f"<body style='margin:0'>{boxes}")
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()

    turned = [colours.turned_ground(colours.parse(each) or colours.WHITE) for each in GROUNDS]
    turned += [colours.turned_words(colours.parse(each) or colours.WHITE) for each in WORDS]
    for number, ours in enumerate(turned):
        theirs = drawn.getpixel((20, 40 * number + 20))
        assert isinstance(theirs, tuple)
        assert all(abs(one - other) <= WITHIN for one, other in zip(ours[:3], theirs, strict=True)), (number, theirs)


def test_the_words_of_every_layout_have_the_colours_that_chromium_computes(browser: Browser) -> None:
    for layout in digest.LAYOUTS:
        letter = Letter(parts(layout).raw)
        inside = [node for node in letter.nodes if letter.body in node.iterancestors()]
        for mode in ("light", "dark"):
            page = browser.new_page(color_scheme="dark" if mode == "dark" else "light")
            page.set_content(letter.html.replace("https://lamplight.example/stills", "data:,"))
            looks = letter.looks("dark" if mode == "dark" else "light")
            assert ["rgb({:.0f}, {:.0f}, {:.0f})".format(*looks[node].words[:3]) for node in inside] == (
                page.evaluate(COLOURS)
            )
            page.close()
