"""The signed links that a message carries: unsubscribe, preferences, view in browser.

A reader's token names a newsletter, an edition and her by number, leaves and opens her settings, and is good for ever:
a list must honour an old link (CAN-SPAM: 30 days, CASL: 60 days). A viewing token names an edition alone: people pass
that address on, and what opens the page is signed for nothing else. Neither holds an address.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from publisher.errors import ConfigError
from publisher.model import Reader
from publisher.newsroom.app import App
from publisher.store import signing

KEY_NAME = "links"
SIGNATURE_BYTES = 16
VIEW = "view"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """What a reader's link is about."""

    newsletter: str
    edition: str
    reader: int


def sign(key: bytes, ticket: Ticket) -> str:
    """An opaque token for a URL's path: nobody without the key can make one."""
    return signer(key, newsletter=ticket.newsletter, edition=ticket.edition)(ticket.reader)


def signer(key: bytes, *, newsletter: str, edition: str) -> Callable[[int], str]:
    """`sign` for many readers of one edition, whose tokens begin alike."""
    begin = json.dumps([newsletter, edition], separators=(",", ":")).removesuffix("]").encode()
    return lambda reader: seal(key, b"%b,%d]" % (begin, reader))


def sign_view(key: bytes, edition: str) -> str:
    """A token that shows an edition to anybody and can do nothing else; the same for all its readers."""
    return seal(key, json.dumps([VIEW, edition], separators=(",", ":")).encode())


def read(key: bytes, token: str) -> Ticket | None:
    """What a reader's token is about, or None when it was not signed with this key, or for viewing."""
    said = unseal(key, token)
    if said is None or len(said) != 3:
        return None
    newsletter, edition, reader = said
    return Ticket(newsletter=newsletter, edition=edition, reader=reader)


def read_view(key: bytes, token: str) -> str | None:
    """Which edition a token shows: a viewing token, or a reader's as earlier versions put it into that link."""
    said = unseal(key, token)
    return None if said is None else str(said[1])


def seal(key: bytes, payload: bytes) -> str:
    """A payload and its signature as one word for a URL's path."""
    mac = hmac.digest(key, payload, "sha256")[:SIGNATURE_BYTES]
    raw = binascii.b2a_base64(mac + payload, newline=False)
    return raw.rstrip(b"=").translate(_URL_SAFE).decode()


def unseal(key: bytes, token: str) -> list[Any] | None:
    """The list that was sealed with this key, or None."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    mac, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(mac, hmac.digest(key, payload, "sha256")[:SIGNATURE_BYTES]):
        return None
    said: list[Any] = json.loads(payload)
    return said


def link_key(app: App, name: str = KEY_NAME) -> bytes:
    """The key that links are signed with, made on first use and kept in the store."""
    found = known_key(app, name)
    if found is None:
        with app.store.write() as db:
            found = signing.signing_key(db, name, app.now())
    return found


def known_key(app: App, name: str = KEY_NAME) -> bytes | None:
    """The key that links were signed with, None when none ever was.

    It never waits for a writer, and the store is asked only until the key is known: a key is the same for ever.
    """
    keys = app.store.keys
    if name not in keys:
        with app.store.read() as db:
            found = signing.known_key(db, name)
        if found is None:
            return None
        keys[name] = found
    return keys[name]


def base_url(app: App) -> str:
    """Where public pages live, without a final slash; a `ConfigError` when it is not configured."""
    if not app.config.web.url:
        raise ConfigError(
            "[web] url is missing, and without it nobody could unsubscribe",
            where=str(app.config.path or "configuration"),
            do='add [web] url = "https://…", the address that reaches this publisher',
        )
    return app.config.web.url.rstrip("/")


def base_path(app: App) -> str:
    """The path below which the public pages are reached, such as `/news`; '' where they have a host of their own."""
    return urlsplit(app.config.web.url).path.rstrip("/")


def values_for(app: App, *, newsletter: str, edition: str) -> Callable[[Reader], Mapping[str, str]]:
    """A function from a reader to the values of her merge fields in this edition."""
    key, base = link_key(app), base_url(app)
    token_of, view = signer(key, newsletter=newsletter, edition=edition), sign_view(key, edition)

    def values(reader: Reader) -> Mapping[str, str]:
        token = token_of(reader.id)
        found = {
            "name": reader.name,
            "email": reader.email,
            "unsubscribe_url": f"{base}/u/{token}",
            "preferences_url": f"{base}/p/{token}",
            "view_url": f"{base}/v/{view}",
        }
        if reader.fields:
            found |= {f"field_{name}": value for name, value in reader.fields.items()}
        return found

    return values
