"""Entries whose feed gives only a teaser, completed from their pages: side by side, but politely."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Semaphore
from zoneinfo import ZoneInfo

import structlog

from publisher.errors import SourceError
from publisher.http.door import Http
from publisher.loader.pages import spoilers
from publisher.loader.pages.review_page import read_page
from publisher.loader.source import silent
from publisher.model import Image, Progress, Review
from publisher.text import urls

log = structlog.get_logger()

MOST_PAGES = 40
"""Pages asked for in one fetch; a feed of fifty thousand teasers is not read page by page."""
_AT_ONCE = 4
_AT_ONCE_PER_HOST = 2
_ACCEPT = "text/html,application/xhtml+xml;q=0.9"
_HTML = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True, kw_only=True)
class Completed:
    """The reviews in order, whole where their page could be read, and a sentence for each that could not."""

    reviews: tuple[Review, ...]
    warnings: tuple[str, ...] = ()


def complete(
    reviews: Sequence[Review],
    *,
    http: Http,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
    hosts: Collection[str] | None = None,
    progress: Progress = silent,
) -> Completed:
    """Read the pages of reviews without their text, the first forty of them, and put both together.

    With `hosts`, only pages on them: what a feed merely links to elsewhere is somebody else's article.
    """
    wanted = [n for n, review in enumerate(reviews) if _has_page(review, hosts)][:MOST_PAGES]
    found, warnings = list(reviews), []
    gates = {urls.host(reviews[n].url or ""): Semaphore(_AT_ONCE_PER_HOST) for n in wanted}

    def read(position: int) -> Review | SourceError:
        review = reviews[position]
        with gates[urls.host(review.url or "")]:
            try:
                return _page(review, http, zone, critics or {})
            except SourceError as error:
                return error

    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="pages") as pool:
        for done, (position, page) in enumerate(zip(wanted, pool.map(read, wanted), strict=True), 1):
            progress("pages", done, len(wanted))
            if isinstance(page, SourceError):
                log.info("page-unread", url=reviews[position].url, why=page.what)
                warnings.append(str(page))
            else:
                found[position] = together(reviews[position], page)
    return Completed(reviews=tuple(found), warnings=tuple(warnings))


def together(entry: Review, page: Review) -> Review:
    """One review of a feed's entry and its page: the feed names it, the page has the text."""
    if not page.blocks or len(page.plain) < len(entry.plain):
        page = replace(page, blocks=entry.blocks, full_text=entry.full_text)
    film = max((f for f in (entry.film, page.film) if f), key=lambda f: f.confidence, default=None)
    return replace(
        entry,
        film=film,
        authors=_authors(entry, page),
        published=entry.published or page.published,
        rating=entry.rating or page.rating,
        image=_image(entry, page),
        language=page.language or entry.language,
        reading_minutes=page.reading_minutes or entry.reading_minutes,
        categories=tuple(dict.fromkeys((*entry.categories, *page.categories))),
        blocks=page.blocks,
        availability=page.availability or entry.availability,
        excerpt=spoilers.trimmed(entry.excerpt or page.excerpt, page.blocks),
        full_text=page.full_text if page.blocks else "missing",
        pullquote=page.pullquote or entry.pullquote,
    )


def _has_page(review: Review, hosts: Collection[str] | None) -> bool:
    host = urls.host(review.url or "")
    if review.full_text != "missing" or not host or not urls.is_web(review.url or ""):
        return False
    return hosts is None or any(host == own or host.endswith(f".{own}") or own.endswith(f".{host}") for own in hosts)


def _page(review: Review, http: Http, zone: ZoneInfo, critics: Mapping[str, str]) -> Review:
    url = review.url or ""
    answer = http.get(url, accept=_ACCEPT)
    if answer.content_type.partition(";")[0].strip().casefold() not in _HTML:
        raise SourceError(f"the page is {answer.content_type[:60]}, not HTML", where=url)
    return read_page(
        answer.body, url=answer.url, content_type=answer.content_type, source=review.source, zone=zone, critics=critics
    )


def _authors(entry: Review, page: Review) -> tuple[str, ...]:
    """The feed's authors, unless it names a login and the page the person."""
    if entry.authors and any(" " in name for name in entry.authors):
        return entry.authors
    return page.authors if any(" " in name for name in page.authors) else entry.authors or page.authors


def _image(entry: Review, page: Review) -> Image | None:
    """The feed's picture, with the page's words for it when it shows the same one."""
    if entry.image and page.image and urls.canonical(entry.image.url) == urls.canonical(page.image.url):
        return replace(entry.image, alt=entry.image.alt or page.image.alt)
    return entry.image or page.image
