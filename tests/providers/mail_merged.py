"""The services that fill an edition in by themselves: their answers, and what their rules make of a call, per reader.

`seen` does what the pages say: each mark becomes the reader's value. They do not say whether a value is looked through
for marks again, nor in which order, so it is done in several ways, and all must come to the same.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message as Fields
from email.utils import getaddresses, parseaddr
from html import escape
from typing import Any

from tests.loopback import Asked, Page
from tests.providers.mail_recorded import ANN, RECORDED, Recorded, body_of, page, sendgrid_error, ses_error

from publisher.providers.email._hosted.content import Content, Mailbox
from publisher.providers.email._hosted.service import Call

Fill = Callable[[str, Mapping[str, str]], str]
"""Every mark of a text becomes its value; the keys are whole marks."""


def once(text: str, marks: Mapping[str, str]) -> str:
    if not marks:
        return text
    return re.sub("|".join(map(re.escape, sorted(marks, key=len, reverse=True))), lambda m: marks[m.group()], text)


def one_by_one(text: str, marks: Mapping[str, str]) -> str:
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def backwards(text: str, marks: Mapping[str, str]) -> str:
    return one_by_one(text, dict(reversed([*marks.items()])))


def over_and_over(text: str, marks: Mapping[str, str]) -> str:
    for _ in range(3):
        text = once(text, marks)
    return text


def escaping(text: str, marks: Mapping[str, str]) -> str:
    return once(text, {mark: escape(value) for mark, value in marks.items()})


FILLS: list[Fill] = [once, one_by_one, backwards, over_and_over]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """One service.

    `stray` finds what it would take for a mark where none of ours is left; `name` and `key` are what its rules leave of
    a reader's name and a message's key; `twice` are the troubles after which a finished message is tried;
    `neutral` says that nobody knows whether values are escaped, so that only those are given which would stay the same;
    `dropped` are headers that it sets itself, `sign` is in a call that is to be filled in
    and in no other, and `blames` is what it answers when it refuses a whole call because of some.
    """

    recorded: Recorded
    seen: Callable[[Call, Fill], list[Content]]
    stray: re.Pattern[str]
    name: Callable[[str], str] = str
    key: Callable[[str], str] = str
    twice: Sequence[str] = ("content refused",)
    fills: Sequence[Fill] = tuple(FILLS)
    neutral: bool = False
    dropped: Sequence[str] = ()
    sign: bytes = b""
    blames: Callable[[Sequence[str], Sequence[str]], Page] | None = None

    def is_one(self, asked: Asked) -> bool:
        """Whether a call is to be filled in, not a finished message."""
        return asked.path == self.recorded.path and self.sign in asked.body


def form(call: Call) -> list[tuple[str, str]]:
    head = b"Content-Type: " + call.headers["Content-Type"].encode() + b"\r\n\r\n"
    read = message_from_bytes(head + (call.body or b""), policy=policy.HTTP)
    parts = [part for part in read.walk() if not part.is_multipart()]
    return [(_name(part), _payload(part)) for part in parts]


def _name(part: Fields) -> str:
    return str(part.get_param("name", header="content-disposition"))


def _payload(part: Fields) -> str:
    found = part.get_payload(decode=True)
    assert isinstance(found, bytes)
    return found.decode()


def mailbox(text: str) -> Mailbox:
    name, address = parseaddr(text)
    return Mailbox(name=name, address=address)


def mailgun_seen(call: Call, fill: Fill) -> list[Content]:
    fields = form(call)
    one = dict(fields)
    variables = json.loads(one["recipient-variables"])
    assert "\\" not in one["recipient-variables"]
    found = []
    for name, address in getaddresses([one["to"]]):
        marks = {f"%recipient.{key}%": value for key, value in variables[address].items()}
        headers = {key[2:]: fill(value, marks) for key, value in fields if key.startswith("h:")}
        reply = headers.pop("Reply-To", "")
        headers["X-Ours"] = f"{fill(one['v:key'], marks)} {fill(one['v:message-id'], marks)}"
        found.append(
            Content(
                sender=mailbox(fill(one["from"], marks)),
                recipient=Mailbox(name=fill(name, marks), address=address),
                reply_to=mailbox(reply) if reply else None,
                subject=fill(one["subject"], marks),
                text=fill(one["text"], marks),
                html=fill(one["html"], marks),
                headers=headers,
            )
        )
    return found


def mailgun_to(asked: Asked) -> list[str]:
    call = Call(path="", headers={"Content-Type": asked.headers["content-type"]}, body=asked.body)
    return [address for _, address in getaddresses([dict(form(call))["to"]])]


def mailgun_taken(to: Sequence[str], refused: Sequence[str]) -> Page | None:
    return None if refused else page({"id": "<20261120@mg.example.com>", "message": "Queued. Thank you."})


def decoded(text: str) -> str:
    return str(make_header(decode_header(text)))


def ses_seen(call: Call, fill: Fill) -> list[Content]:
    body = json.loads(call.body or b"")
    template = body["DefaultContent"]["Template"]
    texts = template["TemplateContent"]
    for_all = {one["Name"]: one["Value"] for one in template["Headers"]}
    assert len(call.body or b"") <= 1_000_000
    found = []
    for entry in body["BulkEmailEntries"]:
        values = json.loads(entry["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"])
        marks = {f"{{{{{key}}}}}": value for key, value in values.items()}
        headers = for_all | {one["Name"]: one["Value"] for one in entry["ReplacementHeaders"]}
        assert all(value.isascii() and len(value) <= 870 for value in headers.values())
        assert len(headers) <= 15
        headers["X-Ours"] = f"{entry['ReplacementTags'][0]['Value']} {headers.pop('X-Entity-Ref-ID')}"
        (to,) = entry["Destination"]["ToAddresses"]
        assert to.isascii()
        found.append(
            Content(
                sender=ascii_mailbox(body["FromEmailAddress"]),
                recipient=ascii_mailbox(to),
                reply_to=ascii_mailbox(body["ReplyToAddresses"][0]) if "ReplyToAddresses" in body else None,
                subject=fill(texts["Subject"], marks),
                text=fill(texts["Text"], marks),
                html=fill(texts["Html"], marks),
                headers=headers,
            )
        )
    return found


def ascii_mailbox(text: str) -> Mailbox:
    """A mailbox in a header's own writing."""
    name, address = parseaddr(text)
    return Mailbox(name=decoded(name), address=address)


def ses_to(asked: Asked) -> list[str]:
    return [parseaddr(one["Destination"]["ToAddresses"][0])[1] for one in body_of(asked)["BulkEmailEntries"]]


def ses_items(to: Sequence[str], refused: Sequence[str]) -> Page:
    bad = {"Status": "INVALID_PARAMETER", "Error": f"Illegal address {ANN}"}
    good = [{"Status": "SUCCESS", "MessageId": f"id-{one}"} for one in to]
    return page({"BulkEmailEntryResults": [bad if one in refused else row for one, row in zip(to, good, strict=True)]})


def ses_status(status: str, words: str) -> Page:
    return page({"BulkEmailEntryResults": [{"Status": status, "Error": words}]})


def sendgrid_blames(to: Sequence[str], refused: Sequence[str]) -> Page:
    """The errors say whose personalization is to blame."""
    bad = [at for at, one in enumerate(to) if one in refused]
    errors = [{"message": f"Bad: {ANN}", "field": f"personalizations.{at}.to.0.email", "help": None} for at in bad]
    return page({"errors": errors}, 400)


NO_RIGHT = ses_error(403, "AccessDeniedException", "User: x is not authorized to perform: ses:SendBulkEmail on y")


def sendgrid_seen(call: Call, fill: Fill) -> list[Content]:
    body = json.loads(call.body or b"")
    texts = {one["type"]: one["value"] for one in body["content"]}
    reply = body.get("reply_to")
    found = []
    for person in body["personalizations"]:
        marks = person["substitutions"]
        assert sum(len(key.encode()) + len(value.encode()) for key, value in marks.items()) <= 10_000
        headers = dict(person["headers"])
        headers["X-Ours"] = f"{person['custom_args']['key']} {headers.pop('Message-ID')}"
        (to,) = person["to"]
        found.append(
            Content(
                sender=Mailbox(name=body["from"].get("name", ""), address=body["from"]["email"]),
                recipient=Mailbox(name=to.get("name", ""), address=to["email"]),
                reply_to=Mailbox(name=reply.get("name", ""), address=reply["email"]) if reply else None,
                subject=fill(person.get("subject", body.get("subject")), marks),
                text=fill(texts["text/plain"], marks),
                html=fill(texts["text/html"], marks),
                headers=headers,
            )
        )
    return found


def mailjet_seen(call: Call, fill: Fill) -> list[Content]:
    body = json.loads(call.body or b"")
    assert body["Globals"]["TemplateLanguage"] is True
    found = []
    for message in body["Messages"]:
        one = body["Globals"] | message
        marks = {f"{{{{var:{key}}}}}": value for key, value in one["Variables"].items()}
        (to,) = one["To"]
        reply = one.get("ReplyTo")
        found.append(
            Content(
                sender=named(one["From"]),
                recipient=named(to),
                reply_to=named(reply) if reply else None,
                subject=fill(one["Subject"], marks),
                text=fill(one["TextPart"], marks),
                html=fill(one["HTMLPart"], marks),
                headers=one["Headers"] | {"X-Ours": one["CustomID"]},
            )
        )
    return found


def named(one: Mapping[str, str]) -> Mailbox:
    lowered = {key.lower(): value for key, value in one.items()}
    return Mailbox(name=lowered.get("name", ""), address=lowered["email"])


def brevo_seen(call: Call, fill: Fill) -> list[Content]:
    body = json.loads(call.body or b"")
    found = []
    for version in body["messageVersions"]:
        one = body | version
        marks = {f"{{{{params.{key}}}}}": value for key, value in one["params"].items()}
        headers = dict(one["headers"])
        headers["X-Ours"] = headers.pop("X-Mailin-custom")
        (to,) = one["to"]
        found.append(
            Content(
                sender=named(one["sender"]),
                recipient=named(to),
                reply_to=named(one["replyTo"]) if "replyTo" in one else None,
                subject=fill(one["subject"], marks),
                text=fill(one["textContent"], marks),
                html=fill(one["htmlContent"], marks),
                headers=headers,
            )
        )
    return found


def sendgrid_to(asked: Asked) -> list[str]:
    return [one["to"][0]["email"] for one in body_of(asked)["personalizations"]]


def changed(kind: str, **changes: Any) -> Recorded:
    known = RECORDED[kind]
    return Recorded(**{name: getattr(known, name) for name in known.__dataclass_fields__} | changes)


MERGED: dict[str, Merged] = {
    "mailgun": Merged(
        recorded=changed(
            "mailgun",
            path="/v3/mg.example.com/messages",
            recipients=mailgun_to,
            taken=mailgun_taken,
            content_refused=page({"message": f"html for {ANN} is strange"}, 400),
        ),
        seen=mailgun_seen,
        stray=re.compile(r"%(?:recipient|unsubscribe|tag_unsubscribe|mailing_list)[\w.]*%"),
    ),
    "ses": Merged(
        recorded=changed(
            "ses",
            path="/v2/email/outbound-bulk-emails",
            recipients=ses_to,
            taken=ses_items,
            refused=ses_status("INVALID_PARAMETER", f"Illegal address {ANN}"),
            content_refused=ses_error(400, "BadRequestException", "Template contains unsupported operations."),
            sender_refused=ses_status("MAIL_FROM_DOMAIN_NOT_VERIFIED", "The domain is not verified."),
        ),
        seen=ses_seen,
        stray=re.compile(r"\{\{.*?\}\}"),
        key=lambda key: re.sub(r"[^\w-]", "-", key),
        twice=("refused", "content refused"),
    ),
    "sendgrid": Merged(
        recorded=changed(
            "sendgrid",
            recipients=sendgrid_to,
            taken=lambda to, refused: None if refused else RECORDED["sendgrid"].taken(to, refused),
            refused=sendgrid_error(400, f"Does not contain a valid address: {ANN}", "personalizations.0.to.0.email"),
        ),
        seen=sendgrid_seen,
        stray=re.compile(r"(?!)"),
        sign=b'"substitutions"',
        blames=sendgrid_blames,
        name=lambda name: re.sub(r"\s*[,;]\s*", " ", name),
    ),
    "mailjet": Merged(
        recorded=changed(
            "mailjet", content_refused=page({"ErrorMessage": f"Bad template for {ANN}", "StatusCode": 400}, 400)
        ),
        seen=mailjet_seen,
        stray=re.compile(r"\{\{.*?\}\}|\{%.*?%\}"),
        fills=(*FILLS, escaping),
        neutral=True,
        dropped=("List-Id", "Feedback-ID"),
        sign=b'"TemplateLanguage"',
    ),
    "brevo": Merged(
        recorded=changed("brevo"),
        seen=brevo_seen,
        stray=re.compile(r"\{\{.*?\}\}|\{%.*?%\}"),
        twice=("refused", "content refused"),
        fills=(*FILLS, escaping),
        neutral=True,
        sign=b'"params"',
    ),
}
