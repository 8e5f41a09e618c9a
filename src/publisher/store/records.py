"""Reviews and quotes as JSON documents and back; what a review does not say is left out of its document."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from publisher.model import Availability, Block, Film, Image, Published, Quote, Rating, Review


def to_record(review: Review) -> dict[str, Any]:
    """The review as a document; `from_record` gives an equal review back."""
    record: dict[str, Any] = {"id": review.id, "source": review.source, "headline": review.headline}
    record |= {
        "native_id": review.native_id,
        "url": review.url,
        "language": review.language,
        "reading_minutes": review.reading_minutes,
        "excerpt": review.excerpt,
        "full_text": review.full_text,
        "pullquote": review.pullquote,
        "authors": list(review.authors),
        "categories": list(review.categories),
        "blocks": [[block.kind, block.text, *([True] if block.spoiler else [])] for block in review.blocks],
        "availability": [[at.platform, at.region, at.mode] for at in review.availability],
    }
    if review.film:
        film = review.film
        record["film"] = [film.title, film.year, film.confidence, list(film.evidence)]
    if review.published:
        when = review.published
        record["published"] = [when.value.isoformat(), when.precision, when.raw]
    if review.rating:
        record["rating"] = [review.rating.value, review.rating.best]
    if review.image:
        record["image"] = [review.image.url, review.image.alt]
    if review.embargo_until:
        record["embargo_until"] = review.embargo_until.astimezone(UTC).isoformat()
    return {name: value for name, value in record.items() if value not in (None, [])}


def from_record(record: Mapping[str, Any]) -> Review:
    """The review that `to_record` wrote; keys that an older version did not know may be missing."""
    film, published = record.get("film"), record.get("published")
    rating, image, embargo = record.get("rating"), record.get("image"), record.get("embargo_until")
    return Review(
        id=record["id"],
        source=record["source"],
        native_id=record.get("native_id"),
        url=record.get("url"),
        headline=record["headline"],
        film=Film(title=film[0], year=film[1], confidence=film[2], evidence=tuple(film[3])) if film else None,
        authors=tuple(record.get("authors", ())),
        published=_published(*published) if published else None,
        rating=Rating(value=rating[0], best=rating[1]) if rating else None,
        image=Image(url=image[0], alt=image[1]) if image else None,
        language=record.get("language"),
        reading_minutes=record.get("reading_minutes"),
        categories=tuple(record.get("categories", ())),
        blocks=tuple(Block(kind=kind, text=text, spoiler=bool(mark)) for kind, text, *mark in record.get("blocks", ())),
        availability=tuple(
            Availability(platform=platform, region=region, mode=mode)
            for platform, region, mode in record.get("availability", ())
        ),
        excerpt=record.get("excerpt"),
        full_text=record.get("full_text", "missing"),
        pullquote=record.get("pullquote"),
        embargo_until=datetime.fromisoformat(embargo) if embargo else None,
    )


def _published(value: str, precision: Any, raw: str) -> Published:
    at = date.fromisoformat(value) if precision == "day" else datetime.fromisoformat(value)
    return Published(value=at, precision=precision, raw=raw)


def quote_to_record(quote: Quote) -> dict[str, Any]:
    """The quote as a document; `quote_from_record` gives an equal quote back."""
    return {
        "text": quote.text,
        "spans": [list(span) for span in quote.spans],
        "edits": list(quote.edits),
        "score": quote.score,
        "confidence": quote.confidence,
        "reasons": dict(quote.reasons),
    }


def quote_from_record(record: Mapping[str, Any]) -> Quote:
    """The quote that `quote_to_record` wrote."""
    return Quote(
        text=record["text"],
        spans=tuple((start, end) for start, end in record["spans"]),
        edits=tuple(record.get("edits", ())),
        score=record.get("score", 0.0),
        confidence=record.get("confidence", 0.0),
        reasons=dict(record.get("reasons", {})),
    )
