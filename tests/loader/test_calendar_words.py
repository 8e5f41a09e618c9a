"""Days and months as other languages shorten them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publisher.loader.facts import dates


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("mar., 03 févr. 2026 08:10:00 +0100", datetime(2026, 2, 3, 7, 10, tzinfo=UTC)),
        ("Mar., 14 juil. 2026 09:00:00 +0200", datetime(2026, 7, 14, 7, 0, tzinfo=UTC)),
        ("Ke, 30 Lok 2013 11:34:37 +0000", datetime(2013, 10, 30, 11, 34, 37, tzinfo=UTC)),
        ("ti 17 helmikuuta 2026 08:00:00 +0200", datetime(2026, 2, 17, 6, 0, tzinfo=UTC)),
        ("tis, 03 mar 2026 10:00:00 +0100", datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        ("tors, 05 maj 2026 10:00:00 +0200", datetime(2026, 5, 5, 8, 0, tzinfo=UTC)),
        ("Tue, 03 Mar 2026 10:00:00 +0000", datetime(2026, 3, 3, 10, 0, tzinfo=UTC)),
        ("Mar 3, 2026 10:00 +0000", datetime(2026, 3, 3, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_the_words_of_its_language(raw: str, value: datetime) -> None:
    found = dates.parse(raw, zone=ZoneInfo("UTC"))
    assert found is not None
    assert found.value == value
