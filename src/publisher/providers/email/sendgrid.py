"""SendGrid, by POST /v3/mail/send: an edition with substitutions, 1,000 readers a call; else one message a call.

Read on 2026-11-29: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (a personalization has `to`,
`subject`, `headers`, `substitutions` and `custom_args` of its own; substitutions hold for subject, text and HTML and
are at most 10,000 bytes each; its reserved headers do not hold Message-ID and the List- ones, so ours go out), /errors
(1,000 personalizations and 1,000 recipients a call, no address twice) and /limitations (30 MB; no comma or semicolon in
a name) beside it, /how-to-use-the-sendgrid-v3-api/rate-limits (X-RateLimit-Reset in epoch seconds), and
https://www.twilio.com/docs/sendgrid/for-developers/sending-email/personalizations (its headers replace those for all).
202 is accepted; what it refuses later comes as a `dropped` event only. No idempotency key. Tracking is off, so that our
links stay ours.

One user found HTML replaced and text not (sendgrid-nodejs #1361), against that page; `merge = false` is the way out.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Response
from publisher.model import Blank, Filling, MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import Mailbox, content
from publisher.providers.email._hosted.merging import LEAVE, EditionMerger, Merging
from publisher.providers.email._hosted.service import Call, KeptBack, Outcomes, json_bytes, rows, wait

_HOUR = 3600
_BLAMED = re.compile(r"\bpersonalizations\.(\d{1,4})\.to\b")
_UNTRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


class SendGrid(Merging):
    """SendGrid: an API key with the right to send mail."""

    kind: ClassVar[str] = "sendgrid"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:sendgrid.net", selectors=("s1", "s2"))
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
        body = _body(made.sender, made.reply_to, made.text, made.html)
        body |= {
            "personalizations": [{"to": [_to(made.recipient)]}],
            "subject": made.subject,
            "headers": {**made.headers, "Message-ID": message.message_id},
            "custom_args": {"key": message.key},
        }
        if made.attachments:
            body["attachments"] = [
                {"filename": file.name, "content": file.data, "type": file.kind} for file in made.attachments
            ]
        return self.posted(body)

    def posted(self, body: dict[str, Any]) -> Call:
        """The call with this body."""
        headers = {"Authorization": f"Bearer {self.api_key.get_secret_value()}"}
        return Call(path="/v3/mail/send", headers=headers, body=json_bytes(body))

    def edition(self, blank: Blank) -> EditionMerger:
        """The edition with substitutions."""
        return _Personalizations(self, blank)

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """202 without a body, or a list of errors with the field that each is about."""
        return self.outcome(answer, len(messages))

    def outcome(self, answer: Response, count: int) -> Outcomes | SendError:
        """One id for all of a call, or why it was refused."""
        if answer.status == 202:
            return [Receipt(provider_id=answer.headers.get("x-message-id", ""))] * count
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
            refused = Rejected(f"SendGrid refuses the address: {words}", code="5.1.3")
            blamed = {int(place) for place in _BLAMED.findall(fields)}.intersection(range(count))
            return [refused if at in blamed else KeptBack() for at in range(count)] if blamed else refused
        return self.fault(answer, words)


class _Personalizations(EditionMerger):
    """What a call says for all, and a personalization for each reader; no other text holds the marks."""

    batch = 1000
    person = 10_000

    def __init__(self, provider: SendGrid, blank: Blank) -> None:
        self._sendgrid = provider
        self._nonce = hashlib.sha256(blank.message.data).hexdigest()[:12]
        self.own = self.foreign = re.compile(self._nonce)
        super().__init__(provider, blank)

    def mark(self, name: str) -> str:
        """A key of our own making."""
        return f"-{self._nonce}{name}-"

    def call(self, fillings: Sequence[Filling], /) -> Call:
        """One call for all of them."""
        body = _body(self.sender, self.reply_to, self.text, self.html)
        body["personalizations"] = [self._person(filling) for filling in fillings]
        if self.subject is not None:
            body["subject"] = self.subject
        return self._sendgrid.posted(body)

    def _person(self, filling: Filling) -> dict[str, Any]:
        headers = {**self.headers, "Message-ID": filling.message_id}
        if self.leaves:
            headers[LEAVE] = filling.leave
        found: dict[str, Any] = {
            "to": [_to(Mailbox(name=filling.name, address=filling.recipient))],
            "headers": headers,
            "substitutions": {self.mark(name): value for name, value in self.values(filling).items()},
            "custom_args": {"key": filling.key},
        }
        return found | ({"subject": filling.subject} if self.subject is None else {})

    def read(self, answer: Response, fillings: Sequence[Filling], /, *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """Accepted under one id, or refused as a whole."""
        return self._sendgrid.outcome(answer, len(fillings))


def _body(sender: Mailbox, reply_to: Mailbox | None, text: str, html: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "from": sender.named(),
        "content": [{"type": "text/plain", "value": text}],
        "tracking_settings": _UNTRACKED,
    }
    if html:
        body["content"].append({"type": "text/html", "value": html})
    if reply_to:
        body["reply_to"] = reply_to.named()
    return body


def _to(mailbox: Mailbox) -> dict[str, str]:
    """The reader, without the characters that SendGrid refuses in her name."""
    return Mailbox(name=re.sub(r"\s*[,;]\s*", " ", mailbox.name), address=mailbox.address).named()


def _until_reset(answer: Response) -> timedelta | None:
    value = answer.headers.get("x-ratelimit-reset", "")
    if not (value.isascii() and value.isdigit()):
        return None
    seconds = int(value[:12]) - datetime.now(UTC).timestamp()
    return timedelta(seconds=max(0.0, min(seconds, _HOUR)))


PROVIDER = SendGrid
