"""The feed of a site, found from any of its addresses: link tags first, then where each platform keeps it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from publisher.errors import SourceError, UnsafeAddress
from publisher.http.door import Http, Response
from publisher.loader.facts import charset, language
from publisher.loader.feed import ACCEPT
from publisher.loader.feeds import entries
from publisher.loader.feeds.record import ParsedFeed
from publisher.text import clean, urls

MOST_TRIES = 14
"""Addresses tried beside the one given."""

_ACCEPT = f"text/html,application/xhtml+xml,{ACCEPT}"
_FEED_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:application|text)/(?:xml|rss|atom)", re.IGNORECASE
)
_NOT_POSTS = re.compile(r"comment|oembed|wp-json|/tag/|/author/|podcast", re.IGNORECASE)
_FEED_LINK = re.compile(r"(?:^|[/.?=&-])(?:rss|feed|atom|feeds)(?:[/.?=&-]|$)", re.IGNORECASE)
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)

# What a page says of its maker, and where that maker's feeds are.
_PLATFORMS = (
    ("wix", re.compile(r"wix\.com|wixstatic\.com|parastorage\.com", re.IGNORECASE), ("/blog-feed.xml",)),
    (
        "squarespace",
        re.compile(r"squarespace", re.IGNORECASE),
        ("/blog?format=rss", "/reviews?format=rss", "/?format=rss"),
    ),
    ("ghost", re.compile(r"\bghost\b", re.IGNORECASE), ("/rss/",)),
    ("substack", re.compile(r"substack", re.IGNORECASE), ("/feed",)),
    ("wordpress", re.compile(r"wordpress|/wp-content/", re.IGNORECASE), ("/feed/", "/?feed=rss2")),
    ("blogger", re.compile(r"\bblogger\b|blogspot\.com", re.IGNORECASE), ("/feeds/posts/default",)),
    ("medium", re.compile(r"cdn-client\.medium\.com|miro\.medium\.com", re.IGNORECASE), ("/feed",)),
)
_COMMON = (
    "/feed/", "/rss.xml", "/feed.xml", "/index.xml", "/atom.xml", "/blog-feed.xml", "/rss/", "/feed.json",
    "/blog/index.xml", "/blog/feed.xml", "/feeds/posts/default", "/blog?format=rss", "/posts/index.xml",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FoundSite:
    """A site and its feed; `accent` is a CSS colour that it calls its own, `entries` how many posts the feed has."""

    url: str
    feed: str
    title: str = ""
    language: str | None = None
    accent: str | None = None
    platform: str | None = None
    entries: int = 0


def discover(url: str, http: Http) -> FoundSite:
    """Find the feed that belongs to an address: a site, one of its pages, or the feed itself.

    SourceError when the site cannot be read or has no feed that we find.
    """
    answer = _open(url.strip(), http)
    direct = _feed(answer)
    if direct is not None:
        return _site_of_feed(answer.url, direct, http)
    page = _Page(answer)
    best: FoundSite | None = None
    for address in _first(page.candidates(), MOST_TRIES):
        found = _try(address, http)
        if found is None:
            continue
        site = page.site(*found)
        if site.entries:
            return site
        best = best or site
    if best is None:
        raise SourceError("no feed was found there", where=answer.url, do="give the address of its feed (RSS or Atom)")
    return best


def _open(url: str, http: Http) -> Response:
    if "://" in url:
        return http.get(url, accept=_ACCEPT)
    try:
        return http.get(f"https://{url}", accept=_ACCEPT)
    except UnsafeAddress:
        raise
    except SourceError:
        return http.get(f"http://{url}", accept=_ACCEPT)


def _feed(answer: Response) -> ParsedFeed | None:
    try:
        return entries.parse(answer.body, content_type=answer.content_type, url=answer.url)
    except SourceError:
        return None


def _try(address: str, http: Http) -> tuple[str, ParsedFeed] | None:
    try:
        answer = http.get(address, accept=ACCEPT)
    except SourceError:
        return None
    feed = _feed(answer)
    return (answer.url, feed) if feed is not None else None


def _site_of_feed(url: str, feed: ParsedFeed, http: Http) -> FoundSite:
    """The site behind a feed; its home page is asked for language and colour, and may be missing."""
    home = urls.join(url, feed.url or "/")
    page = None
    if urls.host(home) == urls.host(url):
        try:
            page = _Page(http.get(home, accept="text/html"))
        except SourceError:
            page = None
    if page is not None:
        return page.site(url, feed)
    return FoundSite(
        url=home or url, feed=url, title=feed.title, language=language.tag(feed.language), entries=len(feed.entries)
    )


def _first(addresses: Iterable[str], most: int) -> Iterator[str]:
    seen: set[str] = set()
    for address in addresses:
        if address and address not in seen and len(seen) < most:
            seen.add(address)
            yield address


class _Page:
    """A page of the site, as far as it helps to find the feed and to name the site."""

    def __init__(self, answer: Response) -> None:
        self.url = answer.url
        self.text = charset.decode(answer.body, http=answer.encoding, html=True)
        parser = etree.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
        try:
            root = etree.fromstring(self.text.encode("utf-8", "ignore") or b"<html/>", parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            root = None
        self.root: Any = root if root is not None else etree.Element("html")
        self.base = next((urls.join(self.url, e.get("href", "")) for e in self.root.iter("base")), "") or self.url

    def candidates(self) -> Iterator[str]:
        """Where the feed may be, the likeliest first."""
        yield from self._linked()
        parts = urlsplit(self.url)
        home = f"{parts.scheme}://{parts.netloc}"
        yield from _by_host(parts.hostname or "", parts.path, home)
        for _, sign, paths in _PLATFORMS:
            if sign.search(self._signs()):
                yield from (home + path for path in paths)
        yield from self._anchors()
        yield from (home + path for path in _COMMON)

    def site(self, address: str, feed: ParsedFeed) -> FoundSite:
        """What the page and the feed together say of the site."""
        named = self._meta("og:site_name") or feed.title or self._meta("application-name") or self._title()
        own = self.root.get("lang") or self._meta("og:locale") or ""
        return FoundSite(
            url=self.url,
            feed=address,
            title=clean.line(named)[:200],
            language=language.tag(own) or language.tag(feed.language),
            accent=self._accent(),
            platform=next((name for name, sign, _ in _PLATFORMS if sign.search(self._signs())), None),
            entries=len(feed.entries),
        )

    def _linked(self) -> Iterator[str]:
        posts: list[str] = []
        others: list[str] = []
        for link in self.root.iter("link"):
            kind, href = link.get("type", ""), link.get("href", "")
            if "alternate" not in link.get("rel", "").lower().split() or not _FEED_TYPES.match(kind.strip()):
                continue
            address = urls.join(self.base, href)
            aside = _NOT_POSTS.search(f"{href} {link.get('title', '')}")
            (others if aside else posts).append(address)
        yield from posts
        yield from (address for address in others if "oembed" not in address and "wp-json" not in address)

    def _anchors(self) -> Iterator[str]:
        for anchor in self.root.iter("a"):
            href = anchor.get("href", "")
            if _FEED_LINK.search(href) and not _NOT_POSTS.search(href):
                yield urls.join(self.base, href)

    def _signs(self) -> str:
        return f"{self._meta('generator')} {urls.host(self.url)} {self.text[:60_000]}"

    def _meta(self, name: str) -> str:
        for meta in self.root.iter("meta"):
            if (meta.get("property") or meta.get("name") or "").lower() == name:
                return clean.line(meta.get("content", ""))
        return ""

    def _title(self) -> str:
        return next((clean.line("".join(e.itertext())) for e in self.root.iter("title")), "")

    def _accent(self) -> str | None:
        masks = [e.get("color", "") for e in self.root.iter("link") if "mask-icon" in e.get("rel", "").lower()]
        for said in (self._meta("theme-color"), *masks, self._meta("msapplication-tilecolor")):
            found = _COLOUR.fullmatch(said.strip())
            if found and _stands_out(found[0]):
                return found[0].lower()
        return None


def _by_host(host: str, path: str, home: str) -> Iterator[str]:
    """Where sites that give each member a page keep the members' feeds."""
    first = path.strip("/").partition("/")[0]
    if host.endswith("letterboxd.com") and first:
        yield f"{home}/{first}/rss/"
    if host == "medium.com" and first:
        yield f"{home}/feed/{first}"
    if host.endswith(".tumblr.com"):
        yield f"{home}/rss"
    if first and "." not in first:
        yield f"{home}/{first}/feed/"
        yield f"{home}/{first}/index.xml"


def _stands_out(colour: str) -> bool:
    """Whether a colour is one: neither nearly white nor nearly black nor plain grey."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    red, green, blue = (int(digits[n : n + 2], 16) for n in (0, 2, 4))
    return max(red, green, blue) - min(red, green, blue) >= 32 and min(red, green, blue) < 220
