"""Critics' names as sources write them: login names by alias, mail addresses out, several people apart."""

import re
from collections.abc import Iterable, Mapping

from publisher.text import clean

_LEAD = re.compile(
    r"^(?:(?:words|text|story|written|review(?:ed)?|posted|published|authored|article|post)\s+)?by[:\s]+"
    r"|^(?:author|critic|reviewer|writer|editor)s?\s*:\s*|^@(?=\w)",
    re.IGNORECASE,
)
_MAIL_WITH_NAME = re.compile(r"^\S+@\S+\.\S+\s*\((.+)\)$|^\"?(.+?)\"?\s*<[^<>@\s]+@[^<>\s]+>$")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_ADDRESS = re.compile(r"https?://|www\.|/")
_APART = re.compile(r"\s*(?:;|\||\s&\s|\s(?:and|und|et|y)\s|,\s*(?:and\s)?)\s*", re.IGNORECASE)
_TITLES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "phd", "ph.d.", "md", "esq", "esq."})
_PARTICLES = "de|da|do|dos|di|del|della|der|den|des|van|von|zu|la|le|el|al|bin|binti|ibn|ben|ter|ten|af|av|y|e|st"
_NAME = re.compile(
    rf"[^\W\d_a-z][\w'’.\-]*(?:\s(?:(?:{_PARTICLES})\s)*(?:d['’]|l['’]|o['’])?[^\W\d_a-z][\w'’.\-]*){{1,4}}"
)
_ROLES = re.compile(
    r"\b(?:review|film|movie|read|min|ago|share|news|posts?|comments?|trailer|season|episode|home|about|contact"
    r"|subscribe|podcast|reviews|films|movies|cinema|january|february|march|april|june|july|august|september|october"
    r"|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)


def names(raw: str | Iterable[str], critics: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The people that an author field names, in order, each once; `critics` maps login names to bylines.

    Addresses of pages and bare mail addresses name nobody.
    """
    aliases = {clean.fold(login): name for login, name in (critics or {}).items()}
    found: dict[str, str] = {}
    for text in (raw,) if isinstance(raw, str) else raw:
        for name in _split(clean.line(text[:2000])[:400], aliases):
            found.setdefault(clean.fold(name), name)
    return tuple(found.values())


def looks_like_name(text: str) -> bool:
    """Whether the text is two to five capitalised words, as a person's name is, and nothing of a page's furniture."""
    return len(text) <= 60 and bool(_NAME.fullmatch(text)) and not _ROLES.search(text) and not text.startswith("The ")


def _split(text: str, aliases: Mapping[str, str]) -> list[str]:
    text = _LEAD.sub("", text).strip(" \t-–—:·|•,")
    if found := _MAIL_WITH_NAME.match(text):
        text = (found[1] or found[2]).strip()
    if clean.fold(text) in aliases:
        return [aliases[clean.fold(text)]]
    parts: list[str] = []
    for part in _APART.split(text):
        if part.casefold() in _TITLES and parts:
            parts[-1] += f", {part}"
        elif part and not _MAIL.fullmatch(part) and not _ADDRESS.search(part) and any(c.isalpha() for c in part):
            parts.append(aliases.get(clean.fold(part), part))
    return parts
