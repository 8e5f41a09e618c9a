"""Which of several names are one film's: by title in any case, accents or punctuation, and by year where told."""

import re
from collections.abc import Sequence

from publisher.text.clean import fold

_YEAR = re.compile(r"(?<=\S)\s*[(\[]((?:18|19|20)\d\d)[)\]]\s*$")


def together(films: Sequence[tuple[str, int | None]]) -> tuple[tuple[int, ...], ...]:
    """The places of films (title, year) that are one, each group in its order and the groups by their first.

    A film without a year is the one of that title, unless there are several of different years. An empty title is
    like no other.
    """
    named = [_named(title, year) for title, year in films]
    years: dict[str, set[int]] = {}
    for name, year in named:
        years.setdefault(name, set()).update([year] if year else [])
    groups: dict[tuple[str, int | None], list[int]] = {}
    for place, (name, year) in enumerate(named):
        only = len(years[name]) < 2
        groups.setdefault((name, None if only else year) if name else ("", place), []).append(place)
    return tuple(map(tuple, groups.values()))


def _named(title: str, year: int | None) -> tuple[str, int | None]:
    """The title for comparing, and its year, which may stand behind the title in brackets."""
    found = _YEAR.search(title)
    bare = title[: found.start()] if found else title
    return fold(bare), year or (int(found[1]) if found else None)
