"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed, whatever platform writes them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pydantic import Field

from publisher.config import ExactUrl
from publisher.loader import assembling
from publisher.loader.facts import language
from publisher.loader.feeds import entries, platforms, reading
from publisher.loader.feeds.reading import FeedTerms
from publisher.loader.feeds.record import ParsedFeed
from publisher.loader.source import LoadContext, Loaded, SourceSettings
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


def read_feed(
    parsed: ParsedFeed,
    *,
    url: str = "",
    source: str,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> Feed:
    """A feed's entries as Reviews, with `limit` only the first so many; those that give only a teaser have no text."""
    how = FeedTerms.of(parsed, source=source, zone=zone, base=url, critics=critics or {})
    found = [entry for entry in parsed.entries if not platforms.is_no_review(entry)]
    return Feed(
        kind=parsed.version,
        title=parsed.title,
        url=parsed.url,
        language=language.tag(parsed.language),
        entries=tuple(
            reading.review(entry, reading.sketch(entry, how), bare_titles=how.bare_titles) for entry in found[:limit]
        ),
        flaw=parsed.flaw,
        left_out=assembling.left_out(parsed.entries),
    )


class FeedSource(SourceSettings):
    """A site's feed."""

    url: ExactUrl = Field(description="The feed's address.")

    def load(self, ctx: LoadContext) -> Loaded:
        """The entries of the feed; those that are new to us or changed are completed from their pages."""
        answer = ctx.http.get(ctx.url or self.url, etag=ctx.etag, last_modified=ctx.last_modified, accept=ACCEPT)
        if answer.not_modified:
            return Loaded(
                not_modified=True,
                entries=assembling.pending(ctx),
                etag=answer.etag,
                last_modified=answer.last_modified,
                permanent_url=answer.permanent_url,
            )
        parsed = entries.parse(
            answer.body,
            content_type=answer.content_type,
            url=answer.url,
            base=answer.headers.get("content-location", ""),
            language=answer.headers.get("content-language"),
        )
        hosts = _hosts(parsed, answer.url, self.url)
        found = assembling.assemble(parsed, ctx, wants=self.wants, base=answer.url, hosts=hosts)
        return replace(
            found,
            etag=answer.etag,
            last_modified=answer.last_modified,
            permanent_url=answer.permanent_url,
            warnings=_flaw(parsed, answer.url) + found.warnings,
        )


SOURCE = FeedSource


def _hosts(parsed: ParsedFeed, *addresses: str) -> set[str]:
    """The hosts that are this site: the feed's own and the one it says it belongs to, else that of most entries."""
    named = {urls.host(address) for address in (*addresses, parsed.url or "")} - platforms.FEED_HOSTS - {""}
    linked = Counter(urls.host(entry.url or "") for entry in parsed.entries)
    return named or {host for host, _ in linked.most_common(1)}


def _flaw(parsed: ParsedFeed, url: str) -> tuple[str, ...]:
    return (f"{url}: the feed is not well-formed ({parsed.flaw}); what could be read was read",) if parsed.flaw else ()
