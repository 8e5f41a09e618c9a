"""Which old reviews are worth another post today: their anniversary, or their film has come to a service. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from publisher.model import Review

OLD = timedelta(days=180)


@dataclass(frozen=True, kw_only=True, slots=True)
class Idea:
    """An old review, and why today."""

    review: Review
    why: str


def ideas(
    reviews: Iterable[Review], *, today: date, zone: ZoneInfo, seen: Mapping[str, Collection[str]]
) -> tuple[Idea, ...]:
    """The old reviews with a reason, arrivals first; `seen` are the services known before by review id."""
    found: list[tuple[int, str, Idea]] = []
    for review in reviews:
        day = review.published.day(zone) if review.published else None
        if review.film is None or day is None or today - day < OLD:
            continue
        new = sorted(services(review) - set(seen[review.id])) if review.id in seen else []
        if new:
            found.append((0, review.id, Idea(review=review, why=f"now on {', '.join(new)}")))
        elif (day.month, day.day) == (today.month, today.day):
            years = today.year - day.year
            words = "a year" if years == 1 else f"{years} years"
            found.append((1, review.id, Idea(review=review, why=f"reviewed {words} ago today")))
    return tuple(idea for *_, idea in sorted(found, key=lambda each: each[:2]))


def services(review: Review) -> set[str]:
    """The services where its film can be seen."""
    return {where.platform for where in review.availability if where.platform}
