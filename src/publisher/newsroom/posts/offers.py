"""What the editor is offered and nothing does by itself: corrections, deletions, and old reviews worth a new post."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from publisher import quotes
from publisher.config import ChannelPolicy, policy
from publisher.editorial import evergreen, queue
from publisher.errors import QuoteError
from publisher.model import DeliveryState, Review
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.newsroom.pool.reviewing import is_held
from publisher.newsroom.posts import prepare as preparing
from publisher.store import events, settings
from publisher.store.ledger import posts
from publisher.store.ledger.posts import StoredPost
from publisher.store.pool import reviews as pool
from publisher.store.pool.reviews import StoredReview

AGAIN = "again"
LOOKED = "evergreen looked"
CORRECTABLE = timedelta(days=30)


def offer_corrections(app: App) -> tuple[str, ...]:
    """Tell the editor once of each post whose review was withdrawn, or lost its quote, after the post went out."""
    offered = []
    now = app.now()
    with app.store.read() as db:
        out = [post for post in posts.list_(db) if post.state is DeliveryState.ACCEPTED and "/" not in post.kind]
        known = {post.review_id: pool.get(db, post.review_id) for post in out}
    for post in out:
        review = known[post.review_id]
        if review is None or now - (post.updated or post.created) > CORRECTABLE:
            continue
        why = _withdrawn(review, post, app)
        if why:
            text = (
                f"The post on {post.channel} is out ({post.url or 'no address known'}), and {why}.\n\n"
                f"To answer it with a correction: publisher posts correct {post.id}\n"
                f"To delete it: publisher posts delete {post.id}"
            )
            key = f"correct {post.id} {review.review.content_hash} {review.held} {review.excluded}"
            if tell(app, key, f"a post on {post.channel} may want a correction", text):
                offered.append(post.id)
    return tuple(offered)


def _withdrawn(stored: StoredReview, post: StoredPost, app: App) -> str:
    title = f"“{stored.review.headline}”"
    if stored.excluded or is_held(stored, app.now()):
        return f"{title} was withdrawn"
    if post.post.quote is None or (post.updated is not None and stored.updated <= post.updated):
        return ""
    try:
        quotes.verify(stored.review, post.post.quote)
    except QuoteError:
        return f"its quote is no longer in {title} word for word"
    return ""


def propose(app: App) -> tuple[StoredPost, ...]:
    """Draft posts for old reviews with a reason today, one a channel, never with a quote that it showed of late.

    They wait for the editor's approval, whatever the channel says; she is told once.
    """
    wishes = {name: policy(table, ChannelPolicy) for name, table in app.config.social.items()}
    zone, today = app.config.site.zone, app.now().astimezone(app.config.site.zone).date()
    if not any(each.evergreen for each in wishes.values()) or not _first_today(app, today.isoformat()):
        return ()
    with app.store.read() as db:
        reviews = [each.review for each in pool.list_(db) if not (each.excluded or is_held(each, app.now()))]
        seen = {}
        for event in events.about(db, *(f"review/{each.id}" for each in reviews)):
            if event.kind == "services":
                seen[event.subject.removeprefix("review/")] = event.data["names"]
    ideas = evergreen.ideas(reviews, today=today, zone=zone, seen=seen)
    _remember(app, reviews, seen)
    made = []
    for name, rules in wishes.items():
        if rules.evergreen:
            drafted = (_draft(app, name, rules, idea, today.isoformat()) for idea in ideas)
            made += [post for post in [next((post for post in drafted if post is not None), None)] if post is not None]
    return tuple(made)


def _draft(app: App, name: str, rules: ChannelPolicy, idea: evergreen.Idea, day: str) -> StoredPost | None:
    """The post of an idea with a quote that the channel has not shown of late; None when there is no such quote."""
    used = _used(app, idea.review, name, rules.repeat_after)
    channel = preparing.channels(app.config, [name], any_network=False)[0]
    each = preparing.prepare(idea.review, [channel], config=app.config, http=None, avoid=used)[0]
    moment = queue.post_time(slots=rules.slots, taken=(), now=app.now(), zone=app.config.site.zone)
    if each.post.quote is None or each.post.problems or moment is None:
        return None
    post = replace(each.post, notes=(*each.post.notes, f"proposed: {idea.why}"))
    with app.store.write() as db:
        kind = f"{AGAIN}-{day}"
        stored = posts.save_post(
            db, post, review_id=idea.review.id, channel=name, kind=kind, now=app.now(), not_before=moment
        )
    text = (
        f"“{idea.review.headline}”, {idea.why}:\n\n{post.whole}\n\n"
        f"To post it: publisher posts approve {stored.id}\nWithout that nothing is posted."
    )
    tell(app, f"proposal {stored.id}", f"an old review worth a post on {name}", text)
    return stored


def _used(app: App, review: Review, channel: str, span: timedelta) -> Collection[str]:
    """The quotes of a review that a channel has shown, or is about to, within the span."""
    since = app.now() - span
    with app.store.read() as db:
        known = posts.by_review(db, review.id)
    return {
        post.post.quote.text
        for post in known
        if post.post.quote and post.channel == channel and (post.updated or post.created) > since
    }


def _first_today(app: App, day: str) -> bool:
    with app.store.write() as db:
        return settings.save(db, LOOKED, day, app.now())


def _remember(app: App, reviews: Collection[Review], seen: dict[str, list[str]]) -> None:
    """Note where each film can be seen now, where that has changed."""
    with app.store.write() as db:
        for review in reviews:
            names = sorted(evergreen.services(review))
            if review.id not in seen or names != sorted(seen[review.id]):
                events.record(db, "services", f"review/{review.id}", {"names": names}, app.now())
