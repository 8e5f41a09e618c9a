import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import html


def test_blocks_stand_apart_and_breaks_end_lines() -> None:
    assert html.to_text("<p>One &amp; <b>t</b>wo</p><p>three<br>four</p>") == "One & two\n\nthree\nfour"


def test_list_items_and_cells_do_not_run_together() -> None:
    assert html.to_text("<ul><li>a<li>b</ul><table><tr><td>c</td><td>d</td></tr></table>") == "a\nb\n\nc d"


@pytest.mark.parametrize("tag", ["script", "style", "template", "noscript", "iframe", "svg"])
def test_what_a_browser_does_not_show_is_left_out(tag: str) -> None:
    assert html.to_text(f"before <{tag}>hidden()</{tag}>after") == "before after"


def test_plain_text_with_a_less_than_sign_stays() -> None:
    assert html.to_text("1 < 2 & 3 > 2") == "1 < 2 & 3 > 2"


def test_entities_without_tags_are_read() -> None:
    assert html.to_text("Rose &amp; Crown &#8217;24") == "Rose & Crown ’24"


def test_one_line_of_html() -> None:
    assert html.to_line("<h1>Night\n<i>Ferry</i></h1><p>x") == "Night Ferry x"


@pytest.mark.parametrize(
    "giant",
    [
        "<div>" * 200_000 + "deep" + "</div>" * 200_000,
        "<" * 500_000 + " deep",
        "<b" * 200_000 + ">deep",
        "&lt;" * 9 + "deep",
    ],
    ids=["nested", "angles", "unclosed", "entities"],
)
def test_a_giant_input_is_read_in_a_moment_and_loses_no_text(giant: str) -> None:
    begin = time.process_time()  # a quadratic reading takes minutes, whatever else the machine does
    assert "deep" in html.to_text(giant)
    assert time.process_time() - begin < 5


@given(st.text(alphabet=st.sampled_from("<>/&;\"'= abps\x00\ud800\n")))
def test_no_input_breaks_it(s: str) -> None:
    read = html.to_text(s)

    assert read.encode().decode() == read
