"""Which film a review is about: the headline's reading weighed against structured data, categories and the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from publisher.loader import titles
from publisher.loader.headline import SURE, Reading
from publisher.model import Film
from publisher.text import clean

_TV_WORDS = re.compile(
    r"\b(?:episodes?|seasons?(?! of the)|showrunners?|mini-?series|limited series|tv (?:show|series)|(?:this|the|netflix|hbo) series(?! of))\b",
    re.IGNORECASE,
)
_OTHER_WORDS = (
    r"gam(?:es?|ing|eplay|ers?)|players?|consoles?|multiplayer|playstation|xbox|nintendo|steam|graphics|controllers?|dlc|fps",
    r"novels?|books?|authors?|chapters?|prose|publishers?|memoirs?|pages|reader(?:s|ship)?",
    r"albums?|tracks?|songs?|vocals?|guitars?|riffs?|lp|ep|discography|singles?",
    r"battery|screen size|laptops?|phones?|smartphones?|processors?|gpus?|cpus?|hardware|specs|headphones?|cameras? app|usb|wi-?fi|bluetooth",
    r"restaurants?|menus?|dish(?:es)?|chefs?|wines?|hotels?|rooms?|recipes?",
)
_FILM_WORDS = re.compile(
    r"\b(?:films?|movies?|feature|cinema\w*|sequel|screenplay|screenwriters?|box office|on[- ]screen|directors?|directorial|directed"
    r"|filmmak\w+|documentar(?:y|ies)|actors?|actress(?:es)?|camera|scenes?|audiences?|protagonist|pel[ií]culas?|filmes?|cine"
    r"|kino|regisseur\w*|r[ée]alisat\w+|regist[ai]|schauspieler\w*|acteurs?|actriz|reparto|diretora?)\b",
    re.IGNORECASE,
)
_OTHERS = tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in _OTHER_WORDS)
_OTHER_KINDS = frozenset(
    [
        *("tv", "television", "tv reviews", "tv review", "tv shows", "series", "series reviews", "streaming series"),
        *(
            "interview",
            "interviews",
            "news",
            "movie news",
            "film news",
            "trailer",
            "trailers",
            "podcast",
            "podcasts",
            "lists",
        ),
        *(
            "list",
            "book reviews",
            "books",
            "music",
            "music reviews",
            "album reviews",
            "games",
            "game reviews",
            "theatre",
        ),
        *("giveaway", "giveaways", "competitions", "box office", "awards"),
    ]
)
_FILM_KINDS = re.compile(r"\b(?:film|movie|cinema|dvd|blu-?ray)\b.*|\breviews?\b", re.IGNORECASE)
_LONG = 600
"""Characters of text in which a review surely names its film."""


@dataclass(slots=True)
class Evidence:
    """What besides the headline tells about the film."""

    body: str
    emphasis: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    slug: str = ""
    named_film: bool = False
    """Whether the headline itself says film or movie."""
    _folded: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        self._folded = frozenset(clean.fold(titles.trim(span)) for span in self.emphasis)

    def mentions(self, title: str) -> list[re.Match[str]]:
        """Where the text names the title as a title: capitalised, and in mid-sentence when it is a single word."""
        words = re.findall(r"[^\W_]+", title)
        if not words or not self.body:
            return []
        pattern = r"(?<![^\W_])" + r"[\W_]{1,4}".join(re.escape(word) for word in words) + r"(?![^\W_])"
        found = list(re.finditer(pattern, self.body, re.IGNORECASE))
        return [match for match in found if _is_named(match, self.body, single=len(words) == 1)]

    def is_emphasised(self, title: str) -> bool:
        """Whether the text sets the title in italics, bold or quotation marks."""
        bare = clean.fold(title)
        if bare in self._folded:
            return True
        return any(_stands_in_quotes(match, self.body) for match in self.mentions(title))

    def is_category(self, title: str) -> bool:
        """Whether the source files the review under the title."""
        return clean.fold(title) in {clean.fold(name) for name in self.categories}

    def year_of(self, title: str) -> int | None:
        """The year in brackets right after the title in the text, or after it in the page's address."""
        years = {
            int(found[1])
            for match in self.mentions(title)
            if (
                found := re.match(
                    r"[\W_]{0,3}\s?\((?:[^()\d]{0,40}[,;]\s)?((?:18|19|20)\d\d)\b[^()]{0,60}\)",
                    self.body[match.end() :],
                )
            )
        }
        if len(years) == 1:
            return years.pop()
        bare = clean.fold(self.slug)
        found = re.fullmatch(
            rf"(?:film |movie )?(?:review )?{re.escape(clean.fold(title))} ((?:18|19|20)\d\d)(?: (?:film |movie )?review)?",
            bare,
        )
        return int(found[1]) if found and not years else None

    def speaks_of_television(self) -> bool:
        """Whether the text is about a series: it counts seasons and episodes and hardly speaks of a film."""
        if self.named_film:
            return False
        tv, film = len(_TV_WORDS.findall(self.body)), len(_FILM_WORDS.findall(self.body))
        return tv >= 3 and tv > 1.5 * film

    def speaks_of_no_film(self) -> bool:
        """Whether the text is about a game, a book, music or a thing: it has their words and hardly a film's."""
        film = len(_FILM_WORDS.findall(self.body)) + (10 if self.named_film else 0)
        return any(len(found) >= 5 and len(found) > 2 * film for found in (p.findall(self.body) for p in _OTHERS))


def _is_named(match: re.Match[str], body: str, *, single: bool) -> bool:
    words = [word for word in re.findall(r"[^\W_]+", match[0]) if word.casefold() not in titles.SMALL]
    if any(word[0].islower() for word in words or [match[0]]):
        return False
    opens = match.start() == 0 or re.search(
        r"(?:[.!?:]|\n)[\"”’']?\s*$", body[max(0, match.start() - 4) : match.start()]
    )
    return (
        not single
        or not opens
        or bool(re.match(r"['’]s\b|\s(?:is|was|has|does|tells|follows|opens)\b", body[match.end() :]))
    )


def _stands_in_quotes(match: re.Match[str], body: str) -> bool:
    before, after = body[max(0, match.start() - 1) : match.start()], body[match.end() : match.end() + 2]
    return before in tuple("“\"‘'«„") and bool(re.match(r"[,.!?]?[”\"’'»]", after)) and before != ""


def decide(
    reading: Reading,
    *,
    headline: str,
    body: str,
    categories: Sequence[str],
    structured: Film | None,
    emphasis: Sequence[str],
    slug: str,
) -> Film | None:
    """The film, with evidence and confidence; None when nothing is sure enough."""
    text = Evidence(body, tuple(emphasis), tuple(categories), slug)
    if structured is not None:
        return _confirmed(structured, text)
    if _is_film_headline(headline):
        text.named_film = True
    if (
        reading.refused in ("series", "list", "news")
        or text.speaks_of_television()
        or text.speaks_of_no_film()
        or _is_filed_elsewhere(reading, text)
    ):
        return None
    return _from_headline(reading, text) or _from_doubtful(reading, text) or _from_text(reading, headline, text)


def _is_film_headline(headline: str) -> bool:
    return bool(
        re.search(
            r"\b(?:film|movie|cinema|kino)[\s-]?(?:review|kritik)|\breview of the (?:film|movie)\b",
            headline,
            re.IGNORECASE,
        )
    )


def speaks_of_film(headline: str, body: str) -> bool:
    """Whether headline or text use the words of films at all; a marked-up review of an unnamed kind must."""
    return _is_film_headline(headline) or len(_FILM_WORDS.findall(f"{headline} {body}")) >= 2


def _confirmed(film: Film, text: Evidence) -> Film | None:
    """What the source says in so many words; the text may add the year that it leaves out."""
    title, year = titles.tidy(film.title)
    if not title:
        return None
    year = film.year or year or text.year_of(title)
    return replace(film, title=title, year=year, evidence=film.evidence or ("structured",))


def _is_filed_elsewhere(reading: Reading, text: Evidence) -> bool:
    names = {clean.fold(name) for name in text.categories}
    if not names & _OTHER_KINDS or reading.confidence >= 0.9:
        return False
    return not any(_FILM_KINDS.search(name) for name in names - _OTHER_KINDS)


def _film(title: str, year: int | None, confidence: float, evidence: Sequence[str], text: Evidence) -> Film:
    title = _cased_as_in_text(_completed(title, text, evidence), text)
    found = year or text.year_of(title)
    return Film(title=title, year=found, confidence=round(min(confidence, 0.99), 2), evidence=tuple(evidence))


def _from_headline(reading: Reading, text: Evidence) -> Film | None:
    """A title that the headline marks well enough; an unmarked one must also stand in a long text."""
    if reading.refused or reading.confidence < SURE:
        return None
    named = len(text.mentions(reading.title))
    evidence = [f"headline: {reading.form}"]
    if named:
        evidence.append(f"named {named} times in the text")
        return _film(reading.title, reading.year, reading.confidence + 0.03 * min(named, 3), evidence, text)
    if len(text.body) >= _LONG and reading.confidence < 0.9 and not _is_nearly_named(reading.title, text):
        return None
    return _film(reading.title, reading.year, reading.confidence, evidence, text)


def _is_nearly_named(title: str, text: Evidence) -> bool:
    """Whether the text names a title that begins like this one: "Furiosa" for "Furiosa: A Mad Max Saga"."""
    short = re.split(r":\s|\s[–-]\s", title)[0]
    return short != title and bool(text.mentions(short))


def _from_doubtful(reading: Reading, text: Evidence) -> Film | None:
    """What the headline may mean as a title and the text confirms: set as a title there, or named again and again."""
    best: tuple[float, str] | None = None
    for title in dict.fromkeys(t for t in (reading.title, *reading.others) if t):
        if len(title.split()) > 12:
            continue
        named, marked = len(text.mentions(title)), text.is_emphasised(title) or text.is_category(title)
        enough = 2 if marked else 3 if len(title.split()) == 1 else 2
        if named < min(enough, 1 if marked else enough):
            continue
        score = named + (3 if marked else 0) + 0.5 * len(title.split())
        if best is None or score > best[0]:
            best = (score, title)
    if best is None or (reading.refused == "several" and " and " not in best[1].casefold()):
        return None
    return _film(best[1], None, 0.8, (f"headline: {reading.form or 'unmarked'}", "named in the text"), text)


def _from_text(reading: Reading, headline: str, text: Evidence) -> Film | None:
    """The one title that the text itself sets apart, for headlines that only play with it."""
    if reading.refused == "several" or reading.confidence >= SURE:
        return None
    counts = sorted(
        (
            (len(text.mentions(span)), -text.body.find(span), span)
            for span in set(text.emphasis)
            if titles.looks_like_title(span)
        ),
        reverse=True,
    )
    opening = text.body[:700]
    counts = [count for count in counts if count[0] >= 2]
    if not counts or counts[0][2] not in opening or (len(counts) > 1 and counts[1][0] * 2 > counts[0][0]):
        return None
    if counts[0][0] < 3 and text.year_of(counts[0][2]) is None:
        return None
    return _film(
        titles.tidy(counts[0][2])[0], None, 0.65, ("set as a title in the text", f"named {counts[0][0]} times"), text
    )


def _completed(title: str, text: Evidence, evidence: Sequence[str]) -> str:
    """The title with the article or the subtitle that the text gives it, where the headline may have shortened it."""
    if any("quoted" in fact or "year" in fact for fact in evidence):
        return title
    plain = text.mentions(title)
    with_the = text.mentions(f"The {title}")
    if with_the and len(with_the) >= 0.6 * max(len(plain), 1) and not title.casefold().startswith("the "):
        return f"The {title}"
    for span in text.emphasis:
        longer = titles.trim(span)
        if re.match(rf"(?:the\s)?{re.escape(title)}:?\s\S", longer, re.IGNORECASE) and titles.looks_like_title(longer):
            first = text.mentions(longer)
            if first and plain and first[0].start() <= plain[0].start() + 4:
                return longer
    return title


def _cased_as_in_text(title: str, text: Evidence) -> str:
    """The capitals that the text uses: a headline in capitals does not show them."""
    for match in text.mentions(title):
        words = match[0]
        if (
            not titles.is_upper(words)
            and "\n" not in words
            and clean.fold(words) == clean.fold(title)
            and words[0] == title[0]
        ):
            return words if len(words) == len(title) else title
    return title
