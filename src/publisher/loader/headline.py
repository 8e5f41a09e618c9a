"""The film that a headline is about: its title and year, how that is known, and how surely.

A headline is read by its form, strongest first: a year in brackets, quotation marks, capitals, the word "review", a
colon. What is about television, a list, several films or news has no film. A wrong film is worse than none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from publisher.loader import refusals, titles
from publisher.model import Film
from publisher.text import clean

SURE = 0.6
"""The confidence below which no film is named."""

Refusal = Literal["", "series", "list", "news", "several", "unsure"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a headline alone says: a title or why there is none; `others` may be titles if the text confirms them."""

    title: str = ""
    year: int | None = None
    form: str = ""
    confidence: float = 0.0
    refused: Refusal = ""
    others: tuple[str, ...] = ()


_DASH = r"\s[-–—|•·]\s|\s?[—|]\s?|\s–|–\s|\s-(?=\S)(?!\d)"
_KIND = (
    r"(?:(?:movie|film|cinema|short(?:\s+film)?|feature|documentary|doc|horror|blu-?ray|dvd|4k(?:\s+(?:uhd|ultra\s+hd))?|uhd|vod|streaming|netflix|hulu"
    r"|prime\s+video|disney\+?|shudder|theatrical|early|advance|spoiler(?:y|s)?|spoiler[- ]free|non[- ]spoiler|no[- ]spoilers?|capsule|mini|quick|classic|retro|throwback|flashback"
    r"|guest|full|in-depth|honest|written|my|our|the|a|new|anime|bollywood|animated|indie|criterion|press|screening|festival|film\s+festival|fest|sunday|weekend|friday|exclusive|first|official|&|and|/)[\s/-]+)*"
)
_WORD = r"(?:review(?:ed|s)?|(?:film|kino)?kritik|critique|cr[ií]tica|recensione|rese[ñn]a|recensie|resenha|anmeldelse|recension|arvostelu|recenzja)"
_REVIEW = rf"{_KIND}{_WORD}"
_IS_REVIEW = re.compile(rf"\b{_WORD}\b", re.IGNORECASE)
_FESTIVALS = (
    r"cannes|venice|venezia|berlin(?:ale)?|tiff|toronto|sundance|sxsw|tribeca|lff|bfi(?:\s+lff)?|london|nyff|new\s+york|telluride|locarno|rotterdam|iffr|karlovy\s+vary"
    r"|san\s+sebasti[aá]n|sitges|fantasia|fantastic\s+fest|beyond\s+fest|fright\s?fest|slamdance|busan|biff|tokyo|annecy|hot\s+docs|idfa|doc\s+nyc|afi(?:\s+fest)?|glasgow"
    r"|edinburgh|dublin|galway|melbourne|miff|sydney|adelaide|mumbai|tallinn|raindance|outfest|frameline|chicago|seattle|siff|austin|miami|santa\s+barbara|cph:?dox"
    r"|true/?false|gothenburg|göteborg|vienna|viennale|rome|turin|torino|hong\s+kong|shanghai|jeonju|bifan|nifff|overlook|brooklyn\s+horror|grimmfest|celluloid\s+screams"
)
_PLACE = rf"(?:(?:{_FESTIVALS})(?:\s+(?:international\s+)?(?:film\s+)?(?:festival|fest))?|[^\W\d_][\w'’.-]+(?:\s+[^\W\d_][\w'’.-]+){{0,4}})"
_EDITION = rf"(?:{_PLACE}\s+(?:['’]\d\d|20[0-3]\d)|(?:20[0-3]\d\s+)?(?:{_FESTIVALS})(?:\s+(?:international\s+)?(?:film\s+)?(?:festival|fest))?)"
_LABEL = re.compile(
    rf"^\W?(?P<label>(?:{_EDITION}\s*[:–—-]?\s+)?{_REVIEW}(?:\s*\(.{{1,30}}?\))?|{_EDITION})\s*\]?\s*(?:[:|–—\]]|-\s)\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_REVIEW_OF = re.compile(r"^(?:an?\s+|my\s+|the\s+)?review\s+(?:of|on)\s*:?\s+(?P<rest>\S.*)$", re.IGNORECASE)
_AFTER = re.compile(
    rf"^(?P<title>.+?)(?:\s*(?P<mark>[:,|]|[-–—])?\s*)\(?\b(?P<review>{_REVIEW})\)?\s*(?P<brackets>\([^()]{{1,40}}\)|\[[^\[\]]{{1,40}}\])?"
    r"\s*(?:$|[:|,.!–—-]\s*(?P<tail>.*)|by\s+(?P<who>.+)|\s(?P<more>(?:of|from|and|—|–).*))$",
    re.IGNORECASE,
)
_REVIEW_AT_EDGE = re.compile(rf"^{_REVIEW}\s+|[\s:,–—-]+{_REVIEW}(?:\s*&\s*film\s+summary)?$", re.IGNORECASE)
_YEAR = re.compile(
    r"^(?P<before>.*?)\s*[(\[]\s*(?:[^()\[\]\d]{2,50}[,;]\s*)?(?P<year>(?:18|19|20)\d\d)(?:\s*(?:film|movie|,\s*dir\.?[^)\]]*|[–—-]\s*(?:dir\.?)?[^)\]]*))?\s*[)\]](?P<after>.*)$",
    re.IGNORECASE,
)
_LETTERBOXD = re.compile(r"^(?P<title>.+), (?P<year>(?:18|19|20)\d\d)(?:\s+-\s+[★½]+)?$")
_STARS = re.compile(
    r"\s*[-–—|(\[]*\s*(?:[★☆⭐½✩]\ufe0f?\s?){2,}[)\]]*|\s*[-–—|(\[:]+\s*\d{1,3}(?:\.\d)?\s?(?:/|out of)\s?(?:4|5|10|100)(?:\s+stars?)?[)\]]*\s*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[“\"„«](?P<double>[^“”\"„«»]{1,110}?)[”\"“»]|(?<![^\W_])(?<!\d)[‘'`’](?!(?:\d0s|til|twas|em|n)\b)(?P<single>[^\s‘].{0,108}?)(?<=[^\s(])['’`](?![^\W_])"
)
_VERB = re.compile(
    r"\s(?:is|isn['’]t|are|aren['’]t|was|wasn['’]t|has|hasn['’]t|can['’]?t|can|cannot|does|doesn['’]t|will|won['’]t|could|should|never|makes|takes|brings|gives|offers|delivers|finds|proves"
    r"|shows|turns|explores|tells|gets|goes|keeps|feels|falls|fails|lacks|loses|serves|rides|plays|packs|hits|misses|soars|shines|stumbles|struggles|succeeds|captures|celebrates"
    r"|examines|follows|leaves|lets|looks|loves|mixes|needs|puts|reveals|runs|says|sees|sets|sinks|sparks|stands|stays|suffers|surprises|tackles|tries|wants|wears|works|overstays"
    r"|simmers|embodies|burns|dazzles|disappoints|entertains|charms|thrills|bores|drags|haunts|lands|lives|raises|reaches|reminds|resonates|returns|rises|blends|boasts|breaks|builds|carries|comes|crafts|cuts|digs|dives|earns|ends)\s",
    re.IGNORECASE,
)
_SUBTITLE = re.compile(
    r"^(?:part|chapter|episode|vol\.?|volume|book|act)\s+(?:\w+)\b|^(?:the|a|an)\s+[^,]{1,40}$|^\w+(?:\s\w+){0,2}\sof\s(?:the\s)?[^,]{1,30}$",
    re.IGNORECASE,
)
_STRONG_SUBTITLE = re.compile(
    r"^(?:part|chapter|episode|vol\.?|volume|book|act)\s+(?:\w+)\b|.*\b(?:saga|story|movie|begins|returns|legacy|resurrection|awakens|rises)$|^(?:rise|return|revenge|age|fall|curse|legend|dawn|war|kingdom|tale|secret|quest|battle|attack|day|night|house|city|island|lord|master|way|world|wrath)s?\s+of\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^(?P<verb>dissecting|revisiting|re-?watching|reviewing|unpacking|reappraising|reconsidering)\s+(?P<title>.+)$",
    re.IGNORECASE,
)
_NOT_A_FILM = frozenset("year week month decade summer weekend peer in life book game album product music song".split())  # noqa: SIM905
_INITIALS = frozenset(
    "REVIEW REVIEWS FILM MOVIE SXSW TIFF LFF BFI DVD UHD HD 4K UK US USA TV HBO BBC ITV AI NYC VOD RIP NYFF AFI IFFR NIFFF MIFF FBI CIA LGBTQ LGBT CGI IMAX 3D A24 MCU DC DCEU IFC AMC PG NC OK NEW THE A I II III AND OF LA EP PSA DIY MIB SNL II: WWII WWI".split()
)  # noqa: SIM905


def film_of(
    headline: str,
    *,
    body: str = "",
    categories: Iterable[str] = (),
    structured: Film | None = None,
    emphasis: Sequence[str] = (),
    slug: str = "",
) -> Film | None:
    """The one film that a review is about, or None when it is about none, several, or it cannot be told.

    `structured` is what the source says in so many words; `body` the review's plain text, `emphasis` its italic and
    bold spans, `categories` its tags, `slug` the last piece of its address. All of them are evidence for or against.
    """
    from publisher.loader import film  # noqa: PLC0415 - film.py builds on this file

    return film.decide(
        read(headline), headline=headline, body=body, categories=tuple(categories), structured=structured,
        emphasis=tuple(emphasis), slug=slug,
    )  # fmt: skip


def read(headline: str) -> Reading:
    """What the headline alone says."""
    text = clean.line(headline)[:400]
    if not text:
        return Reading(refused="unsure")
    if found := _LETTERBOXD.fullmatch(text):
        return Reading(title=found["title"], year=int(found["year"]), form="title, year", confidence=0.95)
    bare = _STARS.sub("", text).strip() or text
    scored, text = bare != text, bare
    if titles.is_upper(re.sub(r"\(.*?\)", "", text)) and len(text.split()) > 1:
        found_reading = _read(titles.title_case(text))
        return replace(found_reading, confidence=found_reading.confidence - 0.02)
    reading = _read(text)
    if scored and reading.refused == "unsure" and not reading.title:
        return _unmarked_title(titles.tidy(text)[0], None, form="before score", confidence=0.8)
    return reading


def _read(text: str) -> Reading:
    if refusals.numbered_series(text):
        return Reading(refused="series")
    for reader in (_by_year, _by_quotes, _by_capitals, _by_review, _by_colon, _again):
        if found := reader(text):
            return found
    return Reading(refused=_why_refused(text) or "unsure", others=_unmarked(text))


def _why_refused(rest: str) -> Refusal:
    """Why the words around a title, or a whole headline, are not those of a film's review."""
    if refusals.series(rest):
        return "series"
    if refusals.is_list(rest):
        return "list"
    return "news" if refusals.news(rest) else ""


def _label(text: str) -> tuple[str, str]:
    """The rubric before a title ("Cannes 2024 Review:"), and what comes after it."""
    if found := _LABEL.match(text):
        return found["label"], found["rest"]
    if found := _REVIEW_OF.match(text):
        return "review", found["rest"]
    return "", text


def _by_year(text: str) -> Reading | None:
    """ "Title (2019)", with or without the word review around it."""
    label, rest = _label(text)
    found = _YEAR.match(rest)
    if not found or not found["before"].strip():
        return None
    before = found["before"].strip()
    if spans := _spans(before):
        before = spans[0]
    elif len(spans) > 1 or _YEAR.match(found["after"]):
        return Reading(refused="several")
    elif ": " in before and not label and refusals.rubric(before.split(": ")[0]):
        before = before.split(": ", 1)[1]
    title, _ = titles.tidy(_REVIEW_AT_EDGE.sub("", before))
    around = f"{found['after']}"
    if why := _why_refused(around) if not _IS_REVIEW.search(text) else ("series" if refusals.series(around) else ""):
        return Reading(refused=why)  # type: ignore[arg-type]
    if not title or len(title.split()) > 14:
        return None
    sure = 0.97 if titles.looks_like_title(title, most_words=14) or len(title.split()) <= 3 else 0.7
    return Reading(title=_cased(title), year=int(found["year"]), form="title (year)", confidence=sure)


def _spans(text: str) -> list[str]:
    """What stands in quotation marks and looks like a title, each once; beside "review" a title may be in small letters."""
    found: dict[str, str] = {}
    lenient = bool(_IS_REVIEW.search(_QUOTED.sub(" ", text)))
    for match in _QUOTED.finditer(text):
        span = titles.trim(match["double"] or match["single"] or "")
        named = titles.looks_like_title(span) or titles.is_upper(span)
        if (
            span
            and (named or (lenient and span[0].isupper() and len(span.split()) <= 9))
            and not re.search(r"[a-z]\.$", span)
        ):
            found.setdefault(clean.fold(span), span)
    return list(found.values())


def _are_joined(text: str) -> bool:
    """Whether two quoted titles stand side by side as equals: "‘A’ and ‘B’", "‘A,’ ‘B’"."""
    marks = list(_QUOTED.finditer(text))
    between = [text[a.end() : b.start()] for a, b in zip(marks, marks[1:], strict=False)]
    return any(re.fullmatch(r"\W*(?:and|&|vs\.?|versus|or|\+)?\W*", gap, re.IGNORECASE) for gap in between)


def _by_quotes(text: str) -> Reading | None:
    spans = _spans(text)
    if not spans:
        return None
    first = spans[0]
    rest = " ".join(_QUOTED.sub(" X ", text).split())
    review = _IS_REVIEW.search(rest)
    if len(spans) > 1 and (_are_joined(text) or not review):
        return Reading(refused="several", others=tuple(spans))
    if refusals.numbered_series(rest) or refusals.series(rest):
        return Reading(refused="series")
    if not review and (why := _why_refused(rest) or _is_essay(rest)):
        return Reading(refused=why, others=tuple(spans))
    if review and re.search(
        r"\b(?:book|album|game|restaurant|tv|podcast|music|theatre|concert)\s+review", rest, re.IGNORECASE
    ):
        return Reading(refused="news")
    title, year = titles.tidy(first)
    return Reading(
        title=_cased(title), year=year, form="quoted", confidence=0.95 if review else 0.75, others=tuple(spans[1:])
    )


def _is_essay(rest: str) -> Refusal:
    """Whether what surrounds a quoted title (X) makes it the subject of an essay or an anniversary."""
    essay = r"^X\W*\s(?:director|star|writer|actor|actress|producer|cinematographer|composer|creator|author|screenwriter|filmmaker|co-?star|cast|crew)s?\b(?!\sa)|^X\W*\s(?:and\s(?:the|its|how|why|what|our)\b|(?:at|turns)\s\d|\d+\syears)|\b(?:years\s(?:later|on|after)|anniversary)\b"
    return "news" if re.search(essay, rest, re.IGNORECASE) else ""


def _runs(text: str) -> list[str]:
    """Stretches of capitals in a headline that is otherwise in small letters."""
    words = text.split()
    flags = [
        titles.is_upper(re.sub(r"['’]s\b", "", word)) or bool(re.fullmatch(r"[\d&:–-]+[,:]?", word)) for word in words
    ]
    runs: list[list[str]] = []
    for number, word in enumerate(words):
        if not flags[number]:
            continue
        joined = number and flags[number - 1] and runs and not _ends_run(words[number - 1], word, words, number)
        if joined:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [run for words_ in runs if (run := _run_text(words_))]


def _ends_run(before: str, word: str, words: list[str], number: int) -> bool:
    """Whether a comma before `word` ends a title: it does before "A Campy …", not before "MARGARET"."""
    if not before.endswith(","):
        return before.endswith((".", ";")) and len(before) > 4
    following = words[number + 1] if number + 1 < len(words) else ""
    return len(word) == 1 and not titles.is_upper(following)


def _run_text(words: list[str]) -> str:
    while words and (
        re.sub(r"\W", "", words[0]).upper() in _INITIALS - {"THE", "A", "I", "NEW", "LA"}
        or not any(c.isalpha() or c.isdigit() for c in words[0])
    ):
        words = words[1:]
    while words and (
        words[-1] in ("A", "I", "–", "-", "&") or re.sub(r"\W", "", words[-1]).upper() in ("REVIEW", "REVIEWS")
    ):
        words = words[:-1]
    text = titles.trim(" ".join(words))
    text = re.sub(r"['’][sS]$", "", text)
    letters = sum(c.isalpha() for c in text)
    if letters < 2 or (len(words) == 1 and re.sub(r"\W", "", text) in _INITIALS) or re.fullmatch(r"[IVXLC]+", text):
        return ""
    return text


def _by_capitals(text: str) -> Reading | None:
    """ "Cannes 2024 Review: In THE SECOND ACT, …": a title in capitals among words that are not."""
    label, rest = _label(text)
    runs = _runs(rest)
    outside = [w for w in re.findall(r"[^\W\d_]{3,}", text) if not titles.is_upper(w) or w.casefold() == "review"]
    if not runs or not outside:
        return None
    first = runs[0]
    others = [run for run in runs[1:] if clean.fold(run) not in clean.fold(first)]
    at_start = bool(re.match(rf"(?:in\s+|the\s+)?\W*{re.escape(first)}", rest, re.IGNORECASE))
    review = bool(_IS_REVIEW.search(text))
    around = rest.replace(first, " ")
    if refusals.numbered_series(text) or refusals.series(around):
        return Reading(refused="series")
    if others and not (review and at_start):
        return Reading(refused="several", others=tuple(runs))
    if not review and (label or not at_start):
        return Reading(refused="unsure", others=tuple(runs))
    if not review and (why := _why_refused(around)):
        return Reading(refused=why)
    if re.match(rf"the\s+\W*{re.escape(first)}", rest, re.IGNORECASE) and not rest.upper().startswith(first):
        first = rest[: rest.index(first) + len(first)]
        title = titles.trim(first)
    else:
        title = _cased(titles.tidy(first)[0], capitals=True)
    if len(first) <= 4 and not label and not review:
        return None
    return Reading(title=title, form="capitals", confidence=0.9 if review else 0.7)


def _cased(title: str, *, capitals: bool = False) -> str:
    letters = [word for word in title.split() if any(c.isalpha() for c in word)]
    upper = bool(letters) and all(titles.is_upper(word) for word in letters)
    return (
        titles.title_case(title)
        if upper and (len(title) > 4 or (capitals and len(letters) == 1 and len(title) > 3))
        else title
    )


def _by_review(text: str) -> Reading | None:
    """The word "review" before or after an unmarked title."""
    label, rest = _label(text)
    if label:
        return _after_label(label, rest)
    found = _AFTER.match(text)
    if not found:
        return None
    title, tail = found["title"].strip(), found["tail"] or ""
    if ": " in title and refusals.rubric(title.split(": ")[0]):
        title = title.split(": ", 1)[1]
    parts = re.split(_DASH, title)
    if len(parts) > 1 and refusals.rubric(f"{parts[-1]} {found['review']}".rpartition(" ")[0]):
        title = title[: title.rindex(parts[-1])].strip(" -–—|")
    if re.search(r"\breviews$", found["review"], re.IGNORECASE) and not tail:
        return Reading(refused="list")
    if refusals.series(f"{title} {found['brackets'] or ''} {found['more'] or ''}") or re.match(
        r"series|season|tv\b", tail, re.IGNORECASE
    ):
        return Reading(refused="series")
    if refusals.is_list(title) or (
        refusals.news(title) and not re.match(r"(?:why|how|what|who|where|when|is|are|do|can)\b", title, re.IGNORECASE)
    ):
        return Reading(refused="list" if refusals.is_list(title) else "news", others=(titles.trim(title),))
    if re.search(
        r"\b(?:book|album|game|restaurant|podcast|music|concert|product|phone|theatre|play|tv|series|show)$",
        title,
        re.IGNORECASE,
    ):
        return Reading(refused="news")
    title, year = titles.tidy(title)
    spoiler = re.search(r"spoiler", f"{found['brackets'] or ''} {found['review']}", re.IGNORECASE)
    return _unmarked_title(title, year, form="before review", confidence=0.55 if spoiler else 0.85)


def _after_label(label: str, rest: str) -> Reading | None:
    if re.search(r"\breviews$", label, re.IGNORECASE) and re.search(r"[,/&]| and ", rest):
        return Reading(refused="several")
    review = bool(_IS_REVIEW.search(label))
    if refusals.series(rest) or (refusals.is_list(rest) and not review):
        return Reading(refused="series" if refusals.series(rest) else "list")
    if not review and refusals.news(rest):
        return Reading(refused="news")
    rest = re.sub(r"^in\s+(?=[A-Z])", "", rest) if re.match(r"in\s+[A-Z][^,]{2,60},", rest, re.IGNORECASE) else rest
    parts = re.split(_DASH, rest, maxsplit=1)
    title, others = parts[0].strip(), (rest,)
    confidence = 0.85 if review else 0.65
    by_comma = re.match(
        r"(?P<title>[^,]+), (?:(?:[Aa]n?)\s(?=\w)|(?:the|one|where|when|with|this|not|but)\s(?=[a-z]))", title
    )
    if len(parts) == 1 and by_comma:
        title = by_comma["title"]
    elif len(parts) == 1 and ": " in title:
        return _with_colon(title, confidence=confidence)
    elif len(parts) == 1 and (verb := _VERB.search(title)):
        lower = verb[0].strip().islower()
        cut = title[: verb.start()]
        others = (cut, title)
        if not lower and len(title.split()) <= 4:
            return _unmarked_title(title, None, form="after label", confidence=0.62, others=others)
        title, confidence = cut, (0.8 if lower else 0.62 if len(title.split()) >= 6 else 0.5)
    tidy, year = titles.tidy(title)
    foreign = review and not re.search(r"review", label, re.IGNORECASE)
    return _unmarked_title(tidy, year, form="after label", confidence=confidence, others=others, foreign=foreign)


def _with_colon(text: str, *, confidence: float) -> Reading:
    """ "X: Y" after "Review:" is a film with a subtitle or a film with a verdict; only some subtitles show which."""
    first, second = text.split(": ", 1)
    whole, _ = titles.tidy(text)
    short = titles.looks_like_title(second) and not _VERB.search(f" {second} ") and ": " not in second
    if short and (_STRONG_SUBTITLE.match(second) or len(second.split()) == 1):
        return _unmarked_title(whole, None, form="after label", confidence=confidence - 0.1, others=(first,))
    if short and len(second.split()) <= (5 if re.match(r"(?:the|a|an)\s", second, re.IGNORECASE) else 3):
        return _unmarked_title(
            whole, None, form="after label", confidence=max(confidence - 0.25, 0.5), others=(first, whole)
        )
    if not titles.looks_like_title(second) or len(second.split()) > 6:
        return _unmarked_title(
            titles.tidy(first)[0], None, form="after label", confidence=confidence - 0.1, others=(whole,)
        )
    return Reading(title=whole, form="after label", confidence=0.5, others=(titles.tidy(first)[0], whole))


def _unmarked_title(
    title: str, year: int | None, *, form: str, confidence: float, others: tuple[str, ...] = (), foreign: bool = False
) -> Reading:
    """A title known only by its place: it must look like one and not like two."""
    words = title.split()
    if not words or clean.fold(title) in _NOT_A_FILM or len(words) > 12:
        return Reading(refused="unsure", others=others)
    if not titles.looks_like_title(title) and not foreign and not re.match(r"[a-z]?[A-Z\d]|\d", title):
        return Reading(refused="unsure", others=(title, *others))
    if year is None and refusals.may_be_two_titles(title):
        return Reading(refused="several", others=(title, *others))
    if not titles.looks_like_title(title) and not foreign:
        confidence -= 0.3
    return Reading(title=_cased(title), year=year, form=form, confidence=confidence, others=others)


def _by_colon(text: str) -> Reading | None:
    """ "Title: Tagline" without any sign of a review: good enough only when no rubric can look like it."""
    dashed = re.split(_DASH, text, maxsplit=1)
    parts = dashed if len(dashed) > 1 and ": " in dashed[0] else re.split(rf":\s+|{_DASH}", text, maxsplit=1)
    if len(parts) < 2 or not parts[1]:
        return None
    if why := _why_refused(text):
        return Reading(refused=why)
    title, tail = parts[0].strip(), parts[1].strip()
    colon = text[len(parts[0]) :].lstrip()[:1] == ":"
    if (first := tail.split(": ")[0]) != tail and _STRONG_SUBTITLE.match(first):
        title = f"{title}: {first}"
    if refusals.rubric(title) or not titles.looks_like_title(title, most_words=8) or title[0].islower():
        return Reading(refused="unsure", others=(title, tail))
    if refusals.may_be_two_titles(title):
        return Reading(refused="several", others=(title,))
    speaks_of_film = bool(
        re.search(r"\b(?:film|movie)s?\s(?:with|that|about|by|starring|of|for|which)\b", tail, re.IGNORECASE)
    )
    lone = len(title.split()) == 1
    sure = 0.65 if speaks_of_film else 0.45 if lone else 0.62 if colon else 0.6
    return Reading(title=titles.trim(title), form="colon", confidence=sure, others=(text, tail))


def _again(text: str) -> Reading | None:
    """ "Rewatching Title": the verbs that take a work; "revisiting" may take a person too."""
    found = _AGAIN.match(text)
    if (
        not found
        or found["verb"].casefold() == "revisiting"
        or not titles.looks_like_title(found["title"], most_words=6)
    ):
        return None
    return Reading(title=titles.trim(found["title"]), form="verb", confidence=0.6, others=(text,))


def _unmarked(text: str) -> tuple[str, ...]:
    """What might be a title in a headline without marks, for the text of the review to confirm."""
    found = [text]
    if again := _AGAIN.match(text):
        found.insert(0, again["title"])
    if verb := _VERB.search(text):
        found.insert(0, text[: verb.start()])
    return tuple(titles.trim(title) for title in found)
