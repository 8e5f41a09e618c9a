"""Posts to Instagram: a container with a picture that Instagram fetches, published once it is ready.

https://developers.facebook.com/docs/instagram-platform/content-publishing, page of 30 June 2026: JPEG at a public
address, `alt_text` since March 2025. No idempotency key; what may be out is looked for among the account's own posts.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import Rejected
from publisher.http.door import Http
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent
from publisher.providers.social.kit.consent import AppKeys, Invitation, Kept
from publisher.providers.social.kit.graph import Graph
from publisher.providers.social.kit.metalogin import MetaLogin
from publisher.providers.social.kit.network import Network
from publisher.providers.social.kit.pictures import PicturesByAddress
from publisher.text import clip

_CONSENT = "https://www.instagram.com/oauth/authorize"
_SCOPES = "instagram_business_basic,instagram_business_content_publish"


class Instagram(PicturesByAddress, AppKeys, Network):
    """`kind = "instagram"`: a professional account by its number and a token; every post needs a picture."""

    kind: ClassVar[str] = "instagram"
    display_name: ClassVar[str] = "Instagram"
    # developers.facebook.com/docs/instagram-platform: caption of 2,200; a URL in it cannot be clicked
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="instagram", limit=2200, count="codepoints", images=10, alt_limit=1000, card=(1080, 1350)
    )
    looks_back: ClassVar[bool] = True
    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)

    user_id: str = Field(pattern=r"^(\d+|me)$", description="The account's number, or `me`.")
    access_token: str = Field(description="A token that may publish for the account.", repr=False)
    api: WebUrl = Field(
        default="https://graph.instagram.com/v23.0",
        description="The server and version; `https://graph.facebook.com/v23.0` with a page's token.",
    )

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Make the container, wait for it, publish it; raises `SendError`s, Rejected without a picture."""
        self.must_fit(post)
        picture = self.hosted(image, most=self.rules.image_bytes)
        if picture is None:
            do = "set `path` and `pictures_url` of the channel" if self.path is None else ""
            raise Rejected("Instagram takes no post without a picture at a public address", do=do)
        alt = clip.at_words(post.image_alt or "", self.rules.alt_limit)
        with answers.client(self.api) as http:
            graph = self._graph(http)
            fields = {"image_url": picture, "caption": post.text, "alt_text": alt}
            container = graph.post(f"{self.user_id}/media", fields)
            graph.await_container(container, "status_code")
            made = graph.post(f"{self.user_id}/media_publish", {"creation_id": container}, begin=begin)
            return Receipt(provider_id=made, url=graph.permalink(made), at=datetime.now(UTC))

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The account's own post of these words since then; raises `SendError`s when it cannot be known."""
        with answers.client(self.api) as http:
            return self._graph(http).recent(
                f"{self.user_id}/media", post, text="caption", stamp="timestamp", link="permalink", since=since
            )

    def invite(self) -> Invitation:
        """The address where the account's owner consents."""
        return consent.invitation(self, "Instagram", _CONSENT, scope=_SCOPES)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The token of 60 days for the code; raises `SendError`s."""
        return self._login.redeem(self, consent.code(pasted, invitation.state), now)

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """Another 60 days; raises `SendError`s."""
        return self._login.renew(kept, now)

    @property
    def _login(self) -> MetaLogin:
        codes = consent.server(self.api, host=("graph.", "api."))
        return MetaLogin(network="Instagram", prefix="ig", codes=codes, tokens=consent.server(self.api))

    def _graph(self, http: Http) -> Graph:
        return Graph(http, self.api, self.access_token, "Instagram")


PROVIDER = Instagram
