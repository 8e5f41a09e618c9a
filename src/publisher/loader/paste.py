"""A review as an editor pastes it: plain text copied off a page, with its bylines and furniture."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field

from publisher.errors import SourceError
from publisher.loader.facts import charset, language, rating
from publisher.loader.film import headline
from publisher.loader.pages import article
from publisher.loader.source import LoadContext, Loaded, SourceSettings
from publisher.model import Review, review_id
from publisher.text import clean, urls

LARGEST = 8_000_000
"""Bytes of a file that are read."""

LOOKED_AT = 4096
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1f\x7f\ufffd]")
"""Control characters that no keyboard makes, and bytes that no charset explains."""


def read_text(
    text: str,
    *,
    source: str,
    zone: ZoneInfo,
    url: str | None = None,
    critics: Mapping[str, str] | None = None,
) -> Review:
    """The review in a pasted text: its first line is the headline; what it does not say is None.

    "2 days ago" says nothing, because nobody knows when it was copied. Raises SourceError for a text without words.
    """
    if len(_NO_TEXT.findall(text, 0, LOOKED_AT)) > min(len(text), LOOKED_AT) / 50:
        raise SourceError("this is no text but a file of another kind", where=source, do="save it as text or Markdown")
    found = article.blocks_from_text(text, zone=zone, critics=critics)
    title = found.headline or ""
    if not any(c.isalpha() for c in title + found.plain):
        raise SourceError("there are no words in it", where=source, do="paste the text of one review")
    place = url or (found.url if found.url and urls.is_web(found.url) else None)
    film = headline.film_of(title, body=found.plain, emphasis=found.emphasis, slug=urls.slug(place) if place else "")
    return Review(
        id=review_id(source, urls.canonical(place) if place else _text_key(text)),
        source=source,
        url=place,
        headline=title,
        film=film,
        authors=found.byline,
        published=found.published,
        rating=found.rating or rating.in_headline(title),
        language=language.detect(found.plain),
        reading_minutes=found.reading_minutes,
        blocks=found.blocks,
        availability=found.availability,
        full_text="paste" if found.blocks else "missing",
        pullquote=found.pullquote,
    )


def _text_key(text: str) -> str:
    return hashlib.sha256(clean.fold(text).encode()).hexdigest()


class PasteSource(SourceSettings):
    """`kind = "paste"`: a text file, or a folder of them, with one pasted review each."""

    path: str = Field(description="A text file, or a folder whose .txt files are one review each.")
    url: str = Field(default="", description="The review's address, when `path` is one file.")

    def load(self, ctx: LoadContext) -> Loaded:
        """Every text that can be read; the others are warnings."""
        place = ctx.root / self.path
        files = sorted(place.glob("*.txt")) if place.is_dir() else [place]
        reviews: list[Review] = []
        warnings: list[str] = []
        for number, file in enumerate(files):
            ctx.progress("texts", number, len(files))
            try:
                reviews.append(self._read(file, ctx))
            except SourceError as error:
                if len(files) == 1:
                    raise
                warnings.append(str(error))
        return Loaded.of(reviews, warnings=tuple(warnings))

    def _read(self, file: Path, ctx: LoadContext) -> Review:
        text = read_file(file)
        return read_text(text, source=ctx.name, zone=ctx.zone, url=self.url or None, critics=ctx.critics)


SOURCE = PasteSource


def read_file(path: Path) -> str:
    """The text of a file in UTF-8 or the charset that its bytes show; SourceError when it cannot be read."""
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST)
    except OSError as error:
        raise SourceError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
    return charset.decode(body)
