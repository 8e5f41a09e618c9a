"""What a headline alone says, read by its form: a year, quotation marks, capitals, the word review, a colon."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from publisher.loader.facts import people
from publisher.loader.facts.calendar_words import MONTHS
from publisher.loader.film import capitals, headline_words, refusals, titles
from publisher.loader.film.capitals import cased
from publisher.loader.film.headline_words import DASH, IS_REVIEW, QUOTED
from publisher.text import clean

Refusal = Literal["", "series", "list", "news", "several", "unsure"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Headline:
    """What a headline alone says: a title or why there is none; `others` may be titles if the text confirms them."""

    title: str = ""
    year: int | None = None
    form: str = ""
    confidence: float = 0.0
    refused: Refusal = ""
    others: tuple[str, ...] = ()


def read(headline: str) -> Headline:
    """The reading of a headline by its strongest form."""
    text = headline_words.GRADE.sub("Review: ", headline_words.CERTIFICATE.sub("", clean.line(headline)[:300]))
    if not text:
        return Headline(refused="unsure")
    if found := _title_comma_year(text):
        return found
    bare = headline_words.STARS.sub("", text).strip() or text
    if titles.is_upper(re.sub(r"\(.*?\)", "", bare)) and len(bare.split()) > 1:
        reading = _by_form(titles.title_case(bare))
        return replace(reading, confidence=max(0.0, reading.confidence - 0.02))
    reading = _by_form(bare)
    if bare != text and reading.refused == "unsure" and not reading.title:
        return _by_place(titles.tidy(bare)[0], None, form="before score", confidence=0.8)
    return reading


def _by_form(text: str) -> Headline:
    if refusals.numbered_series(text):
        return Headline(refused="series")
    for reader in (_by_year, _by_quotes, _by_capitals, _by_review, _by_colon, _by_verb, _by_maker, _by_praise):
        if found := reader(text):
            return found
    return Headline(refused=_why_refused(text) or "unsure", others=_unmarked(text))


def _why_refused(words: str) -> Refusal:
    """Why the words around a title, or a whole headline, are not those of a film's review."""
    if refusals.series(words):
        return "series"
    if refusals.is_list(words):
        return "list"
    return "news" if refusals.news(words) else ""


def _title_comma_year(text: str) -> Headline | None:
    found = headline_words.TITLE_YEAR.fullmatch(text)
    if not found:
        return None
    title, scored = found["title"], bool(found["stars"])
    head, _, last = title.rpartition(", ")
    if not scored and head and people.looks_like_name(last):
        return Headline(refused="unsure", others=(head, title))
    is_date = any(word in MONTHS for word in re.findall(r"[^\W\d_]+", title.casefold())) and len(title) < 20
    if not scored and (is_date or re.search(r"\d|\b(?:c|ca|circa)\.?$", title)):
        return None
    return Headline(title=title, year=int(found["year"]), form="title, year", confidence=0.95 if scored else 0.7)


def _by_year(text: str) -> Headline | None:
    """A title with its year in brackets, with or without the word review around it."""
    label, rest = headline_words.label(text)
    found = headline_words.YEAR.match(rest)
    if not found or not found["before"].strip():
        return None
    before, after = found["before"].strip(), found["after"]
    spans = _spans(before)
    if len(spans) > 1 or headline_words.YEAR.match(after):
        return Headline(refused="several")
    if spans:
        before = spans[0]
    elif not label:
        before = _without_rubrics(before)
    if refusals.series(after) or (not IS_REVIEW.search(text) and _why_refused(after)):
        return Headline(refused=_why_refused(after))
    title, _ = titles.tidy(headline_words.REVIEW_AT_EDGE.sub("", before))
    if not title or len(title.split()) > 14:
        return None
    sure = 0.97 if titles.looks_like_title(title, most_words=14) or len(title.split()) <= 3 else 0.7
    return Headline(title=cased(title), year=int(found["year"]), form="title (year)", confidence=sure)


def _without_rubrics(text: str) -> str:
    """A title without the names of columns and festivals before it: "31 Days of Horror: Day 12 – X"."""
    rest = text
    while found := headline_words.FIRST_PART.match(rest):
        rest = found["rest"]
        first = found["first"]
        if refusals.rubric(first) or (refusals.instalment(first) and not headline_words.PART.match(first)):
            text = rest
    return text


def _spans(text: str) -> list[str]:
    """What stands in quotation marks and looks like a title, each once.

    Beside the word review it may be in small letters, as titles are in most languages.
    """
    found: dict[str, str] = {}
    lenient = bool(IS_REVIEW.search(QUOTED.sub(" ", text)))
    for match in QUOTED.finditer(text):
        span = titles.trim(match["double"] or match["single"] or "")
        if not span or re.search(r"[a-z]\.$|\b(?i:festival|awards|exhibition|conference)$", span):
            continue
        named = titles.looks_like_title(span) or titles.is_upper(span)
        if named or (lenient and span[0].isupper() and len(span.split()) <= 9):
            found.setdefault(clean.fold(span), span)
    return list(found.values())


def _are_joined(text: str) -> bool:
    """Whether two quoted titles stand side by side as equals: "‘A’ and ‘B’", "‘A,’ ‘B’"."""
    gaps = [text[first.end() : second.start()] for first, second in pairwise(QUOTED.finditer(text))]
    return any(re.fullmatch(r"\W*(?:and|&|vs\.?|versus|or|\+)?\W*", gap, re.IGNORECASE) for gap in gaps)


def _by_quotes(text: str) -> Headline | None:
    spans = _spans(text)
    if not spans:
        return None
    rest = " ".join(QUOTED.sub(" X ", text).split())
    review = IS_REVIEW.search(rest)
    if len(spans) > 1 and (_are_joined(text) or not review):
        return Headline(refused="several", others=tuple(spans))
    if refusals.series(rest):
        return Headline(refused="series")
    if re.match(r"[^,:]{2,40},\s+X\b", rest) or headline_words.OTHER_REVIEW.search(rest):
        return Headline(refused="news")  # an artist's record, a book
    if headline_words.BY_AUTHOR.search(rest) and not headline_words.REVIEW_BY.search(rest):
        return Headline(refused="unsure", others=tuple(spans))
    if not review and (why := _why_refused(rest) or ("news" if headline_words.ESSAY.search(rest) else "")):
        return Headline(refused=why, others=tuple(spans))
    (title, year), sure = titles.tidy(spans[0], exact=True), 0.95 if review else 0.75
    return Headline(title=cased(title), year=year, form="quoted", confidence=sure, others=tuple(spans[1:]))


def _by_capitals(text: str) -> Headline | None:
    label, rest = headline_words.label(text)
    runs = capitals.runs(rest)
    outside = [w for w in re.findall(r"[^\W\d_]{3,}", text) if not titles.is_upper(w) or w.casefold() == "review"]
    if not runs or not outside:
        return None
    first, review = runs[0], bool(IS_REVIEW.search(text))
    if len(first) <= 4 and not label and not review:
        return None
    around = rest.replace(first, " ")
    at_start = bool(re.match(rf"(?:in\s+|the\s+)?\W*{re.escape(first)}", rest, re.IGNORECASE))
    if refusals.series(around):
        return Headline(refused="series")
    if not label and not at_start and len(first.split()) == 1:
        return Headline(refused="unsure", others=(first,))
    if not (review and at_start) and any(clean.fold(run) not in clean.fold(first) for run in runs[1:]):
        return Headline(refused="several", others=tuple(runs))
    if not review and (why := _why_refused(around) or ("unsure" if label or not at_start else "")):
        return Headline(refused=why, others=tuple(run for run in runs if len(run) > 4))
    if re.match(rf"the\s+\W*{re.escape(first)}", rest, re.IGNORECASE) and not rest.upper().startswith(first):
        title = titles.trim(rest[: rest.index(first) + len(first)])
    else:
        title = cased(titles.tidy(first)[0], marked=True)
    return Headline(title=title, form="capitals", confidence=0.9 if review else 0.7)


def _by_review(text: str) -> Headline | None:
    """The word review before or after an unmarked title."""
    label, rest = headline_words.label(text)
    dated = headline_words.TITLE_OR_FESTIVAL.match(label)
    if dated and not headline_words.FESTIVAL.search(label):
        return Headline(refused="unsure", others=(dated["title"], rest))
    if label:
        return _after_label(label, rest)
    if found := headline_words.ENDS_WITH_REVIEW_OF.search(text):
        return _after_label("review", found["rest"])
    return _before_review(found) if (found := headline_words.AFTER.match(text)) else None


def _before_review(found: re.Match[str]) -> Headline:
    title, tail = found["title"].strip(), found["tail"] or ""
    if refusals.series(found["review"]) or refusals.series(title):
        return Headline(refused="series")
    if found["mark"] == ":" and (named := re.match(r"the\s(?:movie|film)\b", found["review"], re.IGNORECASE)):
        title = f"{title}: {named[0]}"
    if ": " in title and refusals.rubric(title.split(": ")[0]):
        title = title.split(": ", 1)[1]
    parts = re.split(DASH, title)
    apart = found["mark"] == "|" or found.string[: found.start("review")].endswith(("(", "["))
    if len(parts) > 1 and apart and not headline_words.PART.match(parts[-1]):
        return Headline(refused="unsure", others=(parts[0].strip(), titles.trim(title)))
    if len(parts) > 1 and refusals.rubric(f"{parts[-1]} {found['review']}".rpartition(" ")[0]):
        title = title[: title.rindex(parts[-1])].strip(" -–—|")
    around = f"{found['brackets'] or ''} {found['more'] or ''}"
    if refusals.series(f"{title} {around}") or re.match(r"series|season|tv\b", tail, re.IGNORECASE):
        return Headline(refused="series")
    if refusals.is_list(f"{title} {found['review']}") or (headline_words.PLURAL.search(found["review"]) and not tail):
        return Headline(refused="list", others=(titles.trim(title),))
    asks = re.match(r"(?:why|how|what|who|where|when|is|are|do|can)\b", title, re.IGNORECASE)
    if (refusals.news(title) and not asks) or headline_words.OTHER_AT_END.search(title):
        return Headline(refused="news", others=(titles.trim(title),))
    title, year = titles.tidy(title)
    spoiler = headline_words.SPOILS.search(f"{found['brackets'] or ''} {found['review']}")
    second = title.partition(": ")[2]
    may_be_verdict = re.match(r"an?\s", second, re.IGNORECASE) and not headline_words.SUBTITLE.match(second)
    may_be_movie = re.fullmatch(r"A\s\S+", title) and re.match(r"(?:movie|film)\b", found["review"], re.IGNORECASE)
    unsure = spoiler or may_be_verdict or may_be_movie
    others = (title.partition(": ")[0],) if second else (f"{title} Movie",) if may_be_movie else ()
    return _by_place(title, year, form="before review", confidence=0.55 if unsure else 0.85, others=others)


def _after_label(label: str, rest: str) -> Headline:
    if headline_words.PLURAL.search(label) and re.search(r"[,/&]| and ", rest):
        return Headline(refused="several")
    review = bool(IS_REVIEW.search(label))
    if refusals.series(rest):
        return Headline(refused="series")
    if not review and (refusals.instalment(rest) or headline_words.FAVOURITES.match(rest)):
        return Headline(refused="list")
    if not review and (refusals.is_list(rest) or refusals.news(rest)):
        return Headline(refused="list" if refusals.is_list(rest) else "news")
    if shorter := titles.shorter(rest):
        return Headline(refused="unsure", others=(shorter, rest))
    if re.match(r"in\s+[A-Z][^,]{2,60},", rest, re.IGNORECASE):
        rest = re.sub(r"^in\s+(?=[A-Z])", "", rest)
    return _without_verdict(
        rest, confidence=0.85 if review else 0.65, foreign=review and not headline_words.ENGLISH_REVIEW.search(label)
    )


def _without_verdict(rest: str, *, confidence: float, foreign: bool) -> Headline:
    """The title at the beginning of what follows "Review:", cut off from the verdict after it."""
    if found := headline_words.BY_AUTHOR.search(rest):
        return Headline(refused="unsure", others=(rest[: found.start()],))
    parts = re.split(DASH, rest, maxsplit=1)
    if len(parts) == 2 and headline_words.PART.match(parts[1]):
        parts = [rest]
    title = parts[0].strip()
    others: tuple[str, ...] = (rest,)
    if len(parts) == 1:
        abroad = headline_words.FOREIGN_COMMA.match(title) if foreign else None
        if found := headline_words.AFTER_COMMA.match(title) or abroad:
            title = found["title"]
        elif ": " in title:
            return _with_colon(title, confidence=confidence)
        elif verb := headline_words.VERB.search(title):
            lower, words = verb[0].strip().islower(), len(title.split())
            others = (title[: verb.start()], title)
            if not lower and words <= 4:
                return _by_place(title, None, form="after label", confidence=0.62, others=others)
            title, confidence = others[0], 0.8 if lower else 0.62 if words >= 6 else 0.5
    tidy, year = titles.tidy(title)
    return _by_place(tidy, year, form="after label", confidence=confidence, others=others, foreign=foreign)


def _with_colon(text: str, *, confidence: float) -> Headline:
    """After "Review:", "X: Y" is a film with a subtitle or a film with a verdict; only some subtitles show which."""
    first, second = text.split(": ", 1)
    whole, head = titles.tidy(text)[0], titles.tidy(first)[0]
    words = len(second.split())
    short = titles.looks_like_title(second) and not headline_words.VERB.search(f" {second} ") and ": " not in second
    if short and (headline_words.SUBTITLE.match(second) or words == 1):
        return _by_place(whole, None, form="after label", confidence=confidence - 0.1, others=(head,))
    if short and words <= (5 if re.match(r"(?:the|a|an)\s", second, re.IGNORECASE) else 3):
        may_be_verdict = re.match(r"an?\s", second, re.IGNORECASE)
        sure = max(confidence - (0.35 if may_be_verdict else 0.25), 0.5)
        return _by_place(whole, None, form="after label", confidence=sure, others=(head, whole))
    if not titles.looks_like_title(second) or words > 6:
        return _by_place(head, None, form="after label", confidence=confidence - 0.1, others=(whole,))
    return Headline(title=whole, form="after label", confidence=0.5, others=(head, whole))


def _by_place(
    title: str,
    year: int | None,
    *,
    form: str,
    confidence: float,
    others: tuple[str, ...] = (),
    foreign: bool = False,
) -> Headline:
    """A title known only by its place: it must look like one and not like two."""
    words, named = title.split(), titles.looks_like_title(title)
    if not words or clean.fold(title) in headline_words.NOT_A_FILM or len(words) > 12:
        return Headline(refused="unsure", others=others)
    if not named and not foreign and not re.match(r"[a-z]?[A-Z\d]|\d", title):
        return Headline(refused="unsure", others=(title, *others))
    if year is None and refusals.may_be_two_titles(title):
        return Headline(refused="several", others=(title, *others))
    sure = confidence if named or foreign else confidence - 0.3
    return Headline(title=cased(title), year=year, form=form, confidence=sure, others=others)


def _by_colon(text: str) -> Headline | None:
    """A "Title: Tagline" without any sign of a review: good enough only when no rubric can look like it."""
    dashed = re.split(DASH, text, maxsplit=1)
    if column := headline_words.COLUMN.match(text):
        return _in_column(column["rest"], text)
    parts = dashed if len(dashed) > 1 and ": " in dashed[0] else re.split(rf":\s+|{DASH}", text, maxsplit=1)
    if len(parts) < 2 or not parts[1]:
        return None
    if why := _why_refused(text):
        return Headline(refused=why)
    title, tail = parts[0].strip(), parts[1].strip()
    colon = text[len(parts[0]) :].lstrip()[:1] == ":"
    if shorter := titles.shorter(title):
        return Headline(refused="unsure", others=(shorter, title))
    if (first := tail.split(": ")[0]) != tail and headline_words.SUBTITLE.match(first):
        title = f"{title}: {first}"
    if headline_words.PART.match(tail) and not refusals.rubric(title) and titles.looks_like_title(title):
        return Headline(title=titles.trim(text), form="in parts", confidence=0.65, others=(title,))
    if refusals.instalment(tail) or refusals.instalment(title):
        return Headline(refused="list")
    if again := headline_words.AGAIN.match(title):
        title = again["title"]
    if refusals.on_a_service(title):
        return Headline(refused="unsure", others=(title.rpartition(" on ")[0], tail))
    if refusals.rubric(title) or not titles.looks_like_title(title, most_words=8) or title[0].islower():
        return Headline(refused="unsure", others=(title, tail))
    if clean.fold(title) in headline_words.NOT_A_FILM or headline_words.MAY_GO_ON.fullmatch(tail):
        return Headline(refused="unsure", others=(title, tail))
    if refusals.may_be_two_titles(title):
        return Headline(refused="several", others=(title,))
    lone = len(title.split()) == 1 or bool(re.search(r"\s\d{3,}$", title))
    about = headline_words.FILM_WITH.search(tail) or (lone and headline_words.OWNED.match(tail))
    sure = 0.65 if about else 0.45 if lone else 0.62 if colon else 0.6
    return Headline(title=titles.tidy(title)[0], form="colon", confidence=sure, others=(text, tail))


def _in_column(rest: str, text: str) -> Headline:
    """What stands after the name of a column that is about one film at a time."""
    if why := _why_refused(rest):
        return Headline(refused=why)
    if refusals.instalment(rest) or not titles.looks_like_title(rest, most_words=6):
        return Headline(refused="unsure", others=(rest,))
    title, year = titles.tidy(rest)
    return _by_place(title, year, form="in a column", confidence=0.65, others=(text,))


def _by_verb(text: str) -> Headline | None:
    """A title after "Rewatching": the verbs that take a work; "revisiting" may take a person too."""
    found = headline_words.AGAIN.match(text)
    takes_people = found and found["verb"].casefold().endswith(("revisiting", " on"))
    if not found or takes_people or not titles.looks_like_title(found["title"], most_words=6):
        return None
    return Headline(title=titles.trim(found["title"]), form="verb", confidence=0.6, others=(text,))


def _by_maker(text: str) -> Headline | None:
    """A whole headline of maker and title: "Ada Quill's The Long Tide"."""
    if found := headline_words.DIRECTED.match(text):
        return _by_place(titles.trim(found["title"]), None, form="title (director)", confidence=0.75)
    found = headline_words.OWNER.match(text)
    if not found or not titles.looks_like_title(text, most_words=12) or _why_refused(text):
        return None
    return Headline(title=titles.trim(found["title"]), form="maker", confidence=0.62, others=(text,))


def _by_praise(text: str) -> Headline | None:
    """A title that a headline calls a film: "The Long Tide is a bloody good time"; a person's name is none."""
    found = headline_words.IS_FILM.match(text)
    if not found or not headline_words.A_FILM.search(found["tail"]) or _why_refused(text):
        return None
    title = found["title"].strip()
    person = people.looks_like_name(title) and not re.match(r"(?:the|a|an)\s", title, re.IGNORECASE)
    if not titles.looks_like_title(title, most_words=6) or clean.fold(title) in headline_words.NOT_A_FILM:
        return None
    if person or "’s " in title or "'s " in title:
        return None
    return Headline(title=titles.trim(title), form="is a film", confidence=0.6, others=(text,))


def _unmarked(text: str) -> tuple[str, ...]:
    """What might be a title in a headline without marks, for the text of the review to confirm."""
    found = [text]
    if again := headline_words.AGAIN.match(text):
        found.insert(0, again["title"])
    if verb := headline_words.VERB.search(text):
        found.insert(0, text[: verb.start()])
    return tuple(titles.trim(title) for title in found)
