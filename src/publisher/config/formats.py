"""How values are written in a configuration: durations, rates, schedules, addresses, colours, zones. Pure."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from email.utils import parseaddr
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from publisher.config.words import did_you_mean, shown

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(
    r"(\d{1,7})\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)(?=[\s\d]|$)\s*"
)
_RATE = re.compile(r"(\d{1,9})\s*(?:/|per)\s*(s|sec|second|m|min|minute|h|hour|d|day)")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?::(\d\d))?\s*(am|pm)?")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\]+@(?:[^\s@<>(),;:\"\\.]+\.)*[^\s@<>(),;:\"\\.]+")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*")


def parse_duration(text: str) -> timedelta:
    """A span such as "48h", "90s", "1h30m", "3 days"; ValueError says how it is written."""
    rest, seconds = text.strip().lower(), 0
    while rest:
        match = _DURATION.match(rest)
        if match is None:
            break
        seconds += int(match[1]) * _UNITS[match[2][0]]
        rest = rest[match.end() :]
    if rest or not text.strip():
        raise ValueError(f'{shown(text)} is not a duration; write it like "90s", "10m", "48h" or "3d"')
    return timedelta(seconds=seconds)


@dataclass(frozen=True)
class Rate:
    """At most `count` in each `per`; written "600/min", "10/s", "5000/h"."""

    count: int
    per: timedelta

    @property
    def per_second(self) -> float:
        """How many a second."""
        return self.count / self.per.total_seconds()

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read "600/min"; ValueError says how it is written."""
        match = _RATE.fullmatch(text.strip().lower())
        if match is None or int(match[1]) == 0:
            raise ValueError(
                f'{shown(text)} is not a rate; write it like "600/min" or "10/s", or leave it out for no limit'
            )
        return cls(int(match[1]), timedelta(seconds=_UNITS[match[2][0]]))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a settings model say `rate: Rate | None`."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(_text(value))
        )


@dataclass(frozen=True)
class WeekTime:
    """A day of the week (0 is Monday) and a wall clock time."""

    day: int
    at: time


def parse_schedule(text: str) -> tuple[WeekTime, ...]:
    """The moments of a week that a schedule names, in order: "fri 09:00", "tue,fri 18:30:15", "weekdays 7:30"."""
    words = [word for word in re.split(r"[\s,]+|\band\b|\bat\b", text.strip().lower()) if word]
    days: list[int] = []
    times: list[time] = []
    index = 0
    while index < len(words) and words[index][0].isalpha() and words[index] not in _HOURS:
        days += _days(words[index], text)
        index += 1
    while index < len(words):
        half = index + 1 < len(words) and words[index + 1] in ("am", "pm")
        times.append(_clock(words[index] + (words[index + 1] if half else ""), text))
        index += 2 if half else 1
    if not days or not times:
        raise ValueError(f"{shown(text)} is not a schedule; {_SCHEDULE_FORM}")
    return tuple(WeekTime(day, at) for day in sorted(set(days)) for at in sorted(set(times)))


_HOURS = {"noon": "12:00", "midnight": "00:00"}
_SCHEDULE_FORM = 'write it like "fri 09:00", "tue,fri 18:30", "weekdays 07:30" or "daily 08:00"'


def _days(word: str, whole: str) -> list[int]:
    if word in ("daily", "everyday", "day", "days"):
        return list(range(7))
    if word == "every":
        return []
    if word.rstrip("s") in ("weekday", "workday"):
        return list(range(5))
    if word.rstrip("s") == "weekend":
        return [5, 6]
    if "-" in word:
        first, last = (_days(part, whole) for part in word.split("-", 1))
        if len(first) == len(last) == 1:
            return [(first[0] + n) % 7 for n in range((last[0] - first[0]) % 7 + 1)]
    for number, name in enumerate(DAY_NAMES):
        if len(word) >= 3 and (name.lower().startswith(word) or f"{name.lower()}s" == word):
            return [number]
    known = [*DAYS, *(name.lower() for name in DAY_NAMES), "daily", "weekdays", "weekend"]
    raise ValueError(
        f"{shown(whole)} is not a schedule: `{word}` is no day; {did_you_mean(word, known) or _SCHEDULE_FORM}"
    )


def _clock(word: str, whole: str) -> time:
    match = _TIME.fullmatch(_HOURS.get(word, word))
    hour = int(match[1]) if match else 99
    if match and match[4]:
        hour = hour % 12 + (12 if match[4] == "pm" else 0) if 1 <= hour <= 12 else 99
    minute, second = (int(match[2] or 0), int(match[3] or 0)) if match else (0, 0)
    if match is None or hour > 23 or minute > 59 or second > 59 or (match[2] is None and match[4] is None):
        raise ValueError(f"{shown(whole)} is not a schedule: `{word}` is no time of day; {_SCHEDULE_FORM}")
    return time(hour, minute, second)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotation marks, not {shown(value)}")  # noqa: TRY004 - pydantic reports ValueErrors
    return value


def _duration(value: Any) -> timedelta:
    return value if isinstance(value, timedelta) else parse_duration(_text(value))


def _schedule(value: Any) -> str:
    parse_schedule(_text(value))
    return " ".join(value.split())


def _moment(value: Any) -> str:
    if len(parse_schedule(_text(value))) != 1:
        raise ValueError(f'{shown(value)} names several moments; write one day and time, like "thu 17:00"')
    return " ".join(value.split())


def _quiet(value: Any) -> tuple[time, time]:
    if isinstance(value, tuple):
        return value
    start, _, end = _text(value).partition("-")
    if not start.strip() or not end.strip():
        raise ValueError(f'{shown(value)} is not a span of hours; write it like "22:00-08:00"')
    return _clock(start.strip(), value), _clock(end.strip(), value)


def mailbox(value: Any) -> str:
    """A sender such as "Film Focus <digest@example.com>" or a bare address, on one line."""
    text = _text(value).strip()
    name, address = parseaddr(text)
    stray = not name and address != text.strip("<> ")
    if any(ord(sign) < 32 for sign in text) or stray or not _ADDRESS.fullmatch(address):
        raise ValueError(f'{shown(text)} is not an address; write it like "Film Focus <digest@example.com>"')
    return text


def address(value: Any) -> str:
    """A bare mail address, "ed@example.com"."""
    text = _text(value).strip()
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f'{shown(text)} is not a mail address; write it like "ed@example.com"')
    return text


def _colour(value: Any) -> str:
    text = _text(value).strip()
    if not _COLOUR.fullmatch(text):
        raise ValueError(f'{shown(text)} is not a colour; write it like "#a3262a"')
    return "#" + "".join(sign * 2 for sign in text[1:]).lower() if len(text) == 4 else text.lower()


def _zone(value: Any) -> str:
    text = _text(value).strip()
    try:
        if text and not text.startswith(("/", ".")):
            ZoneInfo(text)
            return text
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    hint = did_you_mean(text, sorted(available_timezones()))
    raise ValueError(f"{shown(text)} is not a time zone; {hint or 'write it like `Europe/London`'}")


def _language(value: Any) -> str:
    text = _text(value).strip().replace("_", "-")
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'{shown(text)} is not a language; write its code like "en" or "pt-BR"')
    return text


def web_url(value: Any) -> str:
    """An http or https address without spaces, its last slash off."""
    return exact_url(value).rstrip("/")


def exact_url(value: Any) -> str:
    """An http or https address without spaces, to the letter: a feed at `/feed/` may not be at `/feed`."""
    text = _text(value).strip()
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", text)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise ValueError(f'{shown(text)} is not a web address; write it like "https://www.example.com"')
    return text


def _words(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
ScheduleText = Annotated[str, BeforeValidator(_schedule)]
MomentText = Annotated[str, BeforeValidator(_moment)]
Hours = Annotated[tuple[time, time], BeforeValidator(_quiet)]
Mailbox = Annotated[str, BeforeValidator(mailbox)]
Address = Annotated[str, BeforeValidator(address)]
ReturnPath = Annotated[str, AfterValidator(lambda text: address(text.replace("{token}", "t")) and text)]
Colour = Annotated[str, BeforeValidator(_colour)]
Zone = Annotated[str, BeforeValidator(_zone)]
Language = Annotated[str, BeforeValidator(_language)]
WebUrl = Annotated[str, BeforeValidator(web_url)]
ExactUrl = Annotated[str, BeforeValidator(exact_url)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""One text or a list of them."""
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_words)]
Schedules = Annotated[tuple[ScheduleText, ...], BeforeValidator(_words)]
