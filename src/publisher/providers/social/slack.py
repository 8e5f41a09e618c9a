"""Posts to a Slack channel through an incoming webhook, whose address is its secret.

https://api.slack.com/messaging/webhooks and /reference/block-kit/blocks, pages of November 2026; the statuses are those
of the changelog of 2016-05-17, still in force. A webhook takes pictures by public address only and cannot look anything
up.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import Rejected, Uncertain
from publisher.http.door import Response
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent, live
from publisher.providers.social.kit.consent import Invitation, Kept
from publisher.providers.social.kit.network import Network
from publisher.providers.social.kit.pictures import PicturesByAddress
from publisher.text import clip

_NAME = "Slack"
_SECTION = 3000


class Slack(PicturesByAddress, Network):
    """`kind = "slack"`: a channel by the address of its incoming webhook."""

    kind: ClassVar[str] = "slack"
    display_name: ClassVar[str] = "Slack"
    # api.slack.com/reference/block-kit/blocks: a section's text of 3,000
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="slack", limit=3000, count="codepoints", images=1, alt_limit=2000
    )
    public: ClassVar[bool] = False

    asked_for: ClassVar[tuple[str, ...]] = ("webhook_url",)

    webhook_url: WebUrl = Field(description="The webhook's address; whoever has it can post.", repr=False)

    def invite(self) -> Invitation:
        """Where a webhook's address is got; Slack has no way of trying one without posting."""
        url = "https://api.slack.com/messaging/webhooks"
        return Invitation(words="Make an incoming webhook for the channel and paste its address.", url=url)

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:  # noqa: ARG002
        """The webhook's address."""
        return Kept(values={"webhook_url": consent.address(pasted)})

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Send the words, and the card where it has an address; raises `SendError`s."""
        self.must_fit(post)
        body = self.body(post, self.hosted(image, most=self.rules.image_bytes))
        with answers.client(self.webhook_url) as http:
            answer = answers.call(http, "POST", self.webhook_url, json=body, begin=begin)
        if answer.status != 200:
            secrets = (self.webhook_url, self.webhook_url.rpartition("/")[2])
            raise answers.failure(answer, _NAME, begun=True, denied=answers.GONE, words=_words(answer), secrets=secrets)
        if _words(answer) != "ok":
            raise Uncertain(f"{_NAME} did not say that it has the post")
        return Receipt(at=datetime.now(UTC))

    def body(self, post: Post, picture: str | None) -> dict[str, Any]:
        """The JSON document of a post: the words as a section, and as the line that notifications show."""
        written = live.written(post, _escaped, {"link": _link})
        if len(written) > _SECTION:
            raise Rejected(f"the post has {len(written)} of {_SECTION} signs once it is escaped for {_NAME}")
        blocks: list[dict[str, Any]] = [
            {"type": "section", "text": {"type": "mrkdwn", "text": written, "verbatim": True}}
        ]
        if picture:
            alt = clip.at_words(post.image_alt or "", self.rules.alt_limit)
            blocks.append({"type": "image", "image_url": picture, "alt_text": alt})
        return {"text": written, "blocks": blocks, "unfurl_links": picture is None}


PROVIDER = Slack


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _link(shown: str, value: str) -> str:
    return f"<{_escaped(value)}|{_escaped(shown)}>" if shown != value else f"<{_escaped(value)}>"


def _words(answer: Response) -> str:
    """Slack's one word on what became of it; empty for a page of somebody else."""
    text = answer.body[:100].decode("utf-8", "replace").strip()
    return text if text and text.replace("_", "").isalnum() else ""
