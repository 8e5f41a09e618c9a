"""A finding in a line."""

import pytest

from publisher.newsroom.overview import finding

Found = next(kind for name, kind in vars(finding).items() if isinstance(kind, type) and name.endswith("Finding"))


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"level": "ok", "what": "a"}, "ok       a"),
        ({"level": "warning", "what": "a", "where": "x:3"}, "warning  x:3: a"),
        ({"level": "error", "what": "a", "where": "x:3", "do": "b"}, "ERROR    x:3: a; b"),
    ],
)
def test_a_finding_is_a_line_with_its_place_and_what_to_do(told: dict[str, str], line: str) -> None:
    assert Found(**told).line == line
