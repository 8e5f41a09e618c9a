"""Amazon SES, by SendEmail of its API v2 with raw content: our own bytes, one message a call.

Read on 2026-11-22: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html,
https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html (what is over the rate is dropped, and may
be sent again within ten minutes) and https://docs.aws.amazon.com/ses/latest/dg/header-fields.html (SES sets Date and
Message-ID itself; List-Unsubscribe stays ours). SendBulkEmail takes templates only, no finished message. No idempotency
key; our delivery's key goes along as a tag of the message.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater
from publisher.http import Response
from publisher.model import Message, Receipt
from publisher.providers.email._hosted import Call, Hosted, Outcomes, json_bytes, wait
from publisher.providers.email._sigv4 import Keys, signed

_PATH = "/v2/email/outbound-emails"
_OURS = ("AccountSuspended", "SendingPaused", "MailFromDomainNotVerified", "NotFound", "Signature", "Token", "Denied")
_LATER = ("TooManyRequests", "Throttl", "LimitExceeded", "InternalServiceError", "ServiceUnavailable")


class Ses(Hosted):
    """Amazon SES: an access key with the right `ses:SendRawEmail`, and a region with a verified sender."""

    kind: ClassVar[str] = "ses"
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
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
            "EmailTags": [{"Name": "key", "Value": re.sub(r"[^A-Za-z0-9_-]", "-", message.key)[-256:]}],
        }
        if self.configuration_set:
            body["ConfigurationSetName"] = self.configuration_set
        packed = json_bytes(body)
        headers = {"content-type": "application/json"}
        if self.session_token.get_secret_value():
            headers["x-amz-security-token"] = self.session_token.get_secret_value()
        keys = Keys(
            access_key=self.access_key,
            secret_key=self.secret_key.get_secret_value(),
            region=self.region,
            service="ses",
        )
        url = self.address.rstrip("/") + _PATH
        made = signed("POST", url, headers=headers, body=packed, keys=keys, now=datetime.now(UTC))
        return Call(path=_PATH, headers=made, body=packed)

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """An id, or the name of an exception in a header."""
        body = answer.json()
        body = body if isinstance(body, dict) else {}
        if answer.status == 200 and body.get("MessageId"):
            return [Receipt(provider_id=str(body["MessageId"]))]
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


PROVIDER = Ses
