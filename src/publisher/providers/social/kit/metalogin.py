"""Tokens of Threads and Instagram: a code becomes a token for an hour, and that one for 60 days, again and again.

https://developers.facebook.com/docs/threads/get-started/long-lived-tokens of July 2026, and
/docs/instagram-platform/instagram-api-with-instagram-login/business-login of March 2026: a token is renewed from its
second day on, and never after its last.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.providers.social.kit import answers, consent
from publisher.providers.social.kit.consent import AppKeys, Kept

_EARLY = timedelta(days=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class MetaLogin:
    """Where one network gives its tokens: `prefix` begins the names of its grants."""

    network: str
    prefix: str
    codes: str
    tokens: str

    def redeem(self, app: AppKeys, code: str, now: datetime) -> Kept:
        """The token of 60 days for a code; raises `SendError`s."""
        fields = {"client_id": app.client_id, "client_secret": app.client_secret, "grant_type": "authorization_code"}
        fields |= {"redirect_uri": app.redirect_url, "code": code}
        with answers.client(self.codes) as http:
            short = consent.token(http, self.network, f"{self.codes}/oauth/access_token", fields)["access_token"]
        return self._get("access_token", "exchange", now, client_secret=app.client_secret, access_token=str(short))

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """Another 60 days; raises `SendError`s."""
        return self._get("refresh_access_token", "refresh", now, access_token=kept.renewal)

    def _get(self, path: str, grant: str, now: datetime, **fields: str) -> Kept:
        asked = {"grant_type": f"{self.prefix}_{grant}_token", **fields}
        with answers.client(self.tokens) as http:
            body = consent.token(http, self.network, f"{self.tokens}/{path}", asked, method="GET")
        return consent.kept(body, now, early=_EARLY, renewal=str(body["access_token"]))
