"""The services that fill an edition in by themselves: their answers, and what their rules make of a call, per reader.

`seen` does what the pages say: each mark becomes the reader's value. They do not say whether a value is looked through
for marks again, nor in which order, so it is done in several ways, and all must come to the same.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as Fields
from email.utils import getaddresses, parseaddr
from typing import Any

from tests.loopback import Asked, Page
from tests.providers.mail_recorded import ANN, RECORDED, Recorded, page

from publisher.providers.email._content import Content, Mailbox
from publisher.providers.email._hosted import Call

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


FILLS: list[Fill] = [once, one_by_one, backwards, over_and_over]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """One service; `stray` finds what it would take for a mark where none of ours is left."""

    recorded: Recorded
    seen: Callable[[Call, Fill], list[Content]]
    stray: re.Pattern[str]


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
}
