"""The film that a headline is about: its title and year, how that is known, and how surely.

What is about television, a list, several films or news has no film. A wrong film is worse than none.
"""

from collections.abc import Iterable, Sequence

from publisher.loader.film import film, headline_words, refusals, titles
from publisher.loader.film.evidence import Evidence
from publisher.loader.film.film import SURE
from publisher.loader.film.headline_forms import Headline, read
from publisher.model import Film

__all__ = ["SURE", "Headline", "film_of", "read"]


def film_of(
    headline: str,
    *,
    body: str = "",
    categories: Iterable[str] = (),
    structured: Film | None = None,
    emphasis: Sequence[str] = (),
    slug: str = "",
    excerpt: str = "",
    bare_titles: bool = False,
) -> Film | None:
    """The one film that a review is about, or None when it is about none, several, or it cannot be told.

    `structured` is what the source says in so many words; `body` the review's plain text, `emphasis` its italic and
    bold spans, `categories` its tags, `slug` the last piece of its address, `excerpt` its standfirst, `bare_titles`
    whether the site's headlines are mostly bare titles. All of them are evidence for or against.
    """
    structured = structured or _named_by(excerpt)
    plain = headline_words.plain(headline)
    evidence = Evidence(
        headline=plain,
        body=body,
        emphasis=tuple(emphasis),
        categories=tuple(categories),
        slug=slug,
        bare_titles=bare_titles,
    )
    reading = Headline() if structured else read(plain)
    return film.decide(reading, evidence, structured=structured)


def _named_by(excerpt: str) -> Film | None:
    """The film that a standfirst names in so many words: "A review of the film, The Long Tide"."""
    found = headline_words.STANDFIRST.fullmatch(excerpt.strip()) if len(excerpt) <= 160 else None
    title = titles.trim(found["title"]) if found else ""
    if not found or not titles.looks_like_title(title) or refusals.series(title):
        return None
    year = int(found["year"]) if found["year"] else None
    return Film(title=title, year=year, confidence=0.9, evidence=("standfirst",))
