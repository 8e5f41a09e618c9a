"""Folders of Markdown with front matter, as Hugo, Zola, Jekyll, 11ty, Astro and their kin keep them."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field

from publisher.errors import SourceError
from publisher.loader import (
    article,
    charset,
    dates,
    frontmatter,
    headline,
    language,
    markdown,
    markup,
    matter,
    rating,
    titles,
)
from publisher.loader.dates import Order
from publisher.loader.matter import Matter
from publisher.loader.sidecar import Sidecars
from publisher.loader.source import Loaded, LoadContext, SourceSettings
from publisher.model import Film, Published, Review, review_id
from publisher.text import clean, urls

ENDINGS = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx"})
LARGEST = 5_000_000
_NOT_FOLDER_NAMES = (
    "node_modules public _site dist build vendor themes archetypes layouts _layouts _includes _drafts drafts templates"
    " resources static assets __pycache__ i18n"
)
_NOT_FOLDERS = frozenset(_NOT_FOLDER_NAMES.split())
_NOT_FILES = re.compile(
    r"[_.].*|readme.*|license.*|contributing.*|changelog.*|code[-_]of[-_]conduct.*|.*\btemplate\b.*"
    r"|(?:404|about|contact|archive|privacy|imprint|impressum|search|tags|categories|now|uses)",
    re.IGNORECASE,
)
_NAME_DATE = re.compile(r"(?P<date>\d{4}[-_.]\d{1,2}[-_.]\d{1,2})[-_.\s]+(?P<rest>.+)")
_NAME_LANGUAGE = re.compile(r"(?P<stem>.+)\.(?P<language>[a-z]{2}(?:-[A-Za-z]{2})?)")
_HEAD = 16_384


@dataclass(slots=True)
class Habits:
    """What all files of a folder have in common: the scale of bare scores, the order of bare dates, data files."""

    sidecars: Sidecars
    scale: float | None = None
    order: Order | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How the files of one source are read; `url` is a pattern such as https://example.com/reviews/{slug}/."""

    source: str
    zone: ZoneInfo
    critics: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    best: float | None = None


def read_file(
    path: Path,
    *,
    source: str,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
    url: str = "",
) -> Review:
    """The review in one file, a draft or not; raises SourceError when it cannot be read or holds nothing."""
    reading = Reading(source=source, zone=zone, critics=critics or {}, url=url)
    siblings = [p for p in _files_in(path.parent) if p != path][:400]
    return _review(path, path.name, reading, _habits(path.parent, [path, *siblings]))


def read_folder(
    path: Path,
    *,
    source: str,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
    url: str = "",
    best: float | None = None,
    drafts: bool = False,
) -> Iterator[Review | SourceError]:
    """Every review below a folder in the order of the file names; a file that cannot be read is an error in its place.

    Drafts, templates and pages without a film, a date and a score are passed over.
    """
    reading = Reading(source=source, zone=zone, critics=critics or {}, url=url, best=best)
    files = list(_walk(path, drafts=drafts))
    habits = _habits(path, files)
    for file in files:
        try:
            if not drafts and _is_held_back(file):
                continue
            review = _review(file, file.relative_to(path).as_posix(), reading, habits)
        except SourceError as error:
            yield error
            continue
        if review.film or review.published or review.rating:
            yield replace(review, native_id=_native_id(file.relative_to(path)))


class SOURCE(SourceSettings):
    """`kind = "folder"`: Markdown files with front matter."""

    path: str = Field(description="The folder with the reviews.")
    url: str = Field(
        default="",
        description="Their addresses, as `https://example.com/reviews/{slug}/`; also {year} {month} {day} {path}.",
    )
    best: float | None = Field(
        default=None, description="The best score of the site's scale, when the files don't say it."
    )

    def load(self, ctx: LoadContext) -> Loaded:
        """All reviews of the folder; nothing is read again while no file changed."""
        place = ctx.root / self.path
        if not place.is_dir():
            raise SourceError(
                "there is no such folder", where=str(place), do="give the folder of the Markdown files as path"
            )
        stamp = _stamp(place)
        if stamp == ctx.state.get("stamp"):
            return Loaded(not_modified=True, state=ctx.state)
        reviews: list[Review] = []
        warnings: list[str] = []
        for number, found in enumerate(
            read_folder(place, source=ctx.name, zone=ctx.zone, critics=ctx.critics, url=self.url, best=self.best)
        ):
            ctx.progress("reviews", number, None)
            if isinstance(found, SourceError):
                warnings.append(str(found))
            elif self.wants(found.categories):
                reviews.append(found)
        return replace(Loaded.of(reviews, warnings=tuple(warnings)), state={"stamp": stamp})


def _walk(folder: Path, *, drafts: bool = False) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (name not in _NOT_FOLDERS or (drafts and "draft" in name))
        )
        for name in sorted(names):
            if _is_review_file(Path(name)):
                yield Path(place) / name


def _is_review_file(path: Path) -> bool:
    return path.suffix.casefold() in ENDINGS and not _NOT_FILES.fullmatch(path.stem)


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if _is_review_file(path))
    except OSError:
        return []


def _stamp(folder: Path) -> str:
    seen = hashlib.sha256()
    for file in _walk(folder):
        try:
            facts = file.stat()
        except OSError:
            continue
        seen.update(
            f"{file.relative_to(folder)}\0{facts.st_mtime_ns}\0{facts.st_size}\n".encode("utf-8", "surrogateescape")
        )
    return seen.hexdigest()[:32]


def _text(path: Path, most: int = LARGEST) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
    if len(body) > LARGEST:
        raise SourceError("the file is larger than 5 MB", where=str(path))
    return charset.decode(body)[0]


def _head(path: Path) -> Matter:
    try:
        return Matter(frontmatter.split(_text(path, _HEAD))[0])
    except SourceError:
        return Matter({})


def _is_held_back(path: Path) -> bool:
    return _head(path).is_draft


def _habits(folder: Path, files: list[Path]) -> Habits:
    """The habits of a folder, read off the front matter of its files."""
    highest, raws = 0.0, []
    for path in files:
        head = _head(path)
        if head.score and head.score[1] is None and re.fullmatch(r"\d{1,3}(?:\.\d+)?", head.score[0]):
            highest = max(highest, float(head.score[0]))
        raws.append(head.published_raw or "")
    return Habits(Sidecars(folder), scale=rating.scale_of(highest) if highest else None, order=dates.order_of(raws))


def _native_id(relative: Path) -> str:
    """A file's own name in its folder: page bundles go by their folder."""
    bare = (
        relative.parent
        if relative.stem.split(".")[0] == "index" and relative.parent != Path()
        else relative.with_suffix("")
    )
    return bare.as_posix()


def _review(path: Path, name: str, reading: Reading, habits: Habits) -> Review:
    raw, body = frontmatter.split(_text(path))
    facts = Matter(raw)
    stem, named_date, named_language = _of_name(path)
    slug = facts.text("slug") or stem
    address = _address(
        facts,
        reading.url,
        path=name,
        slug=slug,
        published=facts.published(reading.zone, habits.order) or named_date,
        zone=reading.zone,
    )
    found = markdown.pieces(body)
    title, found = _headline(facts, found, path)
    text = article.from_pieces(found, title=title, zone=reading.zone, critics=reading.critics)
    film = _film(facts, title, text, slug, habits)
    title = title or (film.title if film else stem.replace("-", " ").replace("_", " ").strip())
    if not facts and not text.blocks:
        raise SourceError("there is nothing in it", where=str(path))
    authors = tuple(dict.fromkeys(habits.sidecars.author(name) for name in facts.authors(reading.critics)))
    key = urls.canonical(address) if address else name
    return Review(
        id=review_id(reading.source, key),
        source=reading.source,
        url=address,
        headline=title,
        film=film,
        authors=authors or text.byline,
        published=facts.published(reading.zone, habits.order) or named_date or text.published,
        rating=facts.rating(scale=reading.best or habits.scale) or text.rating or rating.in_headline(title),
        image=facts.image(address or ""),
        language=facts.language or named_language or language.detect(text.plain),
        reading_minutes=facts.reading_minutes or text.reading_minutes,
        categories=facts.words("categories", "category", "tags", "tag"),
        blocks=text.blocks,
        availability=facts.availability or text.availability,
        excerpt=facts.excerpt,
        full_text="file" if text.blocks else "missing",
        pullquote=facts.text("pullquote", "pullquotes", "quote", "keyquote") or text.pullquote,
        embargo_until=facts.moment("embargountil", "embargo", "embargoed", "embargoeduntil", zone=reading.zone),
    )


def _of_name(path: Path) -> tuple[str, Published | None, str | None]:
    """Slug, date and language of a file's name; a page bundle is named by its folder."""
    stem, spoken = path.stem, None
    if found := _NAME_LANGUAGE.fullmatch(stem):
        stem, spoken = found["stem"], language.tag(found["language"])
    if stem == "index":
        stem = path.parent.name or stem
    found = _NAME_DATE.fullmatch(stem)
    if not found:
        return stem, None, spoken
    raw = re.sub(r"[_.]", "-", found["date"])
    return found["rest"], dates.parse(raw, zone=ZoneInfo("UTC")), spoken


def _headline(facts: Matter, found: tuple[markup.Piece, ...], path: Path) -> tuple[str, tuple[markup.Piece, ...]]:
    """The headline of the front matter, else the first heading of the text, which then is no part of it."""
    title = facts.text("headline", "title", "name", blocks=("", "extra.", "params."))
    if title:
        return title, found
    if found and found[0].kind == "heading" and len(found[0].text) <= 160:
        return clean.line(found[0].text), found[1:]
    return "", found


def _film(facts: Matter, title: str, text: article.Article, slug: str, habits: Habits) -> Film | None:
    """The film by its own field, by a data file, by a title that stands among a film's facts, else by the headline."""
    if facts.kind == "other":
        return None
    structured: Film | None = None
    if named := facts.film_title():
        structured = matter.film(named[0], facts.year, f"front matter: {named[1]}")
    elif not title and (beside := habits.sidecars.film(facts.ids(), slug)):
        structured = replace(beside, year=beside.year or facts.year)
    elif title and _is_film_page(facts) and not _is_written_headline(title):
        structured = matter.film(title, facts.year, f"front matter: title beside {', '.join(facts.film_signs[:3])}")
    found = headline.film_of(
        title,
        body=text.plain,
        categories=facts.words("categories", "category", "tags"),
        structured=structured,
        emphasis=text.emphasis,
        slug=slug,
    )
    return replace(found, year=facts.year) if found and found.year is None and facts.year else found


def _is_film_page(facts: Matter) -> bool:
    return facts.kind == "film" or len(facts.film_signs) >= 2


def _is_written_headline(title: str) -> bool:
    """Whether a title is a headline with the film in it rather than the film's bare title."""
    reading = headline.read(title)
    if reading.form == "quoted":
        return clean.fold(titles.trim(title)) != clean.fold(reading.title)
    return reading.form in ("before review", "after label") or (reading.form == "title (year)" and bool(reading.title))


def _address(
    facts: Matter, pattern: str, *, path: str, slug: str, published: Published | None, zone: ZoneInfo
) -> str | None:
    """The review's own address where the file states it, else the pattern filled in; None when a part is missing."""
    stated = facts.text("canonicalurl", "canonical", "url", "link", "permalink", "externalurl")
    if stated and urls.is_web(stated):
        return stated
    if not pattern:
        return None
    day: date | None = published.day(zone) if published else None
    parts = {"slug": slug, "path": _native_id(Path(path))}
    if day:
        parts |= {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
    try:
        return urls.join(pattern, pattern.format_map(parts)) or None
    except (KeyError, IndexError, ValueError, AttributeError):
        return None
