"""Dates as sources write them, read from the raw string: nothing is guessed, and what cannot be known is None.

Rules: RFC 822/2822 section 3.3 and 4.3 (zones), RFC 3339, ISO 8601, W3CDTF; then the human forms of bylines. A library
(dateparser) is asked last, for other languages and for relative dates, and what it answers is checked against the text.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from publisher.loader.facts.calendar_words import AMBIGUOUS, MONTHS, NOISE, WEEKDAYS, ZONES
from publisher.model import Published

Order = Literal["dmy", "mdy"]

EARLIEST, LATEST = 1895, 2099
"""From the first public film show to the end of this century; years outside are a generator's zero or a mistake."""

LONGEST = 120

_ISO = re.compile(
    r"""(?P<y>\d{4})(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})|(?P<m2>\d\d)(?P<d2>\d\d))
    (?:(?:[T_]|\s(?:at\s)?)(?P<H>\d{1,2})(?P<colon>:?)(?P<M>\d\d)(?:(?P=colon)(?P<S>\d\d)(?:[.,]\d{1,9})?)?)?
    \s*(?P<zone>[A-Za-z].*|[+-]\d\d?(?::?\d\d)?)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])", re.ASCII)
_ORDINAL = re.compile(r"(\d{4})-(\d{3})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d\d)(?:,?\s+(\d.*))?", re.ASCII)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT|UT|Z)?\s*([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?\s*(a\.?m\.?|p\.?m\.?)?", re.IGNORECASE | re.ASCII
)
_TIME = re.compile(
    r"(?<![\d:])\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s*[ap]\.?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?",
    re.IGNORECASE | re.ASCII,
)
_WORD = re.compile(r"\d+|[^\W\d_]+")
_COMMENT = re.compile(r"\([^()]*\)")
_OURS = re.compile(r"\d{4}[-/.]?\d\d?(?:[-/.]|\d\d(?!\d))\d?|[\d\s:./-]+$|\d\d?[/.]\d\d?[/.]\d", re.ASCII)
"""Shapes that only our own forms may read: what they refuse stays unknown."""
_AGO = re.compile(r"(?:(\d{1,3}|an?|one) (minute|min|hour|hr|h|day|d)s? ago|(just now|today|yesterday))", re.IGNORECASE)

LANGUAGES = (
    "en es pt fr de it nl sv da nb fi pl cs sk sl hr sr bg ru uk el ro hu tr id vi ca et lt lv ja ko zh he ar fa hi th"
)
"""Asked of dateparser when the source's language is unknown: all of its two hundred cost half a second."""


def parse(
    raw: str,
    *,
    zone: ZoneInfo,
    fetched: datetime | None = None,
    language: str | None = None,
    order: Order | None = None,
) -> Published | None:
    """The date that `raw` states, or None when it states none for certain.

    A time without a zone is in `zone`. `order` or a `language` whose readers agree settles 03/04/2025. Relative dates
    and dates without a year ("2 days ago", "Nov 14") need `fetched`, the aware time at which the text was fetched.
    """
    text = _tidy(raw)
    if not text or len(text) > LONGEST or not any(c.isalnum() for c in text):
        return None
    found = (
        _iso(text, zone)
        or _epoch(text)
        or _numbers(text, zone, order or order_of_language(language))
        or _words(text, zone, fetched)
    )
    if found is None and not _OURS.match(text) and not _is_understood(text):
        found = _by_library(text, zone, language) or _relative(text, zone, fetched, language)
    if found is None:
        return None
    value, precision = found
    return Published(value=value, precision=precision, raw=raw.strip()[:LONGEST])


def _is_understood(text: str) -> bool:
    """Whether every word is one of ours, so that what our forms refuse is no date in another language either."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", text)]
    return bool(words) and all(word in MONTHS or word in WEEKDAYS or word in NOISE for word in words)


_Found = tuple[date, Literal["day", "minute", "second"]]
"""A date with precision "day", or a UTC datetime with "minute" or "second"."""


def order_of(raws: Iterable[str]) -> Order | None:
    """The order in which one source writes all-number dates, proven by a number above 12; None when unproven."""
    seen: set[Order] = set()
    for raw in raws:
        found = _NUMERIC.fullmatch(_tidy(raw))
        if found and len(found[4]) == 4:
            first, second = int(found[1]), int(found[3])
            if first > 12 >= second:
                seen.add("dmy")
            elif second > 12 >= first:
                seen.add("mdy")
    return seen.pop() if len(seen) == 1 else None


def order_of_language(language: str | None) -> Order | None:
    """Day first for every language but English; English only where the region says so.

    `en` and `en-US` prove nothing: they are what blog software writes before its owner chooses.
    """
    if not language:
        return None
    parts = language.replace("_", "-").lower().split("-")
    if parts[0] in {"en", "zh", "ja", "ko", "hu"}:
        return "dmy" if parts[0] == "en" and set(parts[1:]) & {"gb", "au", "nz", "ie", "in", "za"} else None
    return "dmy"


def _tidy(raw: str) -> str:
    """One line without control characters; digits, dashes and spaces in their plain form."""
    text = unicodedata.normalize("NFKC", raw[: LONGEST * 4])
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return " ".join(_COMMENT.sub(" ", text).split())


def _iso(text: str, zone: ZoneInfo) -> _Found | None:
    """Year first: ISO 8601, RFC 3339, W3CDTF, and the same with slashes, one digit or a space before the time."""
    if week := _WEEK.fullmatch(text):
        return _checked_week(int(week[1]), int(week[2]), int(week[3]))
    if day := _ORDINAL.fullmatch(text):
        return _checked_ordinal(int(day[1]), int(day[2]))
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day_ = int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"])
    if found["H"] is None:
        return _moment(year, month, day_, None, None, zone) if not found["zone"] or _zone(found["zone"]) else None
    clock = (int(found["H"]), int(found["M"]), int(found["S"]) if found["S"] else None)
    return _moment(year, month, day_, clock, found["zone"], zone)


def _checked_week(year: int, week: int, weekday: int) -> _Found | None:
    try:
        day = date.fromisocalendar(year, week, weekday)
    except ValueError:
        return None
    return (day, "day") if EARLIEST <= day.year <= LATEST else None


def _checked_ordinal(year: int, day: int) -> _Found | None:
    if not (EARLIEST <= year <= LATEST and 1 <= day <= 366):
        return None
    value = date(year, 1, 1) + timedelta(days=day - 1)
    return (value, "day") if value.year == year else None


def _epoch(text: str) -> _Found | None:
    """Seconds or milliseconds since 1970, as some APIs write them."""
    if not _EPOCH.fullmatch(text):
        return None
    value = datetime.fromtimestamp(int(text[:10]), UTC)
    return (value, "second") if EARLIEST <= value.year <= LATEST else None


def _numbers(text: str, zone: ZoneInfo, order: Order | None) -> _Found | None:
    """Day, month and year as numbers: dots are day first; slashes and dashes only when one reading is possible."""
    found = _NUMERIC.fullmatch(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
    if found[2] == ".":
        day, month = first, second
    elif len(found[4]) == 2 and order is None:
        return None  # 14/11/25 may begin with its year
    elif order:
        day, month = (first, second) if order == "dmy" else (second, first)
        if month > 12:
            return None
    elif first == second or first > 12 or second > 12:
        day, month = (first, second) if first > 12 or first == second else (second, first)
    else:
        return None
    if not found[5]:
        return _moment(year, month, day, None, None, zone)
    clock = _CLOCK.match(found[5])
    assert clock is not None
    return _moment(year, month, day, _clock(clock), found[5][clock.end() :].strip(), zone)


def _full_year(digits: str) -> int:
    """Two digits stand for 1970 to 2069, as POSIX reads them."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= 70 else 2000)


def _clock(found: re.Match[str]) -> tuple[int, int, int | None] | None:
    """Hour, minute and second of a `_CLOCK` match; None when it names no time of day."""
    hour, half = int(found[1]), (found[4] or "").lower()[:1]
    if found[2] is None and not half:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(found[2] or 0), int(found[3]) if found[3] else None


def _words(text: str, zone: ZoneInfo, fetched: datetime | None) -> _Found | None:
    """Forms with a month's name: RFC 822 and 850, asctime, unix date, JavaScript, bylines; every word must be known."""
    clock: tuple[int, int, int | None] | None = None
    rest, tail = text, ""
    if time := _TIME.search(text):
        shape = _CLOCK.fullmatch(time[0])
        clock = _clock(shape) if shape else None
        if clock is None:
            return None
        rest, tail = text[: time.start()], text[time.end() :]
    zone_name, tail = _split_zone(tail) if clock else (None, tail)
    day, month, year = _calendar(f"{rest} {tail}")
    if not month or not day:
        return None
    if year is None:
        year = _nearest_year(month, day, fetched.astimezone(zone).date()) if fetched and not clock else None
    return None if year is None else _moment(year, month, day, clock, zone_name, zone)


def _split_zone(tail: str) -> tuple[str | None, str]:
    """The zone right after a time, and what follows it (unix `date` and JavaScript put the year around it)."""
    tail = tail.strip()
    if found := re.match(r"(?:UTC|GMT|UT|Z)?\s?[+-]\d{1,2}(?::?\d\d)?(?![\d-])", tail, re.IGNORECASE | re.ASCII):
        return found[0], tail[found.end() :]
    if found := re.match(r"[A-Za-z]{1,5}\b(?!\.)", tail):
        word = found[0].casefold()
        if word not in MONTHS and word not in WEEKDAYS and word not in NOISE:
            return found[0], tail[found.end() :]
    return None, tail


def _calendar(text: str) -> tuple[int | None, int | None, int | None]:
    """Day, month and year of a text in which every word is a month, a weekday or a joining word."""
    day = month = year = None
    after_month = False
    words = _WORD.findall(text)
    if words and words[0].casefold() in AMBIGUOUS and any(word.casefold() in MONTHS for word in words[1:]):
        del words[0]
    for word in words:
        folded = word.casefold()
        after_month, may_be_short = False, after_month and day is not None
        if word.isdecimal():
            if len(word) == 4 and year is None:
                year = int(word)
            elif len(word) <= 2 and day is None:
                day = int(word)
            elif len(word) == 2 and year is None and may_be_short:
                year = _full_year(word)
            else:
                return None, None, None
        elif folded in MONTHS and month is None:
            month, after_month = MONTHS[folded], True
        elif folded not in WEEKDAYS and folded not in NOISE:
            return None, None, None
    return day, month, year


def _nearest_year(month: int, day: int, today: date) -> int | None:
    """The year of the last such day up to tomorrow: sites drop the year of recent posts."""
    for year in (today.year + 1, today.year, today.year - 1):
        try:
            if date(year, month, day) <= today + timedelta(days=1):
                return year
        except ValueError:
            continue
    return None


def _zone(name: str) -> tzinfo | None:
    """The zone that an offset or an abbreviation names; None for one that we cannot place."""
    name = name.strip()
    if found := _OFFSET.fullmatch(name):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        delta = timedelta(hours=hours, minutes=minutes)
        return timezone(-delta if found[1] == "-" else delta)
    offset = ZONES.get(name.upper())
    return None if offset is None else timezone(timedelta(minutes=offset))


def _moment(
    year: int, month: int, day: int, clock: tuple[int, int, int | None] | None, zone_name: str | None, zone: ZoneInfo
) -> _Found | None:
    """A checked date or UTC time; a time in a zone that we cannot place keeps only its day."""
    try:
        value = date(year, month, day)
    except ValueError:
        return None
    if not EARLIEST <= year <= LATEST:
        return None
    if clock is None:
        return value, "day"
    hour, minute, second = clock
    if hour > 24 or minute > 59 or (second or 0) > 60 or (hour == 24 and (minute or second)):
        return None
    naive = datetime(year, month, day) + timedelta(hours=hour, minutes=minute, seconds=second or 0)  # noqa: DTZ001 - its zone follows
    place: tzinfo | None = zone
    if zone_name:
        place = zone if _is_called(zone, zone_name, naive) else _zone(zone_name)
    if place is None:
        return value, "day"
    moment = naive.replace(tzinfo=place).astimezone(UTC)
    if moment == datetime(1970, 1, 1, tzinfo=UTC):
        return None  # the zero of a clock, not a date
    return moment, "minute" if second is None else "second"


def _is_called(zone: ZoneInfo, name: str, at: datetime) -> bool:
    """Whether the source's own zone goes by this abbreviation then: IST and CST name several places."""
    return name.isalpha() and zone.tzname(at) == name.upper()


def _by_library(text: str, zone: ZoneInfo, language: str | None) -> _Found | None:
    """Other languages' absolute dates; taken only when day and year stand in the text as numbers."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if not any(EARLIEST <= n <= LATEST for n in numbers) or not any(1 <= n <= 31 for n in numbers):
        return None
    found = _dateparser(text, "absolute-time", language, datetime(2000, 1, 1))  # noqa: DTZ001 - never used, all parts are required
    if found is None or found.year not in numbers or found.day not in numbers:
        return None
    if not re.search(r"\d:\d\d", text):
        return _moment(found.year, found.month, found.day, None, None, zone)
    if found.tzinfo is not None:
        found = found.astimezone(zone)
    clock = (found.hour, found.minute, found.second if re.search(r":\d\d:\d\d", text) else None)
    return _moment(found.year, found.month, found.day, clock, None, zone)


def _relative(text: str, zone: ZoneInfo, fetched: datetime | None, language: str | None) -> _Found | None:
    """Days, hours and minutes "ago" in any language, from the time of fetching: good for the day, up to a week."""
    if fetched is None or len(text) > 40:
        return None
    now = fetched.astimezone(zone)
    if found := _AGO.fullmatch(text):
        unit = "day" if found[3] else found[2].lower()[0]
        number = (found[3] or "").lower() == "yesterday" if found[3] else int(found[1]) if found[1].isdigit() else 1
        back = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[unit[0]] * number
        value = now - back
    else:
        known = _dateparser(text, "relative-time", language, now.replace(tzinfo=None))
        if known is None:
            return None
        value = known.replace(tzinfo=now.tzinfo)
    if not timedelta() <= now - value < timedelta(days=7):
        return None
    return _moment(value.year, value.month, value.day, None, None, zone)


@lru_cache(maxsize=2048)
def _dateparser(text: str, parser: str, language: str | None, base: datetime) -> datetime | None:
    import dateparser  # slow to import, seldom needed

    known = LANGUAGES.split()
    first = (language or "").replace("_", "-").split("-")[0].lower()
    settings = {"PARSERS": [parser], "STRICT_PARSING": parser == "absolute-time", "RELATIVE_BASE": base}
    for choice in ([first], known) if first in known else (known,):
        try:
            found = dateparser.parse(text, languages=choice, settings=settings)
        except (ValueError, OverflowError, RecursionError):
            found = None
        if found is not None:
            return found
    return None
