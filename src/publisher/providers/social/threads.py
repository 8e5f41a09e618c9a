"""Posts to Threads: a container is made, and published once it is ready.

https://developers.facebook.com/docs/threads/posts, /reference/publishing and /troubleshooting, pages of April 2026.
"""

from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.model import ChannelRules, Post
from publisher.providers.social.kit import answers
from publisher.providers.social.kit.containers import ContainerAccount


class Threads(ContainerAccount):
    """`kind = "threads"`: an account by its number and a token, which lives for 60 days."""

    kind: ClassVar[str] = "threads"
    display_name: ClassVar[str] = "Threads"
    # developers.facebook.com/docs/threads/posts: 500, emoji as their UTF-8 bytes
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="threads", limit=500, count="threads", images=20, alt_limit=1000, threads=True
    )
    consent_url: ClassVar[str] = "https://threads.net/oauth/authorize"
    scopes: ClassVar[str] = "threads_basic,threads_content_publish,threads_manage_replies"
    grants: ClassVar[str] = "th"
    edge: ClassVar[str] = "threads"
    words_field: ClassVar[str] = "text"
    status_field: ClassVar[str] = "status"

    access_token: str = Field(description="A token with `threads_basic`, `threads_content_publish`.", repr=False)
    api: WebUrl = Field(
        default="https://graph.threads.net/v1.0", description="The server and version of the interface."
    )

    def container(self, post: Post, picture: str | None) -> dict[str, str]:
        """The words with the picture, else with the link; an answer where it continues another post."""
        reply = {"reply_to_id": post.answers} if post.answers else {}
        if picture:
            alt = self.alt_text(post)
            return {"media_type": "IMAGE", "text": post.text, "image_url": picture, "alt_text": alt, **reply}
        return {"media_type": "TEXT", "text": post.text, "link_attachment": post.link or "", **reply}

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post; raises `SendError`s."""
        with answers.client(self.api) as http:
            self.graph(http).delete(provider_id)


PROVIDER = Threads
