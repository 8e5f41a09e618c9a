"""The language of a review: what its source says, else what its small words say."""

import regex

from publisher.quotes.words import STOPWORDS

_WORD = regex.compile(r"\p{L}+", regex.V1)
_SAMPLE = 3000
_SCRIPTS = {
    "ja": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "ko": regex.compile(r"\p{Hangul}"),
    "hi": regex.compile(r"\p{Devanagari}"),
}
"""Scripts that tell a language: Japanese kana, Korean letters, Devanagari (Marathi and Nepali pass as Hindi)."""
_TELLING = 0.1
"""The least share of a text that its script must have."""


def language_of(declared: str | None, text: str) -> str:
    """A two-letter code; "" when neither the source nor the words tell."""
    tokens = _WORD.findall(text[:_SAMPLE].casefold())
    shares = {
        code: sum(token in words for token in tokens) / len(tokens) if tokens else 0.0
        for code, words in STOPWORDS.items()
    }
    best = max(shares, key=lambda code: shares[code])
    said = (declared or "").split("-")[0].split("_")[0].casefold()
    for code, script in _SCRIPTS.items():
        if len(script.findall(text[:_SAMPLE])) > _TELLING * min(len(text), _SAMPLE):
            return said if said and said not in STOPWORDS else code
    if said and shares.get(said, 0.0) >= 0.6 * shares[best]:
        return said
    if shares[best] >= 0.15 and len(tokens) >= 5:
        return best
    if len(tokens) < 20:
        return said or ("en" if tokens and all(token.isascii() for token in tokens) else "")
    return said if said not in STOPWORDS else ""
