"""What a site's digest, quotes and cards would look like: nothing configured, stored or sent."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from publisher import secrecy
from publisher.config import Config, Newsletter, RawTable
from publisher.errors import PublisherError
from publisher.formatters.cards import card as cards
from publisher.http.door import Http
from publisher.loader import discover
from publisher.model import Progress, Quote, Review
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.editions.preview import fill, fill_html
from publisher.newsroom.files import write_file
from publisher.newsroom.pool import choosing
from publisher.newsroom.pool.pictures import file_name, picture_of
from publisher.newsroom.pool.quoting import LEAD_GRAPHEMES
from publisher.newsroom.sources import parse as reader
from publisher.store.engine import open_store
from publisher.store.pool import reviews as pool
from publisher.text.clean import line

REVIEWS = 5
QUOTES = 3
NAME = "try"
LINKS = {"name": "", "email": "reader@example.com", "unsubscribe_url": "#", "preferences_url": "#", "view_url": "#"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What was found and written."""

    title: str
    feed: str
    reviews: tuple[tuple[Review, tuple[Quote, ...]], ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    config: Config
    pictures: Mapping[str, bytes]
    """The pictures that could be loaded, by address."""

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
    url = secrecy.public(url)
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
    found = tuple(
        (review, choosing.ranked(review, look, limit=QUOTES, max_graphemes=LEAD_GRAPHEMES).quotes) for review in chosen
    )
    stills = _stills(chosen, look, http, tell)
    return Trial(
        title=look.site.name,
        feed=site.feed,
        reviews=found,
        files=(*_digest(chosen, look, target, stills), *_cards(found, look, target, stills, tell)),
        warnings=tuple(result.warnings),
        config=look,
        pictures=stills,
    )


@contextmanager
def trial_app(config: Config, reviews: Iterable[Review]) -> Iterator[App]:
    """A publisher whose pool are these reviews; it is gone at the end, and nothing can be sent from it."""
    with tempfile.TemporaryDirectory(prefix="publisher-try-") as folder:
        store = open_store("sqlite:///try.db", root=Path(folder))
        try:
            store.prepare()
            web = config.web.model_copy(update={"url": config.web.url or "https://news.example.com"})
            near = {"url": config.site.url, "allow_private": True}  # its address was typed by hand
            site = RawTable(name=NAME, kind="feed", group="sources", values=near)
            alone = replace(config, path=None, newsletters={NAME: _newsletter(config)}, sources=(site,), web=web)
            app = App(config=alone, store=store)
            with store.write() as db:
                for review in reviews:
                    pool.insert(db, review, now=app.now())
            yield app
        finally:
            store.close()


def _stills(chosen: Sequence[Review], config: Config, http: Http, tell: Progress) -> Mapping[str, bytes]:
    found = {}
    for n, review in enumerate(chosen):
        tell("pictures", n, len(chosen))
        data = picture_of(review, config=config, http=http)
        if data and review.image:
            found[review.image.url] = data
    return found


def _newsletter(config: Config) -> Newsletter:
    sender = str(Address(display_name=line(config.site.name), username="reviews", domain="example.com"))
    return Newsletter.model_validate(
        {"name": NAME, "title": f"New on {config.site.name}", "from": sender, "provider": []}
    )


def _day(review: Review) -> date:
    return review.published.day(ZoneInfo("UTC")) if review.published else date.min


def _digest(chosen: Sequence[Review], config: Config, folder: Path, stills: Mapping[str, bytes]) -> Iterator[Path]:
    with trial_app(config, chosen) as app:
        if any(review.film for review in chosen):
            made = composing.compose(app, NAME)
        else:
            made = composing.compose_one_off(app, NAME, key=NAME, review_ids=[review.id for review in chosen])
    assert made.email is not None
    page = fill_html(made.email, LINKS)
    for url, data in stills.items():
        name = file_name(url)
        write_file(folder / "images" / name, data)
        page = page.replace(url.replace("&", "&amp;"), f"images/{name}")
    yield write_file(folder / "digest.html", page.encode())
    yield write_file(folder / "digest.txt", fill(made.email.text, made.email.merge_fields, LINKS).encode())


def _cards(
    found: Sequence[tuple[Review, tuple[Quote, ...]]],
    config: Config,
    folder: Path,
    stills: Mapping[str, bytes],
    tell: Progress,
) -> Iterator[Path]:
    for n, (review, ranked) in enumerate(found):
        tell("cards", n, len(found))
        if ranked:
            still = stills.get(review.image.url) if review.image else None
            made = cards.draw(review, ranked[0], site=config.site, still=still)
            yield write_file(folder / "cards" / f"{n + 1}.jpg", made.data)
