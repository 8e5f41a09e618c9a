"""Whether an entry that was never seen is new, by its date and by what the source did. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from publisher.config import SourcePolicy
from publisher.loader.newness import identity
from publisher.loader.newness.identity import Index, Ruling
from publisher.loader.source import Entry
from publisher.model import Published, Review, Verdict

FAR = timedelta(hours=48)
"""A date further ahead is more likely a mistake, and is reported as such."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """What the source showed at its last good fetch: `oldest` is the earliest date in it.

    `moved`: since then it was given another address or other categories, so what it shows now is another stretch.
    """

    last_good: datetime | None = None
    oldest: datetime | None = None
    moved: bool = False

    @property
    def first_run(self) -> bool:
        """Whether the source was never read before."""
        return self.last_good is None


def decide(
    entries: Sequence[Entry], *, index: Index, window: Window, policy: SourcePolicy, now: datetime, zone: ZoneInfo
) -> list[Ruling]:
    """A ruling for every entry of one fetch, in order."""
    matches, twins = identity.match(entries, index), identity.twins(entries)
    judge = _Judge(index=index, window=window, policy=policy, now=now, zone=zone)
    rulings: list[Ruling] = []
    given: dict[str, Review] = {}
    for position, entry in enumerate(entries):
        match = matches[position]
        if position in twins:
            ruling = _twin(entry, rulings[twins[position]])
        elif match is not None and not match.doubt:
            ruling = judge.known(identity.changed(entry, match))
        else:
            review = identity.fresh(entry, index, again=entry.review.id in given)
            ruling = judge.never_seen(entry, review, match)
            given[review.id] = review
        unheard = tuple(key for key in ruling.keys if ruling.review.id not in index.keys.get(key, ()))
        rulings.append(_held_until(replace(ruling, new_keys=unheard), policy, now))
    return _brake(rulings, window=window, policy=policy, now=now, zone=zone)


def oldest(entries: Iterable[Entry], zone: ZoneInfo) -> datetime | None:
    """The earliest date among entries, in UTC."""
    return min((e.review.published.instant(zone) for e in entries if e.review.published), default=None)


def _twin(entry: Entry, first: Ruling) -> Ruling:
    return Ruling(
        entry=entry,
        verdict=Verdict.DUPLICATE,
        rule="twice in the feed",
        review=first.review,
        stored=False,
        known=first.known,
        evidence={"matched": first.review.id},
    )


@dataclass(frozen=True, kw_only=True)
class _Judge:
    index: Index
    window: Window
    policy: SourcePolicy
    now: datetime
    zone: ZoneInfo

    def known(self, ruling: Ruling) -> Ruling:
        """A future-dated review whose date was changed waits for the new one."""
        published = ruling.review.published
        if not ruling.stored or published is None or ruling.known is None or ruling.known.verdict is not Verdict.FUTURE:
            return ruling
        return replace(ruling, hold_until=published.instant(self.zone))

    def never_seen(self, entry: Entry, review: Review, doubt: identity.Match | None) -> Ruling:
        verdict, rule, evidence, until = self._verdict(review, doubt)
        return Ruling(
            entry=entry,
            verdict=verdict,
            rule=rule,
            review=review,
            stored=True,
            evidence={"published": review.published.raw if review.published else None, **evidence},
            keys=identity.keys(entry) + identity.text_keys(entry),
            hold_until=until,
        )

    def _verdict(
        self, review: Review, doubt: identity.Match | None
    ) -> tuple[Verdict, str, Mapping[str, Any], datetime | None]:
        published, window = review.published, self.window
        if published is not None and self._is_ahead(published):
            due = published.instant(self.zone)
            rule = "dated far ahead" if due - self.now > FAR else "dated ahead"
            return Verdict.FUTURE, rule, {"due": due.isoformat()}, due
        if window.last_good is None:
            return Verdict.BACKFILL, "first run", {}, None
        since = window.last_good - self.policy.grace
        evidence = {"last_good": window.last_good.isoformat(), "since": since.isoformat()}
        if doubt is not None:
            evidence |= {"resembles": doubt.seen.review.id, **doubt.evidence}
            return Verdict.HELD, f"{doubt.rule}, another date", evidence, None
        if published is not None and self._is_recent(published, since):
            return Verdict.NEW, "dated after the last good fetch", evidence, None
        if window.moved:
            return Verdict.BACKFILL, "the source moved", evidence, None
        if published is None:
            return Verdict.HELD, "undated", evidence, None
        if window.oldest is not None and published.instant(self.zone) < window.oldest:
            return Verdict.BACKFILL, "the feed's window grew", evidence | {"oldest": window.oldest.isoformat()}, None
        return Verdict.HELD, "dated before the last good fetch", evidence, None

    def _is_ahead(self, published: Published) -> bool:
        if published.precision == "day":
            return published.day(self.zone) > self.now.astimezone(self.zone).date()
        return published.instant(self.zone) > self.now

    def _is_recent(self, published: Published, since: datetime) -> bool:
        if published.precision == "day":
            return published.day(self.zone) >= since.astimezone(self.zone).date()
        return published.instant(self.zone) >= since


def _held_until(ruling: Ruling, policy: SourcePolicy, now: datetime) -> Ruling:
    """The ruling with its embargo and settling time: what changes while it settles settles anew."""
    times = [ruling.hold_until] if ruling.hold_until else []
    settling = ruling.verdict is Verdict.NEW or (
        ruling.verdict is Verdict.UPDATE
        and ruling.known is not None
        and ruling.known.verdict is Verdict.NEW
        and ruling.known.hold_until is not None
        and ruling.known.hold_until > now
    )
    if settling and policy.settle:
        times.append(now + policy.settle)
    if ruling.stored and ruling.review.embargo_until:
        times.append(ruling.review.embargo_until)
    return replace(ruling, hold_until=max(times, default=None))


def _brake(
    rulings: Sequence[Ruling], *, window: Window, policy: SourcePolicy, now: datetime, zone: ZoneInfo
) -> list[Ruling]:
    """Hold the new ones above `flood_limit`, the oldest first; what came out while we were away does not count."""
    counted = [
        position
        for position, ruling in enumerate(rulings)
        if ruling.verdict is Verdict.NEW and not _came_while_away(ruling.review, window, policy, now, zone)
    ]
    newest_first = sorted(counted, key=lambda n: (-_time(rulings[n].review, zone), n))
    held = set(newest_first[policy.flood_limit :])
    evidence = {"new_in_this_fetch": len(counted), "flood_limit": policy.flood_limit}
    return [
        replace(ruling, verdict=Verdict.HELD, rule="flood brake", evidence={**ruling.evidence, **evidence})
        if position in held
        else ruling
        for position, ruling in enumerate(rulings)
    ]


def _came_while_away(review: Review, window: Window, policy: SourcePolicy, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a review came out between the last good fetch and the one that should have been before this."""
    if review.published is None or window.last_good is None:
        return False
    return window.last_good < review.published.instant(zone) <= now - policy.every


def _time(review: Review, zone: ZoneInfo) -> float:
    return review.published.instant(zone).timestamp() if review.published else 0.0
