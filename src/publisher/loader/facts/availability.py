"""Where a film can be seen, from the lines in which reviews say so: "'X' is streaming now on Netflix in the US."."""

import re

from publisher.model import Availability

_REGIONS = (
    r"U\.?S\.?A?\b\.?|U\.?K\.?(?: and Ireland)?\b\.?|United States|United Kingdom|Great Britain|North America|Canada"
    r"|Latin America|Ireland|Australia|New Zealand|Europe|India|Germany|France|Spain|Italy|Japan|Mexico|Brazil"
    r"|Netherlands|Belgium|Austria|Switzerland|Poland|Sweden|Norway|Denmark|Finland|Portugal|Scandinavia|South Africa"
    r"|South Korea|Singapore|Philippines"
)
_SERVICES = (
    r"Netflix|(?:Amazon )?Prime(?: Video)?|Amazon|Disney ?(?:\+|Plus)(?: Hotstar)?|Hulu|(?:HBO )?Max|HBO(?: Go)?"
    r"|Peacock"
    r"|Apple ?TV ?(?:\+|Plus)?|iTunes|Paramount ?(?:\+|Plus)|Mubi|Shudder|(?:The )?Criterion Channel|BFI Player"
    r"|Starz|Now(?: TV)?"
    r"|Curzon Home Cinema|BBC iPlayer|iPlayer|ITVX?|Channel 4|All ?4|Sky Cinema|Sky|Tubi|Kanopy|Hoopla|YouTube"
    r"|Google Play"
    r"|Vudu|Fandango(?: at Home)?|Stan|Binge|Crave|Crunchyroll|Hotstar|JioCinema|JioHotstar|ZEE5|Sony ?LIV"
    r"|Rakuten TV|Plex"
    r"|Viaplay|Canal ?\+|Movistar|Roku(?: Channel)?|AMC ?\+|Pluto TV|Freevee|Film4|Metrograph|OVID|Vimeo"
    r"|Discovery\+|fuboTV"
)
_WORDS = frozenset({"now", "Now", "max", "stan", "binge", "crave", "sky", "prime"})
"""Services' names that are words as well, when they are written like those."""
_CINEMAS = r"(?:select(?:ed)? |limited |all )?(?:cinemas|theat(?:er|re)s)"
_DISCS = r"Blu-?rays?(?: disc)?|DVDs?|4K(?: UHD)?(?: Blu-ray)?|UHD"
_DIGITAL = r"(?:digital(?: HD| download| platforms)?|VOD|PVOD|video[- ]on[- ]demand|demand|all major platforms)"
_NAMED = r"[A-Z][\w+’'&!]*(?: [A-Z0-9+][\w+’'&!]*){0,3}"
_KNOWN = rf"(?i:{_SERVICES}|{_CINEMAS}|{_DISCS}|{_DIGITAL})"
_AND = r"(?:, (?:and |or )?| and | or | & |/)(?:(?:also )?(?:on|in|at|via) )?"
_WHERE = re.compile(
    rf"(?P<before>.{{0,160}}?)(?<!\w)(?i:on|in|at|via|through|from)\s(?P<where>(?:{_KNOWN}"
    rf"|{_NAMED})(?:{_AND}(?:{_KNOWN}|{_NAMED}))*)"
)
_BEFORE = re.compile(
    r"""(?P<subject>.*?)\s?(?P<is>\b(?:is|are|can\sbe|it['’]s)\b\s?)?(?:also\s)?
    (?P<verb>streaming|streamed|available|showing|playing|screening|watched|seen|rented|bought|found|out)?
    (?P<how>(?:\s?(?:available|to\s(?:stream|watch|rent|buy|own|see)|for\s(?:streaming|rent|rental|purchase|free)|or|and
        |stream|watch|rent|rental|buy|own|purchase|digitally))*)""",
    re.VERBOSE | re.IGNORECASE,
)
_BID = re.compile(
    r"(?:you can |catch it |see it )?(?:watch|stream|rent|buy|catch|see|find)(?: or (?:rent|buy|stream))?\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?:where|how) to (?:watch|see|stream)(?: it)?|watch (?:it )?on|stream (?:it )?on|available on"
    r"|streaming on|platforms?|streaming)"
    r"\s?:\s?(?=\S)",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:right )?(?:now|currently|today|exclusively|already|everywhere|nationwide)\b(?=[\s.,]|$)(?<!Now TV)",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:not|never|no longer|was|were|will|would|soon|coming|arrives?|arriving|lands?|hits?|opens?|premieres?"
    r"|until|leaves"
    r"|leaving|won['’]t|isn['’]t|unavailable|if|when|once|before|used to|should|could|might|may)\b",
    re.IGNORECASE,
)
_HINT_WORDS = (
    "stream avail watch showing playing screening rent buy catch cinema theat netflix prime amazon disney hulu max hbo"
    " peacock apple itunes paramount mubi shudder criterion bfi starz curzon iplayer itv channel all4 sky tubi kanopy"
    " hoopla youtube google vudu fandango stan binge crave crunchyroll hotstar jio zee5 liv rakuten plex viaplay canal"
    " movistar roku amc pluto freevee film4 metrograph ovid vimeo discovery fubo ray dvd 4k uhd digital vod"
    " demand platform now"
)
_HINTS = tuple(_HINT_WORDS.split())
"""Without any of this a line says nothing about where to see a film."""
_QUOTED = re.compile(r"[\"“‘'«][^\"“”]{1,80}?[\"”’'»](?=\W|$)")
_IN_REGION = re.compile(rf"\s(?:in|across|throughout) (?:the )?(?P<region>{_REGIONS})(?=\W|$)", re.IGNORECASE)
_REGION_CINEMAS = re.compile(r"\bin (UK|US|U\.S\.|Irish|Australian|Indian) (cinemas|theat(?:er|re)s)\b", re.IGNORECASE)
_WORLD = re.compile(r"\s(?:worldwide|globally|internationally)\b", re.IGNORECASE)
_GENERAL = re.compile(r"(?:the |this )?(?:film|movie|documentary|feature|picture|short)?|it", re.IGNORECASE)


def find(text: str) -> tuple[Availability, ...]:
    """Where the film can be seen now, when `text` is one sentence that says so and nothing else; else nothing.

    What was, will be or may be is not told as being so.
    """
    lower = text.casefold()
    if len(text) > 300 or not any(hint in lower for hint in _HINTS):
        return ()
    text = " ".join(text.split()).strip(" .!*_")
    if not 6 < len(text) <= 260 or re.search(r"[.!?] [A-Z]", text) or _DOUBT.search(_QUOTED.sub(" ", text)):
        return ()
    region, text = _region(_REGION_CINEMAS.sub(r"in \2 in the \1", text))
    label = _LABEL.match(text)
    text = "on " + text[label.end() :] if label else " ".join(_TIMES.sub(" ", text).split())
    found = _WHERE.fullmatch(text.strip(" ,."))
    if not found or not (label or _says_so(found["before"].strip(), found["where"])):
        return ()
    how = found["before"].casefold()
    return tuple(dict.fromkeys(_place(item, how, region) for item in re.split(_AND, found["where"])))


def named(text: str) -> tuple[Availability, ...]:
    """The services that a field about where to watch names; a field that says where not, or where once, names none."""
    if _DOUBT.search(text):
        return ()
    region, rest = _region(text)
    how = rest.casefold()
    found = (match[0] for match in re.finditer(rf"(?<![\w+])(?:{_SERVICES}|{_CINEMAS})(?![\w+])", rest, re.IGNORECASE))
    return tuple(dict.fromkeys(_place(item, how, region) for item in found if item not in _WORDS))


def _says_so(before: str, where: str) -> bool:
    """Whether the words before "on Netflix" are a title and a verb of showing, and no thought of their own."""
    if bid := _BID.match(before):
        return _is_subject(before[bid.end() :])
    found = _BEFORE.fullmatch(before)
    if (
        not found
        or not _is_subject(found["subject"])
        or (before and not (found["is"] or found["verb"] or found["how"]))
    ):
        return False
    if re.fullmatch(rf"{_KNOWN}(?:{_AND}{_KNOWN})*", where):
        return True
    return bool(re.search(r"stream|available|rent|buy|own|watch", f"{found['verb']} {found['how']}", re.IGNORECASE))


def _is_subject(subject: str) -> bool:
    subject = subject.strip(" ,:–—-")
    if _GENERAL.fullmatch(subject) or _QUOTED.fullmatch(subject):
        return True
    words = re.findall(r"[^\W\d_][\w'’]*", subject)
    small = {
        "a",
        "an",
        "and",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "with",
        "by",
        "from",
        "or",
        "vs",
        "de",
        "la",
        "le",
    }
    return 0 < len(words) <= 10 and all(word[0].isupper() or word in small for word in words)


def _region(text: str) -> tuple[str | None, str]:
    if found := _IN_REGION.search(text):
        name = found["region"].strip()
        name = name.replace(".", "") if "." in name else name
        return name, text[: found.start()] + text[found.end() :]
    if found := _WORLD.search(text):
        return "worldwide", text[: found.start()] + text[found.end() :]
    return None, text


def _place(item: str, how: str, region: str | None) -> Availability:
    item = item.strip()
    if re.fullmatch(_CINEMAS, item, re.IGNORECASE):
        return Availability(platform=item, region=region, mode="cinema")
    if re.fullmatch(_DISCS, item, re.IGNORECASE):
        return Availability(platform=item, region=region, mode="disc")
    if re.fullmatch(_DIGITAL, item, re.IGNORECASE):
        platform = "on demand" if item.casefold() == "demand" else item
        return Availability(platform=platform, region=region, mode="digital")
    rent, buy = "rent" in how, any(word in how for word in ("buy", "own", "purchase", "bought"))
    return Availability(platform=item, region=region, mode="rent" if rent else "buy" if buy else "streaming")
