"""Posts to Instagram: a container with a picture that Instagram fetches, published once it is ready.

https://developers.facebook.com/docs/instagram-platform/content-publishing, page of 30 June 2026: JPEG at a public
address, `alt_text` since March 2025.
"""

from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import Rejected
from publisher.model import ChannelRules, Post
from publisher.providers.social.kit.containers import ContainerAccount


class Instagram(ContainerAccount):
    """`kind = "instagram"`: a professional account by its number and a token; every post needs a picture."""

    kind: ClassVar[str] = "instagram"
    display_name: ClassVar[str] = "Instagram"
    # developers.facebook.com/docs/instagram-platform: caption of 2,200; a URL in it cannot be clicked
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="instagram", limit=2200, count="codepoints", images=10, alt_limit=1000, card=(1080, 1350)
    )
    consent_url: ClassVar[str] = "https://www.instagram.com/oauth/authorize"
    scopes: ClassVar[str] = "instagram_business_basic,instagram_business_content_publish"
    grants: ClassVar[str] = "ig"
    codes_host: ClassVar[tuple[str, str]] = ("graph.", "api.")
    edge: ClassVar[str] = "media"
    words_field: ClassVar[str] = "caption"
    status_field: ClassVar[str] = "status_code"

    access_token: str = Field(description="A token that may publish for the account.", repr=False)
    api: WebUrl = Field(
        default="https://graph.instagram.com/v23.0",
        description="The server and version; `https://graph.facebook.com/v23.0` with a page's token.",
    )

    def container(self, post: Post, picture: str | None) -> dict[str, str]:
        """The picture with the words under it; raises Rejected without a picture."""
        if picture is None:
            do = "set `path` and `pictures_url` of the channel" if self.path is None else ""
            raise Rejected("Instagram takes no post without a picture at a public address", do=do)
        return {"image_url": picture, "caption": post.text, "alt_text": self.alt_text(post)}


PROVIDER = Instagram
