"""Reviews and films as the JSON documents that commands print; names and null rules are fixed."""

from datetime import UTC, datetime
from typing import Any

from publisher.model import Film, Published, Review


def review_json(review: Review, *, origin: str | None = None) -> dict[str, Any]:
    """One review as `parse --json` prints it; what its source does not say is null. `origin`: the source as typed."""
    return {
        "id": review.id,
        "origin": origin,
        "source": review.source,
        "native_id": review.native_id,
        "url": review.url,
        "headline": review.headline,
        "film": film_json(review.film),
        "authors": list(review.authors),
        "published": published_json(review.published),
        "rating": {"value": review.rating.value, "best": review.rating.best} if review.rating else None,
        "image": {"url": review.image.url, "alt": review.image.alt} if review.image else None,
        "language": review.language,
        "reading_minutes": review.reading_minutes,
        "categories": list(review.categories),
        "blocks": [{"kind": block.kind, "text": block.text, "spoiler": block.spoiler} for block in review.blocks],
        "availability": [
            {"platform": place.platform, "region": place.region, "mode": place.mode} for place in review.availability
        ],
        "excerpt": review.excerpt,
        "full_text": review.full_text,
    }


def film_json(film: Film | None) -> dict[str, Any] | None:
    """A film with its evidence, or null."""
    if film is None:
        return None
    return {
        "title": film.title,
        "year": film.year,
        "confidence": round(film.confidence, 2),
        "evidence": list(film.evidence),
    }


def published_json(published: Published | None) -> dict[str, Any] | None:
    """A date as `2025-11-14`, a time as `2025-11-14T10:30:00Z`, with its precision and the words it was read from."""
    if published is None:
        return None
    value = published.value
    text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value.isoformat()
    return {"value": text, "precision": published.precision, "raw": published.raw}
