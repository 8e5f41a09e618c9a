"""Colours of CSS, what a forced dark mode makes of them, and their contrast.

Contrast is that of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). Forced dark mode is Chromium's, which
Gmail's app resembles: light grounds and dark words have their lightness turned round in CIELAB, all else stays
(third_party/blink/renderer/platform/graphics/dark_mode_color_filter.cc and dark_mode_settings.h).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tinycss2.color3 import parse_color

WORDS_TURNED_BELOW = 150
GROUND_TURNED_ABOVE = 205
WHITE_TURNS_TO = 110.0
_CSS4 = re.compile(r"rgba?\(\s*([\d.]+%?)\s+([\d.]+%?)\s+([\d.]+%?)\s*(?:/\s*([\d.]+%?)\s*)?\)")


class Colour(NamedTuple):
    """Red, green, blue from 0 to 255, and opacity from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: "Colour") -> "Colour":
        """What is seen when this lies on an opaque ground."""
        part = self.alpha
        mixed = (one * part + other * (1 - part) for one, other in zip(self[:3], ground[:3], strict=True))
        return Colour(*mixed)

    def __str__(self) -> str:
        return "#" + "".join(f"{round(part):02x}" for part in self[:3])


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)
CANVAS_DARK = Colour(18, 18, 18)


@lru_cache(maxsize=512)
def parse(text: str) -> Colour | None:
    """A colour as CSS or HTML writes it; None when it is none, or depends on its place (currentcolor, inherit)."""
    text = text.strip().lower()[:100]
    if modern := _CSS4.fullmatch(text):
        text = f"rgba({modern[1]},{modern[2]},{modern[3]},{_share(modern[4])})"
    if re.fullmatch(r"#[0-9a-f]{8}", text):
        red, green, blue, alpha = (int(text[at : at + 2], 16) for at in (1, 3, 5, 7))
        return Colour(red, green, blue, alpha / 255)
    if re.fullmatch(r"#[0-9a-f]{4}", text):
        red, green, blue, alpha = (int(digit * 2, 16) for digit in text[1:])
        return Colour(red, green, blue, alpha / 255)
    if re.fullmatch(r"[0-9a-f]{6}", text):
        text = f"#{text}"
    found = parse_color(text)
    if found is None or isinstance(found, str):
        return None
    shares = [min(max(float(part), 0), 1) * 255 for part in (found.red, found.green, found.blue)]
    return Colour(shares[0], shares[1], shares[2], min(max(found.alpha, 0), 1))


def contrast(words: Colour, ground: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    one, other = sorted((_luminance(words.over(ground)), _luminance(ground)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def turned_words(colour: Colour) -> Colour:
    """What a forced dark mode makes of the colour of words."""
    return _turned(colour) if _brightness(colour) < WORDS_TURNED_BELOW else colour


def turned_ground(colour: Colour) -> Colour:
    """What a forced dark mode makes of a ground."""
    return _turned(colour) if _brightness(colour) > GROUND_TURNED_ABOVE else colour


def is_dark(colour: Colour) -> bool:
    """Whether white would stand out on it better than black."""
    return contrast(WHITE, colour) > contrast(BLACK, colour)


def _share(text: str | None) -> float:
    if not text:
        return 1.0
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return 1.0


def _brightness(colour: Colour) -> float:
    return (colour.red * 299 + colour.green * 587 + colour.blue * 114) / 1000


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part) for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    part /= 255
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _gamma(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return float(255 * (part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))


@lru_cache(maxsize=512)
def _turned(colour: Colour) -> Colour:
    if colour[:3] == WHITE[:3]:
        return CANVAS_DARK._replace(alpha=colour.alpha)
    light, a, b = _to_lab(colour)
    return _from_lab(min(WHITE_TURNS_TO - light, 100.0), a, b)._replace(alpha=colour.alpha)


def _to_lab(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = (_linear(part) for part in colour[:3])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _from_lab(light: float, a: float, b: float) -> Colour:
    y = (light + 16) / 116
    x, z = y + a / 500, y - b / 200
    x, y, z = (part**3 if part**3 > 0.008856 else (part - 16 / 116) / 7.787 for part in (x, y, z))
    x, z = x * 0.95047, z * 1.08883
    return Colour(
        _gamma(3.2406 * x - 1.5372 * y - 0.4986 * z),
        _gamma(-0.9689 * x + 1.8758 * y + 0.0415 * z),
        _gamma(0.0557 * x - 0.2040 * y + 1.0570 * z),
    )
