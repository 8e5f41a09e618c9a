"""How a site words its headlines: some name nothing but the film."""

from collections.abc import Iterable

from publisher.loader.film import lexicon, titles

_WORDED = lexicon.pattern("worded")
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
