"""Posts through the ledger: queued when a review appears, sent when their time comes, each once."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import structlog

from publisher import quotes
from publisher.config import ChannelPolicy, policy
from publisher.delivery import social as delivery
from publisher.editorial import queue
from publisher.errors import ConfigError, Held, PublisherError, SendError
from publisher.http.door import Http
from publisher.model import ChannelRules, DeliveryState, Review, Verdict
from publisher.newsroom import instance, pausing
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.newsroom.pool.reviewing import found, is_held
from publisher.newsroom.posts import channels, outgoing
from publisher.newsroom.posts import prepare as preparing
from publisher.newsroom.posts.outgoing import QUEUED, Posted
from publisher.providers.social import open_channel
from publisher.store import events
from publisher.store.ledger import leftovers, posts
from publisher.store.ledger.posts import StoredPost
from publisher.store.pool import reviews as pool
from publisher.store.pool.reviews import StoredReview

log = structlog.get_logger()

LATE = timedelta(hours=1)
"""A post that missed its slot by more waits for the next one, so that no backlog is poured out at once."""
BY_THE_EDITOR = "released"
PATIENCE = 20.0
"""Seconds that a post by hand waits for another process that is sending the same one."""


@runtime_checkable
class AsksItsServer(Protocol):
    """A provider whose server tells its own limits."""

    def ask(self) -> ChannelRules:
        """The rules with the server's limits in them."""


def post_now(
    app: App, text: str, names: Sequence[str], *, http: Http | None, words: str | None = None
) -> tuple[Posted, ...]:
    """Post a stored review to these channels now; one that is out already is left as it is.

    `words` are the editor's own in place of the template's. What she has approved goes out as she approved it.
    """
    stored = found(app, text)
    review = stored.review
    if is_held(stored, app.now()):
        raise Held(f"“{review.headline}” is held", do=f"publisher reviews release {review.id}")
    instance.check(app)
    wanted = [_asked(app, each) for each in preparing.channels(app.config, names, any_network=False)]
    results = []
    for channel in wanted:
        id_ = posts.post_id(review.id, channel.name, "new")
        if words is not None or not _is_frozen(app, id_):
            each = preparing.prepare(review, [channel], config=app.config, http=http, words=words)[0]
            if each.post.problems:
                results.append(Posted(channel=each.channel, state="refused", reason="; ".join(each.post.problems)))
                continue
            _save(app, review, each, not_before=None)
        results.append(_awaited(app, id_, outgoing.send(app, id_, review, http)))
    return tuple(results)


def _awaited(app: App, id_: str, result: Posted) -> Posted:
    """What became of a post that another process has in its hands, when that is soon."""
    until = time.monotonic() + PATIENCE
    while result.state in posts.BEGUN and time.monotonic() < until:
        time.sleep(0.2)
        with app.store.read() as db:
            stored = posts.get(db, id_)
        result = outgoing.said(stored) if stored is not None else result
    return result


def queue_posts(app: App) -> int:
    """Queue a post on every channel for each new review that has none there yet; how many were queued.

    Reviews that are older than the channel's `max_age` are told to the editor instead, unless she released them.
    """
    now = app.now()
    with app.store.read() as db:
        new = pool.list_(db, verdicts=[Verdict.NEW])
    fresh = [each for each in new if each.review.film and not (each.excluded or is_held(each, now))]
    made: list[StoredPost] = []
    skipped: dict[str, list[StoredReview]] = {}
    for name, table in app.config.social.items():
        rules = policy(table, ChannelPolicy)
        for stored in fresh:
            if _has_post(app, stored.review.id, name):
                continue
            if _age(stored, now, app.config.site.zone) > rules.max_age and stored.rule != BY_THE_EDITOR:
                skipped.setdefault(name, []).append(stored)
            elif one := _queue(app, name, rules, stored.review):
                made.append(one)
    for name, left in skipped.items():
        _tell_skipped(app, name, {each.review.id: each.review.headline for each in left})
    _tell_waiting(app, [each for each in made if policy(app.config.social[each.channel], ChannelPolicy).approve])
    return len(made)


def _queue(app: App, name: str, rules: ChannelPolicy, review: Review) -> StoredPost | None:
    """One review's post in a channel's queue; None where it has no slot, no quote or a problem."""
    moment = _next_time(app, name, rules)
    if moment is None:
        return None
    try:
        channel = preparing.channels(app.config, [name], any_network=False)[0]
        each = preparing.prepare(review, [_asked(app, channel)], config=app.config, http=None)[0]
    except ConfigError as error:
        channels.blame(app, name, error)
        return None
    except PublisherError as error:
        log.warning("post-not-made", channel=name, review=review.id, error=str(error))
        tell(app, f"post not made {name}: {error}", f"no post could be made for {name}", str(error))
        return None
    if each.post.quote is None or each.post.problems:
        return None
    if not (rules.approve or quotes.is_sure(each.post.quote)):
        _tell_unsure(app, name, review, each.post.quote.text)
        return None
    return _save(app, review, each, not_before=moment)


def _tell_unsure(app: App, name: str, review: Review, line: str) -> None:
    """No line is sure enough to be posted unasked: the editor is told which would have been, once."""
    tell(
        app,
        f"post not made {name} {review.id}",
        f"no post on {name}: no line of “{review.headline}” is sure enough",
        f"The best line is “{line}”. Post it with `publisher post {review.id} --to {name}`, or pick another with "
        f"`publisher quotes {review.id} --pick`.",
    )


def run_posts(app: App, *, http: Http | None, stop: threading.Event) -> tuple[Posted, ...]:
    """Send the queued posts whose time has come, as far as their channels allow it now."""
    instance.check(app)
    channels.warn_of_ends(app)
    results: list[Posted] = []
    for name in app.config.social:
        if pausing.is_paused(app, name) or channels.rests(app, name):
            continue
        try:
            _look_back(app, name)
            results += _run_channel(app, name, http, stop)
        except PublisherError as error:  # one channel's trouble is not the others'
            log.warning("channel-failed", channel=name, error=str(error))
            results.append(Posted(channel=name, state="failed", reason=str(error)))
    return tuple(results)


def _run_channel(app: App, name: str, http: Http | None, stop: threading.Event) -> list[Posted]:
    rules, results = policy(app.config.social[name], ChannelPolicy), []
    old: dict[str, str] = {}
    with app.store.read() as db:
        due = posts.due(db, now=app.now(), channel=name)
    for stored in due:
        now = app.now()
        with app.store.read() as db:
            last = posts.last_sent(db, name)
            review = pool.get(db, stored.review_id)
            head = posts.head_of(db, stored)
        if stop.is_set() or channels.rests(app, name):
            break
        if head is not None:  # the rest of a thread that has begun waits for nothing else
            if review is not None and head.state is DeliveryState.ACCEPTED:
                results.append(outgoing.send(app, head.id, review.review, http))
            continue
        if review is None or is_held(review, now) or not _is_approved(stored, rules):
            continue
        if now - (stored.not_before or stored.created) > rules.max_age:
            results.append(_too_old(app, stored))
            old[stored.id] = review.review.headline
        elif _is_late(stored, rules, now):
            _move(app, stored, rules)
        elif queue.is_quiet(rules.quiet, now=now, zone=app.config.site.zone):
            break
        elif queue.is_spaced(rules.spacing, last=last, now=now):
            _pick_again(app, stored, rules, review.review)
            results.append(outgoing.send(app, stored.id, review.review, http))
    _tell_skipped(app, name, old)
    return results


def _is_approved(stored: StoredPost, rules: ChannelPolicy) -> bool:
    """Whether a post may go; what is not a review's first post always waits for the editor."""
    return stored.approved or not (rules.approve or stored.kind != posts.FIRST)


def _is_late(stored: StoredPost, rules: ChannelPolicy, now: datetime) -> bool:
    waiting = stored.state is DeliveryState.TODO and stored.not_before is not None
    return bool(rules.slots) and waiting and stored.not_before is not None and now - stored.not_before > LATE


def _move(app: App, stored: StoredPost, rules: ChannelPolicy) -> None:
    moment = _next_time(app, stored.channel, rules)
    if moment is not None:
        with app.store.write() as db:
            posts.move(db, stored.id, moment, now=app.now())


def _next_time(app: App, name: str, rules: ChannelPolicy) -> datetime | None:
    return queue.post_time(slots=rules.slots, taken=_taken(app, name), now=app.now(), zone=app.config.site.zone)


def _pick_again(app: App, stored: StoredPost, rules: ChannelPolicy, review: Review) -> None:
    """Make a post anew whose quote the review has lost, unless it is an editor's or may have been sent."""
    if stored.post.quote is None or stored.approved or stored.attempt or stored.kind != posts.FIRST:
        return
    if quotes.stands(review, stored.post.quote) or quotes.is_editors(stored.post.quote):
        return
    log.info("quote-picked-again", post=stored.id)
    _queue(app, stored.channel, rules.model_copy(update={"slots": ()}), review)


def _age(stored: StoredReview, now: datetime, zone: ZoneInfo) -> timedelta:
    """How old a review is: since it was published, where that is known, else since it was first seen."""
    published = stored.review.published
    seen = now - stored.first_seen
    if published is None:
        return seen
    whole_day = timedelta(days=1) if published.precision == "day" else timedelta(0)
    return max(seen, now - published.instant(zone) - whole_day)


def _asked(app: App, channel: preparing.Channel) -> preparing.Channel:
    """The channel with its server's own limits, where the server can be asked for them (Mastodon)."""
    try:
        provider = open_channel(app.config.social[channel.name])
        return replace(channel, rules=provider.ask()) if isinstance(provider, AsksItsServer) else channel
    except SendError as error:
        log.warning("limits-not-known", channel=channel.name, error=str(error))
        return channel


def _look_back(app: App, channel: str) -> None:
    """Settle the channel's posts that may be out, where there are any."""
    with app.store.read() as db:
        held = leftovers.owners(db, posts.of(channel))
        unsure = held or [post for post in posts.uncertain(db) if post.channel == channel]
    if not unsure:
        return
    try:
        provider = channels.opened(app, channel)
        delivery.look_back(app.store, channel, provider=provider, settings=app.config.delivery, now=app.now)
    except (SendError, ConfigError) as error:
        log.warning("not-looked-back", channel=channel, error=str(error))


def _has_post(app: App, review_id: str, channel: str) -> bool:
    with app.store.read() as db:
        return posts.get(db, posts.post_id(review_id, channel, "new")) is not None


def _taken(app: App, channel: str) -> set[datetime]:
    with app.store.read() as db:
        waiting = [each for each in posts.list_(db, channel=channel) if each.state in QUEUED]
    return {each.not_before for each in waiting if each.not_before}


def _is_frozen(app: App, id_: str) -> bool:
    with app.store.read() as db:
        stored = posts.get(db, id_)
    return stored is not None and stored.approved


def _save(app: App, review: Review, each: preparing.Prepared, *, not_before: datetime | None) -> StoredPost:
    with app.store.write() as db:
        return posts.save_post(
            db, each.post, review_id=review.id, channel=each.channel, now=app.now(), not_before=not_before
        )


def _too_old(app: App, stored: StoredPost) -> Posted:
    with app.store.write() as db:
        posts.cancel(db, stored.id, now=app.now(), why="older than max_age")
    return Posted(channel=stored.channel, state="cancelled", reason="older than max_age")


def _tell_skipped(app: App, name: str, titles: Mapping[str, str]) -> None:
    """List once what a channel did not post because it had grown old; each review once."""
    subject = f"channel/{name}"
    with app.store.write() as db:
        known = {event.data.get("what") for event in events.about(db, subject) if event.kind == "skipped"}
        new = {id_: title for id_, title in titles.items() if id_ not in known}
        for id_ in new:
            events.record(db, "skipped", subject, {"what": id_}, app.now())
    if new:
        listed = "\n".join(
            f"* {title}\n  publisher post {id_.partition('-')[0]} --to {name}" for id_, title in new.items()
        )
        text = f"These are older than max_age and were not posted on {name}. To post one of them after all:\n\n{listed}"
        tell(app, f"skipped {name} {min(new)} {app.now():%Y-%m-%dT%H:%M}", f"not posted on {name}: {len(new)}", text)


def _tell_waiting(app: App, waiting: Sequence[StoredPost]) -> None:
    """Tell the editor once which posts wait for her approval, with the command for each."""
    if waiting:
        lines = [f"{each.channel}:\n\n{each.post.whole}\n\npublisher posts approve {each.id}" for each in waiting]
        key = f"posts wait {' '.join(sorted(each.id for each in waiting))}"
        tell(
            app,
            key,
            f"{len(waiting)} posts wait for you" if len(waiting) > 1 else "a post waits for you",
            "\n\n".join(lines),
        )
