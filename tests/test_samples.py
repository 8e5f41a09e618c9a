from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from tools import draw_stills

from publisher import quotes
from publisher.config import load
from publisher.loader import feed, folder, paste
from publisher.loader.feeds import entries
from publisher.loader.pages import review_page
from publisher.model import Review

SAMPLES = Path(__file__).parent.parent / "samples"
LONDON = ZoneInfo("Europe/London")


def all_reviews() -> list[Review]:
    """The sample reviews, each read by the kind of source that the demo has for it."""
    parsed = entries.parse((SAMPLES / "feed.xml").read_bytes())
    html = (SAMPLES / "glass-orchard.html").read_bytes()
    files = folder.read_folder(SAMPLES / "reviews", folder.FolderTerms(source="folder", zone=LONDON))
    return [
        *feed.read_feed(parsed, source="feed", zone=LONDON).entries,
        review_page.read_page(html, url="", source="page", zone=LONDON),
        *(review for review in files if isinstance(review, Review)),
        paste.read_text((SAMPLES / "the-salt-ledger.txt").read_text(encoding="utf-8"), source="pasted", zone=LONDON),
    ]


REVIEWS = all_reviews()


def test_there_are_six_and_every_kind_of_source_has_one() -> None:
    assert len(REVIEWS) == 6
    assert {review.source for review in REVIEWS} == {"feed", "page", "folder", "pasted"}


@pytest.mark.parametrize("review", REVIEWS, ids=lambda review: review.film.title if review.film else review.id)
def test_a_sample_says_what_a_digest_needs(review: Review) -> None:
    assert review.film is not None
    assert len(review.authors) == 1
    assert review.published is not None
    assert len(review.plain.split()) > 200
    assert quotes.pick(review, automatic=True) is not None


@pytest.mark.parametrize("review", REVIEWS, ids=lambda review: review.film.title if review.film else review.id)
def test_its_picture_is_there_and_light(review: Review) -> None:
    if review.source == "pasted":
        assert (review.image, review.rating, review.url) == (None, None, None)
        return
    assert review.image is not None
    still = SAMPLES / "images" / PurePosixPath(review.image.url).name
    assert still.stat().st_size < 120_000
    with Image.open(still) as picture:
        assert picture.width * 9 == picture.height * 16


def test_ratings_differ() -> None:
    ratings = [review.rating.value for review in REVIEWS if review.rating]

    assert sorted(ratings, key=float) == [2, 3, 4, 4.5, 5]


def test_the_demo_s_configuration_is_read() -> None:
    config = load(SAMPLES / "config" / "publisher.toml", env={"SAMPLES_URL": "http://127.0.0.1:1"})

    assert [table.kind for table in config.sources] == ["feed", "page", "folder", "paste"]
    assert {table.values["network"] for table in config.social.values()} == {"mastodon", "bluesky"}


def test_a_still_is_drawn_the_same_each_time() -> None:
    """Compared as pictures: another version of the JPEG library may pack the same picture otherwise."""
    name = "the-understudys-wife"
    new = draw_stills.picture(name)

    with Image.open(SAMPLES / "images" / f"{name}.jpg") as old:
        assert _difference(new, old) < 4.0
    assert new.tobytes() == draw_stills.picture(name).tobytes()


def _difference(one: Image.Image, other: Image.Image) -> float:
    from PIL import ImageChops, ImageStat

    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)
