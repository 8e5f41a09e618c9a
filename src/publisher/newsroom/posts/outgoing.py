"""One stored post on its way out: its quote proven, its card drawn, sent, its thread gone on with, its end told."""

from dataclasses import dataclass
from typing import Any

import structlog

from publisher import quotes
from publisher.config import ChannelPolicy, policy
from publisher.delivery import social as delivery
from publisher.delivery.social import PublishRequest
from publisher.errors import AccessDenied, ConfigError, PublisherError
from publisher.formatters.cards import card as cards
from publisher.http.door import Http
from publisher.model import DeliveryState, Post, Review, SocialProvider
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.newsroom.pool.pictures import picture_of
from publisher.newsroom.posts import channels
from publisher.providers import social
from publisher.providers.renewal import renew, token_of
from publisher.providers.social.kit.abilities import LooksBack, WholeThreads
from publisher.store.ledger import posts
from publisher.store.ledger.posts import StoredPost

log = structlog.get_logger()

QUEUED = (DeliveryState.TODO, DeliveryState.DEFERRED)


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
            "claimed": "another process is sending it",
            "sending": "another process is sending it",
        }
        return said.get(self.state, f"{self.state}{f' ({self.reason})' if self.reason else ''}")

    def as_json(self) -> dict[str, Any]:
        """One row of `post --json`."""
        return {"channel": self.channel, "state": self.state, "url": self.url or None, "reason": self.reason or None}


def said(stored: StoredPost) -> Posted:
    """A stored post as what became of it."""
    return Posted(channel=stored.channel, state=stored.state.value, url=stored.url, reason=stored.error)


def send(app: App, post_id: str, review: Review, http: Http | None) -> Posted:
    """Send a waiting post, and what follows it in its thread; one that has ended stays as it is.

    A network that refuses us puts the channel to rest; the post then waits as before.
    """
    stored = _stored(app, post_id)
    if stored.state is DeliveryState.ACCEPTED and stored.post.parts:
        return _attempt(app, stored, None)
    if stored.state not in QUEUED:
        return said(stored)
    image = None
    if stored.post.quote is not None:
        if not quotes.stands(review, stored.post.quote):
            _tell_held(app, stored, review)
            return Posted(channel=stored.channel, state="held", reason="its quote is no longer in the review")
        still = picture_of(review, config=app.config, http=http)
        table = app.config.social[stored.channel]
        size, design = social.channel_rules(table).card, policy(table, ChannelPolicy).design
        drawn = cards.draw(review, stored.post.quote, site=app.config.site, size=size, design=design, still=still)
        image = None if drawn.blank else drawn.data
    return _attempt(app, stored, image)


def _attempt(app: App, stored: StoredPost, image: bytes | None) -> Posted:
    name = stored.channel
    try:
        ended = _publish_all(app, stored, image)
    except (AccessDenied, ConfigError) as error:
        channels.blame(app, name, error)
        return Posted(channel=name, state="failed", reason=str(error))
    except PublisherError as error:
        log.warning("post-failed", channel=name, post=stored.id, error=str(error))
        return Posted(channel=name, state="failed", reason=str(error))
    if ended.state is DeliveryState.ACCEPTED:
        channels.recovered(app, name)
    _tell_end(app, ended)
    return said(ended)


def _publish_all(app: App, stored: StoredPost, image: bytes | None) -> StoredPost:
    """Publish a post and its thread; a token that is refused is renewed once, where it can be, for a second try."""
    table = app.config.social[stored.channel]
    provider, token = channels.opened(app, stored.channel), token_of(table)
    try:
        return _publish(app, stored, image, provider)
    except AccessDenied:
        if token is None or not renew(table, app.now(), refused=token):
            raise
    return _publish(app, stored, image, channels.opened(app, stored.channel))


def _publish(app: App, stored: StoredPost, image: bytes | None, provider: SocialProvider) -> StoredPost:
    chained = stored.post.parts and not (isinstance(provider, WholeThreads) and provider.whole_threads)
    if chained:
        _keep_parts(app, stored)
    ended = stored
    if stored.state in QUEUED:
        asked = PublishRequest(
            post=stored.id, provider=provider, image=image, answers=_corrected(app, stored, provider)
        )
        ended = delivery.publish(app.store, asked, settings=app.config.delivery, now=app.now)
    return _go_on(app, ended, provider) if chained and ended.state is DeliveryState.ACCEPTED else ended


def _corrected(app: App, stored: StoredPost, provider: SocialProvider) -> str:
    """The network's id of the post that a correction answers, where the network has threads."""
    if not stored.kind.startswith(posts.CORRECTION) or not provider.rules.threads:
        return ""
    return _stored(app, posts.post_id(stored.review_id, stored.channel, posts.FIRST)).provider_id


def _go_on(app: App, head: StoredPost, provider: SocialProvider) -> StoredPost:
    """Send the rest of a thread, each post once and as an answer to the one before; stops where one is not accepted."""
    before = head
    for number in range(2, len(head.post.parts) + 2):
        part = _stored(app, posts.post_id(head.review_id, head.channel, posts.part_kind(head.kind, number)))
        if part.state in QUEUED and (part.not_before is None or part.not_before <= app.now()):
            asked = PublishRequest(post=part.id, provider=provider, answers=before.provider_id)
            part = delivery.publish(app.store, asked, settings=app.config.delivery, now=app.now)
        if part.state is not DeliveryState.ACCEPTED:
            return part
        before = part
    return head


def _keep_parts(app: App, head: StoredPost) -> None:
    """A row in the ledger for each post of a thread that has none yet."""
    with app.store.write(durable=True) as db:
        for number, part in enumerate(head.post.parts, 2):
            kind = posts.part_kind(head.kind, number)
            if posts.get(db, posts.post_id(head.review_id, head.channel, kind)) is None:
                post = Post(
                    network=head.post.network,
                    text=part.text,
                    length=part.length,
                    limit=head.post.limit,
                    facets=part.facets,
                    language=head.post.language,
                )
                posts.save_post(db, post, review_id=head.review_id, channel=head.channel, kind=kind, now=app.now())


def _tell_held(app: App, stored: StoredPost, review: Review) -> None:
    text = (
        f"The quote of the post on {stored.channel} is no longer in “{review.headline}” word for word.\n\n"
        f"To post it with another quote: publisher post {review.id} --to {stored.channel}\n"
        f"To leave it: publisher posts cancel {stored.id}"
    )
    tell(app, f"post held {stored.id} {stored.content_hash}", f"a post on {stored.channel} waits for you", text)


def _tell_end(app: App, ended: StoredPost) -> None:
    """Tell the editor once of a post that was refused, or of which nobody can say whether it is out."""
    key, shown = f"post {ended.state.value} {ended.id} {ended.attempt}", f"publisher posts show {ended.id}"
    if ended.state is DeliveryState.REFUSED:
        text = f"{ended.channel}: {ended.error}\n\n{shown}\nTo try it again: publisher posts retry {ended.id}"
        tell(app, key, f"a post on {ended.channel} was refused", text)
    elif ended.state is DeliveryState.UNCERTAIN and not _looks_back(app, ended.channel):
        text = (
            f"{ended.channel}: {ended.error}\n\nLook at the channel, then say what you see:\n"
            f"publisher posts resolve {ended.id} --as sent\npublisher posts resolve {ended.id} --as unsent"
        )
        tell(app, key, f"a post on {ended.channel} may be out", text)


def _looks_back(app: App, channel: str) -> bool:
    provider = channels.opened(app, channel)
    return isinstance(provider, LooksBack) and provider.looks_back


def _stored(app: App, post_id: str) -> StoredPost:
    with app.store.read() as db:
        stored = posts.get(db, post_id)
    assert stored is not None
    return stored
