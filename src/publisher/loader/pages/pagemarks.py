"""Who wrote a page, when, and what score it gives, by the classes of its elements and the lines around its headline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lxml import etree

from publisher.loader.facts import dates, people, rating
from publisher.loader.pages import byline, markup
from publisher.loader.pages.byline import Byline
from publisher.model import Published, Rating
from publisher.text import clean

HOOK = "@data-hook='{}'"
"""How Wix marks its elements."""

_AUTHOR = re.compile(r"(?:[\w-]*[-_])?(?:author|byline)(?:[-_]+(?:name|link))*", re.IGNORECASE)
_NO_AUTHOR = re.compile(r"comment|avatar|bio|box|image|photo|desc|related|count", re.IGNORECASE)
_DATED = re.compile(
    r"publish|pubdate|posted|dt-published|(?:entry|post|article|meta|blog|item)[-_]+(?:\w+[-_]+)?date|^date$"
)
_ELSEWHERE = re.compile(r"comment|related|sidebar|widget|footer|recent|latest|popular|teaser", re.IGNORECASE)
_SCORED = re.compile(r"rating|stars|score|review-?(?:total|box|wrapper|final|verdict)|wp-review|verdict", re.IGNORECASE)
_OF_READERS = re.compile(
    r"user|reader|visitor|audience|comment|vote|pd-rating|yasr|kksr|kk-star|rmp-|post-?ratings|related|sidebar|average"
    r"|aggregate|\bcard|teaser|carousel|slider|archive|more-|grid",
    re.IGNORECASE,
)
_LINES = 12
"""Lines after a headline in which its byline stands."""
_PROSE = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Marks:
    """One page's marks, and the byline around its headline."""

    root: etree._Element
    zone: ZoneInfo
    critics: Mapping[str, str]
    language: str | None
    byline: Byline

    @classmethod
    def of(
        cls, root: etree._Element, title: str, *, zone: ZoneInfo, critics: Mapping[str, str], language: str | None
    ) -> Marks:
        """The marks of a parsed page whose headline is `title`."""
        near = _near(root, title, zone=zone, critics=critics)
        return cls(root=root, zone=zone, critics=critics, language=language, byline=near)

    def date(self, stated: str) -> Published | None:
        """The date that the page's data state, else the one on its article's time element."""
        for raw in (stated, *_times(self.root)):
            if raw and (found := dates.parse(raw, zone=self.zone, language=self.language)):
                return found
        return None

    def authors(self) -> tuple[str, ...]:
        """Authors that only the page's elements name: Wix's user name, a rel=author link, an author's class."""
        if found := hook(self.root, "user-name"):
            return people.names(found, self.critics)
        marked = [
            self.root.xpath("//a[@rel='author']"),
            self.root.xpath("//*[contains(concat(' ',normalize-space(@class),' '),' p-author ')]"),
            self.root.xpath("//*[contains(concat(' ',normalize-space(@class),' '),' author ')]//a"),
            [e for e in self.root.xpath("//*[contains(@class,'uthor') or contains(@class,'yline')]") if _is_author(e)],
        ]
        for elements in marked:
            named = {clean.line("".join(element.itertext())) for element in elements[:5]} - {""}
            if len(named) == 1:
                names = people.names(named.pop(), self.critics)
                if names and all(len(name) <= 60 for name in names):
                    return names
        return ()


def hook(root: etree._Element, name: str) -> str:
    """The text of one of Wix's marked elements."""
    found = root.xpath(f"//*[{HOOK.format(name)}]")
    return clean.line("".join(found[0].itertext())) if found else ""


def score(root: etree._Element) -> Rating | None:
    """The score of a rating element of the article: in words for those who cannot see its stars, or as its text."""
    said: list[str] = []
    for element in root.xpath(
        "//article//*[@class] | //main//*[@class] | //*[contains(@class,'entry-content')]//*[@class]"
    ):
        if _SCORED.search(element.get("class")) and not _is_within(element, _OF_READERS):
            said += [element.get(name) or "" for name in ("aria-label", "title", "alt")]
            said += [leaf.text or "" for leaf in element.iter() if isinstance(leaf.tag, str) and len(leaf) == 0]
        if len(said) > 200:
            break
    return rating.find(dict.fromkeys(line for value in said if (line := clean.line(value)[:120])))


def _is_author(element: etree._Element) -> bool:
    tokens = element.get("class", "").split()
    return any(_AUTHOR.fullmatch(token) and not _NO_AUTHOR.search(token) for token in tokens) and not _is_within(
        element, _ELSEWHERE
    )


def _is_within(element: etree._Element, names: re.Pattern[str]) -> bool:
    """Whether the element or one that it stands in has such a class or id."""
    line = (element, *element.iterancestors())
    return any(
        names.search(f"{each.get('class', '')} {each.get('id', '')}")
        for each in line
        if each.tag not in ("html", "body", "main", "article")
    )


def _times(root: etree._Element) -> list[str]:
    """What the page's time elements state: those marked as the day of publication, else the article's only one."""
    found: list[str] = []
    inside: list[str] = []
    for element in root.iter("time"):
        stated = element.get("datetime") or ""
        if not stated or _is_within(element, _ELSEWHERE):
            continue
        parent = element.getparent()
        marks = [element.get("class", ""), element.get("itemprop", ""), *element.keys()]
        marks += parent.get("class", "").split() if parent is not None else []
        text = " ".join(marks)
        if any(_DATED.search(word) for word in text.split()) and "update" not in text.replace("published updated", ""):
            found.append(stated)
        if any(each.tag in ("article", "main") for each in element.iterancestors()):
            inside.append(stated)
    return found[:1] or (inside if len(set(inside)) == 1 else [])


def _near(root: etree._Element, title: str, *, zone: ZoneInfo, critics: Mapping[str, str]) -> Byline:
    """What the lines right after the headline, before the first paragraph, say in so many words."""
    authors: list[str] = []
    published: Published | None = None
    for line in _lines_after(root, title):
        said = byline.read(line, zone=zone, critics=critics)
        if said is not None and said.marked:
            authors += said.authors
            published = published or said.published
    return Byline(authors=tuple(dict.fromkeys(authors)), published=published)


def _lines_after(root: etree._Element, title: str) -> list[str]:
    body = root.find("body")
    if not title or body is None:
        return []
    found: list[str] = []
    begun = False
    for piece in markup.pieces_of(body, widgets=True):
        if not begun:
            begun = clean.fold(piece.text) == clean.fold(title)
        elif len(piece.text) > _PROSE or len(found) >= _LINES:
            break
        else:
            found += piece.text.split("\n")
    return found[:_LINES]
