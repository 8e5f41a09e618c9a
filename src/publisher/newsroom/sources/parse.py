"""Sources read on request and shown, never stored: feeds, pages, folders, Markdown files, pasted texts."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publisher.config import Config
from publisher.errors import SourceError, UsageError
from publisher.http.decoding import decoded
from publisher.http.door import Http
from publisher.loader.film import habit, headline
from publisher.model import Review
from publisher.newsroom.pool.shapes import film_json, review_json
from publisher.newsroom.sources.sniff import Kind, kind_of
from publisher.text import clean, urls

NAME = "parse"
"""The source name of reviews that come from no configured source."""
LARGEST = 64_000_000
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, text/html;q=0.9, */*;q=0.5"
KINDS = ("feed", "page", "folder", "paste")


@dataclass(frozen=True, kw_only=True, slots=True)
class ParseResult:
    """The reviews, each with its source as typed; `failed` are the sources that could not be read."""

    reviews: tuple[tuple[str, Review], ...] = ()
    warnings: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What `parse --json` prints."""
        return {
            "reviews": [review_json(review, origin=origin) for origin, review in self.reviews],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    """What holds for all sources of one call."""

    http: Http | None
    zone: ZoneInfo
    critics: Mapping[str, str]
    kind: str | None
    url: str | None
    limit: int | None
    warnings: list[str] = field(default_factory=list)


def parse(
    sources: Sequence[str],
    *,
    kind: str | None = None,
    url: str | None = None,
    config: Config | None = None,
    http: Http | None = None,
    limit: int | None = None,
) -> ParseResult:
    """The reviews in each source: a path, an address, or "-" for a text on standard input.

    What a source is shows in its content unless `kind` says it. `url` is where a saved file came from; without `http`
    nobody is asked for anything; `limit` keeps the first entries of a feed. A source that cannot be read is a warning
    and the others are read; UsageError for a kind that does not exist.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"--kind {kind} is not one of {', '.join(KINDS)}")
    request = _Request(
        http=http,
        zone=config.site.zone if config else ZoneInfo("UTC"),
        critics=config.critics if config else {},
        kind=kind,
        url=url,
        limit=limit,
    )
    reviews: list[tuple[str, Review]] = []
    failed: list[str] = []
    for origin in sources:
        try:
            reviews += [(origin, review) for review in _read(origin, request)]
        except SourceError as error:
            failed.append(origin)
            where = origin if error.where in (None, "", NAME) else error.where
            request.warnings.append(str(SourceError(error.what, where=where, do=error.do)))
    return ParseResult(reviews=tuple(reviews), warnings=tuple(request.warnings), failed=tuple(failed))


def parse_headlines(lines: Iterable[str]) -> dict[str, Any]:
    """The film that each headline alone names, as `parse --headlines --json` prints it."""
    cleaned = [line for line in map(clean.line, lines) if line]
    bare = habit.are_titles(cleaned)
    found = ((line, headline.film_of(line, bare_titles=bare)) for line in cleaned)
    return {"headlines": [{"headline": line, "film": film_json(film)} for line, film in found]}


def _read(origin: str, request: _Request) -> Iterator[Review]:
    if urls.is_web(origin):
        yield from _from_web(origin, request)
    elif origin == "-":
        yield from _from_bytes(sys.stdin.buffer.read(LARGEST), request)
    elif Path(origin).is_dir():
        yield from _from_folder(Path(origin), request)
    else:
        yield from _from_bytes(_file(Path(origin)), request, path=Path(origin))


def _file(path: Path) -> bytes:
    """The bytes of a file, unpacked when it is gzip."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise SourceError(
            "there is no such file", where=str(path), do="give a path, a folder or a web address"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        raise SourceError(f"the file cannot be read: {reason}", where=str(path)) from error
    return decoded([body], "", limit=LARGEST, where=str(path))


def _from_web(origin: str, request: _Request) -> Iterator[Review]:
    if request.http is None:
        raise SourceError("it is on the web, and nobody is asked with --offline", where=origin)
    answer = request.http.get(origin, accept=_ACCEPT)
    yield from _from_bytes(answer.body, request, place=answer.url, content_type=answer.content_type)


def _from_folder(path: Path, request: _Request) -> Iterator[Review]:
    from publisher.loader import folder
    from publisher.loader.files import places

    terms = folder.FolderTerms(source=NAME, zone=request.zone, critics=request.critics, url=_pattern(request.url))
    passed: list[tuple[Path, str]] = []
    for found in folder.read_folder(path, terms, passed=lambda *one: passed.append(one)):
        if isinstance(found, SourceError):
            request.warnings.append(str(found))
        else:
            yield found
    said = places.told(passed)
    request.warnings.extend(f"{path}: {number} passed over ({why})" for why, number in said.items())


def _pattern(url: str | None) -> str:
    return url if url and "{" in url else ""


def _from_bytes(
    body: bytes, request: _Request, *, path: Path | None = None, place: str = "", content_type: str = ""
) -> Iterator[Review]:
    kind = _kind(body, request, name=path.name if path else place, content_type=content_type)
    place = request.url or place
    if kind == "feed":
        yield from _from_feed(body, request, place=place, content_type=content_type)
    elif kind == "page":
        from publisher.loader.pages.review_page import read_page

        review = read_page(
            body, url=place, content_type=content_type, source=NAME, zone=request.zone, critics=request.critics
        )
        yield replace(review, url=request.url) if request.url else review
    elif kind == "markdown" and path is not None:
        from publisher.loader import folder

        yield folder.read_file(path, source=NAME, zone=request.zone, critics=request.critics, url=place)
    else:
        from publisher.loader import paste
        from publisher.loader.facts import charset

        text = charset.decode(body)
        yield paste.read_text(text, source=NAME, url=place or None, zone=request.zone, critics=request.critics)


def _kind(body: bytes, request: _Request, *, name: str, content_type: str) -> Kind:
    if request.kind == "folder":
        return "markdown"
    kinds: dict[str, Kind] = {"feed": "feed", "page": "page", "paste": "paste"}
    return kinds[request.kind] if request.kind else kind_of(body, name=name, content_type=content_type)


def _from_feed(body: bytes, request: _Request, *, place: str, content_type: str) -> Iterator[Review]:
    """The entries of a feed; those without their text are completed from their pages, when somebody may be asked."""
    from publisher.loader import completing, feed
    from publisher.loader.feeds import entries

    found = feed.read_feed(
        entries.parse(body, content_type=content_type, url=place),
        url=place,
        source=NAME,
        zone=request.zone,
        critics=request.critics,
        limit=request.limit,
    )
    if found.flaw:
        request.warnings.append(
            f"{place or 'the feed'}: it is not well-formed ({found.flaw}); what could be read was read"
        )
    reviews = found.entries
    if request.http is not None:
        hosts = {host for host in map(urls.host, (place, found.url or "")) if host}
        completed = completing.complete(
            reviews, http=request.http, zone=request.zone, critics=request.critics, hosts=hosts
        )
        request.warnings.extend(completed.warnings)
        reviews = completed.reviews
    yield from reviews
