"""How long a quote card takes to draw: each size and design, milliseconds of processor time.

python bench/cards.py
"""

import time
from io import BytesIO

from PIL import Image

from publisher.config import Site
from publisher.formatters.cards import card
from publisher.model import Film, Quote, Rating, Review

SITE = Site(name="The Harbour Reel", url="https://films.example.com", accent="#a3262a")
REVIEW = Review(
    id="a1",
    source="site",
    headline="Review: Ashes of the Tide",
    film=Film(title="Ashes of the Tide", year=2024),
    authors=("Mara Quill",),
    rating=Rating(value=4.5, best=5),
)
QUOTE = Quote(text="What begins as a heist picture curdles into the most tender portrait of a marriage.", spans=())
TIMES = 5


def main() -> None:
    """One line a size and design."""
    still = BytesIO()
    Image.effect_noise((1600, 1000), 60).convert("RGB").save(still, "JPEG")
    for size in card.SIZES:
        for design in card.DESIGNS:
            card.draw(REVIEW, QUOTE, site=SITE, size=size, design=design, still=still.getvalue())
            start = time.process_time()
            for _ in range(TIMES):
                made = card.draw(REVIEW, QUOTE, site=SITE, size=size, design=design, still=still.getvalue())
            spent = 1000 * (time.process_time() - start) / TIMES
            print(f"{size[0]:5}x{size[1]:<5} {design:8} {spent:6.1f} ms, {len(made.data) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
