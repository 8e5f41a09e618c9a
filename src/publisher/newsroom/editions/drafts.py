"""What composing made, what is stored of it, and whether a stored draft is still what composing would make now.

A send that finds its draft unchanged needs neither the ranking of quotes nor the templates: it starts sooner and in
less memory (docs/decisions/062).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher import __version__
from publisher.config import Newsletter
from publisher.model import Edition, EditionItem, EditionState, Email
from publisher.newsroom.app import App
from publisher.newsroom.editions.coming import Coming
from publisher.newsroom.pool.reviewing import is_held
from publisher.store import editions
from publisher.store.pool import reviews as pool
from publisher.store.pool.reviews import StoredReview

if TYPE_CHECKING:
    from publisher.preflight import Finding

QUOTE_REST = timedelta(weeks=4)
INPUTS = "made_from"
DATED = "dated"
"""In a draft's content: the moment whose day its masthead bears."""


PICTURES = "pictures"
"""In a draft's content: what was wrong with each picture when it was asked for; nothing where it was there."""
UNASKED = "unasked"
"""In a draft's content: whether it has pictures that nobody has asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A composed edition: its email (None when it is empty), what to know, and why it will not go out as it is."""

    edition: Edition
    email: Email | None
    notes: tuple[str, ...] = ()
    too_few: str | None = None
    held: tuple[str, ...] = ()
    findings: "tuple[Finding, ...]" = ()
    dropped: tuple[str, ...] = ()
    """The pictures and pieces that were left out because they would have spoiled it, and why."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """What was wrong with each picture when it was asked for."""
    unasked: bool = False
    """Whether it has pictures that nobody has asked for; a send asks."""

    @property
    def errors(self) -> "tuple[Finding, ...]":
        """What preflight found that must not go out."""
        return tuple(finding for finding in self.findings if finding.level == "error")

    @property
    def held_back(self) -> bool:
        """Whether a person must act on the edition before it may go out."""
        return bool(self.held or self.errors)

    @property
    def state(self) -> str:
        """The edition's state in a word; an edition that is too small would be skipped."""
        if self.held_back:
            return EditionState.HELD.value
        return EditionState.SKIPPED.value if self.too_few else self.edition.state.value


def load(app: App, stored: editions.StoredEdition, *, notes: tuple[str, ...] = ()) -> Composed:
    """An edition as it is stored, and what preflight finds in it."""
    from publisher.newsroom.editions.sample import findings

    made = _stored(app, stored, notes)
    if made.email is None:
        return made
    found = findings(app, app.newsletter(stored.newsletter), stored.key, made.email)
    return replace(made, findings=found)


def unchanged(app: App, newsletter: Newsletter, place: Coming) -> Composed | None:
    """The stored draft of this slot, where composing now would make the same draft and nothing was wrong with it."""
    stored = place.stored
    if stored is None or stored.state is not EditionState.DRAFT or not stored.content.get(INPUTS):
        return None
    since = stored.hand.get("since")
    ready = candidates(app, newsletter, datetime.fromisoformat(since) if since else None)
    if inputs(app, newsletter, place, ready, stored.hand) != stored.content[INPUTS]:
        return None
    made = _stored(app, stored, ())
    return None if made.email is None else made


def redated(app: App, made: Composed, day: datetime) -> Email | None:
    """The email with this moment's day in its masthead; None where it bears that already.

    What was approved stays to the byte but for that date, which says when it goes out (docs/decisions/098).
    """
    from publisher.formatters.email import digest

    with app.store.read() as db:
        stored = editions.get(db, made.edition.key)
    if stored is None or made.email is None:
        return None
    text = stored.content.get(DATED)
    borne = datetime.fromisoformat(text) if text else stored.slot_utc or stored.updated
    zone = app.config.site.zone
    if borne.astimezone(zone).date() == day.astimezone(zone).date():
        return None
    email = digest.redated(made.email, borne, day, app.config)
    return email if email != made.email else None


def candidates(app: App, newsletter: Newsletter, since: datetime | None) -> Sequence[StoredReview]:
    """What the coming edition may show: what is new, and what is older but was published after `since`."""
    with app.store.read() as db:
        ready = pool.ready(db, newsletter=newsletter.name, now=app.now())
        if since is None:
            return ready
        known = editions.used_reviews(db, newsletter.name) | {each.review.id for each in ready}
        older = [each for each in pool.list_(db) if each.review.id not in known and not each.excluded]
    zone, now = app.config.site.zone, app.now()
    dated = [(each, each.review.published) for each in older if not is_held(each, now)]
    return (*ready, *(each for each, published in dated if published and published.instant(zone) >= since))


def inputs(
    app: App, newsletter: Newsletter, place: Coming, ready: Sequence[StoredReview], hand: Mapping[str, Any]
) -> str:
    """A fingerprint of all that a draft is made of; any change of it, however small, gives another."""
    with app.store.read() as db:
        used = editions.recent_quote_texts(db, [each.review.id for each in ready], app.now() - QUOTE_REST)
    day = place.slot.astimezone(app.config.site.zone).date() if place.slot else None
    config = replace(app.config, path=None, root=Path())
    parts: list[Any] = [__version__, place.key, day, newsletter, config, sorted(hand.items()), _own_templates(app)]
    parts += [(each.review, sorted(each.overrides.items()), each.pinned, each.first_seen) for each in ready]
    parts += [(review_id, sorted(texts)) for review_id, texts in sorted(used.items())]
    return hashlib.sha256("\0".join(map(repr, parts)).encode(errors="replace")).hexdigest()[:32]


def _own_templates(app: App) -> list[tuple[str, str]]:
    """The editor's own templates by name and content."""
    folder = app.templates
    if folder is None:
        return []
    return [
        (path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def _stored(app: App, stored: editions.StoredEdition, notes: tuple[str, ...]) -> Composed:
    with app.store.read() as db:
        email = editions.email(db, stored.key)
        content = stored.content
        found = {i["review_id"]: pool.get(db, i["review_id"]) for i in content.get("items", ())}
        links = [pool.get(db, review_id) for review_id in content.get("links", ())]
    items = tuple(
        EditionItem(
            review=review.review,
            quote=editions.quote_of(item),
            standfirst=item.get("standfirst"),
            lead=n == 0,
        )
        for n, item in enumerate(content.get("items", ()))
        if (review := found[item["review_id"]]) is not None
    )
    edition = Edition(
        key=stored.key,
        newsletter=stored.newsletter,
        slot=stored.slot_utc,
        items=items,
        links=tuple(link.review for link in links if link),
        note=stored.hand.get("note"),
        subject=content.get("subject", ""),
        preheader=content.get("preheader", ""),
        state=stored.state,
    )
    dropped = tuple(content.get("dropped", ()))
    return Composed(
        edition=edition,
        email=email,
        notes=(*notes, *dropped),
        dropped=dropped,
        pictures=content.get(PICTURES, {}),
        unasked=content.get(UNASKED, False),
    )
