"""An account's token with its owner's consent: OAuth 2's code, brought back by hand, so that it works over ssh.

RFC 6749, 4.1 and 6; RFC 7636 for the proof key. The browser ends at an address that need not answer: the code stands in
its address bar, and the person pastes it.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field

from publisher.config import Settings, WebUrl
from publisher.errors import AccessDenied, UsageError
from publisher.http.door import Http
from publisher.providers.social.kit import answers

_SECRETS = ("code", "client_secret", "code_verifier", "refresh_token", "access_token", "fb_exchange_token")
_DENIED = frozenset({400, 401, 403})  # RFC 6749, 5.2: invalid_grant and its like come as 400 or 401


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """What an account's owner is asked to do: `words`, an address to open, and what belongs to this one attempt."""

    words: str
    url: str = ""
    state: str = ""
    private: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What was given: settings of the channel, when they end, from when they can be renewed, and with what."""

    values: Mapping[str, str] = field(repr=False)
    expires: datetime | None = None
    renew_from: datetime | None = None
    renewal: str = field(default="", repr=False)


class AppKeys(Settings):
    """The keys of an app that is registered with a network; only `publisher auth` and renewals need them."""

    client_id: str = Field(
        default="", description="For `publisher auth`: the app's id in the network's developer pages."
    )
    client_secret: str = Field(default="", description="For `publisher auth`: the app's secret.", repr=False)
    redirect_url: WebUrl = Field(
        default="https://localhost/",
        description="For `publisher auth`: the return address registered with the app; nothing needs to answer there.",
    )

    def needs_app(self, network: str) -> None:
        """Raise UsageError where the app's id is not configured."""
        if not self.client_id:
            raise UsageError(
                f"{network} gives tokens to registered apps only",
                do=f"register one with the return address {self.redirect_url}, and set `client_id` and `client_secret`",
            )


def invitation(app: AppKeys, network: str, address: str, *, scope: str, proof: bool = False, **more: str) -> Invitation:
    """The address where the owner consents; with `proof` bound to a key that only we know (PKCE, S256)."""
    app.needs_app(network)
    state = secrets.token_urlsafe(16)
    asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_url}
    asked |= {"scope": scope, "state": state, **more}
    private = {}
    if proof:
        private["code_verifier"] = secrets.token_urlsafe(48)
        digest = hashlib.sha256(private["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    words = (
        f"Open this address, say yes to {network}, and paste the address that you are led to "
        "(it may show an error; the code stands in it)."
    )
    return Invitation(words=words, url=f"{address}?{urlencode(asked)}", state=state, private=private)


def code(pasted: str, state: str) -> str:
    """The code in what was pasted: the whole address, or the code alone.

    Raises AccessDenied when the owner said no, UsageError for an address without a code or of another attempt.
    """
    text = pasted.strip().strip("<>\"'").removesuffix("#_")
    if "code=" not in text and "error=" not in text:
        if not text or "://" in text or any(c.isspace() for c in text):
            raise UsageError("there is no code in what was pasted", do="paste the whole address, with `code=` in it")
        return text
    given = {name: values[0] for name, values in parse_qs(urlsplit(text).query or text.lstrip("?")).items()}
    if "code" not in given:
        raise AccessDenied(f"the consent was refused ({given.get('error', 'no reason')[:60]})")
    if state and given.get("state", state) != state:
        raise UsageError("that address belongs to another attempt", do="run the command again and use its address")
    return given["code"].removesuffix("#_")


def address(pasted: str) -> str:
    """A secret web address that was pasted; raises UsageError for anything else."""
    text = pasted.strip().strip("<>\"'")
    if not text.startswith(("https://", "http://")) or any(c.isspace() for c in text):
        raise UsageError("that is no web address", do="paste the whole of it; it begins with https://")
    return text


def token(
    http: Http,
    network: str,
    url: str,
    fields: Mapping[str, str],
    *,
    method: str = "POST",
    auth: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """What a token endpoint answers; raises AccessDenied when it refuses, TryLater when it cannot answer now."""
    sent: dict[str, Any] = {"params": fields} if method == "GET" else {"data": fields}
    answer = answers.call(http, method, url, headers={"Accept": "application/json"}, auth=auth, **sent)
    if answer.status != 200:
        raise answers.failure(
            answer,
            network,
            begun=False,
            denied=_DENIED,
            secrets=[*(fields.get(name, "") for name in _SECRETS), *(auth or ())],
        )
    body = answers.document(answer, network)
    rows = answers.rows(body)
    body = rows[0] if rows else body
    if not isinstance(body.get("access_token"), str) or not body["access_token"]:
        raise AccessDenied(f"{network} gave no token")
    return body


def kept(body: Mapping[str, Any], now: datetime, *, early: timedelta, renewal: str = "", **values: str) -> Kept:
    """The token of an answer, to be renewed `early` before it ends where there is something to renew it with."""
    seconds = body.get("expires_in")
    lives = isinstance(seconds, int | float) and 0 < seconds < 10 * 366 * 86400
    expires = now + timedelta(seconds=float(seconds or 0)) if lives else None
    renewal = str(body.get("refresh_token") or renewal)
    return Kept(
        values={"access_token": str(body["access_token"]), **values},
        expires=expires,
        renew_from=expires - early if expires and renewal else None,
        renewal=renewal,
    )


def server(api: str, *, host: tuple[str, str] = ("", "")) -> str:
    """The server of an interface's address without its path, `host` replacing one beginning of its name by another."""
    parts = urlsplit(api)
    name = parts.netloc
    if host[0] and name.startswith(host[0]):
        name = host[1] + name.removeprefix(host[0])
    return f"{parts.scheme}://{name}"
