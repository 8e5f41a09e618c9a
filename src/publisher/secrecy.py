"""What may not be shown: the secrets that this process knows, and what in a web address may be one.

An error strikes them out as it is made, the command line strikes them out of all that it prints. Nobody else needs to
think of it, and text that comes from elsewhere (a cause below an error, a server's answer) is held by the same rules.
"""

import base64
import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

STRUCK = "…"
NAME = re.compile(
    r"(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|key|apikey|dsn|auth|authorization|credentials?|cookie|sig|"
    r"signature|session|sid|webhook_url|code_verifier)$|^x-.*(?:auth|key|token)",
    re.IGNORECASE,
)
"""The names of keys, headers and query values that hold a secret."""

_SHORTEST = 5
_TELLING = 8  # so long and mixed, it is no word of ours, and is struck inside of others too
# What settings say where nothing secret stands yet, and would tear our own sentences apart.
_WORDS = frozenset({"password", "secret", "token", "changeme", "example", "username", "false", "optional", "required"})
_SCHEME = r"[a-zA-Z][a-zA-Z0-9+.-]{1,30}://"
_END = r"[^\s\"'<>“”„«»`\\]"
_LOGINS = (
    re.compile(rf"({_SCHEME})[^\s/?#\"'<>]*@"),
    # A password that was not encoded, with / ? or # in it; behind a colon there is a port otherwise.
    re.compile(rf"({_SCHEME})(?!\[)[^\s/?#:@\"'<>]*:(?!\d{{1,5}}(?:[/?#]|$)){_END}*@"),
)
_PATHS = (
    (re.compile(r"(/bot)\d+(?::|%3[aA])[\w%-]+"), rf"\1{STRUCK}"),
    (re.compile(r"\b\d{8,12}:[\w-]{15,}"), STRUCK),
    (re.compile(r"(/webhooks/\d+/)[\w-]+"), rf"\1{STRUCK}"),
    (re.compile(r"(/(?:services|workflows|triggers)/)T\w+/\w+(?:/\w+)*"), rf"\1{STRUCK}"),
    (re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:\w+\s+)?)[\w.~+/=-]{5,}"), rf"\1{STRUCK}"),
)
_PAIR = re.compile(r"([?&;]|&amp;)([\w.%-]+)=([^&;\s\"'<>#“”«»`\\]*[^&;\s\"'<>#“”«»`\\.,:!)])")
_QUERY = re.compile(
    rf"((?:{_SCHEME}|(?<![\w/])/)[^\s?#\"'<>]*)(?:\?|#(?={_END}*=)){_END}*?(?=[.,:;!)\]]*(?:[\s\"'<>“”„«»`\\]|$))"
)


class _Unspeakable:
    """The secrets of this process, as a pattern of all the spellings in which they may turn up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spellings: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def add(self, values: Iterable[str]) -> None:
        """Know these as well."""
        found = {each for value in values if _is_secret(value) for each in _spelled(value)}
        with self._lock:
            if not found <= self._spellings:
                self._spellings |= found
                longest_first = sorted(self._spellings, key=len, reverse=True)
                self._pattern = re.compile("|".join(map(_bounded, longest_first)))

    def clear(self) -> None:
        """Know nothing."""
        with self._lock:
            self._spellings, self._pattern = frozenset(), None

    def strike(self, text: str) -> str:
        """The text without any of them."""
        pattern = self._pattern
        return text if pattern is None else pattern.sub(STRUCK, text)


_known = _Unspeakable()


def learn(*values: str) -> None:
    """Let these never be shown by this process."""
    _known.add(values)


def learn_address(address: str, *, path: bool = False) -> None:
    """Learn what is secret in a web address: password, query values, with `path` where it leads to as well."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    user, colon, password = parts.netloc.rpartition("@")[0].partition(":")
    secret = password if colon else user if _is_mixed(user) else ""
    if secret:
        pair = f"{unquote(user)}:{unquote(password)}"
        learn(secret, base64.b64encode(pair.encode()).decode())
    odd = _LOGINS[1].match(address)
    if odd and not parts.netloc.rpartition("@")[0]:
        learn(odd[0][len(odd[1]) : -1].partition(":")[2])
    learn(*(value for name, value in parse_qsl(parts.query) if NAME.search(name) or name == "code" or _is_mixed(value)))
    if path and len(parts.path) > _TELLING:
        learn(parts.path.strip("/"), *(each for each in parts.path.split("/") if _is_mixed(each)))


def forget() -> None:
    """Begin anew: another command, with other secrets."""
    _known.clear()


def struck(text: str) -> str:
    """The text without the secrets that are known, and addresses in it without login and secret values."""
    for login in _LOGINS if "://" in text else ():
        text = login.sub(r"\1", text)
    for pattern, instead in _PATHS:
        text = pattern.sub(instead, text)
    if "=" in text:
        text = _PAIR.sub(lambda hit: f"{hit[1]}{hit[2]}={STRUCK}" if NAME.search(hit[2]) else hit[0], text)
    return _known.strike(text)


def bare(text: str) -> str:
    """The same, and no address in it has a query: for errors and logs, which are passed on."""
    return _QUERY.sub(r"\1", struck(text)) if "?" in text or "#" in text else struck(text)


def public(address: str) -> str:
    """An address as everybody may have it: without login, and without the values that let somebody in."""
    for login in _LOGINS:
        address = login.sub(r"\1", address)
    if "?" not in address or "://" not in address:
        return address
    page, _, rest = address.partition("?")
    query, mark, fragment = rest.partition("#")
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _lets_in(*pair.partition("=")[::2])]
    if kept == pairs:
        return address
    return f"{page}{'?' if kept else ''}{'&'.join(kept)}{mark}{fragment}"


def _lets_in(name: str, value: str) -> bool:
    """Whether a query value is a login; a number behind `key` is the number of a page."""
    return bool(NAME.search(name)) and not value.isdigit() and bool(value)


def _is_secret(value: str) -> bool:
    return len(value) >= _SHORTEST and value.casefold() not in _WORDS and not value.startswith("${")


def _is_mixed(value: str) -> bool:
    """Whether it looks like made by a machine: long, with digits and letters."""
    return len(value) >= _TELLING and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _spelled(secret: str) -> Iterator[str]:
    """A secret as it stands in addresses, pages, documents and tracebacks."""
    for plain in (secret, unquote(secret)):
        yield from (plain, quote(plain), quote(plain, safe=""), quote_plus(plain), html.escape(plain))
        yield from (json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1], repr(plain)[1:-1])


def _bounded(secret: str) -> str:
    """A pattern for it; one that might be a word is struck only where it stands as a word."""
    pattern = re.escape(secret)
    return pattern if _is_mixed(secret) else rf"(?<![^\W_]){pattern}(?![^\W_])"
