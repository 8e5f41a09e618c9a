"""Accounts of Threads and Instagram: a post is made as a container, and published once it is ready.

A code becomes a token for an hour, and that one for 60 days, again and again
(https://developers.facebook.com/docs/threads/get-started/long-lived-tokens of July 2026, and
/docs/instagram-platform/instagram-api-with-instagram-login/business-login of March 2026): a token is renewed from its
second day on, and never after its last. There is no idempotency key; what may be out is looked for among the account's
own latest posts.
"""

from abc import abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.http.door import Http
from publisher.model import Post, Receipt
from publisher.providers.social.kit import answers, consent
from publisher.providers.social.kit.consent import AppKeys, Invitation, Kept
from publisher.providers.social.kit.graph import Graph
from publisher.providers.social.kit.network import Network
from publisher.providers.social.kit.pictures import PicturesByAddress
from publisher.text import clip

_EARLY = timedelta(days=10)


class ContainerAccount(PicturesByAddress, AppKeys, Network):
    """An account by its number and a token; a kind adds the names that its network has for the same things."""

    looks_back: ClassVar[bool] = True
    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)
    consent_url: ClassVar[str]
    scopes: ClassVar[str]
    grants: ClassVar[str]
    """How the names of its grants begin."""
    codes_host: ClassVar[tuple[str, str]] = ("", "")
    """The beginning of the server's name, and what stands there where codes become tokens."""
    edge: ClassVar[str]
    """Where its posts are made and listed."""
    words_field: ClassVar[str]
    status_field: ClassVar[str]

    user_id: str = Field(pattern=r"^(\d+|me)$", description="The account's number, or `me`.")
    access_token: str
    api: WebUrl

    @abstractmethod
    def container(self, post: Post, picture: str | None) -> dict[str, str]:
        """The fields of a post's container, its picture by address; raises Rejected for a post that it cannot be."""

    def alt_text(self, post: Post) -> str:
        """What the picture shows, as long as the network takes it."""
        return clip.at_words(post.image_alt or "", self.rules.alt_limit)

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Make the container, wait for it, publish it; raises `SendError`s."""
        self.must_fit(post)
        fields = self.container(post, self.hosted(image, most=self.rules.image_bytes))
        with answers.client(self.api) as http:
            graph = self.graph(http)
            container = graph.post(f"{self.user_id}/{self.edge}", fields)
            graph.await_container(container, self.status_field)
            made = graph.post(f"{self.user_id}/{self.edge}_publish", {"creation_id": container}, begin=begin)
            return Receipt(provider_id=made, url=graph.permalink(made), at=datetime.now(UTC))

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The account's own post of these words since then; raises `SendError`s when it cannot be known."""
        place, words = f"{self.user_id}/{self.edge}", self.words_field
        with answers.client(self.api) as http:
            return self.graph(http).recent(place, post, text=words, stamp="timestamp", link="permalink", since=since)

    def invite(self) -> Invitation:
        """The address where the account's owner consents."""
        return consent.invitation(self, self.display_name, self.consent_url, scope=self.scopes)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The token of 60 days for the code; raises `SendError`s."""
        given = {"redirect_uri": self.redirect_url, "code": consent.code(pasted, invitation.state)}
        given |= {"client_id": self.client_id, "client_secret": self.client_secret, "grant_type": "authorization_code"}
        place = consent.server(self.api, host=self.codes_host)
        with answers.client(place) as http:
            short = consent.token(http, self.display_name, f"{place}/oauth/access_token", given)["access_token"]
        return self._token("access_token", "exchange", now, client_secret=self.client_secret, access_token=str(short))

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """Another 60 days; raises `SendError`s."""
        return self._token("refresh_access_token", "refresh", now, access_token=kept.renewal)

    def graph(self, http: Http) -> Graph:
        """Calls as this account."""
        return Graph(http, self.api, self.access_token, self.display_name)

    def _token(self, path: str, grant: str, now: datetime, **fields: str) -> Kept:
        asked = {"grant_type": f"{self.grants}_{grant}_token", **fields}
        place = consent.server(self.api)
        with answers.client(place) as http:
            body = consent.token(http, self.display_name, f"{place}/{path}", asked, method="GET")
        return consent.kept(body, now, early=_EARLY, renewal=str(body["access_token"]))
