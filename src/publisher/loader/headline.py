"""The film that a headline is about: its title and year, how that is known, and how surely.

What is about television, a list, several films or news has no film. A wrong film is worse than none.
"""

from collections.abc import Iterable, Sequence

from publisher.loader import film
from publisher.loader.film import SURE
from publisher.loader.headline_forms import Reading, read
from publisher.model import Film

__all__ = ["SURE", "Reading", "film_of", "read"]


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
    evidence = film.Evidence(
        headline=headline,
        body=body,
        emphasis=tuple(emphasis),
        categories=tuple(categories),
        slug=slug,
    )
    reading = Reading() if structured else read(headline)
    return film.decide(reading, evidence, structured=structured)
