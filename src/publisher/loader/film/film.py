"""Which film a review is about: the spans that may be its title, weighed by what the whole post says of each."""

import re
from dataclasses import replace

from publisher.loader.film import headline_words, lexicon, ranking, refusals, subject, titles
from publisher.loader.film.contenders import contenders
from publisher.loader.film.evidence import Evidence, key
from publisher.loader.film.headline_forms import Headline
from publisher.loader.film.title_facts import TitleSpan
from publisher.model import Film
from publisher.text import clean

SURE = 0.55
"""The confidence below which no film is named."""

SURE_ALONE = 0.68
"""The same for a headline without a text."""
_YEAR_AFTER = re.compile(r"[\W_]{0,3}\s?\((?:[^()\d]{0,40}[,;]\s)?((?:18|19|20)\d\d)\b[^()]{0,60}\)")
_SEASONS = lexicon.pattern("seasons")
_TITLE_YEAR = re.compile(r"[A-Z0-9][\w’'.,!&-]*[”\"’'»]?\s\((?:19|20)\d\d\)")


def decide(reading: Headline, evidence: Evidence, *, structured: Film | None = None) -> Film | None:
    """The film, with what speaks for it and how surely; None when nothing is sure enough."""
    if structured is not None:
        return _confirmed(structured, evidence)
    if refusals.is_no_review(evidence.headline):
        return None
    found = contenders(reading, evidence)
    best, share = choose(found, none_facts(reading, evidence, found), alone=evidence.is_alone)
    return (
        _film(best, share, reading, evidence) if best and share >= (SURE_ALONE if evidence.is_alone else SURE) else None
    )


def choose(found: list[TitleSpan], none: set[str], *, alone: bool) -> tuple[TitleSpan | None, float]:
    """The likeliest contender and its likelihood; no contender when none is likelier."""
    numbers = ranking.tables()["alone" if alone else "post"]
    shares = ranking.shares([one.facts for one in found], none, numbers)
    best, sure = ranking.choose([key(one.title) for one in found], shares)
    return (None if best is None else found[best]), sure


def none_facts(reading: Headline, evidence: Evidence, found: list[TitleSpan]) -> set[str]:
    """What speaks for no film at all, or for several."""
    headline, text = evidence.headline, evidence.text
    label = " ".join((headline, *evidence.categories, evidence.slug))
    dated = len(set(_TITLE_YEAR.findall(text)))
    marks = len({span for span in evidence.emphasis if titles.looks_like_title(span, most_words=8)})
    facts = {
        "none": True,
        f"none: refused {reading.refused}": bool(reading.refused),
        "none: no title by form": not reading.title,
        "none: filed elsewhere": subject.is_filed_elsewhere(evidence.categories),
        "none: another subject": subject.is_another(headline, text),
        "none: another subject surely": subject.is_another(headline, text, strongly=True),
        "none: not of film": not subject.is_film(label, text),
        "none: film in label": subject.is_film(label, ""),
        "none: a list": refusals.is_list(headline),
        "none: news": refusals.news(headline),
        "none: a series": refusals.series(headline),
        "none: filed as series": any(refusals.series(name) for name in evidence.categories),
        "none: two titles": _are_two(headline, evidence),
        "none: asks": headline.endswith("?"),
        "none: some dated titles": dated == 2,
        "none: many dated titles": dated >= 3,
        "none: many marked titles": marks >= 4,
        "none: titled sections": sum(
            {"on a line of its own", "named early"} <= one.facts or {"on a line of its own", "marked"} <= one.facts
            for one in found
            if "in headline" not in one.facts
        )
        >= 2,
        "none: short text": len(text) < 600,
        "none: hardly named": all(one.named < 2 for one in found),
        "none: never named": all(not one.named for one in found),
        "none: seasons in text": len(_SEASONS.findall(text[:2500])) >= 3,
        "none: episodes in text": refusals.numbered_series(text[:1500]),
    }
    return {name for name, holds in facts.items() if holds}


def _are_two(headline: str, evidence: Evidence) -> bool:
    """Whether a headline joins two titles that the text names apart and never together."""
    head = headline_words.label(headline)[1]
    if not refusals.may_be_two_titles(head) or evidence.mentions(head):
        return False
    return all(evidence.mentions(part) for part in re.split(r"\s(?:and|&|vs\.?|\+|/)\s", head))


def _confirmed(film: Film, evidence: Evidence) -> Film | None:
    """What the source says in so many words; the text may add the year that it leaves out."""
    title, year = titles.tidy(film.title)
    if not title:
        return None
    year = film.year or year or _year_of(title, evidence)
    return replace(film, title=title, year=year, evidence=film.evidence or ("structured",))


def _film(best: TitleSpan, share: float, reading: Headline, evidence: Evidence) -> Film | None:
    by_form = reading.title and clean.fold(reading.title) == clean.fold(best.title)
    title, year = titles.tidy(best.title, exact=True)
    title = _cased_as_in_text(title, evidence)
    year = year or (reading.year if by_form else None) or _year_of(title, evidence)
    return Film(
        title=title, year=year, confidence=round(min(share, 0.99), 2), evidence=_told(best, alone=evidence.is_alone)
    )


def _told(best: TitleSpan, *, alone: bool) -> tuple[str, ...]:
    """The facts that counted most for a title, the strongest first."""
    numbers = ranking.tables()["alone" if alone else "post"]
    counted = sorted(
        (fact for fact in best.facts if numbers.get(fact, 0.0) > 0), key=lambda fact: (-numbers[fact], fact)
    )
    return tuple(
        fact.replace("form ", "headline: ", 1) if fact.startswith("form ") else fact for fact in counted[:5]
    ) or ("headline",)


def _year_of(title: str, evidence: Evidence) -> int | None:
    """The year in brackets right after the title in the text, or after it in the page's address."""
    after = [_YEAR_AFTER.match(evidence.text[at.end : at.end + 120]) for at in evidence.mentions(title)]
    years = {int(found[1]) for found in after if found}
    if years:
        return years.pop() if len(years) == 1 else None
    named = re.escape(clean.fold(title))
    kind = r"(?:film |movie )?(?:review )?"
    found = re.fullmatch(rf"{kind}{named} ((?:18|19|20)\d\d)(?: {kind.strip()})?", clean.fold(evidence.slug))
    return int(found[1]) if found else None


def _cased_as_in_text(title: str, evidence: Evidence) -> str:
    """The spelling that the text uses: a headline may be in capitals, or leave the article out."""
    named = evidence.mentions(title)
    if named and not title.casefold().startswith("the "):
        longer = [at for at in evidence.mentions(f"The {title}") if evidence.text[at.start : at.end].startswith("The ")]
        if len(longer) >= 0.6 * len(named) and any(not at.opens for at in longer):
            return f"The {title}"
    for at in named:
        words = evidence.text[at.start : at.end]
        if len(words) == len(title) and not titles.is_upper(words) and clean.fold(words) == clean.fold(title):
            return words
    return title
