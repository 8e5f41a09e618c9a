"""Folders of Markdown with front matter, as Hugo, Zola, Jekyll, 11ty, Astro and their kin keep them."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field

from publisher.errors import SourceError
from publisher.loader.facts import charset, dates, language, rating
from publisher.loader.facts.dates import Order
from publisher.loader.files import frontmatter, matter, places
from publisher.loader.files.matter import Matter
from publisher.loader.files.sidecar import Sidecars
from publisher.loader.film import headline, headline_words, subject, titles
from publisher.loader.pages import article, holes, markdown, spoilers
from publisher.loader.pages.piece import Piece
from publisher.loader.source import Entry, LoadContext, Loaded, SourceSettings
from publisher.model import Film, Published, Review, review_id
from publisher.text import clean, urls

ENDINGS = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx"})
LARGEST = 2_000_000
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
_HEAD = 16_384


@dataclass(slots=True)
class Habits:
    """What all files of a folder have in common: the scale of bare scores, the order of bare dates, data files."""

    sidecars: Sidecars
    scale: float | None = None
    order: Order | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderTerms:
    """How the files of one source are read; `url` is a pattern such as https://example.com/reviews/{slug}/."""

    source: str
    zone: ZoneInfo
    critics: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


def read_file(
    path: Path,
    *,
    source: str,
    zone: ZoneInfo,
    critics: Mapping[str, str] | None = None,
    url: str = "",
) -> Review:
    """The review in one file, a draft or not; raises SourceError when it cannot be read or holds nothing."""
    terms = FolderTerms(source=source, zone=zone, critics=critics or {}, url=url)
    return _review(path, path.name, terms, _habits(path.parent, _heads([path, *_siblings(path)])))


def read_folder(
    path: Path,
    terms: FolderTerms,
    *,
    best: float | None = None,
    drafts: bool = False,
    passed: places.Passed = lambda _file, _why: None,
) -> Iterator[Review | SourceError]:
    """Every review below a folder in the order of the file names; a file that cannot be read is an error in its place.

    Drafts, templates and pages without a film, a date and a score are passed over, which `passed` is told.
    """
    files = sorted(_walk(path, drafts=drafts))
    for file in files:
        if not _is_review_file(file):
            passed(file.relative_to(path), places.TEMPLATE)
    heads = _heads(file for file in files if _is_review_file(file))
    habits = _habits(path, heads, best)
    for file, head in heads.items():
        if head.is_held_back and not drafts:
            passed(file.relative_to(path), places.DRAFT)
            continue
        try:
            review = _review(file, file.relative_to(path).as_posix(), terms, habits)
        except SourceError as error:
            yield error
            continue
        if review.film or review.published or review.rating:
            yield replace(review, native_id=_native_id(file.relative_to(path)))
        else:
            passed(file.relative_to(path), places.NOTHING)


class FolderSource(SourceSettings):
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
        unread: set[str] = set()
        passed: list[tuple[Path, str]] = []
        unwanted = 0
        terms = FolderTerms(source=ctx.name, zone=ctx.zone, critics=ctx.critics, url=self.url)
        for number, found in enumerate(
            read_folder(place, terms, best=self.best, passed=lambda *one: passed.append(one))
        ):
            ctx.progress("reviews", number, None)
            if isinstance(found, SourceError):
                warnings.append(str(found))
                unread |= _unread(found, place)
            elif self.wants(found.categories):
                reviews.append(found)
            else:
                unread.add(found.native_id or "")
                unwanted += 1
        left_out = places.told(passed) | ({"other categories": unwanted} if unwanted else {})
        return Loaded(
            entries=tuple(Entry(review) for review in reviews),
            warnings=tuple(warnings),
            state={"stamp": stamp},
            left_out=left_out,
            complete=True,
            unread=frozenset(unread),
        )


SOURCE = FolderSource


def _unread(error: SourceError, place: Path) -> set[str]:
    """The native id of a file that could not be read: nobody knows that it is gone."""
    file = Path(error.where or "")
    return {_native_id(file.relative_to(place))} if file.is_relative_to(place) else set()


def _walk(folder: Path, *, drafts: bool = False) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (name not in _NOT_FOLDERS or (drafts and "draft" in name))
        )
        for name in sorted(names):
            if Path(name).suffix.casefold() in ENDINGS:
                yield Path(place) / name


def _is_review_file(path: Path) -> bool:
    return path.suffix.casefold() in ENDINGS and not _NOT_FILES.fullmatch(path.stem)


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
        raise SourceError("the file is larger than 2 MB", where=str(path))
    return charset.decode(body)


@dataclass(frozen=True, kw_only=True, slots=True)
class FileHead:
    """What one file's front matter adds to the habits of its folder."""

    is_held_back: bool = False
    score: float | None = None
    date: str = ""


def _heads(files: Iterable[Path]) -> dict[Path, FileHead]:
    """The heads of files, in their order; a file that cannot be read has an empty one."""
    found: dict[Path, FileHead] = {}
    for path in files:
        try:
            facts = Matter(frontmatter.split(_text(path, _HEAD))[0])
        except SourceError:
            facts = Matter({})
        score = facts.score
        bare = score is not None and score[1] is None and re.fullmatch(r"\d{1,3}(?:\.\d+)?", score[0])
        found[path] = FileHead(
            is_held_back=facts.is_draft,
            score=float(score[0]) if score is not None and bare else None,
            date=facts.published_raw or "",
        )
    return found


def _siblings(path: Path) -> list[Path]:
    """The reviews beside a file, at most 400; beside a page bundle, the other bundles."""
    bundled = path.stem == "index"
    place = path.parent.parent if bundled else path.parent
    try:
        found = sorted(place.glob(f"*/{path.name}") if bundled else place.iterdir())
    except OSError:
        return []
    return [other for other in found if other != path and _is_review_file(other)][:400]


def _habits(folder: Path, heads: Mapping[Path, FileHead], best: float | None = None) -> Habits:
    """The habits of a folder, read off the heads of its files; the `best` score is known or shows."""
    highest = max((head.score for head in heads.values() if head.score), default=None)
    order = dates.order_of(head.date for head in heads.values())
    return Habits(Sidecars(folder), scale=best or (rating.scale_of(highest) if highest else None), order=order)


def _native_id(relative: Path) -> str:
    """A file's own name in its folder: page bundles go by their folder."""
    bundled = relative.stem.split(".")[0] == "index" and relative.parent != Path()
    return (relative.parent if bundled else relative.with_suffix("")).as_posix()


def _review(path: Path, name: str, terms: FolderTerms, habits: Habits) -> Review:
    raw, body = frontmatter.split(_text(path))
    facts, named = Matter(raw), places.of_name(path)
    title, found = _headline(
        facts, markdown.pieces(body, facts.plain_fields, components=path.suffix.casefold() == ".mdx")
    )
    text = article.from_pieces(found, title=title, zone=terms.zone, critics=terms.critics)
    if not facts and not text.blocks:
        raise SourceError("there is nothing in it", where=str(path))
    slug = facts.text("slug") or named.slug
    published = facts.published(terms.zone, habits.order) or named.published
    address = _address(facts, terms, path=name, slug=slug, published=published)
    film = None if _is_of_another(facts, name) else _film(facts, title, text, slug, path, habits)
    title = title or (film.title if film else named.slug.replace("-", " ").replace("_", " ").strip())
    authors = dict.fromkeys(map(habits.sidecars.author, facts.authors(terms.critics)))
    return Review(
        id=review_id(terms.source, urls.canonical(address) if address else name),
        source=terms.source,
        url=address,
        headline=title,
        film=film,
        authors=tuple(authors) or text.byline,
        published=published or text.published,
        rating=facts.rating(scale=habits.scale) or text.rating or rating.in_headline(title),
        image=facts.image(address or ""),
        language=facts.language or named.language or language.detect(text.plain),
        reading_minutes=facts.reading_minutes or text.reading_minutes,
        categories=facts.words("categories", "category", "tags", "tag"),
        blocks=text.blocks,
        availability=facts.availability or text.availability,
        excerpt=_standfirst(facts, text),
        full_text="file" if text.blocks else "missing",
        pullquote=spoilers.unspoiled(
            facts.text("pullquote", "pullquotes", "quote", "keyquote") or text.pullquote, text.blocks
        ),
        embargo_until=facts.moment("embargountil", "embargo", "embargoed", "embargoeduntil", zone=terms.zone),
    )


def _standfirst(facts: Matter, text: article.Article) -> str | None:
    """The standfirst with its tags filled in, without what the text marks as a spoiler; None where a hole is left."""
    said = holes.without_holes(holes.filled(facts.excerpt or "", facts.plain_fields))
    return spoilers.trimmed(said, text.blocks) or None


def _headline(facts: Matter, found: tuple[Piece, ...]) -> tuple[str, tuple[Piece, ...]]:
    """The headline of the front matter, else the first heading of the text, which then is no part of it."""
    title = facts.text("headline", "title", "name", blocks=("", "extra.", "params."))
    if title:
        return title, found
    if found and found[0].kind == "heading" and len(found[0].text) <= 160:
        return clean.line(found[0].text), found[1:]
    return "", found


def _film(facts: Matter, title: str, text: article.Article, slug: str, path: Path, habits: Habits) -> Film | None:
    """The film by its own field, by a data file, by a title that stands among a film's facts, else by the headline."""
    structured: Film | None = None
    if headline_words.JOINED_IN_QUOTES.search(title):
        return None
    if named := facts.film_title():
        structured = matter.film(named[0], facts.year, f"front matter: {named[1]}")
    elif not title and (beside := habits.sidecars.film(facts.ids(), slug)):
        structured = replace(beside, year=beside.year or facts.year)
    elif title and (beside_it := _film_signs(facts, title, text, path)):
        name, year = _bare_title(title)
        structured = matter.film(name, year or facts.year, f"front matter: title beside {beside_it}")
    said = title
    for span in facts.title_emphasis():
        said = said.replace(span, f"“{span}”", 1)
    found = headline.film_of(
        said,
        body=text.plain,
        categories=facts.words("categories", "category", "tags"),
        structured=structured,
        emphasis=text.emphasis,
        slug=slug,
        excerpt=facts.excerpt or "",
    )
    return replace(found, year=facts.year) if found and found.year is None and facts.year else found


def _is_of_another(facts: Matter, name: str) -> bool:
    """Whether type, fields, folder or categories say that a file is about a series, a book, a record or a game."""
    if facts.kind:
        return facts.kind == "other"
    folders = {unicodedata.normalize("NFC", part).casefold() for part in Path(name).parts[:-1]}
    filed = subject.is_filed_elsewhere(facts.words("categories", "category"))
    return facts.is_of_another or bool(folders & places.OTHER_FOLDERS) or (filed and not facts.film_signs)


def _film_signs(facts: Matter, title: str, text: article.Article, path: Path) -> str:
    """What shows that a file's title is a film's: its type, fields or folder, or a score and a text about a film."""
    if facts.kind == "film" or facts.film_signs:
        return ", ".join(facts.film_signs[:3]) or "its type"
    above = [unicodedata.normalize("NFC", parent.name).casefold() for parent in list(path.parents)[:3]]
    if folder := next((name for name in above if name in places.FILM_FOLDERS), ""):
        return f"the folder {folder}"
    label = f"{title} {' '.join(facts.words('categories', 'tags'))} {facts.excerpt or ''}"
    about_film = subject.is_film(label, text.plain) or facts.has_places
    refused = headline.read(title).refused in ("list", "series")
    if facts.may_be_film and about_film and not refused and not subject.is_another(title, text.plain):
        return "a score and a text about a film" if not facts.has_places else "where to watch it"
    return ""


def _bare_title(title: str) -> tuple[str, int | None]:
    """The film in a title that stands among a film's facts: the title itself, unless it is worded as a headline."""
    reading = headline.read(title)
    head, _, tail = title.partition(": ")
    if tail and titles.looks_like_title(head) and not titles.looks_like_title(tail):
        return head, None
    worded = reading.form in ("before review", "after label", "title (year)", "quoted")
    if worded and not reading.refused and reading.confidence >= headline.SURE:
        return reading.title, reading.year
    return title, None


def _address(facts: Matter, terms: FolderTerms, *, path: str, slug: str, published: Published | None) -> str | None:
    """The review's own address where the file states it, else the pattern filled in; None when a part is missing."""
    if facts.address or not terms.url:
        return facts.address
    day: date | None = published.day(terms.zone) if published else None
    parts = {"slug": slug, "path": _native_id(Path(path))}
    if day:
        parts |= {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
    try:
        return urls.join(terms.url, terms.url.format_map(parts)) or None
    except (KeyError, IndexError, ValueError, AttributeError):
        return None
