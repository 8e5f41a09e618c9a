"""One entry of a feed to one Review, with nothing asked of the web."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.loader.facts import dates, language, people
from publisher.loader.facts.dates import Order
from publisher.loader.feeds import platforms
from publisher.loader.feeds.record import FeedEntry, Markup, ParsedFeed
from publisher.loader.film import habit, headline
from publisher.loader.pages import article, holes, spoilers
from publisher.loader.pages.article import Article
from publisher.model import Image, Published, Review, review_id
from publisher.text import clean, clip, html, urls

_TAG = re.compile(r"<[^>]*>")
_PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt|width|height)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# An ellipsis at the very end, or a last line that does nothing but lead on.
_CUT = re.compile(
    r"(?:\[(?:…|\.\.\.)\]|…|\.\.\.)\s*$|(?:^|\n)\W*(?:continue reading|read more|read the rest|keep reading)\b.{0,60}$",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"\S+@\S+|https?://\S+|\W*")
_ADDRESS = re.compile(r"\W*(?:https?://|www\.)\S+$")
_PARAGRAPH_END = re.compile(r"</p\s*>|<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
_WHOLE_WORDS = 120
"""From so many words on, a description that is not cut counts as the text and not as a teaser."""
_EXCERPT = 600
_HEADLINE = 80


@dataclass(frozen=True, kw_only=True)
class FeedTerms:
    """How entries of one source are read."""

    source: str
    zone: ZoneInfo
    base: str = ""
    critics: Mapping[str, str] | None = None
    language: str | None = None
    order: Order | None = None
    fetched: datetime | None = None
    bare_titles: bool = False

    @classmethod
    def of(cls, feed: ParsedFeed, *, source: str, zone: ZoneInfo, base: str, critics: Mapping[str, str]) -> "FeedTerms":
        """The way to read a feed's entries: its language, and the order of its all-number dates where one proves it."""
        order = dates.order_of(entry.published or entry.updated or "" for entry in feed.entries)
        tag = language.tag(feed.language)
        bare = habit.are_titles(entry.title.title for entry in feed.entries if entry.title)
        return cls(source=source, zone=zone, base=base, critics=critics, language=tag, order=order, bare_titles=bare)


def sketch(entry: FeedEntry, reading: FeedTerms) -> Review:
    """What identifies an entry and costs nothing to read: ids, headline, author, date, categories; no text, no film."""
    page = platforms.address(entry, reading.base)
    title = entry.title.title if entry.title else ""
    published = _published(entry, reading)
    key = entry.id or (urls.canonical(page) if page else "") or f"{title}\0{published.raw if published else ''}"
    if not (entry.id or page or title):
        key = _text_key(entry)
    return Review(
        id=review_id(reading.source, key),
        source=reading.source,
        native_id=clean.line(entry.id)[:1000] if entry.id else None,
        url=page,
        headline=title[:1000],
        authors=authors([who.name for who in entry.authors], reading.critics),
        published=published,
        language=_language(entry, reading),
        categories=categories(entry),
    )


def review(entry: FeedEntry, sketched: Review, *, bare_titles: bool = False) -> Review:
    """The whole Review that the feed gives of an entry; `full_text` is "missing" when it gives only a teaser.

    `bare_titles`: the feed's headlines are mostly the titles of films.
    """
    markup = _body(entry)
    text = _hidden(_article(markup, sketched)) if platforms.is_spoiling(entry) else _article(markup, sketched)
    whole = _is_whole(entry, markup, text)
    own = _excerpt(entry, whole=whole and markup is entry.summary)
    excerpt = spoilers.trimmed(holes.without_holes(own), text.blocks) or ""
    opening = excerpt or text.shown
    found = replace(
        sketched,
        headline=sketched.headline or _first_words(text.shown or excerpt) or sketched.url or "Untitled",
        authors=sketched.authors or text.byline,
        published=sketched.published or text.published,
        rating=platforms.rating(entry) or text.rating,
        image=picture(entry, sketched.url or ""),
        language=sketched.language or language.detect(text.plain),
        reading_minutes=text.reading_minutes,
        blocks=text.blocks if whole else (),
        availability=text.availability,
        excerpt=(excerpt if whole else _beginning(opening)) or None,
        full_text="feed" if whole else "missing",
        pullquote=text.pullquote if whole else None,
    )
    film = headline.film_of(
        found.headline,
        body=text.plain or excerpt,
        categories=found.categories,
        structured=platforms.film(entry),
        emphasis=text.emphasis,
        slug=_slug(found.url),
        excerpt=excerpt,
        bare_titles=bare_titles,
    )
    return replace(found, film=film)


def _slug(url: str | None) -> str:
    return urls.slug(url) if url else ""


def fingerprint(entry: FeedEntry, sketched: Review) -> str:
    """Changes when the words of an entry change, not when only its markup or the addresses of its pictures do."""
    bodies = [markup.value for markup in (*entry.content, entry.summary) if markup]
    said = [
        sketched.headline,
        urls.canonical(sketched.url) if sketched.url else "",
        entry.published or entry.updated or "",
        *sketched.authors,
        *sketched.categories,
        *(_TAG.sub("", body) for body in bodies),
        str(entry.extra.get("letterboxd_memberrating") or ""),
    ]
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:32]


def categories(entry: FeedEntry) -> tuple[str, ...]:
    """The names of an entry's categories, each once; addresses and labels that only say "post" are none."""
    named = (
        clean.line(html.to_text(tag.label or tag.term)) for tag in entry.tags if not platforms.is_kind_label(tag.scheme)
    )
    return tuple(dict.fromkeys(name[:200] for name in named if name and not urls.is_web(name)))


def authors(raw: Iterable[str], critics: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The people behind the author fields of an entry, each once.

    A field that does not plainly list several names is one name, as it stands: "Hines, P. J.", "Big & Bad".
    """
    bylines = set((critics or {}).values())
    found: dict[str, str] = {}
    for text in (_ADDRESS.sub("", clean.line(name[:500])) for name in raw):
        named = people.names(text, critics)
        plainly = len(named) == 1 or all(people.looks_like_name(name) or name in bylines for name in named)
        if not (named and plainly) and text and not _NOBODY.fullmatch(text):
            named = (text[:200],)
        found |= {clean.fold(name): name for name in named}
    return tuple(found.values())


def picture(entry: FeedEntry, base: str) -> Image | None:
    """The picture that an entry names, or the first in its text that shows something."""
    if entry.image:
        found = urls.join(base, platforms.picture(entry.image))
        if found and not platforms.is_pixel(found):
            return Image(url=found)
    for markup in (*entry.content, entry.summary):
        for tag in _PICTURE.findall(markup.value if markup and markup.is_html else "")[:20]:
            said = {name.lower(): html.to_line(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}
            found = urls.join(markup.base or base if markup else base, platforms.picture(said.get("src", "")))
            tiny = said.get("width") in ("0", "1") or said.get("height") in ("0", "1")
            if found and not tiny and not platforms.is_pixel(found):
                return Image(url=found, alt=said.get("alt") or None)
    return None


def _published(entry: FeedEntry, reading: FeedTerms) -> Published | None:
    for raw in (entry.published, entry.updated):
        found = dates.parse(
            clean.line(raw or ""),
            zone=reading.zone,
            fetched=reading.fetched,
            language=reading.language,
            order=reading.order,
        )
        if found is not None:
            return found
    return None


def _language(entry: FeedEntry, reading: FeedTerms) -> str | None:
    own = entry.language or next((markup.language for markup in entry.content if markup.language), None)
    return language.tag(own) or reading.language


def _body(entry: FeedEntry) -> Markup | None:
    """The longest text that the entry offers."""
    special = platforms.body(entry)
    if special is not None and entry.summary:
        return replace(entry.summary, value=special)
    offered = [markup for markup in (*entry.content, entry.summary) if markup and markup.value.strip()]
    return max(offered, key=lambda markup: len(markup.value), default=None)


def _article(markup: Markup | None, sketched: Review) -> Article:
    if markup is None:
        return Article()
    title = sketched.headline or None
    zone = ZoneInfo("UTC")
    if markup.is_html or _TAG.search(markup.value):
        return article.blocks_from_html(markup.value, title=title, zone=zone)
    return article.blocks_from_text(markup.value, title=title or "", zone=zone)


def _hidden(text: Article) -> Article:
    """The article with its whole text marked as a spoiler."""
    return replace(text, blocks=tuple(replace(block, spoiler=True) for block in text.blocks), pullquote=None)


def _is_whole(entry: FeedEntry, markup: Markup | None, text: Article) -> bool:
    """Whether the text is the article and not the beginning of it."""
    if markup is None or not text.blocks or text.cut or _CUT.search(html.to_text(markup.value[-400:])):
        return False
    if platforms.body(entry) is not None or markup is not entry.summary:
        return True
    return text.plain.count(" ") + 1 >= _WHOLE_WORDS or len(_PARAGRAPH_END.findall(markup.value)) >= 3


def _excerpt(entry: FeedEntry, *, whole: bool) -> str | None:
    """The entry's own summary, where it is not the text itself."""
    own = entry.summary
    if (
        own is None
        or whole
        or platforms.body(entry) is not None
        or any(own.value == each.value for each in entry.content)
    ):
        return None
    words = html.to_text(own.value) if own.is_html else clean.text(own.value)
    return _beginning(platforms.without_tail(words)) or None


def _beginning(text: str) -> str:
    return _short(text, _EXCERPT)


def _first_words(text: str) -> str:
    return _short(text, _HEADLINE)


def _short(text: str, limit: int) -> str:
    """The text on one line within so many characters; only a longer one is worth counting."""
    text = clean.line(text)
    return text if len(text) <= limit else clip.at_words(text[: limit * 2], limit)


def _text_key(entry: FeedEntry) -> str:
    body = _body(entry)
    return hashlib.sha256((body.value if body else "").encode("utf-8", "replace")).hexdigest()
