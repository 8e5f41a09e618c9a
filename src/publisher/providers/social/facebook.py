"""Posts to a Facebook page.

https://developers.facebook.com/docs/pages-api/posts and /docs/graph-api/reference/page/feed and /page/photos, pages of
2026: with `link` Facebook makes the card itself, and a post has either that or photos. No idempotency key; what may be
out is looked for among the page's own latest posts.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from publisher.config import Settings, WebUrl
from publisher.errors import Rejected
from publisher.formatters import shrink
from publisher.http import Http
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social import answers
from publisher.providers.social.graph import Graph
from publisher.providers.social.rules import RULES
from publisher.text import clip, count


class Facebook(Settings):
    """`kind = "facebook"`: a page by its number and the page's own token, not a person's."""

    kind: ClassVar[str] = "facebook"
    idempotent: ClassVar[bool] = False
    looks_back: ClassVar[bool] = True

    page: str = Field(pattern=r"^\d+$", description="The page's number.")
    access_token: str = Field(
        description="The page's token, with `pages_manage_posts` and `pages_read_engagement`.", repr=False
    )
    api: WebUrl = Field(
        default="https://graph.facebook.com/v23.0", description="The server and version of the interface."
    )

    @property
    def rules(self) -> ChannelRules:
        """Facebook's rules."""
        return RULES["facebook"]

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Publish the words with the link's card, or with the picture where there is no link; raises `SendError`s."""
        if not count.fits(post.text, self.rules):
            raise Rejected(f"the post counts {post.length} of {self.rules.limit}")
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

    def _graph(self, http: Http) -> Graph:
        return Graph(http, self.api, self.access_token, "Facebook")


PROVIDER = Facebook
