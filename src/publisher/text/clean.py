"""Hostile text made harmless: controls out, whitespace in order; and folding for comparison."""

import re
import unicodedata

# C0 and C1 controls but for the three that are whitespace, bidi controls, invisible joints that carry no meaning,
# lone surrogates (they cannot be encoded) and noncharacters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_MANY_LINES = re.compile(r"\n{3,}")

_APOSTROPHES = re.compile("['’‘ʼ`´]")
_TYPOGRAPHY = re.compile("[“”„«»–—…•·\xa0]+")
_LETTERS = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "&": " and "}
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
# The same for plain ASCII in one step: controls and apostrophes out, letters small, punctuation to spaces.
_ASCII = {
    n: chr(n).lower() if chr(n).isalnum() else None if chr(n) in "'`" or _UNWANTED.match(chr(n)) else " "
    for n in range(128)
}
# Accents only: the vowel signs of other scripts are letters, not decoration.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_NOT_WORD = re.compile(r"[\W_]+")


def line(s: str) -> str:
    """The text on one line: NUL, control and bidi control characters gone, whitespace collapsed, ends trimmed."""
    # What `isprintable` passes holds nothing unwanted, and `split` knows the same whitespace as a pattern, only faster.
    return " ".join((s if s.isprintable() else _UNWANTED.sub("", s)).split())


def text(s: str) -> str:
    r"""The text on its lines: as `line`, but line ends stay (as \n) and at most one blank line stands between two."""
    if s.isprintable():
        return " ".join(s.split())
    s = _UNWANTED.sub("", _LINE_ENDS.sub("\n", s))
    lines = (part.strip() for part in _BLANKS.sub(" ", s).split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def fold(s: str) -> str:
    """The text for comparing: caseless, without accents and punctuation, words apart by one space; `&` reads "and".

    Letters and digits of every script stay; "Amélie’s" and "AMELIES" fold alike.
    """
    # Typographic signs are all that keeps most texts from the short way.
    s = s if s.isascii() else _TYPOGRAPHY.sub(" ", _APOSTROPHES.sub("", s))
    if s.isascii():
        return " ".join(s.replace("&", " and ").translate(_ASCII).split())
    s = unicodedata.normalize("NFKD", _UNWANTED.sub("", s)).casefold()
    s = _ACCENTS.sub("", _APOSTROPHES.sub("", unicodedata.normalize("NFKD", s)))
    s = _LETTER.sub(lambda hit: _LETTERS[hit[0]], s)
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", s)).strip()
