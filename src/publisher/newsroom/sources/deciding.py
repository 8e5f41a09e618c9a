"""From what a source said to what is stored: look up, decide, write down. One transaction per source."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from publisher.config import RawTable
from publisher.loader.newness import identity, newness
from publisher.loader.newness.identity import Index, Key, Ruling, Seen
from publisher.loader.newness.newness import Window
from publisher.loader.source import Entry, Known, Loaded, Source, SourceSettings
from publisher.model import Decision, Review, Verdict
from publisher.newsroom.sources.memory import PAGE_TRIES, Memory, after_success, filters
from publisher.newsroom.sources.withdrawing import MOST_LISTED, listed, withdraw
from publisher.store.engine import Store
from publisher.store.pool import decisions, reviews, sources
from publisher.store.pool.reviews import Change
from publisher.store.pool.sources import StoredSource

PATIENCE = timedelta(days=3)
"""So long after it was first seen an entry's missing text is looked for."""
TRIVIAL = frozenset({"same id", "same content", "twice in the feed"})
"""Rules by which an unchanged entry is known; they are reported, and not written down each time."""
_SURE = frozenset({"id", "diary", "content", "url"})


@dataclass(frozen=True, kw_only=True)
class Job:
    """One source to ask, with what is remembered of it."""

    table: RawTable
    source: Source
    policy: SourceSettings
    stored: StoredSource
    memory: Memory

    @property
    def name(self) -> str:
        """The source's name."""
        return self.table.name

    @property
    def configured(self) -> str:
        """The address in the configuration, or the path."""
        return str(self.table.values.get("url") or self.table.values.get("path") or "")

    @property
    def moved(self) -> bool:
        """Whether the configuration gives another address than at the last good fetch."""
        return self.stored.last_good is not None and self.memory.configured != self.configured

    @property
    def window(self) -> Window:
        """What the source showed at its last good fetch."""
        return self.memory.window(self.stored, configured=self.configured, chosen=filters(self.policy))


def known(store: Store, job: Job, now: datetime) -> Callable[[Sequence[Review]], Sequence[Known | None]]:
    """Tells a source which of its entries are stored, as they were last, and whether their text is whole."""

    def look(entries: Sequence[Review]) -> Sequence[Known | None]:
        wanted = [[key for key in identity.keys(Entry(e, "-")) if key[0] in ("id", "url")] for e in entries]
        with store.read() as db:
            keys: dict[Key, list[str]] = {}
            for kind, key, named_by, review_id in reviews.named(db, {key for some in wanted for key in some}):
                if named_by == job.name:
                    keys.setdefault((kind, key), []).append(review_id)
            heads = reviews.heads(db, {review_id for ids in keys.values() for review_id in ids})
        named = [dict.fromkeys(i for key in some for i in keys.get(key, ())) for some in wanted]
        return [_known([heads[i] for i in some if i in heads], job, now) for some in named]

    return look


def pending(store: Store, job: Job, now: datetime) -> tuple[Known, ...]:
    """The stored reviews of a source whose page is worth another try."""
    wanted = {review_id for review_id, tries in job.memory.tries.items() if tries < PAGE_TRIES}
    if not wanted:
        return ()
    with store.read() as db:
        stored = reviews.get_all(db, wanted)
    return tuple(
        Known(review_id=key, fingerprint=each.fingerprint, complete=False, review=each.original)
        for key, each in stored.items()
        if each.original.full_text == "missing" and now - each.first_seen < PATIENCE
    )


def settle(
    store: Store, job: Job, loaded: Loaded, *, now: datetime, zone: ZoneInfo
) -> tuple[list[Ruling], list[Decision]]:
    """Decide about everything that a source gave and store it with the source's state, all or nothing.

    Two processes that ask the same source at once decide one after the other: the second sees what the first stored.
    """
    entries = [entry for entry in loaded.entries if job.policy.wants(entry.review.categories)]
    rulings: list[Ruling] = []
    if entries:
        with store.read() as db:
            rulings = _rule(db, job, entries, now=now, zone=zone)
    with store.write() as db:
        current = sources.get(db, job.name) or StoredSource(name=job.name)
        if current.fetched_at != job.stored.fetched_at:
            job = replace(job, stored=current, memory=Memory.of(current))
            rulings = _rule(db, job, entries, now=now, zone=zone)
        made = _write(db, job.name, rulings, now)
        memory = replace(job.memory, tries=_tries(job, loaded, rulings), chosen=filters(job.policy))
        if not loaded.not_modified:
            before = () if job.window.moved else job.memory.listed
            made += withdraw(db, job.name, before, rulings, loaded=loaded, now=now)
            memory = replace(memory, oldest=newness.oldest(entries, zone), listed=listed(rulings, job.name))
        made += ripen(db, job.name, now)
        sources.save(db, after_success(job.stored, memory, loaded, now=now, configured=job.configured))
    return rulings, made


def ripen(db: Connection, source: str, now: datetime) -> list[Decision]:
    """Make future-dated reviews new whose time has come; each only once."""
    made = []
    for each in reviews.due(db, source, now=now):
        reviews.set_verdict(db, each.review.id, Verdict.NEW, rule="its time has come")
        evidence = {"due": each.hold_until.isoformat() if each.hold_until else None}
        made.append(_decision(each.review.id, source, Verdict.NEW, "its time has come", evidence, now))
    decisions.add(db, made)
    return made


def _known(heads: Sequence[reviews.Head], job: Job, now: datetime) -> Known | None:
    """Of several reviews under one name the latest is meant."""
    head = max(heads, key=lambda each: each.first_seen, default=None)
    if head is None:
        return None
    tried = job.memory.tries.get(head.id, 0) >= PAGE_TRIES or now - head.first_seen > PATIENCE
    return Known(review_id=head.id, fingerprint=head.fingerprint, complete=head.full_text != "missing" or tried)


def _rule(db: Connection, job: Job, entries: Sequence[Entry], *, now: datetime, zone: ZoneInfo) -> list[Ruling]:
    index = _index(db, job, entries)
    return newness.decide(entries, index=index, window=job.window, policy=job.policy, now=now, zone=zone)


def _index(db: Connection, job: Job, entries: Sequence[Entry]) -> Index:
    """Everything stored that the entries could be about: by their names, then by their texts where no name is known."""
    named = [identity.keys(entry) for entry in entries]
    keys = _look_up(db, job.name, {key for some in named for key in identity.neighbours(some)})
    unknown = [e for e, some in zip(entries, named, strict=True) if not any(k in keys for k in some if k[0] in _SURE)]
    keys |= _look_up(db, job.name, {key for entry in unknown for key in identity.text_keys(entry)})
    wanted = {review_id for ids in keys.values() for review_id in ids} | {entry.review.id for entry in entries}
    shown = tuple(job.memory.listed) if unknown and len(unknown) <= MOST_LISTED else ()
    wanted |= set(shown)
    unchanged = {entry.fingerprint for entry in entries}
    stored = {each.original.id: _seen(each, unchanged) for each in reviews.each(db, wanted)}
    return Index(reviews=stored, keys=keys, listed=shown)


def _look_up(db: Connection, source: str, keys: Collection[Key]) -> dict[Key, list[str]]:
    """The reviews behind names; addresses and texts are looked for in all sources, the other names in this one."""
    found: dict[Key, list[str]] = {}
    for kind, key, named_by, review_id in reviews.named(db, keys):
        if named_by == source or kind in ("url", "text"):
            ids = found.setdefault((kind, key), [])
            if review_id not in ids:
                ids.append(review_id)
    return found


def _seen(stored: reviews.StoredReview, unchanged: Collection[str]) -> Seen:
    """A stored review for comparing; the text of one that did not change is let go, there may be ten thousand."""
    review = stored.original
    if stored.fingerprint in unchanged and review.full_text != "missing":
        review = replace(review, blocks=())
    return Seen(review=review, fingerprint=stored.fingerprint, verdict=stored.verdict, hold_until=stored.hold_until)


def _write(db: Connection, source: str, rulings: Sequence[Ruling], now: datetime) -> list[Decision]:
    """Store reviews, names and decisions; gives every decision, also those not worth a row."""
    reviews.insert_all(db, (_change(each) for each in rulings if each.stored and each.known is None), now=now)
    reviews.update_all(db, (_change(each) for each in rulings if each.stored and each.known is not None), now=now)
    unchanged = [each for each in rulings if not each.stored and each.known is not None]
    reviews.add_keys(db, ((*key, source, each.review.id) for each in unchanged for key in each.new_keys))
    made = [_decision(r.review.id, source, r.verdict, r.rule, r.evidence, now) for r in rulings]
    decisions.add(db, _worth_a_row(db, made))
    return made


def _change(ruling: Ruling) -> Change:
    return Change(
        review=ruling.review,
        verdict=ruling.verdict,
        rule=ruling.rule,
        fingerprint=ruling.entry.fingerprint,
        hold_until=ruling.hold_until,
        holds=ruling.known is None or ruling.hold_until != ruling.known.hold_until,
        keys=ruling.keys,
    )


def _worth_a_row(db: Connection, made: Iterable[Decision]) -> list[Decision]:
    """The decisions that say something new: that an entry has not changed is written down once, or never."""
    telling = [each for each in made if each.verdict is not Verdict.DUPLICATE or each.rule not in TRIVIAL]
    repeats = {each.review_id for each in telling if each.verdict is Verdict.DUPLICATE}
    said = decisions.said(db, repeats) if repeats else set()
    return [each for each in telling if (each.review_id, each.source, each.rule) not in said]


def _decision(
    review_id: str, source: str, verdict: Verdict, rule: str, evidence: Mapping[str, object], now: datetime
) -> Decision:
    return Decision(review_id=review_id, source=source, verdict=verdict, rule=rule, evidence=evidence, at=now)


def _tries(job: Job, loaded: Loaded, rulings: Sequence[Ruling]) -> dict[str, int]:
    """How often the page of each entry without a text was asked for, this time included."""
    before = job.memory.tries
    if loaded.not_modified:
        whole = {ruling.review.id for ruling in rulings}
        return {key: tries + 1 for key, tries in before.items() if key not in whole}
    missing = {r.review.id for r in rulings if r.review.full_text == "missing" and r.review.source == job.name}
    return {key: before.get(key, 0) + 1 for key in sorted(missing)}
