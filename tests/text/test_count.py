"""Each network's own way to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.networks import RULES

from publisher.model import ChannelRules
from publisher.text import count, graphemes, mastodon, twitter

FAMILY = "👨‍👩‍👧‍👧"
FLAG = "🏳️‍⚧️"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 0),
        ("film", 4),
        ("e\u0301te\u0301", 3),
        (FAMILY * 120, 120),
        (FLAG, 1),
        ("👍🏽", 1),
        ("🇬🇧🇫🇷", 2),
        ("1\ufe0f\u20e3", 1),
        ("\r\n", 1),
        ("각", 1),
        ("2\u200d3", 2),
        ("\u2701\u200d\u2701", 1),
    ],
)
def test_a_grapheme_is_what_a_reader_sees_as_one(text: str, size: int) -> None:
    assert count.graphemes(text) == size


@given(st.text())
def test_graphemes_joined_are_the_text_again(text: str) -> None:
    assert "".join(graphemes.split(text)) == text
    assert count.graphemes(text) == len(graphemes.split(text))


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("A quiet film", 12),
        ("静かな映画", 10),
        ("“Quiet”", 7),
        ("★★★★½", 9),
        (FAMILY, 2),
        ("😂😂", 4),
        ("©", 1),
        ("e\u0301", 1),
        ("see https://films.example.com/reviews/a-very-long-slug-about-nothing-at-all", 27),
        ("see films.example.com/a", 27),
        ("see still.jpg", 13),
        ("https://example.com https://example.org", 47),
    ],
)
def test_x_counts_letters_one_wide_ones_two_and_every_link_23(text: str, weight: int) -> None:
    assert twitter.length(text) == weight


def test_the_older_configuration_counts_the_parts_of_a_joined_emoji() -> None:
    assert twitter.length(FAMILY) == 2
    assert twitter.length(FAMILY, emoji_as_one=False) == 11


def test_x_refuses_byte_order_marks() -> None:
    assert twitter.invalid_characters("a\ufeffb")
    assert not twitter.invalid_characters("ab")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("a https://films.example.com/" + "x" * 200, 25),
        ("films.example.com/page", 22),
        ("seehttps://films.example.com/" + "x" * 10, 39),
        ("@mara@films.example.com hello", 11),
        ("@mara hello", 11),
        ("mara@films.example.com", 22),
        (FLAG * 10, 10),
    ],
)
def test_mastodon_shortens_links_and_the_homes_of_handles(text: str, size: int) -> None:
    assert mastodon.length(text) == size


def test_mastodon_adds_the_content_warning() -> None:
    assert count.length("a" * 250, RULES["mastodon"], spoiler="b" * 251) == 501


def test_a_mastodon_server_may_count_links_otherwise() -> None:
    rules = ChannelRules(network="mastodon", limit=5000, count="mastodon", link_cost=25)
    assert count.length("https://films.example.com/a", rules) == 25


def test_threads_counts_an_emoji_as_its_bytes() -> None:
    assert count.threads("film 😂") == 9
    assert count.threads("é") == 1


def test_telegram_counts_utf16_units() -> None:
    assert count.utf16("a😂") == 3


def test_a_link_counts_in_full_on_bluesky() -> None:
    url = "https://films.example.com/reviews/ashes"
    assert count.length(url, RULES["bluesky"]) == len(url)


def test_bluesky_has_a_second_limit_in_bytes() -> None:
    assert count.fits(FAMILY * 120, RULES["bluesky"])
    assert not count.fits(FAMILY * 121, RULES["bluesky"])
    assert not count.fits("a" * 301, RULES["bluesky"])


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_network_finds_two_texts_apart_longer_than_its_characters_twice_and_their_links(a: str, b: str) -> None:
    for rules in RULES.values():
        assert 0 <= count.length(f"{a} {b}", rules) <= 4 * len(f"{a} {b}") + 23 * len(f"{a}{b}")


@pytest.mark.parametrize(
    "text", ["a." * 20_000, "@a." * 15_000, "http://a.com/" + "(" * 30_000, "😂\u200d" * 15_000, "#" * 40_000]
)
def test_a_giant_text_is_counted_in_linear_time(text: str) -> None:
    assert twitter.length(text) > 0
    assert mastodon.length(text) > 0
    assert count.threads(text) > 0
