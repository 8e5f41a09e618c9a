"""Lines that say who wrote a review, when, and how long it takes to read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from publisher.loader.facts import dates, people
from publisher.model import Published

_READING = re.compile(
    r"(?:(?:estimated |approx\.? )?read(?:ing)? time\s*:?\s*)?(?:about |approx\.? |~)?(\d{1,3})[\s-]*min(?:ute)?s?\.?"
    r"(?:\s*(?:read(?:ing)?(?: time)?|lesezeit|de lecture|de lectura|di lettura|de leitura|leestijd))?",
    re.IGNORECASE,
)
_STATED = re.compile(r"read|lesezeit|lecture|lectura|lettura|leitura|leestijd", re.IGNORECASE)
_BY = re.compile(
    r"(?:(?:words|text|story|written|reviewed|review|posted|published|submitted|authored)\s+)?by[:\s]\s*(?P<who>.+)"
    r"|(?:author|critic|reviewer|writer|reviewed by)s?\s*:\s*(?P<who2>.+)",
    re.IGNORECASE,
)
_BY_ABROAD = re.compile(r"(?:(?:escrito |écrit |scritto )?(?:par|por|di|door)|von|av|af)\s+(?P<who>.+)", re.IGNORECASE)
_CLOCK = re.compile(r"(?:at |um |à )?\d{1,2}[:.h]\d\d(?: ?[ap]\.?m\.?)?(?: uhr)?", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:(?:first |originally )?(?:posted|published|reviewed|submitted)(?: on| at)?|date(?: published"
    r"| posted)?|(?:publiée?|publicad[oa]|veröffentlicht|pubblicat[oa]|gepubliceerd|publicerad|mis en ligne)"
    r"(?: le| el| am| il| op| em| den)?)\s*:?\s+(?P<when>.+)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+(?=\d)", re.IGNORECASE)
_UPDATED = re.compile(r"(?:last )?(?:updated|modified|edited)(?: on)?\s*:?\s+.+", re.IGNORECASE)
_AGO = re.compile(
    r"(?:\d{1,3}|an?|one) (?:second|minute|min|hour|hr|day|week|month|year)s? ago|yesterday|just now", re.IGNORECASE
)
_ROLE = re.compile(
    r",?\s*\(?(?:staff writer|film critic|critic|editor(?:-in-chief)?|contributor|guest (?:writer|critic|post))\)?$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s+[-–—|•·/]\s+|\s*[|•·]\s*|\s+(?=(?:par|por|von|door|di)\s(?-i:[A-ZÀ-Þ]))|\s+on\s+(?=\S+\s+\d)|,\s+(?=(?:\d{1,2}(?:st|nd|rd|th)?\s)?[A-Z][a-z]{2,8}\.?\s\d)"
)
_MARK = re.compile(r"^[-–—•·*]\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Byline:
    """What one line says about the review; `marked` when words such as "by" or a date leave no doubt."""

    authors: tuple[str, ...] = ()
    published: Published | None = None
    reading_minutes: int | None = None
    marked: bool = True


def read(line: str, *, zone: ZoneInfo, critics: Mapping[str, str] | None = None) -> Byline | None:
    """What a short line says about author, date and reading time when it says nothing else; None otherwise.

    A bare name is returned unmarked: only its neighbours tell whether it is a byline.
    """
    text = _MARK.sub("", line.strip()).strip()
    if not 0 < len(text) <= 120:
        return None
    who: list[str] = []
    when: Published | None = None
    minutes: int | None = None
    marked = False
    for number, part in enumerate(p.strip(" ,") for p in _SEPARATOR.split(text) if p.strip(" ,")):
        if found := reading_minutes(part):
            minutes, marked = found, True
        elif published := _date(part, zone):
            when, marked = when or published, True
        elif _AGO.fullmatch(part) or _UPDATED.fullmatch(part) or (when and _CLOCK.fullmatch(part)):
            marked = True
        elif (by := _BY_ABROAD.fullmatch(part)) and people.looks_like_name(by["who"]):
            who += people.names(by["who"], critics)
            marked = True
        elif (by := _BY.fullmatch(part)) and (found_names := _people(by["who"] or by["who2"], critics)):
            who += found_names
            marked = True
        elif number == 0 and _is_person(part, critics):
            who += people.names(part, critics)
        else:
            return None
    return Byline(authors=tuple(who), published=when, reading_minutes=minutes, marked=marked)


def reading_minutes(text: str) -> int | None:
    """The minutes of "3 min read" or "Reading time: 5 minutes"; a bare "3 min" is no reading time."""
    found = _READING.fullmatch(text.strip())
    return int(found[1]) if found and _STATED.search(text) and int(found[1]) else None


def _date(text: str, zone: ZoneInfo) -> Published | None:
    found = _WHEN.fullmatch(text)
    text = _WEEKDAY.sub("", found["when"] if found else text)
    if len(text) > 60 or not any(c.isdigit() for c in text) or _AGO.fullmatch(text):
        return None
    return dates.parse(text, zone=zone)


def _people(text: str, critics: Mapping[str, str] | None) -> tuple[str, ...]:
    """The names after "by", when every one of them is a name: "By the end of the film" names nobody."""
    text = _ROLE.sub("", text)
    found = people.names(text, critics)
    known = set((critics or {}).values())
    return (
        found
        if found and all(name in known or people.looks_like_name(name) or _is_login(name) for name in found)
        else ()
    )


def _is_login(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Z][\w.-]{2,24}|[a-z]\w{2,24}", name)) and name.casefold() not in _NO_LOGINS


_NO_LOGINS = frozenset("the this that now then itself design default far chance contrast nature accident".split())  # noqa: SIM905


def _is_person(text: str, critics: Mapping[str, str] | None) -> bool:
    return text in (critics or {}) or text in (critics or {}).values() or people.looks_like_name(text)
