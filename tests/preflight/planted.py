"""Broken examples: for each rule one or more messages that break it, made from one with nothing wrong."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.preflight.clean import PAGES, TOKEN, Parts

Fault = Callable[[Parts], Parts | bytes]

UNSUBSCRIBE = f"{PAGES}/u/{TOKEN}"
STILL = "https://lamplight.example/stills/the-salt-ledger.jpg"
REVIEW = "https://lamplight.example/reviews/night-bus"
LINK = 'class="row-link" style="padding:13px 0;color:#1a1a1a;text-decoration:underline"'
DKIM = "v=1; a=rsa-sha256; d=lamplight.example; s=x; h=From:List-Unsubscribe:List-Unsubscribe-Post; bh=eA==; b=eA=="


def raw(old: bytes, new: bytes) -> Fault:
    def change(clean: Parts) -> bytes:
        assert old in clean.raw, old
        return clean.raw.replace(old, new, 1)

    return change


def header(name: str, value: str | None) -> Fault:
    return lambda clean: clean.header(name, value)


def page(old: str, new: str, count: int = 1) -> Fault:
    return lambda clean: clean.page(old, new, count)


def add(markup: str) -> Fault:
    return lambda clean: clean.add(markup)


def plain(old: str, new: str) -> Fault:
    return lambda clean: clean.plain(lambda text: text.replace(old, new, 1))


def link(href: str, words: str = "The film in full") -> Fault:
    return lambda clean: replace(clean.add(f'<a href="{href}" {LINK}>{words}</a>'), text=f"{href}\n{clean.text}")


def image(attributes: str) -> Fault:
    return add(f"<img {attributes}>")


def heavy(size: int) -> Fault:
    """The page filled up to `size` bytes with words, each line in the text as well."""

    def change(clean: Parts) -> Parts:
        missing = size - len(clean.html.encode())
        filler = ("A word and another one. " * (missing // 24 + 1))[:missing]
        return replace(clean.add(filler), text=f"{clean.text}")

    return change


def html_first(clean: Parts) -> bytes:
    head, text, html, end = re.split(rb"\r\n(?=--=_)", clean.raw)
    return b"\r\n".join([head, html, text, end])


def html_only(clean: Parts) -> bytes:
    head = clean.head.rpartition("Content-Type:")[0] + "Content-Type: text/html; charset=utf-8"
    body = base64.encodebytes(clean.html.encode()).replace(b"\n", b"\r\n")
    return f"{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + body


def as_base64(clean: Parts) -> bytes:
    whole = clean.raw
    start = whole.rindex(b"quoted-printable")
    end = whole.rindex(b"\r\n--=_")
    coded = base64.encodebytes(clean.html.encode()).replace(b"\n", b"\r\n").rstrip()
    return whole[:start] + b"base64\r\n\r\n" + coded + whole[end:]


FAULTS: Mapping[str, Mapping[str, Fault]] = {
    "mime-parses": {
        "no end": lambda clean: clean.raw[: clean.raw.rindex(b"\r\n--=_")],
        "not a header": raw(b"Precedence:", b"Prece dence without a colon\r\nPrecedence:"),
        "too large": lambda clean: clean.raw + b"x" * 8_000_001,
    },
    "mime-alternative": {
        "html first": html_first,
        "html only": html_only,
        "latin-1": raw(b"text/plain; charset=utf-8", b"text/plain; charset=iso-8859-1"),
        "empty text": lambda clean: replace(clean, text=""),
    },
    "mime-lines": {
        "bare LF": lambda clean: clean.raw.replace(b"\r\n", b"\n"),
        "one bare CR": raw(b"Friday Screening\r\n", b"Friday\rScreening\r\n"),
        "a long line": raw(b"Feedback-ID: ", b"X-Long: " + b"y" * 1_000 + b"\r\nFeedback-ID: "),
        "8-bit": raw(b"\r\n\r\n", "\r\nX-Note: é\r\n\r\n".encode()),
        "long quoted-printable": raw(b"\r\nFriday Screening\r\n", b"\r\n" + b"w" * 80 + b"\r\n"),
    },
    "mime-encoding": {"base64": as_base64},
    "mime-amp": {
        "a part": raw(
            b"Content-Type: text/html", b"Content-Type: text/x-amp-html; charset=utf-8\r\n\r\n<html amp4email>"
        ),
    },
    "headers-once": {
        **{
            f"no {name}": header(name, None) for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
        },
        "two subjects": raw(b"Subject:", b"Subject: Another one\r\nSubject:"),
        "empty subject": header("Subject", ""),
    },
    "header-addresses": {
        "no domain": header("From", "The Lamplight Review <friday>"),
        "two senders": header("From", "A One <a@lamplight.example>, B Two <b@lamplight.example>"),
        "reader": header("To", "ines at reader.example"),
    },
    "header-date": {
        "no date": header("Date", "next Friday"),
        "no zone": header("Date", "Fri, 20 Nov 2026 09:00:00 GMT"),
        "an hour ago": header("Date", "Fri, 20 Nov 2026 08:00:00 +0000"),
        "another year": header("Date", "Thu, 20 Nov 2025 09:00:00 +0000"),
    },
    "header-message-id": {"no brackets": header("Message-ID", "07515f904ff35def@lamplight.example")},
    "header-message-domain": {"another host": header("Message-ID", "<07515f904ff35def26e1@host.internal>")},
    "header-from": {
        "no name": header("From", "friday@lamplight.example"),
        "free mail": header("From", "The Lamplight Review <lamplight@gmail.com>"),
        "another address": header("From", '"ceo@bank.example" <friday@lamplight.example>'),
    },
    "header-words": {
        "glued": header("Subject", "=?utf-8?q?The_Salt?==?utf-8?q?_Ledger?="),
        "too long": header("Subject", f"=?utf-8?b?{base64.b64encode(b'x' * 80).decode()}?="),
        "half a letter": header("Subject", "=?utf-8?q?caf=C3?= =?utf-8?q?=A9?="),
        "glued to a word": header("Subject", "Caf=?utf-8?q?=C3=A9?="),
    },
    "header-plain": {"raw": lambda clean: clean.header("Subject", "Café")},
    "header-reply-to": {
        "noreply": header("Reply-To", "noreply@lamplight.example"),
        "do not reply": header("Reply-To", "Lamplight <do-not-reply@lamplight.example>"),
    },
    "header-literal": {
        "unsubscribe": header("List-Unsubscribe", f"=?utf-8?q?=3C{UNSUBSCRIBE.replace('=', '=3D')}=3E?="),
        "list id": header("List-Id", "Friday Screening <=?utf-8?q?weekly?=.lamplight.example>"),
    },
    "header-unsubscribe": {
        "missing": header("List-Unsubscribe", None),
        "http": header("List-Unsubscribe", f"<{UNSUBSCRIBE.replace('https', 'http')}>"),
        "mail only": header("List-Unsubscribe", "<mailto:leave@lamplight.example>"),
        "two": header("List-Unsubscribe", f"<{UNSUBSCRIBE}>, <{UNSUBSCRIBE}2>"),
        "no post": header("List-Unsubscribe-Post", None),
        "other post": header("List-Unsubscribe-Post", "One-Click"),
    },
    "unsubscribe-token": {
        "address": header("List-Unsubscribe", f"<{PAGES}/leave?who=ines%40reader.example>"),
        "the same for all": header("List-Unsubscribe", f"<{PAGES}/leave>"),
    },
    "header-list-id": {
        "missing": header("List-Id", None),
        "no brackets": header("List-Id", "weekly.lamplight.example"),
        "a number": header("List-Id", "<0a1b2c3d4e5f.lamplight.example>"),
        "long": header("List-Id", f"{'Friday ' * 40}<weekly.lamplight.example>"),
    },
    "header-feedback": {
        "three parts": header("Feedback-ID", "weekly:digest:lamplight"),
        "short sender": header("Feedback-ID", "a:b:c:lamp"),
        "the reader": header("Feedback-ID", "a:ines@reader.example:c:lamplight"),
    },
    "header-bulk": {
        "no precedence": header("Precedence", None),
        "answers": header("X-Auto-Response-Suppress", None),
    },
    "header-automatic": {"replied": header("Auto-Submitted", "auto-replied")},
    "dkim-signature": {
        "no one-click": header("DKIM-Signature", DKIM.replace(":List-Unsubscribe-Post", "")),
        "other domain": header("DKIM-Signature", DKIM.replace("lamplight.example", "mailer.example")),
        "sha-1": header("DKIM-Signature", DKIM.replace("sha256", "sha1")),
        "length": header("DKIM-Signature", f"{DKIM}; l=100"),
    },
    "authentication": {
        "dmarc": header("Authentication-Results", "mx.reader.example; spf=pass; dkim=pass; dmarc=fail"),
    },
    "html-clip": {"103 KB": heavy(103_000)},
    "html-near-clip": {
        "95 KB": heavy(95_000),
        "long as sent": lambda clean: clean.add("映画" * 5_700),
    },
    "html-styles": {
        "17 KB": page("</style>\n<style>", f"{'.long-class-name { color:#1a1a1a }' * 600}</style>\n<style>"),
        "in the body": add("<style>.a { color:#1a1a1a }</style>Words"),
    },
    "style-syntax": {
        "no brace": page(".masthead {", ".masthead {{"),
        "a stray colon": page(":root {", ".a { color red; }\n:root {"),
    },
    "style-apart": {
        "attribute selector": page(":root {", "a[href] { color:#1a1a1a }\n:root {"),
        "nested": page(":root {", "@media screen { @media (max-width:500px) { .a { color:#111 } } }\n:root {"),
        "first": page("\n<style>", "\n<style>[class~=x] { color:#1a1a1a }</style>\n<style>"),
        "import": page(":root {", "@import url(x.css);\n:root {"),
    },
    "html-doctype": {
        "none": page("<!DOCTYPE html>", ""),
        "an old one": page("<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">'),
    },
    "html-language": {
        "no lang": page('<html lang="en"', "<html"),
        "no dir": page('<html lang="en" dir="ltr"', '<html lang="en"'),
        "no wrapper": lambda clean: clean.page('lang="en" dir="ltr" style', "style").page(' dir="ltr" style', " style"),
        "not a language": page('<html lang="en"', '<html lang="english please"'),
    },
    "html-head": {
        "charset": page('<meta charset="utf-8">', ""),
        "viewport": page('name="viewport"', 'name="view"'),
    },
    "html-title": {"another": page("<title>", "<title>Untitled: ")},
    "html-width": {
        "wide": page("max-width:600px;font-family", "max-width:900px;font-family"),
        "no ghost table": lambda clean: replace(
            clean, html=clean.html.replace('<!--[if mso]><table role="presentation" width=', "<!--[if mso]><table x=")
        ),
        "no limit": lambda clean: replace(
            clean, html=clean.html.replace("max-width:", "x-width:").replace('width="600"', "")
        ),
    },
    "html-tables": {
        "no role": page('class="page" role="presentation"', 'class="page"'),
        "no cellspacing": page('cellspacing="0" dir="ltr" style', 'dir="ltr" style'),
        "data": add(
            '<table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><th>Film</th></tr></table>'
        ),
        "for Outlook": page('<!--[if mso]><table role="presentation"', "<!--[if mso]><table"),
    },
    "html-mso": {
        "open": page("<![endif]-->", ""),
        "closed twice": page("<![endif]-->", "<![endif]--><![endif]-->"),
        "a table stays open": page("<!--[if mso]></td></tr></table><![endif]-->", ""),
    },
    "html-dpi": {"none": page("<o:PixelsPerInch>96</o:PixelsPerInch>", "")},
    "html-buttons": {
        "no bgcolor": lambda clean: replace(
            clean, html=clean.html.replace('class="button" bgcolor', 'class="button" x')
        ).page(
            "display:inline-block;padding:13px 24px",
            "display:inline-block;background-color:#a3262a;padding:13px 24px",
        ),
        "VML elsewhere": page(
            "<body",
            '<!--[if mso]><v:roundrect href="https://elsewhere.example/"></v:roundrect><![endif]--><body',
        ),
    },
    "html-margins": {
        "a cell": page('<td class="lead-still" style="', '<td class="lead-still" style="margin-top:24px;'),
        "a box": add('<div style="margin:0 0 20px">Words in a box</div>'),
    },
    "html-forbidden": {
        "script": add("<script>run()</script>Words"),
        "form": add('<form action="https://lamplight.example/"><input type="text"></form>Words'),
        "frame": add('<iframe src="https://lamplight.example/"></iframe>Words'),
        "video": add("<video></video>Words"),
        "link": page("<title>", '<link rel="stylesheet" href="https://lamplight.example/a.css"><title>'),
        "handler": page("<body ", '<body onload="run()" '),
        "address": link("javascript:run()"),
        "refresh": page("<title>", '<meta http-equiv="refresh" content="0"><title>'),
    },
    "html-headings": {
        "no h1": lambda clean: replace(clean, html=clean.html.replace("<h1", "<p").replace("</h1", "</p")),
        "two h1": add("<h1>Friday Screening</h1>"),
        "a jump": add("<h4>The Salt Ledger</h4>"),
        "empty": add("<h2></h2>"),
    },
    "html-ids": {"twice": add('<span id="a">One</span><span id="a">Two</span>')},
    "annotations": {
        "not JSON": page("<title>", '<script type="application/ld+json">{"@type": </script><title>'),
        "no type": page("<title>", '<script type="application/ld+json">{"name": 1}</script><title>'),
    },
    "preheader": {
        "none": lambda clean: clean.page('<div class="preheader"', '<div class="pre" hidden></div><div').page(
            "display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px", "font-size:14px"
        ),
        "short": page("“It keeps its voice down for two hours and is never once polite.”", "New!", 2),
        "long": page("is never once polite.”", f"is never once polite{' and polite' * 8}.”", 2),
    },
    "preheader-padding": {"none": page("\u034f\u200c\u00a0", "", 99)},
    "preheader-hiding": {
        "only display": page("max-height:0;overflow:hidden;mso-hide:all;", ""),
        "not in Outlook": page("mso-hide:all;", ""),
    },
    "preheader-description": {
        "none": page('name="description"', 'name="x"'),
        "another": page('name="description" content="', 'name="description" content="Not so: '),
    },
    "hidden-text": {"a lot": add(f'<div style="display:none">{"Buy this film now. " * 40}</div>Words')},
    "link-words": {
        "read more": link(REVIEW, "Read more…"),
        "here": link(REVIEW, "here"),
        "nothing": link(REVIEW, ""),
    },
    "link-distinct": {
        "two places": lambda clean: link(f"{REVIEW}?a", "The film")(link(f"{REVIEW}?b", "The film")(clean)),  # type: ignore[arg-type]
    },
    "image-attributes": {
        "http": page(STILL, STILL.replace("https", "http")),
        "relative": page(STILL, "/stills/the-salt-ledger.jpg"),
        "no alt": page('alt="A still from The Salt Ledger"', ""),
        "no width": page('width="600" alt="A still from The Salt Ledger"', 'alt="A still from The Salt Ledger"'),
        "no height": image(f'src="{STILL}" width="100" alt="A still" style="display:block;width:100%"'),
        "no address": image('src="" width="100" height="50" alt="A still" style="display:block;width:100%"'),
    },
    "image-alt": {"a file": page('alt="A still from The Salt Ledger"', 'alt="still_0012.jpg"')},
    "image-type": {
        "webp": page(STILL, STILL.replace("jpg", "webp")),
        "base64": page(STILL, "data:image/png;base64,iVBORw0KGgo="),
        "svg": add('<svg width="10" height="10"></svg>Words'),
    },
    "image-block": {"inline": page("display:block;width:100%;max-width:600px", "width:100%;max-width:600px")},
    "image-only": {
        "a poster": lambda clean: replace(
            clean,
            html=clean.html[: clean.html.index("<table")]
            + f'<table><tr><td><img src="{STILL}" width="600" height="900" alt=""></td></tr></table>'
            + "</body></html>",
        )
    },
    "image-link": {"no words": page('alt="A still from The Salt Ledger"', 'alt=""')},
    "image-tracking": {
        "a dot": image(f'src="{PAGES}/o.gif" width="1" height="1" alt="" style="display:block"'),
        "the reader": page(STILL, f"{STILL}?who=ines@reader.example"),
        "the token": page(STILL, f"{STILL}?t={TOKEN}"),
    },
    "image-logo": {
        "no ground": lambda clean: clean.add(
            '<img class="logotype" src="https://lamplight.example/logo.png" width="100" height="40" alt="Lamplight" '
            'style="display:block;height:40px;width:100%;max-width:100px">'
        )
    },
    "dark-scheme": {
        "no meta": page('<meta name="color-scheme" content="light dark">', ""),
        "no supported": page('name="supported-color-schemes"', 'name="x"'),
        "no root": page(":root { color-scheme:light dark;", ":root {"),
        "no dark rules": page("prefers-color-scheme:dark", "prefers-color-scheme:light"),
        "not important": page(
            "{ background-color:#161514 !important; }\n.gutter", "{ background-color:#161514; }\n.gutter"
        ),
    },
    "dark-outlook": {"none": lambda clean: replace(clean, html=clean.html.replace("data-ogsc", "data-x"))},
    "contrast-unreadable": {
        "white on paper": add('<span style="color:#ffffff">Nobody sees this</span>'),
        "black in the dark": page(".row-link, .foot-link { color:#f1eee8", ".foot-link { color:#161514"),
    },
    "contrast-light": {
        "grey": add('<span style="color:#999999">Hardly anybody sees this</span>'),
        "a rule": lambda clean: clean.page(":root {", ".faint { color:#aaaaaa !important }\n:root {").add(
            '<span class="faint">Hardly anybody sees this</span>'
        ),
        "a cell": add(
            '<table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr>'
            '<td bgcolor="#336699" style="color:#6699bb">On blue</td></tr></table>'
        ),
    },
    "contrast-dark": {
        "forgotten": add('<span style="color:#444444">Black on black at night</span>'),
        "wrong": page("{ color:#b3aea5 !important; }", "{ color:#5a5a5a !important; }"),
    },
    "contrast-forced": {
        "on yellow": add(
            '<table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr>'
            '<td bgcolor="#c8b030" style="color:#111111;background-color:#c8b030">On yellow</td></tr></table>'
        ),
    },
    "text-size": {"small print": add('<span style="font-size:11px;line-height:18px">Small print</span>')},
    "text-leading": {
        "tight": add(f'<p style="margin:0;font-size:17px;line-height:18px">{"These are long words. " * 6}</p>'),
    },
    "tap-target": {
        "no padding": page("padding:13px 0;color:#1a1a1a", "color:#1a1a1a"),
        "a thin button": page("display:inline-block;padding:13px 24px", "display:inline-block;padding:2px 24px"),
    },
    "link-seen": {
        "no underline": page("color:#a3262a;text-decoration:underline", "color:#a3262a;text-decoration:none"),
    },
    "width-fixed": {
        "a table": page(
            'class="page" role="presentation" width="100%"', 'class="page" role="presentation" width="600"'
        ),
        "a picture": image(
            f'src="{STILL}" width="552" height="300" alt="A still" style="display:block;max-width:100%"'
        ),
        "a box": add('<div style="min-width:500px">Words in a box</div>'),
    },
    "width-words": {
        "a long word": lambda clean: clean.page("word-break:break-word", "x:y").add("Rindfleisch" * 12),
        "no wrap": add(f'<span style="white-space:nowrap">{"These words stay. " * 6}</span>'),
    },
    "unfilled": {
        "jinja": plain("Mara", "{{ editor }}"),
        "mailchimp": add("Dear *|FNAME|*"),
        "a merge field": add("Dear __merge_name_0a691d9b__"),
        "a merge field of 0.1": add("Dear __slot_name_0a691d9b__"),
        "nobody": add("Hello None, and welcome"),
        "an object": add("[object Object]"),
        "a value": add("<span>undefined</span>"),
        "single braces": add("Dear {first_name}"),
        "no critic": add("By None"),
        "no year": add("Paper Lions (None)"),
    },
    "link-address": {
        "nowhere": link("#"),
        "relative": link("/reviews/night-bus"),
        "http": link("http://lamplight.example/reviews"),
        "localhost": link("https://localhost:8000/"),
        "private": link("https://192.168.1.5/"),
        "None": link("https://lamplight.example/reviews/None"),
        "placeholder": link("https://lamplight.example/__merge_x__"),
        "braces": link("https://lamplight.example/{{slug}}"),
        "broken": link("https://[lamplight/"),
        "no such place": link("#nowhere"),
        "a picture": page(STILL, "https://127.0.0.1/a.jpg"),
    },
    "link-shortener": {"bit.ly": link("https://bit.ly/3abc")},
    "link-text": {
        "a bank": link("https://evil.example/", "https://bank.com/login"),
        "any domain": link("https://evil.example/", "https://bank.example/login"),
        "without scheme": link("https://evil.example/", "www.bank.example"),
    },
    "link-name": {"a host": link("https://evil.example/", "bank.com")},
    "link-campaign": {
        "twice": link(f"{REVIEW}?utm_source=a&utm_source=b"),
        "after the fragment": link(f"{REVIEW}#top?utm_source=a"),
        "two queries": link(f"{REVIEW}?a=b?utm_source=a"),
        "elsewhere": link("https://cinema.com/?utm_source=lamplight"),
        "unsubscribe": lambda clean: replace(
            clean, html=clean.html.replace(f'{UNSUBSCRIBE}"', f'{UNSUBSCRIBE}?utm_source=a"')
        ),
    },
    "footer-unsubscribe": {
        "not in the page": page(UNSUBSCRIBE, "https://lamplight.example/"),
        "not in the text": plain(UNSUBSCRIBE, ""),
        "hidden": page('<td class="foot" style="', '<td class="foot" style="display:none;'),
    },
    "footer-address": {
        "page": page("14 Tannery Lane, Whitby YO21 3PU", ""),
        "text": plain("14 Tannery Lane, Whitby YO21 3PU", ""),
        "a year": lambda clean: clean.page("14 Tannery Lane, Whitby YO21 3PU", "© 2026 The Lamplight Review"),
    },
    "footer-why": {
        "page": page("You receive Friday Screening because ines@reader.example is subscribed to it at", "Made by"),
    },
    "footer-view": {"none": page("View in your browser", "About us")},
    "text-items": {
        "gone": plain("Paper Lions", "Something else"),
        "out of order": lambda clean: clean.plain(
            lambda text: (
                text.replace("Paper Lions", "@")
                .replace("Night Bus to Orsova", "Paper Lions")
                .replace("@", "Night Bus to Orsova")
            )
        ),
    },
    "text-links": {"gone": plain("https://lamplight.example/reviews/paper-lions", "")},
    "text-quotes": {
        "another": plain("Every passenger has a secret", "Every passenger has a ticket"),
        "fewer stars": plain("★★½☆☆", "★★★☆☆"),
    },
    "text-same": {"a stub": lambda clean: replace(clean, text="Your client cannot show this message.\n")},
    "text-wrap": {"long": plain("\n\n", f"\n\n{'A line that goes on. ' * 6}\n")},
    "text-clean": {
        "a tag": plain("Mara", "<b>Mara</b>"),
        "css": plain("Mara", "Mara\nbody { font-family: Arial; color: red }\n"),
        "an entity": plain("Mara", "Mara &amp; Theo &#8212;"),
    },
    "text-end": {"no end": lambda clean: clean.plain(lambda text: text.rstrip("\n"))},
    "clients": {
        "flex everywhere": lambda clean: replace(clean, html=clean.html.replace("<td ", '<td class="a" ')).page(
            ":root {", ".a, span, a, tr, table { position:absolute; word-break:break-all }\n:root {"
        )
    },
    "clients-feature": {"grid": add('<div style="display:grid">Words in a grid</div>')},
}

FACTS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "image-weight": {
        "one": {"image_bytes": {STILL: 250_000}},
        "all": {"image_bytes": {STILL: 199_000, **{f"https://lamplight.example/stills/{n}.jpg": 199_000 for n in (
            "night-bus", "field-guide", "understudy", "kilometre-zero")}}},
    },
    "image-type": {"served as webp": {"image_type": {STILL: "image/webp"}}},
    "image-sharp": {"half": {"image_size": {STILL: (600, 338)}}},
    "link-gone": {"404": {"links": {REVIEW: ("gone", "it answers 404")}}},
    "link-unsure": {"slow": {"links": {REVIEW: ("unsure", "no answer within 10 s")}}},
    "footer-address": {"another": {"postal_address": "1 High Street, London"}},
    "spam-score": {"6 points": {"spamassassin": (6.2, ("BAYES_99", "HTML_IMAGE_ONLY_04"))}},
}  # fmt: skip
ALLOWED: Mapping[str, Fault] = {
    "private": link("https://localhost:8000/"),
    "without https": link("http://films.example/"),
    "a picture": page(STILL, "http://localhost/a.jpg"),
}
"""Faults that `allow_private` turns into link-private, a warning."""
