"""Bytes of a feed or page to text: byte order mark, then the server's word, then the document's, then a guess.

The server's word yields in one case: it names a one-byte charset (often a default of the whole server) and the bytes
are flawless UTF-8 with characters of several bytes, which no text in another charset is by accident.
"""

import codecs
import re

import webencodings

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<?xm" without a mark (XML 1.0, appendix F).
_OPENINGS = (
    (b"<\0\0\0?\0\0\0", "utf-32-le"),
    (b"\0\0\0<\0\0\0?", "utf-32-be"),
    (b"<\0?\0x\0", "utf-16-le"),
    (b"\0<\0?\0x", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_EBCDIC = re.compile(r"(?:cp|ibm)-?\d{3,4}", re.IGNORECASE)
_UNREADABLE = frozenset({"replacement", "x-user-defined"})
"""Encodings of the standard that stand for no charset."""
_LOOKED_AT = 4096


def decode(body: bytes, *, http: str | None = None, html: bool = False) -> str:
    """The text of a document; nothing is refused, at worst signs are replaced. `http` is the server's label."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    if (opened := _opened(body)) is not None:
        return opened
    utf8 = _decoded(body, "utf-8")
    named = [said for said in (_codec(http), _codec(_declared(body, html=html))) if said]
    if b"\0" not in body[:_LOOKED_AT]:
        named = [charset for charset in named if not charset.startswith(("utf-16", "utf-32"))]
    for charset in named:
        if utf8 is not None and not _is_multibyte(charset):
            break
        if (text := _decoded(body, charset)) is not None:
            return text
    return utf8 if utf8 is not None else _guess(body, named[0] if named else "utf-8")


def without_declaration(text: str) -> str:
    """The XML text without its declaration, whose charset no longer holds."""
    return _DECLARATION.sub("", text, count=1)


def _opened(body: bytes) -> str | None:
    """The text of a document whose first bytes tell its charset; EBCDIC declares which of its pages it is."""
    opening = next((charset for start, charset in _OPENINGS if body.startswith(start)), "")
    text = _decoded(body, opening)
    declared = _DECLARED.match((text or "")[:_LOOKED_AT].encode("utf-8", "replace")) if opening == "cp037" else None
    page = declared[1].decode() if declared else ""
    return (_decoded(body, page) if _EBCDIC.fullmatch(page) else None) or text


def _declared(body: bytes, *, html: bool) -> str | None:
    found = _DECLARED.match(body[:_LOOKED_AT]) or (_META.search(body[:_LOOKED_AT]) if html else None)
    return found[1].decode("ascii") if found else None


def _codec(label: str | None) -> str | None:
    """Python's name of what browsers read under a label (https://encoding.spec.whatwg.org); None for an unknown one."""
    label = re.sub(r"^(?:x-)?(?:cp|win|windows)[-_ ]?(125\d)$", r"windows-\1", (label or "").strip().casefold())
    found = webencodings.lookup(label)
    if found is None or found.name in _UNREADABLE:
        return None
    return "gb18030" if found.name == "gbk" else str(found.codec_info.name)


def _is_multibyte(charset: str) -> bool:
    return not charset.startswith(("cp12", "iso8859", "cp4", "cp8", "koi8", "mac", "utf-8", "tis"))


def _decoded(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _guess(body: bytes, named: str) -> str:
    """For bytes that are in none of the charsets they are said to be in."""
    if named == "utf-8":
        broken = body.decode("utf-8", "replace")
        # A few broken bytes in UTF-8 are a cut or a bad copy; many mean another charset.
        if broken.count("\ufffd") * 50 < sum(byte > 127 for byte in body[:200_000]):
            return broken
        named = "cp1252"
    return body.decode(named, "replace")
