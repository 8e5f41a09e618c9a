"""Posts through the ledger: queued when a review appears, sent when their time comes, each once."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, runtime_checkable

import structlog

from publisher import quotes
from publisher.config import ChannelPolicy, policy
from publisher.delivery import social as delivery
from publisher.editorial import queue
from publisher.errors import Held, PublisherError, QuoteError
from publisher.formatters import card as cards
from publisher.http import Http
from publisher.model import ChannelRules, DeliveryState, Review, Verdict
from publisher.newsroom import instance, pausing
from publisher.newsroom import post as preparing
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.newsroom.pictures import picture_of
from publisher.newsroom.reviewing import found, is_held
from publisher.providers.social import open_channel
from publisher.providers.social.abilities import ByHand
from publisher.store import posts
from publisher.store import reviews as pool
from publisher.store.posts import StoredPost

log = structlog.get_logger()

QUEUED = (DeliveryState.TODO, DeliveryState.DEFERRED)


@runtime_checkable
class AsksItsServer(Protocol):
    """A provider whose server tells its own limits."""

    def ask(self) -> ChannelRules:
        """The rules with the server's limits in them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """What became of one post on one channel."""

    channel: str
    state: str
    url: str = ""
    reason: str = ""

    @property
    def words(self) -> str:
        """One line for people."""
        said = {
            "accepted": f"posted{f', {self.url}' if self.url else ''}",
            "uncertain": f"may be out already: look at the channel before you post again ({self.reason})",
            "deferred": f"put off, will be tried again ({self.reason})",
            "refused": f"refused ({self.reason})",
        }
        return said.get(self.state, f"{self.state}{f' ({self.reason})' if self.reason else ''}")

    def as_json(self) -> dict[str, Any]:
        """One row of `post --json`."""
        return {"channel": self.channel, "state": self.state, "url": self.url or None, "reason": self.reason or None}


def post_now(app: App, text: str, names: Sequence[str], *, http: Http | None) -> tuple[Posted, ...]:
    """Post a stored review to these channels now; one that is out already is left as it is."""
    stored = found(app, text)
    if is_held(stored, app.now()):
        raise Held(f"“{stored.review.headline}” is held", do=f"publisher reviews release {stored.review.id}")
    instance.check(app)
    wanted = [_asked(app, each) for each in preparing.channels(app.config, names, any_network=False)]
    results = []
    for each in preparing.prepare(stored.review, wanted, config=app.config, http=http):
        if each.post.problems:
            results.append(Posted(channel=each.channel, state="refused", reason="; ".join(each.post.problems)))
            continue
        _save(app, stored.review, each, not_before=None)
        results.append(_send(app, posts.post_id(stored.review.id, each.channel, "new"), stored.review, http))
    return tuple(results)


def queue_posts(app: App) -> int:
    """Queue a post on every channel for each new review that has none there yet; how many were queued."""
    now = app.now()
    with app.store.read() as db:
        new = pool.list_(db, verdicts=[Verdict.NEW])
    fresh = [each for each in new if each.review.film and not (each.excluded or is_held(each, now))]
    made = 0
    for name, table in app.config.social.items():
        rules = policy(table, ChannelPolicy)
        channel = preparing.channels(app.config, [name], any_network=False)[0]
        for stored in fresh:
            if _has_post(app, stored.review.id, name):
                continue
            moment = queue.post_time(slots=rules.slots, taken=_taken(app, name), now=now, zone=app.config.site.zone)
            if moment is None or now - stored.first_seen > rules.max_age:
                continue
            each = preparing.prepare(stored.review, [_asked(app, channel)], config=app.config, http=None)[0]
            if each.post.quote is not None and not each.post.problems:
                _save(app, stored.review, each, not_before=moment)
                made += 1
    return made


def run_posts(app: App, *, http: Http | None, stop: threading.Event) -> tuple[Posted, ...]:
    """Send the queued posts whose time has come, as far as their channels allow it now."""
    instance.check(app)
    results = []
    for name, table in app.config.social.items():
        if pausing.is_paused(app, name):
            continue
        rules = policy(table, ChannelPolicy)
        _look_back(app, name)
        with app.store.read() as db:
            due = posts.due(db, now=app.now(), channel=name)
        for stored in due:
            now = app.now()
            with app.store.read() as db:
                last = posts.last_sent(db, name)
                review = pool.get(db, stored.review_id)
            if stop.is_set() or queue.is_quiet(rules.quiet, now=now, zone=app.config.site.zone):
                break
            if not queue.is_spaced(rules.spacing, last=last, now=now):
                break
            if (rules.approve and not stored.approved) or review is None or is_held(review, now):
                continue
            if now - (stored.not_before or stored.created) > rules.max_age:
                results.append(_too_old(app, stored))
                continue
            results.append(_send(app, stored.id, review.review, http))
    return tuple(results)


def _asked(app: App, channel: preparing.Channel) -> preparing.Channel:
    """The channel with its server's own limits, where the server can be asked for them (Mastodon)."""
    provider = open_channel(app.config.social[channel.name])
    if not isinstance(provider, AsksItsServer):
        return channel
    try:
        return replace(channel, rules=provider.ask())
    except PublisherError as error:
        log.warning("limits-not-known", channel=channel.name, error=str(error))
        return channel


def _look_back(app: App, channel: str) -> None:
    """Settle the channel's posts that may be out, where there are any."""
    with app.store.read() as db:
        unsure = posts.owners(db, channel) or [post for post in posts.uncertain(db) if post.channel == channel]
    if not unsure:
        return
    try:
        provider = open_channel(app.config.social[channel])
        delivery.look_back(app.store, channel, provider=provider, settings=app.config.delivery, now=app.now)
    except PublisherError as error:
        log.warning("not-looked-back", channel=channel, error=str(error))


def _has_post(app: App, review_id: str, channel: str) -> bool:
    with app.store.read() as db:
        return posts.get(db, posts.post_id(review_id, channel, "new")) is not None


def _taken(app: App, channel: str) -> set[datetime]:
    with app.store.read() as db:
        waiting = [each for each in posts.list_(db, channel=channel) if each.state in QUEUED]
    return {each.not_before for each in waiting if each.not_before}


def _save(app: App, review: Review, each: preparing.Prepared, *, not_before: datetime | None) -> None:
    with app.store.write() as db:
        posts.save_post(db, each.post, review_id=review.id, channel=each.channel, now=app.now(), not_before=not_before)


def _send(app: App, post_id: str, review: Review, http: Http | None) -> Posted:
    with app.store.read() as db:
        stored = posts.get(db, post_id)
    assert stored is not None
    if stored.state not in QUEUED:
        return _said(stored)
    image = None
    if stored.post.quote is not None:
        try:
            quotes.verify(review, stored.post.quote)
        except QuoteError as error:
            return Posted(channel=stored.channel, state="held", reason=str(error))
        still = picture_of(review, config=app.config, http=http)
        image = cards.draw(review, stored.post.quote, site=app.config.site, still=still).data
    try:
        provider = open_channel(app.config.social[stored.channel])
        if isinstance(provider, ByHand):
            provider = provider.telling(partial(tell, app))
        ended = delivery.publish(
            app.store, post_id, provider=provider, image=image, settings=app.config.delivery, now=app.now
        )
    except PublisherError as error:
        log.warning("post-failed", channel=stored.channel, post=post_id, error=str(error))
        return Posted(channel=stored.channel, state="failed", reason=str(error))
    return _said(ended)


def _said(stored: StoredPost) -> Posted:
    return Posted(channel=stored.channel, state=stored.state.value, url=stored.url, reason=stored.error)


def _too_old(app: App, stored: StoredPost) -> Posted:
    with app.store.write() as db:
        posts.cancel(db, stored.id, now=app.now())
    return Posted(channel=stored.channel, state="cancelled", reason="older than max_age")
