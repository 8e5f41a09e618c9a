"""Quote cards, looked at as pixels."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat

from publisher.config import Site
from publisher.errors import UsageError
from publisher.formatters.cards import (
    card,
    cardlayout,
    fonts,
    starrow,
    wrap,
)
from publisher.formatters.email import colour
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
SHORT = Quote(text="Quiet, sly and never once sorry.", spans=())
LONG = Quote(
    text="What begins as a heist picture curdles, slowly and then all at once, into the most tender portrait of a "
    "marriage anyone has dared to film this decade; by the end I had forgotten that there was ever any money at stake.",
    spans=(),
)
KINDS = [(size, design) for size in card.SIZES for design in card.DESIGNS]


def pixels(made: card.Card) -> Image.Image:
    return Image.open(BytesIO(made.data)).convert("RGB")


def still(
    colour_of: str = "#f4e7c8", *, size: tuple[int, int] = (900, 600), kind: str = "JPEG", mode: str = "RGB"
) -> bytes:
    picture = Image.new("RGB", size, colour_of)
    ImageDraw.Draw(picture).ellipse((size[0] // 3, size[1] // 3, size[0] // 2, size[1] // 2), fill="#203040")
    out = BytesIO()
    picture.convert(mode).save(out, kind)
    return out.getvalue()


def ink_box(image: Image.Image) -> tuple[int, int, int, int]:
    """The box of what differs from the ground; JPEG's own noise does not count."""
    ground = Image.new("RGB", image.size, image.getpixel((2, 2)))
    seen = ImageChops.difference(image, ground).convert("L").point([0] * 24 + [255] * 232)
    box = seen.getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(("size", "design"), KINDS)
@pytest.mark.parametrize("quote", [SHORT, LONG], ids=["short", "long"])
def test_ink_stays_within_the_margins(size: tuple[int, int], design: card.Design, quote: Quote) -> None:
    image = pixels(card.draw(REVIEW, quote, site=SITE, size=size, design=design))
    assert image.size == size
    left, top, right, bottom = ink_box(image)
    margin = 0.06 * min(size)
    assert min(left, top, size[0] - right, size[1] - bottom) >= margin


@pytest.mark.parametrize(("size", "design"), KINDS)
def test_a_card_is_a_small_jpeg_and_always_the_same(size: tuple[int, int], design: card.Design) -> None:
    picture = still(size=(1600, 1000))
    first = card.draw(REVIEW, LONG, site=SITE, size=size, design=design, still=picture)

    assert card.draw(REVIEW, LONG, site=SITE, size=size, design=design, still=picture).data == first.data
    assert first.data.startswith(b"\xff\xd8")
    assert len(first.data) < 1_000_000
    assert not Image.open(BytesIO(first.data)).getexif()


@pytest.mark.parametrize("accent", ["#a3262a", "#ffd400", "#0b6e4f", "#ffffff", "#000000", "#7fd1ff"])
@pytest.mark.parametrize("ground", ["#ffffff", "#f4e7c8", "#000000", "#ff2020"])
@pytest.mark.parametrize("design", ["night", "block"])
def test_words_have_contrast_on_every_pixel_of_a_still(design: card.Design, ground: str, accent: str) -> None:
    site = SITE.model_copy(update={"accent": accent, "name": ""})
    unsaid = replace(REVIEW, film=None, headline="", authors=(), rating=None)
    image = pixels(card.draw(unsaid, Quote(text="", spans=()), site=site, design=design, still=still(ground)))
    bands = [band.getextrema() for band in image.crop((0, 90, 1200, 630)).split()]
    ink = card._colours(design, accent).ink
    for end in (0, 1):
        worst = "#" + "".join(f"{int(band[end]):02x}" for band in bands)  # type: ignore[arg-type]
        assert colour.contrast(ink, worst) >= 4.5


@pytest.mark.parametrize("accent", ["#a3262a", "#ffd400", "#0b6e4f", "#ffffff", "#000000", "#7fd1ff", "#808080"])
@pytest.mark.parametrize("design", card.DESIGNS)
def test_every_colour_of_words_has_contrast_on_its_ground(accent: str, design: card.Design) -> None:
    colours = card._colours(design, accent)
    for words in (colours.ink, colours.quiet, colours.accent):
        assert colour.contrast(words, colours.ground) >= 4.5


def test_the_still_stands_beside_the_words_on_paper() -> None:
    wide = pixels(card.draw(REVIEW, SHORT, site=SITE, still=still("#204080")))
    assert ImageStat.Stat(wide.crop((900, 80, 1140, 550))).mean[2] > 100
    assert ink_box(wide)[2] <= 1200 - 0.06 * 630
    tall = pixels(card.draw(REVIEW, SHORT, site=SITE, size=(1080, 1350), still=still("#204080")))
    assert ImageStat.Stat(tall.crop((100, 100, 980, 200))).mean[2] > 100


def test_a_long_quote_makes_the_still_smaller() -> None:
    short, _ = cardlayout.beside((1080, 1080), SHORT.text, rtl=False)
    long, _ = cardlayout.beside((1080, 1080), LONG.text, rtl=False)
    assert long[3] < short[3]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<html>not found</html>",
        still()[:2000],
        still(kind="PNG")[:300],
        b"GIF89a" + b"\xff" * 40,
        still(kind="PNG", size=(9000, 9000), mode="1"),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x0f\xff\xff\x00\x0f\xff\xff\x08\x02\x00\x00\x00" + b"\x00" * 40,
    ],
    ids=["empty", "html", "cut-jpeg", "cut-png", "gif", "huge", "bomb"],
)
@pytest.mark.parametrize("design", card.DESIGNS)
def test_a_still_that_cannot_be_used_is_left_out_and_said(broken: bytes, design: card.Design) -> None:
    made = card.draw(REVIEW, SHORT, site=SITE, design=design, still=broken)
    assert [warning.partition(":")[0] for warning in made.warnings] == ["the still is left out"]
    assert made.data == card.draw(REVIEW, SHORT, site=SITE, design=design).data


@pytest.mark.parametrize(
    "picture",
    [
        still(mode="CMYK"),
        still(mode="L"),
        still(kind="PNG", mode="RGBA"),
        still(kind="PNG", mode="P"),
        still(kind="WEBP"),
        still(kind="GIF", mode="P"),
        still(size=(1, 1)),
        still(size=(3000, 2)),
    ],
)
def test_every_kind_of_picture_can_be_a_still(picture: bytes) -> None:
    assert card.draw(REVIEW, SHORT, site=SITE, design="night", still=picture).warnings == ()


def test_a_picture_is_turned_upright() -> None:
    turned = Image.new("RGB", (400, 400), "#ffffff")
    ImageDraw.Draw(turned).rectangle((0, 0, 400, 200), fill="#000000")
    exif = Image.Exif()
    exif[0x0112] = 3
    out = BytesIO()
    turned.save(out, "JPEG", exif=exif)
    image = pixels(card.draw(REVIEW, SHORT, site=SITE, size=(1080, 1080), still=out.getvalue()))
    assert ImageStat.Stat(image.crop((200, 90, 800, 120))).mean[0] > 200


def test_lines_are_of_like_length_without_a_single_last_word() -> None:
    box = cardlayout.box((1080, 1080))
    setting = cardlayout.quote(f"{LONG.text}”", box, 560)
    assert setting is not None
    assert 2 <= len(setting.lines) <= 7
    assert len(setting.lines[-1].split()) > 1
    widths = [cardlayout.SERIF.width(line, setting.size) for line in setting.lines]
    assert max(widths) <= box.width
    assert min(widths) > 0.6 * max(widths)
    assert " ".join(setting.lines) == f"{LONG.text}”"


@given(st.lists(st.text("aeimorst", min_size=1, max_size=11), min_size=1, max_size=45), st.integers(120, 900))
def test_balanced_lines_keep_every_word_and_the_measure(words: list[str], measure: int) -> None:
    pieces = wrap.fragments(" ".join(words), lambda part: 10.0 * len(part))
    lines = wrap.balanced(pieces, measure, most=60)
    assert lines is not None
    assert " ".join(lines).split() == words
    assert all(10 * len(line) <= measure for line in lines)
    assert len(lines) == wrap.fewest(pieces, measure)


def test_a_giant_word_is_broken_with_a_hyphen() -> None:
    pieces = wrap.fragments("so unwiederbringlichkeitsgesetz", lambda part: 10.0 * len(part), longest=150)
    lines = wrap.balanced(pieces, 200, most=7)
    assert lines is not None
    assert lines[0].endswith("-")
    assert "".join(lines).replace("-", "") == "so unwiederbringlichkeitsgesetz"


def test_a_quote_of_two_thousand_characters_is_cut_at_a_word_and_that_is_said() -> None:
    made = card.draw(REVIEW, Quote(text="quiet film " * 200, spans=()), site=SITE)
    assert "the quote is too long for a card and was cut at a word" in made.warnings


@pytest.mark.parametrize("halves", range(11))
def test_a_half_star_is_exactly_half(halves: int) -> None:
    image = Image.new("RGB", (300, 60))
    starrow.draw(image, (0, 0), halves=halves, best=5, size=48, fill="#ffffff")
    lit = image.convert("L").point([0] * 128 + [255] * 128)
    one = Image.new("RGB", (60, 60))
    starrow.draw(one, (0, 0), halves=2, best=1, size=48, fill="#ffffff")
    whole = ImageStat.Stat(one.convert("L").point([0] * 128 + [255] * 128)).sum[0]
    assert ImageStat.Stat(lit).sum[0] == pytest.approx(whole * halves / 2, rel=0.03, abs=whole * 0.02)


@pytest.mark.parametrize(
    "text",
    ["A quiet film, “slow” & odd – 4½!", "Ένα φιλμ που ακούει", "Кино, которое слушает", "Zażółć gęślą jaźń", "★ ❤"],
)
def test_every_character_has_a_glyph(text: str) -> None:
    assert fonts.missing(text) == ()
    assert fonts.drawable(text) == text
    assert "".join(run.text for run in fonts.Typeface("serif").runs(text)) == text


def test_a_character_without_a_font_is_left_out_and_said() -> None:
    quote = Quote(text="Quiet, sly \U0001f9ff\U00016a40 and slow.", spans=())
    made = card.draw(REVIEW, quote, site=SITE)
    assert "U+16A40" in made.warnings[0]
    assert made.data == card.draw(REVIEW, Quote(text=fonts.drawable(quote.text), spans=()), site=SITE).data


def test_hebrew_stands_on_the_right() -> None:
    quote = Quote(text="סרט שמקשיב יותר ממה שהוא מדבר", spans=())
    unsaid = replace(REVIEW, film=None, headline="", authors=(), rating=None)
    left, _, right, _ = ink_box(pixels(card.draw(unsaid, quote, site=SITE.model_copy(update={"name": ""}))))
    assert 1200 - right < left


def test_marks_inside_a_quote_become_single() -> None:
    assert card.nested("“Home,” she says, “is a word.”") == "‘Home,’ she says, ‘is a word.’"
    assert card.nested('A "quiet" film') == "A ‘quiet’ film"
    assert card.nested("“A quiet film.”") == "A quiet film."


@pytest.mark.parametrize(
    ("language", "want"),
    [
        ("en", "Mara Quill on Ashes of the Tide (2024), 4.5 out of 5 stars. The Harbour Reel."),
        ("de", "Mara Quill. Ashes of the Tide (2024), 4.5/5. The Harbour Reel."),
    ],
)
def test_the_text_alternative_says_everything(language: str, want: str) -> None:
    site = SITE.model_copy(update={"language": language})
    assert card.alt_text(REVIEW, SHORT, site=site) == f"“Quiet, sly and never once sorry.” {want}"


def test_the_text_alternative_leaves_out_what_is_unknown() -> None:
    bare = replace(REVIEW, film=None, authors=(), rating=None)
    assert card.alt_text(bare, LONG, site=SITE).startswith(f"“{LONG.text}” Review: Ashes of the Tide.")
    unrated = replace(REVIEW, rating=Rating(value="B+", best="A"))
    assert "Ashes of the Tide (2024), B+." in card.alt_text(unrated, SHORT, site=SITE)


def test_a_design_or_size_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match="no design 'neon'"):
        card.draw(REVIEW, SHORT, site=SITE, design="neon")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="9000x20"):
        card.draw(REVIEW, SHORT, site=SITE, size=(9000, 20))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@settings(max_examples=25, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_any_words_make_a_card_within_its_margins(said: str, title: str, critic: str) -> None:
    review = replace(REVIEW, film=Film(title=title, year=2024), authors=(critic,))
    image = pixels(card.draw(review, Quote(text=said, spans=()), site=SITE))
    left, _, right, bottom = ink_box(image)
    assert left >= 20
    assert right <= 1200 - 30
    assert bottom <= 630 - 20


def test_a_dash_ends_a_line_and_begins_none() -> None:
    pieces = wrap.fragments("then laughed — a real love of a film – and more", len)
    for measure in range(16, 40):
        lines = wrap.balanced(pieces, measure, most=9)
        assert lines is not None
        assert [line for line in lines if line[0] in "—–"] == []
