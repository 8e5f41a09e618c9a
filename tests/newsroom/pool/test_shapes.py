"""Reviews as documents: every name is there, and what a source does not say is null."""

from datetime import UTC, date, datetime, timedelta, timezone

from publisher.model import Availability, Block, Film, Image, Published, Rating, Review
from publisher.newsroom.pool.shapes import film_json, published_json, review_json


def test_what_a_source_does_not_say_is_null_or_empty() -> None:
    assert review_json(Review(id="a", source="s", headline="A")) == {
        "id": "a", "origin": None, "source": "s", "native_id": None, "url": None, "headline": "A", "film": None,
        "authors": [], "published": None, "rating": None, "image": None, "language": None, "reading_minutes": None,
        "categories": [], "blocks": [], "availability": [], "excerpt": None, "full_text": "missing",
    }  # fmt: skip


def test_what_it_says_is_there_under_its_name() -> None:
    shown = review_json(
        Review(
            id="a",
            source="s",
            native_id="n",
            url="https://one.example/a",
            headline="A",
            authors=("Nell", "Ada"),
            rating=Rating(value=3.5, best=5),
            image=Image(url="https://one.example/a.jpg", alt="A still"),
            language="en",
            reading_minutes=4,
            categories=("Drama",),
            blocks=(Block(kind="heading", text="One"),),
            availability=(Availability(platform="Mubi", region="GB", mode="rent"),),
            excerpt="It rains.",
            full_text="feed",
        ),
        origin="feed.xml",
    )

    assert (shown["origin"], shown["native_id"], shown["url"]) == ("feed.xml", "n", "https://one.example/a")
    assert shown["authors"] == ["Nell", "Ada"]
    assert shown["rating"] == {"value": 3.5, "best": 5}
    assert shown["image"] == {"url": "https://one.example/a.jpg", "alt": "A still"}
    assert (shown["language"], shown["reading_minutes"], shown["categories"]) == ("en", 4, ["Drama"])
    assert shown["blocks"] == [{"kind": "heading", "text": "One", "spoiler": False}]
    assert shown["availability"] == [{"platform": "Mubi", "region": "GB", "mode": "rent"}]
    assert (shown["excerpt"], shown["full_text"]) == ("It rains.", "feed")


def test_a_film_comes_with_its_evidence_and_a_confidence_of_two_digits() -> None:
    assert film_json(None) is None
    assert film_json(Film(title="Tin Harbour", year=2030, confidence=0.876, evidence=("headline",))) == {
        "title": "Tin Harbour",
        "year": 2030,
        "confidence": 0.88,
        "evidence": ["headline"],
    }


def test_a_day_stays_a_day_and_a_time_is_told_in_utc() -> None:
    paris = datetime(2031, 5, 14, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert published_json(None) is None
    assert published_json(Published(value=date(2031, 5, 14), precision="day", raw="14 May")) == {
        "value": "2031-05-14",
        "precision": "day",
        "raw": "14 May",
    }
    assert published_json(Published(value=paris, precision="second", raw="r")) == {
        "value": "2031-05-13T23:30:00Z",
        "precision": "second",
        "raw": "r",
    }
    whole = published_json(Published(value=datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC), precision="minute", raw=""))
    assert whole == {"value": "2031-01-02T03:04:05Z", "precision": "minute", "raw": ""}
