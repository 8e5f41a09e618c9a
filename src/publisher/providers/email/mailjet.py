"""Mailjet, by POST /v3.1/send: at most 50 messages, each whole, each with its own outcome, also inside a 400.

Read on 2026-11-22: https://dev.mailjet.com/email/guides/send-api-v31/ (50 messages; the good ones of a call go out
whatever the others are) and https://documentation.mailjet.com/hc/en-us/articles/360042756034 (with DeduplicateCampaign
nobody gets a second message of the same campaign). An edition is a campaign, so that a message that may have arrived is
sent again without harm. Mailjet sets Date, Message-ID and List-Id itself; ours goes out as CustomID.
"""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http import Response
from publisher.model import Message, Receipt
from publisher.providers.email._content import content
from publisher.providers.email._hosted import Call, Hosted, Outcomes, json_bytes, rows

_UNTRACKED = {"TrackOpens": "disabled", "TrackClicks": "disabled"}


class Mailjet(Hosted):
    """Mailjet: the two halves of an API key."""

    kind: ClassVar[str] = "mailjet"
    batch: ClassVar[int] = 50
    idempotent: ClassVar[bool] = True
    called: ClassVar[str] = "Mailjet"

    api_key: SecretStr = Field(description='The API key: "${MAILJET_API_KEY}" or api_key_file.')
    secret_key: SecretStr = Field(description='Its secret: "${MAILJET_SECRET_KEY}" or secret_key_file.')
    api: WebUrl = Field(default="https://api.mailjet.com", description="The address of its API.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The batch."""
        return Call(
            path="/v3.1/send",
            body=json_bytes({"Messages": [_body(message) for message in messages]}),
            auth=(self.api_key.get_secret_value(), self.secret_key.get_secret_value()),
        )

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """An outcome each, in order."""
        body = answer.json()
        body = body if isinstance(body, dict) else {}
        if answer.status in {200, 400} and isinstance(body.get("Messages"), list):
            return [self._item(row) for row in rows(body["Messages"])]
        return self.fault(answer, self.words(body.get("ErrorMessage")))

    def _item(self, row: dict[str, Any]) -> Receipt | SendError:
        if row.get("Status") == "success":
            (taken,) = rows(row.get("To"))[:1] or [{}]
            return Receipt(provider_id=str(taken.get("MessageID") or taken.get("MessageUUID") or ""))
        errors = rows(row.get("Errors"))
        if row.get("Status") != "error" or not errors:
            return Uncertain("Mailjet's answer for this message cannot be read")
        error = errors[0]
        status, words = error.get("StatusCode"), self.words(error.get("ErrorMessage"))
        said = f"Mailjet refuses it ({self.words(error.get('ErrorCode'))}): {words}"
        related = error.get("ErrorRelatedTo")
        about = str(related[0]) if isinstance(related, list) and related else ""
        if status in {401, 403} or about.startswith("From"):
            return AccessDenied(said, do="check `api_key`, `secret_key` and the sender")
        if isinstance(status, int) and (status == 429 or status >= 500):
            return TryLater(said, wide=True)
        return Rejected(said, code="5.1.3" if about.startswith("To") else str(status or 400))


def _body(message: Message) -> dict[str, Any]:
    made = content(message)
    body: dict[str, Any] = {
        "From": made.sender.named("Email", "Name"),
        "To": [made.recipient.named("Email", "Name")],
        "Subject": made.subject,
        "TextPart": made.text,
        "Headers": made.without("List-Id", "Feedback-ID"),
        "CustomID": f"{message.key} {message.message_id}",
        **_UNTRACKED,
    }
    if message.delivery_id:  # a test or a notice may come twice
        body["CustomCampaign"] = _campaign(message.key)
        body["DeduplicateCampaign"] = True
    if made.html:
        body["HTMLPart"] = made.html
    if made.reply_to:
        body["ReplyTo"] = made.reply_to.named("Email", "Name")
    if made.attachments:
        body["Attachments"] = [
            {"Filename": file.name, "Base64Content": file.data, "ContentType": file.kind} for file in made.attachments
        ]
    return body


def _campaign(key: str) -> str:
    """The edition of a message's key in the letters that a campaign may have."""
    return re.sub(r"[^A-Za-z0-9 _-]", "-", key.rpartition("/")[0])[-255:]


PROVIDER = Mailjet
