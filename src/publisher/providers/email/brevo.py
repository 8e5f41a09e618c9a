"""Brevo, by POST /v3/smtp/email with `messageVersions`: at most 1000 messages, each with its own text.

Read on 2026-11-29: https://developers.brevo.com/reference/sendtransacemail (a version has `to`, `subject`, `params`,
`htmlContent`, `textContent`, `headers` and `replyTo`, what it lacks is that of the call; at most 2000 recipients),
https://developers.brevo.com/docs/batch-send-transactional-emails (1000 versions, 100 calls a minute),
https://developers.brevo.com/docs/heterogenous-versions-batch-emails (`idempotencyKey`, a UUID, is kept 30 minutes; a
second call under it is not carried out and answered with `duplicate_parameter`) and
https://developers.brevo.com/docs/limit-headers. One wrong version refuses the whole call, so that it is sent in halves.
Brevo sets Message-ID itself ("standard headers are not supported"); ours goes out in X-Mailin-custom with our key.

Its examples replace `{{params.NAME}}` in the call's own `htmlContent`, its reference says that this needs a stored
template, and django-anymail says that it does not work without one. So an edition's HTML goes once a call only with
`merge = true`; text and subject are each version's own even then. Values seem to be escaped (APIv3-ruby-library #67):
whoever has some that would be changed by that gets a finished message. What Brevo could read in a text of ours as its
own language is written so that it looks the same and is none.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field, SecretStr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, CannotMerge, SendError, Uncertain
from publisher.http.door import Response
from publisher.model import Blank, Filling, MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import Mailbox, content
from publisher.providers.email._hosted.merging import LEAVE, EditionMerger, Merging
from publisher.providers.email._hosted.service import Call, Outcomes, json_bytes, record

_TEXT_MARK = re.compile(r"\{\{params\.(t\d+)\}\}")
_LANGUAGE = re.compile(r"\{(?=[{%#])")
_STYLE = re.compile(r"(<style\b.*?</style>)", re.IGNORECASE | re.DOTALL)
_KNOWN = "duplicate_parameter"
_OURS = frozenset({"unauthorized", "permission_denied", "not_enough_credits", "account_under_validation"})


class Brevo(Merging):
    """Brevo, once Sendinblue: an API key and a verified sender."""

    kind: ClassVar[str] = "brevo"
    facts: ClassVar[MailFacts] = MailFacts(spf="include:spf.brevo.com", selectors=("brevo1", "mail"))
    batch: ClassVar[int] = 1000
    called: ClassVar[str] = "Brevo"
    keyed: ClassVar[bool] = True

    api_key: SecretStr = Field(description='The API key: "${BREVO_API_KEY}" or api_key_file.')
    api: WebUrl = Field(default="https://api.brevo.com", description="The address of its API.")
    merge: bool = Field(
        default=False,
        description="Whether the HTML of an edition goes once a call, with variables; try it on a small list first.",
    )

    def call(self, messages: Sequence[Message]) -> Call:
        """The batch under a key that is made from its messages' keys; what a version needs not say stands once."""
        contents = [content(message) for message in messages]
        first = contents[0]
        body: dict[str, Any] = {
            "sender": first.sender.named(),
            "subject": _plain(first.subject),
            "textContent": _plain(first.text),
            "headers": {"idempotencyKey": _key(message.key for message in messages)},
            "messageVersions": [],
        }
        if first.html:
            body["htmlContent"] = _html(first.html)
        if first.attachments:
            body["attachment"] = [{"name": file.name, "content": file.data} for file in first.attachments]
        for made, message in zip(contents, messages, strict=True):
            version: dict[str, Any] = {
                "to": [made.recipient.named()],
                "subject": _plain(made.subject),
                "textContent": _plain(made.text),
                "headers": {**made.headers, "X-Mailin-custom": f"{message.key} {message.message_id}"},
            }
            if made.html:
                version["htmlContent"] = _html(made.html)
            if made.reply_to:
                version["replyTo"] = made.reply_to.named()
            body["messageVersions"].append(version)
        return self.posted(body)

    def posted(self, body: dict[str, Any]) -> Call:
        """The call with this body."""
        headers = {"api-key": self.api_key.get_secret_value()}
        return Call(path="/v3/smtp/email", headers=headers, body=json_bytes(body))

    def edition(self, blank: Blank) -> EditionMerger:
        """The edition's HTML with variables."""
        return _MessageVersions(self, blank)

    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:
        """One id per version; a key that is known after a lost answer says that the lost one was a yes."""
        return self.outcome(answer, len(messages), again=again)

    def outcome(self, answer: Response, count: int, *, again: bool) -> Outcomes | SendError:
        """What an answer means for so many versions."""
        body = record(answer)
        ids = body.get("messageIds") or [body.get("messageId")]
        if answer.status in {200, 201, 202} and isinstance(ids, list) and all(ids) and len(ids) == count:
            return [Receipt(provider_id=str(one).strip("<>")) for one in ids]
        code, words = str(body.get("code", "")), self.words(body.get("message"))
        if code == _KNOWN:
            if again:
                return [Receipt()] * count
            return Uncertain("Brevo has had a batch with these messages before")
        if code in _OURS or (answer.status == 400 and "sender" in words.lower()):
            return AccessDenied(f"Brevo refuses us ({code}): {words}", do="check `api_key`, credits and the sender")
        return self.fault(answer, words)


class _MessageVersions(EditionMerger):
    """The HTML of an edition once, and a version with its own text and variables for each reader."""

    batch = 1000
    own = re.compile(r"\{[{%#]|[{\\\\]\0|\0\}")
    foreign = re.compile(r"[{}]")
    neutral = True

    def __init__(self, provider: Brevo, blank: Blank) -> None:
        super().__init__(provider, blank)
        self._brevo = provider
        if not self.html:
            raise CannotMerge("the edition has no HTML")

    def mark(self, name: str) -> str:
        """A variable of the template language."""
        return f"{{{{params.{name}}}}}"

    def size(self, filling: Filling) -> int:
        """About how many bytes of a call are hers, her text among them."""
        return super().size(filling) + len(self.text.encode()) + sum(map(len, self.headers.values())) + 400

    def call(self, fillings: Sequence[Filling], /) -> Call:
        """The batch under a key that is made from its readers' keys and is no key of finished messages."""
        versions = [self._version(filling) for filling in fillings]
        body: dict[str, Any] = {
            "sender": self.sender.named(),
            "subject": versions[0]["subject"],
            "textContent": versions[0]["textContent"],
            "htmlContent": self.html,
            "headers": {"idempotencyKey": _key(["merged", *(filling.key for filling in fillings)])},
            "messageVersions": versions,
        }
        return self._brevo.posted(body)

    def _version(self, filling: Filling) -> dict[str, Any]:
        values = self.values(filling)
        headers = self.headers | ({LEAVE: filling.leave} if self.leaves else {})
        found: dict[str, Any] = {
            "to": [Mailbox(name=filling.name, address=filling.recipient).named()],
            "subject": filling.subject if self.subject is None else self.subject,
            "textContent": _TEXT_MARK.sub(lambda mark: values[mark.group(1)], self.text),
            "params": {name: value for name, value in values.items() if name.startswith("h")},
            "headers": {**headers, "X-Mailin-custom": f"{filling.key} {filling.message_id}"},
        }
        return found | ({"replyTo": self.reply_to.named()} if self.reply_to else {})

    def read(self, answer: Response, fillings: Sequence[Filling], /, *, again: bool) -> Outcomes | SendError:
        """One id per version, as for finished messages."""
        return self._brevo.outcome(answer, len(fillings), again=again)


def _key(keys: Iterable[str]) -> str:
    return str(uuid5(NAMESPACE_URL, "\n".join(keys)))


def _plain(text: str) -> str:
    """The text with a joint of no width in what Brevo would read as its language."""
    return _LANGUAGE.sub("{\u2060", text)


def _html(html: str) -> str:
    """The HTML with an entity in what Brevo would read as its language; style sheets have no entities."""
    return "".join(part if at % 2 else _LANGUAGE.sub("&#123;", part) for at, part in enumerate(_STYLE.split(html)))


PROVIDER = Brevo
