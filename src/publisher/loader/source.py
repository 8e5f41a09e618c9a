"""What a kind of source is: its settings, what it is handed, and what it hands back.

A kind is one file `loader/<kind>.py` with `SOURCE`, a frozen settings model (a `SourceSettings`) whose fields are the
keys of its `[[sources]]` table and whose `load` reads the source. Others ship theirs by entry point
`publisher.sources`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from publisher.config import Config, SourcePolicy
from publisher.http.door import Http
from publisher.loader.facts import similar
from publisher.model import Progress, Review
from publisher.text import clean


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is stored of an entry: what the source said of it last, and whether its text is whole."""

    review_id: str
    fingerprint: str
    complete: bool
    review: Review | None = None


def nothing_known(reviews: Sequence[Review]) -> Sequence[Known | None]:
    """The answer of an empty store."""
    return [None] * len(reviews)


def silent(what: str, done: int, total: int | None) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, kw_only=True)
class LoadContext:
    """What a source needs to be read: its name, the way to the web, the zone of bare dates, what is known.

    `url` is where a permanent redirect led earlier, empty for the configured address. `etag` and `last_modified` are
    byte for byte as received. `state` is what the kind returned last time. `known` tells of each entry in turn what
    is stored of it, so that its page need not be asked for again; `pending` are stored reviews without their text yet.
    """

    name: str
    http: Http
    zone: ZoneInfo
    now: datetime
    root: Path = Path()
    critics: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    known: Callable[[Sequence[Review]], Sequence[Known | None]] = nothing_known
    pending: Sequence[Known] = ()
    progress: Progress = silent


@dataclass(frozen=True)
class Entry:
    """A review as the source gives it; `fingerprint` changes exactly when the source says something else of it.

    A kind that adds to an entry from elsewhere (a page) takes the fingerprint before it does. `keys` are more names
    that it is known by, as (kind, key). `sketch`: the kind recognised it as unchanged and did not read it to the end.
    """

    review: Review
    given_fingerprint: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    sketch: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """What the source says of this review, in 32 letters."""
        return self.given_fingerprint or fingerprint(self.review)

    @cached_property
    def text_keys(self) -> tuple[str, ...]:
        """What texts like this one are found by; none for a short or missing text."""
        return similar.keys(self.review.plain)


def fingerprint(review: Review) -> str:
    """A hash of everything that a source can say of a review."""
    said = [
        review.headline,
        review.url,
        review.published.raw if review.published else None,
        review.authors,
        review.categories,
        review.excerpt,
        review.image.url if review.image else None,
        review.content_hash,
        str(review.embargo_until),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one look at a source brought: its entries in the source's own order.

    `not_modified`: the source says that nothing changed; `entries` then has at most pending ones that were completed.
    `left_out` counts what the source holds and is no review, by reason. `complete`: the entries are all that there
    are, so that what is missing is gone, but for the native ids in `unread`.
    """

    entries: Sequence[Entry] = ()
    not_modified: bool = False
    etag: str | None = None
    last_modified: str | None = None
    permanent_url: str | None = None
    title: str = ""
    language: str | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False
    unread: frozenset[str] = frozenset()

    @classmethod
    def of(cls, reviews: Sequence[Review], *, warnings: tuple[str, ...] = ()) -> "Loaded":
        """The result of a source that says everything of each review itself."""
        return cls(entries=tuple(Entry(review) for review in reviews), warnings=warnings)


class SourceSettings(SourcePolicy):
    """What every `[[sources]]` table may say; a kind adds its own keys and `load`."""

    def wants(self, categories: Iterable[str]) -> bool:
        """Whether an entry of these categories is wanted, by `only_categories` and `skip_categories`."""
        named = {clean.fold(name) for name in categories}
        only, skip = ({clean.fold(name) for name in names} for names in (self.only_categories, self.skip_categories))
        return not (named & skip) and (not only or bool(named & only))


@runtime_checkable
class Source(Protocol):
    """A configured source."""

    def load(self, ctx: LoadContext) -> Loaded:
        """Read it; raises SourceError (SourceBusy, SourceGone) when it cannot be read."""


def context(config: Config, name: str, *, http: Http, now: datetime, **more: Any) -> LoadContext:
    """The context of a source in this configuration; see `LoadContext` for what `more` may say."""
    return LoadContext(
        name=name,
        http=http,
        now=now,
        zone=config.site.zone,
        root=config.root,
        critics=config.critics,
        language=config.site.language or None,
        **more,
    )
