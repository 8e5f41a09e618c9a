"""Rules about the message as bytes: parts, lines, encodings."""

import re
from collections.abc import Iterator
from email.message import Message

from publisher.preflight.letter import LONGEST, Letter
from publisher.preflight.registry import Spot, rule

LONGEST_LINE = 998
LONGEST_ENCODED = 76
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")


@rule("mime-parses", number=1, level="error", source="RFC 5322, RFC 2045")
def parses(letter: Letter) -> Iterator[Spot]:
    """The message parses without a defect and is of a size that servers take."""
    if len(letter.raw) > LONGEST:
        yield "message", f"it has {len(letter.raw):,} bytes; only the first {LONGEST:,} are read, and servers refuse it"
    for number, part in enumerate(letter.parts):
        for defect in part.defects:
            yield f"part {number}" if number else "message", f"it does not parse: {type(defect).__name__}"
    for number, text in enumerate(letter.head_bytes.splitlines(), 1):
        if not re.match(rb"[!-9;-~]+:|[ \t]+\S", text):
            yield f"line {number}", "it is not a header"


@rule("mime-alternative", number=5, level="error", source="RFC 2046 5.1.4; SpamAssassin MIME_HTML_ONLY")
def alternative(letter: Letter) -> Iterator[Spot]:
    """The body is multipart/alternative: plain text first, HTML last, both UTF-8 and neither empty."""
    kinds = [part.get_content_type() for part in letter.parts if not part.is_multipart()]
    plain = [kind for kind in kinds if kind != "text/x-amp-html"]
    if letter.message.get_content_type() != "multipart/alternative" or plain != ["text/plain", "text/html"]:
        yield "body", f"plain text and HTML are expected, in this order; found {', '.join(kinds[:6]) or 'nothing'}"
    for part in letter.parts:
        charset = part.get_content_charset()
        if not part.is_multipart() and charset not in ("utf-8", "us-ascii"):
            yield part.get_content_type(), f"its character set is {charset or 'not named'}, not UTF-8"
    for body, content in ((letter.text_part, letter.text), (letter.html_part, letter.html)):
        if body is not None and not content.strip():
            yield body.get_content_type(), "it is empty"
        elif body is not None and not _is_as_it_says(body):
            yield body.get_content_type(), "its bytes are not of the character set that it names"


def _is_as_it_says(part: Message) -> bool:
    payload = part.get_payload(decode=True)
    try:
        return isinstance(payload, bytes) and bool(payload.decode(part.get_content_charset() or "utf-8"))
    except (LookupError, ValueError):
        return False


@rule("mime-lines", number=6, level="error", source="RFC 5322 2.1.1, RFC 5321 4.5.3.1.6, RFC 2045 6.7")
def lines(letter: Letter) -> Iterator[Spot]:
    """Lines end in CRLF and none is over 998 bytes (76 in quoted-printable); nothing is unencoded 8-bit."""
    raw = letter.raw[:LONGEST]
    if _BARE.search(raw):
        yield "message", "a line ends in a bare CR or LF"
    number = next((n for n, line in enumerate(raw.split(b"\n"), 1) if len(line.rstrip(b"\r")) > LONGEST_LINE), None)
    if number:
        yield f"line {number}", "it has more than the 998 bytes that are allowed"
    if _EIGHT_BIT.search(raw):
        yield "message", "it has bytes above 127 that are not encoded"
    for part in letter.parts:
        if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "quoted-printable":
            body = part.get_payload()
            if isinstance(body, str) and any(len(each.rstrip("\r")) > LONGEST_ENCODED for each in body.split("\n")):
                yield part.get_content_type(), "a quoted-printable line has more than 76 characters"


@rule("mime-encoding", number=6, level="warning", source="SpamAssassin MIME_BASE64_TEXT; RFC 6152")
def encoding(letter: Letter) -> Iterator[Spot]:
    """Both bodies are quoted-printable or 7bit."""
    for part in (letter.text_part, letter.html_part):
        if part is not None:
            used = str(part.get("Content-Transfer-Encoding", "7bit")).strip().lower()
            if used not in ("quoted-printable", "7bit"):
                yield part.get_content_type(), f"it is sent as {used[:20]}; filters distrust it, or servers convert it"


@rule("mime-amp", number=17, level="warning", source="Google, AMP for Gmail: senders must be registered")
def amp(letter: Letter) -> Iterator[Spot]:
    """There is no AMP part."""
    if any(part.get_content_type() == "text/x-amp-html" for part in letter.parts):
        yield "text/x-amp-html", "few clients show AMP, and only of registered senders"
    if re.match(r"<html[^>]*(?:⚡|\bamp)4?email", letter.html[:500].partition(">")[2].lstrip()):
        yield "html", "the page is an AMP page"
