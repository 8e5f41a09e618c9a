"""What elements look like without a browser: cascade, modes, colours, widths."""

import pytest
from lxml import html as markup

from publisher.preflight import clients, colours, css, selectors
from publisher.preflight.cascade import Cascade, Look, Mode
from publisher.preflight.colours import BLACK, WHITE, Colour
from publisher.preflight.letter import Letter

SHEET = """
p { color:#111111 } .a { color:#222222 } p.a { color:#333333 } #b { color:#444444 }
.loud { color:#555555 !important }
@media (prefers-color-scheme:dark) { .a { color:#eeeeee !important } }
@media only screen and (max-width:599px) { .a { font-size:20px !important } }
@media print { .a { color:#ff0000 !important } }
"""


def look(body: str, mode: Mode = "light", sheet: str = SHEET) -> Look:
    tree = markup.document_fromstring(f"<html><body>{body}</body></html>")
    nodes = [node for node in tree.iter() if isinstance(node.tag, str)]
    target = tree.get_element_by_id("x", None)
    looks = Cascade(nodes, [css.sheet(sheet)]).looks(mode)
    return looks[nodes[-1] if target is None else target]


@pytest.mark.parametrize(
    ("body", "colour"),
    [
        ("<p>", "#111111"),
        ("<p class=a>", "#333333"),
        ("<i class=a>", "#222222"),
        ('<p class="a" id="b">', "#444444"),
        ('<p class="a" style="color:#666666">', "#666666"),
        ('<p class="a loud" style="color:#666666">', "#555555"),
        ('<p class="loud" style="color:#666666 !important">', "#666666"),
        ('<p style="color:#777777"><b>', "#777777"),
        ('<font color="#888888">', "#888888"),
        ("<a href=x>", "#0000ee"),
        ("<b>", "#000000"),
    ],
)
def test_the_cascade_is_that_of_css(body: str, colour: str) -> None:
    assert str(look(body).words) == colour


@pytest.mark.parametrize(
    ("mode", "colour", "size"), [("light", "#333333", 16), ("dark", "#eeeeee", 16), ("phone", "#333333", 20)]
)
def test_media_hold_in_their_modes(mode: Mode, colour: str, size: float) -> None:
    found = look('<p class="a">', mode)

    assert (str(found.words), found.size) == (colour, size)


@pytest.mark.parametrize(
    ("body", "ground"),
    [
        ('<td bgcolor="#102030">', "#102030"),
        ('<td bgcolor="#102030" style="background-color:#aabbcc">', "#aabbcc"),
        ('<div style="background:#aabbcc url(x.png)"><b>', "#aabbcc"),
        ('<div style="background-color:rgba(0,0,0,0.5)">', "#808080"),
        ("<div>", "#ffffff"),
    ],
)
def test_grounds_lie_upon_each_other(body: str, ground: str) -> None:
    assert str(look(f"<table><tr>{body}" if "<td" in body else body).ground) == ground


def test_a_picture_as_ground_is_not_guessed() -> None:
    assert look('<div style="background-image:url(x.png)"><b>').ground is None


@pytest.mark.parametrize(
    "style",
    ["display:none", "visibility:hidden", "font-size:0", "max-height:0;overflow:hidden", "opacity:0"],
)
def test_what_is_hidden_hides_what_is_in_it(style: str) -> None:
    assert look(f'<div style="{style}"><b>').hidden


@pytest.mark.parametrize(
    ("style", "size", "line"),
    [
        ("font-size:20px;line-height:1.5", 20, 30),
        ("font-size:12pt;line-height:150%", 16, 24),
        ("font:bold 18px/27px Georgia", 18, 27),
        ("font-size:2em", 32, None),
    ],
)
def test_sizes_are_in_pixels(style: str, size: float, line: float | None) -> None:
    found = look(f'<p style="{style}">')

    assert (found.size, found.line) == (size, line)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("div p.a", True),
        ("div > p", False),
        ("section > p", True),
        ("h1 + section p", True),
        ("h1 ~ section p", True),
        ("p[lang|=en]", True),
        ('p[class~="a"]', True),
        ("[data-ogsc] p", False),
        ("p:first-child", True),
        ("p:hover", False),
        (":root p", True),
        ("p.a.c", False),
    ],
)
def test_selectors_name_what_css_says(text: str, fits: bool) -> None:
    tree = markup.fragment_fromstring('<div><h1>x</h1><section><p class="a b" lang="en-GB">x</p></section></div>')
    whole = markup.document_fromstring(markup.tostring(tree))
    node = whole.find(".//p")
    selector = selectors.parse(text)

    assert (selector is not None and selectors.matches(node, selector, selectors.Budget())) is fits


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#fff", WHITE),
        ("black", BLACK),
        ("rgb(255, 255, 255)", WHITE),
        ("rgb(0 0 0 / 50%)", Colour(0, 0, 0, 0.5)),
        ("#00000080", Colour(0, 0, 0, 128 / 255)),
        ("ffffff", WHITE),
        ("inherit", None),
        ("none of these", None),
    ],
)
def test_colours_are_read_as_they_are_written(text: str, colour: Colour | None) -> None:
    assert colours.parse(text) == colour


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast(BLACK, WHITE) == pytest.approx(21)
    assert colours.contrast(Colour(118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.01)


def test_a_forced_dark_mode_turns_light_grounds_and_dark_words_and_leaves_the_rest() -> None:
    red = Colour(163, 38, 42)

    assert colours.is_dark(colours.turned_ground(WHITE))
    assert not colours.is_dark(colours.turned_words(BLACK))
    assert colours.turned_ground(red) == red
    assert colours.turned_words(WHITE) == WHITE


def test_a_mistake_in_a_sheet_is_found_and_the_rest_is_read() -> None:
    found = css.sheet(".a { color red; }\n.b { color:#000000 }")

    assert [rule.selector for rule in found.rules] == [".a", ".b"]
    assert found.mistakes[0][0] == 1


def letter(body: str) -> Letter:
    return Letter(f"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{body}</body></html>".encode())


def test_support_is_what_the_dearest_feature_leaves_of_100() -> None:
    yes, partly, no = clients.table()["features"]["css-display-grid"][1]
    every, elements = yes + partly + no, 4

    found = clients.support(letter('<div style="display:grid"></div>' * 2 + "<p></p>"))

    assert [each.slug for each in found.features if each.found == 2] == ["css-display", "css-display-grid"]
    assert found.unsupported == round(100 * no / every * 2 / elements, 1)
    assert found.score == pytest.approx(100 - found.partial - found.unsupported, abs=0.11)


def test_a_page_of_plain_words_is_supported_everywhere() -> None:
    assert clients.support(letter("<p>Words</p>" * 100)).score > 99
    assert clients.support(Letter(b"")).score == 100


def test_the_clients_that_fail_are_named() -> None:
    assert any("Outlook" in name for name in clients.failing("css-border-radius"))
    assert clients.failing("no-such-feature") == ()
