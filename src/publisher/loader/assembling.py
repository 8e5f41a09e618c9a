"""The entries of a feed, or of an API like one, as a source hands them back: chosen, read, completed from pages."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from publisher.loader import completing
from publisher.loader.facts import language
from publisher.loader.feeds import platforms, reading
from publisher.loader.feeds.reading import FeedTerms
from publisher.loader.feeds.record import FeedEntry, ParsedFeed
from publisher.loader.source import Entry, Known, LoadContext, Loaded
from publisher.model import Review
from publisher.text import urls


def assemble(
    parsed: ParsedFeed,
    ctx: LoadContext,
    *,
    wants: Callable[[Iterable[str]], bool],
    base: str,
    hosts: Collection[str],
) -> Loaded:
    """What a look at a source brought; what is new to us or changed is completed from its pages on `hosts`."""
    how = FeedTerms.of(parsed, source=ctx.name, zone=ctx.zone, base=base, critics=ctx.critics)
    possible = [(entry, reading.sketch(entry, how)) for entry in parsed.entries if not platforms.is_no_review(entry)]
    chosen = [(entry, sketch) for entry, sketch in possible if wants(sketch.categories)]
    known = ctx.known([sketch for _, sketch in chosen])
    again = iter(range(completing.MOST_PAGES))
    found = [
        _entry(*each, stored, again, bare_titles=how.bare_titles) for each, stored in zip(chosen, known, strict=True)
    ]
    whole = [n for n, entry in enumerate(found) if not entry.sketch]
    completed = completing.complete(
        [found[n].review for n in whole],
        http=ctx.http,
        zone=ctx.zone,
        critics=ctx.critics,
        hosts=hosts,
        progress=ctx.progress,
    )
    for n, review in zip(whole, completed.reviews, strict=True):
        found[n] = replace(found[n], review=review)
    return Loaded(
        entries=found,
        title=parsed.title,
        language=language.tag(parsed.language),
        warnings=completed.warnings,
        left_out=left_out(parsed.entries) + Counter({"other categories": len(possible) - len(chosen)}),
        state={"hosts": sorted(hosts)},
    )


def pending(ctx: LoadContext) -> list[Entry]:
    """What could not be completed before and can now, though the source says that nothing changed."""
    waiting = [(known.review, known.fingerprint) for known in ctx.pending if known.review is not None]
    completed = completing.complete(
        [review for review, _ in waiting],
        http=ctx.http,
        zone=ctx.zone,
        critics=ctx.critics,
        hosts=ctx.state.get("hosts", ()),
    )
    pairs = zip(waiting, completed.reviews, strict=True)
    return [Entry(review, fingerprint) for (_, fingerprint), review in pairs if review.full_text != "missing"]


def left_out(found: Sequence[FeedEntry]) -> Counter[str]:
    """How many entries cannot be reviews, by reason."""
    return Counter(reason for entry in found if (reason := platforms.is_no_review(entry)))


def _entry(entry: FeedEntry, sketch: Review, stored: Known | None, again: Iterator[int], *, bare_titles: bool) -> Entry:
    """The entry as a Review; one that stands in the store unchanged stays a sketch.

    But for those without their text: as many as `again` allows are read again, to be completed from their pages.
    """
    fingerprint = reading.fingerprint(entry, sketch)
    names = [("url", urls.canonical(page)) for page in [platforms.original_address(entry)] if page]
    names += [("diary", key) for key in [platforms.diary_key(entry, sketch.url)] if key]
    if stored is not None and stored.fingerprint == fingerprint and (stored.complete or next(again, None) is None):
        return Entry(sketch, fingerprint, tuple(names), sketch=True)
    return Entry(reading.review(entry, sketch, bare_titles=bare_titles), fingerprint, tuple(names))
