"""Which reviews make an edition, in which order, and what its subject and preheader say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from publisher.editorial.phrases import ENGLISH, Phrases, say
from publisher.model import EditionItem, Quote, Review
from publisher.text.clean import line
from publisher.text.clip import at_words
from publisher.text.count import graphemes
from publisher.text.together import together

SUBJECT_LIMIT = 60
PREHEADER_LIMIT = 90
PREHEADER_LEAST = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """What an editor did to a draft; it survives every composing of it."""

    order: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    picks: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    subject: str | None = None
    preheader: str | None = None
    layout: str | None = None
    since: datetime | None = None
    """Also older reviews that were published since then."""

    def to_record(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "order": list(self.order),
            "excluded": list(self.excluded),
            "picks": dict(self.picks),
            "note": self.note,
            "subject": self.subject,
            "preheader": self.preheader,
            "layout": self.layout,
            "since": self.since.isoformat() if self.since else None,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Hand":
        """The reverse of `to_record`; missing keys are an untouched draft."""
        return cls(
            order=tuple(record.get("order", ())),
            excluded=tuple(record.get("excluded", ())),
            picks=dict(record.get("picks", {})),
            note=record.get("note"),
            subject=record.get("subject"),
            preheader=record.get("preheader"),
            layout=record.get("layout"),
            since=datetime.fromisoformat(record["since"]) if record.get("since") else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Contender:
    """A review that may be in the edition."""

    review: Review
    pinned: bool
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The reviews of an edition in their order, and those that are only linked."""

    reviews: tuple[Review, ...]
    links: tuple[Review, ...]


def choose(contenders: Sequence[Contender], *, hand: Hand, most: int) -> Choice:
    """Take the editor's order, then pinned ones, then the newest; a review without a film is a plain link.

    What is over `most` becomes a link too, so that nothing is dropped in silence; a link needs an address.
    """
    wanted = [c for c in contenders if c.review.id not in hand.excluded]
    place = {review_id: n for n, review_id in enumerate(hand.order)}
    last = len(place)

    def rank(contender: Contender) -> tuple[int, bool, float, str]:
        at = contender.at.astimezone(UTC).timestamp()
        return (place.get(contender.review.id, last), not contender.pinned, -at, contender.review.id)

    ordered = [c.review for c in sorted(wanted, key=rank)]
    about_films = [r for r in ordered if r.film or r.id in place]
    chosen = about_films[:most]
    rest = [r for r in ordered if r not in chosen and r.url]
    return Choice(reviews=tuple(chosen), links=tuple(rest))


def items(
    reviews: Sequence[Review], quotes: Mapping[str, Quote | None], openings: Mapping[str, str | None]
) -> tuple[EditionItem, ...]:
    """Each review with its quote and its opening, both by the review's id; the first one leads."""
    return tuple(
        EditionItem(review=review, quote=quotes.get(review.id), standfirst=openings.get(review.id), lead=n == 0)
        for n, review in enumerate(reviews)
    )


def by_film(reviews: Sequence[Review]) -> tuple[tuple[Review, ...], ...]:
    """The reviews with those of one film together, in the order of the first of each; a filmless one is alone."""
    groups = together([(r.film.title, r.film.year) if r.film else ("", None) for r in reviews])
    return tuple(tuple(reviews[place] for place in group) for group in groups)


def name_of(review: Review) -> str:
    """What to call a review in one line: its film, else its headline."""
    return line(review.film.title if review.film else review.headline)


def subject(reviews: Sequence[Review], *, phrases: Phrases = ENGLISH, limit: int = SUBJECT_LIMIT) -> str:
    """A subject that names the lead film and is never longer than `limit` graphemes; no film is named twice."""
    films = by_film(reviews)
    names = [name_of(film[0]) for film in films]
    if not names:
        return ""
    lead, others = names[0], len(names) - 1
    if reviews[0].film is None:
        around = graphemes(say(phrases, "list_more", films="", count=str(others))) if others else 0
        short = at_words(lead, limit - around)
        return say(phrases, "list_more", films=short, count=str(others)) if others else short
    critic = _critics(films[0], phrases)
    if others == 0:
        keys = ["subject_by", "subject_alone"] if critic else ["subject_alone"]
    elif others == 1:
        keys = ["subject_two", "subject_pair", "subject_and_one"]
    else:
        keys = ["subject_more" if others > 2 else "subject_one_more", "subject_lead_more"]
    other = names[1] if others else ""
    # Of the other films all but the second are counted; where the second is not named, it is counted too.
    options = [
        say(phrases, key, film=lead, other=other, critic=critic, count=str(others - (key == "subject_more")))
        for key in keys
    ]
    return next((text for text in [*options, lead] if graphemes(text) <= limit), at_words(lead, limit))


def _critics(film: Sequence[Review], phrases: Phrases) -> str:
    """Who reviewed a film, the first of each review; empty where one of them is not known."""
    names = list(dict.fromkeys(line(review.authors[0]) if review.authors else "" for review in film))
    if "" in names or len(names) < 2:
        return names[0] if len(names) == 1 else ""
    return say(phrases, "list_last", films=", ".join(names[:-1]), film=names[-1])


def preheader(
    chosen: Sequence[EditionItem],
    *,
    short: Quote | None,
    links: Sequence[Review] = (),
    phrases: Phrases = ENGLISH,
    marks: str = "“{text}”",
    limit: int = PREHEADER_LIMIT,
) -> str:
    """One true line from the lead review (`short` fits the limit), else the films in the edition, else the links.

    A line of less than `PREHEADER_LEAST` is followed by what else is in the edition: an inbox fills what is left over
    with whatever comes next. No film is ever named by half. `marks` are the quotation marks of the language.
    """
    if not chosen:
        names = [name_of(link) for link in links]
        return _listed(phrases, "preheader_site", names, limit) if names else ""
    lead = chosen[0]
    others = [name_of(film[0]) for film in by_film([item.review for item in chosen])[1:]]
    marked = [_in_marks(quote.text, marks) for quote in (lead.quote, short) if quote]
    said = [text for text in marked if graphemes(text) <= limit]
    long_enough = [text for text in said if graphemes(text) >= PREHEADER_LEAST]
    if long_enough:
        return long_enough[0]
    if said and others:
        more = _listed(phrases, "preheader_after", others, limit, quote=said[0])
    elif said:
        more = _signed(phrases, lead.review, said[0])
    else:
        more = _listed(phrases, "preheader_also", others, limit) if others else ""
    if PREHEADER_LEAST <= graphemes(more) <= limit:
        return more
    opening = [*said[:1], lead.standfirst] if lead.standfirst else [more if graphemes(more) <= limit else said[0]]
    return _filled([*opening, line(lead.review.headline), name_of(lead.review)], limit)


def _filled(parts: Sequence[str], limit: int) -> str:
    """The first part, and as many of the others as it takes to say enough; none twice."""
    text = ""
    for part in parts:
        if graphemes(text) < PREHEADER_LEAST and part and part not in text:
            text = at_words(f"{text} {part}" if text else part, limit)
    return text


def _listed(phrases: Phrases, key: str, names: Sequence[str], limit: int, **values: str) -> str:
    """As many whole names as fit, and how many more there are."""
    for count in range(len(names), 0, -1):
        rest = len(names) - count
        if rest:
            films = say(phrases, "list_more", films=", ".join(names[:count]), count=str(rest))
        elif count > 1:
            films = say(phrases, "list_last", films=", ".join(names[:-1]), film=names[-1])
        else:
            films = names[0]
        text = say(phrases, key, films=films, **values)
        if graphemes(text) <= limit:
            return text
    return at_words(say(phrases, key, films=names[0], **values), limit)


def _signed(phrases: Phrases, review: Review, quote: str) -> str:
    critic = line(review.authors[0]) if review.authors else ""
    return say(phrases, "preheader_by" if critic else "preheader_on", quote=quote, critic=critic, film=name_of(review))


def _in_marks(text: str, marks: str) -> str:
    return text if _quoted(text) else marks.format_map({"text": text})


def _quoted(text: str) -> bool:
    return any(mark in text for mark in '“”„«»"')


def too_few(choice: Choice, *, least: int) -> str | None:
    """Why an edition will not go out: fewer new pieces than `least`; None when there are enough.

    A piece without a known film counts too: it may be a review whose film was refused rather than guessed, and would
    otherwise wait for ever.
    """
    have, need = len(choice.reviews) + len(choice.links), max(least, 1)
    if have >= need:
        return None
    return f"{have} new, and this newsletter goes out from {need} on" if have else "no new reviews"
