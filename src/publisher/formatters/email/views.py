"""What a template sees of an edition: every line ready to be shown, and None where the review says nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel import Locale

from publisher.config import Newsletter, parse_schedule
from publisher.formatters.email import language, pictures
from publisher.formatters.email.pictures import Picture
from publisher.formatters.email.rating import recommends
from publisher.formatters.email.stars import Score, score
from publisher.formatters.email.watch import where_to_watch
from publisher.formatters.email.words import Words
from publisher.model import Edition, EditionItem, Rating, Review
from publisher.text import urls
from publisher.text.clean import fold, line
from publisher.text.clip import at_words
from publisher.text.together import together

LABEL_LIMIT = 60
_DAYS_A_WEEK = 7
_LAST_LATIN = "\u024f"
# First words of a byline that are no first name: “Read The’s review” would be wrong.
_NO_FIRST_NAME = frozenset(
    {"the", "a", "film", "movie", "staff", "guest", "editor", "editors", "team", "desk"}
    | {"dr", "mr", "mrs", "ms", "miss", "prof", "professor", "sir", "dame", "lord", "lady", "saint"}
)
_OPENING, _CLOSING = "“«„「『‹‘", "”»“」』›’"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One review in an email; `lang` and `dir` are set where they are not the site's."""

    id: str
    title: str
    year: int | None
    headline: str | None
    url: str | None
    critics: str | None
    rating: Score | None
    picture: Picture | None
    quote: str | None
    standfirst: str | None
    watch: tuple[str, ...]
    action: str | None
    eyebrow: str | None
    lead: bool
    lang: str | None
    dir: str | None
    beside: tuple["Item", ...] = ()
    """What other critics say of the same film."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A piece that is only linked."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Teller:
    """Who words the items: the site's phrases, locale and language."""

    words: Words
    locale: Locale
    language: str
    newsletter: Newsletter

    def items(self, edition: Edition) -> tuple[Item, ...]:
        """The edition's films, the lead first and the others in their order; reviews of one film are one item."""
        lead = next((item for item in edition.items if item.lead), next(iter(edition.items), None))
        ordered = [*([lead] if lead else []), *(item for item in edition.items if item is not lead)]
        made = [self._item(item, lead=item is lead) for item in ordered]
        said = Counter(item.action for item in made)
        apart = [self._told_apart(item) if said[item.action] > 1 else item for item in made]
        groups = together([(film.title, film.year) if (film := item.review.film) else ("", None) for item in ordered])
        return tuple(self._joined([(apart[n], ordered[n].review.rating) for n in group]) for group in groups)

    def _joined(self, voices: Sequence[tuple[Item, Rating | None]]) -> Item:
        """One film as its first critic has it, with the others beside; what the first does not say comes from them."""
        first, others = voices[0][0], tuple(item for item, _ in voices[1:])
        return replace(
            first,
            year=first.year or next((item.year for item in others if item.year), None),
            picture=first.picture or next((item.picture for item in others if item.picture), None),
            watch=first.watch or next((item.watch for item in others if item.watch), ()),
            eyebrow=self._eyebrow([recommends(rating) for _, rating in voices]) if first.eyebrow else None,
            beside=others,
        )

    def _told_apart(self, item: Item) -> Item:
        """An item whose link would say the same as another's, linked by its headline."""
        if not item.action or not item.headline:
            return item
        return replace(item, action=self.words.say("read_headline", headline=at_words(item.headline, LABEL_LIMIT)))

    def links(self, reviews: Sequence[Review]) -> tuple[Link, ...]:
        """The pieces with an address, by the film's name or the headline."""
        named = [(line(r.headline) or (line(r.film.title) if r.film else ""), r.url) for r in reviews]
        return tuple(Link(title=title, url=url) for title, url in named if url and urls.is_web(url) and title)

    def _item(self, item: EditionItem, *, lead: bool) -> Item:
        review = item.review
        film, headline = review.film, line(review.headline)
        title = (line(film.title) if film else "") or headline
        url = review.url if review.url and urls.is_web(review.url) else None
        quote = line(item.quote.text) if item.quote else ""
        return Item(
            id=review.id,
            title=title,
            year=film.year if film else None,
            headline=headline if headline and fold(headline) != fold(title) else None,
            url=url,
            critics=self._critics(review),
            rating=score(review.rating, words=self.words, locale=self.locale),
            picture=pictures.picture(review.image, alt=self.words.say("picture", title=title)),
            quote=self.words.say("quote", text=quote) if quote and not _is_quoted(quote) else quote or None,
            standfirst=_standfirst(item, quote),
            watch=where_to_watch(review.availability, words=self.words, locale=self.locale),
            action=self._action(review, title) if url else None,
            eyebrow=self.words["lead"] if lead and film else None,
            lead=lead,
            **_speech(review, self.language),
        )

    def _critics(self, review: Review) -> str | None:
        names = tuple(name for author in review.authors if (name := line(author)))
        return language.listing(names, self.locale) or None

    def _action(self, review: Review, title: str) -> str:
        short = at_words(title, LABEL_LIMIT)
        if review.film is None:
            return self.words.say("read_headline", headline=short)
        if len(review.authors) == 1 and (critic := line(review.authors[0])):
            return self.words.say("read_by", critic=first_name(critic), film=short)
        return self.words.say("read_film", film=short)

    def _eyebrow(self, verdicts: Sequence[bool | None]) -> str | None:
        """“Film of the week” in a newsletter that comes once a week, and “of the day” in a daily one.

        Only over a film that its critics recommend; over one that they do not, nothing.
        """
        if False in verdicts:
            return None
        schedule = self.newsletter.schedule
        days = {moment.day for moment in parse_schedule(schedule)} if schedule and True in verdicts else ()
        return self.words[{1: "lead_week", _DAYS_A_WEEK: "lead_day"}.get(len(days), "lead")]


def first_name(critic: str) -> str:
    """The first of two names in Latin letters, else the whole name."""
    names = critic.split()
    first = names[0] if len(names) == 2 else ""
    plain = first.replace("-", "").replace("’", "").replace("'", "")
    if len(plain) < 2 or not plain.isalpha() or max(plain) > _LAST_LATIN or first.lower() in _NO_FIRST_NAME:
        return critic
    return first


def _is_quoted(text: str) -> bool:
    """Whether the text already opens with a quotation mark, so that another pair would double it."""
    return text[:1] in _OPENING and text[-1:] in _CLOSING


def _standfirst(item: EditionItem, quote: str) -> str | None:
    """The standfirst, unless it is the quote again."""
    text = line(item.standfirst or "")
    said, told = fold(quote), fold(text)
    return None if not told or (said and (said in told or told in said)) else text


def _speech(review: Review, site: str) -> dict[str, Any]:
    if not review.language or review.language.split("-")[0].lower() == site.split("-")[0].lower():
        return {"lang": None, "dir": None}
    return {"lang": review.language, "dir": language.direction(review.language)}
