"""The signed links that a message carries: unsubscribe, preferences, view in browser.

A token names a newsletter, an edition and a reader by number and is good for ever: a list must honour an old link
(CAN-SPAM: 30 days, CASL: 60 days). A token holds no address.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from publisher.errors import ConfigError
from publisher.model import Reader
from publisher.newsroom.app import App
from publisher.store.signing import signing_key

KEY_NAME = "links"
SIGNATURE_BYTES = 16
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """What a link is about."""

    newsletter: str
    edition: str
    reader: int


def sign(key: bytes, ticket: Ticket) -> str:
    """An opaque token for a URL's path: nobody without the key can make one."""
    return signer(key, newsletter=ticket.newsletter, edition=ticket.edition)(ticket.reader)


def signer(key: bytes, *, newsletter: str, edition: str) -> Callable[[int], str]:
    """`sign` for many readers of one edition, whose tokens begin alike."""
    begin = json.dumps([newsletter, edition], separators=(",", ":")).removesuffix("]").encode()

    def token(reader: int) -> str:
        payload = b"%b,%d]" % (begin, reader)
        mac = hmac.digest(key, payload, "sha256")[:SIGNATURE_BYTES]
        raw = binascii.b2a_base64(mac + payload, newline=False)
        return raw.rstrip(b"=").translate(_URL_SAFE).decode()

    return token


def read(key: bytes, token: str) -> Ticket | None:
    """What a token is about, or None when it was not signed with this key."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    mac, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(mac, hmac.digest(key, payload, "sha256")[:SIGNATURE_BYTES]):
        return None
    newsletter, edition, reader = json.loads(payload)
    return Ticket(newsletter=newsletter, edition=edition, reader=reader)


def link_key(app: App) -> bytes:
    """The key that signs links, made on first use and kept in the store."""
    with app.store.write() as db:
        return signing_key(db, KEY_NAME, app.now())


def base_url(app: App) -> str:
    """Where public pages live, without a final slash; a `ConfigError` when it is not configured."""
    if not app.config.web.url:
        raise ConfigError(
            "[web] url is missing, and without it nobody could unsubscribe",
            where=str(app.config.path or "configuration"),
            do='add [web] url = "https://…", the address that reaches this publisher',
        )
    return app.config.web.url.rstrip("/")


def values_for(app: App, *, newsletter: str, edition: str) -> Callable[[Reader], Mapping[str, str]]:
    """A function from a reader to the values of her merge fields in this edition."""
    token_of, base = signer(link_key(app), newsletter=newsletter, edition=edition), base_url(app)

    def values(reader: Reader) -> Mapping[str, str]:
        token = token_of(reader.id)
        found = {
            "name": reader.name,
            "email": reader.email,
            "unsubscribe_url": f"{base}/u/{token}",
            "preferences_url": f"{base}/p/{token}",
            "view_url": f"{base}/v/{token}",
        }
        if reader.fields:
            found |= {f"field_{name}": value for name, value in reader.fields.items()}
        return found

    return values
