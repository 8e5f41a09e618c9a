"""Header lines as mail readers and their servers want them: RFC 5322 fields, RFC 2047 words, nothing injected.

Every function gives whole lines with their CRLF. A value with a control character is refused, never mended.
"""

import binascii
import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from functools import lru_cache

from publisher.errors import Rejected

WIDTH = 76
WORD = 75  # RFC 2047 2: an encoded word's greatest length
HARD_LIMIT = 998

_PRINTABLE = re.compile(r"[ -~]*")
# What ends a line, turns the writing or cannot be encoded; a joiner in a Persian word or an emoji is none of it.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
# What nearly all addresses look like; the rest is looked at closely.
_USUAL = re.compile(
    r"[A-Za-z0-9_+-]{1,30}(?:\.[A-Za-z0-9_+-]{1,16}){0,2}@(?:[a-z0-9](?:-?[a-z0-9]){0,60}\.){1,3}[a-z]{2,24}"
)
_DOT_ATOM = re.compile(r"[^.]+(?:\.[^.]+)*")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_URL = re.compile(r"https?://[!-;=?-~]+")
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


def unsafe(text: str) -> bool:
    """Whether it holds what may stand in no header."""
    return not text.isprintable() and bool(_UNSAFE.search(text))


def unstructured(name: str, text: str) -> bytes:
    """A field of free text such as Subject."""
    if unsafe(text):
        raise Rejected(f"the {name} header holds a control character", code="5.6.0")
    if _PRINTABLE.fullmatch(text) and "=?" not in text and text == text.strip():
        return _folded(name, text)
    words = encoded_words(text, first=WIDTH - len(name) - 2)
    return f"{name}: ".encode() + b"\r\n ".join(words) + b"\r\n"


def mailbox(name: str, display: str, address: str) -> bytes:
    """A field that names one person: `address` must come from `address()`."""
    if not display:
        return f"{name}: {address}\r\n".encode()
    if unsafe(display):
        raise Rejected(f"the name in the {name} header holds a control character", code="5.6.0")
    if _PRINTABLE.fullmatch(display) and "=?" not in display and len(display) <= WIDTH - len(name) - 4:
        phrase = display if _ATOMS.fullmatch(display) else '"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"'
        line = f"{name}: {phrase} <{address}>"
        return (line if len(line) <= WIDTH + 2 else f"{name}: {phrase}\r\n <{address}>").encode() + b"\r\n"
    words = encoded_words(display, first=WIDTH - len(name) - 2)
    joint = b" " if len(words) == 1 and len(words[0]) + len(name) + len(address) + 5 <= WIDTH + 2 else b"\r\n "
    return f"{name}: ".encode() + b"\r\n ".join(words) + joint + f"<{address}>\r\n".encode()


def link(name: str, url: str) -> bytes:
    """A List-… field (RFC 2369): the URL in angle brackets on one line, never folded, never an encoded word."""
    if not _URL.fullmatch(url):
        raise Rejected(f"the {name} header needs a plain web address", code="5.6.0")
    line = f"{name}: <{url}>".encode()
    if len(line) > HARD_LIMIT:
        raise Rejected(f"the address in the {name} header is too long", code="5.6.0")
    return line + b"\r\n"


def token(name: str, text: str) -> bytes:
    """A field of visible ASCII on one line."""
    if not _PRINTABLE.fullmatch(text) or len(name) + len(text) + 2 > HARD_LIMIT:
        raise Rejected(f"the {name} header may hold plain ASCII only", code="5.6.0")
    return f"{name}: {text}\r\n".encode()


def list_id(label: str, phrase: str) -> bytes:
    """List-Id (RFC 2919): the phrase only where it is ASCII, because a filter matches the raw line."""
    if not _DOMAIN.fullmatch(label):
        raise Rejected("the List-Id must be a domain name such as weekly.example.com", code="5.6.0")
    if phrase and _PRINTABLE.fullmatch(phrase) and "=?" not in phrase and len(phrase) + len(label) < 240:
        quoted = phrase if _ATOMS.fullmatch(phrase) else '"' + phrase.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"List-Id: {quoted} <{label}>\r\n".encode()
    return f"List-Id: <{label}>\r\n".encode()


def date(moment: datetime) -> bytes:
    """The Date field by the clock of the moment's own zone, with its numeric offset in whole minutes (RFC 5322)."""
    offset = moment.utcoffset() or timedelta(0)
    return _date(int(moment.timestamp()), round(offset.total_seconds() / 60))


@lru_cache(maxsize=64)
def _date(second: int, minutes: int) -> bytes:
    # The same moment in two zones is one key of a cache, so the offset is a key of its own.
    moment = datetime.fromtimestamp(second, timezone(timedelta(minutes=minutes)))
    return f"Date: {format_datetime(moment)}\r\n".encode()


def address(raw: str) -> str:
    """The address as SMTP and headers take it: its domain in ASCII (IDNA 2008), an odd local part quoted.

    Raises `Rejected` (5.1.3) for what no mail server could take; its message never holds the address.
    """
    if _USUAL.fullmatch(raw):
        return raw
    local, at, domain = raw.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        raise Rejected("this is no mail address that can be sent to", code="5.1.3", bounce=False)
    if not domain.isascii():
        domain = _ascii_domain(domain)
    if not _DOMAIN.fullmatch(domain):
        raise Rejected("the domain of this mail address cannot exist", code="5.1.3", bounce=False)
    return f"{local}@{domain}" if _DOT_ATOM.fullmatch(local) else f'"{local}"@{domain}'


def _ascii_domain(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise Rejected("the domain of this mail address cannot exist", code="5.1.3") from None


def encoded_words(text: str, *, first: int = WORD) -> list[bytes]:
    """The text as RFC 2047 words of at most 75 characters, the first of at most `first`; no character is cut.

    Base64 or Q, whichever is shorter for the whole.
    """
    raw = text.encode()
    plain = sum(byte in _Q_SAFE or byte == 32 for byte in raw)
    pack = _q_word if plain + 3 * (len(raw) - plain) <= 4 * -(-len(raw) // 3) else _b_word
    words: list[bytes] = []
    start = 0
    while start < len(text):
        room = min(first if not words else WORD, WORD)
        end = _longest(text, start, room, pack is _q_word)
        words.append(pack(text[start:end].encode()))
        start = end
    return words


def _longest(text: str, start: int, room: int, quoted: bool) -> int:
    """The end of the longest stretch whose word fits; at least one character."""
    payload = room - 12  # =?utf-8?q? and ?=
    used = 0
    for end in range(start, len(text)):
        raw = text[end].encode()
        used += sum(1 if byte in _Q_SAFE or byte == 32 else 3 for byte in raw) if quoted else len(raw)
        if (used if quoted else 4 * -(-used // 3)) > payload and end > start:
            return end
    return len(text)


def _q_word(raw: bytes) -> bytes:
    body = b"".join(b"_" if byte == 32 else bytes((byte,)) if byte in _Q_SAFE else b"=%02X" % byte for byte in raw)
    return b"=?utf-8?q?" + body + b"?="


def _b_word(raw: bytes) -> bytes:
    return b"=?utf-8?b?" + binascii.b2a_base64(raw, newline=False) + b"?="


def _folded(name: str, text: str) -> bytes:
    """Folded before a blank so that lines keep within 76 characters where a blank allows it."""
    line = f"{name}:"
    out: list[str] = []
    for word in re.findall(r" *[^ ]+", f" {text}"):
        if len(line) + len(word) > WIDTH and line.strip(" ") and line != f"{name}:":
            out.append(line)
            line = word
        else:
            line += word
    out.append(line)
    if any(len(part) > HARD_LIMIT for part in out):
        raise Rejected(f"the {name} header has a word that is too long", code="5.6.0")
    return "\r\n".join(out).encode() + b"\r\n"
