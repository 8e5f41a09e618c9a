"""Requests signed with OAuth 1.0a (RFC 5849): HMAC-SHA1 over method, address and parameters; no form bodies."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCredentials:
    """An app's key and an account's token, each with its secret."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)


def header(
    keys: TokenCredentials,
    method: str,
    url: str,
    params: Mapping[str, str],
    *,
    nonce: str | None = None,
    now: datetime | None = None,
) -> str:
    """The Authorization header of a request to `url` with these query parameters (RFC 5849, 3.4 and 3.5.1)."""
    ours = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": nonce or secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int((now or datetime.now(UTC)).timestamp())),
        "oauth_token": keys.token,
        "oauth_version": "1.0",
    }
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in {**params, **ours}.items())
    base = "&".join(_quoted(part) for part in (method.upper(), url, "&".join(f"{n}={v}" for n, v in pairs)))
    key = f"{_quoted(keys.consumer_secret)}&{_quoted(keys.token_secret)}"
    signature = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()
    signed = ours | {"oauth_signature": signature}
    return "OAuth " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in sorted(signed.items()))


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
