"""Whatever comes in, preflight answers, and soon."""

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.preflight.clean import NOW, parts

from publisher import preflight
from publisher.preflight import Context, Finding, css, selectors
from publisher.preflight.letter import LONGEST
from publisher.preflight.vocabulary import listed

pytestmark = pytest.mark.slow

AT = Context(now=NOW)
LONGEST_SECONDS = 10.0
LEVELS = {"error", "warning", "note"}

tags = st.sampled_from(sorted(listed("table tr td div p a img style h1 h2 span b blockquote script svg body html li")))
attribute = st.tuples(
    st.sampled_from(sorted(listed("style href src class id width height bgcolor role alt lang dir border background"))),
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "color:#12345",
                "padding:1e99px -5px",
                "width:999999999999999999999px",
                "line-height:0;font-size:0",
                "https://[::1",
                "http://a:99999999/",
                "javascript:1",
                "background:url(",
                "font:0/0 a",
                "rgb(1 2 3 / 5%)",
                "color:rgb(1.2.3 4 5 / 1.1.1)",
            ]
        ),
    ),
)


@st.composite
def markup(draw: st.DrawFn) -> str:
    pieces = []
    for _ in range(draw(st.integers(0, 12))):
        tag = draw(tags)
        said = " ".join(f'{name}="{value}"' for name, value in draw(st.lists(attribute, max_size=3)))
        pieces.append(f"<{tag} {said}>{draw(st.text(max_size=20))}")
        if draw(st.booleans()):
            pieces.append(f"</{tag}>")
    return "".join(pieces)


def judged(raw: bytes) -> tuple[Finding, ...]:
    findings = preflight.report(raw, context=AT).findings
    assert all(finding.level in LEVELS and finding.message and "\n" not in finding.message for finding in findings)
    return findings


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_judged(raw: bytes) -> None:
    assert judged(raw)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(markup())
def test_any_page_is_judged(page: str) -> None:
    clean = parts()
    judged(type(clean)(clean.head, clean.text, f"<!DOCTYPE html><html><body>{page}</body></html>").raw)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_headers_and_text_are_judged(value: str, text: str) -> None:
    clean = parts()
    head = f"Subject: {value}\r\nFrom: {value}\r\nDate: {value}\r\nMessage-ID: {value}\r\n{clean.head}"
    assert judged(type(clean)(head, text, "<p>A page</p>").raw)


@settings(deadline=None)
@given(st.text(alphabet="abc{}:;@#.,[]()\"'/*!>+~ \\\n", max_size=80))
def test_any_style_sheet_and_selector_is_read(text: str) -> None:
    assert css.sheet(text).text == text
    css.declarations(text)
    for each in selectors.alternatives(text):
        selectors.parse(each)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.%abcdef#rgb(), /-", max_size=30))
def test_any_colour_is_read_or_is_none(text: str) -> None:
    from publisher.preflight import colours

    found = colours.parse(text)
    if found is not None:
        assert all(0 <= part <= 255 for part in found[:3])
        assert 0 <= found.alpha <= 1
        assert 1 <= colours.contrast(found, colours.WHITE) <= 21.01
        assert 1 <= colours.contrast(colours.turned_words(found), colours.turned_ground(colours.WHITE)) <= 21.01


def page(body: str) -> bytes:
    clean = parts()
    return type(clean)(clean.head, clean.text, f"<!DOCTYPE html><html><body>{body}</body></html>").raw


ATTACKS: dict[str, Callable[[], bytes]] = {
    "deep": lambda: page("<div>" * 50_000),
    "wide": lambda: page("<b>x</b>" * 60_000),
    "links": lambda: page('<p><a href="https://a.example/x">word</a> word</p>' * 8_000),
    "many links in one line": lambda: page("<p>" + '<a href="https://a.example/x">word</a> and ' * 10_000 + "</p>"),
    "one long word": lambda: page("x" * 500_000),
    "a long style": lambda: page(f'<p style="{"color:red;" * 50_000}">x</p>'),
    "a long sheet": lambda: page(
        f"<style>{'.a .b .c .d .e { color:red } ' * 20_000}</style>" + "<p class='e'>x" * 3_000
    ),
    "backtracking selectors": lambda: page(
        f"<style>{'div div div div div div div x{color:red}' * 900}</style>" + "<div>" * 200 + "<x>" * 3000
    ),
    "many selectors": lambda: page(f"<style>{','.join(['*'] * 30_000)} {{ color:red }}</style>" + "<p>x</p>" * 3000),
    "braces": lambda: page(f"<style>{'{' * 100_000}</style>"),
    "nested brackets": lambda: page(f'<style>a {{ b: {"(" * 5_000} }}</style><p style="c:{"[" * 3_000}">'),
    "comments": lambda: page("<!--[if mso]>" * 30_000),
    "half comments": lambda: page("<!--[if " * 60_000),
    "entities": lambda: page("&#0;&#x202e;&lt;" * 30_000),
    "nul": lambda: page("<p>a\x00b</p>" * 1000),
    "headers": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\n",
    "addresses": lambda: b"From: " + b"a@b.example, " * 50_000 + b"\r\nTo: " + b'"' * 50_000 + b"\r\n\r\n",
    "many headers": lambda: b"X-A: b\r\n" * 20_000 + b"\r\n",
    "unsubscribe": lambda: (
        b"List-Unsubscribe: " + b"<http://" * 30_000 + b"\r\nList-Id: " + b"a." * 30_000 + b">\r\n\r\n"
    ),
    "parts": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3_000)
    ),
    "text": lambda: (
        type(parts())(parts().head, "&" * 200_000 + "http://" * 20_000 + "." * 50_000 + "{" * 50_000, parts().html).raw
    ),
    "text tags": lambda: type(parts())(parts().head, "<a " * 100_000 + ". a" * 50_000, parts().html).raw,
    "huge": lambda: b"Subject: x\r\n\r\n" + b"a" * (LONGEST + 10),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_judged_soon(attack: Callable[[], bytes]) -> None:
    raw = attack()
    begun = time.process_time()

    assert judged(raw)

    assert time.process_time() - begun < LONGEST_SECONDS
