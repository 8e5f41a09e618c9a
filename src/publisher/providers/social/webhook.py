"""Posts as signed JSON to an address of the editor's own: for any network or tool without a provider here.

Signed as the Standard Webhooks specification 1.0 has it (https://www.standardwebhooks.com, 2023): the receiver checks
`webhook-signature` over id, timestamp and body, and knows a second copy by `webhook-id`.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers
from publisher.providers.social.kit.network import Network
from publisher.text import urls

_NAME = "the webhook"
_PREFIX = "whsec_"


class Webhook(Network):
    """`kind = "webhook"`: an address that takes posts as JSON, signed with a secret that both sides know."""

    kind: ClassVar[str] = "webhook"
    display_name: ClassVar[str] = "Webhook"
    # our own signed JSON: the receiver decides; a bound so that a text has one
    counting: ClassVar[ChannelRules] = ChannelRules(network="webhook", limit=10_000, count="codepoints")
    public: ClassVar[bool] = False

    url: WebUrl = Field(description="Where the JSON goes.", repr=False)
    secret: str = Field(min_length=8, description="What it is signed with: a text, or `whsec_` and base64.", repr=False)

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Send the post once; every 2xx answer means that the receiver has it. Raises `SendError`s."""
        self.must_fit(post)
        body = json.dumps(document(post, key, image), ensure_ascii=False).encode()
        now = datetime.now(UTC)
        headers = {"Content-Type": "application/json", **self.signature(key, int(now.timestamp()), body)}
        with answers.client(self.url) as http:
            answer = answers.call(http, "POST", self.url, data=body, headers=headers, begin=begin)
        if not 200 <= answer.status < 300:
            secrets = (self.secret, self.url)
            raise answers.failure(answer, _NAME, begun=True, denied=answers.GONE, secrets=secrets)
        said = answer.json()
        said = said if isinstance(said, dict) else {}
        url = said.get("url")
        return Receipt(
            provider_id=str(said.get("id") or key),
            url=url if isinstance(url, str) and urls.is_web(url) else "",
            at=now,
        )

    def signature(self, key: str, timestamp: int, body: bytes) -> dict[str, str]:
        """The three headers by which a receiver knows that a body is ours."""
        signed = hmac.new(_secret(self.secret), f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }


PROVIDER = Webhook


def document(post: Post, key: str, image: bytes | None) -> dict[str, Any]:
    """A post as the receiver gets it; the card is JPEG in base64."""
    card = (
        {"alt": post.image_alt or "", "type": "image/jpeg", "data": base64.b64encode(image).decode()} if image else None
    )
    return {
        "type": "post.publish",
        "id": key,
        "text": post.text,
        "facets": [{"start": f.start, "end": f.end, "kind": f.kind, "value": f.value} for f in post.facets],
        "link": post.link,
        "quote": post.quote.text if post.quote else None,
        "language": post.language,
        "card": card,
    }


def _secret(text: str) -> bytes:
    if text.startswith(_PREFIX):
        try:
            return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            return text.encode()
    return text.encode()
