"""The words and marks that headlines of reviews are made of."""

import re

_WORD_FOR_REVIEW = (
    r"(?:review(?:ed|s)?|(?:film|kino)?kritik|critique|cr[ií]tica|recensione|rese[ñn]a|recensie|resenha|anmeldelse"
    r"|recension|arvostelu|recenzja)"
)
_KINDS = (
    r"movie|film|cinema|short(?:\s+film)?|feature|documentary|doc|horror|blu-?ray|dvd|4k(?:\s+(?:uhd"
    r"|ultra\s+hd))?|uhd|vod"
    r"|streaming|netflix|hulu|prime\s+video|disney\+?|shudder|theatrical|early|advance|spoiler[- ]free|spoiler(?:y|s)?"
    r"|non[- ]spoiler|no[- ]spoilers?|capsule|mini|quick|classic|retro|throwback|flashback|guest|full|in-depth|honest"
    r"|written|my|our|the|a|new|anime|bollywood|animated|indie|criterion|press|screening|festival|fest"
    r"|sunday|weekend|friday|exclusive|first|official|&|and|/"
)
REVIEW = rf"(?:(?:{_KINDS})[\s/-]+)*+{_WORD_FOR_REVIEW}"
"""The word review in the languages of our sources, with what stands before it: "Spoiler-Free Movie Review"."""

IS_REVIEW = re.compile(rf"\b{_WORD_FOR_REVIEW}\b", re.IGNORECASE)
ENGLISH_REVIEW = re.compile(r"review", re.IGNORECASE)
PLURAL = re.compile(r"\breviews$", re.IGNORECASE)
_OTHER = r"\b(?:book|album|game|restaurant|tv|podcast|music|theatre|concert|product|phone|play|series|show)"
OTHER_REVIEW = re.compile(rf"{_OTHER}\s+review", re.IGNORECASE)
OTHER_AT_END = re.compile(r"\b(?:tv|podcast|album|restaurant)$", re.IGNORECASE)

_FESTIVALS = (
    r"cannes|venice|venezia|berlin(?:ale)?|tiff|toronto|sundance|sxsw|tribeca|lff|bfi(?:\s+lff)?|london|nyff|new\s+york"
    r"|telluride|locarno|rotterdam|iffr|karlovy\s+vary|san\s+sebasti[aá]n|sitges|fantasia|fantastic\s+fest"
    r"|beyond\s+fest"
    r"|fright\s?fest|slamdance|busan|biff|tokyo|annecy|hot\s+docs|idfa|doc\s+nyc|afi(?:\s+fest)?|glasgow"
    r"|edinburgh|dublin"
    r"|galway|melbourne|miff|sydney|adelaide|mumbai|tallinn|raindance|outfest|frameline|chicago|seattle|siff"
    r"|austin|miami"
    r"|santa\s+barbara|cph:?dox|true/?false|gothenburg|göteborg|vienna|viennale|rome|turin|torino|hong\s+kong|shanghai"
    r"|jeonju|bifan|nifff|overlook|brooklyn\s+horror|grimmfest|celluloid\s+screams"
)
_FEST = rf"(?:{_FESTIVALS})(?:\s+(?:international\s+)?(?:film\s+)?(?:festival|fest))?"
_KNOWN_EDITION = rf"(?:(?:20[0-3]\d\s+)?{_FEST}(?:\s+(?:['’]\d\d|20[0-3]\d))?)"
_ANY_EDITION = rf"(?:{_KNOWN_EDITION}|[^\W\d_][\w'’.-]+(?:\s+[^\W\d_][\w'’.-]+){{0,4}}\s+(?:['’]\d\d|20[0-3]\d))"

LABEL = re.compile(
    rf"^\W?(?P<label>(?:{_ANY_EDITION}\s*[:–—-]?\s+)?{REVIEW}(?:\s*\(.{{1,30}}?\))?|{_KNOWN_EDITION})\s*\]?\s*"
    r"(?:[:|–—\]]|-\s)\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
"""A rubric before a title: "Movie Review: …", "Cannes 2024 Review: …", "[Review] – …", "Venice 2023: …"."""

REVIEW_OF = re.compile(r"^(?:an?\s+|my\s+|the\s+)?review\s+(?:of|on)\s*:?\s+(?P<rest>\S.*)$", re.IGNORECASE)
AFTER = re.compile(
    rf"^(?P<title>.+?)(?:\s*(?P<mark>[:,|]|[-–—])?\s*)\(?\b(?P<review>{REVIEW})\)?"
    r"\s*(?P<brackets>\([^()]{1,40}\)|\[[^\[\]]{1,40}\])?"
    r"\s*(?:$|[:|,.!–—-]\s*(?P<tail>.*)|by\s+(?P<who>.+)|\s(?P<more>(?:of|from|and|—|–).*))$",
    re.IGNORECASE,
)
"""A title before the word: "Title Review: tagline", "Title – Movie Review", "Title: Review by X"."""

REVIEW_AT_EDGE = re.compile(rf"^{REVIEW}\s+|[\s:,–—-]+{REVIEW}(?:\s*&\s*film\s+summary)?$", re.IGNORECASE)
YEAR = re.compile(
    r"^(?P<before>.*?)\s*[(\[]\s*(?:[^()\[\]\d]{2,50}[,;]\s*)?(?P<year>(?:18|19|20)\d\d)"
    r"(?:\s*(?:film|movie|,\s*dir\.?[^)\]]*|[–—-]\s*(?:dir\.?)?[^)\]]*))?\s*[)\]](?P<after>.*)$",
    re.IGNORECASE,
)
TITLE_YEAR = re.compile(r"^(?P<title>.+), (?P<year>(?:18|19|20)\d\d)(?:\s+-\s+(?P<stars>[★½]+))?$")
"""Letterboxd's own form: "Title, 2024 - ★★★★½"."""

STARS = re.compile(
    r"\s*[-–—|(\[]*\s*(?:[★☆⭐½✩]\ufe0f?\s?){2,}[)\]]*"
    r"|\s*[-–—|(\[:]+\s*\d{1,3}(?:\.\d)?\s?(?:/|out of)\s?(?:4|5|10|100)(?:\s+stars?)?[)\]]*\s*$",
    re.IGNORECASE,
)
DASH = r"\s[-–—|•·]\s|\s?[—|]\s?|\s–|–\s|\s-(?=\S)(?!\d)"
QUOTED = re.compile(
    r"[“\"„«](?P<double>[^“”\"„«»]{1,110}?)[”\"“»]"
    r"|(?<![^\W_])(?<!\d)[‘'`’](?!(?:\d0s|til|twas|em|n)\b)(?P<single>[^\s‘].{0,108}?)(?<=[^\s(])['’`](?![^\W_])"
)
VERB = re.compile(
    r"\s(?:is|isn['’]t|are|aren['’]t|was|wasn['’]t|has|hasn['’]t|can['’]?t|can|cannot|does|doesn['’]t|will"
    r"|won['’]t|could"
    r"|should|never|makes|takes|brings|gives|offers|delivers|finds|proves|shows|turns|explores|tells|gets|goes"
    r"|keeps|feels"
    r"|falls|fails|lacks|loses|serves|rides|plays|packs|hits|misses|soars|shines|stumbles|struggles|succeeds|captures"
    r"|celebrates|examines|follows|leaves|lets|looks|loves|mixes|needs|puts|reveals|runs|says|sees|sets|sinks|sparks"
    r"|stands|stays|suffers|surprises|tackles|tries|wants|wears|works|overstays|simmers|embodies|burns|dazzles"
    r"|disappoints|entertains|charms|thrills|bores|drags|haunts|lands|lives|raises|reaches|reminds|resonates|returns"
    r"|rises|blends|boasts|breaks|builds|carries|comes|crafts|cuts|digs|dives|earns|ends)\s",
    re.IGNORECASE,
)
SUBTITLE = re.compile(
    r"^(?:part|chapter|episode|vol\.?|volume|book|act)\s+(?:\w+)\b"
    r"|.*\b(?:saga|story|movie|begins|returns|legacy|resurrection|awakens|rises)$|.*\s(?:[IVX]{1,4}|\d)$"
    r"|^(?:rise|return|revenge|age|fall|curse|legend|dawn|war|kingdom|tale|secret|quest|battle|attack|day|night|house"
    r"|city|island|lord|master|way|world|wrath)s?\s+of\b",
    re.IGNORECASE,
)
"""What follows a colon inside a title more often than after one."""

PART = re.compile(r"^(?:part|chapter|episode|vol\.?|volume|book|act)\s+\w+$", re.IGNORECASE)
AGAIN = re.compile(
    r"^(?P<verb>dissecting|revisiting|re-?watching|reviewing|unpacking|reappraising|reconsidering)\s+(?P<title>.+)$",
    re.IGNORECASE,
)
AFTER_COMMA = re.compile(
    r"(?P<title>[^,]+), (?:(?:[Aa]n?)\s(?=\w)|(?:the|one|where|when|with|this|not|but)\s(?=[a-z]))"
)
ESSAY = re.compile(
    r"^X\W*\s(?:director|star|writer|actor|actress|producer|cinematographer|composer|creator|author|screenwriter"
    r"|filmmaker"
    r"|co-?star|cast|crew)s?\b(?!\sa)"
    r"|^X\W*\s(?:and\s(?:the|its|how|why|what|our)\b|(?:at|turns)\s\d|\d+\syears)"
    r"|\b(?:years\s(?:later|on|after)|anniversary)\b",
    re.IGNORECASE,
)
"""What around a quoted title (X) makes it the subject of news, an essay or an anniversary."""

FILM_WITH = re.compile(r"\b(?:film|movie)s?\s(?:with|that|about|by|starring|of|for|which)\b", re.IGNORECASE)
_NOT_FILMS = (
    "year week month decade summer weekend peer in life book game album product music song tv restaurant podcast"
    " concert theatre theater series show manga comic"
)
NOT_A_FILM = frozenset(_NOT_FILMS.split())
_ABBREVIATIONS = (
    "REVIEW REVIEWS FILM MOVIE SXSW TIFF LFF BFI DVD UHD HD 4K UK US USA TV HBO BBC ITV AI NYC VOD RIP NYFF AFI IFFR"
    " NIFFF MIFF FBI CIA LGBTQ LGBT CGI IMAX 3D A24 MCU DC DCEU IFC AMC PG NC OK NEW THE A I II III AND OF LA EP PSA"
    " DIY MIB SNL WWI WWII API GPU CPU CEO NASA NATO EU UN"
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
"""What stands in capitals without being a title."""
