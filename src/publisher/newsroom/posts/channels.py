"""Channels as they stand: opened with fresh keys; one whose network refuses us rests, and the editor is told once."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from functools import partial

import structlog

from publisher.config import RawTable
from publisher.errors import PublisherError
from publisher.model import SocialProvider
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.providers import social
from publisher.providers.renewal import renew
from publisher.providers.social.kit.abilities import ByHand
from publisher.providers.social.kit.keys import ChannelKeys
from publisher.store import events, health
from publisher.store.health import Trouble
from publisher.store.ledger import posts
from publisher.store.signing import signing_key

log = structlog.get_logger()

AGAIN = timedelta(hours=1)
"""How long a channel in trouble rests before one post tries whether the network has changed its mind."""
SETTLED = timedelta(days=7)
"""How long a refused post is spoken of."""
SOON = timedelta(days=7)
"""How long before a token ends that nothing renews the editor is told."""


def opened(app: App, name: str) -> SocialProvider:
    """The channel, its token renewed where that ends soon; raises ConfigError, AccessDenied, TryLater."""
    table = app.config.social[name]
    renew(table, app.now())
    provider = social.open_channel(table)
    return provider.telling(partial(tell, app)) if isinstance(provider, ByHand) else provider


def trouble(app: App, name: str) -> Trouble | None:
    """What is wrong with a channel; None when nothing is known to be wrong, or its keys have been replaced."""
    with app.store.read() as db:
        known = health.trouble(db, name)
    if known is None or name not in app.config.social:
        return None
    return known if known.keys == _keys(app, app.config.social[name]) else None


def rests(app: App, name: str) -> bool:
    """Whether a channel in trouble is left alone now; from time to time one of its posts tries it again."""
    known = trouble(app, name)
    return known is not None and app.now() - known.tried < AGAIN


def blame(app: App, name: str, error: PublisherError) -> None:
    """Note that a channel cannot be used as it is; the editor is told once, with what to do."""
    now, before = app.now(), trouble(app, name)
    since = before.since if before else now
    keys = _keys(app, app.config.social[name])
    with app.store.write() as db:
        health.note(db, name, Trouble(why=str(error)[:300], since=since, tried=now, keys=keys))
        if before is None:
            events.record(db, "reconnect", name, {"kind": app.config.social[name].kind}, now)
    log.warning("channel-rests", channel=name, why=error.what)
    text = f"{error}\n\n{remedy(app, name)}\nIts posts wait; those that grow older than max_age are listed, not posted."
    tell(app, f"reconnect {name} {since.isoformat()}", f"the channel {name} must be connected again", text)


def recovered(app: App, name: str) -> None:
    """Forget what was wrong with a channel: it has just been used, or has new keys."""
    with app.store.read() as db:
        known = health.trouble(db, name)
    if known is not None:
        with app.store.write() as db:
            health.clear(db, name)
            events.record(db, "reconnected", name, {}, app.now())


def remedy(app: App, name: str) -> str:
    """What a person can do for a channel that rests."""
    table = app.config.social[name]
    try:
        if social.asking_for_consent(table) is not None:
            return f"To connect it again: publisher auth {name}"
    except PublisherError:
        log.debug("no-consent", channel=name)
    return f"To connect it again: correct [social.{name}] ({table.where()}), then publisher resume {name}"


def ending(app: App, name: str) -> datetime | None:
    """When the channel's token ends, if that is soon and nothing renews it."""
    kept = ChannelKeys.of(app.config.social[name]).read()
    if kept is None or kept.expires is None or kept.renewal:
        return None
    return kept.expires if kept.expires - app.now() < SOON else None


def warn_of_ends(app: App) -> None:
    """Tell the editor once of each token that ends soon."""
    for name in app.config.social:
        end = ending(app, name)
        if end is not None:
            day = end.astimezone(app.config.site.zone).strftime("%Y-%m-%d")
            text = f"The token of the channel {name} ends on {day}.\n\n{remedy(app, name)}"
            tell(app, f"token {name} {end.isoformat()}", f"the token of {name} ends on {day}", text)


def in_words(app: App) -> list[str]:
    """What a person should know of the channels: those that rest, tokens that end soon, posts that were refused."""
    words = []
    with app.store.read() as db:
        refused = posts.refused(db, since=app.now() - SETTLED)
    words += [
        f"a post on {post.channel} was refused ({post.error}): publisher posts show {post.id}" for post in refused
    ]
    for name in app.config.social:
        known, end = trouble(app, name), ending(app, name)
        if known is not None:
            words.append(f"channel {name} rests since {known.since:%Y-%m-%d}: {known.why}. {remedy(app, name)}")
        if end is not None:
            words.append(f"the token of {name} ends on {end:%Y-%m-%d}. {remedy(app, name)}")
    return words


def _keys(app: App, table: RawTable) -> str:
    """A mark of everything that the channel is opened with; it tells nothing about it."""
    with app.store.write() as db:
        secret = signing_key(db, "channels", app.now())
    file = ChannelKeys.of(table).path
    kept = file.read_bytes() if file.is_file() else b""
    values = json.dumps(dict(table.values), default=str, sort_keys=True).encode()
    return hmac.new(secret, values + b"\0" + kept, hashlib.sha256).hexdigest()[:24]
