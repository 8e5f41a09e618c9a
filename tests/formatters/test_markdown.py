import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.formatters.email.markdown import split_heading, to_html, to_plain

SITE = "https://lamplight.example"
TAGS = set(
    "p em strong s a ul ol li blockquote h2 h3 br hr code pre img table thead tbody tr th td".split()  # noqa: SIM905
)


def test_a_note_becomes_a_few_plain_tags() -> None:
    html = to_html("# Hello\n\nSome *quiet* **films**.\n\n- one\n- two\n\n> said\n\n1. first", site=SITE)

    assert html == (
        "<h2>Hello</h2>\n<p>Some <em>quiet</em> <strong>films</strong>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<blockquote>\n<p>said</p>\n</blockquote>\n<ol>\n<li>first</li>\n</ol>"
    )


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        '[x](https://a.example/"onmouseover="alert(1))',
        "<style>body{display:none}</style>",
        "<!--[if mso]><p>x</p><![endif]-->",
        "[x]: javascript:alert(1)\n\n[x]",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_in_a_note_runs(attack: str) -> None:
    html = to_html(attack, site=SITE)

    assert not re.search(r"<(script|style|svg|!--)|<[^>]*\son\w+=|(href|src)=\"(javascript|data)", html, re.IGNORECASE)


@given(st.text(max_size=200))
def test_any_text_gives_only_known_tags_and_attributes(text: str) -> None:
    html = to_html(text, site=SITE)

    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= TAGS
    assert "\x00" not in html


def test_relative_links_count_from_the_site() -> None:
    assert to_html("[about](/about) [mail](mailto:ed@lamplight.example)", site=SITE) == (
        '<p><a href="https://lamplight.example/about">about</a> <a href="mailto:ed@lamplight.example">mail</a></p>'
    )


def test_a_picture_is_as_wide_as_the_column() -> None:
    html = to_html("![A boat](/boat.jpg)", site=SITE)

    assert 'src="https://lamplight.example/boat.jpg"' in html
    assert 'width="552"' in html
    assert 'alt="A boat"' in html


def test_plain_text_keeps_links_lists_and_quotes() -> None:
    text = to_plain(
        "Hello, *readers*.\n\nSee [the quiet one](/salt).\n\n- one\n- two\n  - inner\n\n2. second\n3. third\n\n> said",
        site=SITE,
    )

    assert text == (
        "Hello, readers.\n\nSee the quiet one (https://lamplight.example/salt).\n\n- one\n- two\n  - inner\n\n"
        "2. second\n3. third\n\n> said"
    )


def test_a_hard_break_stays_in_plain_text() -> None:
    assert to_plain("Yours,  \nMara") == "Yours,\nMara"


def test_the_first_heading_is_taken_off() -> None:
    assert split_heading("Hi\n\n# We *move*\n\nto [town](/t)") == ("We move", "Hi\n\n\nto [town](/t)")
    assert split_heading("Title\n=====\n\nText") == ("Title", "Text")
    assert split_heading("no heading") == ("", "no heading")


def test_controls_and_bidi_overrides_are_taken_out() -> None:
    assert to_plain("left \u202eright\x00\u2066") == "left right"


def test_deep_nesting_is_no_trouble() -> None:
    assert to_html(">" * 5000 + " x", site=SITE).count("<blockquote>") <= 20
    assert to_plain("- " * 2000 + "x", site=SITE)
