"""The signed links that a message carries: unsubscribe, preferences, view in browser.

A token names a newsletter, an edition and a reader by number and is good for ever: a list must honour an old link
(CAN-SPAM: 30 days, CASL: 60 days). It holds no address.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from publisher.errors import ConfigError
from publisher.model import Reader
from publisher.newsroom.app import App
from publisher.store import tokens

KEY_NAME = "links"
SIGNATURE_BYTES = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """What a link is about."""

    newsletter: str
    edition: str
    reader: int


def sign(key: bytes, ticket: Ticket) -> str:
    """An opaque token for a URL's path: nobody without the key can make one."""
    payload = json.dumps([ticket.newsletter, ticket.edition, ticket.reader], separators=(",", ":")).encode()
    mac = hmac.new(key, payload, hashlib.sha256).digest()[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(mac + payload).rstrip(b"=").decode()


def read(key: bytes, token: str) -> Ticket | None:
    """What a token is about, or None when it was not signed with this key."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    mac, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(mac, hmac.new(key, payload, hashlib.sha256).digest()[:SIGNATURE_BYTES]):
        return None
    newsletter, edition, reader = json.loads(payload)
    return Ticket(newsletter=newsletter, edition=edition, reader=reader)


def link_key(app: App) -> bytes:
    """The key that signs links, made on first use and kept in the store."""
    with app.store.write() as db:
        return tokens.signing_key(db, KEY_NAME, app.now())


def base_url(app: App) -> str:
    """Where public pages live, without a final slash; a `ConfigError` when it is not configured."""
    if not app.config.web.url:
        raise ConfigError(
            "[web] url is missing, and without it nobody could unsubscribe",
            where=str(app.config.path or "configuration"),
            do='add [web] url = "https://…", the address that reaches this publisher',
        )
    return app.config.web.url.rstrip("/")


def slots_for(app: App, *, newsletter: str, edition: str) -> Callable[[Reader], Mapping[str, str]]:
    """A function from a reader to the values of her slots in this edition."""
    key, base = link_key(app), base_url(app)

    def values(reader: Reader) -> Mapping[str, str]:
        token = sign(key, Ticket(newsletter=newsletter, edition=edition, reader=reader.id))
        return {
            "name": reader.name,
            "email": reader.email,
            "unsubscribe_url": f"{base}/u/{token}",
            "preferences_url": f"{base}/p/{token}",
            "view_url": f"{base}/v/{token}",
            **{f"field_{name}": value for name, value in reader.fields.items()},
        }

    return values
