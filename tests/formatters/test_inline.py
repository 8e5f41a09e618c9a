"""premailer's traps, closed: each of these went wrong with its defaults."""

import re
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.loopback import loopback

from publisher.errors import TemplateError
from publisher.formatters.email.inline import inline


def page(css: str = "", body: str = "<p>x</p>", kept: str = "") -> str:
    ignored = f'<style data-premailer="ignore">{kept}</style>' if kept else ""
    return f"<!DOCTYPE html>\n<html><head><style>{css}</style>{ignored}</head><body>{body}</body></html>"


def test_rules_become_style_attributes_and_their_sheet_goes() -> None:
    html = inline(page(".a { color:#102030;padding:4px 0; }", '<p class="a">x</p><p class="b a">y</p><p>z</p>'))

    assert '<p class="a" style="color:#102030;padding:4px 0">x</p>' in html
    assert '<p class="b a" style="color:#102030;padding:4px 0">y</p>' in html
    assert "<p>z</p>" in html
    assert "<style" not in html


def test_a_later_rule_wins_over_an_earlier_one_and_a_class_over_an_element() -> None:
    html = inline(page(".a { color:red } p { color:blue } .b { color:green }", '<p class="a b">x</p>'))

    assert "color:green" in html
    assert "red" not in html
    assert "blue" not in html


def test_what_is_marked_stays_as_it_is() -> None:
    kept = (
        ":root { color-scheme:light dark; }\n"
        "@media (max-width:599px) { .a { color:red !important } @media (prefers-color-scheme:dark) { .a { top:0 } } }\n"
        "[data-ogsc] .a, a[title='x,y']:hover { color:rgb(0 0 0 / 50%) !important; }\n"
        "@font-face { font-family:x; src:url(x.woff) } @supports (display:grid) { .a { color:var(--a) } }"
    )

    assert f"<style>{kept}</style>" in inline(page(".a { color:#000 }", '<p class="a">x</p>', kept))


def test_conditional_comments_stay_byte_for_byte() -> None:
    comment = '<!--[if mso]><table width="600"><tr><td style="padding:0"><![endif]-->'
    closing = "<!--[if mso]></td></tr></table><![endif]-->"
    html = inline(page("td { color:red } table { width:1px }", f"{comment}<p>x</p>{closing}"))

    assert comment in html
    assert closing in html


def test_sizes_and_alignment_of_the_template_stay() -> None:
    html = inline(
        page(
            "img { width:100%; height:auto } td { text-align:left }",
            '<table><tr><td align="right"><img width="600"></td></tr></table>',
        )
    )

    assert 'width="600"' in html
    assert 'height="' not in html
    assert 'align="right"' in html


def test_a_token_survives_in_addresses_and_in_text() -> None:
    token = "__merge_view_url_3f9a1c2b__"
    html = inline(page("a { color:red }", f'<a href="{token}">{token}</a>'))

    assert re.search(rf'<a href="{token}"[^>]*>{token}</a>', html)


@pytest.mark.parametrize("doctype", ["<!DOCTYPE html>", "<!doctype html>", "<!doctype HTML>", ""])
def test_the_doctype_is_that_of_html_5_in_capitals(doctype: str) -> None:
    assert inline(page().replace("<!DOCTYPE html>", doctype)).startswith("<!DOCTYPE html>\n<html>")


@pytest.mark.parametrize(
    "css",
    [
        "@import url({url}/a.css);",
        '@import "{url}/a.css" screen;',
        "@IMPORT url({url}/a.css);",
        "@\\69mport url({url}/a.css);",
        "@import url({url}/a.css); .a {{ background:url({url}/a.png) }}",
    ],
)
def test_no_style_sheet_is_loaded_from_the_network(css: str) -> None:
    with loopback() as site:
        site.put("/a.css", "p { color:red }", "text/css")
        link = f'<link rel="stylesheet" href="{site.url}/a.css">'
        inline(page(css.format(url=site.url), f'{link}<p class="a">x</p>'))

        assert site.paths() == []


def test_no_style_sheet_is_loaded_from_the_disk(tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("p { color:#5ec5ec }")
    address = (tmp_path / "secret.css").as_uri()
    html = inline(page(f"@import url({address});", f'<link rel="stylesheet" href="{tmp_path}/secret.css"><p>x</p>'))

    assert "5ec5ec" not in html


def test_a_sheet_that_reads_like_another_things_text_is_not_mixed_up_with_it() -> None:
    """premailer keeps sheets, selectors and declarations under the same keys of one cache."""
    inline(page("p { color:red }", "<p>x</p>"))
    head = "<head><style>color:red</style><style>p{color:red}</style></head>"
    html = inline(f"<!DOCTYPE html><html>{head}<body><p>x</p></body></html>")

    assert '<p style="color:red">' in html


def test_a_class_that_is_written_unusually_is_inlined_all_the_same() -> None:
    html = inline(page(".a { color:red }", '<p class="a\n b">x</p><p class="a">y</p><p class="a \'c\'">z</p>'))

    assert html.count("color:red") == 3


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&\r"), max_size=60))
def test_text_goes_through_unchanged(text: str) -> None:
    assert f"<p>{text}</p>" in inline(page("p.none { color:red }", f"<p>{text}</p>"))


def test_many_threads_get_the_same_bytes() -> None:
    document = page("".join(f".c{n} {{ padding:{n}px }}" for n in range(60)), '<p class="c1 c59">x</p>')
    expected, got = inline(document), []
    threads = [threading.Thread(target=lambda: got.append(inline(document))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert got == [expected] * 12


@pytest.mark.parametrize("html", ["", "  \n"])
def test_what_is_no_document_is_a_template_error(html: str) -> None:
    with pytest.raises(TemplateError, match="not a whole HTML document"):
        inline(html)


def test_declarations_stand_close_together_but_words_and_addresses_stay() -> None:
    html = inline(
        page(
            '.a { font-family:"Segoe UI", Arial, sans-serif; color:#102030 } .b { background:url("x; y, z") }',
            '<p class="a">one; two, three</p><p class="b">style="a; b, c"</p>',
        )
    )

    assert "style='font-family:\"Segoe UI\",Arial,sans-serif;color:#102030'" in html
    assert "one; two, three" in html
    assert 'style="a; b, c"' in html
    assert "x; y, z" in html
