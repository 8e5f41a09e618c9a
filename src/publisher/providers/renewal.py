"""Tokens are renewed shortly before they end, by one process at a time, and the new one is kept before it is used."""

from datetime import datetime

import structlog

from publisher.config import RawTable
from publisher.errors import AccessDenied, TryLater
from publisher.providers.social import open_channel
from publisher.providers.social.kit.abilities import Renews
from publisher.providers.social.kit.consent import Kept
from publisher.providers.social.kit.keys import ChannelKeys

log = structlog.get_logger()


def renew(table: RawTable, now: datetime, *, refused: str | None = None) -> bool:
    """Renew a channel's token where its time has come, or where the network has `refused` this one; whether it is new.

    A token that another process renewed meanwhile is new, too. Raises AccessDenied when the network will not renew it,
    TryLater when it cannot be reached and the old one has ended.
    """
    keys = ChannelKeys.of(table)
    before = keys.read()
    if before is None or not _due(before, now, refused):
        return False
    with keys.locked():
        kept = keys.read()
        if kept is None or not _due(kept, now, refused):
            return True
        channel = open_channel(table)
        if not isinstance(channel, Renews):
            return False
        try:
            keys.write(channel.renew(kept, now))
        except AccessDenied as error:
            do = f"`publisher auth {table.name}` connects it again"
            raise AccessDenied(f"the token cannot be renewed: {error.what}", do=do) from error
        except TryLater as error:
            if refused is not None or kept.expires is None or kept.expires <= now:
                raise
            log.warning("token-not-renewed", channel=table.name, why=error.what)
            return False
    log.info("token-renewed", channel=table.name)
    return True


def token_of(table: RawTable) -> str | None:
    """The kept token that the channel would be opened with; None where the configuration has its own."""
    kept = ChannelKeys.of(table).read()
    return None if kept is None or table.values.get("access_token") else kept.values.get("access_token")


def _due(kept: Kept, now: datetime, refused: str | None) -> bool:
    if not kept.renewal:
        return False
    if refused is not None:
        return kept.values.get("access_token") == refused
    return kept.renew_from is not None and now >= kept.renew_from
