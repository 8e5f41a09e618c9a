"""Quoted-printable (RFC 2045 6.7) whose lines never begin with a dot, so that SMTP has nothing to stuff.

Physical lines hold at most 76 characters. A UTF-8 sequence is never cut, and `From ` at a line's start is encoded,
because mailbox files break there.
"""

import re

LONGEST = 75  # and the soft break's own `=`
SOFT = b"=\r\n"
HARD = b"\r\n"

_PLAIN = re.compile(rb"[!-<>-~][ !-<>-~]*")
_WORD = re.compile(rb"[!-<>-~]+")
_CHARACTERS = re.compile(rb"[\x00-\x7f\xf8-\xff]|[\xc0-\xf7][\x80-\xbf]*|[\x80-\xbf]")
_ESCAPED = {byte: b"=%02X" % byte for byte in range(256)}
_KEPT = frozenset(range(32, 127)) - {61}


def static(text: str, *, closed: bool) -> bytes:
    r"""A fixed stretch that begins a physical line; \n ends a line of text.

    `closed` makes it end at the start of a physical line, by a soft break where it must be, so that a merge field's
    value can follow.
    """
    lines = text.encode().split(b"\n")
    out = [physical for line in lines[:-1] for physical in (_encoded(line, final=True), HARD)]
    if lines[-1]:
        out.append(_encoded(lines[-1], final=not closed))
        if closed:
            out.append(SOFT)
    return b"".join(out)


def value(text: str) -> bytes:
    """One merge field's value on physical lines of its own, ended by a soft break; nothing for an empty one."""
    raw = text.encode()
    if len(raw) <= LONGEST:
        if _PLAIN.fullmatch(raw) and not raw.startswith((b".", b"From ")):
            return raw + SOFT
        if not raw:
            return b""
    elif _WORD.fullmatch(raw):
        lines = SOFT.join([raw[at : at + LONGEST] for at in range(0, len(raw), LONGEST)])
        if b"\n." not in lines and not lines.startswith(b"."):
            return lines + SOFT
    return _encoded(raw, final=False) + SOFT


def _encoded(line: bytes, *, final: bool) -> bytes:
    """One line of text as physical lines; `final` when its end follows, before which no blank may be."""
    units = [_unit(found.group()) for found in _CHARACTERS.finditer(line)]
    if final and units and units[-1] in {b" ", b"\t"}:
        units[-1] = _ESCAPED[units[-1][0]]
    out: list[bytes] = []
    current: list[bytes] = []
    length = 0
    for at, unit in enumerate(units):
        if length + len(unit) > LONGEST:
            out.append(b"".join(current))
            current, length = [], 0
        if not current:
            unit = _at_start(unit, line, units, at)  # noqa: PLW2901
        current.append(unit)
        length += len(unit)
    out.append(b"".join(current))
    return SOFT.join(out)


def _unit(character: bytes) -> bytes:
    if len(character) == 1 and character[0] in _KEPT:
        return character
    return b"\t" if character == b"\t" else b"".join(_ESCAPED[byte] for byte in character)


def _at_start(unit: bytes, line: bytes, units: list[bytes], at: int) -> bytes:
    if unit == b"." or (unit == b"F" and b"From " in line and b"".join(units[at : at + 5]) == b"From "):
        return _ESCAPED[unit[0]]
    return unit
