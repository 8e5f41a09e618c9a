"""The site's language: its locale, direction, dates, numbers and lists, as the CLDR has them (by Babel)."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

_FALLBACK = "en"


@lru_cache(maxsize=64)
def locale_of(language: str, zone: str = "") -> Locale:
    """The locale of a language tag; without a territory, the zone's own one where the CLDR knows the pair.

    `en` in Europe/London writes dates as Britain does. An unknown language reads as English.
    """
    tag = language.replace("-", "_")
    territory = get_global("zone_territories").get(zone, "")
    for name in (f"{tag}_{territory}" if territory and "_" not in tag else tag, tag, tag.partition("_")[0], _FALLBACK):
        try:
            locale = Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
        if locale is not None:
            return locale
    return Locale(_FALLBACK)


def direction(language: str) -> str:
    """`rtl` for Arabic, Hebrew, Persian and their like, else `ltr`."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


def long_date(moment: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Weekday, day, month and year in `zone`: “Friday 20 November 2026” in Britain."""
    pattern = str(locale.date_formats["full"].pattern)
    # English outside America writes no comma here in running text, though the CLDR has one.
    pattern = pattern.replace("EEEE, d MMMM", "EEEE d MMMM") if locale.language == "en" else pattern
    return str(format_date(moment.astimezone(zone).date(), pattern, locale=locale))


@lru_cache(maxsize=512)
def listing(parts: tuple[str, ...], locale: Locale) -> str:
    """“A, B and C” in the locale's own way; empty for nothing."""
    return str(format_list(list(parts), locale=locale)) if parts else ""


@lru_cache(maxsize=512)
def number(value: float, locale: Locale) -> str:
    """A decimal number, at most two places."""
    return str(format_decimal(value, format="#,##0.##", locale=locale))


@lru_cache(maxsize=512)
def percent(value: float, locale: Locale) -> str:
    """A share of 1 as a percentage, at most one place."""
    return str(format_percent(value, format=None, locale=locale, decimal_quantization=False))
