"""Posts to Mastodon and servers that speak its API, exactly once also where they ignore the idempotency key.

https://docs.joinmastodon.org/methods/statuses/#create, /methods/media/#v2, /entities/V2_Instance and /methods/oauth,
pages of July 2026 (Mastodon 4.5). A key is kept for an hour and not by every server, so the account's own latest posts
are looked through before anything is sent.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

import structlog
from pydantic import Field, PrivateAttr

from publisher.config import WebUrl
from publisher.errors import Rejected, TryLater, Uncertain
from publisher.formatters.cards import shrink
from publisher.http.door import Http, Response
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent
from publisher.providers.social.kit.consent import Invitation, Kept
from publisher.providers.social.kit.network import Network
from publisher.text import clean, clip, count, html
from publisher.text.mastodon import mentions

log = structlog.get_logger()

_NAME = "the Mastodon server"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_SCOPES = "read write"
_LOOKED_THROUGH = 20
_KEY_KEPT = timedelta(minutes=50)
_POLLS = 30
_POLL_EVERY = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class _Limits:
    """What an instance says of itself."""

    characters: int
    url_length: int
    image_bytes: int
    alt: int


class Mastodon(Network):
    """`kind = "mastodon"`: an account by a token with the scopes `read` and `write`."""

    kind: ClassVar[str] = "mastodon"
    display_name: ClassVar[str] = "Mastodon"
    # docs.joinmastodon.org/entities/V2_Instance: 500 unless the server says otherwise
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="mastodon",
        limit=500,
        count="mastodon",
        link_cost=23,
        entities="mastodon",
        images=4,
        alt_limit=1500,
        assumed=True,
        threads=True,
    )
    idempotent: ClassVar[bool] = True

    server: WebUrl = Field(description="The account's server, `https://mastodon.example`.")
    access_token: str = Field(description="A token of the account.", repr=False)
    visibility: Literal["public", "unlisted", "private", "direct"] = Field(
        default="public", description="Who sees the posts."
    )
    content_warning: str = Field(default="", description="A line that readers see first; it counts with the text.")

    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)

    _limits: _Limits | None = PrivateAttr(default=None)

    @property
    def rules(self) -> ChannelRules:
        """Mastodon's rules, with the server's own limits once `ask` has asked for them."""
        known = self._limits
        if known is None:
            return self.counting
        return replace(
            self.counting,
            limit=known.characters,
            link_cost=known.url_length,
            image_bytes=known.image_bytes,
            alt_limit=known.alt,
            assumed=False,
        )

    def ask(self) -> ChannelRules:
        """Ask the server for its limits, once; the rules with them, or the defaults when it does not say."""
        if self._limits is None:
            with answers.client(self.server) as http:
                self._limits = _limits(_Instance(self, http).get("/api/v2/instance"))
        return self.rules

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Post once: an equal one among the account's latest posts is taken for this one.

        Raises Rejected for a post that the server would not take, and the other `SendError`s.
        """
        rules = self.ask()
        length = count.length(post.text, rules, spoiler=self.content_warning)
        if length > rules.limit:
            raise Rejected(f"the post counts {length} of {rules.limit}")
        with answers.client(self.server) as http:
            server = _Instance(self, http)
            known = server.posted(post)
            return known or server.post(post, key=key, image=image, begin=begin)

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post; raises `SendError`s."""
        with answers.client(self.server) as http:
            _Instance(self, http).delete(provider_id)

    def invite(self) -> Invitation:
        """The address where the account's owner consents; registers us with the server, which costs nothing."""
        app = {"client_name": "publisher", "redirect_uris": OUT_OF_BAND, "scopes": _SCOPES}
        with answers.client(self.server) as http:
            answer = answers.call(http, "POST", f"{self.server}/api/v1/apps", data=app)
        if answer.status != 200:
            raise answers.failure(answer, _NAME, begun=False)
        body = answers.document(answer, _NAME)
        private = {name: str(body.get(name) or "") for name in ("client_id", "client_secret")}
        asked = {"response_type": "code", "client_id": private["client_id"], "redirect_uri": OUT_OF_BAND}
        url = f"{self.server}/oauth/authorize?{urlencode(asked | {'scope': _SCOPES})}"
        return Invitation(
            words="Open this address, sign in, and paste the code that it shows.", url=url, private=private
        )

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The account's token for the code; it does not end. Raises `SendError`s."""
        given = {"grant_type": "authorization_code", "code": consent.code(pasted, ""), "redirect_uri": OUT_OF_BAND}
        fields = given | {"scope": _SCOPES, **invitation.private}
        with answers.client(self.server) as http:
            body = consent.token(http, _NAME, f"{self.server}/oauth/token", fields)
        return consent.kept(body, now, early=timedelta(days=1))


PROVIDER = Mastodon


class _Instance:
    """The account's server during one post."""

    def __init__(self, settings: Mastodon, http: Http) -> None:
        self._settings = settings
        self._http = http

    def posted(self, post: Post) -> Receipt | None:
        """The account's own recent post of these words, if there is one.

        A token that may not read, or a server without this, is no hindrance while the server keeps the key of a try.
        """
        asked = self.get("/api/v1/accounts/verify_credentials")
        if asked.status == 200:
            me = answers.document(asked, _NAME).get("id")
            asked = self.get(f"/api/v1/accounts/{me}/statuses", limit=str(_LOOKED_THROUGH))
        if asked.status in (403, 404) and (post.at is None or datetime.now(UTC) - post.at < _KEY_KEPT):
            log.warning("own-posts-not-readable", network=_NAME, status=asked.status)
            return None
        return self._same(self._ok(asked).json(), post.text)

    @staticmethod
    def _same(latest: Any, text: str) -> Receipt | None:
        for status in latest if isinstance(latest, list) else ():
            if isinstance(status, dict) and _words(html.to_text(str(status.get("content", "")))) == _words(text):
                return _receipt(status)
        return None

    def post(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Send picture and words."""
        media = self._upload(image, post.image_alt or "") if image else None
        status: dict[str, Any] = {"status": post.text, "visibility": self._settings.visibility}
        status |= {"media_ids": [media]} if media else {}
        status |= {"in_reply_to_id": post.answers} if post.answers else {}
        status |= {"language": post.language.split("-")[0]} if post.language else {}
        status |= {"spoiler_text": self._settings.content_warning} if self._settings.content_warning else {}
        answer = self._request("POST", "/api/v1/statuses", json=status, headers={"Idempotency-Key": key}, begin=begin)
        if answer.status != 200:
            raise answers.failure(answer, _NAME, begun=True)
        return _receipt(answers.document(answer, _NAME, begun=True))

    def _upload(self, image: bytes, alt: str) -> str | None:
        """The id of the stored picture, ready for use; None, and a line in the log, for one that cannot be used."""
        rules = self._settings.rules
        data = shrink.to_jpeg(image, most=rules.image_bytes)
        if data is None:
            log.warning("picture-left-out", network=_NAME)
            return None
        described = {"description": clip.at_words(alt, rules.alt_limit)}
        answer = self._request(
            "POST", "/api/v2/media", files={"file": ("card.jpg", data, "image/jpeg")}, data=described
        )
        if answer.status not in (200, 202):
            raise answers.failure(answer, _NAME, begun=False)
        media = str(answers.document(answer, _NAME).get("id") or "")
        if answer.status == 202:
            self._await(media)
        return media

    def _await(self, media: str) -> None:
        """Wait until the server has worked on a picture; raises TryLater when it takes too long."""
        for _ in range(_POLLS):
            answer = self.get(f"/api/v1/media/{media}")
            if answer.status == 200:
                return
            if answer.status != 206:
                raise answers.failure(answer, _NAME, begun=False)
            time.sleep(_POLL_EVERY)
        raise TryLater("the server is still busy with the picture")

    def delete(self, id_: str) -> None:
        """Delete a status; one that is gone is no error."""
        answer = self._request("DELETE", f"/api/v1/statuses/{id_}")
        if answer.status not in (200, 404):
            raise answers.failure(answer, _NAME, begun=False)

    def get(self, path: str, **params: str) -> Response:
        """What the server says at a path."""
        return self._request("GET", path, params=params)

    def _ok(self, answer: Response) -> Response:
        if answer.status != 200:
            raise answers.failure(answer, _NAME, begun=False)
        return answer

    def _request(self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> Response:
        signed = {"Authorization": f"Bearer {self._settings.access_token}", "Accept": "application/json"}
        url = self._settings.server.rstrip("/") + path
        try:
            return self._http.request(method, url, headers=signed | (headers or {}), **options)
        except Uncertain as error:
            if options.get("begin") is None:
                raise TryLater(error.what) from error
            raise


def _limits(answer: Response) -> _Limits | None:
    """The limits that an instance names; None when it names none (an older server, or another page)."""
    body = answer.json() if answer.status == 200 else None
    given = body.get("configuration") if isinstance(body, dict) else None
    if not isinstance(given, dict):
        return None
    statuses, media = given.get("statuses"), given.get("media_attachments")
    statuses, media = statuses if isinstance(statuses, dict) else {}, media if isinstance(media, dict) else {}
    usual = Mastodon.counting
    return _Limits(
        characters=_number(statuses.get("max_characters"), usual.limit),
        url_length=_number(statuses.get("characters_reserved_per_url"), usual.link_cost or 0),
        image_bytes=min(_number(media.get("image_size_limit"), usual.image_bytes), usual.image_bytes),
        alt=_number(media.get("description_limit"), usual.alt_limit),
    )


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else otherwise


def _words(text: str) -> str:
    """A text for comparing with what a server shows of it: letters and figures alone, handles without their home."""
    parts, position = [], 0
    for handle in mentions(text):
        parts += [text[position : handle.start], "@", handle.value.partition("@")[0]]
        position = handle.end
    whole = "".join(clean.line("".join([*parts, text[position:]])).split())
    return "".join(c for c in whole if c.isalnum()) or whole


def _receipt(status: dict[str, Any]) -> Receipt:
    return Receipt(provider_id=str(status.get("id", "")), url=str(status.get("url") or ""), at=datetime.now(UTC))
