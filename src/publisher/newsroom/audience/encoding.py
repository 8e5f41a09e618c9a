"""In which encoding an old list was written: the one in which its names are words of some language.

Detectors by statistics need a page of text and fail on a few names: of 30 such lists the one tried read 15 right. Here
each word with a letter beyond ASCII must fit one alphabet: "£ukasz" and "ZoŽ" fit none, "Łukasz" fits Polish.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_LATIN = ("äöüß", "àâæçéèêëîïôùûüÿœ", "áéíóúüñ", "àèéìòù", "ãõáàâéêíóôúç", "éëïóöüèáê", "åäöé", "æøåéóòô")
_ALPHABETS = {
    "cp1252": (*_LATIN, "áðéíóúýþæö", "šžäöõü"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţéá", "čćđšž", "çë", "äöüß"),
    "cp1251": (
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    ),
    "mac_roman": _LATIN,
    "cp1254": ("çğıöşüâîû",),
    "cp1253": ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",),
}
# Any Cyrillic word is a Greek one in the other encoding; the letters that are common there tell them apart.
_COMMON = {"cp1251": frozenset("оаеинтрвл"), "cp1253": frozenset("αοιετσνςάί")}
_SETS = {name: tuple(frozenset(letters) for letters in all_) for name, all_ in _ALPHABETS.items()}
ENCODINGS = (*_ALPHABETS, "shift_jis")
_WORDS = re.compile(rb"[^\s,;|\t\"'<>()/.@-]*[\x80-\xff][^\s,;|\t\"'<>()/.@-]*")
_JAPANESE = re.compile(r"[\u3005\u3040-\u30ff\u4e00-\u9fff\uff66-\uff9f\u3000\u30fb]+")
_APOSTROPHES = "’‘´`"


@dataclass(frozen=True, slots=True)
class Guess:
    """The encoding in which most words fit, and whether so many do not that a person had better say which it is."""

    encoding: str
    doubtful: bool


def guess(lines: Iterable[bytes]) -> Guess:
    """How a list that is not UTF-8 was written, by its words; windows-1252 where several are as good."""
    words = {word for text in lines for word in _WORDS.findall(text)}
    fits = {name: sum(_fits(word, name) for word in words) for name in ENCODINGS}
    rank = {name: (fits[name], _alike(words, name), _common(words, name), -n) for n, name in enumerate(ENCODINGS)}
    best = max(ENCODINGS, key=lambda name: rank[name])
    return Guess(best, doubtful=fits[best] * 2 < len(words))


def _alike(words: Iterable[bytes], encoding: str) -> int:
    """How many words fit one and the same alphabet."""
    texts = [word.decode(encoding, "replace").lower() for word in words]
    letters = [frozenset(sign for sign in text if sign.isalpha() and not sign.isascii()) for text in texts]
    return max((sum(found <= own for found in letters) for own in _SETS.get(encoding, ())), default=0)


def _common(words: Iterable[bytes], encoding: str) -> int:
    letters = _COMMON.get(encoding, frozenset())
    return sum(sign in letters for word in words for sign in word.decode(encoding, "ignore").lower()) if letters else 0


def _fits(word: bytes, encoding: str) -> bool:
    try:
        text = word.decode(encoding)
    except UnicodeDecodeError:
        return False
    if encoding == "shift_jis":
        return bool(_JAPANESE.fullmatch(text))
    text = text.strip(f"{_APOSTROPHES}“”„«»…–—").translate(dict.fromkeys(map(ord, _APOSTROPHES)))
    if not text.isupper() and any(sign.isupper() and not sign.isascii() for sign in text[1:]):
        return False
    letters = {unicodedata.normalize("NFC", sign.lower()) for sign in text if not sign.isascii()}
    if encoding in {"cp1251", "cp1253"} and any(sign.isascii() and sign.isalpha() for sign in text):
        return False
    return all(sign.isalpha() for sign in letters) and any(letters <= alphabet for alphabet in _SETS[encoding])
