"""Which stretches of a text become live, network by network."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text import facets

WORDS = st.sampled_from(
    [
        *[
            "film",
            "★★★★½",
            "“Quiet”",
            "😂",
            "静か",
            "#Noir",
            "#1999",
            "@mara.example.com",
            "@mara@films.example",
            "$REEL",
            "films.example.com/a",
        ],
        *["https://films.example.com/x_(y)", "e.g.", "still.jpg", "(", ")", "é", ",", "."],
        "\n",
    ]
)
TEXTS = st.lists(WORDS, max_size=12).flatmap(
    lambda words: st.lists(st.sampled_from(["", " "]), min_size=len(words), max_size=len(words)).map(
        lambda gaps: "".join(w + g for w, g in zip(words, gaps, strict=True))
    )
)


def found(text: str, network: str) -> list[tuple[str, str, str]]:
    data = text.encode()
    return [(f.kind, data[f.start : f.end].decode(), f.value) for f in facets.find(text, network)]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("See https://films.example.com/ashes.", [("link", "https://films.example.com/ashes", "https://films.example.com/ashes")]),
        ("😂 films.com/ashes!", [("link", "films.com/ashes", "https://films.com/ashes")]),
        ("(https://films.com/a)", [("link", "https://films.com/a", "https://films.com/a")]),
        ("https://films.com/a_(b)", [("link", "https://films.com/a_(b)", "https://films.com/a_(b)")]),
        ("e.g. still.jpg a..b", []),
        ("by @mara.films.com today", [("mention", "@mara.films.com", "mara.films.com")]),
        ("by @mara today", []),
        ("mail mara@films.com", []),
        ("“Quiet” #Noir, #1999 #2001odd!", [("tag", "#Noir", "Noir"), ("tag", "#2001odd", "2001odd")]),
        ("#" + "a" * 65, []),
        ("buy $reel.", [("tag", "$reel", "$REEL")]),
        ("costs $100", []),
    ],
)  # fmt: skip
def test_bluesky_marks_what_its_app_marks(text: str, want: list[tuple[str, str, str]]) -> None:
    assert found(text, "bluesky") == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("“See films.example.com/ashes.”", [("link", "films.example.com/ashes", "https://films.example.com/ashes")]),
        ("@mara_q and @mara/lists", [("mention", "@mara_q", "mara_q")]),
        ("mail mara@films.example.com", []),
        ("#Noir #1999 a#b", [("tag", "#Noir", "Noir")]),
        ("#静か", [("tag", "#静か", "静か")]),
        ("$REEL $TOOLONGNAME", [("tag", "$REEL", "$REEL")]),
        (
            "https://films.example.com/#top",
            [("link", "https://films.example.com/#top", "https://films.example.com/#top")],
        ),
        (
            "映画https://films.example.com/a、です",
            [("link", "https://films.example.com/a", "https://films.example.com/a")],
        ),
        ("still.jpg", []),
    ],
)
def test_x_marks_what_twitter_text_says(text: str, want: list[tuple[str, str, str]]) -> None:
    assert found(text, "x") == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("See films.example.com", []),
        ("See https://films.example.com/ashes, now", [("link", "https://films.example.com/ashes", "https://films.example.com/ashes")]),
        ("by @mara@films.example.com.", [("mention", "@mara@films.example.com", "mara@films.example.com")]),
        ("by @mara", [("mention", "@mara", "mara")]),
        ("#Noir #1999", [("tag", "#Noir", "Noir")]),
        ("https://films.example.com/@mara", [("link", "https://films.example.com/@mara", "https://films.example.com/@mara")]),
    ],
)  # fmt: skip
def test_mastodon_marks_full_links_handles_and_tags(text: str, want: list[tuple[str, str, str]]) -> None:
    assert found(text, "mastodon") == want


@given(TEXTS, st.sampled_from(["bluesky", "mastodon", "x", "threads"]))
def test_facets_lie_in_the_text_in_order_and_never_inside_a_character(text: str, network: str) -> None:
    data, before = text.encode(), 0
    for facet in facets.find(text, network):
        assert before <= facet.start < facet.end <= len(data)
        shown = data[facet.start : facet.end].decode()
        before = facet.end
        if facet.kind == "link":
            assert facet.value in (shown, f"https://{shown}")
        elif facet.kind == "mention":
            assert shown[1:] == facet.value
        else:
            assert shown[1:].upper() == facet.value.removeprefix("$").upper()


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for network in ("bluesky", "mastodon", "x"):
        found = facets.find(text, network)
        assert all(0 <= each.start < each.end <= len(text.encode()) for each in found)
        assert all(one.end <= other.start for one, other in pairwise(found))
