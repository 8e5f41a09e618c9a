"""Each rule with a number: the largest message that is clean, and the smallest that is not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.preflight.clean import NOW, PAGES, TOKEN, Parts, parts, rendered

from publisher.preflight import RULES, Context, Letter

Change = Callable[[Parts], Parts | bytes]
HOST = "https://lamplight.example"
UNSUBSCRIBE = "List-Unsubscribe"


def spots(rule: str, made: Parts | bytes, **facts: Any) -> list[tuple[str, str]]:
    raw = made if isinstance(made, bytes) else made.raw
    return list(RULES[rule].check(Letter(raw), Context(now=NOW, facts=facts)))


def header(name: str, value: str) -> Change:
    return lambda clean: clean.header(name, value)


def body(markup: str) -> Change:
    return lambda clean: replace(clean, html=f"<!DOCTYPE html><html><body>{markup}</body></html>")


def filled(size: int) -> Change:
    """The page with a comment that makes it so many bytes."""

    def change(clean: Parts) -> Parts:
        room = size - len(clean.html.encode()) - len("<!---->")
        return clean.page("</body>", f"<!--{'a' * room}--></body>")

    return change


def styled(size: int) -> Change:
    """The page with so many characters of style."""

    def change(clean: Parts) -> Parts:
        room = size - sum(len(style) for style in Letter(clean.raw).styles) - len("/**/")
        return clean.page("\n<style>", f"\n<style>/*{'a' * room}*/")

    return change


def text(said: str) -> Change:
    return lambda clean: replace(clean, text=said)


def words(ours: int, shared: int) -> Change:
    """A page of so many words, of which the text has some."""

    def change(clean: Parts) -> Parts:
        seen = [f"word{chr(97 + number)}" for number in range(ours)]
        page = f"<!DOCTYPE html><html><body><p>{' '.join(seen)}</p></body></html>"
        return replace(clean, html=page, text=f"other {' '.join(seen[:shared])}\n")

    return change


def preheader(size: int) -> Change:
    return lambda clean: clean.page(f">{rendered().preheader}", f">{'a' * size}")


def raw(old: bytes, new: bytes) -> Change:
    return lambda clean: clean.raw.replace(old, new, 1)


def p(style: str, said: str = "Some words") -> Change:
    return body(f'<p style="{style}">{said}</p>')


def encoded(size: int) -> Change:
    return header("X-Note", f"=?utf-8?q?{'a' * (size - 12)}?=")


LIMITS: dict[str, tuple[str, Change, Change]] = {
    "five minutes late": (
        "header-date",
        header("Date", "Fri, 20 Nov 2026 08:55:00 +0000"),
        header("Date", "Fri, 20 Nov 2026 08:54:59 +0000"),
    ),
    "five minutes early": (
        "header-date",
        header("Date", "Fri, 20 Nov 2026 10:05:00 +0100"),
        header("Date", "Fri, 20 Nov 2026 10:05:01 +0100"),
    ),
    "a numeric zone": (
        "header-date",
        header("Date", "Fri, 20 Nov 2026 09:00:00 +0000"),
        header("Date", "Fri, 20 Nov 2026 09:00:00 GMT"),
    ),
    "a Message-ID of eight": (
        "header-message-id",
        header("Message-ID", "<12345678@lamplight.example>"),
        header("Message-ID", "<1234567@lamplight.example>"),
    ),
    "one sender": (
        "header-addresses",
        header("From", "Ada <a@lamplight.example>"),
        header("From", "Ada <a@lamplight.example>, Ben <b@lamplight.example>"),
    ),
    "an encoded word of 75": ("header-words", encoded(75), encoded(76)),
    "a bracket behind a word": (
        "header-words",
        header("X-Note", "(=?utf-8?q?a?=)"),
        header("X-Note", "(=?utf-8?q?a?=b)"),
    ),
    "a bracket before a word": (
        "header-words",
        header("X-Note", "b (=?utf-8?q?a?=, b"),
        header("X-Note", "b =(=?utf-8?q?a?=; b"),
    ),
    "a letter before a word": (
        "header-words",
        header("X-Note", "b =?utf-8?q?a?="),
        header("X-Note", "b=?utf-8?q?a?="),
    ),
    "bytes of base64": (
        "header-words",
        header("X-Note", "=?utf-8?b?w6k=?="),
        header("X-Note", "=?utf-8?b?/w==?="),
    ),
    "bytes of Q": ("header-words", header("X-Note", "=?utf-8?q?=C3=A9?="), header("X-Note", "=?utf-8?q?=C3?=")),
    "a known character set": (
        "header-words",
        header("X-Note", "=?iso-8859-1?q?a?="),
        header("X-Note", "=?x-none?q?a?="),
    ),
    "a token in the path": (
        "unsubscribe-token",
        header(UNSUBSCRIBE, f"<{HOST}/abcdefgh>"),
        header(UNSUBSCRIBE, f"<{HOST}/abcdefg>"),
    ),
    "a token in the query": (
        "unsubscribe-token",
        header(UNSUBSCRIBE, f"<{HOST}/u?abcdefg>"),
        header(UNSUBSCRIBE, f"<{HOST}/u?abcdef>"),
    ),
    "one address to leave": (
        "header-unsubscribe",
        header(UNSUBSCRIBE, f"<{HOST}/u/abc>, <mailto:leave@lamplight.example>"),
        header(UNSUBSCRIBE, f"<{HOST}/u/abc>, <{HOST}/u/abd>"),
    ),
    "an address to leave by TLS": (
        "header-unsubscribe",
        header(UNSUBSCRIBE, "<https://lamplight.example/u/abc>"),
        header(UNSUBSCRIBE, "<http://lamplight.example/u/abc>"),
    ),
    "a List-Id of 255": (
        "header-list-id",
        header("List-Id", f"{'a' * 237} <w.example.com>".rjust(255, "a")),
        header("List-Id", f"{'a' * 237} <w.example.com>".rjust(256, "a")),
    ),
    "a List-Id of seven figures": (
        "header-list-id",
        header("List-Id", "<1234567.example.com>"),
        header("List-Id", "<12345678.example.com>"),
    ),
    "a short sender of feedback": (
        "header-feedback",
        header("Feedback-ID", "a:b:c:abcde"),
        header("Feedback-ID", "a:b:c:abcd"),
    ),
    "a long sender of feedback": (
        "header-feedback",
        header("Feedback-ID", f"a:b:c:{'a' * 15}"),
        header("Feedback-ID", f"a:b:c:{'a' * 16}"),
    ),
    "four parts of feedback": (
        "header-feedback",
        header("Feedback-ID", "a:b:c:abcde"),
        header("Feedback-ID", "a:b:c:d:abcde"),
    ),
    "a line of 998": (
        "mime-lines",
        raw(b"Feedback-ID: ", b"X-Long: " + b"y" * 990 + b"\r\nFeedback-ID: "),
        raw(b"Feedback-ID: ", b"X-Long: " + b"y" * 991 + b"\r\nFeedback-ID: "),
    ),
    "a quoted-printable line of 76": (
        "mime-lines",
        raw(b"\r\nFriday Screening\r\n", b"\r\n" + b"w" * 76 + b"\r\n"),
        raw(b"\r\nFriday Screening\r\n", b"\r\n" + b"w" * 77 + b"\r\n"),
    ),
    "a page before Gmail's cut": ("html-clip", filled(101_999), filled(102_000)),
    "a page far from Gmail's cut": ("html-near-clip", filled(89_999), filled(90_000)),
    "a page past Gmail's cut is told once": ("html-near-clip", filled(102_000), filled(101_999)),
    "style before Gmail drops it": ("html-styles", styled(16_383), styled(16_384)),
    "a preheader of forty": ("preheader", preheader(40), preheader(39)),
    "a preheader of 110": ("preheader", preheader(110), preheader(111)),
    "padding to 150": (
        "preheader-padding",
        body(f'<div style="display:none">{"a" * 150}</div><p>Words</p>'),
        body(f'<div style="display:none">{"a" * 149}</div><p>Words</p>'),
    ),
    "four hundred hidden characters": (
        "hidden-text",
        body(f'<p>Words</p><div style="display:none">{"a" * 400}</div>'),
        body(f'<p>Words</p><div style="display:none">{"a" * 401}</div>'),
    ),
    "two hundred words without pictures": (
        "image-only",
        body(f'<p>{"a" * 200}</p><img src="{HOST}/a.jpg">'),
        body(f'<p>{"a" * 199}</p><img src="{HOST}/a.jpg">'),
    ),
    "a picture of two pixels": (
        "image-tracking",
        body(f'<img src="{HOST}/a.gif" width="2" height="1">'),
        body(f'<img src="{HOST}/a.gif" width="1" height="1">'),
    ),
    "letters of 14 px": ("text-size", p("font-size:13.99px"), p("font-size:13.98px")),
    "lines of 1.4": ("text-leading", p("line-height:1.39", "a " * 45 + "b"), p("line-height:1.38", "a " * 45 + "b")),
    "a text of 89": ("text-leading", p("line-height:1", "a " * 44 + "b"), p("line-height:1", "a " * 44 + "bb")),
    "a headline's lines": (
        "text-leading",
        p("font-size:24px;line-height:1", "a " * 45 + "b"),
        p("font-size:23.9px;line-height:1", "a " * 45 + "b"),
    ),
    "a target for thumbs": (
        "tap-target",
        body('<div><a href="https://a.example" style="line-height:43.5px">One</a></div>'),
        body('<div><a href="https://a.example" style="line-height:43.4px">One</a></div>'),
    ),
    "a target with its padding": (
        "tap-target",
        body('<div><a href="https://a.example" style="line-height:20px;padding:12px 0 11.5px">One</a></div>'),
        body('<div><a href="https://a.example" style="line-height:20px;padding:12px 0 11.4px">One</a></div>'),
    ),
    "a box as wide as a phone": (
        "width-fixed",
        body('<div style="min-width:320px">Words</div>'),
        body('<div style="min-width:321px">Words</div>'),
    ),
    "a picture as wide as a phone": (
        "width-fixed",
        body('<img src="a.jpg" width="320" style="max-width:100%">'),
        body('<img src="a.jpg" width="321" style="max-width:100%">'),
    ),
    "a word of 34": ("width-words", p("", "a" * 34), p("", "a" * 35)),
    "a word of 17 in twice the size": ("width-words", p("font-size:32px", "a" * 17), p("font-size:32px", "a" * 18)),
    "contrast of words": ("contrast-light", p("color:#767676"), p("color:#777777")),
    "contrast of large words": (
        "contrast-light",
        p("color:#949494;font-size:24px"),
        p("color:#949494;font-size:23.9px"),
    ),
    "contrast of large bold words": (
        "contrast-light",
        p("color:#949494;font-weight:600;font-size:18.66px"),
        p("color:#949494;font-weight:600;font-size:18.65px"),
    ),
    "contrast of what is large": (
        "contrast-light",
        p("color:#949494;font-size:24px"),
        p("color:#959595;font-size:24px"),
    ),
    "a page of 640": (
        "html-width",
        body('<table width="640"><tr><td>Words</table>'),
        body('<table width="641"><tr><td>Words</table>'),
    ),
    "a page of 440": (
        "html-width",
        body('<table width="440"><tr><td>Words</table>'),
        body('<table width="439"><tr><td>Words</table>'),
    ),
    "headings a level apart": ("html-headings", body("<h1>A</h1><h2>B</h2><h3>C</h3>"), body("<h1>A</h1><h3>C</h3>")),
    "a lower heading again": ("html-headings", body("<h1>A</h1><h2>B</h2><h2>C</h2>"), body("<h2>B</h2><h1>A</h1>")),
    "one main heading": ("html-headings", body("<h1>A</h1>"), body("<h1>A</h1><h1>B</h1>")),
    "an id that stands once": (
        "html-ids",
        body('<p id="a">A</p><p id="b">B</p>'),
        body('<p id="a">A</p><p id="a">B</p>'),
    ),
    "a line of 78": ("text-wrap", text("a " * 38 + "aa\n"), text("a " * 39 + "a\n")),
    "a line of 78 beside an address": (
        "text-wrap",
        text(f"{'a ' * 38}aa{HOST}/x\n"),
        text(f"{'a ' * 39}a {HOST}/x\n"),
    ),
    "six words of ten": ("text-same", words(20, 12), words(20, 11)),
    "ten words": ("text-same", words(10, 0), words(11, 0)),
    "unsubscribing in ten px": (
        "footer-unsubscribe",
        body(f'<a href="{PAGES}/u/{TOKEN}" style="font-size:10px">Leave</a>'),
        body(f'<a href="{PAGES}/u/{TOKEN}" style="font-size:9.9px">Leave</a>'),
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_rule_holds_to_its_very_limit(limit: str) -> None:
    rule, clean, broken = LIMITS[limit]
    assert spots(rule, clean(parts())) == []
    assert len(spots(rule, broken(parts()))) == 1


SOURCES = [f"{HOST}/{name}.jpg" for name in "abcde"]
PICTURES = body("".join(f'<img src="{source}" width="300">' for source in SOURCES))(parts())
WORLD: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a picture of 200,000 bytes": (
        "image-weight",
        {"image_bytes": {SOURCES[0]: 200_000}},
        {"image_bytes": {SOURCES[0]: 200_001}},
    ),
    "pictures of 800,000 bytes": (
        "image-weight",
        {"image_bytes": dict.fromkeys(SOURCES[:4], 200_000)},
        {"image_bytes": {**dict.fromkeys(SOURCES[:4], 200_000), SOURCES[4]: 1}},
    ),
    "half as many pixels again": (
        "image-sharp",
        {"image_size": {SOURCES[0]: (450, 10)}},
        {"image_size": {SOURCES[0]: (449, 10)}},
    ),
    "no points": ("spam-score", {"spamassassin": (0.0, ())}, {"spamassassin": (0.1, ("A",))}),
    "a picture that answers": (
        "link-gone",
        {"links": {SOURCES[0]: ("unsure", "slow")}},
        {"links": {SOURCES[0]: ("gone", "it answers 404")}},
    ),
}


@pytest.mark.parametrize("limit", WORLD)
def test_a_rule_about_the_world_holds_to_its_very_limit(limit: str) -> None:
    rule, clean, broken = WORLD[limit]
    assert spots(rule, PICTURES, **clean) == []
    assert len(spots(rule, PICTURES, **broken)) == 1


def test_what_is_not_known_of_the_world_is_not_judged() -> None:
    for rule in ("image-weight", "image-sharp", "spam-score", "link-gone", "link-unsure"):
        assert spots(rule, PICTURES) == []


SMALL = '<p style="font-size:9px">Words</p>'
MANY: dict[str, tuple[str, str, int]] = {
    "text-size": (SMALL, SMALL, 10),
    "text-leading": (f'<p style="line-height:1">{"a " * 50}</p>',) * 2 + (10,),
    "tap-target": ('<div><a href="https://a.example/">One</a></div>',) * 2 + (10,),
    "width-fixed": ('<div style="min-width:500px">x</div>',) * 2 + (10,),
    "width-words": (f"<p>{'a' * 50}</p>",) * 2 + (10,),
    "link-seen": ('<p>In <a href="https://a.example/" style="text-decoration:none">words</a></p>',) * 2 + (10,),
    "link-address": ('<a href="#">One</a>',) * 2 + (20,),
    "html-tables": ("<table><tr><td>x</td></tr></table>",) * 2 + (10,),
    "html-margins": ('<div style="margin:9px">x</div>',) * 2 + (10,),
    "html-forbidden": ("<input>",) * 2 + (10,),
}


@pytest.mark.parametrize("rule", MANY)
def test_a_mistake_that_stands_everywhere_is_told_a_few_times(rule: str) -> None:
    one, more, most = MANY[rule]
    for count in (1, most - 1, most, most + 1):
        assert len(spots(rule, body(one + more * (count - 1))(parts()))) == min(count, most)


def test_colours_are_told_once_a_pair_and_at_most_ten() -> None:
    poor = [f'<p style="color:#eeee{number:02x}">Words</p>' for number in range(0xE0, 0xEC)]
    assert len(spots("contrast-light", body(poor[0] * 3)(parts()))) == 1
    assert len(spots("contrast-light", body("".join(poor[:9]))(parts()))) == 9
    assert len(spots("contrast-light", body("".join(poor))(parts()))) == 10


def test_words_in_the_colour_of_their_ground_are_told_for_light_and_dark() -> None:
    assert spots("contrast-unreadable", p("color:#cccccc")(parts())) == []
    assert [said[-7:].strip(" ()") for _, said in spots("contrast-unreadable", p("color:#cdcdcd")(parts()))] == [
        "light",
        "dark",
    ]


@pytest.mark.parametrize(("token", "count"), [("abcdefghijk", 0), ("abcdefghijkl", 1), ("ABCDEFGHIJKL", 1)])
def test_a_pictures_address_holds_no_token_of_twelve(token: str, count: int) -> None:
    page = body(f'<img src="{HOST}/{token}.jpg" width="300" height="200">')(parts())
    assert isinstance(page, Parts)
    assert len(spots("image-tracking", page.header(UNSUBSCRIBE, f"<{HOST}/u/{token}>"))) == count


def test_a_heavy_picture_is_named_by_its_file() -> None:
    assert [where for where, _ in spots("image-weight", PICTURES, image_bytes={SOURCES[0]: 200_001})] == ["a.jpg"]


def test_bytes_of_another_character_set_than_the_one_named_are_seen() -> None:
    latin = raw(b"\r\nFriday Screening\r\n", b"\r\nFriday Screening =E9\r\n")(parts())
    assert isinstance(latin, bytes)
    assert latin != parts().raw
    (spot,) = spots("mime-alternative", latin)
    assert spot == ("text/plain", "its bytes are not of the character set that it names")
