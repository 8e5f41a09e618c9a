"""Which entries of a fetch are new, and which we have seen before under whatever name. Pure.

Matching, first hit wins: native id; diary key; everything the same; address; slug and day; headline and author; text
nine tenths alike. A match keeps its review. What was never seen is judged by its date (in `newness.py`).
Whatever is in doubt is held for the editor; nothing is dropped, and every ruling names its rule and what it compared.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from publisher.loader.facts import similar
from publisher.loader.source import Entry
from publisher.model import Review, Verdict, review_id
from publisher.text import clean, urls

Key = tuple[str, str]

ALIKE = 0.9
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_OTHER_TEXT = 0.5
_AGAIN = timedelta(days=7)
"""So much later, with another text, the same id is a republication and not an edit."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A review of the pool as identity compares it; `hold_until` as stored."""

    review: Review
    fingerprint: str
    verdict: Verdict
    hold_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Index:
    """What is stored that this fetch could be about: reviews by id, and the ids behind (kind, key).

    `keys` of the kinds id, diary, content, slug and title are those of this source alone, url and text those of all;
    `listed` are the reviews that the source showed at its last look.
    """

    reviews: Mapping[str, Seen] = field(default_factory=dict)
    keys: Mapping[Key, Sequence[str]] = field(default_factory=dict)
    listed: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Match:
    """The stored review that an entry is, by which rule, and what was compared; `doubt` when only a person can tell."""

    seen: Seen
    rule: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    doubt: bool = False


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What becomes of one entry: `review` is what to store under `verdict`, None when nothing changes.

    `known` is the review that it is, None for one never seen; `keys` are remembered in any case; `new_keys` are
    those of them under which the review was not known before.
    """

    entry: Entry
    verdict: Verdict
    rule: str
    review: Review
    stored: bool
    known: Seen | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[Key, ...] = ()
    new_keys: tuple[Key, ...] = ()
    hold_until: datetime | None = None


def keys(entry: Entry) -> tuple[Key, ...]:
    """The names that an entry is looked up and remembered by, but for those of its text."""
    review = entry.review
    found: list[Key] = list(entry.keys)
    if review.native_id:
        found.append(("id", clean.line(review.native_id)))
    if review.url and _names_a_page(review.url):
        found.append(("url", urls.canonical(review.url)))
        slug, day = urls.slug(review.url), _day(review)
        if slug and day:
            found.append(("slug", f"{slug}|{day.date()}"))
    if title := clean.fold(review.headline):
        found.append(("title", title[:300]))
    found.append(("content", entry.fingerprint))
    return tuple(dict.fromkeys(found))


def text_keys(entry: Entry) -> tuple[Key, ...]:
    """The names that an entry's text is found by; none for a short or missing text."""
    return tuple(("text", key) for key in entry.text_keys)


def neighbours(wanted: Iterable[Key]) -> tuple[Key, ...]:
    """The keys to look up for `wanted`: a generator in another zone moves a post to the day before or after."""
    found: list[Key] = []
    for kind, key in wanted:
        found.append((kind, key))
        if kind == "slug":
            slug, _, day = key.rpartition("|")
            at = date.fromisoformat(day)
            found += [("slug", f"{slug}|{at + timedelta(days=step)}") for step in (-1, 1)]
    return tuple(dict.fromkeys(found))


def match(entries: Sequence[Entry], index: Index) -> list[Match | None]:
    """For each entry the stored review that it is, or None. No two entries are matched to one review of this source."""
    return _Matching(entries, index).run()


def twins(entries: Sequence[Entry]) -> dict[int, int]:
    """The entries that stand in the feed twice, by position, with the position of the first.

    Twice: the same in everything that readers see, or the same id, address and headline.
    """
    first: dict[tuple[str, ...], int] = {}
    found: dict[int, int] = {}
    for position, entry in enumerate(entries):
        review = entry.review
        page = urls.canonical(review.url) if review.url else ""
        names = [(entry.fingerprint,), (review.native_id or "", page, clean.fold(review.headline) or entry.fingerprint)]
        known = [first[name] for name in names if name in first]
        if known:
            found[position] = known[0]
        first |= {name: known[0] if known else position for name in names if name not in first}
    return found


class _Matching:
    """One pass of each rule over all entries, the surest rule first."""

    def __init__(self, entries: Sequence[Entry], index: Index) -> None:
        self.entries, self.index = entries, index
        self.keys = [keys(entry) for entry in entries]
        self.found: list[Match | None] = [None] * len(entries)
        self.taken: set[str] = set()
        self.twins = twins(entries)
        counted = Counter(key for n, some in enumerate(self.keys) if n not in self.twins for key in some)
        # An id or address that several entries of one fetch share names none of them.
        self.shared = {key for key, number in counted.items() if number > 1}

    def run(self) -> list[Match | None]:
        for kind in ("id", "diary", "content", "url", "slug", "title"):
            for position in self._open():
                self._try(position, kind)
        for position in self._open():
            self._take(position, self._by_text(self.entries[position]))
        for position in self._open() if self.index.listed else ():
            self._take(position, self._by_correction(self.entries[position]))
        return self.found

    def _open(self) -> list[int]:
        return [n for n, found in enumerate(self.found) if found is None and n not in self.twins]

    def _try(self, position: int, kind: str) -> None:
        entry = self.entries[position]
        for name in self.keys[position]:
            if name[0] == kind and self.found[position] is None and name not in self.shared:
                self._take(position, self._by_key(entry, name))

    def _take(self, position: int, match: Match | None) -> None:
        if match is not None:
            self.found[position] = match
            if not match.doubt:
                self.taken.add(match.seen.review.id)

    def _by_key(self, entry: Entry, name: Key) -> Match | None:
        kind = name[0]
        ids = dict.fromkeys(i for key in neighbours([name]) for i in self.index.keys.get(key, ()))
        stored = [self.index.reviews[i] for i in ids if i in self.index.reviews]
        own = [seen for seen in stored if seen.review.source == entry.review.source]
        free = [seen for seen in own if seen.review.id not in self.taken]
        if kind == "title":
            return _by_title(entry, own, free)
        chosen = _best(entry, free if own else stored)
        if chosen is not None and kind == "id" and _is_another(entry, chosen):
            return None
        if chosen is None or (kind != "id" and len(own) > 1 and not _same_title(entry.review, chosen.review)):
            return None
        return Match(seen=chosen, rule=_RULES[kind], evidence={kind: name[1]})

    def _by_text(self, entry: Entry) -> Match | None:
        shared = Counter(i for key in entry.text_keys for i in self.index.keys.get(("text", key), ()))
        for candidate, number in shared.most_common(5):
            seen = self.index.reviews.get(candidate)
            if seen is None or not similar.may_be_alike(number) or candidate in self.taken:
                continue
            alike = similar.similarity(similar.shingles(entry.review.plain), similar.shingles(seen.review.plain))
            if alike >= ALIKE:
                return Match(seen=seen, rule="same text", evidence={"similarity": round(alike, 3)})
        return None

    def _by_correction(self, entry: Entry) -> Match | None:
        """The review that was there at the last look and is gone, of the same time and nearly the same headline."""
        gone = (self.index.reviews[i] for i in self.index.listed if i not in self.taken and i in self.index.reviews)
        seen = next((each for each in gone if _is_correction(entry.review, each.review)), None)
        said = {"stored_title": seen.review.headline} if seen else {}
        return Match(seen=seen, rule="headline corrected", evidence=said) if seen else None


_RULES = {
    "id": "same id",
    "diary": "same diary entry",
    "content": "same content",
    "url": "same address",
    "slug": "same slug and day",
}


def _by_title(entry: Entry, own: Sequence[Seen], free: Sequence[Seen]) -> Match | None:
    """The same headline by the same author: on the same day it is the review, on another day only a person can tell.

    A headline that stands on several stored reviews already (a weekly column) tells nothing.
    """
    if len(own) != 1 or not free:
        return None
    seen, review = free[0], entry.review
    if {clean.fold(name) for name in review.authors}.isdisjoint(clean.fold(name) for name in seen.review.authors) and (
        review.authors and seen.review.authors
    ):
        return None
    here, there = _day(review), _day(seen.review)
    close = here is None or there is None or abs(here - there) <= timedelta(days=1)
    evidence = {"title": review.headline, "published": _raw(review), "stored_published": _raw(seen.review)}
    return Match(seen=seen, rule="same headline and author", evidence=evidence, doubt=not close)


def _best(entry: Entry, candidates: Sequence[Seen]) -> Seen | None:
    """Of several reviews under one key the one that the entry is most likely: unchanged, else of the same headline."""
    if len(candidates) < 2:
        return next(iter(candidates), None)
    for seen in candidates:
        if seen.fingerprint == entry.fingerprint:
            return seen
    same = [seen for seen in candidates if _same_title(entry.review, seen.review)]
    return max(same or candidates, key=lambda seen: (_day(seen.review) or _LONG_AGO, seen.review.id))


def changed(entry: Entry, match: Match) -> Ruling:
    """What becomes of an entry whose review is known."""
    seen, keep = match.seen, keys(entry)
    evidence = {"matched": seen.review.id, **match.evidence}
    if seen.review.source != entry.review.source:
        return Ruling(
            entry=entry,
            verdict=Verdict.DUPLICATE,
            rule=f"{match.rule} in source {seen.review.source}",
            review=seen.review,
            stored=False,
            known=seen,
            evidence=evidence,
            keys=keep,
        )
    if entry.fingerprint == seen.fingerprint and not _completes(entry.review, seen.review):
        return Ruling(
            entry=entry,
            verdict=Verdict.DUPLICATE,
            rule=match.rule,
            review=seen.review,
            stored=False,
            known=seen,
            evidence=evidence,
            keys=keep,
        )
    if _is_republished(entry.review, seen.review):
        return _republished(entry, seen, evidence)
    review = merged(entry.review, seen.review)
    evidence["changed"] = differences(seen.review, review)
    verdict = Verdict.UPDATE if evidence["changed"] else Verdict.DUPLICATE
    return Ruling(
        entry=entry,
        verdict=verdict,
        rule=match.rule,
        review=review,
        stored=True,
        known=seen,
        evidence=evidence,
        keys=keep + text_keys(replace(entry, review=review)),
        hold_until=seen.hold_until,
    )


def merged(now: Review, before: Review) -> Review:
    """The known review as the source gives it now; a text that the source no longer gives is kept."""
    review = replace(now, id=before.id)
    if now.full_text == "missing" and before.full_text != "missing":
        review = replace(
            review,
            blocks=before.blocks,
            full_text=before.full_text,
            film=now.film or before.film,
            rating=now.rating or before.rating,
            availability=now.availability or before.availability,
            reading_minutes=now.reading_minutes or before.reading_minutes,
            pullquote=before.pullquote,
        )
    return replace(
        review,
        authors=now.authors or before.authors,
        published=now.published or before.published,
        image=now.image or before.image,
        excerpt=now.excerpt or before.excerpt,
        native_id=now.native_id or before.native_id,
        url=now.url or before.url,
    )


def differences(before: Review, after: Review) -> list[str]:
    """The fields that read differently now."""
    names = ("headline", "film", "authors", "rating", "url", "categories", "availability", "excerpt", "embargo_until")
    found = [name for name in names if getattr(before, name) != getattr(after, name)]
    found += ["published"] if _raw(before) != _raw(after) else []
    found += ["text"] if before.plain != after.plain else []
    found += ["image"] if (before.image and before.image.url) != (after.image and after.image.url) else []
    return found


def fresh(entry: Entry, index: Index, *, again: bool = False) -> Review:
    """The review of an entry that was never seen, under an id that no other review has."""
    review = entry.review
    if not again and review.id not in index.reviews:
        return review
    key = "\0".join((review.native_id or "", review.url or "", review.headline, _raw(review) or "", entry.fingerprint))
    return replace(review, id=review_id(review.source, key))


def _completes(now: Review, before: Review) -> bool:
    return before.full_text == "missing" and now.full_text != "missing"


def _is_republished(now: Review, before: Review) -> bool:
    """Whether an old id carries another article: much later, and in other words."""
    here, there = _day(now), _day(before)
    if here is None or there is None or here - there < _AGAIN:
        return False
    one, other = similar.shingles(now.plain), similar.shingles(before.plain)
    return bool(one and other) and similar.similarity(one, other) < _OTHER_TEXT


def _is_another(entry: Entry, seen: Seen) -> bool:
    """Whether an id was given to another article, as when a site moves to a system that counts from 1 again."""
    now, before = entry.review, seen.review
    if entry.fingerprint == seen.fingerprint or _same_title(now, before) or _day(now) == _day(before):
        return False
    if now.url and before.url and urls.slug(now.url) == urls.slug(before.url):
        return False
    one, other = similar.shingles(now.plain), similar.shingles(before.plain)
    return bool(one and other) and similar.similarity(one, other) < _OTHER_TEXT and not _is_republished(now, before)


def _republished(entry: Entry, seen: Seen, evidence: Mapping[str, Any]) -> Ruling:
    review = fresh(entry, Index(), again=True)
    found = {"published": _raw(review), "stored_published": _raw(seen.review), **evidence}
    return Ruling(
        entry=entry,
        verdict=Verdict.HELD,
        rule="republished under an old id?",
        review=review,
        stored=True,
        evidence=found,
        keys=keys(entry) + text_keys(entry),
    )


def _is_correction(now: Review, before: Review) -> bool:
    """Whether a headline is another's with a mistake mended: of this source, the same date and author."""
    same = now.published is not None and before.published is not None and now.published.value == before.published.value
    others = now.authors and before.authors and set(now.authors).isdisjoint(before.authors)
    return same and not others and now.source == before.source and similar.is_mended(now.headline, before.headline)


def _names_a_page(url: str) -> bool:
    """Whether an address is that of one page: a home page is shared by everything on the site."""
    return urls.canonical(url).partition("://")[2].partition("/")[2] != ""


def _same_title(one: Review, other: Review) -> bool:
    return clean.fold(one.headline) == clean.fold(other.headline)


def _raw(review: Review) -> str | None:
    return review.published.raw if review.published else None


def _day(review: Review) -> datetime | None:
    """Midnight (UTC) of the day that the source states, or of the UTC day of its time."""
    if review.published is None:
        return None
    value = review.published.value
    day = value.astimezone(UTC).date() if isinstance(value, datetime) else value
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
