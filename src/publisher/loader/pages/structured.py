"""What a page says about its review in marked-up data: JSON-LD, microdata, microformats, meta elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from lxml import etree

from publisher.loader.facts import lenient, rating
from publisher.model import Rating
from publisher.text import clean
from publisher.text import html as text_html

_REVIEWS = frozenset({"review", "criticreview"})
_ARTICLES = frozenset(
    [
        "blogposting",
        "article",
        "newsarticle",
        "reportage",
        "reviewnewsarticle",
        "socialmediaposting",
        "opinionnewsarticle",
    ]
)
_FILMS = frozenset({"movie"})
_VAGUE = frozenset({"", "thing", "creativework"})
_WRAPPER = re.compile(
    r"^\s*(?:/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[|//\s*<!\[CDATA\[|<!--)|(?:/\*\s*\]\]>\s*\*/|\]\]>|//\s*\]\]>|-->)\s*;?\s*$"
)
_MOST_NODES = 2000
_YEAR = re.compile(r"(?<!\d)(?:18[89]|19\d|20\d)\d(?!\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What one kind of markup says; empty fields are not said. `item` tells what is reviewed, as far as it is told."""

    headline: str = ""
    name: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    rating: Rating | None = None
    film: str = ""
    film_year: int | None = None
    item: Literal["", "film", "other"] = ""
    image: str = ""
    image_alt: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    excerpt: str = ""
    body: str = ""
    minutes: int | None = None
    url: str = ""
    site: str = ""
    is_review: bool = False

    def over(self, other: Facts) -> Facts:
        """These facts, with the other's where these say nothing."""
        gaps = {f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)}
        return replace(self, **gaps)


def json_ld(root: etree._Element) -> Facts:
    """The facts of a page's JSON-LD: its Review first, then its article, then a film that it describes."""
    nodes = [node for text in _scripts(root) for node in _nodes(text)]
    named = {str(node["@id"]): node for node in nodes if node.get("@id") and len(node) > 1}
    reviews = [_joined(n, named) for n in nodes if _types(n) & _REVIEWS and not _is_readers(n, nodes)]
    articles = [_joined(n, named) for n in nodes if _types(n) & _ARTICLES]
    found = Facts()
    for node in reviews[:1]:
        found = found.over(_review(node))
    for node in articles[:1]:
        found = found.over(_article(node))
    films = [node for node in nodes if _types(node) & _FILMS]
    if len(films) == 1 and not found.item and (reviews or articles):
        found = replace(found, film=_text(films[0].get("name"))[:300], film_year=_film_year(films[0]), item="film")
    return found


def _joined(node: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """A node with the nodes that it only refers to by their @id in their places."""

    def meant(value: Any) -> Any:
        if isinstance(value, list):
            return [meant(one) for one in value[:50]]
        known = named.get(str(value.get("@id"))) if isinstance(value, Mapping) else None
        return {**known, **value} if known is not None else value

    return {key: meant(value) for key, value in node.items()}


def _scripts(root: etree._Element) -> Iterator[str]:
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").casefold() and script.text:
            yield _WRAPPER.sub("", script.text)[:2_000_000]


def _nodes(text: str) -> list[Mapping[str, Any]]:
    """All objects in a JSON-LD text, outermost first; broken text has none."""
    try:
        found = lenient.loads(_WRAPPER.sub("", text).strip())
    except (ValueError, RecursionError):
        return []
    out: list[Mapping[str, Any]] = []
    queue: list[Any] = [found]
    while queue and len(out) < _MOST_NODES:
        value = queue.pop(0)
        if isinstance(value, Mapping):
            out.append(value)
            queue += list(value.values())
        elif isinstance(value, list):
            queue += value[:_MOST_NODES]
    return out


def _types(node: Mapping[str, Any]) -> set[str]:
    raw = node.get("@type")
    names = raw if isinstance(raw, list) else [raw]
    return {str(name).rpartition("/")[2].rpartition(":")[2].casefold() for name in names if name}


def _is_readers(node: Mapping[str, Any], nodes: list[Mapping[str, Any]]) -> bool:
    """Whether a review stands with others under the thing that it reviews, as readers' reviews do."""
    for other in nodes:
        for key in ("review", "reviews"):
            inside = other.get(key)
            if isinstance(inside, list) and len(inside) > 1 and any(one is node for one in inside):
                return True
    return False


def _review(node: Mapping[str, Any]) -> Facts:
    said = node.get("reviewRating")
    scores = [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, Mapping)]
    score = next((each for each in scores if not each.get("reviewAspect")), None)
    found = replace(_article(node), is_review=True)
    if isinstance(score, Mapping):
        found = replace(
            found, rating=rating.structured(score.get("ratingValue"), score.get("bestRating"), score.get("worstRating"))
        )
    item = node.get("itemReviewed")
    item = item[0] if isinstance(item, list) and item else item
    if isinstance(item, Mapping):
        kinds = _types(item)
        kind: Literal["", "film", "other"] = "film" if kinds & _FILMS else "" if not kinds - _VAGUE else "other"
        return replace(found, item=kind, film=_text(item.get("name"))[:300], film_year=_film_year(item))
    return replace(found, film=_text(item)[:300]) if isinstance(item, str) else found


def _article(node: Mapping[str, Any]) -> Facts:
    picture = _first(node.get("image")) or _first(node.get("thumbnailUrl"))
    return Facts(
        headline=_text(node.get("headline")),
        name=_text(node.get("name")),
        authors=tuple(_people(node.get("author") or node.get("creator"))),
        published=_text(node.get("datePublished")),
        image=_text(picture.get("url") or picture.get("contentUrl"))
        if isinstance(picture, Mapping)
        else _text(picture),
        image_alt=_text(picture.get("caption")) if isinstance(picture, Mapping) else "",
        language=_text(node.get("inLanguage")),
        categories=tuple(_words(node.get("articleSection"), node.get("keywords"))),
        excerpt=_text(node.get("description")),
        body=str(node.get("reviewBody") or node.get("articleBody") or "")[:500_000],
        minutes=_minutes(_text(node.get("timeRequired"))),
        url=_text(node.get("url")),
    )


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _text(value: Any) -> str:
    """One line of text of a JSON-LD value, which may be a list, a {"@value": …} or hold markup."""
    value = _first(value)
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name") or ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return text_html.to_line(str(value)[:5_000])


def _people(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping) and "organization" in _types(one):
            continue
        name = _text(one)
        if name:
            yield name


def _words(*values: Any) -> Iterator[str]:
    for value in values:
        for one in value if isinstance(value, list) else str(value or "").split(","):
            if word := _text(one):
                yield word


def _minutes(duration: str) -> int | None:
    found = re.fullmatch(r"PT?(?:(\d{1,2})H)?(?:(\d{1,3})M)?(?:\d+S)?", duration, re.IGNORECASE)
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    return minutes or None


def _film_year(item: Mapping[str, Any]) -> int | None:
    event = _first(item.get("releasedEvent"))
    dates = [item.get(key) for key in ("dateCreated", "datePublished", "copyrightYear", "releaseDate")]
    for said in (*dates, event.get("startDate") if isinstance(event, Mapping) else None):
        if found := _YEAR.search(_text(said)):
            return int(found[0])
    return None


def microdata(root: etree._Element) -> Facts:
    """The facts of the first schema.org Review, else article, in a page's microdata."""
    scopes = [(e, _item_type(e)) for e in root.iter() if isinstance(e.tag, str) and e.get("itemtype")]
    for kinds in (_REVIEWS, _ARTICLES):
        for scope, kind in scopes:
            if kind in kinds and scope.get("itemprop") not in ("review", "reviews"):
                return _of_scope(scope, is_review=kind in _REVIEWS)
    return Facts()


def _item_type(element: etree._Element) -> str:
    return (
        str(element.get("itemtype", "")).split()[0].rstrip("/").rpartition("/")[2].casefold()
        if element.get("itemtype", "").strip()
        else ""
    )


def _said(props: Mapping[str, etree._Element], name: str) -> str:
    return _content(props[name]) if name in props else ""


def _of_scope(scope: etree._Element, *, is_review: bool) -> Facts:
    props = _props(scope)
    score = _either(props, "reviewRating", "rating")
    inner = _props(score) if score is not None and score.get("itemscope") is not None else {}
    item = props.get("itemReviewed")
    kind = _item_type(item) if item is not None else ""
    names = _props(item) if item is not None and item.get("itemscope") is not None else {}
    author = _either(props, "author", "reviewer")
    inside = _props(author) if author is not None and author.get("itemscope") is not None else {}
    who = _content(inside["name"]) if "name" in inside else _content(author) if author is not None else ""
    value, best = inner.get("ratingValue", score), inner.get("bestRating")
    body = _either(props, "reviewBody", "articleBody")
    return Facts(
        headline=_said(props, "headline"),
        name=_said(props, "name"),
        authors=(who,) if who else (),
        published=_said(props, "datePublished"),
        rating=rating.structured(_content(value), _content(best) or None if best is not None else None)
        if value is not None
        else None,
        film=_content(names["name"]) if "name" in names else _content(item) if item is not None else "",
        item="film" if kind in _FILMS else "other" if kind not in _VAGUE else "",
        image=_said(props, "image"),
        body=etree.tostring(body, encoding="unicode", method="html", with_tail=False) if body is not None else "",
        is_review=is_review,
    )


def _either(props: Mapping[str, etree._Element], *names: str) -> etree._Element | None:
    return next((props[name] for name in names if name in props), None)


def _props(scope: etree._Element | None) -> dict[str, etree._Element]:
    """The first element of each property of an item, those of items inside it left out."""
    found: dict[str, etree._Element] = {}
    if scope is None:
        return found
    walk = etree.iterwalk(scope, events=("start",))
    for _, element in walk:
        if element is scope or not isinstance(element.tag, str):
            continue
        for name in (element.get("itemprop") or "").split():
            found.setdefault(name, element)
        if element.get("itemscope") is not None:
            walk.skip_subtree()
    return found


def _content(element: etree._Element) -> str:
    said = ("content", "title") if element.tag == "abbr" else ("content", "datetime", "src", "href")
    for name in said if element.tag != "a" else ("content",):
        if value := element.get(name):
            return clean.line(value)
    return clean.line("".join(element.itertext()))[:2000]


def microformats(markup: str) -> Facts:
    """The facts of the first h-review (or old hreview), else h-entry, of a page."""
    if not re.search(r"class\s*=\s*[\"'][^\"']*\b(?:h-review|hreview|h-entry)\b", markup):
        return Facts()
    import mf2py

    found = mf2py.parse(doc=markup)
    items = list(_items(found.get("items", []), 0))
    for kind in ("h-review", "h-entry"):
        for item in items:
            if kind in item.get("type", []):
                return _of_item(item.get("properties", {}), is_review=kind == "h-review")
    return Facts()


def _items(items: list[Any], depth: int) -> Iterator[Mapping[str, Any]]:
    for item in items:
        if isinstance(item, Mapping):
            yield item
            if depth < 4:
                yield from _items(item.get("children", []), depth + 1)


def _of_item(props: Mapping[str, list[Any]], *, is_review: bool) -> Facts:
    item = _first(props.get("item"))
    picture = _first(props.get("photo") or props.get("featured"))
    content = _first(props.get("content") or props.get("description"))
    score, best = _mf(props.get("rating")), _mf(props.get("best"))
    language = _first(props.get("lang"))
    return Facts(
        headline=_mf(props.get("name")),
        authors=tuple(name for one in props.get("author", []) if (name := _mf([one]))),
        published=_mf(props.get("published") or props.get("reviewed") or props.get("dtreviewed")),
        rating=rating.structured(score, best or 5) if score else None,
        film=_mf([item]) if item else "",
        item="",
        image=str(picture.get("value", "")) if isinstance(picture, Mapping) else str(picture or ""),
        image_alt=clean.line(str(picture.get("alt") or "")) if isinstance(picture, Mapping) else "",
        language=str(language or ""),
        categories=tuple(_mf([one]) for one in props.get("category", [])),
        excerpt=_mf(props.get("summary")) if not is_review else "",
        body=str(content.get("html", "")) if isinstance(content, Mapping) else "",
        is_review=is_review,
    )


def _mf(values: list[Any] | None) -> str:
    value = _first(values)
    if isinstance(value, Mapping):
        inner = value.get("properties", {})
        value = _first(inner.get("name")) or _first(inner.get("average")) or value.get("value") or ""
        if isinstance(value, Mapping):
            value = value.get("value", "")
    return clean.line(str(value or ""))[:2000]


_DATES = (
    *("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dcterms.created"),
    *("dc.date.issued", "parsely-pub-date", "sailthru.date", "publish_date", "publication_date"),
)
"""Names of meta elements that state when a page came out, the surest first."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _meta_elements(root: etree._Element) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").casefold()
        if name and (value := clean.line(element.get("content") or "")):
            said.setdefault(name, []).append(value[:5000])
    return said


def meta(root: etree._Element) -> Facts:
    """The facts of OpenGraph, article and plain meta elements, with the title and language of the document."""
    said = _meta_elements(root)

    def one(*names: str) -> str:
        return next((said[name][0] for name in names if name in said), "")

    who = [name for name in (*said.get("article:author", ()), *said.get("author", ())) if "://" not in name]
    labels = {one(f"twitter:label{n}").casefold(): one(f"twitter:data{n}") for n in (1, 2, 3)}
    minutes = re.search(
        r"\d+", next((value for label, value in labels.items() if "read" in label or "lese" in label), "")
    )
    title = root.find(".//title")
    return Facts(
        headline=one("og:title", "twitter:title"),
        name=clean.line("".join(title.itertext())) if title is not None else "",
        authors=tuple(
            dict.fromkeys(who or [value for label, value in labels.items() if label in ("written by", "by")])
        ),
        published=one(*_DATES),
        image=one("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
        image_alt=one("og:image:alt", "twitter:image:alt"),
        language=root.get("lang") or root.get(_XML_LANG) or one("og:locale", "content-language"),
        categories=tuple(dict.fromkeys((*said.get("article:section", ()), *said.get("article:tag", ())))),
        excerpt=one("og:description", "description", "twitter:description"),
        minutes=int(minutes[0]) or None if minutes else None,
        url=one("og:url"),
        site=one("og:site_name"),
    )
