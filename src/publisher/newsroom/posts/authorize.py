"""Connect a channel: its owner consents at the network, pastes a code back, and the keys are kept for her alone."""

from collections.abc import Callable
from pathlib import Path

from publisher import secrecy
from publisher.config import Config, RawTable
from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.newsroom.posts import channels
from publisher.providers import social
from publisher.providers.social.kit.consent import Invitation
from publisher.providers.social.kit.keys import ChannelKeys
from publisher.store import events


def connect(app: App, name: str, paste: Callable[[Invitation], str]) -> Path:
    """Ask for a channel's keys through `paste`, try them out, keep them; where they lie.

    Nothing changes when the owner refuses or the network does not take what was pasted. Raises UsageError for a
    channel whose keys are not asked for, AccessDenied, TryLater.
    """
    table = _table(app.config, name)
    asking = social.asking_for_consent(table)
    if asking is None:
        raise UsageError(f"a channel of kind {table.kind} needs no keys", where=table.where("kind"))
    invitation = asking.invite()
    pasted = paste(invitation)
    if not pasted.strip():
        raise UsageError("nothing was pasted; nothing has changed")
    _unspoken(pasted.strip())
    kept = asking.redeem(invitation, pasted, app.now())
    keys = ChannelKeys.of(table)
    with keys.locked():
        keys.write(kept)
    with app.store.write() as db:
        events.record(db, "connected", name, {"kind": table.kind}, app.now())
    channels.recovered(app, name)
    return keys.path


def _unspoken(pasted: str) -> None:
    """What was pasted is never shown: a token, both halves of one, or an address with a code or a key in it."""
    if "://" in pasted:
        secrecy.learn_address(pasted, path=True)
    else:
        secrecy.learn(pasted, *pasted.replace(":", " ").split())


def _table(config: Config, name: str) -> RawTable:
    if name in config.social:
        return config.social[name]
    known = ", ".join(config.social) or "none is configured"
    raise UsageError(f"there is no channel “{name}”", do=f"known: {known}; a [social.NAME] table makes one")
