"""How a site words its headlines: some name nothing but the film."""

import re
from collections.abc import Iterable

from publisher.loader.film import titles

_WORDED = re.compile(
    r"\breview|[?|]|\s[-–—]\s.*\s[-–—]\s|\b(?:i|we|you|there|it|they)['’](?:ll|s|re|ve|m|d)\b"
    r"|\b(?:weekend|movies|films|part \d)\b|\b(?:is|are|was|why|how|my|best|top|on)\b",
    re.IGNORECASE,
)
_FEW = 3


def are_titles(headlines: Iterable[str]) -> bool:
    """Whether most of a site's headlines are bare titles; of fewer than three headlines nobody can tell."""
    known = [headline for headline in headlines if headline][:50]
    bare = sum(is_bare(headline) for headline in known)
    return len(known) >= _FEW and bare >= 0.6 * len(known)


def is_bare(headline: str) -> bool:
    """Whether a headline may be nothing but a title."""
    short = len(headline) <= 60 and len(headline.split()) <= 9
    return short and titles.looks_like_title(headline) and not _WORDED.search(headline)
