"""Posts to Threads: a container is made, and published once it is ready.

https://developers.facebook.com/docs/threads/posts, /reference/publishing and /troubleshooting, pages of April 2026.
There is no idempotency key; what may be out is looked for among the account's own latest posts.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.http.door import Http
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent
from publisher.providers.social.kit.consent import AppKeys, Invitation, Kept
from publisher.providers.social.kit.graph import Graph
from publisher.providers.social.kit.metalogin import MetaLogin
from publisher.providers.social.kit.network import Network
from publisher.providers.social.kit.pictures import PicturesByAddress
from publisher.text import clip

_CONSENT = "https://threads.net/oauth/authorize"
_SCOPES = "threads_basic,threads_content_publish,threads_manage_replies"


class Threads(PicturesByAddress, AppKeys, Network):
    """`kind = "threads"`: an account by its number and a token, which lives for 60 days."""

    kind: ClassVar[str] = "threads"
    display_name: ClassVar[str] = "Threads"
    # developers.facebook.com/docs/threads/posts: 500, emoji as their UTF-8 bytes
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="threads", limit=500, count="threads", images=20, alt_limit=1000, threads=True
    )
    looks_back: ClassVar[bool] = True
    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)

    user_id: str = Field(pattern=r"^(\d+|me)$", description="The account's number, or `me`.")
    access_token: str = Field(description="A token with `threads_basic`, `threads_content_publish`.", repr=False)
    api: WebUrl = Field(
        default="https://graph.threads.net/v1.0", description="The server and version of the interface."
    )

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Make the container, wait for it, publish it; raises `SendError`s."""
        self.must_fit(post)
        fields = {"media_type": "TEXT", "text": post.text, "link_attachment": post.link or ""}
        if picture := self.hosted(image, most=self.rules.image_bytes):
            alt = clip.at_words(post.image_alt or "", self.rules.alt_limit)
            fields = {"media_type": "IMAGE", "text": post.text, "image_url": picture, "alt_text": alt}
        if post.answers:
            fields["reply_to_id"] = post.answers
        with answers.client(self.api) as http:
            graph = self._graph(http)
            container = graph.post(f"{self.user_id}/threads", fields)
            graph.await_container(container, "status")
            made = graph.post(f"{self.user_id}/threads_publish", {"creation_id": container}, begin=begin)
            return Receipt(provider_id=made, url=graph.permalink(made), at=datetime.now(UTC))

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The account's own post of these words since then; raises `SendError`s when it cannot be known."""
        with answers.client(self.api) as http:
            return self._graph(http).recent(
                f"{self.user_id}/threads", post, text="text", stamp="timestamp", link="permalink", since=since
            )

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post; raises `SendError`s."""
        with answers.client(self.api) as http:
            self._graph(http).delete(provider_id)

    def invite(self) -> Invitation:
        """The address where the account's owner consents."""
        return consent.invitation(self, "Threads", _CONSENT, scope=_SCOPES)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The token of 60 days for the code; raises `SendError`s."""
        return self._login.redeem(self, consent.code(pasted, invitation.state), now)

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """Another 60 days; raises `SendError`s."""
        return self._login.renew(kept, now)

    @property
    def _login(self) -> MetaLogin:
        place = consent.server(self.api)
        return MetaLogin(network="Threads", prefix="th", codes=place, tokens=place)

    def _graph(self, http: Http) -> Graph:
        return Graph(http, self.api, self.access_token, "Threads")


PROVIDER = Threads
