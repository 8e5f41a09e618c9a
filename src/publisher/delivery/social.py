"""Posts by the law that mail is sent by: claimed, begun, judged and recorded, in durable commits of their own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random

import structlog

from publisher.config import Delivery
from publisher.delivery.living import dead, living
from publisher.delivery.outcomes import ClaimLost
from publisher.delivery.verdict import Rules, accepted, judge, unsent
from publisher.errors import AccessDenied, SendError, TryLater, Uncertain
from publisher.model import Receipt, SocialProvider
from publisher.providers.social.kit.abilities import LooksBack
from publisher.store.engine import Store
from publisher.store.ledger import leftovers, posts
from publisher.store.ledger.law import Sender
from publisher.store.ledger.posts import StoredPost

log = structlog.get_logger()

VISIBLE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishRequest:
    """A waiting post to be sent now, with its picture; `answers` is the network's id of the post that it continues."""

    post: str
    provider: SocialProvider
    image: bytes | None = None
    answers: str = ""


def publish(store: Store, request: PublishRequest, *, settings: Delivery, now: Callable[[], datetime]) -> StoredPost:
    """Send the post and give it back as it stands afterwards; one that has ended or is being sent stays so.

    A refusal, a delay and an uncertain outcome are states of the post, not exceptions. Raises `AccessDenied` when the
    network refuses us: then the post waits as before.
    """
    provider = request.provider
    with living(store, settings.lease) as sender:
        with store.read() as db:
            channel = posts.channel_of(db, request.post)
        if channel:
            _settle(store, channel, sender, idempotent=provider.idempotent, now=now())
        with store.write(durable=True) as db:
            claimed = posts.claim_post(db, request.post, sender=sender, now=now())
        if claimed is not None:
            sent = replace(claimed.post, at=claimed.first_try, answers=request.answers)
            outcome = _attempt(store, replace(claimed, post=sent), request, sender=sender, now=now)
            rules = Rules(resend=provider.idempotent, settings=settings, gave_up="gave up")
            _record(store, claimed, outcome, rules, now())
        with store.read() as db:
            stored = posts.get(db, request.post)
    assert stored is not None
    return stored


def look_back(
    store: Store, channel: str, *, provider: SocialProvider, settings: Delivery, now: Callable[[], datetime]
) -> tuple[StoredPost, ...]:
    """Settle a channel's posts that may be out; those settled, as they stand afterwards.

    Where the network shows the account's own posts, each is looked for: found, it is accepted; not there, it waits to
    be sent again. One that cannot be looked for stays uncertain, and so do those of the last minute, which a network
    may not show yet.
    """
    with living(store, settings.lease) as sender:
        _settle(store, channel, sender, idempotent=provider.idempotent, now=now())
    if not isinstance(provider, LooksBack) or not provider.looks_back:
        return ()
    with store.read() as db:
        unsure = [post for post in posts.uncertain(db) if post.channel == channel]
    settled = [_looked_for(store, post, provider, now=now) for post in unsure if _rested(post, now())]
    return tuple(post for post in settled if post is not None)


def _rested(post: StoredPost, now: datetime) -> bool:
    return post.updated is None or now - post.updated >= VISIBLE_AFTER


def _looked_for(
    store: Store, post: StoredPost, provider: LooksBack, *, now: Callable[[], datetime]
) -> StoredPost | None:
    try:
        found = provider.find(post.post, key=post.id, since=post.created)
    except SendError as error:
        log.warning("post_not_looked_for", post=post.id, channel=post.channel, reason=error.what)
        return None
    if found is not None:
        end = accepted(post.tried, found, "", now=now())
    else:
        end = unsent(post.tried, "", now=now(), why="it was not there, and is sent again")
    with store.write(durable=True) as db:
        posts.record(db, end, url=found.url if found else "")
        stored = posts.get(db, post.id)
    log.info("post_looked_for", post=post.id, channel=post.channel, found=found is not None)
    return stored


def _settle(store: Store, channel: str, sender: Sender, *, idempotent: bool, now: datetime) -> None:
    """Settle what dead senders left on a channel."""
    with store.read() as db:
        owners = leftovers.owners(db, posts.of(channel))
    if owners:
        gone = dead(store, owners, sender)
        with store.write(durable=True) as db:
            leftovers.settle(db, posts.of(channel), sender=sender, dead=gone, again=idempotent, now=now)


def _attempt(
    store: Store, claimed: StoredPost, request: PublishRequest, *, sender: Sender, now: Callable[[], datetime]
) -> Receipt | SendError | None:
    """What the network answered; None when the claim was lost and nothing was sent."""
    provider, begun = request.provider, False

    def begin() -> None:
        nonlocal begun
        with store.write(durable=True) as db:
            if not posts.begin(db, claimed, sender=sender, now=now()):
                raise ClaimLost
        begun = True

    try:
        return provider.publish(claimed.post, key=claimed.id, image=request.image, begin=begin)
    except ClaimLost:
        return None
    except SendError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a provider of somebody else's may raise anything
        log.warning("provider_failed", provider=provider.kind, error=type(error).__name__)
        kind = f"the provider failed ({type(error).__name__})"
        return Uncertain(kind) if begun else TryLater(kind)


def _record(
    store: Store, claimed: StoredPost, outcome: Receipt | SendError | None, rules: Rules, now: datetime
) -> None:
    if outcome is None:
        return
    if isinstance(outcome, AccessDenied):
        end = unsent(claimed.tried, "", now=now, why=outcome.what, not_before=claimed.not_before)
    else:
        end = judge(outcome, claimed.tried, rules=rules, now=now, jitter=random())  # noqa: S311
    with store.write(durable=True) as db:
        posts.record(db, end, url=outcome.url if isinstance(outcome, Receipt) else "")
    log.info("post", post=claimed.id, channel=claimed.channel, state=end.state, reason=end.error)
    if isinstance(outcome, AccessDenied):
        raise outcome
