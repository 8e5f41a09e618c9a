"""Rules about headers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parseaddr, parsedate_to_datetime

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
FREE_MAIL = ("gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "icloud.com")
LITERAL = (
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
    "List-Help",
    "List-Archive",
    "Message-ID",
    "Feedback-ID",
)
HTTPS = re.compile(r"<(https://[^<>\s]+)>")
SLACK = timedelta(minutes=5)


@rule("headers-once", number=1, level="error", source="RFC 5322 3.6")
def once(letter: Letter, context: Context) -> Iterator[Spot]:
    """From, To, Subject, Date, Message-ID and MIME-Version stand exactly once."""
    del context
    for name in ONCE:
        count = len(letter.raw_header(name))
        if count != 1:
            yield name, "it is missing" if count == 0 else f"it stands {count} times"


@rule("header-date", number=2, level="error", source="RFC 5322 3.6.1; SpamAssassin MISSING_DATE, DATE_IN_PAST")
def date(letter: Letter, context: Context) -> Iterator[Spot]:
    """Date has a numeric zone and is within five minutes of sending."""
    for value in letter.raw_header("Date"):
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            yield "Date", f"{value!r} is not a date"
            continue
        if moment.tzinfo is None or not re.search(r"[+-]\d{4}", value):
            yield "Date", "it has no numeric zone"
        elif context.now is not None and abs(context.now - moment) > SLACK:
            yield "Date", "it is more than five minutes from now"


@rule("header-message-id", number=3, level="error", source="RFC 5322 3.6.4; rspamd MID_RHS_MATCH_FROM")
def message_id(letter: Letter, context: Context) -> Iterator[Spot]:
    """Message-ID is `<unique@our-domain>`, its right side the sender's domain."""
    del context
    domain = _domain(letter)
    for value in letter.raw_header("Message-ID"):
        found = re.fullmatch(r"<[^<>@\s]+@([^<>@\s]+)>", value)
        if not found:
            yield "Message-ID", f"{value!r} is not <unique@domain>"
        elif domain and found[1].lower() != domain:
            yield "Message-ID", f"its domain is {found[1]}, the sender's is {domain}"


@rule("header-from", number=4, level="warning", source="Google, Email sender guidelines")
def sender(letter: Letter, context: Context) -> Iterator[Spot]:
    """From has a name and an address on a domain of one's own."""
    del context
    name, address = parseaddr(str(letter.message.get("From", "")))
    if not name.strip():
        yield "From", "it has an address but no name"
    if address.rpartition("@")[2].lower() in FREE_MAIL:
        yield "From", "a free mail address cannot pass DMARC when it is sent from elsewhere"


@rule("header-literal", number=8, level="error", source="RFC 2369, RFC 2047 5; cpython#85725")
def literal(letter: Letter, context: Context) -> Iterator[Spot]:
    """List headers, Message-ID and Feedback-ID are never encoded words."""
    del context
    for name in LITERAL:
        for value in letter.raw_header(name):
            # RFC 2919 lets the phrase before the identifier be encoded, but not the identifier itself.
            checked = value[value.rfind("<") :] if name == "List-Id" else value
            if "=?" in checked and "?=" in checked:
                yield name, "it is written as an encoded word, and no client reads that"


@rule("header-unsubscribe", number=9, level="error", source="RFC 8058 3.1, RFC 2369; Google 81126")
def unsubscribe(letter: Letter, context: Context) -> Iterator[Spot]:
    """List-Unsubscribe has exactly one https address, and List-Unsubscribe-Post says One-Click."""
    values = letter.raw_header("List-Unsubscribe")
    if len(values) != 1:
        yield "List-Unsubscribe", "it is missing" if not values else "it stands more than once"
        return
    secure = HTTPS.findall(values[0])
    plain = re.findall(r"<(http://([^<>/\s:]+)[^<>\s]*)>", values[0])
    if len(secure) != 1 and not (plain and plain[0][1] in context.private_hosts):
        yield "List-Unsubscribe", f"it needs exactly one <https://…>, and has {len(secure)}"
    if letter.raw_header("List-Unsubscribe-Post") != ("List-Unsubscribe=One-Click",):
        yield "List-Unsubscribe-Post", "it is not exactly List-Unsubscribe=One-Click"


@rule("header-list-id", number=11, level="error", source="RFC 2919")
def list_id(letter: Letter, context: Context) -> Iterator[Spot]:
    """List-Id is `Name <label.domain>`, the same for the list's life."""
    del context
    values = letter.raw_header("List-Id")
    if len(values) != 1 or not re.search(r"<[A-Za-z0-9._-]+\.[A-Za-z0-9.-]+>$", values[0]):
        yield "List-Id", f"{values[0]!r} is not Name <label.domain>" if values else "it is missing"
    elif len(values[0]) > 255:
        yield "List-Id", "it is longer than 255 characters"


@rule("header-bulk", number=13, level="warning", source="RFC 2076 3.9; Exchange X-Auto-Response-Suppress")
def bulk(letter: Letter, context: Context) -> Iterator[Spot]:
    """Precedence: bulk keeps holiday answers away."""
    del context
    if "bulk" not in [value.lower() for value in letter.raw_header("Precedence")]:
        yield "Precedence", "without `Precedence: bulk` every absent reader's machine answers"


def _domain(letter: Letter) -> str:
    return parseaddr(str(letter.message.get("From", "")))[1].rpartition("@")[2].lower()
