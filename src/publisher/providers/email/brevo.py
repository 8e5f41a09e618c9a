"""Brevo, by POST /v3/smtp/email with `messageVersions`: at most 1000 messages, each with its own text.

Read on 2026-11-22: https://developers.brevo.com/reference/sendtransacemail,
https://developers.brevo.com/docs/batch-send-transactional-emails (1000 versions, 100 calls a minute),
https://developers.brevo.com/docs/heterogenous-versions-batch-emails (`idempotencyKey`, a UUID, is kept 30 minutes; a
second call under it is not carried out and answered with `duplicate_parameter`) and
https://developers.brevo.com/docs/limit-headers. One wrong version refuses the whole call, so that it is sent in halves.
Brevo sets Message-ID itself ("standard headers are not supported"); ours goes out in X-Mailin-custom with our key.
"""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, SendError, Uncertain
from publisher.http import Response
from publisher.model import Message, Receipt
from publisher.providers.email._content import content
from publisher.providers.email._hosted import Call, Hosted, Outcomes, json_bytes

_KNOWN = "duplicate_parameter"
_OURS = frozenset({"unauthorized", "permission_denied", "not_enough_credits", "account_under_validation"})


class Brevo(Hosted):
    """Brevo, once Sendinblue: an API key and a verified sender."""

    kind: ClassVar[str] = "brevo"
    batch: ClassVar[int] = 1000
    idempotent: ClassVar[bool] = False
    called: ClassVar[str] = "Brevo"
    keyed: ClassVar[bool] = True

    api_key: SecretStr = Field(description='The API key: "${BREVO_API_KEY}" or api_key_file.')
    api: WebUrl = Field(default="https://api.brevo.com", description="The address of its API.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The batch under a key that is made from its messages' keys; what a version needs not say stands once."""
        contents = [content(message) for message in messages]
        first = contents[0]
        key = uuid5(NAMESPACE_URL, "\n".join(message.key for message in messages))
        body: dict[str, Any] = {
            "sender": first.sender.named(),
            "subject": first.subject,
            "textContent": first.text,
            "headers": {"idempotencyKey": str(key)},
            "messageVersions": [],
        }
        if first.html:
            body["htmlContent"] = first.html
        if first.attachments:
            body["attachment"] = [{"name": file.name, "content": file.data} for file in first.attachments]
        for made, message in zip(contents, messages, strict=True):
            version: dict[str, Any] = {
                "to": [made.recipient.named()],
                "subject": made.subject,
                "textContent": made.text,
                "headers": {**made.headers, "X-Mailin-custom": f"{message.key} {message.message_id}"},
            }
            if made.html:
                version["htmlContent"] = made.html
            if made.reply_to:
                version["replyTo"] = made.reply_to.named()
            body["messageVersions"].append(version)
        headers = {"api-key": self.api_key.get_secret_value()}
        return Call(path="/v3/smtp/email", headers=headers, body=json_bytes(body))

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:
        """One id per version; a key that is known after a lost answer says that the lost one was a yes."""
        body = answer.json()
        body = body if isinstance(body, dict) else {}
        ids = body.get("messageIds") or [body.get("messageId")]
        if answer.status in {200, 201, 202} and isinstance(ids, list) and all(ids) and len(ids) == len(messages):
            return [Receipt(provider_id=str(one).strip("<>")) for one in ids]
        code, words = str(body.get("code", "")), self.words(body.get("message"))
        if code == _KNOWN:
            if again:
                return [Receipt() for _ in messages]
            return Uncertain("Brevo has had a batch with these messages before")
        if code in _OURS or (answer.status == 400 and "sender" in words.lower()):
            return AccessDenied(f"Brevo refuses us ({code}): {words}", do="check `api_key`, credits and the sender")
        return self.fault(answer, words)


PROVIDER = Brevo
