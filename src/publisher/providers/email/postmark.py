"""Postmark, by POST /email/batch: at most 500 messages, each whole; every one has its own outcome inside a 200.

Read on 2026-11-29: https://postmarkapp.com/developer/api/email-api (500 messages, 50 MB, a message 10 MB) and
https://postmarkapp.com/developer/api/overview#error-codes. There is no idempotency key, and no Retry-After is
documented; it is kept to where it comes. `X-PM-KeepID` keeps our Message-ID.

Editions are not filled in there: /email/batchWithTemplates takes stored templates only, and the bulk call
(https://postmarkapp.com/developer/api/bulk-email, 50 MB, any number of readers) must be enabled by their support and
answers with the id of a request whose progress can be asked for, not with an outcome and an id for each reader.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Response
from publisher.model import MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import content
from publisher.providers.email._hosted.service import Call, Hosted, Outcomes, json_bytes, rows

_INVALID, _INACTIVE = 300, 406
_LATER = frozenset({100, 429})  # maintenance, rate limit
_OURS = frozenset({10, 400, 401, 405, 412, 413})  # key; signature unknown, unconfirmed; may not send, pending, closed
_SENDER = ("'from'", "'reply-to'", "message stream", "messagestream")


class Postmark(Hosted):
    """Postmark: the token of a server and a message stream for broadcasts."""

    kind: ClassVar[str] = "postmark"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:spf.mtasv.net")
    batch: ClassVar[int] = 500
    called: ClassVar[str] = "Postmark"

    token: SecretStr = Field(description='The server\'s token: "${POSTMARK_TOKEN}" or token_file.')
    stream: str = Field(
        default="broadcast", description="The message stream; a newsletter belongs into a broadcast one."
    )
    api: WebUrl = Field(default="https://api.postmarkapp.com", description="The address of its API.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The batch."""
        headers = {"X-Postmark-Server-Token": self.token.get_secret_value()}
        return Call(path="/email/batch", headers=headers, body=json_bytes([self._body(one) for one in messages]))

    def _body(self, message: Message) -> dict[str, Any]:
        made = content(message)
        headers = {**made.headers, "Message-ID": message.message_id, "X-PM-KeepID": "true"}
        body: dict[str, Any] = {
            "From": str(made.sender),
            "To": str(made.recipient),
            "Subject": made.subject,
            "TextBody": made.text,
            "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
            "MessageStream": self.stream,
            "Metadata": {"key": message.key[-80:]},
            "TrackOpens": False,
            "TrackLinks": "None",
        }
        if made.html:
            body["HtmlBody"] = made.html
        if made.reply_to:
            body["ReplyTo"] = str(made.reply_to)
        if made.attachments:
            body["Attachments"] = [
                {"Name": file.name, "Content": file.data, "ContentType": file.kind} for file in made.attachments
            ]
        return body

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """An outcome each, in order."""
        body = answer.json()
        if answer.status == 200 and isinstance(body, list):
            return [self._item(row) for row in rows(body)]
        if isinstance(body, dict) and answer.status == 422:
            outcome = self._item(body)
            return outcome if isinstance(outcome, SendError) else self.fault(answer, "")
        return self.fault(answer, self.words(body.get("Message")) if isinstance(body, dict) else "")

    def _item(self, row: dict[str, Any]) -> Receipt | SendError:
        code, words = row.get("ErrorCode", 0), self.words(row.get("Message"))
        if code == 0 and row.get("MessageID"):
            return Receipt(provider_id=str(row["MessageID"]))
        if not isinstance(code, int) or code == 0:
            return Uncertain("Postmark's answer for this message cannot be read")
        if code in _OURS or (code != _INACTIVE and any(sign in words.lower() for sign in _SENDER)):
            return AccessDenied(f"Postmark refuses us ({code}): {words}", do="check `token`, `stream` and the sender")
        if code in _LATER:
            return TryLater(f"Postmark puts us off ({code}): {words}", wide=True)
        if code == _INACTIVE:
            return Rejected("Postmark knows the address as inactive: it bounced or complained", code="406", bounce=True)
        invalid = code == _INVALID and "'to'" in words.lower()
        return Rejected(f"Postmark refuses it ({code}): {words}", code="5.1.3" if invalid else str(code))


PROVIDER = Postmark
