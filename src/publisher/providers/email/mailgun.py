"""Mailgun: an edition with variables by POST /v3/DOMAIN/messages, 1,000 readers a call; else our own bytes, each alone.

Read on 2026-11-29 under https://documentation.mailgun.com/docs/mailgun/: user-manual/sending-messages/batch-sending (at
most 1,000 recipients; `recipient-variables` is an object by plain address, `%recipient.KEY%` stands for a value, and
with it nobody sees another's address), api-reference/send/mailgun/messages (`to` takes addresses by commas; `h:` and
`v:` fields; `messages.mime` takes `to` and the MIME text as a file), user-manual/sending-messages (25 MB a message) and
quickstart-guide/responses (403 is a wrong key, 429 says when to come again). No idempotency key is documented. Tracking
is off, so that our links stay ours.

From others' use: variables work in `h:` fields too (django-anymail, Ghost); a reader's hold at most 16 KB (mailgun-php
#768); they were not replaced for an address with a `+` (mailgun.js #413); JSON escapes in them were not undone
(mailgun-plsql-api #42); a name with both punctuation and letters beyond ASCII is garbled (django-anymail #270). Whoever
any of that is about gets a finished message. All messages of a call have one Message-ID of Mailgun's; ours is the
variable `message-id`.
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, CannotMerge, Rejected, SendError
from publisher.http.door import Response
from publisher.model import Blank, Filling, MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import Mailbox
from publisher.providers.email._hosted.form import multipart
from publisher.providers.email._hosted.merging import LEAVE, EditionMerger, Merging
from publisher.providers.email._hosted.service import Call, Outcomes, json_bytes, record

_TO = "to parameter"
_PLAIN = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")
_PUNCTUATION = re.compile(r"""[()<>\[\]:;@\\,."']""")
_SENDER = ("from parameter", "not allowed to send", "disabled", "sandbox")


class Mailgun(Merging):
    """Mailgun: a sending key and the domain that it sends for."""

    kind: ClassVar[str] = "mailgun"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:mailgun.org", selectors=("mx", "k1", "pic", "smtp", "mailo"))
    called: ClassVar[str] = "Mailgun"

    domain: str = Field(pattern=r"^[A-Za-z0-9.-]+$", description="The domain as it stands in Mailgun.")
    api_key: SecretStr = Field(description='The sending key: "${MAILGUN_API_KEY}" or api_key_file.')
    api: WebUrl = Field(
        default="https://api.mailgun.net", description="The address of its API; https://api.eu.mailgun.net for Europe."
    )
    connections: int = Field(default=8, ge=1, le=64, description="How many calls are under way at once.")

    def call(self, messages: Sequence[Message]) -> Call:
        """The one message, to its envelope's recipient."""
        (message,) = messages
        fields = [("to", message.recipient), ("o:tracking", "no"), ("v:key", message.key)]
        return Call(
            path=f"/v3/{self.domain}/messages.mime",
            fields=fields,
            files={"message": ("message.eml", message.data, "message/rfc822")},
            auth=("api", self.api_key.get_secret_value()),
        )

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """Queued under an id, or refused."""
        return self.outcome(answer, len(messages))

    def edition(self, blank: Blank) -> EditionMerger:
        """The edition with recipient variables."""
        return _RecipientVariables(self, blank)

    def outcome(self, answer: Response, count: int) -> Outcomes | SendError:
        """One id for all of a call, or why it was refused."""
        body = record(answer)
        if answer.status == 200 and body.get("id"):
            return [Receipt(provider_id=str(body["id"]).strip("<>"))] * count
        words = self.words(body.get("message"))
        said = words.lower().replace("'", "")
        if answer.status == 400 and any(sign in said for sign in _SENDER):
            return AccessDenied(f"Mailgun refuses us: {words}", do="check `domain` and the sender")
        if answer.status == 400 and said.startswith(_TO):
            return Rejected(f"Mailgun refuses the address: {words}", code="5.1.3")
        return self.fault(answer, words)


class _RecipientVariables(EditionMerger):
    """What a call says for all, and each reader's variables."""

    batch = 1000
    person = 16_000
    own = re.compile(r"%(?:recipient|unsubscribe|tag_unsubscribe|mailing_list)|%\0|\0%", re.IGNORECASE)
    foreign = re.compile(r'%(?![0-9A-Fa-f]{2})|["\\]')  # the last two JSON writes in another way

    def __init__(self, provider: Mailgun, blank: Blank) -> None:
        super().__init__(provider, blank)
        self._mailgun = provider
        for mailbox in (self.sender, self.reply_to):
            if mailbox is not None and _garbled(mailbox.name):
                raise CannotMerge("Mailgun garbles a sender's name with letters beyond ASCII and punctuation")

    def mark(self, name: str) -> str:
        """A recipient variable."""
        return f"%recipient.{name}%"

    def fits(self, filling: Filling) -> bool:
        """As everywhere, and that Mailgun serves readers with such an address and name well."""
        served = _PLAIN.fullmatch(filling.recipient) and not _garbled(filling.name)
        return bool(served) and super().fits(filling)

    def call(self, fillings: Sequence[Filling], /) -> Call:
        """One form for all of them."""
        variables = {filling.recipient: self._variables(filling) for filling in fillings}
        to = ", ".join(str(Mailbox(name=filling.name, address=filling.recipient)) for filling in fillings)
        fields = [("from", str(self.sender)), ("to", to)]
        fields.append(("subject", self.mark("s") if self.subject is None else self.subject))
        fields += [("text", self.text), ("html", self.html)] if self.html else [("text", self.text)]
        if self.reply_to:
            fields.append(("h:Reply-To", str(self.reply_to)))
        fields += [(f"h:{name}", value) for name, value in self.headers.items()]
        if self.leaves:
            fields.append((f"h:{LEAVE}", self.mark("l")))
        fields += [("o:tracking", "no"), ("v:key", self.mark("k")), ("v:message-id", self.mark("m"))]
        fields.append(("recipient-variables", json_bytes(variables).decode()))
        content_type, body = multipart(fields)
        return Call(
            path=f"/v3/{self._mailgun.domain}/messages",
            headers={"Content-Type": content_type},
            body=body,
            auth=("api", self._mailgun.api_key.get_secret_value()),
        )

    def _variables(self, filling: Filling) -> dict[str, str]:
        found = self.values(filling) | {"k": filling.key, "m": filling.message_id}
        if self.subject is None:
            found["s"] = filling.subject
        return found | ({"l": filling.leave} if self.leaves else {})

    def read(self, answer: Response, fillings: Sequence[Filling], /, *, again: bool) -> Outcomes | SendError:  # noqa: ARG002
        """Queued under one id, or refused as a whole."""
        return self._mailgun.outcome(answer, len(fillings))


def _garbled(name: str) -> bool:
    return name != " ".join(name.split()) or (not name.isascii() and bool(_PUNCTUATION.search(name)))


PROVIDER = Mailgun
