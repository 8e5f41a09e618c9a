"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) into the record of feeds."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from publisher.errors import SourceError
from publisher.loader.facts import lenient
from publisher.loader.feeds.record import MOST_NAME, Category, FeedEntry, Markup, ParsedFeed, Person

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(1(?:\.\d)?)/?")


def parse(text: str, *, url: str = "") -> ParsedFeed:
    """The feed in a JSON document; SourceError when the document is none or is something else."""
    try:
        document = lenient.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError("the answer is broken JSON, not a feed", where=url) from error
    items = document.get("items") if isinstance(document, dict) else None
    version = _VERSION.fullmatch(_text(document.get("version")).strip()) if isinstance(document, dict) else None
    if not isinstance(items, list) or version is None:
        raise SourceError("the answer is JSON, but not a JSON Feed", where=url, do="see that it is the feed's address")
    language = _text(document.get("language")) or None
    people = _people(document)
    return ParsedFeed(
        version="json" + version[1].replace(".", ""),
        title=_text(document.get("title")),
        url=_text(document.get("home_page_url")) or None,
        language=language,
        entries=tuple(_entry(item, people, url) for item in items if isinstance(item, dict)),
    )


def _entry(item: Mapping[str, Any], people: tuple[Person, ...], base: str) -> FeedEntry:
    authors = _people(item) or people
    address = _text(item.get("url")) or _text(item.get("external_url"))
    return FeedEntry(
        title=_markup(item.get("title"), "text/plain", base),
        summary=_markup(item.get("summary"), "text/plain", base),
        content=tuple(_content(item, base)),
        id=_text(item.get("id")) or address or None,
        id_is_url=False,
        url=address or None,
        links=({"rel": "alternate", "href": address},) if address else (),
        enclosures=tuple(_attachments(item)),
        author=next((person.name for person in authors if person.name), None),
        authors=authors,
        published=_text(item.get("date_published")) or None,
        updated=_text(item.get("date_modified")) or None,
        language=_text(item.get("language")) or None,
        tags=tuple(Category(term=tag) for tag in map(_text, _listed(item.get("tags"))) if tag),
        image=_text(item.get("image")) or _text(item.get("banner_image")) or None,
        extra={name: value for name, value in item.items() if name.startswith("_")},
    )


def _content(item: Mapping[str, Any], base: str) -> Iterable[Markup]:
    for name, kind in (("content_html", "text/html"), ("content_text", "text/plain")):
        found = _markup(item.get(name), kind, base)
        if found is not None and found.value.strip():
            yield found


def _attachments(item: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for attached in _list(item.get("attachments")):
        if isinstance(attached, dict) and _text(attached.get("url")):
            kind, size = _text(attached.get("mime_type")), _text(attached.get("size_in_bytes"))
            yield {"rel": "enclosure", "href": _text(attached["url"]), "type": kind, "length": size}


def _people(holder: Mapping[str, Any]) -> tuple[Person, ...]:
    """Version 1.1 lists authors; 1.0 has one, and many feeds of 1.1 still say it that way."""
    said = holder.get("authors") or holder.get("author")
    given = said if isinstance(said, list) else [said]
    listed = [who if isinstance(who, dict) else {"name": who if isinstance(who, str) else ""} for who in given]
    return tuple(
        Person(name=name[:MOST_NAME], url=_text(who.get("url"))) for who in listed if (name := _text(who.get("name")))
    )


def _markup(value: Any, kind: str, base: str) -> Markup | None:
    text = _text(value)
    return Markup(value=text, type=kind, base=base) if text else None


def _listed(value: Any) -> list[Any]:
    """A list, also where a single text stands for it."""
    return [value] if isinstance(value, str) else _list(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Text as text; an id may be a number, and everything else says nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
