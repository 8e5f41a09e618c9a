"""Posts to a Facebook page.

https://developers.facebook.com/docs/pages-api/posts, /docs/graph-api/reference/page/feed and /page/photos, as of June
2026: with `link` Facebook makes the card itself, and a post has either that or photos. No idempotency key; what may be
out is looked for among the page's own latest posts.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import AccessDenied
from publisher.formatters.cards import shrink
from publisher.http.door import Http
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent
from publisher.providers.social.kit.consent import AppKeys, Invitation, Kept
from publisher.providers.social.kit.graph import Graph
from publisher.providers.social.kit.network import Network
from publisher.text import clip

_SCOPES = "pages_show_list,pages_read_engagement,pages_manage_posts"


class Facebook(AppKeys, Network):
    """`kind = "facebook"`: a page by its number and the page's own token, not a person's."""

    kind: ClassVar[str] = "facebook"
    display_name: ClassVar[str] = "Facebook"
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="facebook", limit=63_206, count="codepoints", link_in_card=True, images=10, alt_limit=1000
    )
    looks_back: ClassVar[bool] = True
    asked_for: ClassVar[tuple[str, ...]] = ("access_token",)

    page: str = Field(pattern=r"^\d+$", description="The page's number.")
    access_token: str = Field(
        description="The page's token, with `pages_manage_posts` and `pages_read_engagement`.", repr=False
    )
    api: WebUrl = Field(
        default="https://graph.facebook.com/v23.0", description="The server and version of the interface."
    )

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Publish the words with the link's card, or with the picture where there is no link; raises `SendError`s."""
        self.must_fit(post)
        with answers.client(self.api) as http:
            graph = self._graph(http)
            fields = {"message": post.text}
            if post.link:
                fields["link"] = post.link
            elif photo := self._photo(graph, post, image):
                fields["attached_media[0]"] = json.dumps({"media_fbid": photo})
            made = graph.post(f"{self.page}/feed", fields, begin=begin)
            return Receipt(provider_id=made, url=graph.permalink(made, "permalink_url"), at=datetime.now(UTC))

    def _photo(self, graph: Graph, post: Post, image: bytes | None) -> str | None:
        """The number of the picture, stored but not shown yet."""
        data = shrink.to_jpeg(image, most=self.rules.image_bytes) if image else None
        if data is None:
            return None
        alt = clip.at_words(post.image_alt or "", self.rules.alt_limit)
        fields = {"published": "false", "alt_text_custom": alt}
        return graph.post(f"{self.page}/photos", fields, files={"source": ("card.jpg", data, "image/jpeg")})

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The page's own post of these words since then; raises `SendError`s when it cannot be known."""
        with answers.client(self.api) as http:
            return self._graph(http).recent(
                f"{self.page}/published_posts",
                post,
                text="message",
                stamp="created_time",
                link="permalink_url",
                since=since,
            )

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post; raises `SendError`s."""
        with answers.client(self.api) as http:
            self._graph(http).delete(provider_id)

    def invite(self) -> Invitation:
        """The address where somebody who runs the page consents."""
        address = f"https://www.facebook.com/{self.api.rpartition('/')[2]}/dialog/oauth"
        return consent.invitation(self, "Facebook", address, scope=_SCOPES)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:  # noqa: ARG002
        """The page's own token, which does not end, for the code of somebody who runs it; raises `SendError`s."""
        app = {"client_id": self.client_id, "client_secret": self.client_secret}
        given = {"redirect_uri": self.redirect_url, "code": consent.code(pasted, invitation.state)}
        with answers.client(self.api) as http:
            person = self._token(http, app | given)
            longer = {"grant_type": "fb_exchange_token", "fb_exchange_token": person}
            person = self._token(http, app | longer)
            page = Graph(http, self.api, person, "Facebook").get(self.page, fields="access_token,name")
        if not isinstance(page.get("access_token"), str):
            raise AccessDenied("this person does not run the page", do="consent as somebody who may post for it")
        return Kept(values={"access_token": page["access_token"]})

    def _token(self, http: Http, fields: dict[str, str]) -> str:
        url = f"{self.api}/oauth/access_token"
        return str(consent.token(http, "Facebook", url, fields, method="GET")["access_token"])

    def _graph(self, http: Http) -> Graph:
        return Graph(http, self.api, self.access_token, "Facebook")


PROVIDER = Facebook
