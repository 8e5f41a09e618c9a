"""What a site's digest, quotes and cards would look like: nothing configured, stored or sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publisher import quotes
from publisher.config import Config, Newsletter
from publisher.editorial import edition as editorial
from publisher.editorial.edition import Hand
from publisher.errors import PublisherError
from publisher.formatters import card as cards
from publisher.formatters import digest
from publisher.http import Http
from publisher.loader import discover
from publisher.model import Edition, Progress, Quote, Review
from publisher.newsroom import parse as reader
from publisher.newsroom.pictures import file_name, picture_of
from publisher.newsroom.preview import fill, fill_html, write_file
from publisher.newsroom.quoting import quote_all

REVIEWS = 5
QUOTES = 3
LINKS = {"name": "", "email": "reader@example.com", "unsubscribe_url": "#", "preferences_url": "#", "view_url": "#"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What was found and written."""

    title: str
    feed: str
    reviews: tuple[tuple[Review, tuple[Quote, ...]], ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What `try --json` prints."""
        return {
            "title": self.title,
            "feed": self.feed,
            "reviews": [
                {
                    "headline": review.headline,
                    "film": review.film.title if review.film else None,
                    "url": review.url,
                    "quotes": [quote.text for quote in found],
                }
                for review, found in self.reviews
            ],
            "files": [str(path) for path in self.files],
            "warnings": list(self.warnings),
        }


def try_site(url: str, *, folder: Path | None, config: Config, http: Http, progress: Progress | None = None) -> Trial:
    """Find the feed of a site, read its last five reviews, and write a digest and cards into a folder."""
    tell = progress or (lambda _what, _done, _total: None)
    tell("reading the site", 0, None)
    site = discover.discover(url, http)
    result = reader.parse([site.feed], kind="feed", config=config, http=http, limit=REVIEWS)
    chosen = sorted((review for _, review in result.reviews[:REVIEWS]), key=_day, reverse=True)
    if not chosen:
        raise PublisherError("the feed has no entries", where=site.feed)
    look = replace(
        config,
        site=config.site.model_copy(
            update={
                "name": config.site.name or site.title or urlsplit(url).netloc,
                "language": site.language or config.site.language,
                "accent": site.accent or config.site.accent,
                "url": config.site.url or url,
                "postal_address": config.site.postal_address or "(your postal address)",
            }
        ),
    )
    target = folder or Path(f"try-{urlsplit(site.feed).hostname or 'site'}")
    found = tuple((review, quotes.rank(review, limit=QUOTES).quotes) for review in chosen)
    files = [*_digest(chosen, look, target, http, tell), *_cards(found, look, target, http, tell)]
    return Trial(
        title=look.site.name, feed=site.feed, reviews=found, files=tuple(files), warnings=tuple(result.warnings)
    )


def _day(review: Review) -> date:
    return review.published.day(ZoneInfo("UTC")) if review.published else date.min


def _digest(chosen: Sequence[Review], config: Config, folder: Path, http: Http, tell: Progress) -> list[Path]:
    films = [review for review in chosen if review.film] or list(chosen)
    items = editorial.items(films, quote_all(films, hand=Hand(), used={}).quotes)
    newsletter = Newsletter.model_validate(
        {"name": "try", "title": config.site.name, "from": "reviews@example.com", "provider": []}
    )
    edition = Edition(
        key="try",
        newsletter="try",
        slot=datetime.now(UTC),
        items=items,
        links=tuple(review for review in chosen if review not in films),
        subject=editorial.subject(films),
        preheader=editorial.preheader(items, short=None),
    )
    email = digest.render(edition, config=config, newsletter=newsletter, templates=None)
    page = fill_html(email, LINKS)
    for n, review in enumerate(films):
        tell("pictures", n, len(films))
        data = picture_of(review, config=config, http=http)
        if data and review.image:
            name = file_name(review.image.url)
            write_file(folder / "images" / name, data)
            page = page.replace(review.image.url.replace("&", "&amp;"), f"images/{name}")
    return [
        write_file(folder / "digest.html", page.encode()),
        write_file(folder / "digest.txt", fill(email.text, email.slots, LINKS).encode()),
    ]


def _cards(
    found: Sequence[tuple[Review, tuple[Quote, ...]]], config: Config, folder: Path, http: Http, tell: Progress
) -> list[Path]:
    written = []
    for n, (review, ranked) in enumerate(found):
        tell("cards", n, len(found))
        if ranked:
            still = picture_of(review, config=config, http=http)
            made = cards.draw(review, ranked[0], site=config.site, still=still)
            written.append(write_file(folder / "cards" / f"{n + 1}.jpg", made.data))
    return written
