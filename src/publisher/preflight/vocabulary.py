"""Lists of words as data."""


def listed(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of a text, apart at spaces or at the separator."""
    return frozenset(word.strip() for word in text.split(separator))
