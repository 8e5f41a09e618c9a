"""Habits of the platforms that feeds come from, which no standard covers."""

import re

from publisher.loader.feeds.record import FeedEntry
from publisher.model import Film, Rating
from publisher.text import clean, urls

FEED_HOSTS = frozenset({"feeds.feedburner.com", "feedproxy.google.com", "rss.app", "feeds2.feedburner.com"})
"""Hosts that serve feeds of other sites."""

# Wix scales a picture by what follows its file name: `…~mv2.jpg/v1/fit/w_1000,h_1000,al_c,q_80/file.png`.
_WIX_SCALED = re.compile(r"(https?://static\.wixstatic\.com/media/[^/?#]+)/v1/[^?#]*")
# Blogger names the size in the path (`/s72-c/`) or at its end (`=s72-c`); s1600 is the original in practice.
_BLOGGER_SCALED = re.compile(
    r"(https?://(?:\w+\.bp\.blogspot\.com|blogger\.googleusercontent\.com)/\S*?)(/|=)s\d+(?:-[a-z]\w*)*(/|$)"
)
_PIXEL = re.compile(
    r"(?:/_/stat\?|[?&]event=rss|feeds\.feedburner\.com/~|/~r/|pixel\.wp\.com|stats\.wordpress\.com|/b\.gif|"
    r"doubleclick\.net|/1x1|spacer\.gif|blank\.gif|gravatar\.com/avatar|/smilies/|s\.w\.org/images/core/emoji)",
    re.IGNORECASE,
)
_APPEARED_FIRST = re.compile(
    r"\s*(?:The post|L['’]article|Der Beitrag|La entrada|O post)\s.{0,300}?\s(?:appeared first on|est apparu en premier"
    r" sur|erschien zuerst auf|se publicó primero en|apareceu primeiro em)\s.{0,200}$",
    re.DOTALL,
)
_LETTERBOXD_ID = re.compile(r"(?:.*/)?letterboxd-(watch|review|list|story)-\d+")
_LETTERBOXD_SPOILERS = re.compile(
    r"<p>\s*(?:<em>)?\s*This review may contain spoilers\.?\s*(?:</em>)?\s*</p>", re.IGNORECASE
)
_LETTERBOXD_WATCHED = re.compile(r"Watched on \w+,? \w+ \d{1,2},? \d{4}\.?")
_RELATIVE = re.compile(r"[./]?[\w%~-][^\s:<>\"]*|/[^\s<>\"]*")
_CATEGORY_SCHEMES = re.compile(r"schemas\.google\.com/(?:g|blogger)/\d{4}#kind|#kind$")


def picture(address: str) -> str:
    """The original of a picture whose address asks for a scaled copy."""
    address = _WIX_SCALED.sub(r"\1", address)
    return _BLOGGER_SCALED.sub(r"\1\2s1600\3", address)


def is_pixel(address: str) -> bool:
    """Whether a picture counts readers or decorates, rather than showing something."""
    return _PIXEL.search(address) is not None


def without_tail(text: str) -> str:
    """An excerpt without WordPress's "The post X appeared first on Y"."""
    return _APPEARED_FIRST.sub("", text)


def is_kind_label(scheme: str | None) -> bool:
    """Whether a category only says that the item is a post (Blogger, YouTube)."""
    return bool(scheme and _CATEGORY_SCHEMES.search(scheme))


def address(entry: FeedEntry, base: str) -> str | None:
    """The page of an entry; as it stands where it is relative and nobody knows to what."""
    for candidate in (entry.url, entry.id if entry.id_is_url else None):
        if candidate and candidate.strip():
            if candidate == entry.id and not (urls.is_web(candidate.strip()) or candidate.strip().startswith("/")):
                continue  # a bare word in guid counts as a link by default and is none
            found = _with_scheme(urls.join(base, candidate), base)
            if found:
                return found
            if not base and _RELATIVE.fullmatch(candidate.strip()):
                return candidate.strip()
    return None


def _with_scheme(url: str, base: str) -> str:
    """An address that was written without its scheme and so became a path on its own host, as it was meant."""
    host = urls.host(url)
    scheme, _, path = url.partition("://")
    if not host or host != urls.host(base):
        return url
    for own in (host, f"www.{host}", host.removeprefix("www.")):
        _, found, rest = path.partition(f"/{own}/")
        if found:
            return f"{scheme}://{own}/{rest}"
    return url


def original_address(entry: FeedEntry) -> str | None:
    """The page behind a link that FeedBurner counts, where the feed names it."""
    original = entry.extra.get("feedburner_origlink")
    return original.strip() if isinstance(original, str) and urls.is_web(original.strip()) else None


def is_no_review(entry: FeedEntry) -> str:
    """Why an entry cannot be a review: Letterboxd's lists and bare diary entries; empty when it may be one."""
    kind = _letterboxd_kind(entry)
    if kind in ("list", "story"):
        return "lists"
    if kind and not letterboxd_text(entry):
        return "diary entries without a text"
    return "" if _says_anything(entry) else "entries without title and text"


def _says_anything(entry: FeedEntry) -> bool:
    """Whether an entry has a title or a word of text."""
    if entry.title is not None and entry.title.value.strip():
        return True
    bodies = (markup.value for markup in (*entry.content, entry.summary) if markup)
    return any(clean.line(re.sub(r"<[^<>]*>", " ", body)) for body in bodies)


def film(entry: FeedEntry) -> Film | None:
    """The film that an entry names in a field of its own (Letterboxd's namespace)."""
    title, year = entry.extra.get("letterboxd_filmtitle"), str(entry.extra.get("letterboxd_filmyear") or "")
    if not isinstance(title, str) or not clean.line(title) or entry.extra.get("tmdb_tvid"):
        return None
    return Film(
        title=clean.line(title),
        year=int(year) if re.fullmatch(r"[12]\d{3}", year) else None,
        evidence=("letterboxd:filmTitle",),
    )


def rating(entry: FeedEntry) -> Rating | None:
    """The critic's stars out of five in Letterboxd's namespace; nothing when she gave none."""
    value = str(entry.extra.get("letterboxd_memberrating") or "")
    if not re.fullmatch(r"[0-5](?:\.[05])?", value) or not 0 < float(value) <= 5:
        return None
    return Rating(value=int(float(value)) if float(value).is_integer() else float(value), best=5)


def diary_key(entry: FeedEntry, page: str | None) -> str | None:
    """What stays the same when a Letterboxd diary entry gets a text and with it a new id: who, which film, when."""
    watched, seen = entry.extra.get("letterboxd_watcheddate"), film(entry)
    if not watched or seen is None or not page:
        return None
    member = page.partition("://")[2].split("/")[1:2]
    return f"{''.join(member)}|{clean.fold(seen.title)}|{seen.year}|{watched}"


def body(entry: FeedEntry) -> str | None:
    """A Letterboxd review's HTML without its poster and warning; None for all other entries."""
    if not _letterboxd_kind(entry) or entry.summary is None:
        return None
    return _LETTERBOXD_SPOILERS.sub("", re.sub(r"^\s*<p>\s*<img[^>]*>\s*</p>", "", entry.summary.value))


def letterboxd_text(entry: FeedEntry) -> bool:
    """Whether a Letterboxd entry says anything beside "Watched on …"."""
    words = clean.line(re.sub(r"<[^>]*>", " ", body(entry) or ""))
    return bool(_LETTERBOXD_WATCHED.sub("", words).strip())


def is_spoiling(entry: FeedEntry) -> bool:
    """Whether a Letterboxd member flagged her whole review as one that may spoil."""
    if not _letterboxd_kind(entry):
        return False
    title = entry.title.title if entry.title else ""
    warned = entry.summary is not None and _LETTERBOXD_SPOILERS.search(entry.summary.value)
    return bool(warned) or "(contains spoilers)" in title.casefold()


def _letterboxd_kind(entry: FeedEntry) -> str:
    found = _LETTERBOXD_ID.fullmatch(entry.id or "")
    return found[1] if found else ""
