"""What an SMTP server says, and what a refusal means: for the reader, for all, or for us."""

import re
from typing import NamedTuple

from publisher.errors import AccessDenied, RefusedUs, Rejected, SendError, TryLater
from publisher.providers.blame import Blame, Stage, blame

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_OUT_OF_STEP = re.compile(
    r"pipelin|synchroni[sz]|out of (?:sequence|order)|bad sequence|improper command|wait for", re.IGNORECASE
)
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
    """What it means that the replies to MAIL, RCPT and DATA are not all well; `AccessDenied` for want of a login."""
    if mail.code // 100 != 2:
        return refused(mail, "mail", where=where)
    if rcpt.code // 100 != 2:
        return refused(rcpt, "rcpt", where=where)
    return refused(data, "dot", where=where)


def refused(reply: Reply, at: Stage, *, where: str) -> SendError:
    """What a reply that is no success means: for now, for this reader, or for us."""
    if reply.code // 100 != 5:
        return TryLater(reply.words, wide=at != "rcpt", where=where)
    if reply.code == 530:
        return AccessDenied(
            f"the server wants a login: {reply.words}", where=where, do="check user name, password and `security`"
        )
    found = blame(reply.status, reply.text, at=at)
    if found in (Blame.US, Blame.EITHER):
        return RefusedUs(reply.words, sure=found is Blame.US, where=where)
    return Rejected(reply.words, code=reply.status, bounce=found is Blame.DEAD, soft=found is Blame.SOFT, where=where)


def out_of_step(mail: Reply, rcpt: Reply, data: Reply) -> bool:
    """Whether the server refused commands because they came ahead of its replies (RFC 2920 notwithstanding)."""
    first = next((reply for reply in (mail, rcpt, data) if reply.code // 100 not in (2, 3)), None)
    return first is not None and first.code // 100 != 3 and bool(_OUT_OF_STEP.search(first.text))
