"""Web addresses: joined, compared and marked for a campaign. Nothing is looked up."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

_SCHEMES = frozenset({"http", "https"})
_PORTS = {"http": "80", "https": "443"}
_ILLEGAL = re.compile('[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff\\\\<>"^`{|}]')
_TRIMMED = "\x00\t\n\r\x0b\x0c \xa0\ufeff"
_MANY_SLASHES = re.compile(r"/{2,}")
_CODE = re.compile("%([0-9a-fA-F]{2})")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_AMP_PATH = re.compile(r"/amp/?$", re.IGNORECASE)

# Parameters that say where a visitor came from and never what the page is.
_TRACKING = re.compile(
    r"""
    (?: utm | mtm | hsa | piwik | matomo | stm | itm | ga | trk )_.* | __?hs[a-z]+
    | fb(?: clid | _action_ids | _action_types | _ref | _source | _comment_id )
    | [gdy]clid | gbraid | wbraid | gclsrc | ysclid | twclid | ttclid | msclkid | li_fat_id | igsh(?:id)? | epik | scid
    | srsltid | mkt_tok | mc_(?: cid | eid | tc ) | mcid | hsctatracking | wicked(?: id | source )
    | vero_(?: id | conv ) | oly_(?: anon | enc )_id | _openstat | rb_clickid | s_cid | sc_cid | s_kwcid | ef_id
    | soc_(?: src | trk ) | ml_subscriber(?:_hash)? | _branch_(?: match_id | referrer ) | __s | _bhlid | ncid | cmpid
    | pk_(?: campaign | kwd | keyword | source | medium | content | cid ) | campaign_id | feature_share
    | ref(?: _src | _url | errer )? | amp
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Medium marks its feed's links so (`source=rss----abc---2`); elsewhere `source` may name a page.
_SOURCE_MARKS = ("rss", "feed", "email")


def is_web(url: str) -> bool:
    """Whether the text is an absolute http or https address with a host and without characters that break out."""
    if _ILLEGAL.search(url):
        return False
    parts = _split(url)
    return parts is not None and parts.scheme in _SCHEMES and bool(parts.hostname)


def join(base: str, href: str) -> str:
    """The absolute http(s) address that `href` means on the page `base`; empty when there is none.

    Spaces and other characters that do not belong in an address are percent-encoded, as browsers do.
    """
    href = _encoded(href.strip(_TRIMMED))
    try:
        url = urljoin(_encoded(base.strip(_TRIMMED)), href)
    except ValueError:
        return ""
    return url if href and is_web(url) else ""


@lru_cache(maxsize=8192)
def canonical(url: str) -> str:
    """The address for comparing, never for asking: two spellings of one page give the same text.

    Scheme, `www.`, host case, default port, user, fragment, tracking parameters, double and trailing slashes, `/amp`
    and the spelling of percent-codes are folded. What is not a web address comes back trimmed.
    """
    url = _encoded(url.strip(_TRIMMED))
    parts = _split(url)
    if parts is None or parts.scheme not in _SCHEMES or not parts.hostname:
        return url
    path = _MANY_SLASHES.sub("/", _spelled(parts.path))
    path = _AMP_PATH.sub("", path).rstrip("/")
    query = "&".join(_spelled(pair) for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return urlunsplit(("https", _host(parts), path or "/", query, ""))


def apart(url: str) -> tuple[str, tuple[str, str] | None]:
    """An address without the login in it, and the login (user and password), None where there is none."""
    parts = _split(url)
    if parts is None or "@" not in parts.netloc:
        return url, None
    login, _, host_and_port = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    return urlunsplit(parts._replace(netloc=host_and_port)), (unquote(user), unquote(password))


def origin(url: str) -> str:
    """Scheme, host and port of an address: what one login is good for; empty when it is none."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or _PORTS.get(parts.scheme)}" if parts else ""


def host(url: str) -> str:
    """The lower-case host of an address, without port and `www.`; empty when it has none."""
    parts = _split(url)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def slug(url: str) -> str:
    """The last named piece of an address's path, without an extension; empty for a home page."""
    parts = _split(canonical(url))
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]) if parts else ""
    return re.sub(r"\.(?:html?|php|aspx?)$", "", last, flags=re.IGNORECASE).casefold()


def with_utm(url: str, params: Mapping[str, str]) -> str:
    """The address with `params` in its query, before the fragment, each exactly once; doing it twice changes nothing.

    A parameter that is there already takes our value; every other byte of the address stays.
    """
    parts = _split(url)
    if parts is None or parts.scheme not in _SCHEMES or not params:
        return url
    kept = [pair for pair in parts.query.split("&") if pair and unquote(pair.partition("=")[0]) not in params]
    ours = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params.items()]
    return urlunsplit(parts._replace(query="&".join(kept + ours)))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _encoded(url: str) -> str:
    return _ILLEGAL.sub(lambda hit: quote(hit[0], safe="", errors="ignore"), url)


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        name = quote(name)
    name = f"[{name}]" if ":" in name else name.removeprefix("www.")
    port = "" if parts.port is None else str(parts.port)
    return name if not port or port == _PORTS[parts.scheme] else f"{name}:{port}"


def _spelled(piece: str) -> str:
    """One spelling of percent-codes (RFC 3986, 6.2.2): upper case, and none where the character may stand bare."""
    return _CODE.sub(_code, _BEYOND_ASCII.sub(lambda hit: quote(hit[0], errors="ignore"), piece))


def _code(hit: re.Match[str]) -> str:
    char = chr(int(hit[1], 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else hit[0].upper()


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name).casefold()
    if name == "source":
        return value.startswith(_SOURCE_MARKS)
    if name == "outputtype":
        return value == "amp"
    return _TRACKING.fullmatch(name) is not None
