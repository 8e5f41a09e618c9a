"""Amazon SES, API v2: an edition by SendBulkEmail, 50 readers a call; else our own bytes by SendEmail, each alone.

Read on 2026-11-29 under https://docs.aws.amazon.com/ses/latest/: APIReference-V2/API_SendBulkEmail.html,
API_BulkEmailEntry.html (`ReplacementHeaders` replace those of the template), API_BulkEmailEntryResult.html (a status
for each), API_Template.html (15 headers; an inline template takes simple substitutions only), API_MessageHeader.html
(ASCII, 870 characters), API_ReplacementTemplate.html (262,144 characters), dg/send-personalized-email-api.html (50
destinations, fewer where the account's rate is lower; 1 MB a call with an inline template),
dg/send-personalized-email-advanced.html (values are not escaped in HTML), APIReference-V2/API_SendEmail.html (raw
content), dg/manage-sending-quotas-errors.html (what is over the rate is dropped, and may be sent again within ten
minutes) and dg/header-fields.html (SES sets Date and Message-ID itself; List-Unsubscribe stays ours). No idempotency
key; our delivery's key goes along as a tag of the message, and our Message-ID in a merged one as X-Entity-Ref-ID.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, CannotMerge, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.message.headers import mailbox
from publisher.http.door import Response
from publisher.model import Blank, Filling, MailFacts, Message, Receipt
from publisher.providers.email._hosted.merging import LEAVE, EditionMerger, MayNotMerge, Merging
from publisher.providers.email._hosted.service import Call, Outcomes, json_bytes, record, rows, wait
from publisher.providers.email._hosted.sigv4 import AwsCredentials, signed

_PATH = "/v2/email/outbound-emails"
_BULK = "/v2/email/outbound-bulk-emails"
_ENTRIES = 50
_HEADERS = 15
_HEADER = re.compile(r"[ -~]{0,870}")
_MAILBOX = 320
_ID = "X-Entity-Ref-ID"
_BLAMED = ("NOT_VERIFIED", "CONFIGURATION_SET", "SUSPENDED", "PAUSED", "POOL_NAME")
_DELAYED = ("THROTTLED", "QUOTA", "TRANSIENT", "FAILED")
_OURS = ("AccountSuspended", "SendingPaused", "MailFromDomainNotVerified", "NotFound", "Signature", "Token", "Denied")
_LATER = ("TooManyRequests", "Throttl", "LimitExceeded", "InternalServiceError", "ServiceUnavailable")


class Ses(Merging):
    """Amazon SES: an access key with the right `ses:SendRawEmail`, and a region with a verified sender.

    With the right `ses:SendBulkEmail` too, it fills editions in by itself.
    """

    kind: ClassVar[str] = "ses"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:amazonses.com")
    called: ClassVar[str] = "SES"

    region: str = Field(pattern=r"^[a-z0-9-]+$", description="The region, such as `eu-west-1`.")
    access_key: str = Field(min_length=1, description='The access key\'s id: "${AWS_ACCESS_KEY_ID}".')
    secret_key: SecretStr = Field(description='Its secret: "${AWS_SECRET_ACCESS_KEY}" or secret_key_file.')
    session_token: SecretStr = Field(default=SecretStr(""), description="The token of temporary keys.")
    configuration_set: str = Field(default="", description="The configuration set to send under, if any.")
    api: WebUrl = Field(default="", description="The address of its API; that of the region.")
    connections: int = Field(default=8, ge=1, le=64, description="How many calls are under way at once.")

    @property
    def address(self) -> str:
        """The region's endpoint unless another is named."""
        return self.api or f"https://email.{self.region}.amazonaws.com"

    def call(self, messages: Sequence[Message]) -> Call:
        """The one message, signed now."""
        (message,) = messages
        body: dict[str, Any] = {
            "FromEmailAddress": message.sender,
            "Destination": {"ToAddresses": [message.recipient]},
            "Content": {"Raw": {"Data": b64encode(message.data).decode()}},
            "EmailTags": _tags(message.key),
        }
        if message.return_path:
            body["FeedbackForwardingEmailAddress"] = message.return_path
        return self.posted(_PATH, body)

    def posted(self, path: str, body: dict[str, Any]) -> Call:
        """The call with this body, signed now."""
        if self.configuration_set:
            body["ConfigurationSetName"] = self.configuration_set
        packed = json_bytes(body)
        headers = {"content-type": "application/json"}
        if self.session_token.get_secret_value():
            headers["x-amz-security-token"] = self.session_token.get_secret_value()
        keys = AwsCredentials(
            access_key=self.access_key,
            secret_key=self.secret_key.get_secret_value(),
            region=self.region,
            service="ses",
        )
        url = self.address.rstrip("/") + path
        made = signed("POST", url, headers=headers, body=packed, keys=keys, now=datetime.now(UTC))
        return Call(path=path, headers=made, body=packed)

    def edition(self, blank: Blank) -> EditionMerger:
        """The edition as an inline template."""
        return _InlineTemplate(self, blank)

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """An id, or the name of an exception in a header."""
        body = record(answer)
        if answer.status == 200 and body.get("MessageId"):
            return [Receipt(provider_id=str(body["MessageId"]))]
        return self.refusal(answer, body)

    def refusal(self, answer: Response, body: dict[str, Any]) -> SendError:
        """What an answer means that is no success."""
        given = answer.headers.get("x-amzn-errortype") or str(body.get("__type") or "")
        name = self.words(given.partition(":")[0].rpartition("#")[2])
        words = self.words(body.get("message") or body.get("Message"))
        if any(sign in name for sign in _LATER):
            return TryLater(f"SES puts us off ({name}): {words}", after=wait(answer), wide=True)
        if any(sign in name for sign in _OURS) or "not verified" in words:
            return AccessDenied(f"SES refuses us ({name}): {words}", do="check the keys, `region` and the sender")
        if name.startswith(("MessageRejected", "BadRequest")):
            return Rejected(f"SES refuses it ({name}): {words}", code=str(answer.status))
        return self.fault(answer, words)


class _InlineTemplate(EditionMerger):
    """An inline template, and an entry for each reader; fewer a call as long as SES takes no more at once."""

    batch = _ENTRIES
    weight = 1_000_000
    person = 200_000
    own = re.compile(r"\{\{|[{\\\\]\0|\0\}")
    foreign = re.compile(r"[{}]")

    def __init__(self, provider: Ses, blank: Blank) -> None:
        super().__init__(provider, blank)
        self._ses = provider
        if len(self.headers) > _HEADERS - 2 or not all(_HEADER.fullmatch(one) for one in self.headers.values()):
            raise CannotMerge("SES takes 15 headers of 870 ASCII characters in a template")
        self.base = len(json_bytes(self._body([])))

    def mark(self, name: str) -> str:
        """A variable of a template."""
        return f"{{{{{name}}}}}"

    def fits(self, filling: Filling) -> bool:
        """As everywhere, and that her headers are as SES takes them."""
        short = _HEADER.fullmatch(filling.leave) and len(_mailbox(filling.name, filling.recipient)) <= _MAILBOX
        return bool(short) and super().fits(filling)

    def size(self, filling: Filling) -> int:
        """How many bytes of a call are hers at most: a quotation mark becomes four in JSON within JSON."""
        return 4 * super().size(filling) + 600

    def call(self, fillings: Sequence[Filling], /) -> Call:
        """One call for all of them."""
        return self._ses.posted(_BULK, self._body(fillings))

    def _body(self, fillings: Sequence[Filling]) -> dict[str, Any]:
        template: dict[str, str] = {
            "Subject": self.mark("s") if self.subject is None else self.subject,
            "Text": self.text,
        }
        if self.html:
            template["Html"] = self.html
        headers = [{"Name": name, "Value": value} for name, value in self.headers.items()]
        body: dict[str, Any] = {
            "FromEmailAddress": _mailbox(self.sender.name, self.sender.address),
            "DefaultContent": {
                "Template": {"TemplateContent": template, "TemplateData": "{}", "Headers": headers},
            },
            "BulkEmailEntries": [self._entry(filling) for filling in fillings],
        }
        if self.reply_to:
            body["ReplyToAddresses"] = [_mailbox(self.reply_to.name, self.reply_to.address)]
        return body

    def _entry(self, filling: Filling) -> dict[str, Any]:
        values = self.values(filling) | ({"s": filling.subject} if self.subject is None else {})
        headers = {_ID: filling.message_id} | ({LEAVE: filling.leave} if self.leaves else {})
        return {
            "Destination": {"ToAddresses": [_mailbox(filling.name, filling.recipient)]},
            "ReplacementTags": _tags(filling.key),
            "ReplacementEmailContent": {
                "ReplacementTemplate": {"ReplacementTemplateData": json_bytes(values).decode()},
            },
            "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in headers.items()],
        }

    def read(self, answer: Response, fillings: Sequence[Filling], /, *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """A status for each entry, in order; or the name of an exception in a header."""
        body = record(answer)
        if answer.status == 200 and isinstance(body.get("BulkEmailEntryResults"), list):
            delayed: dict[str, TryLater] = {}
            found = [self._item(row, delayed) for row in rows(body["BulkEmailEntryResults"])]
            self._learn(len(fillings), sum(not isinstance(one, TryLater) for one in found))
            return found
        error = self._ses.refusal(answer, body)
        if isinstance(error, TryLater):
            self._learn(len(fillings), 0)
        if isinstance(error, AccessDenied) and "ses:SendBulk" in str(body.get("message") or body.get("Message")):
            return MayNotMerge("the key has no right to ses:SendBulkEmail", do="give it that right")
        return error

    def _learn(self, asked: int, taken: int) -> None:
        """Put into a call what an account of this rate has room for: a call that is above it may never be taken."""
        if taken < asked:
            self.batch = max(1, taken or asked // 2)
        elif asked >= self.batch:
            self.batch = min(_ENTRIES, self.batch + 1)

    def _item(self, row: dict[str, Any], delayed: dict[str, TryLater]) -> Receipt | SendError:
        status, words = str(row.get("Status", "")), self._ses.words(row.get("Error"))
        if status == "SUCCESS" and row.get("MessageId"):
            return Receipt(provider_id=str(row["MessageId"]))
        if status in {"", "SUCCESS"}:
            return Uncertain("SES's answer for this message cannot be read")
        said = f"({self._ses.words(status)}): {words}"
        if any(sign in status for sign in _BLAMED) or "not verified" in words:
            return AccessDenied(f"SES refuses us {said}", do="check the keys, `region` and the sender")
        if any(sign in status for sign in _DELAYED):
            return delayed.setdefault(status, TryLater(f"SES puts us off {said}", wide=True))
        return Rejected(f"SES refuses it {said}", code="400")


def _tags(key: str) -> list[dict[str, str]]:
    return [{"Name": "key", "Value": re.sub(r"[^A-Za-z0-9_-]", "-", key)[-256:]}]


def _mailbox(name: str, address: str) -> str:
    """`Name <a@b.example>` in ASCII on one line, as it stands in a finished message."""
    return mailbox("To", name, address).decode().removeprefix("To: ").replace("\r\n ", " ").rstrip()


PROVIDER = Ses
