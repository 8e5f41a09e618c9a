"""SendGrid, by POST /v3/mail/send: one message a call, because one call carries one text.

Read on 2026-11-22: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (its reserved headers do not
hold Message-ID and the List- ones, so ours go out), /mail-send/limitations (30 MB; no comma or semicolon in a name)
and /how-to-use-the-sendgrid-v3-api/rate-limits (X-RateLimit-Reset in epoch seconds) and /errors. 202 is accepted; what
it refuses later comes as a `dropped` event only. No idempotency key. Tracking is off, so that our links stay ours.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http import Response
from publisher.model import Message, Receipt
from publisher.providers.email._content import content
from publisher.providers.email._hosted import Call, Hosted, Outcomes, json_bytes, rows, wait

_HOUR = 3600
_UNTRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


class SendGrid(Hosted):
    """SendGrid: an API key with the right to send mail."""

    kind: ClassVar[str] = "sendgrid"
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
    called: ClassVar[str] = "SendGrid"

    api_key: SecretStr = Field(description='The API key: "${SENDGRID_API_KEY}" or api_key_file.')
    api: WebUrl = Field(
        default="https://api.sendgrid.com",
        description="The address of its API; https://api.eu.sendgrid.com for Europe.",
    )
    connections: int = Field(default=8, ge=1, le=64, description="How many calls are under way at once.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The one message."""
        (message,) = messages
        made = content(message)
        to = made.recipient.named()
        if "name" in to:
            to["name"] = re.sub(r"\s*[,;]\s*", " ", to["name"])
        body: dict[str, Any] = {
            "personalizations": [{"to": [to]}],
            "from": made.sender.named(),
            "subject": made.subject,
            "content": [{"type": "text/plain", "value": made.text}],
            "headers": {**made.headers, "Message-ID": message.message_id},
            "custom_args": {"key": message.key},
            "tracking_settings": _UNTRACKED,
        }
        if made.html:
            body["content"].append({"type": "text/html", "value": made.html})
        if made.reply_to:
            body["reply_to"] = made.reply_to.named()
        if made.attachments:
            body["attachments"] = [
                {"filename": file.name, "content": file.data, "type": file.kind} for file in made.attachments
            ]
        headers = {"Authorization": f"Bearer {self.api_key.get_secret_value()}"}
        return Call(path="/v3/mail/send", headers=headers, body=json_bytes(body))

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """202 without a body, or a list of errors with the field that each is about."""
        if answer.status == 202:
            return [Receipt(provider_id=answer.headers.get("x-message-id", ""))]
        if answer.status < 300:
            return Uncertain(f"SendGrid answered {answer.status} and not 202")
        body = answer.json()
        errors = rows(body.get("errors")) if isinstance(body, dict) else []
        words = self.words("; ".join(str(row.get("message") or "") for row in errors))
        fields = " ".join(str(row.get("field") or "") for row in errors)
        if answer.status == 429:
            return TryLater(f"SendGrid puts us off: {words}", after=wait(answer) or _until_reset(answer), wide=True)
        if answer.status == 400 and fields.startswith("from"):
            return AccessDenied(f"SendGrid refuses the sender: {words}", do="check `from` of the newsletter")
        if answer.status == 400 and ".to" in fields:
            return Rejected(f"SendGrid refuses the address: {words}", code="5.1.3")
        return self.fault(answer, words)


def _until_reset(answer: Response) -> timedelta | None:
    value = answer.headers.get("x-ratelimit-reset", "")
    if not (value.isascii() and value.isdigit()):
        return None
    seconds = int(value[:12]) - datetime.now(UTC).timestamp()
    return timedelta(seconds=max(0.0, min(seconds, _HOUR)))


PROVIDER = SendGrid
