"""A quote card: one quote, big, with film, critic, stars and site, as a JPEG with its text alternative."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw

from publisher.config import Site
from publisher.errors import UsageError
from publisher.formatters.cards import cardlayout, fonts, starrow
from publisher.formatters.cards import still as stills
from publisher.formatters.cards.cardlayout import SERIF, STRONG, Box, Typesetting
from publisher.formatters.cards.fonts import Typeface
from publisher.formatters.email import colour, rating
from publisher.model import Quote, Rating, Review
from publisher.text import clean, clip, graphemes

Design = Literal["paper", "night", "block"]
DESIGNS: tuple[Design, ...] = ("paper", "night", "block")
SIZES = ((1200, 630), (1080, 1080), (1080, 1350))

_SMALLEST, _LARGEST = 320, 4096
_QUALITIES = (88, 80, 70, 55, 40)
_MOST_BYTES = 1_000_000
_NIGHT, _INK, _WHITE = "#141210", "#1a1a1a", "#ffffff"
_SANS = Typeface("sans")
_LABEL = Typeface("sans-strong")
_ONE_PAIR = re.compile(r"[“\"]([^“”\"]*)[”\"]")
_STRAIGHT = re.compile(r"\"([^\"]*)\"")
_LISTED = 5
_LONGEST = 700  # graphemes; no card holds more


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A finished card: JPEG bytes, the text alternative in full, and what an editor should know about it.

    `blank`: no font here has a letter of the quote, so that the card does not show it.
    """

    data: bytes
    alt: str
    warnings: tuple[str, ...] = ()
    blank: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wording:
    """What the card says, as far as the fonts have it."""

    quote: str
    title: str
    year: str
    critic: str
    site: str
    rating: Rating | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Inks:
    ground: str
    ink: str
    quiet: str
    accent: str


def draw(
    review: Review,
    quote: Quote,
    *,
    site: Site,
    size: tuple[int, int] = (1200, 630),
    design: Design = "paper",
    still: bytes | None = None,
) -> Card:
    """The card of a quote in the site's accent; the same input gives the same bytes on one machine.

    The still stands beside the words on `paper`, blurred and darkened behind them on `night`, in the accent's tones on
    `block`. One that cannot be used, and characters that no font here has, are warnings. Raises UsageError for a design
    or size that does not exist.
    """
    if design not in DESIGNS:
        raise UsageError(f"there is no design {design!r}", do=f"use one of {', '.join(DESIGNS)}")
    if not all(_SMALLEST <= side <= _LARGEST for side in size):
        raise UsageError(f"a card of {size[0]}x{size[1]} cannot be drawn", do="use 1200x630, 1080x1080 or 1080x1350")
    words, warnings = _words(review, quote, site)
    colours = _colours(design, site.accent)
    image, box = _ground(size, colours, design, words, still, warnings)
    painter = _Painter(image, box, colours)
    painter.card(words, warnings)
    blank = bool(clean.line(quote.text)) and not any(c.isalnum() for c in words.quote)
    return Card(data=_jpeg(image), alt=alt_text(review, quote, site=site), warnings=tuple(warnings), blank=blank)


def alt_text(review: Review, quote: Quote, *, site: Site) -> str:
    """What a card says, for those who do not see it: quote, critic, film, rating and site, nothing shortened.

    In English a sentence; for other languages names and figures that need no words.
    """
    text, critic, name = clean.line(quote.text), clean.line(", ".join(review.authors)), clean.line(site.name)
    film = clean.line(review.film.title if review.film else review.headline)
    if film and review.film and review.film.year:
        film = f"{film} ({review.film.year})"
    if site.language.split("-")[0] == "en":
        about = ", ".join(part for part in (film, rating.spoken(review.rating)) if part)
        said = [f"{critic} on {about}" if critic and about else critic or about, name]
    else:
        said = [critic, ", ".join(part for part in (film, rating.as_figures(review.rating)) if part), name]
    quoted = f"“{text}” " if text else ""
    return quoted + " ".join(f"{part}." for part in said if part)


def _words(review: Review, quote: Quote, site: Site) -> tuple[_Wording, list[str]]:
    film = review.film
    words = _Wording(
        quote=nested(clean.line(quote.text)),
        title=clean.line(film.title if film else review.headline),
        year=f" {film.year}" if film and film.year else "",
        critic=clean.line(", ".join(review.authors)),
        site=clean.line(site.name),
        rating=review.rating,
    )
    lost = fonts.missing(f"{words.quote} {words.title} {words.critic} {words.site}")
    if not lost:
        return words, []
    listed = ", ".join(f"{piece} (U+{ord(piece[0]):04X})" for piece in lost[:_LISTED])
    more = f" and {len(lost) - _LISTED} more" if len(lost) > _LISTED else ""
    warning = f"no font on this machine has {listed}{more}: left out of the card; install a Noto font that has them"
    drawable = _Wording(
        quote=fonts.drawable(words.quote),
        title=fonts.drawable(words.title),
        year=words.year,
        critic=fonts.drawable(words.critic),
        site=fonts.drawable(words.site),
        rating=words.rating,
    )
    return drawable, [warning]


def nested(text: str) -> str:
    """A quote as it stands between our double marks: marks inside become single, a pair around all of it goes."""
    if whole := _ONE_PAIR.fullmatch(text):
        return whole[1]
    return _STRAIGHT.sub(r"‘\1’", text).replace("“", "‘").replace("”", "’")


def _colours(design: Design, accent: str) -> _Inks:
    if design == "paper":
        light = colour.colours(accent).light
        return _Inks(ground=light.paper, ink=light.ink, quiet=light.quiet, accent=light.accent)
    if design == "night":
        glow = colour.readable(accent, _NIGHT, ratio=9)
        return _Inks(ground=_NIGHT, ink="#f8f4ec", quiet="#e0d9cd", accent=glow)
    ink = _words_on(accent)
    return _Inks(ground=colour.readable(accent, ink), ink=ink, quiet=ink, accent=ink)


def _words_on(ground: str) -> str:
    """White where it can be read, else ink where that can, else white, for which the ground is darkened."""
    return _INK if colour.contrast(_WHITE, ground) < colour.AA <= colour.contrast(_INK, ground) else _WHITE


def _ground(
    size: tuple[int, int], colours: _Inks, design: Design, words: _Wording, still: bytes | None, warnings: list[str]
) -> tuple[Image.Image, Box]:
    """The card without words, and where they go."""
    image = Image.new("RGB", size, colours.ground)
    rtl = fonts.is_rtl(words.quote or words.title)
    if still is not None:
        try:
            if design == "paper":
                frame, box = cardlayout.beside(size, f"{words.quote}”", rtl=rtl)
                image.paste(stills.sharp(still, (frame[2] - frame[0], frame[3] - frame[1])), frame[:2])
                return image, box
            if design == "night":
                shown = (colours.ink, colours.quiet, colours.accent)
                image = stills.night(still, size, words=shown, ratio=colour.AA + 0.1)
            else:
                image = stills.tinted(still, size, ground=colours.ground, ink=colours.ink)
        except stills.Unusable as error:
            warnings.append(f"the still is left out: {error}")
    return image, cardlayout.box(size, rtl=rtl)


@dataclass(frozen=True, slots=True)
class _Painter:
    """Draws words on a card from the outside to the middle: rule, credits, then the quote in what is left."""

    image: Image.Image
    box: Box
    colours: _Inks

    def card(self, words: _Wording, warnings: list[str]) -> None:
        top = self._rule()
        bottom = self._credits(words)
        self._quote(words.quote, top, bottom, warnings)

    def _rule(self) -> float:
        """A short rule in the accent; gives where the space below it begins."""
        unit = self.box.unit
        wide, thick = round(64 * unit), max(3, round(6 * unit))
        left, top = round(self.box.start(wide)), round(self.box.top)
        ImageDraw.Draw(self.image).rectangle((left, top, left + wide - 1, top + thick - 1), fill=self.colours.accent)
        return top + thick + 30 * unit

    def _credits(self, words: _Wording) -> float:
        """Stars, film, critic and site at the foot, built from below; gives where they begin."""
        box, unit, y = self.box, self.box.unit, self.box.bottom
        size, gap = 29 * unit, 28 * unit
        site = cardlayout.fitted(_LABEL, words.site, size, box.width)
        site_width = _LABEL.width(site, size)
        critic_width = _SANS.width(words.critic, size)
        if site:
            _LABEL.draw(self.image, (box.end(site_width), y), site, size=size, fill=self.colours.quiet)
        if site and words.critic and critic_width > box.width - site_width - gap:
            y -= 42 * unit
        if words.critic:
            critic = cardlayout.fitted(_SANS, words.critic, size, box.width)
            at = box.start(_SANS.width(critic, size))
            _SANS.draw(self.image, (at, y), critic, size=size, fill=self.colours.quiet)
        if words.critic or site:
            y -= 46 * unit
        y = self._film(words, y, 38 * unit) - 22 * unit
        return self._stars(words.rating, y) - 34 * unit

    def _film(self, words: _Wording, y: float, size: float) -> float:
        """Title and year, their last baseline at `y`; gives their top."""
        lines, size = cardlayout.title(words.title, words.year, self.box, size)
        for index, line in enumerate(reversed(lines)):
            year = words.year if index == 0 else ""
            year_width = SERIF.width(year, size)
            x = self.box.start(STRONG.width(line, size) + year_width)
            if self.box.rtl:
                SERIF.draw(self.image, (x - SERIF.width(" ", size), y), year, size=size, fill=self.colours.quiet)
                STRONG.draw(self.image, (x + year_width, y), line, size=size, fill=self.colours.ink)
            else:
                x = STRONG.draw(self.image, (x, y), line, size=size, fill=self.colours.ink)
                SERIF.draw(self.image, (x, y), year, size=size, fill=self.colours.quiet)
            y -= size * 1.15
        return y + size * 1.15 - STRONG.cap_height(size) if lines else y

    def _stars(self, given: Rating | None, y: float) -> float:
        """The rating above `y`: drawn where it is in stars, else in the site's own scale; gives its top."""
        if given is None:
            return y
        size = 31 * self.box.unit
        halves = rating.steps(given)
        if halves is None:
            text = cardlayout.fitted(_LABEL, clean.line(rating.as_text(given)), size, self.box.width)
            at = self.box.start(_LABEL.width(text, size))
            _LABEL.draw(self.image, (at, y), text, size=size, fill=self.colours.accent)
        else:
            best = int(given.best)
            at = self.box.start(starrow.width(best, size))
            starrow.draw(self.image, (at, y - size), halves=halves, best=best, size=size, fill=self.colours.accent)
        return y - size

    def _quote(self, text: str, top: float, bottom: float, warnings: list[str]) -> None:
        """The quote as large as it fits, its opening mark hanging outside of the lines."""
        setting = self._setting(text, bottom - top, warnings)
        if setting is None:
            return
        box, size = self.box, setting.size
        y = top + (bottom - top - setting.height) * 0.48 + SERIF.cap_height(size)
        if not box.rtl:
            hang = box.left - SERIF.width("“", size)
            SERIF.draw(self.image, (hang, y), "“", size=size, fill=self.colours.accent)
        for line in setting.lines:
            SERIF.draw(self.image, (box.start(SERIF.width(line, size)), y), line, size=size, fill=self.colours.ink)
            y += setting.leading

    def _setting(self, text: str, height: float, warnings: list[str]) -> Typesetting | None:
        """The quote in lines, cut at a word when it is too long for any card; None when there is nothing to set."""
        first = "“" if self.box.rtl else ""
        shown = clip.at_words(text, _LONGEST)
        length = graphemes.count(shown)
        while shown:
            setting = cardlayout.quote(f"{first}{shown}”", self.box, height)
            if setting is not None:
                if shown != text:
                    warnings.append("the quote is too long for a card and was cut at a word")
                return setting
            length = length * 9 // 10
            shown = clip.at_words(text, length) if length > 1 else ""
        return None


def _jpeg(image: Image.Image) -> bytes:
    """Quality 88 with full colour resolution; less only where a card would reach 1,000,000 bytes."""
    data = b""
    for quality in _QUALITIES:
        out = BytesIO()
        image.save(out, "JPEG", quality=quality, subsampling=0)
        data = out.getvalue()
        if len(data) < _MOST_BYTES:
            break
    return data
