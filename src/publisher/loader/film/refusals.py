"""Headlines that are about no single film: television, lists, several films, news and talk."""

import re

from publisher.loader.film import lexicon
from publisher.loader.film.titles import SMALL


def _phrases(name: str) -> re.Pattern[str]:
    """One pattern for the phrases of that name, written with bars between; a space stands for any space."""
    text = lexicon.phrases(name)
    return re.compile(re.sub(r"(?<!\\) ", r"\\s+", re.sub(r"\s*\|\s*", "|", text)), re.IGNORECASE)


_NUMBERED = lexicon.pattern("numbered")
_SERIES = _phrases("series")
_A_SERIES = lexicon.pattern("a_series")
_LIST = _phrases("list")
_NEWS = _phrases("news")
_RUBRIC = _phrases("rubric")
_INSTALMENT = lexicon.pattern("instalment")
"""What numbers, dates or places one instalment of a column."""
_ON_A_SERVICE = lexicon.pattern("on_a_service")
_JOINED = re.compile(r"\s(?:and|vs\.?|versus|\+|/)\s", re.IGNORECASE)
_ONLY_ONE = SMALL | {"where", "what", "how", "his", "her", "other", "then", "now", "me"}

_NO_REVIEW = _phrases("no_review")
"""Life spans, news about others' reviews, obituaries, interviews, trilogies: whatever they name, none is reviewed."""


def is_no_review(headline: str) -> bool:
    """Whether the headline says that the post is no review of one film."""
    return bool(_NO_REVIEW.search(headline))


def series(text: str) -> bool:
    """Whether the words speak of a television series."""
    return bool(_NUMBERED.search(text) or _SERIES.search(text) or _A_SERIES.search(text))


def numbered_series(text: str) -> bool:
    """Whether the words name a season or an episode."""
    return bool(_NUMBERED.search(text))


def is_list(text: str) -> bool:
    """Whether the words announce a list or a round-up."""
    return bool(_LIST.search(text))


def news(text: str) -> bool:
    """Whether the words announce news, an interview or a question rather than a review."""
    return bool(_NEWS.search(text))


def rubric(text: str) -> bool:
    """Whether the words could be the name of a column or a festival rather than a film."""
    return bool(_RUBRIC.search(text))


def on_a_service(text: str) -> bool:
    """Whether the words say where something is shown: "X on Netflix"."""
    return bool(_ON_A_SERVICE.search(text))


def instalment(text: str) -> bool:
    """Whether the words only number, date or place an instalment of a column: "Part 2", "October 2023", "TIFF"."""
    return bool(_INSTALMENT.fullmatch(text.strip(" .:–—-")))


def may_be_two_titles(text: str) -> bool:
    """Whether "X and Y" may join two films: both sides short and capitalised, nothing that only one title has."""
    parts = _JOINED.split(text)
    if len(parts) != 2:
        return len(parts) > 2
    left, right = parts[0].split(), parts[1].split()
    if parts[0].endswith(",") and "," not in parts[0][:-1]:
        return False
    if not right or right[0].casefold() in _ONLY_ONE:
        return False
    return len(right) <= 3 and len(left) <= 3 and right[0][:1].isupper()
