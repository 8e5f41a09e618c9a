"""What a monitor wants to know, in numbers: no address, no title, no token."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.editorial import schedule
from publisher.model import Counts, EditionState
from publisher.newsroom.app import App
from publisher.store import editions, notices
from publisher.store.ledger import deliveries, posts
from publisher.store.people import subscribers
from publisher.store.pool import sources


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """By newsletter: its last edition's readers by state, all editions by state, its audience, its next slot.

    By source, since when it fails (a Unix time, 0 when it does not); by channel, its posts by state; and how many
    notices to the editor have been noted.
    """

    last: Mapping[str, Counts] = field(default_factory=dict)
    editions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    audience: Mapping[tuple[str, str], int] = field(default_factory=dict)
    next_slot: Mapping[str, float] = field(default_factory=dict)
    failing_since: Mapping[str, float] = field(default_factory=dict)
    posts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    notices: int = 0


def figures(app: App) -> Figures:
    """The numbers as they are now."""
    now, zone, names = app.now(), app.config.site.zone, list(app.config.newsletters)
    last: dict[str, Counts] = {}
    stand: dict[tuple[str, str], int] = {}
    with app.store.read() as db:
        for edition in editions.list_(db):
            place = (edition.newsletter, edition.state.value)
            stand[place] = stand.get(place, 0) + 1
        for name in names:
            frozen = [e for e in editions.list_(db, newsletter=name) if e.frozen and e.state is not EditionState.DRAFT]
            newest = max(frozen, key=lambda e: e.frozen or now, default=None)
            last[name] = deliveries.counts(db, newest.key) if newest else Counts()
        audience = {(n, state): count for n in names for state, count in subscribers.counts(db, n).items()}
        failing = {s.name: s.failing_since.timestamp() if s.failing_since else 0.0 for s in sources.list_(db)}
        posted: dict[tuple[str, str], int] = {}
        for post in posts.list_(db):
            posted[post.channel, post.state.value] = posted.get((post.channel, post.state.value), 0) + 1
        told = notices.total(db)
    plans = {name: app.config.newsletters[name].schedule for name in names}
    slots = {
        name: schedule.next_slot(schedule.parse(text), after=now, zone=zone).utc.timestamp()
        for name, text in plans.items()
        if text
    }
    return Figures(
        last=last,
        editions=stand,
        audience=audience,
        next_slot=slots,
        failing_since=failing,
        posts=posted,
        notices=told,
    )
