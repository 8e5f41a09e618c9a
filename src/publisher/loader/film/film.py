"""Which film a review is about: the headline's reading weighed against structured data, categories and the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from publisher.loader.facts import people
from publisher.loader.film import refusals, subject, titles
from publisher.loader.film.headline_forms import Headline
from publisher.model import Film
from publisher.text import clean

SURE = 0.6
"""The confidence below which no film is named."""

_LONG = 600
"""Characters of text in which a review surely names its film."""
_YEAR_AFTER = re.compile(r"[\W_]{0,3}\s?\((?:[^()\d]{0,40}[,;]\s)?((?:18|19|20)\d\d)\b[^()]{0,60}\)")
_OPENS_SENTENCE = re.compile(r"(?:[.!?:]|\n)[\"”’']?\s*$")
_GOES_ON = re.compile(r"['’]s\b|\s(?:is|was|has|does|tells|follows|opens)\b")
_QUOTE_BEFORE = frozenset("“\"‘'«„")
_QUOTE_AFTER = re.compile(r"[,.!?]?[”\"’'»]")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a review offers besides its headline's form."""

    headline: str = ""
    body: str = ""
    emphasis: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    slug: str = ""

    @cached_property
    def _marked(self) -> frozenset[str]:
        return frozenset(clean.fold(titles.trim(span)) for span in self.emphasis)

    def mentions(self, title: str) -> tuple[re.Match[str], ...]:
        """Where the text names the title as a title: capitalised, and in mid-sentence when it is a single word."""
        return _mentions(title, self.body)

    def is_emphasised(self, title: str) -> bool:
        """Whether the text sets the title in italics, bold or quotation marks."""
        if clean.fold(title) in self._marked:
            return True
        return any(_stands_in_quotes(match, self.body) for match in self.mentions(title))

    def is_category(self, title: str) -> bool:
        """Whether the source files the review under the title."""
        return clean.fold(title) in {clean.fold(name) for name in self.categories}

    def year_of(self, title: str) -> int | None:
        """The year in brackets right after the title in the text, or after it in the page's address."""
        after = [_YEAR_AFTER.match(self.body[match.end() : match.end() + 120]) for match in self.mentions(title)]
        years = {int(found[1]) for found in after if found}
        if years:
            return years.pop() if len(years) == 1 else None
        named = re.escape(clean.fold(title))
        kind = r"(?:film |movie )?(?:review )?"
        found = re.fullmatch(rf"{kind}{named} ((?:18|19|20)\d\d)(?: {kind.strip()})?", clean.fold(self.slug))
        return int(found[1]) if found else None


@lru_cache(maxsize=64)
def _mentions(title: str, body: str) -> tuple[re.Match[str], ...]:
    words = re.findall(r"[^\W_]+", title)
    if not words or words[0].casefold() not in body.casefold():
        return ()
    pattern = r"(?<![^\W_])" + r"[\W_]{1,4}".join(re.escape(word) for word in words) + r"(?![^\W_])"
    found = re.finditer(pattern, body, re.IGNORECASE)
    return tuple(match for match in found if _is_named(match, body, single=len(words) == 1))


def _is_named(match: re.Match[str], body: str, *, single: bool) -> bool:
    words = [word for word in re.findall(r"[^\W_]+", match[0]) if word.casefold() not in titles.SMALL]
    if any(word[0].islower() for word in words or [match[0]]):
        return False
    return not single or not _opens(match, body) or bool(_GOES_ON.match(body[match.end() : match.end() + 12]))


def _opens(match: re.Match[str], body: str) -> bool:
    """Whether a sentence begins there, so that its capital says nothing."""
    return not match.start() or bool(_OPENS_SENTENCE.search(body[max(0, match.start() - 4) : match.start()]))


def _stands_in_quotes(match: re.Match[str], body: str) -> bool:
    before = body[match.start() - 1] if match.start() else ""
    return before in _QUOTE_BEFORE and bool(_QUOTE_AFTER.match(body[match.end() : match.end() + 2]))


def decide(reading: Headline, evidence: Evidence, *, structured: Film | None = None) -> Film | None:
    """The film, with what speaks for it and how surely; None when nothing is sure enough."""
    if structured is not None:
        return _confirmed(structured, evidence)
    if reading.refused in ("series", "list", "news"):
        return None
    strong = reading.confidence >= 0.9
    if subject.is_filed_elsewhere(evidence.categories) and not strong:
        return None
    if subject.is_another(evidence.headline, evidence.body, strongly=strong) or not _is_about_film(reading, evidence):
        return None
    return _from_headline(reading, evidence) or _from_doubtful(reading, evidence) or _from_text(reading, evidence)


def _confirmed(film: Film, evidence: Evidence) -> Film | None:
    """What the source says in so many words; the text may add the year that it leaves out."""
    title, year = titles.tidy(film.title)
    if not title:
        return None
    year = film.year or year or evidence.year_of(title)
    return replace(film, title=title, year=year, evidence=film.evidence or ("structured",))


def _is_about_film(reading: Headline, evidence: Evidence) -> bool:
    """Whether anything says that this is about a film at all: the headline's form or words, a category, the text.

    A headline that stands alone is taken at its word.
    """
    if len(evidence.body) < 40 and reading.confidence >= SURE:
        return True
    if reading.confidence >= 0.9 and len(evidence.body) < _LONG:
        return True
    return subject.is_film(" ".join((evidence.headline, *evidence.categories, evidence.slug)), evidence.body)


def _film(title: str, year: int | None, confidence: float, facts: Sequence[str], evidence: Evidence) -> Film:
    if not any("quoted" in fact or "year" in fact for fact in facts):
        title = _completed(title, evidence)
    title = _cased_as_in_text(title, evidence)
    found = year or evidence.year_of(title)
    return Film(title=title, year=found, confidence=round(min(confidence, 0.99), 2), evidence=tuple(facts))


def _from_headline(reading: Headline, evidence: Evidence) -> Film | None:
    """A title that the headline marks well enough; where the text names only a shorter or longer one, that one."""
    if reading.refused or reading.confidence < SURE:
        return None
    title, named = reading.title, len(evidence.mentions(reading.title))
    if not named and reading.confidence < 0.75:
        other = max(reading.others, key=lambda one: _weight(one, evidence), default="")
        if other and len(evidence.mentions(other)) >= 2:
            title, named = other, len(evidence.mentions(other))
        elif len(evidence.body) >= _LONG:
            return None
    if named < 2 and reading.form == "colon" and len(evidence.body) >= _LONG and _may_have_subtitle(evidence.headline):
        return None
    facts = [f"headline: {reading.form}"]
    if named:
        facts.append("named once in the text" if named == 1 else f"named {named} times in the text")
    return _film(title, reading.year, reading.confidence + 0.03 * min(named, 3), facts, evidence)


def _may_have_subtitle(headline: str) -> bool:
    """Whether what follows the colon is so short that it may be part of the title."""
    tail = headline.rpartition(":")[2].strip()
    return len(tail.split()) <= 4 and titles.looks_like_title(tail)


def _weight(title: str, evidence: Evidence) -> float:
    """How much the text says that this is a title, none at all being 0; of two named as often, the longer one."""
    named = len(evidence.mentions(title))
    return named + 0.1 * len(title.split()) + (3 if evidence.is_emphasised(title) else 0) if named else 0.0


def _from_doubtful(reading: Headline, evidence: Evidence) -> Film | None:
    """What the headline may mean as a title and the text confirms: set as a title there, or named again and again."""
    possible = (t for t in (reading.title, *reading.others) if t and len(t.split()) <= 12)
    candidates = dict.fromkeys(t for t in possible if not refusals.instalment(t))
    confirmed = [title for title in candidates if len(evidence.mentions(title)) >= _needed(title, evidence)]
    title = max(confirmed, key=lambda candidate: _weight(candidate, evidence), default="")
    if not title or (reading.refused == "several" and " and " not in title.casefold()):
        return None
    return _film(title, None, 0.8, (f"headline: {reading.form or 'unmarked'}", "named in the text"), evidence)


def _needed(title: str, evidence: Evidence) -> int:
    """How often the text must name a doubtful title: a lone word or what may be a person's name thrice."""
    if evidence.is_emphasised(title) or evidence.is_category(title):
        return 1
    whole = clean.fold(title) == clean.fold(evidence.headline)
    if len(title.split()) == 1 or (whole and people.looks_like_name(title)):
        return 3
    return 1 if whole else 2


def _from_text(reading: Headline, evidence: Evidence) -> Film | None:
    """The title that the text sets apart, for headlines that only play with it.

    A second witness must name it: its year in brackets, a category, or the page's address.
    """
    if reading.refused == "several" or reading.confidence >= SURE:
        return None
    for span in dict.fromkeys(evidence.emphasis):
        if (
            refusals.instalment(span)
            or not titles.looks_like_title(span)
            or span not in evidence.body[:700]
            or len(evidence.mentions(span)) < 2
        ):
            continue
        bare = clean.fold(span)
        if evidence.year_of(span) or evidence.is_category(span) or bare in clean.fold(evidence.slug):
            return _film(titles.tidy(span)[0], None, 0.65, ("set as a title in the text",), evidence)
    return None


def _completed(title: str, evidence: Evidence) -> str:
    """The title with the article or the subtitle that the text gives it, where the headline may have shortened it."""
    plain = evidence.mentions(title)
    if not title.casefold().startswith("the "):
        named = [match for match in evidence.mentions(f"The {title}") if match[0].startswith("The ")]
        if len(named) >= 0.6 * max(len(plain), 1) and any(not _opens(match, evidence.body) for match in named):
            return f"The {title}"
    for span in evidence.emphasis:
        longer = titles.trim(span)
        if plain and re.match(rf"(?:the\s)?{re.escape(title)}:?\s\S", longer, re.IGNORECASE):
            first = evidence.mentions(longer) if titles.looks_like_title(longer) else []
            if first and first[0].start() <= plain[0].start() + 4:
                return longer
    return title


def _cased_as_in_text(title: str, evidence: Evidence) -> str:
    """The capitals that the text uses: a headline in capitals does not show them."""
    for match in evidence.mentions(title):
        words = match[0]
        if len(words) == len(title) and not titles.is_upper(words) and clean.fold(words) == clean.fold(title):
            return words
    return title
