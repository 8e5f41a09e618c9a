"""What a file's place and name say: its film, date and language; and what to tell of files that are passed over."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.loader.facts import dates, language
from publisher.model import Published

_FILM_NAMES = (
    "movies films film movie cinema movie-reviews film-reviews _movies _films filme filmkritiken filmkritik kino"
    " cinéma critiques-films películas peliculas pelis cine recensioni-film filmrecensies bioscoop filmes"
)
FILM_FOLDERS = frozenset(_FILM_NAMES.split())
_OTHER_NAMES = (
    "tv tv-shows tv_shows shows series books games music albums podcasts serien bücher buecher spiele musik alben"
    " hörspiele fernsehen theater bühne séries livres jeux musique théâtre télévision libros juegos música musica"
    " álbumes teatro televisión libri giochi dischi serie serie-tv televisione boeken spellen muziek livros jogos"
    " theatre stage comics"
)
OTHER_FOLDERS = frozenset(_OTHER_NAMES.split())
DRAFT, NOTHING, TEMPLATE = "a draft", "no film, date or score", "a template or a page of the site"
Passed = Callable[[Path, str], None]
"""Told of each file that is passed over, and why."""
_NAME_DATE = re.compile(r"(?P<date>\d{4}[-_.]\d{1,2}[-_.]\d{1,2})[-_.\s]+(?P<rest>.+)")
_NAME_LANGUAGE = re.compile(r"(?P<stem>.+)\.(?P<language>[a-z]{2}(?:-[A-Za-z]{2})?)")


def told(passed: Iterable[tuple[Path, str]]) -> dict[str, int]:
    """How many files were passed over for each reason, with the names of a few."""
    by_reason: dict[str, list[str]] = {}
    for file, why in passed:
        by_reason.setdefault(why, []).append(file.as_posix())
    few = 8
    return {
        f"{why}: {', '.join(names[:few])}{' …' if len(names) > few else ''}": len(names)
        for why, names in by_reason.items()
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What a file's name says."""

    slug: str
    published: Published | None = None
    language: str | None = None


def of_name(path: Path) -> Named:
    """Slug, date and language in a file's name; a page bundle is named by its folder."""
    stem, spoken = path.stem, None
    if found := _NAME_LANGUAGE.fullmatch(stem):
        stem, spoken = found["stem"], language.tag(found["language"])
    if stem == "index":
        stem = path.parent.name or stem
    found = _NAME_DATE.fullmatch(stem)
    if not found:
        return Named(slug=stem, language=spoken)
    day = dates.parse(re.sub(r"[_.]", "-", found["date"]), zone=ZoneInfo("UTC"))
    return Named(slug=found["rest"], published=day, language=spoken)
