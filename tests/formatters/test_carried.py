"""What of an editor's Markdown a mail carries, and what is said of the rest."""

import pytest

from publisher.formatters.email.carried import left_out, picture_addresses
from publisher.formatters.email.markdown import to_html, to_plain

SITE = "https://lamplight.example"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("See https://a.example/list.", "https://a.example/list"),
        ("(https://a.example/list?x=1&y=2)", "https://a.example/list?x=1&y=2"),
        ("https://a.example/Dune_(film), they say", "https://a.example/Dune_(film)"),
        ("“https://a.example/a_b_c”!", "https://a.example/a_b_c"),
        ("https://a.example/#part;", "https://a.example/#part"),
        ("at www.a.example/list…", "https://www.a.example/list"),
        ("| x |\n|---|\n| https://a.example/t. |", "https://a.example/t"),
    ],
)
def test_a_bare_address_is_a_link_to_exactly_that(written: str, address: str) -> None:
    html = to_html(written, site=SITE)

    assert f'<a href="{address.replace("&", "&amp;")}">' in html
    assert html.count("<a ") == 1


def test_an_address_in_a_link_or_in_code_stays_as_it_is() -> None:
    assert to_html("[https://a.example](https://b.example) `https://c.example`").count("<a ") == 1
    assert "<a " not in to_html("mail@www.a.example and xhttps://a.example")


def test_a_table_has_its_cells_in_html_and_its_columns_in_text() -> None:
    table = "| Film | Right |\n|---|--:|\n| Salt *Road* | 2 |\n| Two Lamps | 5 |"

    assert '<td align="right">2</td>' in to_html(table)
    assert "<th>Film</th>" in to_html(table)
    assert to_plain(table) == "Film        Right\nSalt Road   2\nTwo Lamps   5"
    assert to_plain(table, width=12) == "Film: Salt\nRoad\nRight: 2\n\nFilm: Two\nLamps\nRight: 5"


def test_struck_words_are_struck() -> None:
    assert to_html("~~four~~ two") == "<p><s>four</s> two</p>"
    assert to_plain("~~four~~ two") == "-four- two"


@pytest.mark.parametrize(
    ("written", "html", "text"),
    [
        (
            "This is <b>so</b> *<i>good*</i>",
            "<p>This is <strong>so</strong> <em><em>good</em></em></p>",
            "This is so good",
        ),
        ("<center>Thank you</center>", "<p>Thank you</p>", "Thank you"),
        ("<div><p>One</p><p>Two</p></div>", "<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("Hi<script>alert(1)</script> there", "<p>Hi there</p>", "Hi there"),
        ("<div><script>\n\nalert(1)\n\n</script></div>\n\nHi", "<p>Hi</p>", "Hi"),
        ("Hi\n\n<script>\n\nalert(1)", "<p>Hi</p>", "Hi"),
        ("<!-- not\n\nthis -->Hi", "<p>Hi</p>", "Hi"),
        ("<font color=red>Hi</b> there", "<p>Hi there</p>", "Hi there"),
        ("One<br>two", "<p>One<br>\ntwo</p>", "One\ntwo"),
        ('<a href="/x" onclick="y()">x</a>', f'<p><a href="{SITE}/x">x</a></p>', f"x ({SITE}/x)"),
        ("<a href=/x>not closed", "<p>not closed</p>", "not closed"),
        ("<svg/onload=alert(1)> hi", "<p> hi</p>", "hi"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>", "<b>"),
    ],
)
def test_raw_html_is_cleaned_and_its_words_stay(written: str, html: str, text: str) -> None:
    assert to_html(written, site=SITE).replace("</p>\n<p>", "</p><p>") == html
    assert to_plain(written, site=SITE) == text


def test_a_picture_in_html_is_a_picture() -> None:
    html = to_html("<img src='/boat.jpg' alt='A &quot;boat&quot;' onerror=x()>", site=SITE)

    assert html == f'<p><img src="{SITE}/boat.jpg" alt="A &quot;boat&quot;" width="552"></p>'
    assert picture_addresses("![a](a.jpg) <img src=b.jpg>") == ("a.jpg", "b.jpg")


@pytest.mark.parametrize("scheme", ["tel", "ftp", "javascript", "data", "sms", "file", "vbscript"])
def test_a_link_that_a_mail_cannot_carry_is_words_alone_and_is_named(scheme: str) -> None:
    written = f"Call [the *office*]({scheme}:x1) or <b>us</b>"

    assert to_html(written) == "<p>Call the <em>office</em> or <strong>us</strong></p>"
    assert to_plain(written) == "Call the office or us"
    assert left_out(written, site=SITE) == (
        "raw HTML was cleaned (<b>): its words stay, what it does is gone",
        f"“{scheme}:x1” is no link or picture in the mail: a mail cannot carry {scheme}:",
    )


def test_a_link_to_nowhere_and_what_is_not_rendered_are_said() -> None:
    assert left_out("[x]() and [y](mailto:nobody)[^1]\n\n- [x] done\n\n<style>p{}</style>", site="") == (
        "raw HTML was cleaned (<style>): its words stay, what it does is gone",
        "“” is no link or picture in the mail: it is no address",
        "“mailto:nobody” is no link or picture in the mail: a mail cannot carry mailto:",
        "footnotes are shown as they are written",
        "boxes to tick are shown as they are written",
    )
    assert left_out("A *sound* [letter](/x) with https://a.example and ![p](/p.jpg).", site=SITE) == ()
