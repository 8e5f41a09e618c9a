"""The nearest right word, and how a wrong value is shown in one short line. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from publisher import secrecy

# What people write when they mean one of ours.
_SYNONYMS = {
    "sender": "from",
    "from_email": "from",
    "tz": "timezone",
    "time_zone": "timezone",
    "lang": "language",
    "locale": "language",
    "color": "accent",
    "colour": "accent",
    "cron": "schedule",
    "when": "schedule",
    "interval": "every",
    "type": "kind",
    "pass": "password",
    "user": "username",
    "login": "username",
    "server": "host",
    "tls": "security",
    "address": "postal_address",
    "postal": "postal_address",
    "emails": "email",
    "to": "email",
    "providers": "provider",
    "replyto": "reply_to",
    "base_url": "url",
    "link": "url",
    "folder": "path",
    "dir": "path",
    "file": "path",
    "database": "store",
    "db": "store",
    "feeds": "sources",
    "feed": "sources",
    "source": "sources",
    "newsletter": "newsletters",
    "mail": "providers",
    "channels": "social",
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None."""
    words = list(known)
    folded = word.casefold().replace("-", "_")
    for candidate in words:
        if candidate.casefold().replace("-", "_") == folded:
            return candidate
    synonym = _SYNONYMS.get(folded)
    if synonym in words:
        return synonym
    by_fold = {candidate.casefold(): candidate for candidate in words}
    close = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    if close:
        return by_fold[close[0]]
    ends = [candidate for candidate in words if len(folded) >= 4 and candidate.casefold().endswith(f"/{folded}")]
    return ends[0] if ends else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question `did you mean …?` for a wrong word, or nothing."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""


def one_of(known: Iterable[str]) -> str:
    """Words as a sentence lists them: `a`, `b` or `c`."""
    words = [f"`{word}`" for word in known]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing"


def shown(value: Any) -> str:
    """A value as it may stand in a message: short, on one line, in TOML's spelling, no secret in it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in secrecy.bare(value)).split())
        return f'"{line[:59]}…"' if len(line) > 60 else f'"{line}"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return secrecy.bare(str(value))[:60]
