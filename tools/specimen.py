"""An invented edition to look at and to measure: films, critics and pictures that exist nowhere else."""

import io
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image as Canvas
from PIL import ImageDraw, ImageFilter

from publisher.config import Config, Newsletter, Site
from publisher.model import Availability, Edition, EditionItem, Film, Image, Quote, Rating, Review

SITE = Site(
    name="The Lamplight Review",
    url="https://lamplight.example",
    language="en",
    timezone="Europe/London",
    postal_address="14 Tannery Lane, Whitby YO21 3PU",
)
NEWSLETTER = Newsletter.model_validate(
    {
        "name": "weekly",
        "title": "Friday Screening",
        "from": "The Lamplight Review <friday@lamplight.example>",
        "schedule": "fri 09:00",
    }
)
NOTE = """\
Four of this week’s films are about people who count things: money, days, kilometres. None of them is *dull*.
If you see one, make it [the quiet one](/reviews/the-salt-ledger).

— Mara
"""


def config(site: Site = SITE) -> Config:
    """A configuration with a site and nothing else."""
    return replace(Config.defaults(Path()), site=site)


def review(slug: str, title: str, **fields: object) -> Review:
    """An invented review, complete but for what `fields` takes away."""
    known: dict[str, object] = {
        "id": slug,
        "source": "site",
        "url": f"https://lamplight.example/reviews/{slug}",
        "headline": f"{title} review",
        "film": Film(title=title, year=2026),
        "authors": ("Mara Quill",),
        "image": Image(url=f"https://lamplight.example/stills/{slug}.jpg", alt=f"A still from {title}"),
        "language": "en",
    }
    return Review(**{**known, **fields})  # type: ignore[arg-type]


def item(of: Review, quote: str | None, standfirst: str | None = None, *, lead: bool = False) -> EditionItem:
    """A review's place with a quote by its words alone."""
    made = Quote(text=quote, spans=((0, len(quote)),)) if quote else None
    return EditionItem(review=of, quote=made, standfirst=standfirst, lead=lead)


def edition(count: int = 6) -> Edition:
    """An edition of `count` reviews: the six that are written out, then more of the same kind."""
    items = _items()
    while len(items) < count:
        again = items[1 + len(items) % 5]
        number = len(items) + 1
        film = Film(title=f"{again.review.film.title if again.review.film else ''} {number}", year=2020 + number % 7)
        items.append(replace(again, review=replace(again.review, id=f"more-{number}", film=film)))
    return Edition(
        key="weekly/2026-11-20",
        newsletter="weekly",
        slot=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        items=tuple(items[:count]),
        links=(
            review("wet-sunday", "", film=None, headline="Ten films for a wet Sunday"),
            review("harbour", "", film=None, headline="What we are queueing for at the Harbour Festival"),
        ),
        note=NOTE,
        subject="The Salt Ledger, Night Bus to Orsova and 4 more reviews",
        preheader="“It keeps its voice down for two hours and is never once polite.”",
    )


def _items() -> list[EditionItem]:
    return [
        item(
            review(
                "the-salt-ledger",
                "The Salt Ledger",
                rating=Rating(value=4.5, best=5),
                availability=(Availability(platform="MUBI", region="UK"),),
            ),
            "It keeps its voice down for two hours and is never once polite. I came out owing it money.",
            "A widow inherits her husband’s debts and the boat he hid them in. Ines Varga’s second film turns "
            "book-keeping into suspense.",
            lead=True,
        ),
        item(
            review(
                "night-bus",
                "Night Bus to Orsova",
                film=Film(title="Night Bus to Orsova", year=2025),
                authors=("Theo Lindqvist",),
                rating=Rating(value=4, best=5),
                availability=(Availability(platform="cinemas", region="UK", mode="cinema"),),
            ),
            "Every passenger has a secret, and for once none of them is told to us.",
        ),
        item(
            review(
                "field-guide",
                "A Field Guide to Leaving",
                film=Film(title="A Field Guide to Leaving", year=2024),
                authors=("Anouk Bellamy", "Theo Lindqvist"),
                availability=(
                    Availability(platform="Netflix", region="US"),
                    Availability(platform="Criterion Channel", region="US"),
                ),
            ),
            "A break-up comedy with the nerve to let both of them be right.",
        ),
        item(
            review(
                "paper-lions",
                "Paper Lions",
                film=Film(title="Paper Lions", year=2023),
                authors=("Idris Okafor-Hale",),
                rating=Rating(value=2.5, best=5),
                image=None,
            ),
            "All mane and no bite, though the taxidermist’s scene is worth the ticket on its own.",
        ),
        item(
            review(
                "understudy",
                "The Understudy’s Daughter",
                authors=("Anouk Bellamy",),
                rating=Rating(value="B+", best="A"),
                availability=(Availability(platform="Apple TV", mode="rent"),),
            ),
            None,
            "Backstage at a provincial opera house, a girl learns every part but her own. Slight, warm and well lit.",
        ),
        item(
            review(
                "kilometre-zero",
                "Kilometre Zero",
                film=Film(title="Kilometre Zero"),
                authors=("Theo Lindqvist",),
                rating=Rating(value=84, best=100),
            ),
            "A road movie that has thought about roads.",
        ),
    ]


def still(slug: str, size: tuple[int, int] = (1200, 675)) -> bytes:
    """A picture for a review, drawn from its name: hills under a low light. JPEG."""
    dice = random.Random(slug)  # noqa: S311 - a picture, not a secret
    width, height = size
    top, glow, near = dice.choice(
        [
            ((38, 52, 82), (226, 160, 112), (16, 22, 34)),
            ((52, 78, 84), (222, 206, 160), (20, 32, 30)),
            ((70, 44, 60), (232, 142, 104), (26, 16, 24)),
            ((28, 34, 44), (148, 168, 178), (12, 14, 18)),
            ((96, 104, 92), (236, 222, 190), (38, 44, 34)),
        ]
    )
    picture = Canvas.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        part = min(y / (height * 0.72), 1.0) ** 1.4
        draw.line([(0, y), (width, y)], fill=_between(top, glow, part))
    x, radius = dice.randint(width // 5, width * 4 // 5), height // dice.randint(9, 14)
    y = int(height * dice.uniform(0.42, 0.6))
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=_between(glow, (255, 250, 240), 0.6))
    picture = picture.filter(ImageFilter.GaussianBlur(6))
    draw = ImageDraw.Draw(picture)
    for layer in range(4):
        line, level = [], height * (0.56 + layer * 0.11)
        for x in range(0, width + 40, 40):
            level += dice.uniform(-1, 1) * (22 - layer * 3)
            level = min(max(level, height * (0.48 + layer * 0.1)), height * (0.66 + layer * 0.1))
            line.append((x, level))
        draw.polygon([*line, (width, height), (0, height)], fill=_between(glow, near, 0.45 + layer * 0.18))
    kept = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1)).save(kept, "JPEG", quality=80, optimize=True)
    return kept.getvalue()


def _between(one: tuple[int, int, int], other: tuple[int, int, int], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue
