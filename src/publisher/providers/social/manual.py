"""Posts that a person makes by hand: mailed to the editor, finished, with the card and its alt text.

For networks whose app review is out of reach. The same files as an outbox's are written as well, so that nothing
depends on the mail.
"""

from collections.abc import Callable
from typing import ClassVar

from pydantic import Field, PrivateAttr

from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit.abilities import Tell
from publisher.providers.social.kit.folder import PostFolder


class Manual(PostFolder):
    """`kind = "manual"`: the editor is mailed the finished post, card and alt text, and posts it by hand."""

    kind: ClassVar[str] = "manual"
    display_name: ClassVar[str] = "Manual"
    # a person posts by hand, wherever she likes
    counting: ClassVar[ChannelRules] = ChannelRules(network="manual", limit=500, count="graphemes", assumed=True)

    network: str = Field(default="manual", description="The network whose rules the posts keep, `linkedin` or another.")

    _tell: Tell | None = PrivateAttr(default=None)

    def telling(self, tell: Tell) -> "Manual":
        """The same channel, which tells the editor of each post."""
        told = self.model_copy()
        told._tell = tell
        return told

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Write the post's files and tell the editor, each once for a key; the post's address is not known yet.

        Raises as an outbox does.
        """
        written = super().publish(post, key=key, image=image, begin=begin)
        if self._tell is not None:
            self._tell(f"post-by-hand/{key}", _subject(post), letter(post, card=image is not None), image)
        return Receipt(provider_id=written.provider_id)


PROVIDER = Manual


def _subject(post: Post) -> str:
    return "a post to make by hand" if post.network == "manual" else f"a post to make by hand on {post.network}"


def letter(post: Post, *, card: bool) -> str:
    """What the editor reads: the words to copy between two lines, then link and alt text."""
    parts = [f"Copy what stands between the lines ({post.length} of {post.limit}).", "-----", post.whole, "-----"]
    parts += [f"Link: {post.link}"] if post.link and post.link not in post.whole else []
    parts += ["The picture is attached. Its alt text:", post.image_alt or ""] if card else []
    return "\n\n".join(part for part in parts if part)
