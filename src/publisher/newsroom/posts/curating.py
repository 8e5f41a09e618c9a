"""What an editor does with single posts: look, approve, reword, cancel, try again, settle, correct, delete."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from publisher.config import ChannelPolicy, policy
from publisher.editorial import queue, schedule
from publisher.errors import PublisherError, UsageError
from publisher.formatters import post as formatter
from publisher.http.door import Http
from publisher.model import DeliveryState, Review
from publisher.newsroom import instance, pausing
from publisher.newsroom.app import App
from publisher.newsroom.pool.reviewing import is_held
from publisher.newsroom.posts import channels, outgoing
from publisher.newsroom.posts import prepare as preparing
from publisher.newsroom.posts.outgoing import Posted
from publisher.providers.social.kit.abilities import TakesBack
from publisher.store.ledger import posts
from publisher.store.ledger.posts import StoredPost
from publisher.store.pool import reviews as pool


def found(app: App, text: str) -> StoredPost:
    """The post of that id, or the only post whose id begins with these characters."""
    with app.store.read() as db:
        stored = posts.find(db, text)
    if stored is None:
        raise UsageError(f"there is no post “{text}”", do="`publisher posts list` shows ids")
    return stored


def listed(app: App, channel: str | None = None) -> list[Mapping[str, Any]]:
    """Posts, newest first, each with what it waits for."""
    if channel is not None and channel not in app.config.social:
        raise UsageError(f"there is no channel “{channel}”", do=f"known: {', '.join(app.config.social) or 'none'}")
    with app.store.read() as db:
        known = posts.list_(db, channel=channel)
    return [as_json(app, each) for each in known]


def as_json(app: App, stored: StoredPost) -> Mapping[str, Any]:
    """One post in the shape of `posts --json`."""
    return {
        "id": stored.id,
        "review": stored.review_id,
        "channel": stored.channel,
        "network": stored.post.network,
        "kind": stored.kind,
        "state": stored.state.value,
        "text": stored.post.whole,
        "length": stored.post.length,
        "limit": stored.post.limit,
        "url": stored.url or None,
        "reason": stored.error or waits_for(app, stored) or None,
        "not_before": stored.not_before.isoformat() if stored.not_before else None,
        "attempts": stored.attempt,
    }


def waits_for(app: App, stored: StoredPost) -> str:
    """Why a waiting post has not gone out yet; empty for one that does not wait."""
    if stored.state not in outgoing.QUEUED:
        return ""
    table, now = app.config.social.get(stored.channel), app.now()
    if table is None:
        return "its channel is configured no longer"
    rules, zone = policy(table, ChannelPolicy), app.config.site.zone
    with app.store.read() as db:
        review, last = pool.get(db, stored.review_id), posts.last_sent(db, stored.channel)
    reasons = (
        (review is None or is_held(review, now), "its review is held"),
        ("/" not in stored.kind and not stored.approved and (rules.approve or stored.kind != posts.FIRST), "approval"),
        (pausing.is_paused(app, stored.channel), "its channel is paused"),
        (channels.trouble(app, stored.channel) is not None, "its channel must be connected again"),
        (_later(stored.not_before, now), schedule.in_words(stored.not_before or now, now=now, zone=zone)),
        (queue.is_quiet(rules.quiet, now=now, zone=zone), "the end of the quiet hours"),
        (not queue.is_spaced(rules.spacing, last=last, now=now), "the space after the last post"),
    )
    return next((f"waits for {words}" if words[:4] != "its " else words for so, words in reasons if so), "is due")


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def approve(app: App, text: str, *, content_hash: str | None = None) -> StoredPost:
    """Approve a post as it reads now, or only with the words of this hash; UsageError when its words have changed."""
    stored = found(app, text)
    with app.store.write(durable=True) as db:
        if not posts.approve(db, stored.id, content_hash or stored.content_hash):
            raise UsageError(f"{stored.id} reads otherwise by now", do="look at it again, then approve it")
    return found(app, stored.id)


def reword(app: App, text: str, words: str) -> StoredPost:
    """Give a waiting post the editor's own words; lines of three dashes make it a thread."""
    stored = found(app, text)
    review = _review(app, stored)
    channel = preparing.channels(app.config, [stored.channel], any_network=False)[0]
    made = preparing.prepare(review, [channel], config=app.config, http=None, words=words)[0]
    if made.post.problems:
        raise UsageError("; ".join(made.post.problems), where=stored.id)
    if stored.state not in outgoing.QUEUED or stored.attempt:
        raise UsageError(f"{stored.id} is past that ({stored.state.value})", do="`publisher posts correct` answers it")
    with app.store.write(durable=True) as db:
        return posts.save_post(
            db,
            made.post,
            review_id=stored.review_id,
            channel=stored.channel,
            kind=stored.kind,
            now=app.now(),
            not_before=stored.not_before,
        )


def cancel(app: App, text: str) -> StoredPost:
    """Never send a waiting post."""
    stored = found(app, text)
    with app.store.write(durable=True) as db:
        if not posts.cancel(db, stored.id, now=app.now(), why="by the editor"):
            raise UsageError(f"{stored.id} is past that ({stored.state.value})")
    return found(app, stored.id)


def retry(app: App, text: str, *, http: Http | None) -> Posted:
    """Try a refused, cancelled or put-off post again now."""
    stored = found(app, text)
    review = _review(app, stored)
    instance.check(app)
    with app.store.write(durable=True) as db:
        if not posts.again(db, stored.id, now=app.now()):
            do = f"publisher posts resolve {stored.id}" if stored.state is DeliveryState.UNCERTAIN else ""
            raise UsageError(f"{stored.id} is {stored.state.value}", do=do)
    return outgoing.send(app, stored.id, review, http)


def resolve(app: App, text: str, *, sent: bool, url: str = "") -> StoredPost:
    """Settle a post that may be out as the editor sees it there; a post made by hand is given its address."""
    stored = found(app, text)
    with app.store.write(durable=True) as db:
        by_hand = sent and url and posts.set_url(db, stored.id, url, now=app.now())
        if not by_hand and not posts.resolve(db, stored.id, sent=sent, now=app.now(), url=url):
            raise UsageError(f"{stored.id} is not in doubt: it is {stored.state.value}")
    return found(app, stored.id)


def correct(app: App, text: str, words: str | None = None) -> StoredPost:
    """A correction of a post that is out, which answers it where the network has threads; waits for approval."""
    stored = found(app, text)
    if stored.state is not DeliveryState.ACCEPTED:
        raise UsageError(f"{stored.id} is not out: it is {stored.state.value}")
    review = _review(app, stored)
    channel = preparing.channels(app.config, [stored.channel], any_network=False)[0]
    made = preparing.prepare(review, [channel], config=app.config, http=None, words=words)[0].post
    if words is None:
        made = formatter.written(
            review, f"Correction\n\n{made.text}", quotes=[made.quote] if made.quote else [], rules=channel.rules
        )
    if made.problems:
        raise UsageError("; ".join(made.problems), where=stored.id)
    made = replace(made, language=review.language or app.config.site.language)
    with app.store.write(durable=True) as db:
        kind = f"{posts.CORRECTION}-{review.content_hash[:8]}"
        return posts.save_post(db, made, review_id=stored.review_id, channel=stored.channel, kind=kind, now=app.now())


def delete(app: App, text: str) -> StoredPost:
    """Delete a post that is out, and its thread; raises UsageError with its address where only a person can."""
    stored = found(app, text)
    if stored.state is not DeliveryState.ACCEPTED:
        raise UsageError(f"{stored.id} is not out: it is {stored.state.value}")
    provider = channels.opened(app, stored.channel)
    if not isinstance(provider, TakesBack):
        raise UsageError(
            f"posts of kind {provider.kind} cannot be deleted from here",
            do=f"do it by hand: {stored.url or 'look there'}",
        )
    rows = [stored]
    with app.store.read() as db:
        for number in range(2, len(stored.post.parts) + 2):
            part = posts.get(db, posts.post_id(stored.review_id, stored.channel, posts.part_kind(stored.kind, number)))
            rows += [part] if part is not None and part.state is DeliveryState.ACCEPTED else []
    for row in reversed(rows):
        provider.delete(row.provider_id, row.post)
        with app.store.write(durable=True) as db:
            posts.taken_back(db, row.id, now=app.now())
    return found(app, stored.id)


def _review(app: App, stored: StoredPost) -> Review:
    with app.store.read() as db:
        review = pool.get(db, stored.review_id)
    if review is None:
        raise PublisherError(f"the review of {stored.id} is gone")
    return review.review
