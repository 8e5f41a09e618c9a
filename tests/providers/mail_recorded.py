"""What the mail services answer, as their pages show it: who a call was to, and each answer that the contract needs.

An answer may echo the recipient and the key, as services do; neither may come out again in an error or a log.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from tests import planted
from tests.loopback import Asked, Page

from publisher.providers.email._hosted.service import Hosted
from publisher.providers.email.brevo import Brevo
from publisher.providers.email.mailgun import Mailgun
from publisher.providers.email.mailjet import Mailjet
from publisher.providers.email.postmark import Postmark
from publisher.providers.email.resend import Resend
from publisher.providers.email.sendgrid import SendGrid
from publisher.providers.email.ses import Ses

SECRET = f"{planted.MARK}-swordfish-77"
ANN = "ann@example.net"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One service; nothing in it has a default that a new kind could forget.

    `taken` answers a call to these recipients, of whom those in the second argument are refused (None: the service
    refuses the whole call because of them). `key_of` gives a call's idempotency key, and `known` the answer to a key
    that is known, the first answer at hand.
    """

    provider: Callable[[str], Hosted]
    path: str
    recipients: Callable[[Asked], Sequence[str]]
    taken: Callable[[Sequence[str], Sequence[str]], Page | None]
    refused: Page
    content_refused: Page
    throttled: Page
    wrong_key: Page
    sender_refused: Page
    key_of: Callable[[Asked], str] | None
    known: Callable[[Page], Page] | None


def page(value: Any, status: int = 200, **headers: str) -> Page:
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    return Page(body=json.dumps(value).encode(), status=status, headers=named)


def body_of(asked: Asked) -> Any:
    return json.loads(asked.body)


def form_field(asked: Asked, name: str) -> bytes:
    """A field of a multipart form."""
    return asked.body.partition(f'name="{name}"'.encode())[2].partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]


def postmark_items(to: Sequence[str], refused: Sequence[str]) -> Page:
    good = {"SubmittedAt": "2026-11-20T09:00:00Z", "ErrorCode": 0, "Message": "OK"}
    bad = {"ErrorCode": 406, "Message": f"You tried to send to a recipient that is inactive. Found: {ANN}."}
    return page([bad if one in refused else {"To": one, "MessageID": f"id-{one}", **good} for one in to])


def resend_items(to: Sequence[str], refused: Sequence[str]) -> Page:
    errors = [{"index": at, "message": f"Invalid `to` field: {one}"} for at, one in enumerate(to) if one in refused]
    answer = {"data": [{"id": f"id-{one}"} for one in to if one not in refused]}
    return page(answer | ({"errors": errors} if errors else {}))


def resend_error(status: int, name: str, message: str, **headers: str) -> Page:
    return page({"statusCode": status, "name": name, "message": message}, status, **headers)


def mailjet_items(to: Sequence[str], refused: Sequence[str]) -> Page:
    items = [mailjet_error(400, "mj-0013", f'"{one}" is an invalid email address.', "To[0].Email") for one in refused]
    errors = iter(items)
    messages = [
        next(errors) if one in refused else {"Status": "success", "To": [{"Email": one, "MessageID": f"id-{one}"}]}
        for one in to
    ]
    return page({"Messages": messages}, 400 if refused else 200)


def mailjet_error(status: int, code: str, message: str, about: str) -> dict[str, Any]:
    error = {"ErrorIdentifier": "f987008f", "ErrorCode": code, "StatusCode": status, "ErrorMessage": message}
    return {"Status": "error", "Errors": [error | {"ErrorRelatedTo": [about]}]}


def brevo_ids(to: Sequence[str], refused: Sequence[str]) -> Page | None:
    return None if refused else page({"messageIds": [f"<id-{one}>" for one in to]}, 201)


def brevo_error(status: int, code: str, message: str, **headers: str) -> Page:
    return page({"code": code, "message": message}, status, **headers)


def sendgrid_error(status: int, message: str, about: str | None = None, **headers: str) -> Page:
    return page({"errors": [{"message": message, "field": about, "help": None}]}, status, **headers)


def ses_error(status: int, name: str, message: str, **headers: str) -> Page:
    return page({"message": message}, status, x_amzn_errortype=f"{name}:http://internal.example/doc/", **headers)


def key() -> SecretStr:
    return SecretStr(SECRET)


def one_of(good: Page) -> Callable[[Sequence[str], Sequence[str]], Page | None]:
    return lambda to, refused: None if refused else good


SOON = {"Retry_After": "7"}
RECORDED: dict[str, Recorded] = {
    "resend": Recorded(
        provider=lambda url: Resend(api_key=key(), api=url),
        path="/emails/batch",
        recipients=lambda asked: [one["to"][0].partition("<")[2].rstrip(">") or one["to"][0] for one in body_of(asked)],
        taken=resend_items,
        refused=resend_items([ANN], [ANN]),
        content_refused=resend_error(422, "validation_error", f"The html for {ANN} is too strange"),
        throttled=resend_error(429, "rate_limit_exceeded", f"Too many requests with {SECRET}", **SOON),
        wrong_key=resend_error(403, "invalid_api_key", f"API key {SECRET} is invalid"),
        sender_refused=resend_error(403, "validation_error", "The example.com domain is not verified."),
        key_of=lambda asked: asked.headers["idempotency-key"],
        known=lambda first: first,
    ),
    "postmark": Recorded(
        provider=lambda url: Postmark(token=key(), api=url),
        path="/email/batch",
        recipients=lambda asked: [one["To"].partition("<")[2].rstrip(">") or one["To"] for one in body_of(asked)],
        taken=postmark_items,
        refused=postmark_items([ANN], [ANN]),
        content_refused=page([{"ErrorCode": 300, "Message": f"Invalid metadata content for {ANN}."}]),
        throttled=page({"ErrorCode": 429, "Message": f"Rate limit exceeded, {SECRET}"}, 429, **SOON),
        wrong_key=page({"ErrorCode": 10, "Message": f"The Server Token {SECRET} is not valid."}, 401),
        sender_refused=page([{"ErrorCode": 400, "Message": "The 'From' address is not a Sender Signature."}]),
        key_of=None,
        known=None,
    ),
    "mailgun": Recorded(
        provider=lambda url: Mailgun(domain="mg.example.com", api_key=key(), api=url),
        path="/v3/mg.example.com/messages.mime",
        recipients=lambda asked: [form_field(asked, "to").decode()],
        taken=one_of(page({"id": "<20261120@mg.example.com>", "message": "Queued. Thank you."})),
        refused=page({"message": f"'to' parameter is not a valid address: {ANN}. please check documentation"}, 400),
        content_refused=page({"message": f"message for {ANN} is not a MIME message"}, 400),
        throttled=page({"message": f"Too many requests with {SECRET}"}, 429, **SOON),
        wrong_key=page({"message": f"Invalid private key {SECRET}"}, 401),
        sender_refused=page({"message": "Domain mg.example.com is not allowed to send: unverified"}, 400),
        key_of=None,
        known=None,
    ),
    "ses": Recorded(
        provider=lambda url: Ses(region="eu-west-1", access_key="AKIDEXAMPLE", secret_key=key(), api=url),
        path="/v2/email/outbound-emails",
        recipients=lambda asked: list(body_of(asked)["Destination"]["ToAddresses"]),
        taken=one_of(page({"MessageId": "0100-abc"})),
        refused=ses_error(400, "BadRequestException", f"Illegal address {ANN}"),
        content_refused=ses_error(400, "MessageRejected", f"Virus in the message to {ANN}"),
        throttled=ses_error(429, "TooManyRequestsException", f"Maximum sending rate exceeded, {SECRET}", **SOON),
        wrong_key=ses_error(403, "SignatureDoesNotMatch", f"The signature with {SECRET} does not match."),
        sender_refused=ses_error(400, "MessageRejected", "Email address is not verified in region EU-WEST-1"),
        key_of=None,
        known=None,
    ),
    "sendgrid": Recorded(
        provider=lambda url: SendGrid(api_key=key(), api=url),
        path="/v3/mail/send",
        recipients=lambda asked: [body_of(asked)["personalizations"][0]["to"][0]["email"]],
        taken=one_of(Page(status=202, headers={"X-Message-Id": "14c5d75ce93"})),
        refused=sendgrid_error(400, f"Does not contain a valid address: {ANN}", "personalizations.0.to.0.email"),
        content_refused=sendgrid_error(400, f"The content for {ANN} is strange", "content.0.value"),
        throttled=sendgrid_error(429, f"too many requests with {SECRET}", **SOON),
        wrong_key=sendgrid_error(401, f"The authorization grant {SECRET} is invalid, expired, or revoked"),
        sender_refused=sendgrid_error(403, "The from address does not match a verified Sender Identity", "from"),
        key_of=None,
        known=None,
    ),
    "brevo": Recorded(
        provider=lambda url: Brevo(api_key=key(), api=url),
        path="/v3/smtp/email",
        recipients=lambda asked: [one["to"][0]["email"] for one in body_of(asked)["messageVersions"]],
        taken=brevo_ids,
        refused=brevo_error(400, "invalid_parameter", f"email {ANN} is not valid in to"),
        content_refused=brevo_error(400, "invalid_parameter", f"htmlContent for {ANN} is strange"),
        throttled=brevo_error(429, "too_many_requests", f"limit of {SECRET} reached", x_sib_ratelimit_reset="7"),
        wrong_key=brevo_error(401, "unauthorized", f"Key {SECRET} not found"),
        sender_refused=brevo_error(400, "invalid_parameter", "Sender is invalid or inactive"),
        key_of=lambda asked: str(body_of(asked)["headers"]["idempotencyKey"]),
        known=lambda first: brevo_error(400, "duplicate_parameter", "idempotencyKey is in use"),
    ),
    "mailjet": Recorded(
        provider=lambda url: Mailjet(api_key=SecretStr("public"), secret_key=key(), api=url),
        path="/v3.1/send",
        recipients=lambda asked: [one["To"][0]["Email"] for one in body_of(asked)["Messages"]],
        taken=mailjet_items,
        refused=mailjet_items([ANN], [ANN]),
        content_refused=page({"Messages": [mailjet_error(400, "send-0011", f"Bad HTML for {ANN}", "HTMLPart")]}, 400),
        throttled=page({"ErrorMessage": f"Too many with {SECRET}", "StatusCode": 429}, 429, **SOON),
        wrong_key=page({"ErrorMessage": f"API key {SECRET} refused", "StatusCode": 401}, 401),
        sender_refused=page({"Messages": [mailjet_error(403, "send-0008", "not an authorized sender", "From")]}, 400),
        key_of=None,
        known=None,
    ),
}
