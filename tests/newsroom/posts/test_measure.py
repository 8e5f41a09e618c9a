"""What `measure` says about a text."""

import pytest

from publisher.errors import UsageError
from publisher.newsroom.posts.measure import measure


def test_a_measurement_has_the_agreed_shape() -> None:
    assert measure("bluesky", "😂 films.com by @mara.films.com #Noir $reel") == {
        "network": "bluesky",
        "length": 42,
        "limit": 300,
        "valid": True,
        "facets": [
            {"start": 5, "end": 14, "kind": "link", "value": "https://films.com"},
            {"start": 18, "end": 33, "kind": "mention", "value": "mara.films.com"},
            {"start": 34, "end": 39, "kind": "tag", "value": "Noir"},
            {"start": 40, "end": 45, "kind": "tag", "value": "$REEL"},
        ],
        "problems": [],
    }


def test_on_x_the_link_covers_exactly_the_url() -> None:
    made = measure("x", "“Quiet.” (https://films.example.com/a).")
    assert made["facets"] == [{"start": 14, "end": 41, "kind": "link", "value": "https://films.example.com/a"}]
    assert made["length"] == 12 + 23


@pytest.mark.parametrize(
    ("network", "text", "spoiler", "problem"),
    [
        ("bluesky", "a" * 301, None, "1 over the limit of 300"),
        ("bluesky", "👨‍👩‍👧‍👧" * 121, None, "3025 bytes of 3000"),
        ("mastodon", "a" * 250, "b" * 251, "1 over the limit of 500"),
        ("x", "a\ufeff", None, "character that the network refuses"),
        ("x", " \n", None, "there is no text"),
    ],
)
def test_what_a_network_refuses_is_a_problem(network: str, text: str, spoiler: str | None, problem: str) -> None:
    made = measure(network, text, spoiler=spoiler)
    assert made["valid"] is False
    assert problem in made["problems"][0]


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(UsageError, match="friendster"):
        measure("friendster", "a")
