"""Posts to X, paid for each: the price is among its rules.

https://docs.x.com/x-api/posts/create-post, /media/upload-media, /fundamentals/rate-limits and /pricing, pages of August
2026: no idempotency key, no Retry-After. What may be out is looked for among the account's own latest posts. Tokens:
/fundamentals/authentication/oauth-2-0/authorization-code; they live for two hours, and each renewal ends the last one.
"""

import html
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field, model_validator

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import shrink
from publisher.http.door import Http, Response
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent, oauth1
from publisher.providers.social.kit.consent import AppKeys, Invitation, Kept
from publisher.providers.social.kit.network import Network
from publisher.text import clip

_NAME = "X"
_DENIED = frozenset({401, 402, 403})
_ENTITIES = "created_at,entities"
_CONSENT = "https://x.com/i/oauth2/authorize"
_SCOPES = "tweet.read tweet.write users.read media.write offline.access"
_EARLY = timedelta(minutes=10)


class X(AppKeys, Network):
    """`kind = "x"`: an account by an OAuth 2 token, or by the four keys of OAuth 1.0a, which do not expire."""

    kind: ClassVar[str] = "x"
    display_name: ClassVar[str] = "X"
    # docs.x.com, /pricing of August 2026, and twitter-text v3
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="x",
        limit=280,
        count="weighted",
        link_cost=23,
        images=4,
        alt_limit=1000,
        image_bytes=5_000_000,
        threads=True,
        price=("0.015", "0.200"),
    )
    aliases: ClassVar[tuple[str, ...]] = ("twitter",)
    looks_back: ClassVar[bool] = True
    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)

    access_token: str = Field(
        description="A token with `tweet.read`, `tweet.write`, `users.read` and `media.write`; or that of 1.0a.",
        repr=False,
    )
    access_secret: str = Field(default="", description="With OAuth 1.0a: the token's secret.", repr=False)
    api_key: str = Field(default="", description="With OAuth 1.0a: the app's key.", repr=False)
    api_secret: str = Field(default="", description="With OAuth 1.0a: the app's secret.", repr=False)
    api: WebUrl = Field(default="https://api.x.com", description="The server of the interface.")

    @model_validator(mode="after")
    def _all_keys(self) -> "X":
        given = [bool(key) for key in (self.access_secret, self.api_key, self.api_secret)]
        if any(given) and not all(given):
            raise ValueError("OAuth 1.0a needs `access_secret`, `api_key` and `api_secret`; OAuth 2 none of them")
        return self

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Store the picture with its alt text, then post; raises `SendError`s."""
        self.must_fit(post)
        with answers.client(self.api) as http:
            picture = self._upload(http, image, post.image_alt or "") if image else None
            answer = self._call(http, "POST", "/2/tweets", json=body(post, picture), begin=begin)
        number = self._read(answer, begun=True).get("id")
        if not isinstance(number, str) or not number:
            raise Uncertain(f"{_NAME} gave no id")
        return _receipt(number)

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The account's own post of these words since then; raises `SendError`s when it cannot be known."""
        start = (since - timedelta(minutes=5)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        params = {"max_results": "20", "start_time": start, "tweet.fields": _ENTITIES}
        with answers.client(self.api) as http:
            me = str(self._read(self._call(http, "GET", "/2/users/me"), begun=False).get("id", ""))
            answer = self._call(http, "GET", f"/2/users/{me}/tweets", params=params)
        self._read(answer, begun=False)
        for row in answers.rows(answers.document(answer, _NAME)):
            if answers.same_words(_shown(row), post.text):
                return _receipt(str(row.get("id", "")))
        return None

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post; raises `SendError`s."""
        with answers.client(self.api) as http:
            answer = self._call(http, "DELETE", f"/2/tweets/{provider_id}")
        if answer.status not in (200, 404):
            raise self._failure(answer, begun=False)

    def invite(self) -> Invitation:
        """The address where the account's owner consents."""
        return consent.invitation(self, _NAME, _CONSENT, scope=_SCOPES, proof=True)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The token for the code; raises `SendError`s."""
        given = {"grant_type": "authorization_code", "code": consent.code(pasted, invitation.state)}
        return self._granted(given | {"redirect_uri": self.redirect_url, **invitation.private}, now)

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """The next token; the renewal that it was got with is worth nothing afterwards. Raises `SendError`s."""
        return self._granted({"grant_type": "refresh_token", "refresh_token": kept.renewal}, now)

    def _granted(self, fields: dict[str, str], now: datetime) -> Kept:
        login = (self.client_id, self.client_secret) if self.client_secret else None
        asked = fields | {"client_id": self.client_id}
        with answers.client(self.api) as http:
            body = consent.token(http, _NAME, f"{self.api}/2/oauth2/token", asked, auth=login)
        return consent.kept(body, now, early=_EARLY, renewal=fields.get("refresh_token", ""))

    def _upload(self, http: Http, image: bytes, alt: str) -> str | None:
        """The number of the stored picture, described."""
        data = shrink.to_jpeg(image, most=self.rules.image_bytes)
        if data is None:
            return None
        files = {"media": ("card.jpg", data, "image/jpeg")}
        answer = self._call(http, "POST", "/2/media/upload", data={"media_category": "tweet_image"}, files=files)
        number = self._read(answer, begun=False).get("id")
        if not isinstance(number, str) or not number:
            raise TryLater(f"{_NAME} stored no picture")
        if alt:
            described = description(number, clip.at_words(alt, self.rules.alt_limit))
            self._read(self._call(http, "POST", "/2/media/metadata", json=described), begun=False)
        return number

    def _call(
        self, http: Http, method: str, path: str, *, params: dict[str, str] | None = None, **options: Any
    ) -> Response:
        url = f"{self.api}{path}"
        signed = f"Bearer {self.access_token}"
        if self.access_secret:
            keys = oauth1.TokenCredentials(
                consumer_key=self.api_key,
                consumer_secret=self.api_secret,
                token=self.access_token,
                token_secret=self.access_secret,
            )
            signed = oauth1.header(keys, method, url, params or {})
        return answers.call(http, method, url, params=params, headers={"Authorization": signed}, **options)

    def _read(self, answer: Response, *, begun: bool) -> dict[str, Any]:
        """The `data` of a success."""
        if not 200 <= answer.status < 300:
            raise self._failure(answer, begun=begun)
        data = answers.document(answer, _NAME, begun=begun).get("data")
        return data if isinstance(data, dict) else {}

    def _failure(self, answer: Response, *, begun: bool) -> SendError:
        said = answer.json()
        words = str(said.get("detail") or said.get("title") or "") if isinstance(said, dict) else ""
        secrets = (self.access_token, self.access_secret, self.api_key, self.api_secret)
        outcome = answers.failure(answer, _NAME, begun=begun, denied=_DENIED, words=words, secrets=secrets)
        if answer.status == 403 and "duplicate" in words.lower():
            return Rejected(f"{_NAME} says that it has this post already", code="duplicate", do="look at the account")
        if answer.status == 402:
            return AccessDenied(outcome.what, do="X wants to be paid: look at the app's credits")
        return outcome


PROVIDER = X


def body(post: Post, picture: str | None) -> dict[str, Any]:
    """The JSON document of a post."""
    made: dict[str, Any] = {"text": post.text} | ({"media": {"media_ids": [picture]}} if picture else {})
    return made | ({"reply": {"in_reply_to_tweet_id": post.answers}} if post.answers else {})


def description(number: str, alt: str) -> dict[str, Any]:
    """The JSON document that gives a stored picture its alt text."""
    return {"id": number, "metadata": {"alt_text": {"text": alt}}}


def _shown(row: dict[str, Any]) -> str:
    """A post's words with the links as they were written; X shows its own short ones, and escapes `& < >`."""
    text = html.unescape(str(row.get("text") or ""))
    entities = row.get("entities")
    for link in answers.rows(entities, "urls") if isinstance(entities, dict) else ():
        short, whole = link.get("url"), link.get("unwound_url") or link.get("expanded_url")
        if isinstance(short, str) and isinstance(whole, str):
            text = text.replace(short, "" if "/photo/" in whole and "media_key" in link else whole)
    return text


def _receipt(number: str) -> Receipt:
    return Receipt(provider_id=number, url=f"https://x.com/i/web/status/{number}", at=datetime.now(UTC))
