"""Mailjet, by POST /v3.1/send: at most 50 messages, each with its own outcome, also inside a 400.

Read on 2026-11-29: https://dev.mailjet.com/email/guides/send-api-v31/ (50 messages; the good ones of a call go out
whatever the others are; `Globals` hold for all of them), https://dev.mailjet.com/template-language/reference/ (with
TemplateLanguage `{{var:NAME}}` becomes the value in a message's Variables; {% and [[ are its own too) and
https://documentation.mailjet.com/hc/en-us/articles/360042756034 (with DeduplicateCampaign nobody gets a second message
of the same campaign). An edition is a campaign, so that a message that may have arrived is sent again without harm.
An edition's text goes once a call; whether values are escaped in it is written nowhere, so whoever has some that would
be changed by that gets a finished message.
Mailjet sets Date, Message-ID and List-Id itself; ours goes out as CustomID.
"""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Response
from publisher.model import Blank, Filling, MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import Mailbox, content
from publisher.providers.email._hosted.merging import LEAVE, EditionMerger, Merging
from publisher.providers.email._hosted.service import Call, Outcomes, json_bytes, record, rows

_THEIRS = ("List-Id", "Feedback-ID")
_UNTRACKED = {"TrackOpens": "disabled", "TrackClicks": "disabled"}


class Mailjet(Merging):
    """Mailjet: the two halves of an API key."""

    kind: ClassVar[str] = "mailjet"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:spf.mailjet.com", selectors=("mailjet",))
    batch: ClassVar[int] = 50
    idempotent: ClassVar[bool] = True
    called: ClassVar[str] = "Mailjet"

    api_key: SecretStr = Field(description='The API key: "${MAILJET_API_KEY}" or api_key_file.')
    secret_key: SecretStr = Field(description='Its secret: "${MAILJET_SECRET_KEY}" or secret_key_file.')
    api: WebUrl = Field(default="https://api.mailjet.com", description="The address of its API.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The batch."""
        return self.posted({"Messages": [_body(message) for message in messages]})

    def posted(self, body: dict[str, Any]) -> Call:
        """The call with this body."""
        auth = (self.api_key.get_secret_value(), self.secret_key.get_secret_value())
        return Call(path="/v3.1/send", body=json_bytes(body), auth=auth)

    def edition(self, blank: Blank) -> EditionMerger:
        """The edition in the template language."""
        return _CampaignGlobals(self, blank)

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """An outcome each, in order."""
        return self.outcomes(answer)

    def outcomes(self, answer: Response) -> Outcomes | SendError:
        """An outcome for each message of a call, in order, or one for all."""
        body = record(answer)
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


class _CampaignGlobals(EditionMerger):
    """What `Globals` say for all, and a message with its variables for each reader."""

    batch = 50
    own = re.compile(r"\{[{%#]|\[\[|[{\\]\0|\0\}")
    foreign = re.compile(r"[{}]|\[\[")
    neutral = True

    def __init__(self, provider: Mailjet, blank: Blank) -> None:
        super().__init__(provider, blank)
        self._mailjet = provider
        self._common = {name: value for name, value in self.headers.items() if name not in _THEIRS}

    def mark(self, name: str) -> str:
        """A variable of the template language."""
        return f"{{{{var:{name}}}}}"

    def call(self, fillings: Sequence[Filling], /) -> Call:
        """One call for all of them."""
        body = _parts(self.sender, self.reply_to, self.text, self.html) | {"TemplateLanguage": True}
        if self.subject is not None:
            body["Subject"] = self.subject
        return self._mailjet.posted({"Globals": body, "Messages": [self._person(filling) for filling in fillings]})

    def _person(self, filling: Filling) -> dict[str, Any]:
        found: dict[str, Any] = {
            "To": [Mailbox(name=filling.name, address=filling.recipient).named("Email", "Name")],
            "Headers": self._common | ({LEAVE: filling.leave} if self.leaves else {}),
            "Variables": self.values(filling),
            **_known(filling.delivery_id, filling.key, filling.message_id),
        }
        return found | ({"Subject": filling.subject} if self.subject is None else {})

    def read(self, answer: Response, fillings: Sequence[Filling], /, *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """An outcome each, in order."""
        return self._mailjet.outcomes(answer)


def _parts(sender: Mailbox, reply_to: Mailbox | None, text: str, html: str) -> dict[str, Any]:
    body: dict[str, Any] = {"From": sender.named("Email", "Name"), "TextPart": text, **_UNTRACKED}
    if html:
        body["HTMLPart"] = html
    if reply_to:
        body["ReplyTo"] = reply_to.named("Email", "Name")
    return body


def _known(delivery_id: int, key: str, message_id: str) -> dict[str, Any]:
    """What tells a message from others; a test or a notice, which has no delivery, may come twice."""
    found: dict[str, Any] = {"CustomID": f"{key} {message_id}"}
    return found | ({"CustomCampaign": _campaign(key), "DeduplicateCampaign": True} if delivery_id else {})


def _body(message: Message) -> dict[str, Any]:
    made = content(message)
    body = _parts(made.sender, made.reply_to, made.text, made.html) | {
        "To": [made.recipient.named("Email", "Name")],
        "Subject": made.subject,
        "Headers": made.without(*_THEIRS),
        **_known(message.delivery_id, message.key, message.message_id),
    }
    if made.attachments:
        body["Attachments"] = [
            {"Filename": file.name, "Base64Content": file.data, "ContentType": file.kind} for file in made.attachments
        ]
    return body


def _campaign(key: str) -> str:
    """The edition of a message's key in the letters that a campaign may have."""
    return re.sub(r"[^A-Za-z0-9 _-]", "-", key.rpartition("/")[0])[-255:]


PROVIDER = Mailjet
