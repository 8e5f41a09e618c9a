"""What the studio's page shows, gathered for its templates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from publisher.editorial import schedule
from publisher.editorial.edition import PREHEADER_LIMIT, SUBJECT_LIMIT
from publisher.errors import PublisherError
from publisher.formatters.email import rating as ratings
from publisher.formatters.email.digest import LAYOUTS
from publisher.formatters.email.files import open_templates
from publisher.model import EditionItem, EditionState, Message, Quote, Review
from publisher.newsroom.editions import fitness
from publisher.newsroom.editions.desk import Shown, left_out, openings
from publisher.newsroom.editions.obstacle import Obstacle
from publisher.newsroom.editions.preview import fill
from publisher.newsroom.editions.sample import reader_like, sample_message, values_like
from publisher.newsroom.pool import choosing
from publisher.newsroom.pool.quoting import LEAD_GRAPHEMES
from publisher.preflight import Finding, Letter, clients
from publisher.store.pool import reviews as pool
from publisher.web.studio import excerpt, inbox, posts, source, view
from publisher.web.studio.session import Studio
from publisher.web.studio.view import View

OPTIONS = 6
_LINE = re.compile(r"\bline (\d{1,6})\b")
LABELS = {
    "film": "Film", "year": "Year", "critic": "Critic", "rating": "Rating", "image": "Picture",
    "watch": "Where to watch", "headline": "Headline", "url": "Address",
}  # fmt: skip
LEVELS = {"error": "Errors", "warning": "Warnings", "note": "Notes"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What an action came to: words for the status line, or what was wrong and at which field."""

    words: str = ""
    wrong: PublisherError | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    field: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a review that can be corrected."""

    name: str
    label: str
    value: str
    was: str
    corrected: bool
    wrong: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The review that is opened on the left: its quotes to pick, its fields to correct."""

    options: tuple[Quote, ...]
    why_none: str
    chosen: str
    own: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedFinding:
    """A finding and the address of the place that it is about."""

    finding: Finding
    href: str


def render(studio: Studio, seen: View, shown: Shown, *, said: Said | None = None) -> str:
    """The whole page of one state."""
    context = _context(studio, seen, shown, said or Said())
    return open_templates(None).render("studio/page.html.j2", context)


def render_error(studio: Studio, seen: View, error: PublisherError) -> str:
    """The page where there is nothing to show at all."""
    context = {"base": f"/{studio.token}/", "view": seen, "error": error, "openings": openings(studio.app)}
    return open_templates(None).render("studio/nothing.html.j2", context)


def _context(studio: Studio, seen: View, shown: Shown, said: Said) -> dict[str, Any]:
    app, made = studio.app, shown.made
    newsletter = app.newsletter(shown.newsletter)
    edition = made.edition if made else None
    broken = studio.wrong or shown.broken
    letter, middle = None, {"reader": reader_like(app, seen.reader), "meters": (), "support": None}
    try:
        message = message_of(studio, seen, shown)
        letter = Letter(message.data) if message else None
        middle |= _middle(studio, seen, shown, letter)
    except PublisherError as error:
        broken = broken or error
    return {
        "base": f"/{studio.token}/",
        "mark": studio.mark(),
        "view": seen,
        "views": {"shows": view.SHOWS, "schemes": view.SCHEMES, "widths": view.WIDTHS, "layouts": LAYOUTS},
        "shown": shown,
        "made": made,
        "edition": edition,
        "newsletter": newsletter,
        "site": app.config.site,
        "when": _when(studio, shown),
        "state": _state(shown),
        "approved": bool(shown.stored and shown.stored.state is EditionState.APPROVED and not shown.look),
        "items": [_item(item) for item in edition.items] if edition else [],
        "links": list(edition.links) if edition else [],
        "left_out": left_out(shown, app),
        "opened": _opened(studio, seen, shown, said),
        "words": _words(shown, said),
        "findings": _findings(seen, made.findings if made else (), letter),
        "levels": LEVELS,
        "failing": clients.failing,
        "broken": broken,
        "obstacles": _obstacles(studio, shown),
        "excerpt": excerpt.around(broken.where) if broken else (),
        "said": said,
        "steps": (studio.desk(seen).done, studio.desk(seen).undone),
        "openings": openings(app),
        "hash": shown.hash,
        "letter": letter,
        "limits": {"subject": SUBJECT_LIMIT, "preheader": PREHEADER_LIMIT},
        "editors": app.config.editor.email,
        "known": _known(studio),
        "pictures": _pictures(studio, shown),
        **middle,
    }


def _obstacles(studio: Studio, shown: Shown) -> tuple[Obstacle, ...]:
    """What stops or spoils a send of this edition; nothing of a mere look, nor of a trial, which nobody sends."""
    app = studio.app
    if shown.made is None or shown.look or app.config.path is None:
        return ()
    return fitness.obstacles(app, app.newsletter(shown.newsletter), shown.made)


def message_of(studio: Studio, seen: View, shown: Shown) -> Message | None:
    """The message as the chosen reader gets it; None where there is nothing in it yet."""
    if shown.made is None or shown.made.email is None:
        return None
    newsletter = studio.app.newsletter(shown.newsletter)
    reader = reader_like(studio.app, seen.reader)
    return sample_message(studio.app, newsletter, shown.key, shown.made.email, reader=reader)


def _middle(studio: Studio, seen: View, shown: Shown, letter: Letter | None) -> dict[str, Any]:
    """What only the chosen view in the middle needs."""
    made = shown.made
    if made is None or made.email is None or letter is None:
        return {}
    reader = reader_like(studio.app, seen.reader)
    middle: dict[str, Any] = {"meters": source.meters(letter)}
    middle["support"] = clients.support(letter)
    if seen.show == "text":
        values = values_like(studio.app, shown.newsletter, shown.key)(reader)
        middle["text"] = fill(made.email.text, made.email.merge_fields, values)
    elif seen.show == "headers":
        middle["headers"] = source.headers(letter)
    elif seen.show == "source":
        message = message_of(studio, seen, shown)
        whole = message.data.decode("utf-8", errors="replace") if message else ""
        middle["lines"] = source.lines(whole if seen.raw == "message" else letter.html)
        named = _LINE.search(seen.find)
        middle["found_line"] = int(named[1]) if named else 0
    elif seen.show == "parts":
        middle["parts"] = source.parts(letter)
    elif seen.show == "inbox":
        sender = studio.app.newsletter(shown.newsletter).sender
        middle["rows"] = inbox.rows(sender=sender, subject=made.edition.subject, preheader=made.edition.preheader)
    elif seen.show == "posts" and made.edition.items:
        item = next((one for one in made.edition.items if one.review.id == seen.item), made.edition.items[0])
        still = studio.picture(item.review, ask=False)
        middle["posted"] = item.review
        middle["sights"] = posts.sights(studio.app, item.review, still=still)
    return middle


def _pictures(studio: Studio, shown: Shown) -> dict[str, Any]:
    """The pictures that are not on this machine: how many, where they come from, and how fetching them went."""
    missing = studio.missing(shown)
    urls = [review.image.url for review in missing if review.image]
    return {
        "missing": len(urls),
        "hosts": sorted({urlsplit(url).hostname or url for url in urls}),
        "coming": sum(url in studio.fetching for url in urls),
        "unreached": sorted({urlsplit(url).hostname or url for url in urls if url in studio.unreached}),
    }


def _item(item: EditionItem) -> dict[str, Any]:
    review = item.review
    return {
        "review": review,
        "name": review.film.title if review.film else review.headline,
        "year": review.film.year if review.film else None,
        "stars": ratings.as_text(review.rating),
        "spoken": ratings.spoken(review.rating),
        "critic": ", ".join(review.authors),
        "quote": item.quote,
        "standfirst": item.standfirst,
        "lead": item.lead,
    }


def _opened(studio: Studio, seen: View, shown: Shown, said: Said) -> Opened | None:
    items = shown.made.edition.items if shown.made else ()
    item = next((one for one in items if one.review.id == seen.item), None)
    if item is None:
        return None
    with studio.app.store.read() as db:
        stored = pool.get(db, item.review.id)
    ranking = choosing.ranked(item.review, studio.app.config, limit=OPTIONS, max_graphemes=LEAD_GRAPHEMES)
    values = field_values(item.review)
    corrected = stored.overrides if stored else {}
    fields = tuple(
        Field(
            name=name,
            label=label,
            value=said.typed.get(name, values[name]) if said.wrong else values[name],
            was=values[name],
            corrected=name in corrected,
            wrong=str(said.wrong) if said.wrong and said.field == name else "",
        )
        for name, label in LABELS.items()
    )
    return Opened(
        options=ranking.quotes,
        why_none=ranking.why_none,
        chosen=item.quote.text if item.quote else "",
        own=item.review.id in shown.hand.picks,
        fields=fields,
    )


def field_values(review: Review) -> dict[str, str]:
    """A review's correctable fields as an editor types them."""
    watch = [f"{a.platform} ({a.region})" if a.region else a.platform for a in review.availability]
    return {
        "film": review.film.title if review.film else "",
        "year": str(review.film.year or "") if review.film else "",
        "critic": ", ".join(review.authors),
        "rating": ratings.as_figures(review.rating),
        "image": review.image.url if review.image else "",
        "watch": "; ".join(watch),
        "headline": review.headline,
        "url": review.url or "",
    }


def _words(shown: Shown, said: Said) -> dict[str, dict[str, Any]]:
    """Subject, preheader and note: what stands there, whether it is the editor's own, and what was typed in vain."""
    edition, hand = (shown.made.edition if shown.made else None), shown.hand
    now = {
        "subject": hand.subject or (edition.subject if edition else ""),
        "preheader": hand.preheader or (edition.preheader if edition else ""),
        "note": hand.note or "",
    }
    found = {}
    for name, value in now.items():
        refused = said.wrong is not None and said.field == name
        found[name] = {
            "value": said.typed.get("value", value) if refused else value,
            "was": value,
            "own": getattr(hand, name) is not None,
            "wrong": str(said.wrong) if refused else "",
        }
    return found


def _when(studio: Studio, shown: Shown) -> str:
    edition = shown.made.edition if shown.made else None
    if edition is None or edition.slot is None or not studio.app.config.newsletters[shown.newsletter].schedule:
        return ""
    return schedule.in_words(edition.slot, now=studio.app.now(), zone=studio.app.config.site.zone)


def _state(shown: Shown) -> str:
    if shown.look:
        return "a look"
    if shown.made is None:
        return "draft"
    return shown.made.state


def _findings(seen: View, found: Sequence[Finding], letter: Letter | None) -> list[PlacedFinding]:
    return [PlacedFinding(finding=each, href=place_of(seen, each, letter)) for each in found]


def place_of(seen: View, finding: Finding, letter: Letter | None) -> str:
    """The query of the view that shows the place of a finding."""
    where = finding.where
    if letter is not None and where and where in letter.message:
        return seen.query(show="headers", find=where)
    if where.split(" ")[0] in ("part", "message"):
        return seen.query(show="parts", find="")
    if where == "text" or where.startswith("text "):
        return seen.query(show="text", find="")
    return seen.query(show="source", find=where, raw="html")


def _known(studio: Studio) -> int:
    with studio.app.store.read() as db:
        return len(pool.list_(db, limit=1))
