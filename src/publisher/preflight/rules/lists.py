"""Rules about the headers of a list: leaving, naming, answering machines, and what receivers signed and checked."""

import re
from collections.abc import Iterator

from publisher.preflight import addresses
from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule, rule_in_context

LITERAL = (
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
    "List-Help",
    "List-Archive",
    "Message-ID",
    "Feedback-ID",
)
ONE_CLICK = "list-unsubscribe=one-click"
SIGNED = ("from", "list-unsubscribe", "list-unsubscribe-post")
_TAGS = re.compile(r"([a-z]+)\s*=\s*([^;]*)")


@rule("header-literal", number=8, level="error", source="RFC 2369, RFC 2047 5; cpython#85725, odoo#289182")
def literal(letter: Letter) -> Iterator[Spot]:
    """List headers, Message-ID and Feedback-ID are never encoded words."""
    for name in LITERAL:
        for value in letter.raw_header(name):
            # RFC 2919 lets the phrase before the identifier be encoded, but not the identifier itself.
            checked = value[value.rfind("<") :] if name == "List-Id" else value
            if "=?" in checked and "?=" in checked:
                yield name, "it is written as an encoded word, and no client reads that"


@rule_in_context("header-unsubscribe", number=9, level="error", source="RFC 8058 3.1, RFC 2369; Google 81126")
def unsubscribe(letter: Letter, context: Context) -> Iterator[Spot]:
    """List-Unsubscribe has exactly one https address, and List-Unsubscribe-Post says One-Click."""
    values = letter.raw_header("List-Unsubscribe")
    if len(values) != 1:
        yield "List-Unsubscribe", "it is missing" if not values else "it stands more than once"
    else:
        web = re.findall(r"<\s*(https?://[^<>\s]+?)\s*>", values[0])
        secure = [url for url in web if url.startswith("https://") or addresses.host(url) in context.private_hosts]
        if len(web) != 1 or not secure:
            yield "List-Unsubscribe", f"it needs exactly one <https://…>, and has {len(secure)}"
    posts = letter.raw_header("List-Unsubscribe-Post")
    if len(posts) != 1 or posts[0].replace(" ", "").lower() != ONE_CLICK:
        yield "List-Unsubscribe-Post", "it is not exactly List-Unsubscribe=One-Click"


@rule("unsubscribe-token", number=9, level="warning", source="RFC 8058 3.1: an opaque, hard to forge component")
def token(letter: Letter) -> Iterator[Spot]:
    """The unsubscribe address tells its reader by an opaque token, not by her mail address."""
    url = letter.unsubscribe_url
    if not url:
        return
    parts = addresses.split(url)
    lower = url.lower().replace("%40", "@")
    if any(address and address.lower() in lower for _, address in letter.mailboxes("To")):
        yield "List-Unsubscribe", "it holds the reader's mail address, so anybody can unsubscribe her"
    elif len(parts.path.strip("/")) + len(parts.query) < 8:
        yield "List-Unsubscribe", "it is the same for every reader, so one click cannot tell who leaves"


@rule("header-list-id", number=11, level="error", source="RFC 2919; Google 15263077")
def list_id(letter: Letter) -> Iterator[Spot]:
    """List-Id is `Name <label.domain>`, the same for the list's life, and a person can read it."""
    values = letter.raw_header("List-Id")
    found = re.search(r"(?:^|\s|\")<?([A-Za-z0-9_-][A-Za-z0-9._-]*\.[A-Za-z0-9.-]+)>$", values[0]) if values else None
    if len(values) != 1:
        yield "List-Id", "it is missing" if not values else "it stands more than once"
    elif not found or "<" not in values[0]:
        yield "List-Id", f"{values[0][:60]!r} is not Name <label.domain>"
    elif len(values[0]) > 255:
        yield "List-Id", "it is longer than 255 characters"
    elif values[0].startswith("<") and re.match(r"[0-9a-f-]{8,}\.", found[1]):
        yield "List-Id", "it is a number that nobody can read; put a name before it"


@rule("header-feedback", number=12, level="warning", source="Google 6254652")
def feedback(letter: Letter) -> Iterator[Spot]:
    """Feedback-ID is `a:b:c:sender` with a sender of 5 to 15 characters, and tells nothing about the reader."""
    values = letter.raw_header("Feedback-ID")
    if len(values) > 1:
        yield "Feedback-ID", "it stands more than once"
    for value in values[:1]:
        fields = [part.strip() for part in value.split(":")]
        if len(fields) != 4 or not 5 <= len(fields[-1]) <= 15:
            yield "Feedback-ID", "it is not a:b:c:sender with a sender of 5 to 15 characters"
        named = {address.lower() for _, address in letter.mailboxes("To")}
        if "@" in value or any(field.lower() in named for field in fields):
            yield "Feedback-ID", "it names the reader; its parts are for counting"


@rule("header-bulk", number=13, level="warning", source="RFC 2076 3.9; Exchange, MS-OXCMAIL X-Auto-Response-Suppress")
def bulk(letter: Letter) -> Iterator[Spot]:
    """Precedence: bulk and X-Auto-Response-Suppress keep holiday answers away."""
    if "bulk" not in [value.lower() for value in letter.raw_header("Precedence")]:
        yield "Precedence", "without `Precedence: bulk` every absent reader's machine answers"
    held = " ".join(letter.raw_header("X-Auto-Response-Suppress")).lower()
    if not any(word in held for word in ("oof", "all")):
        yield "X-Auto-Response-Suppress", "without `OOF, AutoReply` every absent Exchange user answers"


@rule("header-automatic", number=13, level="warning", source="RFC 3834 5")
def automatic(letter: Letter) -> Iterator[Spot]:
    """Auto-Submitted never calls a newsletter an answer."""
    for value in letter.raw_header("Auto-Submitted"):
        if value.lower().startswith("auto-replied"):
            yield "Auto-Submitted", "auto-replied is for answers, and some filters drop them"


@rule("dkim-signature", number=15, level="error", source="RFC 6376 3.5, 8.15, RFC 8058 4, RFC 8301 3.1")
def dkim(letter: Letter) -> Iterator[Spot]:
    """A DKIM signature, where there is one, is the sender's, covers the one-click headers, and is not SHA-1."""
    signatures = [dict(_TAGS.findall(value.replace("\t", " "))) for value in letter.raw_header("DKIM-Signature")[:10]]
    if not signatures:
        return
    names = [{name.strip().lower() for name in tags.get("h", "").split(":")} for tags in signatures]
    present = [name for name in SIGNED if letter.raw_header(name)]
    if not any(all(name in covered for name in present) for covered in names):
        yield "DKIM-Signature", "h= does not cover From, List-Unsubscribe and List-Unsubscribe-Post"
    owners = [tags.get("d", "").strip().lower() for tags in signatures]
    if letter.domain and not any(owner and addresses.is_related(owner, letter.domain) for owner in owners):
        yield "DKIM-Signature", f"it is signed by {owners[0][:60] or 'nobody'}, so DMARC of {letter.domain[:60]} fails"
    for tags in signatures:
        if tags.get("a", "").strip().lower() == "rsa-sha1":
            yield "DKIM-Signature", "rsa-sha1 counts as no signature"
        if "l" in tags:
            yield "DKIM-Signature", "l= leaves room to add to the message"


@rule("authentication", number=15, level="warning", source="RFC 8601; Outlook.com 550 5.7.515 since May 2025")
def authentication(letter: Letter) -> Iterator[Spot]:
    """A message that was received already passed SPF, DKIM and DMARC there."""
    for value in letter.raw_header("Authentication-Results")[:5]:
        for method, result in re.findall(r"\b(spf|dkim|dmarc)\s*=\s*(\w+)", value.lower()):
            if result in ("fail", "softfail", "permerror"):
                yield "Authentication-Results", f"{method} says {result}; `publisher check --dns` tells what to add"
