"""Bytes of a feed or page to text: byte order mark, then the server's word, then the document's, then a guess.

The server's word yields in one case: it names a one-byte charset (often a default of the whole server) and the bytes
are flawless UTF-8 with characters of several bytes, which no text in another charset is by accident.
"""

import codecs
import re

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
# What browsers read under these names (https://encoding.spec.whatwg.org/#names-and-labels).
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254"}
_ALIASES = {"x-sjis": "shift_jis", "windows-874": "cp874", "x-gbk": "gb18030", "x-mac-roman": "mac-roman"}
_TEXT_CODECS = re.compile(
    r"utf-?(?:7|8|16|32).*|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb\w+|hz|big5\w*|euc_\w+|shift_jis\w*|johab|"
    r"iso2022_\w+|tis-620|ptcp154|kz1048"
)
_LOOKED_AT = 4096


def decode(body: bytes, *, http: str | None = None, html: bool = False) -> tuple[str, str]:
    """The text of a document and the charset that it was read in; nothing is refused, at worst signs are replaced."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace"), charset
    opening = next((charset for start, charset in _OPENINGS if body.startswith(start)), None)
    if opening is not None:
        text = _decoded(body, opening)
        # EBCDIC says in its declaration which of its pages it is.
        declared = _DECLARED.match((text or "")[:_LOOKED_AT].encode("utf-8", "replace"))
        named = _codec(declared[1].decode()) if declared and opening == "cp037" else None
        text = (_decoded(body, named) if named else None) or text
        if text is not None:
            return text, named or opening
    utf8 = _decoded(body, "utf-8")
    for said in (_codec(http), _codec(_declared(body, html=html))):
        if said is not None and utf8 is not None and not _is_multibyte(said):
            break
        text = _decoded(body, said)
        if said is not None and text is not None:
            return text, said
    if utf8 is not None:
        return utf8, "utf-8"
    return _guess(body, http, html=html)


def without_declaration(text: str) -> str:
    """The XML text without its declaration, whose charset no longer holds."""
    return _DECLARATION.sub("", text, count=1)


def _declared(body: bytes, *, html: bool) -> str | None:
    found = _DECLARED.match(body[:_LOOKED_AT]) or (_META.search(body[:_LOOKED_AT]) if html else None)
    return found[1].decode("ascii") if found else None


def _codec(name: str | None) -> str | None:
    """Python's name of a text charset; None for an unknown one or for what is no charset (zlib, punycode)."""
    try:
        found = codecs.lookup(_ALIASES.get((name or "").casefold(), name or "")).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(found, found) if _TEXT_CODECS.fullmatch(found) else None


def _is_multibyte(charset: str) -> bool:
    return not charset.startswith(("cp12", "iso8859", "cp4", "cp8", "koi8", "mac", "utf-8", "tis"))


def _decoded(body: bytes, charset: str | None) -> str | None:
    try:
        return body.decode(charset or "")
    except (UnicodeError, LookupError):
        return None


def _guess(body: bytes, http: str | None, *, html: bool) -> tuple[str, str]:
    """For bytes that are in none of the charsets they are said to be in."""
    named = _codec(http) or _codec(_declared(body, html=html))
    if named == "utf-8" or named is None:
        broken = body.decode("utf-8", "replace")
        # A few broken bytes in UTF-8 are a cut or a bad copy; many mean another charset.
        if broken.count("\ufffd") * 50 < sum(byte > 127 for byte in body[:200_000]):
            return broken, "utf-8"
        return body.decode("cp1252", "replace"), "cp1252"
    return body.decode(named, "replace"), named
