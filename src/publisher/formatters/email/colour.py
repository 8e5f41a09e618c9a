"""The email's colours: one accent, made readable on paper, on a button and in the dark. Contrast is computed.

Contrast and luminance are those of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache

from publisher.errors import ConfigError

AA = 4.5
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_STEPS = 100
# A margin over AA, so that rounding and a client's colour management do not fall below it.
_ASKED = AA + 0.1
_LARGE_TEXT = 3.0
# A yellow rule is seen on paper at 1.3; white on white is not.
_VISIBLE = 1.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Palette:
    """The colours of one mode as #rrggbb: `line` is the rule in the accent, `on_button` the words on the button."""

    paper: str
    ink: str
    quiet: str
    rule: str
    tint: str
    accent: str
    line: str
    button: str
    on_button: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Colours:
    """Both modes of an email."""

    light: Palette
    dark: Palette


_PAPER, _INK = "#fbfaf7", "#1a1a1a"
_DARK_PAPER, _DARK_INK = "#161514", "#f1eee8"


@lru_cache(maxsize=32)
def colours(accent: str) -> Colours:
    """Both palettes around an accent colour; every text and button in them reaches AA."""
    on_paper = readable(accent, _PAPER)
    in_dark = readable(accent, _DARK_PAPER)
    button = _button(accent)
    return Colours(
        light=Palette(
            paper=_PAPER,
            ink=_INK,
            quiet="#5c5a55",
            rule="#dedad2",
            tint="#f2efe8",
            accent=on_paper,
            line=_line(accent, _PAPER, _INK),
            button=button,
            on_button="#ffffff",
        ),
        dark=Palette(
            paper=_DARK_PAPER,
            ink=_DARK_INK,
            quiet="#b3aea5",
            rule="#3d3a36",
            tint="#211f1d",
            accent=in_dark,
            line=_line(accent, _DARK_PAPER, in_dark),
            button=in_dark,
            on_button=_DARK_PAPER,
        ),
    )


def _button(accent: str) -> str:
    """The ground of a button for white words: the accent, darkened to AA where that leaves its character, else ink.

    Never a light one: an app that inverts turns dark words light and leaves a bright ground as it is.
    """
    near = contrast("#ffffff", accent) >= _LARGE_TEXT
    return readable(accent, "#ffffff") if near else _INK


def _line(accent: str, paper: str, instead: str) -> str:
    """The colour of a rule: the accent as configured, where it can be seen."""
    return normal(accent) if contrast(accent, paper) >= _VISIBLE else instead


def readable(colour: str, ground: str, *, ratio: float = _ASKED) -> str:
    """The colour nearest in lightness to `colour`, of its hue, that reaches `ratio` against `ground`."""
    red, green, blue = channels(colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    target = 0.0 if luminance(ground) > 0.18 else 1.0
    tried = normal(colour)
    for step in range(_STEPS + 1):
        if contrast(tried, ground) >= ratio:
            break
        here = lightness + (target - lightness) * step / _STEPS
        tried = _hex(colorsys.hls_to_rgb(hue, here, saturation))
    return tried


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def normal(colour: str) -> str:
    """The colour as lower-case #rrggbb; a `ConfigError` when it is none."""
    if not _HEX.fullmatch(colour):
        raise ConfigError(f"“{colour}” is not a colour", where="[site] accent", do="write it as #a3262a")
    digits = colour[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1."""
    digits = normal(colour)
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in rgb)
