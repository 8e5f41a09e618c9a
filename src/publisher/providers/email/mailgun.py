"""Mailgun, by POST /v3/DOMAIN/messages.mime: our own bytes, one message a call.

Read on 2026-11-22: https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages (`messages.mime`
takes `to` and the MIME text as a file upload; several `to` would all get the same text) and
https://documentation.mailgun.com/docs/mailgun/quickstart-guide/responses (403 is a wrong key, 429 says when to come
again). A message may weigh 25 MB. No idempotency key is documented. Tracking is off, so that our links stay ours.
"""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError
from publisher.http import Response
from publisher.model import Message, Receipt
from publisher.providers.email._hosted import Call, Hosted, Outcomes

_TO = "to parameter"
_SENDER = ("from parameter", "not allowed to send", "disabled", "sandbox")


class Mailgun(Hosted):
    """Mailgun: a sending key and the domain that it sends for."""

    kind: ClassVar[str] = "mailgun"
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
    called: ClassVar[str] = "Mailgun"

    domain: str = Field(pattern=r"^[A-Za-z0-9.-]+$", description="The domain as it stands in Mailgun.")
    api_key: SecretStr = Field(description='The sending key: "${MAILGUN_API_KEY}" or api_key_file.')
    api: WebUrl = Field(
        default="https://api.mailgun.net", description="The address of its API; https://api.eu.mailgun.net for Europe."
    )
    connections: int = Field(default=8, ge=1, le=64, description="How many calls are under way at once.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The one message, to its envelope's recipient."""
        (message,) = messages
        fields = [("to", message.recipient), ("o:tracking", "no"), ("v:key", message.key)]
        return Call(
            path=f"/v3/{self.domain}/messages.mime",
            fields=fields,
            files={"message": ("message.eml", message.data, "message/rfc822")},
            auth=("api", self.api_key.get_secret_value()),
        )

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """Queued under an id, or refused."""
        body = answer.json()
        body = body if isinstance(body, dict) else {}
        if answer.status == 200 and body.get("id"):
            return [Receipt(provider_id=str(body["id"]).strip("<>"))]
        words = self.words(body.get("message"))
        if answer.status == 400 and any(sign in words.lower() for sign in _SENDER):
            return AccessDenied(f"Mailgun refuses us: {words}", do="check `domain` and the sender")
        if answer.status == 400 and _TO in words.lower():
            return Rejected(f"Mailgun refuses the address: {words}", code="5.1.3")
        return self.fault(answer, words)


PROVIDER = Mailgun
