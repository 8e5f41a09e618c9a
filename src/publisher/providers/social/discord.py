"""Posts to a Discord channel through a webhook, whose address is its secret.

https://discord.com/developers/docs/resources/webhook#execute-webhook and /topics/rate-limits, pages of July 2026: only
with `wait` does an answer say that the message is there; nothing can be looked up through a webhook afterwards.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.formatters.cards import shrink
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers, consent, live
from publisher.providers.social.kit.consent import Invitation, Kept
from publisher.providers.social.kit.network import Network
from publisher.text import clip

_NAME = "Discord"
_NO_PREVIEW = 4  # SUPPRESS_EMBEDS: the card is the picture of the post
_MARKUP = re.compile(r"([\\*_~`|<>\[\]])|(?m:^)(#{1,3} |-# |- )")


class Discord(Network):
    """`kind = "discord"`: a channel by the address of its webhook."""

    kind: ClassVar[str] = "discord"
    display_name: ClassVar[str] = "Discord"
    # discord.com/developers/docs/resources/webhook: content of 2,000
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="discord", limit=2000, count="codepoints", images=10, alt_limit=1024
    )
    public: ClassVar[bool] = False

    asked_for: ClassVar[tuple[str, ...]] = ("webhook_url",)

    webhook_url: WebUrl = Field(description="The webhook's address; whoever has it can post.", repr=False)
    name: str = Field(default="", max_length=80, description="The name posts appear under; absent = the webhook's.")

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Send the words and the card, with nobody pinged; raises `SendError`s."""
        self.must_fit(post)
        picture = shrink.to_jpeg(image, most=self.rules.image_bytes) if image else None
        body = self.body(post, picture=picture is not None)
        sent: dict[str, Any] = {"json": body}
        if picture is not None:
            document = (None, json.dumps(body), "application/json")
            sent = {"files": {"payload_json": document, "files[0]": ("card.jpg", picture, "image/jpeg")}}
        with answers.client(self.webhook_url) as http:
            answer = answers.call(http, "POST", self.webhook_url, params={"wait": "true"}, begin=begin, **sent)
        if answer.status != 200:
            raise answers.failure(
                answer,
                _NAME,
                begun=True,
                denied=answers.GONE,
                after=_after(answer.json()),
                secrets=self._secrets,
            )
        message = answers.document(answer, _NAME, begun=True)
        return Receipt(provider_id=str(message.get("id", "")), at=datetime.now(UTC))

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a message; raises `SendError`s."""
        with answers.client(self.webhook_url) as http:
            answer = answers.call(http, "DELETE", f"{self.webhook_url}/messages/{provider_id}")
        if answer.status not in (204, 404):
            raise answers.failure(answer, _NAME, begun=False, denied=answers.REFUSED, secrets=self._secrets)

    def invite(self) -> Invitation:
        """Where a webhook's address is got."""
        return Invitation(words="In the channel's settings, Integrations, make a webhook and paste its address.")

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:  # noqa: ARG002
        """The webhook's address, once Discord knows it; raises `SendError`s."""
        address = consent.address(pasted)
        with answers.client(address) as http:
            answer = answers.call(http, "GET", address)
        if answer.status != 200:
            raise answers.failure(answer, _NAME, begun=False, denied=answers.GONE, secrets=(address,))
        return Kept(values={"webhook_url": address})

    def body(self, post: Post, *, picture: bool) -> dict[str, Any]:
        """The JSON document of a post."""
        written = live.written(post, _escaped, {"link": live.as_it_stands})
        body: dict[str, Any] = {
            "content": written if len(written) <= self.rules.limit else post.text,
            "allowed_mentions": {"parse": []},
        }
        body |= {"username": self.name} if self.name else {}
        if picture:
            alt = clip.at_words(post.image_alt or "", self.rules.alt_limit)
            body["attachments"] = [{"id": "0", "filename": "card.jpg", "description": alt}]
            body["flags"] = _NO_PREVIEW
        return body

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self.webhook_url, self.webhook_url.rpartition("/")[2])


PROVIDER = Discord


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)


def _after(body: Any) -> timedelta | None:
    """The wait in the body of a 429, in seconds with a fraction."""
    seconds = body.get("retry_after") if isinstance(body, dict) else None
    if isinstance(seconds, int | float) and 0 <= seconds < 7 * 86400:
        return timedelta(seconds=seconds)
    return None
