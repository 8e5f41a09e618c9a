"""Rules about who sends a message, when and under which number."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule, rule_in_context

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
FREE_MAIL = (
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "ymail.com",
    "hotmail.com",
    "live.com",
    "outlook.com",
    "aol.com",
    "icloud.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.ru",
    "proton.me",
    "protonmail.com",
)
SLACK = timedelta(minutes=5)
LONGEST_WORD = 75
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+")
_WORD = re.compile(r"=\?[^\s?]*\?[^\s?]*\?[^?]*\?=")
_WHOLE_WORD = re.compile(r"=\?([\w-]+)(?:\*[\w-]+)?\?([bqBQ])\?([!->@-~]*)\?=")
_NO_REPLY = re.compile(r"(?i)^(?:do[._-]?not|no|nie|ne)[._-]?(?:reply|respond|antworten|answer|responder)")


@rule("headers-once", number=1, level="error", source="RFC 5322 3.6; Google 81126")
def once(letter: Letter) -> Iterator[Spot]:
    """From, To, Subject, Date, Message-ID and MIME-Version stand exactly once, and none is empty."""
    for name in ONCE:
        values = letter.raw_header(name)
        if len(values) != 1:
            yield name, "it is missing" if not values else f"it stands {len(values)} times"
        elif not values[0]:
            yield name, "it is empty"


@rule("header-addresses", number=1, level="error", source="RFC 5322 3.4, 3.6.2")
def addresses(letter: Letter) -> Iterator[Spot]:
    """From is one mailbox, and each address of From, To and Reply-To can be one."""
    for name in ("From", "To", "Reply-To"):
        boxes = letter.mailboxes(name)
        if letter.raw_header(name) and not boxes:
            yield name, "it holds no address"
        for _, address in boxes[:20]:
            if not _ADDRESS.fullmatch(address):
                yield name, f"{address[:60]!r} is not a mail address"
    if len(letter.mailboxes("From")) > 1:
        yield "From", "it names more than one sender"


@rule_in_context("header-date", number=2, level="error", source="RFC 5322 3.3; SpamAssassin MISSING_DATE, DATE_IN_PAST")
def date(letter: Letter, context: Context) -> Iterator[Spot]:
    """Date has a numeric zone and is within five minutes of sending."""
    for value in letter.raw_header("Date"):
        try:
            moment = parsedate_to_datetime(value[:200])
        except (ValueError, TypeError, IndexError, OverflowError):
            yield "Date", f"{value[:60]!r} is not a date"
            continue
        if moment.tzinfo is None or not re.search(r"[+-]\d{4}\b", value):
            yield "Date", "it has no numeric zone"
        elif context.now is not None and abs(context.now - moment) > SLACK:
            yield "Date", "it is more than five minutes from now"


@rule("header-message-id", number=3, level="error", source="RFC 5322 3.6.4; SpamAssassin INVALID_MSGID")
def message_id(letter: Letter) -> Iterator[Spot]:
    """Message-ID is `<unique@domain>`."""
    for value in letter.raw_header("Message-ID"):
        found = re.fullmatch(r"<([^<>@\s]+)@([^<>@\s]+)>", value)
        if not found:
            yield "Message-ID", f"{value[:60]!r} is not <unique@domain>"
        elif len(found[1]) < 8:
            yield "Message-ID", f"{found[1]!r} is too short to be unique"


@rule("header-message-domain", number=3, level="warning", source="rspamd MID_RHS_MATCH_FROM")
def message_domain(letter: Letter) -> Iterator[Spot]:
    """Message-ID ends in the sender's domain."""
    for value in letter.raw_header("Message-ID"):
        found = value.strip("<>").rpartition("@")[2].lower()
        if found and letter.domain and found != letter.domain:
            yield "Message-ID", f"its domain is {found[:60]}, the sender's is {letter.domain[:60]}"


@rule("header-from", number=4, level="warning", source="Google, Email sender guidelines")
def sender(letter: Letter) -> Iterator[Spot]:
    """From has a name and an address on a domain of one's own."""
    for name, address in letter.mailboxes("From")[:1]:
        if not name.strip():
            yield "From", "it has an address but no name"
        elif "@" in name and name.strip().lower() != address.lower():
            yield "From", "its name is another address, as in a forgery"
        if address.rpartition("@")[2].lower() in FREE_MAIL:
            yield "From", "a free mail address cannot pass DMARC when it is sent from elsewhere"


@rule("header-words", number=7, level="error", source="RFC 2047 2, 5, 6.2; cpython#144156: Yahoo answers 554")
def words(letter: Letter) -> Iterator[Spot]:
    """Encoded words have at most 75 characters, stand apart, and each can be read by itself."""
    for name, value in letter.headers[:200]:
        for found in _WORD.finditer(value[:20_000]):
            if len(found[0]) > LONGEST_WORD:
                yield name, f"an encoded word has {len(found[0])} characters; 75 are allowed"
            elif not _readable(found[0]):
                yield name, f"the encoded word {found[0][:40]} cannot be read"
            elif value[found.end() : found.end() + 1] not in ("", " ", "\t", ")", ",") or (
                found.start() and value[found.start() - 1] not in " \t("
            ):
                yield name, "an encoded word is glued to what stands beside it"


@rule("header-plain", number=7, level="error", source="RFC 5322 2.2, RFC 6532")
def plain(letter: Letter) -> Iterator[Spot]:
    """Headers are ASCII: what is not is written as encoded words."""
    for name, value in letter.headers[:200]:
        if not value.isascii():
            yield name[:40], "it holds characters that are not ASCII and not encoded"
        elif any(ord(character) < 32 and character != "\t" for character in value):
            yield name[:40], "it holds a control character"


@rule("header-reply-to", number=14, level="warning", source="RFC 5322 3.6.2; Google, Email sender guidelines")
def reply_to(letter: Letter) -> Iterator[Spot]:
    """Answers go to an address that somebody reads."""
    name = "Reply-To" if letter.raw_header("Reply-To") else "From"
    for _, address in letter.mailboxes(name)[:5]:
        if _NO_REPLY.match(address):
            yield name, f"nobody reads {address[:60]}, and filters know it"


def _readable(word: str) -> bool:
    found = _WHOLE_WORD.fullmatch(word)
    if not found:
        return False
    from email.base64mime import decode as from_base64
    from email.quoprimime import header_decode

    try:
        raw = from_base64(found[3]) if found[2] in "bB" else header_decode(found[3]).encode("latin-1")
        raw.decode(found[1])
    except (ValueError, LookupError):
        return False
    return True
