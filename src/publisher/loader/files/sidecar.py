"""Facts that stand beside a review: a film's title in a data file by its id, an author's name in `_data`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from publisher.loader.files import frontmatter
from publisher.model import Film
from publisher.text import clean

_KINDS = frozenset({".json", ".yml", ".yaml", ".toml"})
_MOST = 50_000
_AUTHOR_KEYS = ("id", "username", "slug", "login", "handle", "key", "short_name", "nickname")
_LARGEST = 2_000_000
_AUTHORS = (
    "_data/authors",
    "data/authors",
    "_authors",
    "content/authors",
    "src/content/authors",
    "src/_data/authors",
    "authors",
)


class Sidecars:
    """The data files around a folder of reviews, looked up by an id or a name in their file names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_key: dict[str, list[Path]] | None = None
        self._authors: dict[str, str] | None = None

    def film(self, ids: tuple[str, ...], slug: str) -> Film | None:
        """The film that a data file names for one of the ids, or for the review's own slug."""
        for key in (*ids, slug):
            for path in self._index().get(key.removeprefix("tt").lstrip("0") if key in ids else key.casefold(), ())[
                :20
            ]:
                found = _film(path, ids=ids, slug=slug)
                if found is not None:
                    return found
        return None

    def author(self, name: str) -> str:
        """The name behind an author's id, or the name as it is."""
        if self._authors is None:
            self._authors = dict(_authors(self._folder))
        return self._authors.get(clean.fold(name), name)

    def _index(self) -> dict[str, list[Path]]:
        if self._by_key is None:
            self._by_key = {}
            for path in _data_files(self._folder):
                keys = {path.stem.casefold()} | {digits.lstrip("0") for digits in re.findall(r"\d{5,}", path.stem)}
                for key in keys:
                    self._by_key.setdefault(key, []).append(path)
        return self._by_key


def _data_files(folder: Path) -> Iterator[Path]:
    """Data files in the folder, in the folders in it, and in those beside it."""
    seen = 0
    places = [folder, *_folders(folder), *(other for other in _folders(folder.parent) if other != folder)]
    for place in places:
        try:
            entries = sorted(place.iterdir())
        except OSError:
            continue
        for path in entries:
            if path.suffix.casefold() in _KINDS:
                seen += 1
                if seen > _MOST:
                    return
                yield path


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if path.is_dir() and not path.name.startswith("."))[:200]
    except OSError:
        return []


def _read(path: Path) -> Any:
    """What a data file holds; None when it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    if path.suffix.casefold() == ".json":
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return None
    if path.suffix.casefold() != ".toml" and re.search(r"^-\s", text[:10_000], re.MULTILINE):
        people = frontmatter.listed(text)
        if people:
            return people
    fence = "+++" if path.suffix.casefold() == ".toml" else "---"
    return frontmatter.split(f"{fence}\n{text}\n{fence}\n")[0]


def _film(path: Path, *, ids: tuple[str, ...], slug: str) -> Film | None:
    found = _read(path)
    if not isinstance(found, dict):
        return None
    flat = frontmatter.flat(found)
    known = {str(flat.get(name, "")) for name in ("imdbid", "imdb", "tmdbid", "tmdb", "id", "slug")}
    title = flat.get("title") or flat.get("name") or flat.get("originaltitle")
    if not isinstance(title, str) or not title.strip() or not (known & {*ids, slug}):
        return None
    year = re.search(
        r"(?:18[89]|19\d|20\d)\d", str(flat.get("year") or flat.get("releaseyear") or flat.get("releasedate") or "")
    )
    return Film(
        title=clean.line(title),
        year=int(year[0]) if year else None,
        confidence=0.98,
        evidence=(f"data file {path.name}",),
    )


def _authors(folder: Path) -> Iterator[tuple[str, str]]:
    """Authors' names by their ids, from the places where generators keep them."""
    for place in (folder, *list(folder.parents)[:4]):
        for name in _AUTHORS:
            for path in sorted((place / name).parent.glob(f"{Path(name).name}.*")):
                if path.suffix.casefold() in _KINDS:
                    yield from _names_in(_read(path))
            if (place / name).is_dir():
                for path in sorted((place / name).iterdir())[:500]:
                    yield from _one_author(path)


def _names_in(found: Any) -> Iterator[tuple[str, str]]:
    people = (
        found.items()
        if isinstance(found, dict)
        else ((p.get(key, ""), p) for p in found if isinstance(p, dict) for key in _AUTHOR_KEYS)
        if isinstance(found, list)
        else ()
    )
    for key, person in people:
        name = (
            person
            if isinstance(person, str)
            else person.get("name") or person.get("title")
            if isinstance(person, dict)
            else None
        )
        if isinstance(name, str) and key:
            yield clean.fold(str(key)), clean.line(name)


def _one_author(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix.casefold() in (".md", ".markdown"):
        try:
            found: Any = frontmatter.split(path.read_text(encoding="utf-8", errors="replace")[:20_000])[0]
        except OSError:
            return
    else:
        found = _read(path) if path.suffix.casefold() in _KINDS else None
    if isinstance(found, dict):
        name = found.get("name") or found.get("title") or found.get("display_name")
        if isinstance(name, str):
            yield clean.fold(str(found.get("short_name") or path.stem)), clean.line(name)
