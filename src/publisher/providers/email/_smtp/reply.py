"""What an SMTP server says, and what a refusal means: for the reader, for all, or for us."""

import re
from typing import NamedTuple

from publisher.errors import AccessDenied, Rejected, SendError, TryLater

# RFC 3463: no such mailbox, no such domain, bad syntax, moved; 5.1.10 is a domain that takes no mail (RFC 7505).
DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_NOBODY = re.compile(
    r"(?:no such|unknown|does ?n[o']t exist|not found|invalid).{0,30}(?:user|mailbox|recipient|address)"
    r"|(?:user|mailbox|recipient|address).{0,30}(?:unknown|not found|does ?n[o']t exist)",
    re.IGNORECASE,
)
_RELAY = re.compile(r"relay", re.IGNORECASE)
_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>@]+@[^\s<>@]+")


class Reply(NamedTuple):
    """What the server said."""

    code: int
    raw: bytes

    @property
    def text(self) -> str:
        """Its words on one line."""
        return " ".join(self.raw.decode("ascii", "replace").split())

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 2034), else the plain one."""
        found = _ENHANCED.search(self.text[:16])
        return found.group(1) if found else str(self.code)

    @property
    def id(self) -> str:
        """What a server says of a message that it took, mostly its number in the queue."""
        text = self.text
        return (text if "@" not in text else _ADDRESS.sub("", text))[:100].strip()

    @property
    def words(self) -> str:
        """The reply for people, without any address."""
        return f"{self.code} {_ADDRESS.sub('<…>', self.text)}"[:200]


def refusal(mail: Reply, rcpt: Reply, data: Reply, *, where: str) -> SendError:
    """What it means that the replies to MAIL, RCPT and DATA are not all well; `AccessDenied` when we are to blame."""
    if mail.code // 100 != 2:
        return _of_sender(mail, where)
    if rcpt.code // 100 != 2:
        return _of_recipient(rcpt, where)
    if data.code // 100 == 5:
        return Rejected(data.words, code=data.status, where=where)
    return TryLater(data.words, wide=True, where=where)


def _of_sender(mail: Reply, where: str) -> SendError:
    if mail.code // 100 == 4:
        return TryLater(mail.words, wide=True, where=where)
    if mail.code == 552 or mail.status in {"5.3.4", "5.2.3"}:
        return Rejected(mail.words, code=mail.status, where=where)
    what = f"the server refuses the sender: {mail.words}"
    return AccessDenied(what, where=where, do="check `from`, user name and password")


def _of_recipient(rcpt: Reply, where: str) -> SendError:
    if rcpt.code // 100 == 4:
        return TryLater(rcpt.words, where=where)
    if rcpt.code == 530 or _RELAY.search(rcpt.text):
        what = f"the server does not relay for us: {rcpt.words}"
        return AccessDenied(what, where=where, do="check user name and password")
    nobody = rcpt.code in {550, 551, 553} and rcpt.status == str(rcpt.code) and _NOBODY.search(rcpt.text)
    return Rejected(rcpt.words, code=rcpt.status, bounce=rcpt.status in DEAD or bool(nobody), where=where)
