"""Rules about links."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule

SHORTENERS = ("bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly")
VAGUE = ("read more", "more", "click here", "here", "link", "this", "learn more", "continue reading")
BROKEN = re.compile(r"(?i)(?:^|/)(?:none|undefined|null|nan)(?:$|[/?#])|\{\{|__slot_")
LOOKS_LIKE_URL = re.compile(r"(?i)^(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#]\S*)?$")


@rule("link-address", number=39, level="error", source="RFC 3986; react-email link check")
def address(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each link is absolute, https, public, and holds no leftover."""
    for anchor in letter.elements("a"):
        href, where = (anchor.get("href") or "").strip(), _where(anchor)
        parts = urlsplit(href)
        if parts.scheme in ("mailto", "tel") and parts.path:
            continue
        if not href or href == "#":
            yield where, "it leads nowhere"
        elif parts.scheme not in ("http", "https") or not parts.hostname:
            yield where, f"{href[:80]!r} is not an absolute web address"
        elif BROKEN.search(href):
            yield where, f"a leftover stands in {href[:80]!r}"
        elif parts.hostname in context.private_hosts:
            continue
        elif _is_private(parts.hostname):
            yield where, f"{parts.hostname} cannot be reached by readers"
        elif parts.scheme == "http":
            yield where, f"{parts.hostname} is linked without https"


@rule("link-private", number=39, level="warning", source="the source says allow_private = true")
def private(letter: Letter, context: Context) -> Iterator[Spot]:
    """A link to a host that the configuration allows to be private is pointed out."""
    seen = {urlsplit(anchor.get("href") or "").hostname for anchor in letter.elements("a")}
    for host in sorted(host for host in seen if host and host in context.private_hosts and _is_private(host)):
        yield host, "only this network can open links to it"


@rule("link-shortener", number=40, level="warning", source="wordtothewise.com 2011: shared reputation")
def shortener(letter: Letter, context: Context) -> Iterator[Spot]:
    """No link goes through a public shortener."""
    del context
    for anchor in letter.elements("a"):
        host = (urlsplit(anchor.get("href") or "").hostname or "").removeprefix("www.")
        if host in SHORTENERS:
            yield _where(anchor), f"{host} is shared with spammers, and so is its reputation"


@rule("link-text", number=41, level="error", source="wordtothewise.com; phishing filters")
def text_matches(letter: Letter, context: Context) -> Iterator[Spot]:
    """A link whose text is an address leads to that host."""
    del context
    for anchor in letter.elements("a"):
        shown = LOOKS_LIKE_URL.match(" ".join(anchor.text_content().split()))
        host = (urlsplit(anchor.get("href") or "").hostname or "").removeprefix("www.")
        if shown and host and shown[1].lower().removeprefix("www.") != host:
            yield _where(anchor), f"it shows {shown[1]} and leads to {host}"


@rule("link-words", number=28, level="warning", source="WCAG 2.2 2.4.4")
def words(letter: Letter, context: Context) -> Iterator[Spot]:
    """A link's words say where it leads."""
    del context
    for anchor in letter.elements("a"):
        said = " ".join(anchor.text_content().split()).rstrip(" .…→›»").lower()
        pictures = [image.get("alt", "") for image in anchor.iter("img")]
        if said in VAGUE or (not said and not any(pictures)):
            yield _where(anchor), f"“{said}” does not say where it leads"


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal", ".localhost", ".test"))


def _where(anchor: HtmlElement) -> str:
    return f"html line {anchor.sourceline or '?'}"
