"""A review's own page: its data by order of trust, its text by the platform's own mark, else by extraction."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from lxml import etree

from publisher.errors import SourceError
from publisher.loader.facts import charset, language, people, rating
from publisher.loader.film import headline, headline_words, subject, titles
from publisher.loader.pages import article, byline, holes, markup, pagemarks, spoilers, structured
from publisher.loader.pages.article import Article
from publisher.loader.pages.structured import Facts
from publisher.model import Film, Image, Review, review_id
from publisher.text import clean, urls
from publisher.text import html as text_html

_BODIES = (
    "//*[contains(concat(' ',normalize-space(@class),' '),' e-content ')]",
    "//*[@itemprop='reviewBody']",
    "//*[@itemprop='articleBody']",
    *(
        f"//*[contains(concat(' ',normalize-space(@class),' '),' {name} ')]"
        for name in (
            *(
                "entry-content",
                "gh-content",
                "kg-canvas",
                "post-full-content",
                "available-content",
                "blog-item-content",
            ),
            *("td-post-content", "post-body", "post-content", "article-content", "article-body", "article__body"),
            *("single-content", "post__content", "w-richtext", "blog-post-content", "story-body", "review-body"),
        )
    ),
)
"""Where publishing tools put an article's text, the surest marks first."""
_PIECES = "//*[contains(concat(' ',normalize-space(@class),' '),' pw-post-body-paragraph ')]"
"""Medium marks each piece of its text instead."""
_LAYOUT = re.compile(r"<(/?)(?:table|tbody|thead|tr|td)\b[^<>]*>", re.IGNORECASE)
"""Tables that old pages are laid out with."""
_LEAST, _LEAST_MARKED = 140, 40
"""Characters below which a page has no text: one that marks no body, and one that does."""
_WHOLE = 1200
"""Characters from which a body in the page's data is surely all of it."""
_DOORMAN = re.compile(
    r"before you continue|we value your privacy|just a moment"
    r"|attention required|checking (?:if|your)|verif(?:y|ying) (?:that )?you are"
    r"|are you (?:a )?(?:human|robot)"
    r"|one more step|ddos.guard|access denied|(?:please )?enable javascript|security check|(?:log|sign) ?in\b.{0,20}$",
    re.IGNORECASE,
)
"""Titles of pages that stand before a page and let only browsers or members in."""
_MOST_ELEMENTS = 15_000
_SEPARATOR = r"\s+[-–—|·•:]\s+|\s*[|»]\s*"
_NAMED = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)


def read_page(
    html: bytes,
    *,
    url: str,
    content_type: str = "",
    source: str,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
) -> Review:
    """The review on a page; `full_text` is "missing" where the page has no text before its scripts run.

    `url` is where the page came from, or empty. Raises SourceError for what is no page.
    """
    root, text = _parsed(html, url, content_type)
    critics = critics or {}
    facts = _facts(root, text)
    address = _address(root, facts, url)
    slug = urls.slug(address or "")
    title = _headline(root, facts)
    body = _without_heading(_article(root, text, facts, title, zone=zone, critics=critics), root)
    body = replace(body, blocks=spoilers.found_in(body.blocks, spoilers.texts_of(root)))
    if not body.blocks and _DOORMAN.match(title):
        raise SourceError(f"the site answers with “{title[:60]}” instead of the page", where=url)
    told = pagemarks.Marks.of(root, title, zone=zone, critics=critics, language=language.tag(facts.language))
    published = told.date(facts.published) or body.published or told.byline.published
    return Review(
        id=review_id(source, urls.canonical(address) if address else hashlib.sha256(html).hexdigest()),
        source=source,
        url=address,
        headline=title or slug.replace("-", " ") or "Untitled",
        film=_film(facts, title, body, slug),
        authors=people.names(facts.authors, critics) or told.authors() or body.byline or told.byline.authors,
        published=published,
        rating=facts.rating or body.rating or pagemarks.score(root) or rating.in_headline(title),
        image=_image(facts, address or url),
        language=language.tag(facts.language) or language.detect(body.plain),
        reading_minutes=_minutes(root, facts, body),
        categories=_categories(root, facts),
        blocks=body.blocks,
        availability=body.availability,
        excerpt=spoilers.trimmed(holes.without_holes(facts.excerpt) or None, body.blocks),
        full_text="page" if body.blocks else "missing",
        pullquote=body.pullquote,
    )


def _parsed(html: bytes, url: str, content_type: str) -> tuple[etree._Element, str]:
    named = _NAMED.search(content_type)
    text = charset.decode(html, http=named[1] if named else None, html=True)
    root = markup.tree(text)
    if root is None or not len(root):
        raise SourceError("this is not a page", where=url)
    return root, text


def _facts(root: etree._Element, text: str) -> Facts:
    """Everything that the page says in data, the most trusted kind of markup first."""
    return (
        structured.json_ld(root)
        .over(structured.microdata(root))
        .over(structured.microformats(text))
        .over(structured.meta(root))
    )


def _is_wix(root: etree._Element) -> bool:
    return bool(root.xpath("//meta[@name='generator' and contains(@content,'Wix.com')]"))


def _address(root: etree._Element, facts: Facts, url: str) -> str | None:
    """The page's address: its canonical one where that is absolute and of the same host as the one it came from."""
    for element in root.xpath("//link[@rel='canonical']"):
        found = str(element.get("href") or "").strip()
        if urls.is_web(found) and (not url or urls.host(found) == urls.host(url)):
            return found
    if urls.is_web(facts.url) and (not url or urls.host(facts.url) == urls.host(url)):
        return facts.url
    return url or None


def _headline(root: etree._Element, facts: Facts) -> str:
    """The headline without the site's name."""
    heading = _heading(root)
    title = facts.headline or pagemarks.hook(root, "post-title") or heading or facts.name
    parts = re.split(_SEPARATOR, title)
    if facts.site and len(parts) > 1 and clean.fold(parts[-1]) == clean.fold(facts.site):
        title = title[: title.rindex(parts[-1])].rstrip(" -–—|·•:»")
    elif heading and len(heading) > 8 and title != heading and title.startswith(heading) and not facts.site:
        title = heading
    return clean.line(title)[:1000]


def _heading(root: etree._Element) -> str:
    return next((h for h in (clean.line("".join(e.itertext())) for e in root.iter("h1")) if h), "")


def _without_heading(body: Article, root: etree._Element) -> Article:
    """The article without the page's own heading, which its data may word in another way."""
    heading = clean.fold(_heading(root))
    repeats = bool(body.blocks) and bool(heading) and clean.fold(body.blocks[0].text) == heading
    return replace(body, blocks=body.blocks[1:]) if repeats else body


def _minutes(root: etree._Element, facts: Facts, body: Article) -> int | None:
    marked = byline.reading_minutes(pagemarks.hook(root, "time-to-read"))
    return facts.minutes or marked or body.reading_minutes


def _article(
    root: etree._Element, text: str, facts: Facts, title: str, *, zone: ZoneInfo, critics: Mapping[str, str]
) -> Article:
    """The text: of the element that the platform marks, of the data, or what extraction finds."""
    marked = root.xpath(f"//*[{pagemarks.HOOK.format('post-description')}]")
    if marked:
        return article.from_pieces(markup.pieces_of(marked[0]), title=title, zone=zone, critics=critics)
    if _is_wix(root) and not facts.body:
        return Article()
    for path in _BODIES:
        found = [element for element in root.xpath(path) if not _is_inside(element, ("aside", "nav", "footer", "form"))]
        if len(found) == 1:
            read = article.from_pieces(markup.pieces_of(found[0]), title=title, zone=zone, critics=critics)
            if len(read.plain) >= _LEAST_MARKED:
                return read
    if len(pieces := root.xpath(_PIECES)) >= 2:
        found_pieces = [piece for element in pieces for piece in markup.pieces_of(element)]
        return article.from_pieces(found_pieces, title=title, zone=zone, critics=critics)
    given = [_as_html(facts.body)] if facts.body else []
    if len(facts.body) < _WHOLE:
        given.append(_extracted(root, text))
    texts = [article.blocks_from_html(one, title=title, zone=zone, critics=critics) for one in given if one]
    best = max(texts, key=lambda one: len(one.plain), default=Article())
    if facts.body or len(best.plain) >= _LEAST:
        return best
    best = article.blocks_from_html(_extracted(root, _without_layout(text)), title=title, zone=zone, critics=critics)
    return best if len(best.plain) >= _LEAST else _set_aside(root, title, zone=zone, critics=critics)


def _set_aside(root: etree._Element, title: str, *, zone: ZoneInfo, critics: Mapping[str, str]) -> Article:
    """The article that a sidebar holds: some themes put the whole of it into one."""
    for element in root.xpath("//aside[.//h1 or .//article]"):
        inside = element.xpath(".//article") or [element]
        found = article.from_pieces(markup.pieces_of(inside[0]), title=title, zone=zone, critics=critics)
        if len(found.plain) >= _LEAST:
            return found
    return Article()


def _without_layout(text: str) -> str:
    """The page with its tables as plain blocks; nothing where it has none."""
    return _LAYOUT.sub(r"<\1div>", text) if _LAYOUT.search(text) else ""


def _as_html(text: str) -> str:
    """Plain text from data fields as paragraphs."""
    if re.search(r"<(?:p|br|div|h\d)\b", text, re.IGNORECASE):
        return text
    return "".join(
        f"<p>{part}</p>"
        for part in re.split(r"\n\s*\n|\r\n|\n", text_html.to_text(text).replace("<", "&lt;"))
        if part.strip()
    )


def _is_inside(element: etree._Element, tags: tuple[str, ...]) -> bool:
    return any(parent.tag in tags for parent in element.iterancestors())


def _extracted(root: etree._Element, text: str) -> str:
    """The main text that trafilatura finds, as HTML; it is asked to leave out rather than to take in.

    It takes time that grows with the square of a page's elements, so that larger pages than are written are not read.
    """
    if not text or sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return ""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without a text
    found = trafilatura.extract(
        text, output_format="html", favor_precision=True, include_comments=False, include_tables=False,
        include_formatting=True, include_images=False, include_links=False, deduplicate=False,
    )  # fmt: skip
    return str(found or "")


def _image(facts: Facts, base: str) -> Image | None:
    found = urls.join(base, facts.image) if base else facts.image if urls.is_web(facts.image) else ""
    return Image(url=found, alt=facts.image_alt or None) if found else None


def _categories(root: etree._Element, facts: Facts) -> tuple[str, ...]:
    linked = [
        clean.line("".join(e.itertext()))
        for e in root.xpath("//a[contains(concat(' ',normalize-space(@rel),' '),' tag ')]")[:30]
    ]
    return tuple(dict.fromkeys(name[:200] for name in (*facts.categories, *linked) if name))


def _film(facts: Facts, title: str, body: Article, slug: str) -> Film | None:
    """The film: as data that say "Movie" name it, never when they say that something else is reviewed."""
    if facts.item == "other" or (facts.is_review and not facts.item and not subject.is_surely_film(title, body.plain)):
        return None
    named = None
    if facts.film and (facts.item == "film" or facts.is_review):
        name, year = titles.tidy(headline_words.REVIEW_AT_EDGE.sub("", facts.film))
        sure = facts.item == "film" or headline.film_of(f"“{name}” review", body=body.plain) is not None
        named = (
            Film(title=name, year=facts.film_year or year, confidence=0.97, evidence=("page data: itemReviewed",))
            if name and sure
            else None
        )
    return headline.film_of(
        title,
        body=body.plain,
        categories=facts.categories,
        structured=named,
        emphasis=body.emphasis,
        slug=slug,
        excerpt=facts.excerpt or "",
    )
