"""Writes the golden emails that tests/formatters/test_digest_golden.py compares with; look at the difference first.

python -m tools.golden_digest
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tools import specimen

from publisher.formatters.email import digest
from publisher.model import Availability, EditionItem, Email, Film, Image, Quote, Rating, Review

FOLDER = Path("tests/golden/digest")
LETTER = """\
# We are *moving*

Dear readers,

from December we write from a [new address](/about).

- Nothing changes for you
- The **postcode** changes for us

Yours,\\
Mara
"""


def cases() -> dict[str, Email]:
    """Each case by name."""
    edition = specimen.edition()
    return {
        **{layout: _digest(layout) for layout in digest.LAYOUTS},
        "bare": digest.render(
            replace(edition, slot=None, note=None, links=(), items=(EditionItem(review=_bare(), lead=True),)),
            config=specimen.config(),
            newsletter=specimen.NEWSLETTER,
            templates=None,
        ),
        "right-to-left": digest.render(
            replace(edition, items=(_arabic(1, lead=True), _arabic(2)), note="**إلى القراء**\n\nفيلمان هذا الأسبوع."),
            config=specimen.config(
                specimen.SITE.model_copy(update={"language": "ar", "timezone": "Africa/Cairo", "name": "ضوء الفانوس"})
            ),
            newsletter=specimen.NEWSLETTER,
            templates=None,
        ),
        "letter": digest.render_letter(
            digest.Written(key="moving", markdown=LETTER),
            config=specimen.config(),
            newsletter=specimen.NEWSLETTER,
            templates=None,
            slot=datetime(2026, 11, 20, 9, tzinfo=UTC),
        ),
    }


def _digest(layout: str) -> Email:
    return digest.render(
        specimen.edition(4), config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=None, layout=layout
    )


def _bare() -> Review:
    film = Film(title="The Quiet Arithmetic")
    return Review(id="bare", source="paste", headline="'The Quiet Arithmetic' Review", film=film)


def _arabic(number: int, *, lead: bool = False) -> EditionItem:
    said = "يخفض صوته ساعتين كاملتين ولا يجامل أحدًا مرة واحدة."
    review = Review(
        id=f"arabic-{number}",
        source="site",
        url=f"https://lamplight.example/reviews/{number}",
        headline="دفتر الملح",
        film=Film(title="دفتر الملح", year=2027 - number),
        authors=("منى القليوبي",),
        rating=Rating(value=4.5, best=5),
        image=Image(url=f"https://lamplight.example/stills/{number}.jpg"),
        availability=(Availability(platform="MUBI", region="مصر"),),
        language="ar",
    )
    quote = Quote(text=said, spans=((0, len(said)),))
    return EditionItem(review=review, quote=quote, standfirst="أرملة ترث ديون زوجها.", lead=lead)


def main() -> None:
    """Write every case and print its path."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, email in cases().items():
        for suffix, body in (("html", email.html), ("txt", email.text)):
            path = FOLDER / f"{name}.{suffix}"
            path.write_text(body, encoding="utf-8")
            print(path)


if __name__ == "__main__":
    main()
