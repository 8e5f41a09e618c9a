"""The words and marks that headlines of reviews are made of."""

import re

from publisher.loader.film import lexicon
from publisher.text import clean

_WORD_FOR_REVIEW = (
    r"(?:review(?:ed|s)?|(?:film|kino)?kritik|critique|cr[ií]tica|recensione|rese[ñn]a|recensie|resenha|anmeldelse"
    r"|recension|arvostelu|recenzja|rezension|filmbesprechung"
    r"|(?:micro|mini)-?review|chronique(?:\s(?:cin[eé](?:ma)?|de\sfilm|film))?(?:\sbis)?|avis\sfilm)"
)
_KINDS = (
    r"movie|film|cinema|short(?:\s+film)?|feature|documentary|doc|horror|blu-?ray|dvd|4k(?:\s+(?:uhd"
    r"|ultra\s+hd))?|uhd|vod"
    r"|streaming|netflix|hulu|prime\s+video|disney\+?|shudder|theatrical|early|advance|first[- ]look"
    r"|spoiler[- ]free|spoiler(?:y|s)?"
    r"|non[- ]spoiler|no[- ]spoilers?|capsule|mini|quick|classic|retro|throwback|flashback|guest|full|in-depth|honest"
    r"|written|my|our|the|a|new|remake|reboot|sequel|prequel|anime|bollywood|animated|indie|criterion|press|screening|festival|fest"
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


FESTIVAL_ONLY = lexicon.pattern("festival_only")
"""A festival with or without its year, and nothing else."""
"""A festival whose name we do not know: "SLIFF 2023"."""


LABEL = lexicon.pattern("label")
"""A rubric before a title: "Movie Review: …", "Cannes 2024 Review: …", "[Review] – …", "Film of the Week: …"."""

ENDS_WITH_REVIEW_OF = lexicon.pattern("ends_with_review_of")
"""A title at the very end: "Salt on the Wind: A Review of The Long Tide"."""

TITLE_OR_FESTIVAL = re.compile(r"^\W?(?P<title>[^\W\d_].*?)\s(?:['’]\d\d|20[0-3]\d)\s", re.IGNORECASE)
FESTIVAL = lexicon.pattern("festival")
"""What shows that a name with a year is a festival's and not a title's: "Road House 2024 Review: …"."""

REVIEW_OF = re.compile(r"^(?:an?\s+|my\s+|the\s+)?review\s+(?:of|on)\s*:?\s+(?P<rest>\S.*)$", re.IGNORECASE)
AFTER = lexicon.pattern("after")
"""A title before the word: "Title Review: tagline", "Title – Movie Review", "Title: Review by X"."""

REVIEW_AT_EDGE = re.compile(rf"^{REVIEW}\s+|[\s:,–—-]+{REVIEW}(?:\s*&\s*film\s+summary)?$", re.IGNORECASE)
YEAR = lexicon.pattern("year")
TITLE_YEAR = re.compile(r"^(?P<title>.+), (?P<year>(?:18|19|20)\d\d)(?:\s+-\s+(?P<stars>[★½]+))?$")
"""Letterboxd's own form: "Title, 2024 - ★★★★½"."""

CERTIFICATE = lexicon.pattern("certificate")
"""The age from which a film may be seen: "Title (12A): tagline"."""

GRADE = lexicon.pattern("grade")
DIRECTED = lexicon.pattern("directed")

STARS = lexicon.pattern("stars")
DASH = r"\s[-–—|•·]\s|\s?[—|]\s?|\s–|–\s|\s-(?=\S)(?!\d)"
QUOTED = re.compile(
    r"[“\"„«](?P<double>[^“”\"„«»]{1,110}?)[”\"“»]"
    r"|(?<![^\W_])(?<!\d)[‘'`’](?!(?:\d0s|til|twas|em|n)\b)(?P<single>[^\s‘].{0,108}?)(?<=[^\s(])['’`](?![^\W_])"
)
COLUMN = lexicon.pattern("column")
"""The name of a column that is about one film at a time, before its title."""

BY_AUTHOR = re.compile(r"\s+by\s+(?:(?-i:[A-ZÀ-Þ])[\w.'’-]*\s*){1,4}$", re.IGNORECASE)
"""What follows a book's title more often than a film's."""

REVIEW_BY = re.compile(rf"{_WORD_FOR_REVIEW}\s+by\b|\b(?:film|movie)\b", re.IGNORECASE)

JOINED_IN_QUOTES = re.compile(r"[”\"’']\s*(?:&|and|,|/|\+)\s*[“\"‘']", re.IGNORECASE)
"""The middle of two titles in quotation marks."""

STANDFIRST = lexicon.pattern("standfirst")
"""A standfirst that names what is reviewed: "A review of the film, The Long Tide"."""

SPOILS = re.compile(r"spoiler", re.IGNORECASE)
"""A word that reviews of series have more often than those of films."""
FAVOURITES = lexicon.pattern("favourites")
FIRST_PART = re.compile(rf"(?P<first>.+?)(?::\s|{DASH})\s*(?P<rest>\S.*)$")
MAY_GO_ON = re.compile(
    r"[A-Z][\w'’-]+\s[a-z]+s[.!?]?"
    r"|(?:[A-Z][\w'’-]*\s){1,3}(?:(?:of|the|and|in|to|for|with|[Aa]mong|[Bb]eyond|[Ff]rom|[Aa]gainst|&)\s){1,2}(?:[A-Z][\w'’-]*\s){1,3}[a-z]+s\b.*",
)
"""What after a colon may be the rest of a title and a verb: "X: Maverick soars"."""

VERB = lexicon.pattern("verb")
SUBTITLE = lexicon.pattern("subtitle")
"""What follows a colon inside a title more often than after one."""

PART = re.compile(r"^(?:part|chapter|episode|vol\.?|volume|book|act)\s+\w+$", re.IGNORECASE)
AGAIN = lexicon.pattern("again")
AFTER_COMMA = re.compile(
    r"(?P<title>[^,]+), (?:(?:[Aa]n?)\s(?=\w)|(?:the|one|where|when|with|this|not|but)\s(?=[a-z]))"
)
ESSAY = lexicon.pattern("essay")
"""What around a quoted title (X) makes it the subject of news, an essay or an anniversary."""

FOREIGN_COMMA = re.compile(
    r"(?P<title>[^,]+), (?:(?:l['’]|(?:un|une|le|la|les|el|los|las|una|uno|ein|eine|der|die|das|il|lo|gli|um|uma|o|a|en"
    r"|et|de)\s)(?=[^\W\d_A-ZÀ-Þ])|(?:de|del|d['’]|di|von|par|por|av|af)\s?(?=[A-ZÀ-Þ]))"
)
"""A verdict after a comma in other languages: "La Marée, le beau film de …"."""

OWNED = re.compile(r"(?:[A-Z][\w.-]+\s){0,2}[A-Z][\w-]+['’]s?\s")
"""What follows a title when it names its maker: "Ada Quill's Masterpiece"."""

OWNER = re.compile(r"^[A-Z][\w.-]+(?:\s[A-Z][\w.-]+){1,2}['’]s\s(?P<title>(?:The|A|An)\s[A-Z].*)$")
"""A title after its maker: "Ada Quill's The Long Tide"; without an article it may be part of the title."""

IS_FILM = lexicon.pattern("is_film")
A_FILM = lexicon.pattern("a_film")
"""What a film is called after "X is a …"."""

FILM_WITH = re.compile(r"\b(?:film|movie)s?\s(?:with|that|about|by|starring|of|for|which)\b", re.IGNORECASE)
NOT_A_FILM = lexicon.words("not_a_film")
ABBREVIATIONS = lexicon.words("abbreviations")
"""What stands in capitals without being a title."""

_NOTE = lexicon.pattern("note")
_EDITION = lexicon.pattern("edition")
_PLATFORM = lexicon.pattern("platform")
_WHERE = lexicon.pattern("where")
_REVIEWED = re.compile(r"^(?P<title>.{1,120}?),?\s+reviewed\.?$|^reviewed:\s+(?P<rest>\S.*)$", re.IGNORECASE)


def plain(headline: str) -> str:
    """A headline without what only says where and how long it was shown, whose platform has it, or that it is a review.

    "NYFF64 Review: …", "Cannes ’26: …", "(90 min)", "Netflix’s …", "…, streaming on MUBI", "…, Reviewed".
    """
    text = clean.line(headline)[:300]
    text = (
        _NOTE.sub(lambda found: " Review" if found["review"] else "", text) if not text.startswith(("[", "(")) else text
    )
    if found := _EDITION.match(text):
        rest = text[found.end() :]
        text = rest if IS_REVIEW.search(rest) else f"Review: {rest}"
    text = _WHERE.sub("", text)
    if found := _REVIEWED.match(text):
        text = f"Review: {found['title'] or found['rest']}"
    return _PLATFORM.sub(r"\g<label>", text)


def label(text: str) -> tuple[str, str]:
    """The rubric before a title ("Cannes 2024 Review:"), and what comes after it."""
    if found := LABEL.match(text):
        return found["label"], found["rest"]
    if found := REVIEW_OF.match(text):
        return "review", found["rest"]
    return "", text
