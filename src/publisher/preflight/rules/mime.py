"""Rules about the message as bytes: parts, lines, encodings."""

from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageDefect
from email.policy import SMTP

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule

LONGEST_LINE = 998


@rule("mime-parses", number=1, level="error", source="RFC 5322, RFC 2045")
def parses(letter: Letter, context: Context) -> Iterator[Spot]:
    """The message parses without a defect."""
    del context
    try:
        message_from_bytes(letter.raw, policy=SMTP.clone(raise_on_defect=True))
    except MessageDefect as defect:
        yield "message", f"it does not parse: {type(defect).__name__}"


@rule("mime-alternative", number=5, level="error", source="RFC 2046 5.1.4")
def alternative(letter: Letter, context: Context) -> Iterator[Spot]:
    """The body is multipart/alternative: plain text first, HTML last, both UTF-8."""
    del context
    kinds = [part.get_content_type() for part in letter.parts if not part.is_multipart()]
    if letter.message.get_content_type() != "multipart/alternative" or kinds != ["text/plain", "text/html"]:
        yield "body", f"plain text and HTML are expected, in this order; found {', '.join(kinds) or 'nothing'}"
    for part in letter.parts:
        charset = part.get_content_charset()
        if not part.is_multipart() and charset not in ("utf-8", "us-ascii"):
            yield part.get_content_type(), f"its character set is {charset or 'not named'}, not UTF-8"


@rule("mime-lines", number=6, level="error", source="RFC 5322 2.1.1, RFC 5321 4.5.3.1.6")
def lines(letter: Letter, context: Context) -> Iterator[Spot]:
    """Lines end in CRLF and none is over 998 bytes; nothing is unencoded 8-bit."""
    del context
    if letter.raw.replace(b"\r\n", b"").count(b"\n") or letter.raw.replace(b"\r\n", b"").count(b"\r"):
        yield "message", "a line ends in a bare CR or LF"
    for number, line in enumerate(letter.raw.split(b"\r\n"), 1):
        if len(line) > LONGEST_LINE:
            yield f"line {number}", f"it has {len(line):,} bytes, and 998 are allowed"
    if any(byte > 127 for byte in letter.raw):
        yield "message", "it has bytes above 127 that are not encoded"
