"""Posts to LinkedIn, for a member or an organization, with the card of the article.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api, /images-api and
/little-text-format, pages of May 2026: signs of the little text format are escaped everywhere, or the text is cut there
and still accepted; no page is scraped. Only an organization's posts can be read back. Tokens:
/linkedin/shared/authentication/authorization-code-flow and /programmatic-refresh-tokens, pages of August 2026.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import shrink
from publisher.http.door import Http, Response
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent, live
from publisher.providers.social.kit.consent import AppKeys, Invitation, Kept
from publisher.providers.social.kit.network import Network
from publisher.text import clip

_NAME = "LinkedIn"
_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
_TITLE, _DESCRIPTION = 400, 4086
_CONSENT = "https://www.linkedin.com/oauth/v2/authorization"
_FOR_MEMBERS, _FOR_ORGANIZATIONS = "w_member_social", "w_organization_social r_organization_social"
_EARLY = timedelta(days=7)
_SHOWN = "https://www.linkedin.com/feed/update/"


class LinkedIn(AppKeys, Network):
    """`kind = "linkedin"`: a member or an organization by its URN and a token, which lives for 60 days."""

    kind: ClassVar[str] = "linkedin"
    display_name: ClassVar[str] = "LinkedIn"
    # learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api: commentary of 3,000
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="linkedin", limit=3000, count="codepoints", link_in_card=True, images=20, alt_limit=4086
    )
    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)

    author: str = Field(
        pattern=r"^urn:li:(person|organization):[\w-]+$", description="Who posts, `urn:li:organization:1234`."
    )
    access_token: str = Field(
        description="A token with `w_member_social`, or `w_organization_social` and `r_organization_social`.",
        repr=False,
    )
    version: str = Field(
        default="202605", pattern=r"^20\d{4}$", description="The version of the interface; each lives for a year."
    )
    api: WebUrl = Field(default="https://api.linkedin.com", description="The server of the interface.")

    @property
    def looks_back(self) -> bool:
        """Whether its latest posts can be read: an organization's, not a member's."""
        return ":organization:" in self.author

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Store the picture, then publish; raises `SendError`s."""
        self.must_fit(post)
        with answers.client(self.api) as http:
            picture = self._upload(http, image) if image else None
            answer = self._call(http, "POST", "/rest/posts", json=self.body(post, picture), begin=begin)
        if answer.status != 201:
            raise self._failure(answer, begun=True)
        urn = answer.headers.get("x-restli-id", "")
        if not urn.startswith("urn:li:"):
            raise Uncertain(f"{_NAME} gave no id")
        return Receipt(provider_id=urn, url=f"{_SHOWN}{urn}/", at=datetime.now(UTC))

    def body(self, post: Post, picture: str | None) -> dict[str, Any]:
        """The JSON document of a post; only the commentary is escaped."""
        body: dict[str, Any] = {
            "author": self.author,
            "commentary": commentary(post),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        if post.card is not None:
            article = {"source": post.card.url, "title": clip.at_words(post.card.title, _TITLE)}
            article |= {"description": clip.at_words(post.card.description, _DESCRIPTION)}
            body["content"] = {"article": article | ({"thumbnail": picture} if picture else {})}
        elif picture:
            alt = clip.at_words(post.image_alt or "", self.rules.alt_limit)
            body["content"] = {"media": {"id": picture, "altText": alt}}
        return body

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The organization's own post of these words since then; raises `SendError`s when it cannot be known."""
        path = f"/rest/posts?q=author&author={quote(self.author, safe='')}&count=20&sortBy=CREATED"
        with answers.client(self.api) as http:
            answer = self._call(http, "GET", path, headers={"X-RestLi-Method": "FINDER"})
        if answer.status != 200:
            raise self._failure(answer, begun=False)
        for row in answers.rows(answers.document(answer, _NAME), "elements"):
            made = row.get("createdAt")
            moment = datetime.fromtimestamp(made / 1000, UTC).isoformat() if isinstance(made, int) else ""
            words = re.sub(r"\\(.)", r"\1", str(row.get("commentary") or ""))
            if answers.since(moment, since) and answers.same_words(words, post.text):
                return Receipt(provider_id=str(row.get("id", "")), url=f"{_SHOWN}{row.get('id', '')}/")
        return None

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post; raises `SendError`s."""
        headers = {"X-RestLi-Method": "DELETE"}
        with answers.client(self.api) as http:
            answer = self._call(http, "DELETE", f"/rest/posts/{quote(provider_id, safe='')}", headers=headers)
        if answer.status not in (204, 404):
            raise self._failure(answer, begun=False)

    def invite(self) -> Invitation:
        """The address where the member consents, or somebody who runs the organization's page."""
        scope = _FOR_ORGANIZATIONS if self.looks_back else _FOR_MEMBERS
        return consent.invitation(self, _NAME, _CONSENT, scope=scope)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The token of 60 days for the code; raises `SendError`s."""
        given = {"grant_type": "authorization_code", "code": consent.code(pasted, invitation.state)}
        return self._granted(given | {"redirect_uri": self.redirect_url}, now)

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """Another 60 days, for apps that LinkedIn gives renewals; raises `SendError`s."""
        return self._granted({"grant_type": "refresh_token", "refresh_token": kept.renewal}, now)

    def _granted(self, fields: dict[str, str], now: datetime) -> Kept:
        place = consent.server(self.api, host=("api.", "www."))
        asked = fields | {"client_id": self.client_id, "client_secret": self.client_secret}
        with answers.client(place) as http:
            body = consent.token(http, _NAME, f"{place}/oauth/v2/accessToken", asked)
        return consent.kept(body, now, early=_EARLY, renewal=fields.get("refresh_token", ""))

    def _upload(self, http: Http, image: bytes) -> str | None:
        """The URN of the stored picture."""
        data = shrink.to_jpeg(image, most=self.rules.image_bytes)
        if data is None:
            return None
        asked = {"initializeUploadRequest": {"owner": self.author}}
        answer = self._call(http, "POST", "/rest/images?action=initializeUpload", json=asked)
        if answer.status != 200:
            raise self._failure(answer, begun=False)
        value = answers.document(answer, _NAME).get("value")
        value = value if isinstance(value, dict) else {}
        target, urn = value.get("uploadUrl"), value.get("image")
        if not isinstance(target, str) or not isinstance(urn, str):
            raise TryLater(f"{_NAME} took no picture")
        headers = {"Authorization": f"Bearer {self.access_token}", "Content-Type": "image/jpeg"}
        stored = answers.call(http, "PUT", target, data=data, headers=headers)
        if stored.status not in (200, 201):
            raise self._failure(stored, begun=False)
        return urn

    def _call(
        self, http: Http, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> Response:
        sent = {
            "Authorization": f"Bearer {self.access_token}",
            "LinkedIn-Version": self.version,
            "X-Restli-Protocol-Version": "2.0.0",
            **(headers or {}),
        }
        return answers.call(http, method, f"{self.api}{path}", headers=sent, **options)

    def _failure(self, answer: Response, *, begun: bool) -> SendError:
        outcome = answers.failure(answer, _NAME, begun=begun, after=_tomorrow(answer), secrets=(self.access_token,))
        if answer.status == 426:
            return AccessDenied(f"{_NAME} has ended version {self.version}", do="set a newer `version`")
        if isinstance(outcome, Rejected) and b"DUPLICATE_POST" in answer.body:
            return Rejected(f"{_NAME} says that it has this post already", code="duplicate", do="look at the page")
        return outcome


PROVIDER = LinkedIn


def commentary(post: Post) -> str:
    """The words in little text format: reserved signs escaped, tags left live."""
    return live.written(post, lambda text: _RESERVED.sub(r"\\\g<0>", text), {"tag": live.as_it_stands})


def _tomorrow(answer: Response) -> timedelta | None:
    """The wait after a 429: what it says, else until the next day in UTC, when LinkedIn counts anew."""
    if answer.retry_after is not None:
        return answer.retry_after
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight - now
