"""RSS, Atom, CDF and JSON Feed into one record (`publisher.loader.feeds.record`).

feedparser is asked for structure only: its dates are wrong in silence (`2016/6/29` becomes November), so dates stay
raw here; its sanitising and link resolving cost three quarters of its time, so they wait until somebody asks
(`Markup.safe`).
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import feedparser

from publisher.errors import SourceError
from publisher.http.decoding import decoded
from publisher.http.door import MAX_BYTES
from publisher.loader.facts import charset
from publisher.loader.feeds import jsonfeed
from publisher.loader.feeds.record import MOST_NAME, Category, FeedEntry, Markup, ParsedFeed, Person
from publisher.text import clean, html, urls

_CHANNEL = re.compile(r"(?:^|>)\s*<channel[\s>]", re.IGNORECASE)
_PREFIXED = re.compile(r"<([a-zA-Z]\w{0,15}):(?:item|entry)[\s>]")
# An entity made of entities is a bomb; one that stands for a sign (`<!ENTITY eacute "&#233;">`) is not.
_NESTED_ENTITY = re.compile(r"<!ENTITY\s[^>]*&(?!#)[^>]*>")
# feedparser counts a podcast's byline among the authors; it names the show as often as a person.
_PODCASTER = re.compile(r"(</?)itunes:author\b")
_MAIL_WITH_NAME = re.compile(r"(\S{1,200}@\S{1,200})\s+\(([^()]{1,200})\)")
# An element of so many letters has thousands of attributes, on each of which feedparser looks at all the others.
_HEAVY_TAG = re.compile(r"<([A-Za-z][\w:.-]{0,60})\s[^<>]{20000,}>")
_GZIP = b"\x1f\x8b\x08"
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)", re.IGNORECASE)


def parse(
    body: bytes, *, content_type: str = "", url: str = "", base: str = "", language: str | None = None
) -> ParsedFeed:
    """The feed in `body`; SourceError when it is none, which is never the same as an empty feed.

    `url` is where it came from; `base` (Content-Location) and `language` (Content-Language) are what its server added.
    """
    if body.startswith(_GZIP):
        body = decoded([body], "gzip", limit=MAX_BYTES, where=url)
    text = charset.decode(body, http=_charset_of(content_type))
    if not text.strip():
        raise SourceError("the answer is empty, not a feed", where=url)
    if text.lstrip().startswith("{"):
        return jsonfeed.parse(text, url=url)
    base = urls.join(url, base) or url
    found = _by_feedparser(text, base, language)
    if not found["entries"] and (prefixed := _PREFIXED.search(text)):
        found = _by_feedparser(_without_prefix(text, prefixed[1]), base, language)
    if not found.get("version") and found["entries"] and _CHANNEL.search(text[:2000]):
        found["version"] = "cdf"
    if not found.get("version"):
        raise SourceError(
            f"this is not a feed: it begins “{_beginning(text)}”", where=url, do="see that it is the feed's address"
        )
    return _parsed(found)


def _without_prefix(text: str, prefix: str) -> str:
    """RSS whose elements carry a prefix that nobody declared (`<rss:item>`), as RSS; stray XML declarations go too."""
    text = re.sub(r"<!--.*?-->|<\?xml[^>]*>", "", text, flags=re.DOTALL)
    return re.sub(rf"(</?|\s){re.escape(prefix)}:(?=[a-zA-Z])", r"\1", text)


def _charset_of(content_type: str) -> str | None:
    found = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", content_type, re.IGNORECASE)
    return found[1] if found else None


def _beginning(text: str) -> str:
    """The words that tell a person what came instead of a feed."""
    title = re.search(r"<title[^>]*>([^<]{1,200})", text[:20_000], re.IGNORECASE)
    words = clean.line(html.to_text(title[1])) if title else clean.line(text[:400])
    return words[:80]


def _by_feedparser(text: str, url: str, language: str | None) -> Any:
    # Wrapped, because feedparser opens a local file when bytes happen to be a path.
    text = _NESTED_ENTITY.sub("", text) if "<!ENTITY" in text else text
    text = _HEAVY_TAG.sub(r"<\1>", text)
    text = _PODCASTER.sub(r"\1itunes:podcaster", charset.without_declaration(text))
    document = io.BytesIO(f"<?xml version='1.0' encoding='utf-8'?>{text}".encode())
    headers = {"content-type": "application/xml; charset=utf-8"}
    headers |= {"content-location": url} if url else {}
    headers |= {"content-language": language} if language else {}
    try:
        return feedparser.parse(document, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError, OverflowError) as error:
        raise SourceError(f"the feed cannot be read ({type(error).__name__})", where=url) from error


def _parsed(found: Any) -> ParsedFeed:
    head = found.get("feed", {})
    title = _markup(head.get("title_detail"))
    signer = _people(head) if found["version"].startswith("atom") else ()
    if title and any(clean.fold(who.name) == clean.fold(title.title) for who in signer):
        signer = ()
    return ParsedFeed(
        version=found["version"],
        title=title.title if title else "",
        url=head.get("link") or None,
        language=head.get("language") or None,
        generator=clean.line(str(head.get("generator") or ""))[:200],
        entries=tuple(_signed(_entry(entry), signer) for entry in found["entries"]),
        flaw=clean.line(str(found.get("bozo_exception", "")))[:200] if found.get("bozo") else "",
    )


def _signed(entry: FeedEntry, signer: tuple[Person, ...]) -> FeedEntry:
    """The entry with the feed's author where it has none of its own (RFC 4287, 4.2.1)."""
    if entry.authors or entry.author or not signer:
        return entry
    return replace(entry, author=signer[0].name, authors=signer)


# What the record has a place for; the rest of an entry goes to `extra`.
_KNOWN = re.compile(
    r"(?:title|summary|author|published|updated)(?:_detail|_parsed)?|content|id|guidislink|links?|authors|language|tags"
)


def _entry(entry: Any) -> FeedEntry:
    links = tuple(dict(link) for link in entry.get("links", ()))
    return FeedEntry(
        title=_markup(entry.get("title_detail"), entry.get("title")),
        summary=_summary(entry),
        content=tuple(filter(None, (_markup(each) for each in entry.get("content", ())))),
        id=dict.get(entry, "id") or None,
        id_is_url=bool(entry.get("guidislink")),
        url=_page(dict.get(entry, "link"), links),
        links=links,
        enclosures=tuple(link for link in links if link.get("rel") == "enclosure"),
        author=_author(entry),
        authors=_people(entry),
        published=dict.get(entry, "published") or None,
        updated=dict.get(entry, "updated") or None,
        language=dict.get(entry, "language") or None,
        tags=tuple(
            Category(term=str(tag.get("term") or ""), scheme=tag.get("scheme"), label=tag.get("label"))
            for tag in dict.get(entry, "tags", ())
        ),
        image=_image(entry),
        extra={name: value for name, value in entry.items() if not _KNOWN.fullmatch(name)},
    )


def _markup(detail: Any, value: str | None = None) -> Markup | None:
    """A text construct; `value` is the element's own text where `detail` may belong to one nested deeper."""
    if not detail:
        return None
    return Markup(
        value=str(value if value is not None else detail.get("value") or ""),
        type=str(detail.get("type") or "text/plain"),
        base=str(detail.get("base") or ""),
        language=detail.get("language") or None,
        src=str(detail.get("src") or ""),
    )


def _summary(entry: Any) -> Markup | None:
    """The summary; where feedparser copied it from the content, with the content's type and base."""
    value = dict.get(entry, "summary")
    if entry.get("summary_detail") or not value:
        return _markup(entry.get("summary_detail"), value)
    same = next((each for each in entry.get("content", ()) if each.get("value") == value), None)
    return _markup(same) if same else Markup(value=str(value), type="text/html")


def _page(link: str | None, links: Sequence[Mapping[str, Any]]) -> str | None:
    """The entry's page: an enclosure that was written as text (`<link rel="enclosure">…`) is not one."""
    enclosed = any(each.get("rel") == "enclosure" and each.get("href") == link for each in links)
    pages = (each.get("href") for each in links if each.get("rel") == "alternate")
    return (next(pages, None) if enclosed or not link else link) or None


def _author(entry: Any) -> str | None:
    """The author as shown; a podcast's byline only where there is no other."""
    said = dict.get(entry, "author") or dict.get(entry, "itunes_podcaster")
    return str(said)[:MOST_NAME] if said else None


def _people(entry: Any) -> tuple[Person, ...]:
    listed = [who for who in dict.get(entry, "authors", ()) if who] or [dict.get(entry, "author_detail")]
    listed = [who for who in listed if who] or [{"name": dict.get(entry, "itunes_podcaster")}]
    written = _MAIL_WITH_NAME.fullmatch(str(dict.get(entry, "author") or "")[:MOST_NAME])
    if written and len(listed) < 2:
        return (Person(name=written[2], email=written[1]),)
    return tuple(
        Person(
            name=str(who.get("name") or "")[:MOST_NAME],
            email=str(who.get("email") or ""),
            url=str(who.get("href") or ""),
        )
        for who in listed
        if any(who.values())
    )


def _image(entry: Any) -> str | None:
    """The entry's own picture: a described one before an enclosure, a thumbnail last."""
    described = [m for m in entry.get("media_content", ()) if m.get("medium") == "image" or _is_image(m)]
    enclosed = [link for link in entry.get("links", ()) if link.get("rel") == "enclosure" and _is_image(link)]
    owned = [entry["image"]] if isinstance(entry.get("image"), Mapping) else []
    for candidate in (*described, *enclosed, *entry.get("media_thumbnail", ()), *owned):
        address = candidate.get("url") or candidate.get("href")
        if isinstance(address, str) and address.strip():
            return address.strip()
    return None


def _is_image(link: Mapping[str, Any]) -> bool:
    kind = str(link.get("type") or "")
    return kind.startswith("image/") or (
        not kind and bool(_IMAGE_FILE.search(str(link.get("url") or link.get("href"))))
    )
