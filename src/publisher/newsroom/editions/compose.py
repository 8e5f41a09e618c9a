"""Make or remake the draft of an edition: choose, quote, render, store. Never sends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from publisher import quotes
from publisher.config import Newsletter
from publisher.editorial import edition as editorial
from publisher.editorial.edition import Contender, Hand
from publisher.errors import Held, UsageError
from publisher.formatters.email import digest
from publisher.formatters.email.carried import left_out
from publisher.formatters.email.files import open_templates
from publisher.model import Edition, EditionState, Quote, Review
from publisher.newsroom.app import App
from publisher.newsroom.editions.coming import Coming, coming
from publisher.newsroom.editions.drafts import (
    DATED,
    INPUTS,
    PICTURES,
    QUOTE_REST,
    UNASKED,
    Composed,
    candidates,
    inputs,
    load,
)
from publisher.newsroom.editions.sample import findings, private_hosts
from publisher.newsroom.pool.quoting import Quoted, quote_all
from publisher.newsroom.pool.reviewing import is_held, unshown
from publisher.newsroom.pool.sound import sound
from publisher.store import editions
from publisher.store.pool import reviews as pool
from publisher.store.pool.reviews import StoredReview

Purpose = Literal["look", "draft", "proof", "send"]
"""Why an edition is made. A look stores nothing. Before a proof or a send its pictures are asked for; before a send,
which takes long, what only quoting needs is let go."""


def compose(
    app: App,
    name: str,
    *,
    at: datetime | None = None,
    since: datetime | None = None,
    last: int | None = None,
    hand: Hand | None = None,
) -> Composed:
    """Make or remake the draft of the coming edition of a newsletter.

    `since` also takes older reviews that were published after it, and stays with the draft. A look stores nothing:
    `at` shows the edition that would be the coming one at that time, `last` the newest N, with `hand` in it.
    """
    newsletter = app.newsletter(name)
    app = looking_from(app, at)
    place = coming(app, newsletter, app.now())
    if last is not None:
        return _show_last(app, newsletter, place, last, hand or Hand())
    return compose_slot(app, newsletter, place, since=since, purpose="draft" if at is None else "look")


def looking_from(app: App, at: datetime | None) -> App:
    """The same publisher with its clock at that time: what is under an embargo until then is free."""
    return app if at is None else replace(app, now=lambda: at)


def compose_slot(
    app: App,
    newsletter: Newsletter,
    place: Coming,
    *,
    since: datetime | None = None,
    purpose: Purpose = "draft",
) -> Composed:
    """Rebuild the draft of this slot with what is new; an approved edition stays as it was approved."""
    if place.stored and place.stored.state is EditionState.APPROVED:
        return load(app, place.stored, notes=("approved: reviews that come now wait for the next edition",))
    hand = Hand.from_record(place.stored.hand) if place.stored else Hand()
    hand = replace(hand, since=since or hand.since)
    ready = candidates(app, newsletter, hand.since)
    made = _make(app, newsletter, place, ready, hand, purpose)
    if purpose == "look":
        return made
    source = ""
    if made.email is not None and not (made.held_back or made.too_few):
        source = inputs(app, newsletter, place, ready, hand.to_record())
    _store(app, made, kind="slot", slot=place.slot, hand=hand, source=source)
    return made


def compose_one_off(
    app: App,
    name: str,
    *,
    key: str,
    review_ids: Sequence[str],
    subject: str | None = None,
    purpose: Purpose = "draft",
) -> Composed:
    """Make an edition of its own, outside the schedule, of the reviews that are named."""
    newsletter = app.newsletter(name)
    if not review_ids:
        raise UsageError(
            "a one-off edition needs its reviews", do="add --reviews ID…; `publisher reviews list` shows them"
        )
    with app.store.read() as db:
        stored = editions.get(db, key)
        chosen = [_find(pool.find(db, text), text, app.now()) for text in review_ids]
    if stored and (stored.kind != "oneoff" or stored.newsletter != name):
        raise UsageError(f"“{key}” is the name of another edition", do="choose another --as NAME")
    if stored and stored.frozen:
        return load(app, stored, notes=("already sent or being sent; it stays as it is",))
    order = tuple(item.review.id for item in chosen)
    hand = Hand.from_record(stored.hand) if stored else Hand()
    hand = replace(hand, order=order, subject=subject or hand.subject)
    made = _make(app, newsletter, Coming(key=key, slot=app.now(), stored=stored), chosen, hand, purpose)
    if purpose != "look":
        _store(app, made, kind="oneoff", slot=None, hand=hand)
    return made


def remake(app: App, newsletter: Newsletter, stored: editions.StoredEdition, *, purpose: Purpose = "draft") -> Composed:
    """Rebuild an edition that is not yet frozen, after its kind; a letter is as it was written."""
    if stored.kind == "slot":
        place = Coming(key=stored.key, slot=stored.slot_utc, stored=stored)
        return compose_slot(app, newsletter, place, purpose=purpose)
    if stored.kind == "oneoff":
        order = Hand.from_record(stored.hand).order
        return compose_one_off(app, newsletter.name, key=stored.key, review_ids=order, purpose=purpose)
    return load(app, stored)


def _make(
    app: App,
    newsletter: Newsletter,
    place: Coming,
    ready: Sequence[StoredReview],
    hand: Hand,
    purpose: Purpose,
) -> Composed:
    choice = editorial.choose(_contenders(app, ready), hand=hand, most=newsletter.max_reviews)
    whole = sound(
        (*choice.reviews, *choice.links),
        config=app.config,
        private=private_hosts(app, newsletter),
        answers=place.stored.content.get(PICTURES, {}) if place.stored else {},
        ask=purpose in ("proof", "send"),
    )
    films = {review.id for review in choice.reviews}
    choice = editorial.Choice(
        reviews=tuple(review for review in whole.reviews if review.id in films),
        links=tuple(review for review in whole.reviews if review.id not in films),
    )
    with app.store.read() as db:
        used = editions.recent_quote_texts(db, [r.id for r in choice.reviews], app.now() - QUOTE_REST)
    picked = {each.review.id for each in ready if "pullquote" in each.overrides}
    quoted = quote_all(choice.reviews, hand=hand, used=used, config=app.config, picked=picked)
    edition = _worded(app, newsletter, place, choice, quoted, hand)
    if purpose == "send":
        quotes.forget()
    email = None
    if edition.items or edition.links:
        email = digest.render(
            edition, config=app.config, newsletter=newsletter, templates=app.templates, layout=hand.layout
        )
    return Composed(
        edition=edition,
        email=email,
        notes=(*quoted.notes, *left_out(hand.note or "", site=app.config.site.url), *whole.left_out),
        dropped=whole.left_out,
        pictures=whole.answers,
        unasked=whole.unasked,
        too_few=editorial.too_few(choice, least=newsletter.min_reviews),
        held=quoted.gone,
        findings=findings(app, newsletter, place.key, email) if email else (),
    )


def _contenders(app: App, ready: Sequence[StoredReview]) -> list[Contender]:
    return [Contender(review=each.review, pinned=each.pinned, at=_when(app, each)) for each in ready]


def _when(app: App, stored: StoredReview) -> datetime:
    published = stored.review.published
    return published.instant(app.config.site.zone) if published else stored.first_seen


def _worded(
    app: App, newsletter: Newsletter, place: Coming, choice: editorial.Choice, quoted: Quoted, hand: Hand
) -> Edition:
    """The chosen reviews with their quotes, and the words around them: the editor's own, else what fits them."""
    openings = {r.id: quotes.opening(r, quote=quoted.quotes.get(r.id)) for r in choice.reviews}
    items = editorial.items(choice.reviews, quoted.quotes, openings)
    words = open_templates(app.templates).words(app.config.site.language)
    subject = editorial.subject(choice.reviews or choice.links, phrases=words.phrases)
    line = editorial.preheader(
        items, short=_short(choice.reviews), links=choice.links, phrases=words.phrases, marks=words["quote"]
    )
    return Edition(
        key=place.key,
        newsletter=newsletter.name,
        slot=place.slot,
        items=items,
        links=choice.links,
        note=hand.note,
        subject=hand.subject or subject,
        preheader=hand.preheader or line,
    )


def _short(reviews: Sequence[Review]) -> Quote | None:
    limit = editorial.PREHEADER_LIMIT - 2
    return quotes.pick(reviews[0], max_graphemes=limit, automatic=True) if reviews else None


def _show_last(app: App, newsletter: Newsletter, place: Coming, count: int, hand: Hand) -> Composed:
    if count < 1:
        raise UsageError("--last needs a number from 1 on")
    with app.store.read() as db:
        everything = pool.list_(db)
    newest: list[StoredReview] = []
    notes: list[str] = []
    for each in sorted(everything, key=lambda one: _when(app, one), reverse=True):
        if len(newest) == count:
            break
        why = unshown(each, app.now())
        if why:
            notes.append(f"“{each.review.headline}” is not shown: {why}")
        else:
            newest.append(each)
    wide = newsletter.model_copy(update={"max_reviews": max(count, 1), "min_reviews": 1})
    made = _make(app, wide, place, newest, hand, "look")
    look = f"a look at the newest {len(newest)}: nothing is stored or marked"
    return replace(made, notes=(*made.notes, *notes, look))


def _find(found: StoredReview | None, text: str, now: datetime) -> StoredReview:
    if found is None:
        raise UsageError(f"there is no review “{text}”", do="`publisher reviews list` shows ids and titles")
    if is_held(found, now):
        raise Held(f"“{found.review.headline}” is held", do=f"`publisher reviews release {found.review.id}` frees it")
    return found


def _store(app: App, made: Composed, *, kind: str, slot: datetime | None, hand: Hand, source: str = "") -> None:
    content = {
        INPUTS: source,
        DATED: made.edition.slot.isoformat() if made.edition.slot else "",
        "subject": made.edition.subject,
        "preheader": made.edition.preheader,
        "links": [review.id for review in made.edition.links],
        "dropped": list(made.dropped),
        PICTURES: made.pictures,
        UNASKED: made.unasked,
        "items": [editions.item_record(item) for item in made.edition.items],
    }
    draft = editions.Draft(
        key=made.edition.key,
        newsletter=made.edition.newsletter,
        kind=kind,
        slot_utc=slot,
        hand=hand.to_record(),
        content=content,
        items=made.edition.items,
        email=made.email,
    )
    with app.store.write() as db:
        editions.save_draft(db, draft, app.now())
