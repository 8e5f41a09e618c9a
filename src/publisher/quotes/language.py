"""The language of a review: what its source says, else what its small words say."""

import regex

from publisher.quotes.words import STOPWORDS

_WORD = regex.compile(r"\p{L}+", regex.V1)
_SAMPLE = 3000


def language_of(declared: str | None, text: str) -> str:
    """A two-letter code; "" when neither the source nor the words tell."""
    tokens = _WORD.findall(text[:_SAMPLE].casefold())
    shares = {
        code: sum(token in words for token in tokens) / len(tokens) if tokens else 0.0
        for code, words in STOPWORDS.items()
    }
    best = max(shares, key=lambda code: shares[code])
    said = (declared or "").split("-")[0].split("_")[0].casefold()
    if said and shares.get(said, 0.0) >= 0.6 * shares[best]:
        return said
    if shares[best] >= 0.15 and len(tokens) >= 5:
        return best
    if len(tokens) < 20:
        return said or ("en" if tokens and all(token.isascii() for token in tokens) else "")
    return said if said not in STOPWORDS else ""
