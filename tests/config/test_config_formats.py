from datetime import time, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from publisher.config import Rate, parse_duration, parse_schedule
from publisher.config.formats import Colour, Hours, Language, Mailbox, MomentText, WebUrl, WeekTime, Zone


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("90s", 90),
        ("10m", 600),
        ("48h", 172800),
        ("3d", 259200),
        ("1h30m", 5400),
        ("2 weeks", 1209600),
        ("45 min", 2700),
    ],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "48", "h", "-1h", "1.5h", "2 months", "10x", "1h and more"])
def test_other_words_are_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "per_second"), [("600/min", 10), ("10/s", 10), ("3600 / hour", 1), ("86400/day", 1)])
def test_rates_are_read(text: str, per_second: float) -> None:
    assert Rate.parse(text).per_second == per_second


@pytest.mark.parametrize("text", ["600", "0/s", "fast", "10/fortnight"])
def test_other_words_are_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        Rate.parse(text)


@pytest.mark.parametrize(
    ("text", "days", "at"),
    [
        ("fri 09:00", [4], time(9)),
        ("fri,sun 18:30:15", [4, 6], time(18, 30, 15)),
        ("daily 08:00", list(range(7)), time(8)),
        ("Friday 9am", [4], time(9)),
        ("every Friday at 9 am", [4], time(9)),
        ("Fridays 12pm", [4], time(12)),
        ("monday and thursday at 12am", [0, 3], time(0)),
        ("weekdays 7:30", [0, 1, 2, 3, 4], time(7, 30)),
        ("weekend noon", [5, 6], time(12)),
        ("fri-mon 9.15", [0, 4, 5, 6], time(9, 15)),
    ],
)
def test_schedules_are_read(text: str, days: list[int], at: time) -> None:
    assert parse_schedule(text) == tuple(WeekTime(day, at) for day in days)


def test_a_schedule_may_name_several_times() -> None:
    assert parse_schedule("sat 18:00, 9:00") == (WeekTime(5, time(9)), WeekTime(5, time(18)))


@pytest.mark.parametrize(
    "text", ["", "fri", "09:00", "fri 9", "fri 25:00", "fri 09:60", "fri 13pm", "fr 09:00", "0 9 * * 5", "funday 9:00"]
)
def test_other_words_are_no_schedule(text: str) -> None:
    with pytest.raises(ValueError, match="not a schedule"):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        (Mailbox, "Film Focus <digest@example.com>", "Film Focus <digest@example.com>"),
        (Mailbox, "digest@example.com", "digest@example.com"),
        (Mailbox, '"Reel, The" <digest@localhost>', '"Reel, The" <digest@localhost>'),
        (Colour, "#A3262A", "#a3262a"),
        (Colour, "#abc", "#aabbcc"),
        (Zone, "Australia/Lord_Howe", "Australia/Lord_Howe"),
        (Language, "pt_BR", "pt-BR"),
        (WebUrl, "https://www.example.com/", "https://www.example.com"),
        (Hours, "22:00-08:00", (time(22), time(8))),
        (MomentText, "thu  17:00", "thu 17:00"),
    ],
)
def test_values_are_read(kind: Any, text: str, read: object) -> None:
    assert TypeAdapter(kind).validate_python(text) == read


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Mailbox, "Film Focus"),
        (Mailbox, "a@b.example\r\nBcc: all@b.example"),
        (Mailbox, "one@b.example, two@b.example"),
        (Mailbox, "Film <not an address>"),
        (Colour, "red"),
        (Colour, "#12345"),
        (Zone, "Europe/Londn"),
        (Zone, "../../etc/passwd"),
        (Zone, ""),
        (Language, "english!"),
        (WebUrl, "ftp://example.com"),
        (WebUrl, "https://"),
        (WebUrl, "https://exa mple.com"),
        (WebUrl, "https://example.com:port"),
        (Hours, "22:00"),
        (MomentText, "daily 17:00"),
    ],
)
def test_wrong_values_are_refused_with_an_example(kind: Any, text: str) -> None:
    with pytest.raises(
        ValidationError, match=r"write it like|write its code|write one day|did you mean|not a schedule"
    ):
        TypeAdapter(kind).validate_python(text)
