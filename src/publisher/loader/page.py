"""A review's own page: its data by order of trust, its text by the platform's own mark, else by extraction."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from lxml import etree
from pydantic import Field

from publisher.errors import SourceError
from publisher.loader import (
    article,
    byline,
    charset,
    dates,
    headline,
    language,
    markup,
    people,
    rating,
    structured,
    subject,
    titles,
)
from publisher.loader.article import Article
from publisher.loader.source import LoadContext, Loaded, SourceSettings
from publisher.loader.structured import Facts
from publisher.model import Film, Image, Published, Rating, Review, review_id
from publisher.text import clean, urls
from publisher.text import html as text_html

_HOOK = "@data-hook='{}'"
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
_LEAST, _LEAST_MARKED = 140, 40
"""Characters below which a page has no text: one that marks no body, and one that does."""
_WHOLE = 1200
"""Characters from which a body in the page's data is surely all of it."""
_MOST_ELEMENTS = 15_000
_WIDGETS = "//*[contains(@class,'rating') or contains(@class,'stars') or contains(@class,'score')]"
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
    named = _NAMED.search(content_type)
    text, _ = charset.decode(html, http=named[1] if named else None, html=True)
    root = markup.tree(text)
    if root is None or not len(root):
        raise SourceError("this is not a page", where=url)
    facts = _facts(root, text)
    address = _address(root, facts, url)
    title = _headline(root, facts)
    body = _article(root, text, facts, title, zone=zone, critics=critics or {})
    published = _published(root, facts, zone=zone, told=language.tag(facts.language)) or body.published
    return Review(
        id=review_id(source, urls.canonical(address) if address else hashlib.sha256(html).hexdigest()),
        source=source,
        url=address,
        headline=title or (urls.slug(address).replace("-", " ") if address else "") or "Untitled",
        film=_film(facts, title, body, urls.slug(address) if address else ""),
        authors=people.names(facts.authors, critics) or _hook_authors(root, critics) or body.byline,
        published=published,
        rating=facts.rating or body.rating or _widget(root) or rating.in_headline(title),
        image=_image(facts, address or url),
        language=language.tag(facts.language) or language.detect(body.plain),
        reading_minutes=facts.minutes or _hook_minutes(root) or body.reading_minutes,
        categories=_categories(root, facts),
        blocks=body.blocks,
        availability=body.availability,
        excerpt=facts.excerpt or None,
        full_text="page" if body.blocks else "missing",
        pullquote=body.pullquote,
    )


class PageSource(SourceSettings):
    """`kind = "page"`: single pages by their addresses."""

    url: str | list[str] = Field(description="The address of a review's page, or a list of them.")

    def load(self, ctx: LoadContext) -> Loaded:
        """Every page that can be read; the others are warnings."""
        places = [self.url] if isinstance(self.url, str) else self.url
        reviews: list[Review] = []
        warnings: list[str] = []
        etag = last_modified = permanent = None
        for number, place in enumerate(places):
            ctx.progress("pages", number, len(places))
            alone = len(places) == 1
            try:
                answer = ctx.http.get(
                    (alone and ctx.url) or place,
                    etag=ctx.etag if alone else None,
                    last_modified=ctx.last_modified if alone else None,
                    accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
                )
                if answer.not_modified:
                    return Loaded(not_modified=True, etag=ctx.etag, last_modified=ctx.last_modified)
                if alone:
                    etag, last_modified, permanent = answer.etag, answer.last_modified, answer.permanent_url
                reviews.append(
                    read_page(
                        answer.body,
                        url=answer.url,
                        content_type=answer.content_type,
                        source=ctx.name,
                        zone=ctx.zone,
                        critics=ctx.critics,
                    )
                )
            except SourceError as error:
                if alone:
                    raise
                warnings.append(str(error))
        return replace(
            Loaded.of(reviews, warnings=tuple(warnings)),
            etag=etag,
            last_modified=last_modified,
            permanent_url=permanent,
        )


SOURCE = PageSource


def _facts(root: etree._Element, text: str) -> Facts:
    """Everything that the page says in data, the most trusted kind of markup first."""
    return (
        structured.json_ld(root)
        .over(structured.microdata(root))
        .over(structured.microformats(text))
        .over(structured.meta(root))
    )


def _hook(root: etree._Element, name: str) -> str:
    """The text of one of Wix's marked elements."""
    found = root.xpath(f"//*[{_HOOK.format(name)}]")
    return clean.line("".join(found[0].itertext())) if found else ""


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
    heading = next((h for h in (clean.line("".join(e.itertext())) for e in root.iter("h1")) if h), "")
    title = facts.headline or _hook(root, "post-title") or heading or facts.name
    parts = re.split(_SEPARATOR, title)
    if facts.site and len(parts) > 1 and clean.fold(parts[-1]) == clean.fold(facts.site):
        title = title[: title.rindex(parts[-1])].rstrip(" -–—|·•:»")
    elif heading and len(heading) > 8 and title != heading and title.startswith(heading) and not facts.site:
        title = heading
    return clean.line(title)[:1000]


def _published(root: etree._Element, facts: Facts, *, zone: ZoneInfo, told: str | None) -> Published | None:
    """The date that the page's data state, else the one on its article's time element."""
    raws = [facts.published]
    for element in root.iter("time"):
        marks = f"{element.get('class', '')} {element.get('itemprop', '')} {' '.join(element.keys())}"
        if (
            element.get("datetime")
            and re.search(r"publish|entry-date|pubdate|posted|post-date|dt-published", marks)
            and "update" not in marks.replace("published updated", "")
        ):
            raws.append(element.get("datetime") or "")
            break
    inside = root.xpath("//article//time[@datetime]")
    if len(inside) == 1:
        raws.append(inside[0].get("datetime"))
    for raw in raws:
        if raw and (found := dates.parse(raw, zone=zone, language=told)):
            return found
    return None


def _hook_authors(root: etree._Element, critics: Mapping[str, str] | None) -> tuple[str, ...]:
    """Authors that only the page's elements name: Wix's user name, a rel=author link, an author's class."""
    if found := _hook(root, "user-name"):
        return people.names(found, critics)
    for path in (
        "//a[@rel='author']",
        "//*[contains(concat(' ',normalize-space(@class),' '),' p-author ')]",
        "//*[contains(concat(' ',normalize-space(@class),' '),' author ')]//a",
        "//*[contains(concat(' ',normalize-space(@class),' '),' byline ')]",
    ):
        named = {clean.line("".join(element.itertext())) for element in root.xpath(path)[:5]} - {""}
        if len(named) == 1:
            found_names = people.names(named.pop(), critics)
            if found_names and all(len(name) <= 60 for name in found_names):
                return found_names
    return ()


def _hook_minutes(root: etree._Element) -> int | None:
    return byline.reading_minutes(_hook(root, "time-to-read"))


def _article(
    root: etree._Element, text: str, facts: Facts, title: str, *, zone: ZoneInfo, critics: Mapping[str, str]
) -> Article:
    """The text: of the element that the platform marks, of the data, or what extraction finds."""
    marked = root.xpath(f"//*[{_HOOK.format('post-description')}]")
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
    given = [_as_html(facts.body)] if facts.body else []
    if len(facts.body) < _WHOLE:
        given.append(_extracted(root, text))
    texts = [article.blocks_from_html(one, title=title, zone=zone, critics=critics) for one in given if one]
    best = max(texts, key=lambda one: len(one.plain), default=Article())
    return best if facts.body or len(best.plain) >= _LEAST else Article()


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
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return ""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without a text
    found = trafilatura.extract(
        text, output_format="html", favor_precision=True, include_comments=False, include_tables=False,
        include_formatting=True, include_images=False, include_links=False, deduplicate=False,
    )  # fmt: skip
    return str(found or "")


def _widget(root: etree._Element) -> Rating | None:
    """The score that a rating element of the article tells to those who cannot see its stars."""
    elements = root.xpath(f"//article{_WIDGETS} | //main{_WIDGETS}")[:20]
    said = (element.get(name) for element in elements for name in ("aria-label", "title", "alt"))
    return rating.find(dict.fromkeys(clean.line(value)[:120] for value in said if value))


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
    if facts.film and facts.item == "film":
        name, year = titles.tidy(facts.film)
        named = (
            Film(title=name, year=facts.film_year or year, confidence=0.97, evidence=("page data: itemReviewed",))
            if name
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
