"""Resend, by POST /emails/batch: at most 100 messages, each whole, at 5 calls a second unless they allow more.

Read on 2026-11-29: https://resend.com/docs/api-reference/emails/send-batch-emails (permissive validation names the
refused ones by index), /docs/dashboard/emails/idempotency-keys (kept 24 hours; another body under the same key is a
409), /docs/api-reference/errors, /docs/api-reference/rate-limit. Resend sends through Amazon SES, which sets Date and
Message-ID itself; ours goes out as X-Entity-Ref-ID. A batch takes no files, so a notice with one goes to /emails.
Editions are not filled in there: variables belong to stored templates only (/docs/dashboard/templates/introduction).
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Response
from publisher.model import MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import content
from publisher.providers.email._hosted.service import Call, Hosted, Outcomes, json_bytes, record, rows, wait

_KEY_IN_USE = "concurrent_idempotent_requests"
_KEY_USED = "invalid_idempotent_request"
_OURS = frozenset({"invalid_from_address", "invalid_access", "invalid_region", "restricted_api_key", "missing_api_key"})

_SENDER = re.compile(r"`from`|\bfrom\b.*\bdomain\b|domain is not verified")


class Resend(Hosted):
    """Resend: an API key and a verified domain."""

    kind: ClassVar[str] = "resend"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:amazonses.com", selectors=("resend",))
    batch: ClassVar[int] = 100
    called: ClassVar[str] = "Resend"
    keyed: ClassVar[bool] = True

    api_key: SecretStr = Field(description='The API key: "${RESEND_API_KEY}" or api_key_file.')
    api: WebUrl = Field(default="https://api.resend.com", description="The address of its API.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The batch under a key that is made from its messages' keys."""
        bodies = [_body(message) for message in messages]
        digest = hashlib.sha256("\n".join(message.key for message in messages).encode()).hexdigest()
        headers = {
            "Authorization": f"Bearer {self.api_key.get_secret_value()}",
            "Idempotency-Key": f"publisher-{digest}",
        }
        if "attachments" in bodies[0]:
            return Call(path="/emails", headers=headers, body=json_bytes(bodies[0]))
        headers["x-batch-validation"] = "permissive"
        return Call(path="/emails/batch", headers=headers, body=json_bytes(bodies))

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """Ids in the order of those that were taken, and errors by index."""
        body = record(answer)
        if answer.status != 200:
            return self._refusal(answer, str(body.get("name", "")), self.words(body.get("message")))
        if "id" in body and len(messages) == 1:
            return [Receipt(provider_id=str(body["id"]))]
        if not isinstance(body.get("data"), list):
            return self.fault(answer, "")
        errors = {row.get("index"): self._item(row) for row in rows(body.get("errors"))}
        ids = iter(rows(body["data"]))
        outcomes: list[Receipt | SendError] = []
        for place in range(len(messages)):
            if place in errors:
                outcomes.append(errors[place])
            elif (taken := next(ids, None)) is not None and "id" in taken:
                outcomes.append(Receipt(provider_id=str(taken["id"])))
            else:
                outcomes.append(Uncertain("Resend gave neither an id nor an error for this message"))
        return outcomes

    def _item(self, row: dict[str, Any]) -> SendError:
        words = self.words(row.get("message"))
        if _SENDER.search(words):
            return AccessDenied(f"Resend refuses the sender: {words}", do="verify the domain of `from` there")
        return Rejected(f"Resend refuses it: {words}", code="422")

    def _refusal(self, answer: Response, name: str, words: str) -> SendError:
        if name == _KEY_IN_USE:
            return Uncertain("Resend is still at work on the same batch")
        if name == _KEY_USED:
            return Uncertain("Resend has had a batch with these messages before")
        if name in _OURS or _SENDER.search(words):
            return AccessDenied(f"Resend refuses us: {words}", do="check `api_key` and the domain of `from`")
        if answer.status == 429:
            return TryLater(f"Resend puts us off ({name or 429}): {words}", after=wait(answer), wide=True)
        return self.fault(answer, words)


def _body(message: Message) -> dict[str, Any]:
    made = content(message)
    body: dict[str, Any] = {
        "from": str(made.sender),
        "to": [str(made.recipient)],
        "subject": made.subject,
        "text": made.text,
        "headers": {**made.headers, "X-Entity-Ref-ID": message.message_id},
    }
    if made.html:
        body["html"] = made.html
    if made.reply_to:
        body["reply_to"] = [str(made.reply_to)]
    if made.attachments:
        body["attachments"] = [
            {"filename": file.name, "content": file.data, "content_type": file.kind} for file in made.attachments
        ]
    return body


PROVIDER = Resend
