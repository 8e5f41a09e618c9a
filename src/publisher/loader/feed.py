"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed, whatever platform writes them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pydantic import Field

from publisher.config import WebUrl
from publisher.loader import completing, entries, language, platforms, reading
from publisher.loader.reading import Reading
from publisher.loader.record import FeedEntry, ParsedFeed
from publisher.loader.source import Entry, Known, LoadContext, Loaded, SourceSettings
from publisher.model import Review
from publisher.text import urls

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed as Reviews, in its own order; `left_out` counts entries that cannot be reviews, by reason."""

    kind: str
    title: str = ""
    url: str | None = None
    language: str | None = None
    entries: tuple[Review, ...] = ()
    flaw: str = ""
    left_out: Mapping[str, int]


def parse_feed(
    body: bytes,
    *,
    content_type: str = "",
    url: str = "",
    source: str,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> Feed:
    """The feed in `body`; entries that give only a teaser have `full_text` "missing". SourceError when it is no feed.

    With `limit`, only the first so many entries.
    """
    parsed = entries.parse(body, content_type=content_type, url=url)
    how = Reading.of(parsed, source=source, zone=zone, base=url, critics=critics or {})
    reviews = [entry for entry in parsed.entries if not platforms.is_no_review(entry)]
    return Feed(
        kind=parsed.version,
        title=parsed.title,
        url=parsed.url,
        language=language.tag(parsed.language),
        entries=tuple(reading.review(entry, reading.sketch(entry, how)) for entry in reviews[:limit]),
        flaw=parsed.flaw,
        left_out=_left_out(parsed.entries),
    )


class FeedSource(SourceSettings):
    """A site's feed."""

    url: WebUrl = Field(description="The feed's address.")

    def load(self, ctx: LoadContext) -> Loaded:
        """The entries of the feed; those that are new to us or changed are completed from their pages."""
        answer = ctx.http.get(ctx.url or self.url, etag=ctx.etag, last_modified=ctx.last_modified, accept=ACCEPT)
        head = Loaded(etag=answer.etag, last_modified=answer.last_modified, permanent_url=answer.permanent_url)
        if answer.not_modified:
            return replace(head, not_modified=True, entries=self._pending(ctx))
        parsed = entries.parse(
            answer.body,
            content_type=answer.content_type,
            url=answer.url,
            base=answer.headers.get("content-location", ""),
            language=answer.headers.get("content-language"),
        )
        hosts = _hosts(parsed, answer.url, self.url)
        found, warnings, left_out = self._read(parsed, ctx, answer.url, hosts)
        return replace(
            head,
            entries=found,
            title=parsed.title,
            language=language.tag(parsed.language),
            warnings=_flaw(parsed, answer.url) + warnings,
            left_out=left_out,
            state={"hosts": sorted(hosts)},
        )

    def _pending(self, ctx: LoadContext) -> list[Entry]:
        """What could not be completed before and can now, though the feed is unchanged."""
        waiting = [(known.review, known.fingerprint) for known in ctx.pending if known.review is not None]
        reviews = [review for review, _ in waiting]
        completed = completing.complete(
            reviews, http=ctx.http, zone=ctx.zone, critics=ctx.critics, hosts=ctx.state.get("hosts", ())
        )
        pairs = zip(waiting, completed.reviews, strict=True)
        return [Entry(review, fingerprint) for (_, fingerprint), review in pairs if review.full_text != "missing"]

    def _read(
        self, parsed: ParsedFeed, ctx: LoadContext, base: str, hosts: Collection[str]
    ) -> tuple[list[Entry], tuple[str, ...], Counter[str]]:
        how = Reading.of(parsed, source=ctx.name, zone=ctx.zone, base=base, critics=ctx.critics)
        wanted = [(entry, reading.sketch(entry, how)) for entry in parsed.entries if not platforms.is_no_review(entry)]
        chosen = [(entry, sketch) for entry, sketch in wanted if self.wants(sketch.categories)]
        left_out = Counter(_left_out(parsed.entries)) + Counter({"other categories": len(wanted) - len(chosen)})
        known = ctx.known([sketch for _, sketch in chosen])
        found = [_entry(*each, stored) for each, stored in zip(chosen, known, strict=True)]
        completed = completing.complete(
            [entry.review for entry in found],
            http=ctx.http,
            zone=ctx.zone,
            critics=ctx.critics,
            hosts=hosts,
            progress=ctx.progress,
        )
        whole = [replace(entry, review=review) for entry, review in zip(found, completed.reviews, strict=True)]
        return whole, completed.warnings, left_out


SOURCE = FeedSource


def _entry(entry: FeedEntry, sketch: Review, stored: Known | None) -> Entry:
    """The entry as a Review; one that stands in the store unchanged and whole stays a sketch."""
    fingerprint = reading.fingerprint(entry, sketch)
    names = [("url", urls.canonical(page)) for page in [platforms.original_address(entry)] if page]
    names += [("diary", key) for key in [platforms.diary_key(entry, sketch.url)] if key]
    if stored is not None and stored.complete and stored.fingerprint == fingerprint:
        return Entry(replace(sketch, full_text="feed"), fingerprint, tuple(names))
    return Entry(reading.review(entry, sketch), fingerprint, tuple(names))


def _hosts(parsed: ParsedFeed, *addresses: str) -> set[str]:
    """The hosts that are this site: the feed's own, and the one that it says it belongs to."""
    return {host for host in map(urls.host, (*addresses, parsed.url or "")) if host} - platforms.FEED_HOSTS


def _left_out(found: Sequence[FeedEntry]) -> Counter[str]:
    return Counter(reason for entry in found if (reason := platforms.is_no_review(entry)))


def _flaw(parsed: ParsedFeed, url: str) -> tuple[str, ...]:
    return (f"{url}: the feed is not well-formed ({parsed.flaw}); what could be read was read",) if parsed.flaw else ()
