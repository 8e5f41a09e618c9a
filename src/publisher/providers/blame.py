"""Whom a mail server's refusal is about: the reader, or us who send; one table for SMTP replies and services' answers.

Codes: RFC 3463, 5248, 7505 (5.1.10), 7372. Exchange (learn.microsoft.com): 5.1.8 bad outbound
sender, 5.4.1 with "Recipient address rejected" is its word for an unknown recipient, 5.7.124, .129, .133 and
.134 are a recipient who takes mail from some senders only, 5.2.0 holds submission quotas and rights. Gmail
(support.google.com/a/answer/3726730): 5.4.5 daily limit, 5.7.25 no PTR record, 5.7.26 no SPF or DKIM, 5.2.3 too big.
Postfix (postconf(5), smtpd.c): "Sender address rejected", "Client host … blocked using", "User unknown in relay
recipient table". Exim: "relay not permitted", "Sender verify failed". OpenSMTPD: "Invalid recipient".

Words without a code never count for more than one soft bounce, and only such as can be about nobody but the reader.
"""

import re
from enum import Enum
from typing import Literal

Stage = Literal["mail", "rcpt", "dot"]


class Blame(Enum):
    """What a refusal means for the reader: nothing, refused here and now, one more soft bounce, or a dead address."""

    US = "us"
    EITHER = "either"
    HERS = "hers"
    SOFT = "soft"
    DEAD = "dead"


_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>@'\"]+@[^\s<>@'\"]+")
_HER_OWN = re.compile(r"\d.*[A-Za-z_-]|[A-Za-z_-].*\d|\d{4}|[A-Za-z]\.[A-Za-z]")
_DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_SOFT = frozenset({"5.1.4", "5.1.5", "5.2.1", "5.2.2", "5.2.4"})
_HERS = frozenset({"5.7.2", "5.7.124", "5.7.129", "5.7.133", "5.7.134"})
_UNSAID = re.compile(r"5\.0\.0|5\.1\.0|5\.2\.0|\d{1,3}|")
_OURS = re.compile(r"5\.1\.[789]|5\.2\.3|5\.[34567]\.\d+")
_SENDER = re.compile(
    r"\bsender|outbound|envelope.?from|mail.?from\b|\bfrom (?:address|header|domain)|return.?path|originator|originat",
    re.IGNORECASE,
)
_NOT_HER = re.compile(  # the sender is what is wrong, and not only spoken of: "contact the sender"
    r"(?:bad|invalid|unknown|unverified|unauthori[sz]ed|outbound|no such) sender"
    r"|\bsender(?:'s)?\b[^;.,]{0,24}(?:rejected|refused|denied|invalid|unknown|unverified|verif|not )"
    r"|\bsender(?:'s)?\b[^;.,]{0,24}(?:does ?n[o']t|fail|domain|block)"
    r"|envelope.?from|mail.?from\b|\bfrom (?:address|header|domain)|return.?path|originator",
    re.IGNORECASE,
)
_ABOUT_US = re.compile(
    _SENDER.pattern
    + r"|\byour\b|\bclient\b|\bhelo\b|\behlo\b|\bIP\b|reverse.?dns|\brdns\b|\bPTR\b|\bSPF\b|\bDKIM\b|\bDMARC\b"
    r"|blocked|black.?list|block.?list|deny.?list|\bRBL\b|dnsbl|spamhaus|reputation"
    r"|\blisted\b|spam\b|unsolicited|\bbulk\b"
    r"|relay(?:ing)? (?:access )?(?:is )?(?:denied|not|prohibited|disallowed)|(?:not|unable|cannot|n.t)\b.{0,24}\brelay"
    r"|authenti|(?:daily|hourly|sending|submission|message|rate|outgoing).{0,20}(?:limit|quota)|quota.{0,24}sen[dt]"
    r"|\bper (?:hour|day|minute)\b|SendAs"
    r"|limit exceeded|too (?:many|big|large|much|fast)|size|suspended|banned|virus|policy|pipelin",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(
    r"recipient address rejected|invalid recipient|recipient.{0,20}(?:unknown|not found)", re.IGNORECASE
)
_NOBODY = re.compile(
    r"(?:no such|unknown|does ?n[o']t exist|not found|invalid|no).{0,30}\b(?:user|mailbox|recipient|account)"
    r"|\b(?:user|mailbox|recipient|account)\b.{0,40}"
    r"(?:unknown|not found|does ?n[o']t exist|does not exist|disabled|inactive)",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"(?:mailbox|inbox|user|recipient).{0,20}(?:full|over.?quota|quota|storage)|over.?quota", re.IGNORECASE
)
_NOWHERE = re.compile(r"unrouteable address|unroutable address", re.IGNORECASE)


def blame(status: str, text: str, *, at: Stage = "rcpt") -> Blame:
    """Whom a permanent refusal is about; `status` is the enhanced code (RFC 3463), or the plain one without it."""
    said = _ADDRESS.sub("", text)
    if at == "mail":
        return Blame.US
    if status in _DEAD:
        return _dead(said, at)
    if status in _HERS or (status.startswith(("5.4.", "5.7.")) and _is_unknown(said)):
        return Blame.HERS
    if status in _SOFT:
        return Blame.US if _is_sender(said) else Blame.SOFT
    if _ABOUT_US.search(said):
        return Blame.US
    if _UNSAID.fullmatch(status):
        return _by_words(status, said, at)
    return Blame.US if _OURS.fullmatch(status) and not _RECIPIENT.search(said) else Blame.EITHER


def _dead(said: str, at: Stage) -> Blame:
    if _is_sender(said):
        return Blame.US
    return Blame.DEAD if at == "rcpt" else Blame.SOFT


def _is_sender(said: str) -> bool:
    """Whether the words under a code of the reader's address say that the sender is what is refused."""
    if _NOT_HER.search(said):
        return True
    return bool(_SENDER.search(said) and not (_NOBODY.search(said) or _FULL.search(said)))


def _is_unknown(said: str) -> bool:
    """Whether the words under a code of policy or routing are those for an unknown recipient."""
    return bool(_RECIPIENT.search(said) and (_NOBODY.search(said) or "AS(" in said) and not _SENDER.search(said))


def _by_words(status: str, said: str, at: Stage) -> Blame:
    if at == "rcpt" and _NOBODY.search(said):
        return Blame.SOFT
    if _NOWHERE.search(said) or _FULL.search(said):
        return Blame.HERS
    return Blame.US if status == "552" else Blame.EITHER


def without_address(text: str) -> str:
    """The words with what is only this reader's taken out: addresses, and marks and names of hosts."""
    bare = _ADDRESS.sub("", text)
    return " ".join(word for word in bare.split() if not _HER_OWN.search(word)).lower()
